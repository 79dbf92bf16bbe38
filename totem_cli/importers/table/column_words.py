"""The words by which columns are known, beside those of the field table: lists of ``words.toml``, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from totem_cli.importers.words import TIMES, phrases
from totem_cli.language.labels import language_tag
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance
from totem_cli.model.vocabulary import vocabulary, word_key

WORDS = vocabulary(EpisodeFields, Appearance)
ROWS = (*rows(EpisodeFields), *rows(Appearance))
_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z]{2})(?=\d)|(?<=\d)(?=[A-Za-z]{2})")
"""Between the words of ``chair1_name`` and ``speakerTitle``."""


def split_key(name: str) -> str:
    """What makes two names of columns the same: the words of ``speakerTitle`` are parted."""
    return word_key(_BOUNDARY.sub(" ", name.strip(" ?!*:")))


@cache
def special_words() -> dict[str, str]:
    """What the names mean that are no field, by the lists that they are in."""
    found = {
        word_key(word): part
        for part in ("about", "role", *TIMES, "state", "whole", "last", "first")
        for word in phrases("columns")[part]
    }
    little = words_of("little")  # Votre nom de famille is looked up as nom famille
    bare = {" ".join(word for word in key.split() if word not in little): part for key, part in found.items()}
    return {key: part for key, part in bare.items() if " " in key} | found


@cache
def words_of(kind: str) -> frozenset[str]:
    """The words of a list of ``[columns]``, as ``word_key`` has them."""
    return frozenset(word_key(word) for word in phrases("columns")[kind])


def says_off(name: str, value: object) -> bool:
    """Whether a column or key says of something that it is called off: "Annulé: oui"."""
    if split_key(name) not in words_of("cancelled"):
        return False
    return value is True or (isinstance(value, str) and word_key(value) in words_of("yes"))


@cache
def is_last_first_name(name: str) -> bool:
    """Whether a column is called for whole names whose last name stands first: ``Nom et prénom``, ``Name, Vorname``."""
    found = [word for word in split_key(name).split() if word.rstrip("s") in _LAST | _FIRST]
    return len(found) == 2 and found[0].rstrip("s") in _LAST and found[1].rstrip("s") in _FIRST


_LAST = frozenset({"nom", "nachname", "name", "last", "apellido", "cognome", "surname"})
_FIRST = frozenset({"prenom", "vorname", "first", "nombre", "nome"})


def may_be_title(name: str) -> bool:
    """Whether a name, or one of several in it (``Film / thème``), is the title's where no other is."""
    return any(split_key(part) in words_of("titles") for part in (name, *name.split("/")[:3]))


@cache
def in_language(name: str) -> tuple[str, str]:
    """A name without the language that ends it, and the tag of this: "title_fr", "Titel (deutsch)"; else two empty."""
    *words, last = split_key(name).split() or [""]
    tag = language_tag(last) if words and (last in _TAGS or len(last) > _SHORTEST) else ""
    return (" ".join(words), tag) if tag else ("", "")


_TAGS = frozenset(
    {"fr", "en", "de", "es", "it", "nl", "pt", "ca", "eu", "gl", "br", "oc", "rm", "lb", "pl", "cs", "sv", "da"}
)
_SHORTEST = 4
"""Letters; a longer word may be the name of a language."""


def of_one_language(names: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The first language of the fields that names say in several, and each such name: bare in this, in others empty."""
    names = tuple(names)
    parted = {name: found for name in names if (found := in_language(name))[1] and WORDS.find(found[0])}
    tags: dict[str, list[str]] = {}
    for base, tag in parted.values():
        tags.setdefault(base, []).append(tag)
    bare = {split_key(name) for name in names}
    several = {base for base, found in tags.items() if len(set(found)) > 1 and base not in bare}
    first = next((tag for base, tag in parted.values() if base in several), "")
    if not several and len(parted) > 1 and len({tag for _, tag in parted.values()}) == 1:  # all are in one language
        first = next(tag for _, tag in parted.values())
    several |= {base for base, found in tags.items() if first and found == [first] and base not in bare}
    return first, {name: base if tag == first else "" for name, (base, tag) in parted.items() if base in several}


def is_description(name: str) -> bool:
    """Whether a name is that of a description, long or short: of two texts it is the short one."""
    return (in_language(name)[0] or split_key(name)) in words_of("descriptions")


@cache
def loose_words() -> dict[str, str]:
    """The fields by their words without little ones: ``titre intervention`` for ``titre de l'intervention``."""
    found: dict[str, str] = {}
    for row in ROWS:
        for word in row.field.also.split(","):
            key = " ".join(part for part in word_key(word).split() if part not in words_of("little"))
            if " " in key:  # of "talk by", one word is left that means something else
                found.setdefault(key, WORDS.find(word) or row.name)
    return found
