"""The preview: the site as it will be, which follows every edit."""

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
from totem_cli.language.labels import label
from totem_cli.serve import live
from totem_cli.serve.site_files import find
from totem_cli.serve.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_HEARTBEAT = 15.0
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def preview_of(archive: Archive, folder: Path, host: str, *, say: Callable[[str], None]) -> Starlette:
    """The application that shows an archive's site, made in ``folder``, at ``host``; ``say`` is told what fails."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    shown = Preview(archive, folder, {host} | _LOCAL, say=say)
    routes = [
        Route(f"/{live.EVENTS_PATH}", shown.events),
        Route(f"/{live.SCRIPT_PATH}", shown.script),
        Route("/{path:path}", shown.file),
    ]
    return Starlette(routes=routes, lifespan=shown.lifespan)


class Preview:
    """Shows the site, and tells its pages when they are to be loaded again."""

    def __init__(self, archive: Archive, folder: Path, hosts: Collection[str], *, say: Callable[[str], None]) -> None:
        self._hosts = hosts
        self._workshop = Workshop(archive, folder, say=say)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Make the site and watch the archive while the server runs."""
        task = asyncio.create_task(self._workshop.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def file(self, request: Request) -> Response:
        """A file of the site; a page with what a preview adds to it."""
        from starlette.responses import FileResponse, RedirectResponse

        if refused := self._refused(request):
            return refused
        await self._first()
        state = self._workshop.state
        found = find(self._workshop.folder, request.scope["raw_path"].decode("ascii", "replace").partition("?")[0])
        if found.moved:
            return RedirectResponse(found.moved)
        if found.path is None and not state.version:
            return self._html(live.failure(state.error or "", str(state.version)), 500)
        if found.path is None:
            missing = self._workshop.folder / "404.html"
            page = (
                missing.read_bytes() if missing.is_file() else b"<!DOCTYPE html>\n<title>404</title>\n<body></body>\n"
            )
            return self._html(live.live(page, str(state.version), None), 404)
        if found.path.suffix != ".html":
            kind = guess_type(found.path.name)[0]
            return FileResponse(found.path, media_type=kind, headers={"cache-control": "no-cache"})
        try:
            page = found.path.read_bytes()
        except OSError:
            return self._html(live.failure("the page was removed a moment ago", str(state.version)), 404)
        address = found.path.relative_to(self._workshop.folder).as_posix().removesuffix("index.html")
        banner = label("status_draft", state.language) if address in state.drafts else None
        return self._html(live.live(page, str(state.version), banner), 200)

    async def script(self, request: Request) -> Response:
        """The script that a preview adds."""
        from starlette.responses import Response

        return self._refused(request) or Response(
            live.SCRIPT, media_type="text/javascript", headers={"cache-control": "no-store"}
        )

    async def events(self, request: Request) -> Response:
        """How the site stands, as server-sent events (HTML, 9.2): now, and whenever that changes."""
        from starlette.responses import StreamingResponse

        if refused := self._refused(request):
            return refused
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._told(), media_type="text/event-stream", headers=headers)

    async def _told(self) -> AsyncIterator[bytes]:
        states = self._workshop.states()
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

    async def _first(self) -> None:
        """Wait until the site was made once, or could not be."""
        async for state in self._workshop.states():
            if state.version or state.error:
                break

    def _refused(self, request: Request) -> Response | None:
        """The answer to a name that is not this server's: another site's that was pointed here (DNS rebinding)."""
        from starlette.responses import PlainTextResponse

        if is_known(request.headers.get("host", ""), self._hosts):
            return None
        return PlainTextResponse("This preview does not go by that name.\n", 421)

    @staticmethod
    def _html(page: bytes, status: int) -> Response:
        from starlette.responses import HTMLResponse

        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return HTMLResponse(page, status, headers=headers)


def is_known(host: str, known: Collection[str]) -> bool:
    """Whether a ``Host`` header names this server: as it was told, or, where it listens to all, by an address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        everywhere = any(one in ("0.0.0.0", "::") for one in known)  # noqa: S104 - asked for with --host
        return name in known or (everywhere and bool(ip_address(name)))
    except ValueError:
        return False
