"""Links between an archive's files (``[two](02-two.md)``), as editors follow them, made links between their pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import normpath
from urllib.parse import quote, unquote

from totem_cli.markup.tree import Node, elements

SUFFIX = ".md"

_FILE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|//)(?P<path>[^?#]+)(?P<fragment>#.*)?", re.DOTALL)
_PAGES = (
    (re.compile(r"series/([^/]+)/series\.md"), r"\1/"),
    (re.compile(r"series/([^/]+/[^/]+)\.md"), r"\1/"),
    (re.compile(r"(people/[^/]+)\.md"), r"\1/"),
)


def target_of(address: str, folder: str) -> str | None:
    """Return the path in the archive of the file of text that a relative address in a file of ``folder`` leads to.

    An address is read as from its file, else as from the archive's folder. None where it leads to no such file.
    """
    match = _FILE.fullmatch(address.strip())
    if not match or not match["path"].endswith(SUFFIX):
        return None
    path = unquote(match["path"])
    for candidate in (f"{folder}/{path}", path):
        found = normpath(candidate.lstrip("/"))
        if any(pattern.fullmatch(found) for pattern, _ in _PAGES):
            return found
    return None


def page_of(address: str, folder: str) -> str | None:
    """Return the address, from the site's root, of the page of such a file; None where it leads to no such file."""
    target = target_of(address, folder)
    if target is None:
        return None
    for pattern, page in _PAGES:
        if found := pattern.fullmatch(target):
            fragment = address.partition("#")[2]
            return quote(found.expand(page)) + (f"#{fragment}" if fragment else "")
    return None


def lead_to_pages(nodes: Iterable[Node], folder: str) -> None:
    """Make the links of a text in a file of ``folder`` lead to pages."""
    for element in elements(nodes):
        href = element.attributes.get("href", "") if element.tag == "a" else ""
        if SUFFIX in href and (page := page_of(href, folder)):
            element.attributes["href"] = page
