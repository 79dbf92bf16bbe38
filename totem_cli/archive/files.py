"""The files of an archive, edited as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from totem_cli.archive import references
from totem_cli.errors import ChangedError, InvalidError

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace


class Files:
    """The files that hold episodes, series and people: ``archive.files["series/collaboration/series.md"]``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, path: str) -> bytes:
        """The content of a file; paths are relative to the archive."""
        from totem_cli.storage.walk import read_beneath

        return read_beneath(self._workspace.root, path)

    def path(self, kind: Literal["episode", "series", "person"], ref: str) -> str:
        """The path of what a reference names, be the file readable or not."""
        workspace = self._workspace
        if kind == "person":
            return workspace.path(references.person(workspace, ref))
        try:
            found = references.episode(workspace, ref) if kind == "episode" else references.series(workspace, ref)
        except InvalidError as problem:
            if problem.location is None:
                raise
            return problem.location.file.removeprefix(f"{workspace.root}/")
        return workspace.path(found)

    def replace(self, path: str, content: bytes, *, expected: bytes) -> Any:
        """Put an edited file back; the episode, series or person that it holds.

        Raises ChangedError where the file is not ``expected``, what was edited; InvalidError for content that is not
        valid.
        """
        from totem_cli.index.parse import parse

        workspace = self._workspace
        with workspace.transaction(f"edit {path}"):
            if workspace.change.read(path) != expected:
                raise ChangedError(f"{workspace.shown(path)} was changed meanwhile")
            problem = parse(path, content).problem
            if problem is not None:
                raise workspace.located(problem, path)
            return workspace.filled_in(workspace.save(path, content))
