"""The HTTP server: its socket, its address, its end by Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from totem_cli.errors import InvalidError, SystemFailedError

if TYPE_CHECKING:
    from starlette.applications import Starlette


def opened(host: str, port: int) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port`` (0: any free one).

    Raises InvalidError for what is no address, SystemFailedError where it cannot be had.
    """
    try:
        name = host.encode("idna") if host.strip() and "\0" not in host else b""
    except UnicodeError:
        name = b""
    if not name:  # an empty one would let everybody in
        raise InvalidError(f"{host!r} is no address to listen at", hint="127.0.0.1, or ::1", field="host")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener: socket.socket | None = None
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        if listener is not None:
            listener.close()
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise SystemFailedError(
            f"cannot listen at {host}, port {port}: {reason}", hint="choose another with --port (0: any free one)"
        ) from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def serve(app: Starlette, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. Call ``ready`` when the server has started. Requests are not logged."""
    uvicorn = needed("uvicorn")
    from totem_cli.serve import connections

    class Server(uvicorn.Server):  # type: ignore[misc, name-defined]
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        http=connections.Connection,
        limit_concurrency=2 * connections.MOST,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=5,
        forwarded_allow_ips="127.0.0.1",
        ws="none",
    )
    before = signal.signal(signal.SIGTERM, _exit)  # uvicorn raises the signal again when it ends
    try:
        Server(config).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(*_: object) -> None:
    raise SystemExit(0)


def needed(module: str) -> Any:
    """Return a module of the extra ``serve``. Raises PluginError, which says what to install."""
    from totem_cli.publishing.plugins import needed

    return needed(module, extra="serve", what="totem serve")
