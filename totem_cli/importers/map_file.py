"""Mapping files: how a source is read, to be used again (``--map-file``, ``--save-map``).

TOML with the tables ``[map]`` (names of the source and their fields) and ``[param]``, and the keys ``timezone``,
``day_first``, ``encoding`` and ``type``.
"""

from __future__ import annotations

from codecs import lookup
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from totem_cli.errors import ExistsError, InvalidError, NotFoundError, SystemFailedError
from totem_cli.importers import Options
from totem_cli.language.suggest import did_you_mean
from totem_cli.language.zones import check_timezone

_KEYS = ("timezone", "day_first", "encoding", "type")
_TABLES = ("map", "param")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a source: the fields by its names, the parameters of the format, and how to read its text."""

    map: Mapping[str, str] = field(default_factory=dict)
    param: Mapping[str, str] = field(default_factory=dict)
    type: Sequence[str] = ()
    timezone: str | None = None
    day_first: bool | None = None
    encoding: str | None = None

    def over(self, other: Reading) -> Reading:
        """This one, and what ``other`` says where it says nothing."""
        return Reading(
            map={**other.map, **self.map},
            param={**other.param, **self.param},
            type=self.type or other.type,
            timezone=self.timezone or other.timezone,
            day_first=other.day_first if self.day_first is None else self.day_first,
            encoding=self.encoding or other.encoding,
        )

    def options(self, name: str = "<stdin>") -> Options:
        """The options for an importer. Raises InvalidError for a zone or an encoding that is none."""
        parameters = dict(self.param)
        if self.map:
            parameters["map"] = "\n".join(f"{column}={one}" for column, one in self.map.items())
        if self.type:
            parameters["type"] = ",".join(self.type)
        return Options(
            name,
            parameters,
            timezone=check_timezone(self.timezone) if self.timezone else None,
            day_first=self.day_first,
            encoding=_encoding(self.encoding) if self.encoding else None,
        )

    def to_toml(self) -> str:
        """The file that :func:`read_map_file` reads as this."""
        import tomli_w

        plain = {key: getattr(self, key) for key in _KEYS} | {key: dict(getattr(self, key)) for key in _TABLES}
        return tomli_w.dumps({key: value for key, value in plain.items() if value not in (None, (), [], {})})


def read_map_file(path: Path) -> Reading:
    """The reading that a file states. Raises InvalidError, with the location, where it is not such a file."""
    from totem_cli.documents.document import Document

    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"no file {path}") from None
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", path) from error
    document = Document.parse(content, str(path), kind="toml")
    for key, value in document.data.items():
        if problem := _problem(key, value):
            what, hint = problem
            raise InvalidError(what, hint=hint, location=document.location(key))
    return Reading(**document.data)


def save_map_file(path: Path, reading: Reading) -> None:
    """Write a reading. Raises ExistsError where a file is there that says something else."""
    content = reading.to_toml().encode()
    try:
        if path.exists() and path.read_bytes() == content:
            return
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ExistsError(f"{path} exists already", hint="name another file with --save-map, or delete it") from None
    except OSError as error:
        raise SystemFailedError.from_os(error, "write", path) from error


def _problem(key: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a key of such a file, and how to mend it."""
    known = (*_KEYS, *_TABLES)
    if key not in known:
        return f"a mapping file has no key {key!r}", did_you_mean(key, known) or f"there are: {', '.join(known)}"
    is_table = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    if key in _TABLES and not is_table:
        return f"{key} must be a table of texts", f'write [{key}], and lines of "NAME" = "VALUE" under it'
    if key == "type" and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        return "type must be a list of texts", 'write type = ["page"]'
    if key == "day_first" and not isinstance(value, bool):
        return "day_first must be true or false", "day_first = true reads 9/4/2020 as 9 April"
    if key in ("timezone", "encoding") and not isinstance(value, str):
        return f"{key} must be text", f'write {key} = "…"'
    return None


def _encoding(name: str) -> str:
    try:
        return lookup(name).name
    except (LookupError, ValueError):
        hint = "such as utf-8, cp1252 (Windows), mac_roman, utf-16"
        raise InvalidError(f"there is no encoding {name!r}", hint=hint, field="encoding") from None
