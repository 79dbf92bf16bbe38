"""The connections of the server: those that ask for nothing neither stay nor keep others out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

HEADER = 10.0
"""Seconds within which the header of a request must be there, from the connection or from the response before."""

MOST = 200
"""Connections at once. Past so many, the one that has asked for nothing for the longest time is closed."""


class Connection(H11Protocol):
    """A connection of HTTP/1.1, closed where it asks for nothing for too long or others need its place."""

    idle: ClassVar[dict[Connection, None]] = {}
    """The connections without a request, the one that waits longest first."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()
        while len(self.connections) > MOST and self.idle:
            oldest = next(iter(self.idle))
            oldest.end_wait()
            oldest.connections.discard(oldest)  # its end is told later, and this one is counted now
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self.end_wait()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Stop waiting where what has come completes a header."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self.end_wait()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._wait()
        super().on_response_complete()

    def _wait(self) -> None:
        self.end_wait()
        self.idle[self] = None
        self._deadline = self.loop.call_later(HEADER, self._late)

    def end_wait(self) -> None:
        """Count as one that has asked for something, or has gone."""
        self.idle.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self.end_wait()
        self.transport.close()
