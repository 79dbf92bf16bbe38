"""Sentences made of names, in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.language.labels import label

if TYPE_CHECKING:
    from collections.abc import Sequence

MANY = 6
"""The most items of a line that are all named."""


def join(items: Sequence[str], language: str) -> str:
    """Return the items as a list in a sentence: ``A, B et C`` in French, ``A, B and C`` in English."""
    if len(items) < 2:
        return "".join(items)
    return f"{label('comma', language).join(items[:-1])} {label('and', language)} {items[-1]}"


def shortened(items: Sequence[str], language: str) -> str:
    """Return the items in one line; of many the first, and how many others there are: ``A, B, C et 297 autres``."""
    if len(items) <= MANY:
        return label("comma", language).join(items)
    first = label("comma", language).join(items[: MANY - 1])
    return f"{first} {label('and_others', language, count=len(items) - MANY + 1)}"


def appearance_phrase(
    name: str,
    role: str | None = None,
    organisations: Sequence[str] = (),
    billed_as: str | None = None,
    language: str = "fr",
) -> str:
    """Return how a sentence names a person: ``billed_as``, else ``name (role, organisation et organisation)``."""
    if billed_as:
        return billed_as
    inside = ", ".join(part for part in (role, join(organisations, language)) if part)
    return f"{name} ({inside})" if inside else name


def with_sentence(phrases: Sequence[str], language: str) -> str:
    """Return ``Avec A, B et C.``; an empty text for no names."""
    return f"{label('with', language)} {join(phrases, language)}." if phrases else ""
