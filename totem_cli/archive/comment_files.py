"""The files of comments, which lie in the folder of the episode or series that they are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.archive.references import with_targets
from totem_cli.storage.layout import comment_path, locate

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.model.comment import Comment
    from totem_cli.model.episode import Episode
    from totem_cli.model.series import Series


def email_path(comment: str) -> str:
    """Where the e-mail address of a comment's author is kept, if it is."""
    return f"private/comments/{comment}.toml"


def path_of(workspace: Workspace, comment: Comment) -> str:
    """The path of a comment's file."""
    paths = workspace.index.comment_paths(comment.folder)
    found = [path for path in paths if (located := locate(path)) and located.slug == comment.slug]
    return found[0] if found else comment_path(comment.folder, comment.slug)


def by_path(workspace: Workspace) -> dict[str, Comment]:
    """Every comment by its path, with its target, without its text."""
    files = workspace.index.comments(bodies=False)
    return dict(zip(files, with_targets(workspace, [*files.values()]), strict=True))


def remove(workspace: Workspace, path: str, comment: Comment | None) -> None:
    """Remove a comment's file, and the e-mail address of its author."""
    workspace.remove(path)
    if comment:
        remove_email(workspace, comment)


def remove_email(workspace: Workspace, comment: Comment) -> None:
    """Remove the e-mail address of a comment's author, if one is kept."""
    if workspace.change.read(email_path(comment.id)) is not None:
        workspace.change.remove(email_path(comment.id))


def move_all(workspace: Workspace, old: str, new: str) -> None:
    """Move the files, readable or not, from one folder to another; an id that was derived is written down."""
    comments = workspace.index.comments(bodies=False)
    for path in workspace.index.comment_paths(old):
        located, content = locate(path), workspace.change.read(path)
        if content is None or located is None:
            continue
        comment = comments.get(path)
        if comment and "id" in comment.absent and comment.id != comment.slug:
            document = workspace.open(path)
            document.set(("id",), comment.id)
            content = document.to_bytes()
        workspace.relocate(path, comment_path(new, located.slug or ""), content, readable=comment is not None)


def remove_all(workspace: Workspace, *owners: Episode | Series) -> None:
    """Remove the comments on episodes and series, wherever they lie, and what lies in their folders."""
    ids, comments = {owner.id for owner in owners}, by_path(workspace)
    paths = {path for path, one in comments.items() if one.target in ids}
    for owner in owners:
        paths.update(workspace.index.comment_paths(owner.folder))
    for path in sorted(paths):
        remove(workspace, path, comments.get(path))
