"""Suggestions for misspelt names: "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], *, most: int = 3) -> str | None:
    """A hint that names what is spelt nearly like ``name``; None where nothing is."""
    close = close_matches(name, known, most)
    return f"did you mean {' or '.join(close)}?" if close else None


def close_matches(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that are spelt nearly like ``name``, the closest first, at most ``most``."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known), n=most, cutoff=0.7)
