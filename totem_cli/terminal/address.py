"""Addresses on a terminal: which may be a hyperlink, which must be written out."""

from __future__ import annotations

import re

_CLEAN = re.compile(r"https?://[!-~]+")


def is_linkable(address: str) -> bool:
    """Return whether an address may be in an OSC 8 escape: a web address in printable ASCII without spaces."""
    return _CLEAN.fullmatch(address) is not None


def shows_address(text: str, address: str) -> bool:
    """Return whether a link's text is its address, so that it need not be written out."""
    return _bare(text) == _bare(address)


def is_misleading(text: str, address: str) -> bool:
    """Return whether a link's text looks like an address, but not the one that it leads to."""
    return "://" in text and not shows_address(text, address)


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|mailto:|tel:)", "", address.strip().rstrip("/"))
