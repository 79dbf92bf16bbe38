"""Addresses on a terminal: which may become a hyperlink, which must be written out."""

from __future__ import annotations

import re

_CLEAN = re.compile(r"https?://[!-~]+")


def is_linkable(address: str) -> bool:
    """Whether an address may stand in an OSC 8 escape: of the web, in printable ASCII without spaces."""
    return _CLEAN.fullmatch(address) is not None


def shows_address(text: str, address: str) -> bool:
    """Whether a link's text already shows its address, so that it need not be written out."""
    return _bare(text) == _bare(address)


def misleads(text: str, address: str) -> bool:
    """Whether a link's text looks like another address than the one it leads to."""
    return "://" in text and not shows_address(text, address)


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|mailto:|tel:)", "", address.strip().rstrip("/"))
