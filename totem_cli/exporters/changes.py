"""What changed between two exports of the record, for jobs that hand on only that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from totem_cli.archive.record import SCHEMA_VERSION, Record, to_data, to_json
from totem_cli.errors import InvalidError, Location
from totem_cli.publishing.page import key_of

KINDS: Mapping[str, str] = {
    "series": "id",
    "episodes": "id",
    "people": "slug",
    "organisations": "slug",
    "comments": "id",
}
"""The lists of the record, and what in each tells one thing from another."""

VERSION = 1
"""The version of the state's own shape."""

Known: TypeAlias = dict[str, dict[str, tuple[str, str]]]
"""For each kind and each thing: a digest of its record, and its address on the site."""


@dataclass(frozen=True, slots=True)
class State:
    """What an export held, as far as the next one needs to know.

    ``is_own`` tells a state from an earlier export that was read as one, and is somebody's.
    """

    known: Known
    is_own: bool = True

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> State:
        """The state after the export of a record, given as JSON holds it."""
        return cls({kind: {thing[key]: _known(thing) for thing in record.get(kind, ())} for kind, key in KINDS.items()})

    @classmethod
    def read(cls, content: bytes, name: str) -> State:
        """The state that a file tells: one that :meth:`encode` wrote, or an earlier export as JSON or JSON Lines.

        An empty file is a state that knows nothing. Raises InvalidError for anything else.
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
            found = msgspec.json.decode(content)
        except msgspec.DecodeError:
            found = {"episodes": [msgspec.json.decode(line) for line in content.splitlines() if line.strip()]}
        if "totem_state" in found:
            return cls(msgspec.convert(found["known"], Known))
        found = {"episodes": [found]} if "recap_html" in found else found
        if "added" in found or any("change" in episode for episode in found["episodes"]):
            raise KeyError("these are changes, not all there was")
        return cls(cls.of(found).known, is_own=False)

    def encode(self) -> bytes:
        """The content of the file; the same state is always the same bytes."""
        encoder = msgspec.json.Encoder(order="deterministic")
        return encoder.encode({"totem_state": VERSION, "known": self.known}) + b"\n"


@dataclass(frozen=True, slots=True)
class Changes:
    """What was added and changed, whole, and what was removed, by its key and last address; by kind."""

    archive: Mapping[str, Any]
    added: Mapping[str, Sequence[Mapping[str, Any]]]
    changed: Mapping[str, Sequence[Mapping[str, Any]]]
    removed: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not any(things for part in (self.added, self.changed, self.removed) for things in part.values())

    def document(self) -> bytes:
        """As one JSON document."""
        parts = {"added": self.added, "changed": self.changed, "removed": self.removed}
        return to_json({"schema_version": SCHEMA_VERSION, "archive": self.archive, **parts}) + b"\n"

    def lines(self) -> bytes:
        """As JSON Lines, of episodes alone: each says under ``change`` what became of it."""
        return b"".join(to_json(line, indent=0) + b"\n" for line in self._lines())

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        for change, found in (("added", self.added), ("changed", self.changed), ("removed", self.removed)):
            for thing in found["episodes"]:
                yield {"change": change, **thing}


def changes(record: Record, since: State) -> tuple[Changes, State]:
    """What a record holds that the state does not know so, and the state to compare the next one with."""
    whole = to_data(record)
    now = State.of(whole)
    added: dict[str, list[Any]] = {}
    changed: dict[str, list[Any]] = {}
    removed: dict[str, list[Any]] = {}
    for kind, key in KINDS.items():
        before, after = since.known.get(kind, {}), now.known[kind]
        added[kind] = [thing for thing in whole[kind] if thing[key] not in before]
        changed[kind] = [
            thing for thing in whole[kind] if thing[key] in before and before[thing[key]][0] != after[thing[key]][0]
        ]
        removed[kind] = [{key: gone, "address": address} for gone, (_, address) in before.items() if gone not in after]
    return Changes(whole["archive"], added, changed, removed), now


def _known(thing: Mapping[str, Any]) -> tuple[str, str]:
    return key_of(msgspec.json.encode(thing, order="deterministic")), thing.get("address", "")
