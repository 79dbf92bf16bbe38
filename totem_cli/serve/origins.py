"""Origins whose pages may post: those of the site itself and of the receiver."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from totem_cli.model.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def origin_of(url: str | None) -> str | None:
    """Return the origin of a web address as in the header ``Origin`` (RFC 6454, 6.2); None for other addresses."""
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_default = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Return whether a ``Host`` header names this machine, with any port."""
    try:
        return (urlsplit(f"//{host}").hostname or "") in _LOOPBACK
    except ValueError:
        return False


def may_post(origin: str | None, host: str, settings: Settings, more: Iterable[str]) -> bool:
    """Return whether a page of this ``Origin`` may post to the receiver at ``host``.

    Allowed are the origins of ``base_url``, of ``[comments] receiver``, and ``more``. If the receiver is addressed by a
    loopback host, so are pages of this machine, and pages opened from a folder, whose origin is ``null``. Requests
    without the header do not come from a page in a browser; they are allowed.
    """
    if origin is None:
        return True
    allowed = {origin_of(settings.base_url), origin_of(settings.comments.receiver), *map(origin_of, more)}
    if origin in allowed - {None}:
        return True
    if not is_loopback(host):
        return False
    return origin == "null" or ((found := origin_of(origin)) is not None and is_loopback(urlsplit(found).netloc))
