"""The columns of a table of episodes: which field each is, by the words of the field table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from totem_cli.archive.record import EpisodeRecord
from totem_cli.errors import InvalidError
from totem_cli.language.fold import fold
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance
from totem_cli.model.vocabulary import vocabulary, word_key

_WORDS = vocabulary(EpisodeFields, Appearance)
_ROWS = (*rows(EpisodeFields), *rows(Appearance))
_BESIDE = ("kind", "episode")
"""The columns of a table of appearances that are no field: guest or host, and the episode."""

_PERSONAL = re.compile(
    r"\be ?mails?\b|\bmail|courriel|correo|posta elettronica|tele[fp]h?on|\btel\b|portable|mobil|movil|handy|cellulare|"
    r"adresse(?! web| du site)|(?<!web )address$|direccion|indirizzo|\bip\b|naissance|birth|geburt|nacimiento|nascita"
)
"""Columns of personal data, which is never imported, only reported."""

_DERIVED = frozenset(EpisodeRecord.__struct_fields__) - frozenset(EpisodeFields.__struct_fields__)
_NUMBERED = re.compile(r"(?P<word>.*?) ?(?:n°|no|nr|#)? ?(?P<number>\d{1,2})(?: (?P<rest>.+))?")
_FIELD = re.compile(r"[a-z_]+(?: \d{1,2})?|extra\.\S.*|-")
REPEATABLE = frozenset(row.name for row in _ROWS if row.item or row.name in ("role", "url"))
"""The fields that several columns may be, by their number or their order."""

KNOWN = frozenset((*_WORDS.names, *_BESIDE)) - {"name"}
OWN = frozenset({"id", "series", "slug", "title"})
"""The columns by which a table of totem's own export is known."""


class Column(NamedTuple):
    """A column: its position, its name in the file, its field, its number where it has one (``invité 2``).

    The field is ``extra.NAME`` for a column that totem does not know, empty for one left out; a ``personal`` one is.
    """

    position: int
    name: str
    field: str
    number: int = 0
    personal: bool = False


def columns(header: Sequence[str], mapping: Mapping[str, str]) -> list[Column]:
    """What each column is; ``mapping`` maps folded names to fields and goes before any guess.

    Raises InvalidError where two columns would be one field, a mapped field does not exist, or a mapped column is not
    there.
    """
    derived = _DERIVED if {fold(name) for name in header} >= OWN else frozenset()
    found = [
        Column(position, name, "") if fold(name) in derived else _column(position, name.strip(), mapping)
        for position, name in enumerate(header)
    ]
    missing = [name for name in mapping if name not in {fold(column.name) for column in found}]
    if missing:
        raise InvalidError(f"there is no column {missing[0]!r}", hint=f"there are: {', '.join(header)}", field="map")
    # a name is the guest's where another column is the title
    name = "guests" if any(column.field in ("title", "episode") for column in found) else "title"
    found = [column._replace(field=name) if column.field == "name" else column for column in found]
    seen: dict[tuple[str, int], str] = {}
    for column in found:
        key = column.field, column.number
        if not column.field or (column.field in REPEATABLE and not column.number):
            continue
        if key in seen:
            raise InvalidError(
                f"the columns {seen[key]!r} and {column.name!r} are both {column.field}",
                hint=f'leave one out: --map "{column.name}=-"',
                field=column.name,
            )
        seen[key] = column.name
    return found


def _column(position: int, name: str, mapping: Mapping[str, str]) -> Column:
    folded = fold(name)
    if folded in mapping:
        field, _, number = mapping[folded].partition(" ")
        if not _FIELD.fullmatch(mapping[folded]) or not (field in KNOWN or field == "-" or field.startswith("extra.")):
            fields = sorted(KNOWN.difference(_BESIDE))
            raise InvalidError(
                f"there is no field {mapping[folded]!r} for the column {name!r}",
                hint=_WORDS.did_you_mean(field, fields)
                or f"there are: {', '.join(fields)}, extra.NAME, and - to leave it out",
                field="map",
            )
        if field.startswith("extra."):
            return Column(position, name, mapping[folded])
        return Column(position, name, "" if field == "-" else field, int(number or 0))
    if not folded:
        return Column(position, name, "")
    if meant := folded if folded in _BESIDE else _WORDS.find(name):
        return Column(position, name, meant)
    key = word_key(name)
    if _PERSONAL.search(key):
        return Column(position, name, "", personal=True)
    if (match := _NUMBERED.fullmatch(key)) and (part := _numbered(match["word"], match["rest"] or "")):
        return Column(position, name, part, int(match["number"]))
    return Column(position, name, f"extra.{name}")


def _numbered(word: str, rest: str) -> str:
    """The field of ``invité 2``, ``role 2``, ``guest 2 role`` or ``nom invité 2``; empty where it is not repeatable."""
    for text in (*((f"{word} {rest}", rest) if rest else ()), word, word.partition(" ")[0]):
        field = _WORDS.find(text) or ""
        if field == "name":
            return "guests"
        if field in REPEATABLE:
            return field
    return ""
