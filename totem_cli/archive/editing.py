"""Whole files of an archive: where they are, and putting an edited one back."""

from __future__ import annotations

from typing import Any

from totem_cli.archive.upsert import Upsert
from totem_cli.errors import ChangedError, InvalidError
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.storage.layout import person_path
from totem_cli.storage.walk import read_beneath


class Editing(Upsert):
    """Files edited as a whole."""

    def file_of(self, kind: str, ref: str) -> str:
        """The path, relative to the archive, of an ``episode``, a ``series`` or a ``person``, readable or not."""
        if kind == "person":
            person = self.person(ref)
            return self.index.path_of("person", person.slug) or person_path(person.slug)
        try:
            return self._path(self.episode(ref) if kind == "episode" else self.one_series(ref))
        except InvalidError as problem:
            if problem.location is None:
                raise
            return problem.location.file.removeprefix(f"{self.root}/")

    def content(self, path: str) -> bytes:
        """The bytes of a file of the archive."""
        return read_beneath(self.root, path)

    def replace_file(self, path: str, content: bytes, *, expected: bytes) -> Any:
        """Put an edited file back; ChangedError where it is not what was edited, InvalidError where it is not valid."""
        from totem_cli.index.parse import parse

        with self.transaction(f"edit {path}"):
            if self.change.read(path) != expected:
                raise ChangedError(f"{self._shown(path)} was changed meanwhile")
            parsed = parse(path, content)
            if parsed.problem is not None:
                raise self._placed(parsed.problem, path)
            self.change.write(path, content)
            self.index.put(parsed)
            return self._owner_of(parsed.value)

    def _owner_of(self, value: Any) -> Any:
        if isinstance(value, Episode):
            return self.episode(f"{value.series}/{value.slug}")
        return self._effective(value) if isinstance(value, Series) else value
