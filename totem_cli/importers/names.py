"""Names of people: whether words look like one, and what in it is no part of the name."""

from __future__ import annotations

import re

from totem_cli.importers.roles import (
    ARTICLES,
    COURTESIES,
    MARK,
    PARTICLES,
    PREFIXES,
    is_first_name,
    is_organisation,
    is_role,
)

_ENDS_A_NAME = re.compile(r"(?P<word>[^\s,;(]+)\s*(?:$|[,;(\n]|(?:et|and|und|y|e|&)\s)")


def like_person(text: str) -> bool:
    """Whether words look like a person's name rather than an organisation's."""
    words = text.split()
    if not 2 <= len(words) <= 6 or re.search(r"[&\d@/+!]|\.\w{2,}$", text):
        return False
    if any(map(is_organisation, words)) or (any(map(is_role, words[1:])) and not is_full_name(text)):
        return False
    capitals = [word for word in words if word.casefold() not in PARTICLES | PREFIXES | ARTICLES]
    if all(word.isupper() and len(word) > 2 for word in capitals):
        return is_first_name(words[0])
    return all(map(_starts_high, capitals))


def is_full_name(text: str) -> bool:
    """Whether words are a known first name and a family name, which may be called as a trade is: ``Lucie Marin``."""
    first, _, family = text.partition(" ")
    return is_first_name(first) and not is_role(first) and family.istitle() and " " not in family


def is_name(text: str) -> bool:
    """Whether a phrase may be a name, of a person or of an organisation: it begins with a capital."""
    words = text.split()
    if not words or len(words) > 8 or text.endswith(("?", "!", ":")):
        return False
    while len(words) > 1 and words[0].casefold() in PREFIXES | PARTICLES | ARTICLES:
        words = words[1:]
    return _starts_high(words[0]) or (len(words) == 1 and bool(re.search(r"\w\.\w", words[0])))


def is_in_last_name(before: str, joint: str, after: str) -> bool:
    """Whether ``y`` or ``e`` is a word of a last name: one word that is no first name ends it (Ortega ``y`` Gasset)."""
    match = _ENDS_A_NAME.match(after) if joint in ("y", "e") else None
    if not match or not match["word"][0].isupper() or not like_person(before):
        return False
    word = match["word"]
    return not (is_first_name(word) or is_role(word) or is_organisation(word) or MARK.match(word))


def without_courtesy(name: str) -> str:
    """A name without ``Mme`` or ``Herr`` before it, and without an article before a title (``la Dra. …``)."""
    words = name.split(" ")
    start = 0
    while start < len(words) - 1 and words[start].casefold() in COURTESIES | ARTICLES:
        start += 1
    rest = words[start:]
    is_titled = start and (words[start - 1].casefold() in COURTESIES or rest[0].casefold() in PREFIXES)
    return " ".join(rest) if is_titled and len(rest) > 1 else name


def _starts_high(word: str) -> bool:
    is_elided = word[:2].casefold() in ("d'", "d’", "l'", "l’")
    letter = word[2:3] if is_elided else word.lstrip("\"“«'‘(")[:1]
    return letter.isdigit() or (letter.isalpha() and letter == letter.upper()) or bool(MARK.match(letter))
