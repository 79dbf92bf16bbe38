"""Suggestions for misspelt names: "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable

SHORT = 4
"""The letters of a short name, of which one in three may differ."""


def did_you_mean(name: str, names: Iterable[str], *, most: int = 3) -> str | None:
    """Return a hint with the names that are spelt nearly like ``name``; None where there are none."""
    close = close_matches(name, names, most)
    return f"did you mean {' or '.join(close)}?" if close else None


def close_matches(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Return at most ``most`` of the names that are spelt nearly like ``name``, the closest first."""
    from difflib import get_close_matches

    known = list(names)
    close = get_close_matches(name, known, n=most, cutoff=0.7)
    return close or (get_close_matches(name, known, n=most, cutoff=0.65) if len(name) <= SHORT else [])
