"""The receiver: an ASGI application that takes the comments a page of the site posts.

``uvicorn --factory totem_cli.serve.receiver:app`` serves the archive at ``$TOTEM_ARCHIVE``; :func:`app_for` makes the
application for any archive, to put behind any server.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from totem_cli.archive.archive import Archive
from totem_cli.errors import TotemError
from totem_cli.exporters.html.form import CommentForm
from totem_cli.language.visible import json_escaped
from totem_cli.serve.answers import SAFE, STATUSES, Answers
from totem_cli.serve.desk import Desk, Kept, Target, report
from totem_cli.serve.hook import Hook
from totem_cli.serve.limits import Limits
from totem_cli.serve.origins import may_post
from totem_cli.serve.posted import MalformedError, Posted, Stamps, fields_of, read

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

BODY = 65_536
"""The most bytes that a body may have: ten thousand letters, percent-encoded, and a little."""

PATIENCE = 20.0
"""For so many seconds a body may take to arrive."""

_RETRY = 60
_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Rules:
    """What the receiver holds posts to.

    At most ``rate`` comments from one address in ``window`` seconds, at most ``queue`` of them pending, a form that the
    receiver gave out not back before ``least`` seconds; ``origins`` may post besides the site and the receiver itself.
    """

    rate: int = 10
    window: float = 600.0
    queue: int = 1000
    least: float = 2.0
    origins: Sequence[str] = ()
    hook: Sequence[str] = ()


def app() -> Starlette:
    """The application for the archive that ``$TOTEM_ARCHIVE`` names, else for the one that is found from here.

    ``$TOTEM_COMMENTS_HOOK`` is a command to run for each new comment, ``$TOTEM_COMMENTS_ORIGINS`` further origins.
    """
    import shlex

    hook = shlex.split(os.environ.get("TOTEM_COMMENTS_HOOK", ""))
    origins = os.environ.get("TOTEM_COMMENTS_ORIGINS", "").split()
    return app_for(Archive.find().root, Rules(hook=hook, origins=origins))


def app_for(archive: str | Path, rules: Rules | None = None) -> Starlette:
    """The application that takes comments for an archive, at whatever path it is asked.

    ``GET`` with ``target`` (and ``parent``) gives the form, ``POST`` takes what it sends, or JSON. The limits are those
    of one process: run one; the archive itself stands any number of writers.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    receiver = Receiver(Archive(archive).root, rules or Rules())
    route = Route("/{path:path}", receiver.answer, methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])
    return Starlette(routes=[route], lifespan=receiver.lifespan)


class Receiver:
    """Takes posts for one archive."""

    def __init__(self, root: Path, rules: Rules) -> None:
        self._root = root
        self._rules = rules
        self._limits = Limits(rules.rate, rules.window)
        self._attempts = Limits(rules.rate * _ATTEMPTS, rules.window)
        self._stamps = Stamps(rules.least)
        self._hook: Hook | None = None
        self._desk: Desk | None = None
        self._answers: Answers | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open the archive, and close it when all that was taken is kept."""
        self._hook = Hook(self._rules.hook) if self._rules.hook else None
        tell = self._hook.tell if self._hook else _nobody
        try:
            async with Desk(self._root, queue=self._rules.queue, told=tell) as self._desk:
                yield
        finally:
            if self._hook:
                self._hook.close()

    @property
    def desk(self) -> Desk:
        """Where comments are kept, once the application has started."""
        assert self._desk is not None, "the application's lifespan was not started"
        return self._desk

    async def answer(self, request: Request) -> Response:
        """The answer to any request."""
        from starlette.responses import Response

        try:
            answers = await self._worded()
        except TotemError as error:
            report(error)
            return Response("The archive cannot be read.\n", 500, headers=dict(SAFE), media_type="text/plain")
        if request.method == "POST":
            response = await self._post(request, answers)
        elif request.method in ("GET", "HEAD"):
            response = await self._form(request, answers)
        elif request.method == "OPTIONS":
            response = Response(status_code=204, headers={**SAFE, "allow": "GET, HEAD, POST, OPTIONS"})
        else:
            response = self._said(request, answers, "method", answers.settings.language)
            response.headers["allow"] = "GET, HEAD, POST, OPTIONS"
        self._share(request, answers, response)
        return response

    async def _worded(self) -> Answers:
        settings = await self.desk.settings()
        if self._answers is None or self._answers.settings != settings:
            self._answers = Answers(settings)
        return self._answers

    async def _form(self, request: Request, answers: Answers) -> Response:
        target = await self.desk.target(_first(request, "target"))
        if target is None:
            return self._said(request, answers, "unknown", answers.settings.language)
        if not target.open:
            return self._said(request, answers, "closed", target.language, target)
        parent = _first(request, "parent")
        known = await self.desk.comment(parent) if parent else None
        if parent and (known is None or known.target != target.id):
            return self._said(request, answers, "unknown", target.language, target)
        return self._page(request, answers, "form", target.language, target, form=self._made(answers, target, parent))

    async def _post(self, request: Request, answers: Answers) -> Response:
        language = answers.settings.language
        if wait := self._attempts.take(_sender(request)):
            return self._wait(request, answers, language, wait)
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if not may_post(origin, host, answers.settings, self._rules.origins):
            return self._said(request, answers, "origin", language)
        try:
            typed = fields_of(await _body(request), request.headers.get("content-type", ""))
        except MalformedError as error:
            outcome = next(name for name, status in STATUSES.items() if status == error.status)
            return self._said(request, answers, outcome, language)
        return await self._take(request, answers, read(typed, self._stamps, email=answers.settings.comments.email))

    async def _take(self, request: Request, answers: Answers, posted: Posted) -> Response:
        target = await self.desk.target(posted.target)
        if target is None:
            return self._said(request, answers, "unknown", answers.settings.language)
        if posted.faults:
            return self._again(request, answers, "invalid", target, posted)
        if wait := self._limits.take(_sender(request)):
            return self._wait(request, answers, target.language, wait)
        kept = await self.desk.take(posted)
        if kept.outcome in ("kept", "twice"):
            return self._kept(request, answers, target, kept)
        if kept.outcome in ("parent", "full", "busy", "failed"):
            response = self._again(request, answers, kept.outcome, target, posted)
            if STATUSES[kept.outcome] == 503:
                response.headers["retry-after"] = str(_RETRY)
            return response
        return self._said(request, answers, kept.outcome, target.language, target)

    def _wait(self, request: Request, answers: Answers, language: str, seconds: int) -> Response:
        response = self._said(request, answers, "rate", language)
        response.headers["retry-after"] = str(seconds)
        return response

    def _kept(self, request: Request, answers: Answers, target: Target, kept: Kept) -> Response:
        if not _wants_json(request):
            return self._page(request, answers, kept.outcome, target.language, target)
        identity = kept.comment.id if kept.comment else None
        words = answers.words(kept.outcome, target.language)
        return _json(STATUSES[kept.outcome], {"status": "pending", "id": identity, "message": words})

    def _again(self, request: Request, answers: Answers, outcome: str, target: Target, posted: Posted) -> Response:
        """What went wrong, and the form as it was filled in."""
        if _wants_json(request):
            fields = {name: answers.fault(fault, target.language) for name, fault in posted.faults.items()}
            return _json(
                STATUSES[outcome],
                {"code": outcome, "message": answers.words(outcome, target.language), "fields": fields},
            )
        parent = None if outcome == "parent" else posted.parent
        form = self._made(answers, target, parent, stamp=False)
        return self._page(
            request, answers, outcome, target.language, target, form=form, typed=posted.typed, faults=posted.faults
        )

    def _made(self, answers: Answers, target: Target, parent: str | None, *, stamp: bool = True) -> CommentForm:
        asks = answers.settings.comments.email
        return CommentForm(target.id, None, None, asks, parent, self._stamps.make() if stamp else None)

    def _said(
        self, request: Request, answers: Answers, outcome: str, language: str, target: Target | None = None
    ) -> Response:
        if _wants_json(request):
            return _json(STATUSES[outcome], {"code": outcome, "message": answers.words(outcome, language)})
        return self._page(request, answers, outcome, language, target)

    @staticmethod
    def _page(
        _: Request, answers: Answers, outcome: str, language: str, target: Target | None = None, **more: Any
    ) -> Response:
        from starlette.responses import HTMLResponse

        content = answers.page(outcome, language, target=target, **more)
        return HTMLResponse(content, STATUSES.get(outcome, 200), headers=dict(answers.headers))

    def _share(self, request: Request, answers: Answers, response: Response) -> None:
        """Let a script of the site read the answer (Fetch, 3.3): no other page's."""
        response.headers["vary"] = "Accept, Origin"
        origin = request.headers.get("origin")
        if origin and origin != "null":
            host = request.headers.get("host", "")
            if may_post(origin, host, answers.settings, self._rules.origins):
                response.headers["access-control-allow-origin"] = origin
                response.headers["access-control-allow-headers"] = "content-type"
                response.headers["access-control-allow-methods"] = "GET, POST"


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long; MalformedError 413 or 408."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 9 or int(length) > BODY):
        raise MalformedError(413)
    found = bytearray()
    with suppress(asyncio.CancelledError):
        try:
            async with asyncio.timeout(PATIENCE):
                async for chunk in request.stream():
                    found += chunk
                    if len(found) > BODY:
                        raise MalformedError(413)
        except TimeoutError:
            raise MalformedError(408) from None
    return bytes(found)


def _sender(request: Request) -> str:
    return request.client.host if request.client else ""


def _first(request: Request, name: str) -> str | None:
    from totem_cli.serve.posted import identity

    return identity(request.query_params.get(name))


def _wants_json(request: Request) -> bool:
    """Whether JSON is asked for: named before any HTML, or sent and nothing else asked."""
    accept = request.headers.get("accept", "")
    if "json" in accept:
        return "html" not in accept or accept.index("json") < accept.index("html")
    return "html" not in accept and request.headers.get("content-type", "").startswith("application/json")


def _json(status: int, value: Mapping[str, object]) -> Response:
    from starlette.responses import Response

    text = json_escaped(msgspec.json.encode(value).decode())
    return Response(text + "\n", status, headers=dict(SAFE), media_type="application/json")


def _nobody(_: object) -> None:
    """Where there is no hook, nobody is told."""
