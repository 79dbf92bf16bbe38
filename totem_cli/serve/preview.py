"""The preview: a web application that shows the site and reloads its pages after each edit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from totem_cli.archive.archive import Archive
from totem_cli.exporters.html.links import is_remote, outward
from totem_cli.language.labels import label
from totem_cli.serve import live_reload
from totem_cli.serve.preview_builder import PreviewBuilder
from totem_cli.serve.receiver import METHODS, Receiver, Rules
from totem_cli.serve.site_files import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_HEARTBEAT = 15.0
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def preview_of(archive: Path, folder: Path, host: str, *, say: Callable[[str], None]) -> Starlette:
    """Return the application that shows the site of the archive at a path as ``host``.

    The site is built in ``folder``; errors go to ``say``.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    preview = Preview(archive, folder, {host} | _LOCAL, say=say)
    routes = [
        Route(f"/{live_reload.EVENTS_PATH}", preview.events),
        Route(f"/{live_reload.SCRIPT_PATH}", preview.script),
        Route("/{path:path}", preview.file),
    ]
    with Archive(archive) as opened:
        receiver = opened.settings.comments.receiver
    if path := _receiver_path(receiver):
        routes.insert(0, Route(path, preview.comment, methods=METHODS))
    return Starlette(routes=routes, lifespan=preview.lifespan)


def _receiver_path(receiver: str | None) -> str | None:
    """Return the path of a receiver that is on the site itself; None for one elsewhere."""
    address = outward(receiver) or ""
    return urlsplit(address).path if address.startswith("/") and not is_remote(address) else None


class Preview:
    """Serves the files of the site, and the events on which pages reload; receives comments for the archive."""

    def __init__(self, archive: Path, folder: Path, hosts: Collection[str], *, say: Callable[[str], None]) -> None:
        self._hosts = hosts
        self._builder = PreviewBuilder(archive, folder, say=say)
        self._receiver = Receiver(archive, Rules(site="/"))

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Build the site and watch the archive while the server runs."""
        task = asyncio.create_task(self._builder.run())
        try:
            async with self._receiver.lifespan(app):
                yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def file(self, request: Request) -> Response:
        """Respond with a file of the site; pages get what a preview adds."""
        from starlette.responses import FileResponse, RedirectResponse

        if refused := self._refused(request):
            return refused
        await self._first_build()
        state = self._builder.state
        found = find(self._builder.folder, request.scope["raw_path"].decode("ascii", "replace").partition("?")[0])
        if found.moved:
            return RedirectResponse(found.moved)
        if found.path is None and not state.version:
            return self._html(live_reload.error_page(state.error or "", str(state.version)), 500)
        if found.path is None:
            page = b"<!DOCTYPE html>\n<title>404</title>\n<body></body>\n"
            with suppress(OSError):
                page = (self._builder.folder / "404.html").read_bytes()
            return self._html(live_reload.inject(page, str(state.version), None), 404)
        if found.path.suffix != ".html":
            kind = guess_type(found.path.name)[0]
            return FileResponse(found.path, media_type=kind, headers={"cache-control": "no-cache"})
        try:
            page = found.path.read_bytes()
        except OSError:
            return self._html(live_reload.error_page("the page was removed a moment ago", str(state.version)), 404)
        address = found.path.relative_to(self._builder.folder).as_posix().removesuffix("index.html")
        banner = label("status_draft", state.language) if address in state.drafts else None
        return self._html(live_reload.inject(page, str(state.version), banner), 200)

    async def comment(self, request: Request) -> Response:
        """Receive a comment, where the receiver of the archive is on its site."""
        return self._refused(request) or await self._receiver.answer(request)

    async def script(self, request: Request) -> Response:
        """Respond with the script that a preview adds."""
        from starlette.responses import Response

        return self._refused(request) or Response(
            live_reload.SCRIPT, media_type="text/javascript", headers={"cache-control": "no-store"}
        )

    async def events(self, request: Request) -> Response:
        """Respond with the state of the site as server-sent events (HTML, 9.2): now, and after each change."""
        from starlette.responses import StreamingResponse

        if refused := self._refused(request):
            return refused
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._events(), media_type="text/event-stream", headers=headers)

    async def _events(self) -> AsyncIterator[bytes]:
        states = self._builder.states()
        state = await anext(states)
        while True:
            data = msgspec.json.encode({"version": str(state.version), "error": state.error}).decode()
            yield f"data: {data}\n\n".encode()
            following = asyncio.ensure_future(anext(states))
            try:
                while not (await asyncio.wait([following], timeout=_HEARTBEAT))[0]:
                    yield b": still here\n\n"
                state = following.result()
            finally:
                following.cancel()

    async def _first_build(self) -> None:
        """Wait until the site was built for the first time, or failed to build."""
        async for state in self._builder.states():
            if state.version or state.error:
                break

    def _refused(self, request: Request) -> Response | None:
        """Return the response to a foreign ``Host``: the name of another site that resolves here (DNS rebinding)."""
        from starlette.responses import PlainTextResponse

        if is_own(request.headers.get("host", ""), self._hosts):
            return None
        return PlainTextResponse("This preview does not go by that name.\n", 421)

    @staticmethod
    def _html(page: bytes, status: int) -> Response:
        from starlette.responses import HTMLResponse

        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return HTMLResponse(page, status, headers=headers)


def is_own(host: str, names: Collection[str]) -> bool:
    """Return whether a ``Host`` header has one of these names or, if the server listens everywhere, any IP address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        everywhere = any(one in ("0.0.0.0", "::") for one in names)  # noqa: S104 - the user gave it with --host
        return name in names or (everywhere and bool(ip_address(name)))
    except ValueError:
        return False
