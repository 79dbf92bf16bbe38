"""YAML front matter that parsers of YAML 1.1 and 1.2 read as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = frozenset(("y", "yes", "n", "no", "on", "off", "true", "false", "null"))
_ESCAPED = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]")


def document(front: Mapping[str, object], body: str) -> bytes:
    """Return a Markdown file with front matter between lines of ``---``."""
    head = "\n".join(("---", *_table(front, ""), "---", ""))
    return (f"{head}\n{body}\n" if body else head).encode()


def _table(table: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in table.items():
        name = key if _BARE.fullmatch(key) and key.lower() not in _WORDS else _scalar(key)
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}:"
            yield from _table(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield f"{indent}{name}:"
            yield from _items(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_scalar(value)}"


def _items(values: Sequence[object], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *rest = _table(value, indent + "  ")
            yield f"{indent}- {first.lstrip(' ')}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(value)}"


def _scalar(value: object) -> str:
    """A value in one line: strings as JSON, which is also YAML (YAML 1.2.2, 1.3), dates without quotes."""
    if isinstance(value, datetime):
        return value.isoformat(sep="T")
    if isinstance(value, date):
        return value.isoformat()
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False, default=str))
