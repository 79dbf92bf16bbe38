"""Suggestions for misspelt names: "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, names: Iterable[str], *, most: int = 3) -> str | None:
    """Return a hint with the names that are spelt nearly like ``name``; None where there are none."""
    close = close_matches(name, names, most)
    return f"did you mean {' or '.join(close)}?" if close else None


def close_matches(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Return at most ``most`` of the names that are spelt nearly like ``name``, the closest first."""
    from difflib import get_close_matches

    return get_close_matches(name, list(names), n=most, cutoff=0.7)
