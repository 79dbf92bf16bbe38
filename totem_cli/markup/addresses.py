"""Addresses in recaps: which may be linked, which are of another site."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote, urlsplit

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = re.compile(r"(https?):/*", re.IGNORECASE)
_TAIL = re.compile(r"[?#].*", re.DOTALL)
_HOST = re.compile(r"https?://[^/?]*")
_BRACKETS = {ord("["): "%5B", ord("]"): "%5D"}
# what a host may not hold (URL Standard, 3.1)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+):?([0-9]*)")
_FORBIDDEN = re.compile(r"[\s\x00-\x20#/:<>?@\\^|%\x7f\ufffd]")
# what a URL may not hold (URL Standard, 4.3; RFC 3987, 2.2): these, and a per cent sign without its two digits
_ILLEGAL = (
    '[\\x00-\\x20\\x7f-\\xa0"<>\\\\^`{|}\\s\ue000-\uf8ff\ufff0-\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]'
    "|%(?![0-9A-Fa-f]{2})"
)

_TO_ROOT = re.compile(r"\A(?:\.{0,2}/)+")


def link(address: str) -> str | None:
    """The address as a browser reads it, with each illegal character percent-encoded; None where it may not be linked.

    Spaces around and line breaks within are dropped, a backslash is a slash (URL Standard, 4.4), ``//host`` is https.
    Relative addresses are allowed, and the schemes http, https, mailto and tel.
    """
    address = address.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None})
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    if not scheme or _WEB.match(address):
        tail = _TAIL.search(address)
        cut = tail.start() if tail else len(address)
        address = address[:cut].replace("\\", "/") + address[cut:]
        if address.startswith("//"):
            address = "https://" + address.lstrip("/")
        address = _WEB.sub(lambda match: match[1].lower() + "://", address, count=1) if scheme else address
    head, mark, fragment = address.partition("#")
    host = _HOST.match(head)
    if host and not _is_host(host[0].partition("//")[2]):
        return None
    cut = host.end() if host else 0
    address = head[:cut] + head[cut:].translate(_BRACKETS) + mark + fragment.translate(_BRACKETS).replace("#", "%23")
    return _illegal().sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)


@cache
def _illegal() -> re.Pattern[str]:
    return re.compile(_ILLEGAL)


def _is_host(authority: str) -> bool:
    """Whether a browser accepts the host and the port (URL Standard, 3.1 and 4.4)."""
    match = _AUTHORITY.fullmatch(authority.rpartition("@")[2])
    if not match:
        return False
    host, port = match.groups()
    return int(port[:9] or 0) < 65536 and (host.startswith("[") or not _FORBIDDEN.search(unquote(host)))


def is_remote(address: str) -> bool:
    """Whether an address that :func:`link` returned is of another site."""
    return _SCHEME.match(address) is not None


def joined(root: str, address: str) -> str:
    """An address relative to the root of the site, made relative to the page from which ``root`` leads to the root.

    Where the joined address would be of another site or have a scheme (``./javascript:…`` at the root), ``./`` is put
    before it, so that it is a path (RFC 3986, 4.2).
    """
    path = root + _TO_ROOT.sub("", address)
    return path if is_remote(root) or _stays(path) else f"./{path}"


def _stays(address: str) -> bool:
    """Whether an address is of the same site."""
    found = link(address)
    return found is not None and not is_remote(found)


def file_name(address: str) -> str:
    """The last part of an address, to name it where nothing else does; the address itself where that is empty."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return address
    name = unquote(path.rstrip("/").rpartition("/")[2])
    return name if name.strip() and name.isprintable() and "\ufffd" not in name else address


def host_name(address: str) -> str | None:
    """The host of an absolute address, without ``www.`` and port, to say where it leads; None where it has none."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    return (host or "").removeprefix("www.") or None
