"""Moving an episode's file, with the comments on it; its old address stays as an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.archive import comment_files, references
from totem_cli.archive.front import part_front
from totem_cli.errors import ExistsError
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.storage.layout import episode_path

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.documents.document import Document
    from totem_cli.model.series import Series


def move_file(
    workspace: Workspace,
    episode: Episode,
    series: str,
    slug: str,
    *,
    number: int | None = None,
    to: Series | None = None,
) -> Episode:
    """Move an episode's file; ``to`` is the series it comes into, where that is another. Raises ExistsError."""
    path, target = workspace.path(episode), episode_path(series, slug)
    if path == target:
        return episode
    here = (episode.series, episode.slug)
    taken = {name.casefold() for name in workspace.index.slugs(series) if (series, name) != here}
    if slug.casefold() in taken:
        raise ExistsError(f"{workspace.shown(target)} exists already", hint="choose another name")
    document = workspace.open(path)
    if "id" in episode.absent:
        document.set(("id",), episode.id)
    if number is not None and number != episode.number:
        document.set(("number",), number)
    if to is not None:
        _keep_inherited(document, episode, to)
    old, new = episode.folder, f"{series}/{slug}"
    leave_alias(document, old, new)
    workspace.relocate(path, target, document.to_bytes())
    comment_files.move_all(workspace, old, new)
    return references.episode(workspace, new)


def _keep_inherited(document: Document, episode: Episode, to: Series) -> None:
    """Write down what an episode inherited and would not inherit from the series it comes into."""
    for key in INHERITED:
        value = getattr(episode, key)
        if key in episode.absent and value is not None and value != getattr(to, key):
            document.set((key,), [part_front(part) for part in value] if isinstance(value, tuple) else value)


def leave_alias(document: Document, old: str, new: str) -> None:
    """Add an old address to ``aliases``, and take the new one out."""
    aliases = document.data.get("aliases", [])
    for position in reversed([position for position, alias in enumerate(aliases) if alias == new]):
        document.delete("aliases", position)
    if old not in document.data.get("aliases", []):
        document.append("aliases", old)
