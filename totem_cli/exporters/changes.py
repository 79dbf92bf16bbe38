"""Compare two exports of the record: what was added, changed and removed (``--since-export``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from totem_cli.archive.record import SCHEMA_VERSION, Record, to_json
from totem_cli.errors import InvalidError, Location
from totem_cli.publishing.page import key_of

KINDS: Mapping[str, str] = {
    "series": "id",
    "episodes": "id",
    "people": "slug",
    "organisations": "slug",
    "comments": "id",
}
"""The lists of the record, and the field that identifies an item in each."""

VERSION = 1
"""The version of the state file's format."""

Digests: TypeAlias = dict[str, dict[str, tuple[str, str]]]
"""By kind and by identifier: the digest of an item, and its address on the site."""


@dataclass(frozen=True, slots=True)
class State:
    """The digests of an export, with which the next one is compared.

    ``is_own`` is False where it was read from an export, a file of the user's that must not be overwritten.
    """

    digests: Digests
    is_own: bool = True

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> State:
        """The state of a record, given as plain data."""
        return cls(
            {
                kind: {item[key]: (_digest(item), item.get("address", "")) for item in record.get(kind, ())}
                for kind, key in KINDS.items()
            }
        )

    @classmethod
    def read(cls, content: bytes, name: str) -> State:
        """Read a state from a file that :meth:`encode` wrote, or from an export as JSON or JSON Lines.

        The state of an empty file is empty. Raises InvalidError for any other content; ``name`` is the file's name.
        """
        try:
            return cls._read(content)
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, RecursionError):
            raise InvalidError(
                "this is neither a state nor an earlier export as JSON",
                location=Location(name),
                hint="name a file that is not there yet, to begin with everything",
            ) from None

    @classmethod
    def _read(cls, content: bytes) -> State:
        if not content.strip():
            return cls({})
        try:
            data = msgspec.json.decode(content)
        except msgspec.DecodeError:
            data = {"episodes": [msgspec.json.decode(line) for line in content.splitlines() if line.strip()]}
        if "totem_state" in data:
            return cls(msgspec.convert(data["known"], Digests))
        data = {"episodes": [data]} if "recap_html" in data else data
        if "added" in data or any("change" in episode for episode in data["episodes"]):
            raise KeyError("an export of changes is not a whole export")
        return cls(cls.of(data).digests, is_own=False)

    def encode(self) -> bytes:
        """The content of the state file; equal states give equal bytes."""
        encoder = msgspec.json.Encoder(order="deterministic")
        return encoder.encode({"totem_state": VERSION, "known": self.digests}) + b"\n"


@dataclass(frozen=True, slots=True)
class Changes:
    """The items by kind; those of ``added`` and ``changed`` are complete, those of ``removed`` key and address."""

    archive: Mapping[str, Any]
    added: Mapping[str, Sequence[Mapping[str, Any]]]
    changed: Mapping[str, Sequence[Mapping[str, Any]]]
    removed: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not any(items for part in (self.added, self.changed, self.removed) for items in part.values())

    def document(self) -> bytes:
        """The changes as one JSON document."""
        parts = {"added": self.added, "changed": self.changed, "removed": self.removed}
        return to_json({"schema_version": SCHEMA_VERSION, "archive": self.archive, **parts}) + b"\n"

    def lines(self) -> bytes:
        """The changes of episodes as JSON Lines; the key ``change`` of each is added, changed or removed."""
        return b"".join(to_json(line, indent=0) + b"\n" for line in self._lines())

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        for change, items in (("added", self.added), ("changed", self.changed), ("removed", self.removed)):
            for episode in items["episodes"]:
                yield {"change": change, **episode}


def changes(record: Record, since: State) -> tuple[Changes, State]:
    """Compare a record with an earlier state; returns the changes and the record's own state."""
    data = msgspec.to_builtins(record)
    now = State.of(data)
    added: dict[str, list[Any]] = {}
    changed: dict[str, list[Any]] = {}
    removed: dict[str, list[Any]] = {}
    for kind, key in KINDS.items():
        before, after = since.digests.get(kind, {}), now.digests[kind]
        added[kind] = [item for item in data[kind] if item[key] not in before]
        changed[kind] = [
            item for item in data[kind] if item[key] in before and before[item[key]][0] != after[item[key]][0]
        ]
        removed[kind] = [{key: name, "address": address} for name, (_, address) in before.items() if name not in after]
    return Changes(data["archive"], added, changed, removed), now


def _digest(item: Mapping[str, Any]) -> str:
    return key_of(msgspec.json.encode(item, order="deterministic"))
