"""The words by which columns are known, beside those of the field table: lists of ``words.toml``, folded."""

from __future__ import annotations

import re
from functools import cache

from totem_cli.importers.words import TIMES, phrases
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
def loose_words() -> dict[str, str]:
    """The fields by their words without little ones: ``titre intervention`` for ``titre de l'intervention``."""
    found: dict[str, str] = {}
    for row in ROWS:
        for word in row.field.also.split(","):
            key = " ".join(part for part in word_key(word).split() if part not in words_of("little"))
            if " " in key:  # of "talk by", one word is left that means something else
                found.setdefault(key, WORDS.find(word) or row.name)
    return found
