"""Addresses on the site: relative from page to page, so that it works from any folder or sub-path."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin

from totem_cli.markup import addresses

_ORCID = re.compile(r"(?:https?://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])")


def root_of(path: str) -> str:
    """The way from a page (``people/index.html``) to the site's root: ``../``; nothing for a page that stands there."""
    return "../" * path.count("/")


@lru_cache(maxsize=4096)
def file_of(address: str) -> str:
    """The file, percent-encoded, that a link to ``address`` names.

    A folder's ``index.html`` is named in full, because a browser that reads a site from a disk lists folders instead.
    """
    path, _, fragment = address.partition("#")
    if not path or path.endswith("/"):
        path += "index.html"
    return quote(path) + (f"#{quote(fragment)}" if fragment else "")


def outward(url: str | None) -> str | None:
    """An address from content as browsers read it; None where it may not be linked (``javascript:``, ``data:``)."""
    return addresses.link(url) if url else None


def is_remote(url: str) -> bool:
    """Whether an address that :func:`outward` returned leaves the site."""
    return addresses.is_remote(url)


def orcid_page(orcid: str | None) -> str | None:
    """The page of an ORCID iD, given bare or as an address; None for what is none."""
    match = _ORCID.fullmatch(orcid.strip()) if orcid else None
    return f"https://orcid.org/{match[1]}" if match else None


@lru_cache(maxsize=4096)
def absolute(base_url: str | None, address: str) -> str | None:
    """The address in full, a folder's without ``index.html``; None where nobody said where the site will be served.

    A ``base_url`` that may not be linked (``javascript:``) says nothing.
    """
    return base_url.rstrip("/") + "/" + quote(address) if base_url and _may_be_linked(base_url) else None


@lru_cache(maxsize=16)
def _may_be_linked(base_url: str) -> bool:
    return addresses.link(base_url) is not None


def origin(url: str) -> str | None:
    """Scheme and host of an absolute address, as a Content-Security-Policy names it; None for a relative one."""
    match = re.match(r"https?://[A-Za-z0-9.:\[\]-]+", urljoin("", url))
    return match[0] if match else None
