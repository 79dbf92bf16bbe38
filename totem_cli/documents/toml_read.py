"""TOML text to plain data, with errors that say where the fault is and how to mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from totem_cli.documents.toml_write import MAX_DEPTH, MAX_INTEGER

if TYPE_CHECKING:
    from totem_cli.documents.toml_source import Path


_LONG_INTEGER = re.compile(r"[\dA-Fa-f_]{16}")
"""An integer of more than 64 bits has at least as many digits, hexadecimal ones too."""


def read(text: str, file: str, first_line: int = 1) -> dict[str, Any]:
    """The data of a TOML text whose first line is ``first_line`` of ``file``.

    Raises InvalidError, with its location, for anything that is not TOML 1.0.0, for integers of more than 64 bits, and
    for nesting of more than a hundred levels.
    """
    try:
        data = loads(text)
    except ValueError as error:
        from totem_cli.documents.toml_errors import explained

        raise explained(error, text, file, first_line) from None
    if _LONG_INTEGER.search(text) and (path := _too_large(data)) is not None:
        from totem_cli.documents.toml_errors import too_large

        raise too_large(path, text, file, first_line)
    return data


def loads(text: str, *, scanned: bool = False) -> dict[str, Any]:
    """What tomllib makes of a text. Raises ScanError for too deep nesting, unless the text was scanned before.

    tomli is the package that became tomllib; its wheels are compiled, and take a quarter of the time. Deep nesting
    could end the process there, and a key of very many parts takes time and memory that grow with their square.
    """
    if scanned or text.count(".") + text.count("[") + text.count("{") < MAX_DEPTH or _is_shallow(text):
        import tomli

        try:
            return tomli.loads(text)
        except ValueError:
            pass
    import tomllib

    return tomllib.loads(text)


def _is_shallow(text: str) -> bool:
    """Whether a scan finds no fault. Raises ScanError for too deep nesting."""
    from totem_cli.documents.toml_source import ScanError, sections

    try:
        sections(text)
    except ScanError as error:
        if error.too_deep:
            raise
        return False
    return True


def depth(data: object) -> int:
    """How deep the data is nested: 1 for a table of texts. Without recursion."""
    levels = 0
    level: list[object] = [data]
    while level:
        levels += 1
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        level = inner
    return levels - 1


def _too_large(data: object, path: Path = ()) -> Path | None:
    """The path of an integer of more than 64 bits."""
    if isinstance(data, int):
        return path if not -MAX_INTEGER - 1 <= data <= MAX_INTEGER else None
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = (_too_large(value, (*path, key)) for key, value in items)
    return next((one for one in found if one is not None), None)
