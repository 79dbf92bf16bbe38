"""Edits that series, episodes and people have in common: assignments, and an ``add`` of what is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from totem_cli.archive.assign import assign, assignments
from totem_cli.archive.items import inherited_written
from totem_cli.archive.workspace import IF_EXISTS_HINT
from totem_cli.errors import ExistsError
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists, Workspace
    from totem_cli.model.series import Series


def assign_all(
    workspace: Workspace, thing: Episode | Series | Person, changes: Sequence[str], values: Mapping[str, Any]
) -> Any:
    """Make assignments in the file of a thing; its value as it is then, nothing inherited."""
    path = workspace.path(thing)
    document = workspace.open(path)
    for change in assignments(changes, values):
        if isinstance(thing, Episode) and change.sign != "=":
            inherited_written(thing, change.key, document)
        assign(document, change, type(thing), workspace.settings)
    return workspace.save(path, document.to_bytes())


def add_again(
    workspace: Workspace,
    thing: Episode | Series | Person,
    name: str,
    given: Mapping[str, Any],
    body: str | None,
    if_exists: IfExists,
) -> None:
    """Do what an ``add`` does where the thing exists: raise ExistsError, or with ``update`` set what is given."""
    if if_exists == "error":
        title = thing.name if isinstance(thing, Person) else thing.title
        raise exists(name, title)
    if if_exists == "skip":
        return
    with workspace.editing(workspace.path(thing)) as document:
        for key, value in given.items():
            document.set((key,), value)
        if body is not None and body.strip("\n") != document.recap:
            document.set_body(body)


def exists(name: str, title: str = "") -> ExistsError:
    """The error for a thing that exists already."""
    return ExistsError(
        f"{name} exists already" + (f": {title}" if title else ""),
        hint=IF_EXISTS_HINT,
    )
