"""Who may post: pages of the site itself, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from totem_cli.model.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def origin_of(url: str | None) -> str | None:
    """Scheme, host and port of an address, as the header ``Origin`` has them (RFC 6454, 6.2); None for another kind."""
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    plain = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" if plain else f"{parts.scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a ``Host`` header names this machine itself, by whichever port."""
    try:
        return (urlsplit(f"//{host}").hostname or "") in _LOOPBACK
    except ValueError:
        return False


def may_post(origin: str | None, host: str, settings: Settings, more: Iterable[str]) -> bool:
    """Whether a page of this ``Origin`` may post to the receiver at ``host``.

    The site is where ``base_url`` says, the receiver's own pages where ``[comments] receiver`` does; ``more`` are
    others that were named. On a machine by itself pages of the same machine may too, and those read from a folder,
    which have no origin (``null``). What sends no such header is no browser's page: rules of their own hold for it.
    """
    if origin is None:
        return True
    known = {origin_of(settings.base_url), origin_of(settings.comments.receiver), *map(origin_of, more)}
    if origin in known - {None}:
        return True
    if not is_loopback(host):
        return False
    return origin == "null" or ((found := origin_of(origin)) is not None and is_loopback(urlsplit(found).netloc))
