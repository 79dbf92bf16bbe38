"""Lists of talks in YAML, of whatever shape: names are fields by the words of the field table.

Text is not reinterpreted (``12:30`` and ``yes`` stay text), and no object is constructed.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.front_yaml import read_yaml_value
from totem_cli.importers.records import items_of, read_records
from totem_cli.importers.words import read_mapping


def read(source: Path | bytes, options: Options) -> Imported:
    """The records in a YAML source. Raises InvalidError with the line for a syntax error, else with the field."""
    content, name = source_bytes(source, options)
    try:
        text = content.removeprefix(BOM_UTF8).decode(options.encoding or "utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8, or say which it is: --encoding NAME"
        raise InvalidError(
            f"not {error.encoding} (byte {error.start})", hint=hint, location=Location(name, line)
        ) from None
    found = items_of(read_yaml_value(text, name), Location(name), read_mapping(options))
    return read_records(found, name, options)
