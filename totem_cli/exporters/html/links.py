"""Links: relative on the site, so that it works from any folder or sub-path; checked where they leave it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin

from totem_cli.markup import addresses

_ORCID = re.compile(r"(?:https?://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])")


def root_of(path: str) -> str:
    """Return the relative address of the site's root from a path: ``../`` for ``people/index.html``."""
    return "../" * path.count("/")


@lru_cache(maxsize=4096)
def file_of(address: str) -> str:
    """Return the percent-encoded path of the file at an address, for a link.

    It includes ``index.html``, because a browser that opens a site from a disk lists folders instead.
    """
    path, _, fragment = address.partition("#")
    if not path or path.endswith("/"):
        path += "index.html"
    return quote(path) + (f"#{quote(fragment)}" if fragment else "")


def outward(url: str | None) -> str | None:
    """Return an address from content as browsers read it; None where it must not be linked (``javascript:``)."""
    return addresses.link(url) if url else None


def is_remote(url: str) -> bool:
    """Return whether an address that :func:`outward` returned is on another site."""
    return addresses.is_remote(url)


def orcid_page(orcid: str | None) -> str | None:
    """Return the address of an ORCID iD, given with or without ``https://orcid.org/``; None where it is invalid."""
    match = _ORCID.fullmatch(orcid.strip()) if orcid else None
    return f"https://orcid.org/{match[1]}" if match else None


@lru_cache(maxsize=4096)
def absolute(base_url: str | None, address: str) -> str | None:
    """Return the absolute address; None without ``base_url``, or where that must not be linked (``javascript:``)."""
    return base_url.rstrip("/") + "/" + quote(address) if base_url and _may_be_linked(base_url) else None


@lru_cache(maxsize=16)
def _may_be_linked(base_url: str) -> bool:
    return addresses.link(base_url) is not None


def origin(url: str) -> str | None:
    """Return scheme and host of an absolute address, for a Content-Security-Policy; None for a relative one."""
    match = re.match(r"https?://[A-Za-z0-9.:\[\]-]+", urljoin("", url))
    return match[0] if match else None
