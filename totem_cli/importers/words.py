"""Other people's words: the columns and keys that mean a field, the lists of ``words.toml``.

By these lists importers know people, their roles, the parts of a page and the values of fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.field_map import FieldMap
from totem_cli.language.labels import language_tag
from totem_cli.model.field import Row, table
from totem_cli.model.read import fits
from totem_cli.model.vocabulary import word_key

if TYPE_CHECKING:
    from msgspec import Struct

    from totem_cli.model.vocabulary import Vocabulary

PARAMETER = "map"
"""The parameter: one ``COLUMN=FIELD`` a line.

A field ``-`` leaves the column out; ``extra.key`` keeps it by that key.
"""

TIMES = ("time", "end", "end_day", "zone")
"""What a column may say of a date beside the day."""

PARTS = ("first_name", "last_name", *TIMES)
"""What ``--map`` takes for a column, beside the fields."""


def read_mapping(options: Options) -> FieldMap:
    """The fields by their folded columns. Raises InvalidError where a line is not ``COLUMN=FIELD``."""
    found: dict[str, str] = {}
    for line in options.parameters.get(PARAMETER, "").split("\n"):
        if not line.strip():
            continue
        column, sign, field = line.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise InvalidError(f"{line!r} is not a mapping", hint="write --map COLUMN=FIELD", field=PARAMETER)
        found[column.strip()] = field.strip()
    return FieldMap(found, options.mapped)


def by_words(
    data: Mapping[str, Any],
    struct: type[Struct],
    words: Vocabulary,
    read: Callable[[Any, Row | None], Any] = lambda value, _: value,
) -> dict[str, Any]:
    """A foreign table with the fields of a struct as keys: each key that means a field whose value it may be.

    A field's own name goes before every other word; other keys stay as they are. ``read`` makes a value of a field, or
    of a key that is none.
    """
    found: dict[str, Any] = {}
    for key, value in data.items():
        field = key if key in words.names else words.find(key)
        row = table(struct)[field] if field else None
        if field and field != key and (field in data or field in found or not fits(struct, field, read(value, row))):
            field, row = key, None
        found[field or key] = read(value, row)
    return found


@cache
def _lists() -> dict[str, dict[str, str | list[str]]]:
    return tomli.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def phrases(section: str) -> dict[str, list[str]]:
    """The lists of a section: a text is a list of its words."""
    return {key: value.split() if isinstance(value, str) else value for key, value in _lists()[section].items()}


def any_of(patterns: Iterable[str]) -> str:
    """A regular expression that matches any of some."""
    return f"(?:{'|'.join(patterns)})"


@cache
def _values(field: str) -> dict[str, str]:
    return {word_key(word): value for value, words in phrases(field).items() for word in words}


def value_of(field: str, text: str) -> str | None:
    """The value of the field ``status`` or ``language`` that people write so: ``en`` for ``anglais``; else None.

    ``proposals`` is the status of an episode for what organisers say of a proposal.
    """
    return language_tag(text) or None if field == "language" else _values(field).get(word_key(text))
