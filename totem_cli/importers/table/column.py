"""What one column of a table is, or a key of JSON and YAML, by its name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers.table.column_words import (
    ROWS,
    WORDS,
    loose_words,
    special_words,
    split_key,
    words_of,
)
from totem_cli.importers.words import PARTS
from totem_cli.language.fold import fold
from totem_cli.model.field import rows
from totem_cli.model.parts import Appearance
from totem_cli.model.vocabulary import vocabulary, word_key

_BESIDE = ("kind", "episode")
"""The columns of a table of appearances that are no field: guest or host, and the episode."""

_PERSONAL = re.compile(
    r"\be ?mails?\b|\bmail|courriel|correo|posta elettronica|tele[fp]h?on|\bphone|\btel\b|portable|mobil|movil|handy|"
    r"cellulare|adresse(?! web| du (?:site|lieu)| de la salle)|(?<!web )(?<!venue )(?<!event )(?<!location )address$|"
    r"direccion|indirizzo|\bip\b|naissance|birth|geburt|nacimiento|nascita|"
    r"^user ?(?:id|name|display name)$|benutzer|^(?:nom|identifiant) d utilisateur"
)
"""Columns of personal data, which is never imported, only reported."""

_MAPPED = re.compile(
    r"(?:(?P<whose>guests|hosts)\.)?(?:(?P<field>[a-z_]+|-)|extra\.(?P<key>\S.*?))(?: (?P<number>\d{1,2}))?"
)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_GENDERED = re.compile(r"(?<=\w)[/:*_·.]-?(?:in|innen|r|n|e|es|ère|rice|trice|euse|ne|a|as|i)\b", re.IGNORECASE)
"""The endings of inclusive writing: ``Referent/in``, ``Vortragende:r``."""

_NUMBER_SIGNS = frozenset({"n°", "no", "nr", "n", "#"})
NAME_WORDS = frozenset({"nom", "noms", "name", "names", "nombre", "nome", "apellido", "apellidos", "cognome"})

REPEATABLE = frozenset(row.name for row in ROWS if row.item or row.name in ("role", "url"))
"""The fields that several columns may be, by their number or their order."""

KNOWN = frozenset((*WORDS.names, *_BESIDE)) - {"name"}
OWN = frozenset({"id", "series", "slug", "title"})
"""The columns by which a table of totem's own export is known."""

PERSON = frozenset({row.name for row in rows(Appearance)} - {"name"})
"""What a column may say of a person beside the name."""


class Column(NamedTuple):
    """A column: its position, its name in the file, its field, its number where it has one (``invité 2``).

    The field is ``extra.NAME`` for a column that totem does not know, empty for one left out; a ``personal`` one is.
    ``part`` says what of a person the field ``guests`` or ``hosts`` is: a first or last ``name``; of any other field
    of a person, whose it is. ``time`` is a time of day, ``end`` and ``end_day`` when it is over, ``zone`` that of the
    hours; ``about.NAME`` is kept with the person. ``why`` is the reason for a column that is not placed as its name
    says.
    """

    position: int
    name: str
    field: str
    number: int = 0
    personal: bool = False
    part: str = ""
    why: str = ""

    @property
    def told(self) -> str:
        """The field as ``--map`` takes it: ``role 2``, ``last_name``, ``hosts.role``, ``-`` for one left out."""
        number = f" {self.number}" if self.number else ""
        if not self.field:
            return "-"
        if self.field.startswith("about."):
            return f"{self.part}.extra.{self.field.removeprefix('about.')}{number}"
        whose = self.field if self.part in ("first", "last") else self.part
        field = f"{self.part}_name" if self.part in ("first", "last") else self.field
        return f"{'hosts.' if whose == 'hosts' else ''}{field}{number}"


_TIME = re.compile(r"\d{1,2}(?:[:h.]\d{2}(?::\d{2})?| ?h)?(?: ?[ap]\.?m\.?)?(?: uhr)?", re.IGNORECASE)


_HOURS = re.compile(rf"{_TIME.pattern}(?:\s?[-–—]\s?{_TIME.pattern})?", re.IGNORECASE)


def is_time(cell: str) -> bool:
    """Whether a cell is a time of day, and no date."""
    return bool(_TIME.fullmatch(cell)) and not cell.isdigit()


def is_hour(value: Any) -> bool:
    """Whether a value is a time of day, or a stretch of hours."""
    return isinstance(value, str) and bool(_HOURS.fullmatch(value.strip())) and not value.isdigit()


def read_column(position: int, name: str, mapping: Mapping[str, str]) -> Column:
    """The column of a name at a position; ``mapping`` maps folded names to fields and goes before any guess."""
    folded = fold(name)
    if folded in mapping:
        return _mapped(position, name, mapping[folded])
    word = name.strip(" ?!*:")
    if not word:
        return Column(position, name, "")
    if folded in _BESIDE:
        return Column(position, name, folded)
    key = word_key(word)
    split = split_key(word)
    if found := _meaning(position, name, key) or (_meaning(position, name, split) if split != key else None):
        return found
    if _PERSONAL.search(split) or _PERSONAL.search(key):
        return Column(position, name, "", personal=True)
    for loose in (split, word_key(_BRACKETED.sub(" ", word)), word_key(_GENDERED.sub("", word))):
        if found := _qualified(position, name, loose.split()) or _called(position, name, loose.split()):
            return found
    return _either(position, name) or Column(position, name, f"extra.{name}")


@cache
def column_of(name: str) -> Column:
    """What a name by itself means, as the only column of its kind; also of keys of JSON and YAML."""
    return read_column(0, name, {})


def _either(position: int, name: str) -> Column | None:
    """The column whose name is several words for one field: ``Company / organisation``."""
    parts = [part for part in name.split("/") if part.strip()]
    meant = [_meaning(position, name, word_key(part)) for part in parts[:4]]
    return meant[0] if 1 < len(parts) <= 4 and meant[0] and all(one == meant[0] for one in meant) else None


def _mapped(position: int, name: str, wanted: str) -> Column:
    """The column that ``--map`` says: see :attr:`Column.told`."""
    match = _MAPPED.fullmatch(wanted)
    field: str | None = match["field"] if match else wanted
    if match is None or (field is not None and field not in KNOWN and field not in (*PARTS, "-")):
        fields = sorted({*KNOWN.difference(_BESIDE), *PARTS} - {"-"})
        raise InvalidError(
            f"there is no field {wanted!r} for the column {name!r}",
            hint=WORDS.did_you_mean(field or "", fields)
            or f"there are: {', '.join(fields)}, extra.NAME, and - to leave it out",
            field="map",
        )
    whose, number = match["whose"] or "guests", int(match["number"] or 0)
    if field == "-":
        return Column(position, name, "")
    if key := match["key"]:
        if match["whose"]:
            return Column(position, name, f"about.{key}", number, part=whose)
        key = wanted.removeprefix("extra.")
        if key in KNOWN:
            raise InvalidError(f"{key} is a field, and no key of extra", hint=f'--map "{name}={key}"', field="map")
        return Column(position, name, f"extra.{key}")
    if field in ("first_name", "last_name"):
        return Column(position, name, whose, number, part=field.removesuffix("_name"))
    return Column(position, name, field or "", number, part=whose if field in PERSON else "")


def _meaning(position: int, name: str, key: str, *, number: int = 0) -> Column | None:
    """The column that a whole name means."""
    if field := WORDS.find(key):
        if number and field == "name":
            field = "guests"
        if number and field not in REPEATABLE:
            return None
        return Column(position, name, field, number, part="guests" if field in PERSON else "")
    match special_words().get(key):
        case "first" | "last" as part:
            return Column(position, name, "guests", number, part=part)
        case "time" | "end" | "end_day" | "zone" as part:
            return Column(position, name, part)
        case "state":
            return Column(position, name, "status")
        case "whole":
            return Column(position, name, "guests", number)
    return None


def _qualified(position: int, name: str, words: list[str]) -> Column | None:
    """The column of ``role 2``, ``Speaker 1 job``, ``Quel est votre prénom ?``; None where it is none."""
    if len(words) > 24:
        return None
    numbers = [word for word in words if word.isascii() and word.isdigit() and len(word) < 3 and int(word)]
    number = int(numbers[0]) if len(numbers) == 1 else 0
    words = [word for word in words if word not in numbers and not (number and word in _NUMBER_SIGNS)]
    if number and (match := _meaning(position, name, " ".join(words), number=number)):
        return match
    words = [word for word in words if word not in words_of("little")]
    short = [word for word in words if word not in words_of("events")]
    if short and len(short) < len(words) and (found := _meaning(position, name, " ".join(short), number=number)):
        return found
    for at in range(len(words) + 1):
        for who, rest in ((words[:at], words[at:]), (words[at:], words[:at])):
            if who and rest and (group := _group(" ".join(who))) and (found := _beside(position, name, rest, number)):
                return found._replace(field=group) if found.field == "guests" else found._replace(part=group)
    if found := _meaning(position, name, " ".join(words), number=number):
        return found
    field = loose_words().get(" ".join(words), "")
    if not field or (number and field not in REPEATABLE):
        return None
    return Column(position, name, field, number, part="guests" if field in PERSON else "")


def _called(position: int, name: str, words: list[str]) -> Column | None:
    """The column of the name of a place or a track: ``roomName``."""
    found = _meaning(position, name, " ".join(words[:-1])) if len(words) > 1 and words[-1] in NAME_WORDS else None
    return found if found and found.field in ("place", "tags") else None


def _group(words: str) -> str:
    """Whom words name: ``guests`` or ``hosts``; empty where neither."""
    field = WORDS.find(words) or loose_words().get(words)
    return field if field in ("guests", "hosts") and not NAME_WORDS & set(words.split()) else ""


def _beside(position: int, name: str, words: list[str], number: int) -> Column | None:
    """What a column says of a person whom its name has named already: a part of the name, or a field beside it."""
    text = " ".join(words)
    special = special_words().get(text)
    if special in ("first", "last"):
        return Column(position, name, "guests", number, part=special)
    if special in ("role", "about"):
        field = "role" if special == "role" else f"about.{name}"
        return Column(position, name, field, number, part="guests")
    meant = "name" if text in NAME_WORDS else vocabulary(Appearance).find(text)
    return Column(position, name, "guests" if meant == "name" else meant, number) if meant else None
