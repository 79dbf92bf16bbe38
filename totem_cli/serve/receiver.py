"""The receiver: an ASGI application that receives the comments that pages of the site post.

``uvicorn --factory totem_cli.serve.receiver:app`` serves the archive at ``$TOTEM_ARCHIVE``; :func:`app_for` returns the
application for any archive, for any server.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from totem_cli.archive.archive import Archive
from totem_cli.archive.record import to_json
from totem_cli.errors import TotemError
from totem_cli.exporters.html.form import CommentForm
from totem_cli.serve.comment_queue import CommentQueue, Target, report
from totem_cli.serve.hook import Hook
from totem_cli.serve.origins import may_post
from totem_cli.serve.rate_limit import RateLimit
from totem_cli.serve.receiver_pages import SAFE, STATUSES, ReceiverPages
from totem_cli.serve.submission import MalformedError, Stamps, Submission, fields_of, identity, read

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

BODY = 65_536
"""The most bytes of a body: ten thousand letters, percent-encoded, and the other fields."""

PATIENCE = 20.0
"""The most seconds in which a body must arrive."""

_RETRY = 60
_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of the receiver.

    At most ``rate`` comments from one address in ``window`` seconds; at most ``queue`` pending comments; at least
    ``least`` seconds to fill in a form that the receiver made. ``origins`` may post besides the site and the receiver.
    ``hook`` is a command to run for each new comment. ``site`` is where the site is, if not at ``base_url``.
    """

    rate: int = 10
    window: float = 600.0
    queue: int = 1000
    least: float = 2.0
    origins: Sequence[str] = ()
    hook: Sequence[str] = ()
    site: str | None = None


METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
"""The methods that the receiver answers to, if only to refuse them."""


def app() -> Starlette:
    """Return the application for the archive at ``$TOTEM_ARCHIVE``, or for the one of the current folder.

    ``$TOTEM_COMMENTS_HOOK`` is a command to run for each new comment, ``$TOTEM_COMMENTS_ORIGINS`` further origins.
    """
    import shlex

    hook = shlex.split(os.environ.get("TOTEM_COMMENTS_HOOK", ""))
    origins = os.environ.get("TOTEM_COMMENTS_ORIGINS", "").split()
    return app_for(Archive.find().root, Rules(hook=hook, origins=origins))


def app_for(archive: str | Path, rules: Rules | None = None) -> Starlette:
    """Return the application that receives comments for an archive, at any path.

    ``GET`` with ``target`` (and ``parent``) returns the form; ``POST`` receives its fields, or JSON. The limits count
    within one process, so run only one; the archive itself can have any number of writers.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    receiver = Receiver(Archive(archive).root, rules or Rules())
    route = Route("/{path:path}", receiver.answer, methods=METHODS)
    return Starlette(routes=[route], lifespan=receiver.lifespan)


class Receiver:
    """Receives the comments of one archive."""

    def __init__(self, root: Path, rules: Rules) -> None:
        self._root = root
        self._rules = rules
        self._limit = RateLimit(rules.rate, rules.window)
        self._attempts = RateLimit(rules.rate * _ATTEMPTS, rules.window)
        self._stamps = Stamps(rules.least)
        self._queue: CommentQueue | None = None
        self._pages: ReceiverPages | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open the archive; close it when all accepted comments are stored."""
        hook = Hook(self._rules.hook) if self._rules.hook else None
        notify = hook.notify if hook else lambda _: None
        try:
            async with CommentQueue(self._root, limit=self._rules.queue, notify=notify) as self._queue:
                yield
        finally:
            if hook:
                hook.close()

    @property
    def queue(self) -> CommentQueue:
        """The queue of comments, once the application has started."""
        assert self._queue is not None, "the application's lifespan was not started"
        return self._queue

    async def answer(self, request: Request) -> Response:
        """Respond to any request."""
        from starlette.responses import Response

        try:
            pages = await self._current_pages()
        except TotemError as error:
            report(error)
            return Response("The archive cannot be read.\n", 500, headers=dict(SAFE), media_type="text/plain")
        if request.method == "POST":
            response = await self._post(request, pages)
        elif request.method in ("GET", "HEAD"):
            response = await self._form(request, pages)
        elif request.method == "OPTIONS":
            response = Response(status_code=204, headers={**SAFE, "allow": "GET, HEAD, POST, OPTIONS"})
        else:
            response = self._respond(request, pages, "method")
            response.headers["allow"] = "GET, HEAD, POST, OPTIONS"
        self._allow_origin(request, pages, response)
        return response

    async def _current_pages(self) -> ReceiverPages:
        settings = await self.queue.settings()
        if self._pages is None or self._pages.settings != settings:
            self._pages = ReceiverPages(settings, self._rules.site)
        return self._pages

    async def _form(self, request: Request, pages: ReceiverPages) -> Response:
        target = await self.queue.target(_id_in(request, "target"))
        if target is None:
            return self._respond(request, pages, "unknown")
        if not target.open:
            return self._respond(request, pages, "closed", target)
        parent = _id_in(request, "parent")
        comment = await self.queue.comment(parent) if parent else None
        if parent and (comment is None or comment.target != target.id):
            return self._respond(request, pages, "unknown", target)
        form = self._comment_form(pages, target, parent, self._stamps.make())
        return _html("form", pages, pages.page("form", target.language, target=target, form=form))

    async def _post(self, request: Request, pages: ReceiverPages) -> Response:
        if seconds := self._attempts.take(_sender(request)):
            return self._respond(request, pages, "rate", retry_after=seconds)
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if not may_post(origin, host, pages.settings, self._rules.origins):
            return self._respond(request, pages, "origin")
        try:
            typed = fields_of(await _body(request), request.headers.get("content-type", ""))
        except MalformedError as error:
            outcome = next(name for name, status in STATUSES.items() if status == error.status)
            return self._respond(request, pages, outcome)
        submission = read(typed, self._stamps, email=pages.settings.comments.email)
        target = await self.queue.target(submission.target)
        if target is None:
            return self._respond(request, pages, "unknown")
        if submission.faults:
            return self._respond(request, pages, "invalid", target, submission)
        if seconds := self._limit.take(_sender(request)):
            return self._respond(request, pages, "rate", target, retry_after=seconds)
        result = await self.queue.submit(submission)
        if result.outcome in ("kept", "twice") and _wants_json(request):
            message = pages.message(result.outcome, target.language)
            identity = result.comment.id if result.comment else None
            return _json(STATUSES[result.outcome], {"status": "pending", "id": identity, "message": message})
        retry_after = _RETRY if STATUSES[result.outcome] == 503 else None
        is_correctable = result.outcome in ("parent", "full", "busy", "failed")
        return self._respond(
            request, pages, result.outcome, target, submission if is_correctable else None, retry_after=retry_after
        )

    def _respond(
        self,
        request: Request,
        pages: ReceiverPages,
        outcome: str,
        target: Target | None = None,
        submission: Submission | None = None,
        *,
        retry_after: int | None = None,
    ) -> Response:
        """Respond with an outcome, as JSON or as a page; with a ``submission``, the page has its form, filled in."""
        language = target.language if target else pages.settings.language
        faults = submission.faults if submission else {}
        if _wants_json(request):
            value: dict[str, object] = {"code": outcome, "message": pages.message(outcome, language)}
            if submission:
                value["fields"] = {name: pages.fault(fault, language) for name, fault in faults.items()}
            response = _json(STATUSES[outcome], value)
        else:
            form = None
            if target and submission:
                form = self._comment_form(pages, target, None if outcome == "parent" else submission.parent, None)
            typed = submission.typed if submission else None
            content = pages.page(outcome, language, target=target, form=form, typed=typed, faults=faults)
            response = _html(outcome, pages, content)
        if retry_after is not None:
            response.headers["retry-after"] = str(retry_after)
        return response

    @staticmethod
    def _comment_form(pages: ReceiverPages, target: Target, parent: str | None, stamp: str | None) -> CommentForm:
        return CommentForm(target.id, None, None, pages.settings.comments.email, parent, stamp)

    def _allow_origin(self, request: Request, pages: ReceiverPages, response: Response) -> None:
        """Allow scripts of the site, but of no other, to read the response (Fetch, 3.3)."""
        response.headers["vary"] = "Accept, Origin"
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if origin and origin != "null" and may_post(origin, host, pages.settings, self._rules.origins):
            response.headers["access-control-allow-origin"] = origin
            response.headers["access-control-allow-headers"] = "content-type"
            response.headers["access-control-allow-methods"] = "GET, POST"


async def _body(request: Request) -> bytes:
    """Return the body. Raises MalformedError: 413 where it is too long, 408 where it takes too long."""
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


def _id_in(request: Request, name: str) -> str | None:
    return identity(request.query_params.get(name))


def _wants_json(request: Request) -> bool:
    """Return whether the client prefers JSON: it accepts that before HTML, or sends it and does not accept HTML."""
    accept = request.headers.get("accept", "")
    if "json" in accept:
        return "html" not in accept or accept.index("json") < accept.index("html")
    return "html" not in accept and request.headers.get("content-type", "").startswith("application/json")


def _html(outcome: str, pages: ReceiverPages, content: bytes) -> Response:
    from starlette.responses import HTMLResponse

    return HTMLResponse(content, STATUSES.get(outcome, 200), headers=dict(pages.headers))


def _json(status: int, value: Mapping[str, object]) -> Response:
    from starlette.responses import Response

    return Response(to_json(value, indent=0) + b"\n", status, headers=dict(SAFE), media_type="application/json")
