"""Names so alike that they may be one person's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from totem_cli.language.fold import search_text

_TITLES = frozenset({
    "dr", "docteur", "docteure", "doctor", "pr", "prof", "professeur", "professeure", "professor", "me", "maitre",
    "m", "mr", "mme", "mlle", "mrs", "ms", "miss", "monsieur", "madame", "sir", "phd", "ing",
})  # fmt: skip
_SHORT, _LONG = 4, 8
"""Letters from which one, and two, may be wrong in a word."""


def near_duplicates(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of folded names that may be one person's; of each, the later name first.

    They are the same but for order, a title (``Dr.``), hyphens or blanks; but for an initial that stands for one
    first name only; or but for a slip of one letter in one word, two in a long one. A first name that ends in another
    letter (``Martin``, ``Martine``) is somebody else's.
    """
    words_of = {name: words for name in sorted(names) if (words := _words(name))}
    found: dict[tuple[str, str], None] = {}
    for pairs in (_same_letters(words_of), _initials(words_of), _slips(words_of)):
        for one, other in pairs:
            found[max(one, other), min(one, other)] = None
    return list(found)


def _words(name: str) -> tuple[str, ...]:
    words = search_text(name).split()
    bare = [word for word in words if word not in _TITLES]
    return tuple(bare if len(bare) > 1 else words)


def _same_letters(words_of: dict[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    """Names of the same words in any order, or the same letters with blanks elsewhere."""
    alike: dict[object, list[str]] = {}
    for name, words in words_of.items():
        if len(words) > 1:
            alike.setdefault(tuple(sorted(words)), []).append(name)
            alike.setdefault("".join(words), []).append(name)
    for group in alike.values():
        for place, one in enumerate(group):
            yield from ((one, other) for other in group[:place])


def _initials(words_of: dict[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    """``A. Brun`` and the only ``Ada Brun`` there is."""
    full: dict[tuple[str, ...], list[str]] = {}
    for name, (first, *rest) in words_of.items():
        if len(first) > 1 and rest:
            full.setdefault((first[0], *rest), []).append(name)
    for name, words in words_of.items():
        fitting = full.get(words, []) if len(words) > 1 and len(words[0]) == 1 and len(words[-1]) >= _SHORT else []
        if len(fitting) == 1:
            yield name, fitting[0]


def _slips(words_of: dict[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    """Names that are the same but for a slip in one word; those of at least two words."""
    buckets: dict[tuple[int, tuple[str, ...]], list[tuple[str, str]]] = {}
    for name, words in words_of.items():
        for place, word in enumerate(words):
            rest = words[:place] + words[place + 1 :]
            if rest and len(word) >= _SHORT:
                buckets.setdefault((place, rest), []).append((name, word))
    for (place, _), bucket in buckets.items():
        for at, (name, word) in enumerate(bucket):
            yield from ((name, other) for other, spelt in bucket[:at] if _slip(word, spelt, first=place == 0))


def _slip(word: str, other: str, *, first: bool) -> bool:
    if word == other or not (word + other).isalpha():
        return False
    if first and (word[:-1] == other[:-1] or word.startswith(other) or other.startswith(word)):
        return False
    allowed = 2 if min(len(word), len(other)) >= _LONG else 1
    return abs(len(word) - len(other)) <= allowed and _distance(word, other) <= allowed


def _distance(word: str, other: str) -> int:
    """How many letters must be put in, taken out, changed, or swapped with the next."""
    before: Sequence[int] = ()
    row: list[int] = list(range(len(other) + 1))
    for place, letter in enumerate(word, 1):
        older, before, row = before, row, [place]
        for at, spelt in enumerate(other, 1):
            cost = min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != spelt))
            if place > 1 and at > 1 and letter == other[at - 2] and word[place - 2] == spelt:
                cost = min(cost, older[at - 2] + 1)
            row.append(cost)
    return row[-1]
