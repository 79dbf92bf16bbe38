"""Names of people: which part is the family name, and how a name is sorted by it.

Only what the usual order of the parts tells is told: given names, then the family name, as in most languages with
capital letters. Names in other scripts, and all names where the family name usually comes first, stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from totem_cli.language.fold import fold
from totem_cli.language.labels import base_language

_FAMILY_FIRST = frozenset({"hu", "zh", "ja", "ko", "vi", "km", "mn"})
"""Languages that usually write the family name first."""

_PREPOSITIONS = frozenset(
    "de d da das do dos di von vom zu zum zur van ter ten te den der op af av of e y i und del della degli dei".split()
)
_ARTICLES = frozenset("du des le la les las los lo el al ul bin ibn ben bint abu saint san st mac mc 't o".split())
_NEVER_FIRST = frozenset({"e", "y", "i", "of", "o"})
"""Particles that do not begin a family name by themselves: they join its parts, or are initials."""

_SUFFIX = re.compile(r"(?:j[rn]r?|sr|snr|ii|iii|iv|fils|père|ph\.?d|m\.?d|esq|mbe|obe|cbe)\.?", re.IGNORECASE)
_TITLES = frozenset("dr pr prof m mr mrs ms mme mlle me sir dame lord lady herr frau don dona".split())
_SEVERAL = frozenset({"and", "et", "&", "+", "/", "with", "avec"})
_SET_ASIDE = frozenset({"fr", "de", "es", "pt", "nl", "ca", "gl", "da", "sv", "nb", "nn", "no"})
"""Languages that sort a name after a preposition in lower case: ``Gaulle, Charles de``."""

_ATTACHED = re.compile(r"(?:d['’]|(?:al|el|as|ash|ad|an|ar|at|az|ul)-)(?=\w)")
"""Particles in lower case that are written together with the name."""

_GIVEN_TOO = frozenset({"al", "ben", "el", "saint", "san"})
"""Particles that are given names at the beginning of a name: ``Al Gore``."""

_SECOND_GIVEN = frozenset(
    "jose maria luis carlos antonio manuel miguel angel pablo ignacio javier alberto enrique andres fernando alejandro "
    "eduardo isabel teresa elena carmen cristina pilar jesus francisco david daniel".split()
)
"""Spanish given names that often come second, before two family names or one."""


class FamilyName(NamedTuple):
    """The part of a name that it is sorted by (``name[start:end]``), and the text to sort by.

    Particles that do not count are before it: of ``Charles de Gaulle`` it is ``Gaulle`` in French.
    """

    start: int
    end: int
    sort_name: str


@lru_cache(maxsize=8192)
def family_name(name: str, language: str) -> FamilyName | None:
    """Return the family name of a person; None where it cannot be told. ``language`` is that of the list.

    It cannot be told of one word, of a name that begins with a particle or holds a digit or several people, in scripts
    without capital letters, and in languages that usually write the family name first.
    """
    words = [(match.start(), match.end(), match[0]) for match in re.finditer(r"\S+", _without_note(name))]
    while len(words) > 1 and _SUFFIX.fullmatch(words[-1][2].strip(",")):
        words.pop()
    texts = [text.rstrip(",") for *_, text in words]
    if len(words) < 2 or base_language(language) in _FAMILY_FIRST or not _is_told(texts, [text for *_, text in words]):
        return None
    first, last = _capitals(texts) or (_first(texts, language), len(texts))
    skipped, letters = _aside(texts[first:last], language)
    start = words[first + skipped][0] + letters
    end = words[last - 1][1] - (words[last - 1][2].endswith(","))
    given = f"{name[: words[first][0]]} {name[end:]} {name[words[first][0] : start]}".replace(",", " ")
    return FamilyName(start, end, f"{name[start:end]}, {' '.join(given.split())}")


def _without_note(name: str) -> str:
    """The name without what is in brackets at its end."""
    bare = name.rstrip()
    start = max(bare.rfind("("), bare.rfind("["))
    return (
        bare[:start].rstrip()
        if start >= 0 and bare.endswith((")", "]")) and bare.count(")", start) + bare.count("]", start) == 1
        else name
    )


def _is_told(texts: list[str], written: list[str]) -> bool:
    """Whether these are the words of one person's name, in a script with capital letters, given name first."""
    letters = [letter for letter in "".join(texts) if letter.isalpha() and letter not in "ʻʼªº"]
    return not (
        any(letter.isdigit() for letter in "".join(texts))
        or any(letter.lower() == letter.upper() for letter in letters)
        or any(mark in "".join(written[:-1]) for mark in ",;|:/")
        or any(text.casefold() in _SEVERAL or not (text[:1].isalpha() or text.startswith(("'", "’"))) for text in texts)
        or (_is_particle(texts[0]) and fold(texts[0]) not in _GIVEN_TOO)
    )


def _is_particle(text: str) -> bool:
    return fold(text).rstrip("'") in _PREPOSITIONS | _ARTICLES and text not in ("E", "I", "Y", "O", "D")


def _capitals(texts: list[str]) -> tuple[int, int] | None:
    """The words in capitals at the beginning of a name whose other words are not: ``DUPONT Jean``."""
    loud = [len(text) > 2 and text.isupper() and text.isalpha() for text in map(_letters, texts)]
    count = next((place for place, one in enumerate(loud) if not one), len(loud))
    return (0, count) if 0 < count < len(texts) and not any(loud[count:]) else None


def _letters(text: str) -> str:
    return re.sub(r"[-'’]", "", text)


def _first(texts: list[str], language: str) -> int:
    """The first word of the family name, which is the last one with the particles before it."""
    first = len(texts) - 1
    given = next((place for place, text in enumerate(texts) if fold(text).rstrip(".") not in _TITLES), first)
    plain = not any("." in text or _is_particle(text) for text in texts)
    if plain and first - given >= 2 and base_language(language) == "es":  # two family names
        first -= first - given > 2 or fold(texts[given + 1]) not in _SECOND_GIVEN
    while first > 1 and _is_particle(texts[first - 1]):
        # Ortega y Gasset: what joins two names has a name before it
        first -= 2 if fold(texts[first - 1]) in ("y", "i") and first > 2 else 1
    while first < len(texts) - 1 and fold(texts[first]) in _NEVER_FIRST:
        first += 1
    return first


def _aside(family: list[str], language: str) -> tuple[int, int]:
    """The particles that do not count when the family name is sorted: so many words, then so many letters."""
    base, skipped = base_language(language), 0
    # Belgium sorts under the particle, however it is written, the Netherlands under none.
    sets_aside = base in _SET_ASIDE and language.lower() != "nl-be"
    if sets_aside:
        rest = _PREPOSITIONS if base == "fr" else _PREPOSITIONS | _ARTICLES
        for word in family[:-1]:
            if fold(word) not in (rest if skipped else _PREPOSITIONS) or not (word.islower() or base == "nl"):
                break
            skipped += 1
    attached = _ATTACHED.match(family[skipped])
    return skipped, attached.end() if attached and (sets_aside or attached[0].endswith("-")) else 0
