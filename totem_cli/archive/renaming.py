"""One name for a person everywhere, and one person of two: changes in all files that name somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from totem_cli.archive.items import is_person, like
from totem_cli.errors import NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode, appearances

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.documents.document import Document
    from totem_cli.model.parts import Appearance
    from totem_cli.model.person import Person
    from totem_cli.model.series import Series


def people_of(owner: Episode | Series) -> tuple[Appearance, ...]:
    """Everyone who appears in an episode, or hosts a series."""
    return tuple(appearances(owner)) if isinstance(owner, Episode) else owner.hosts


def _askers(owner: Episode | Series) -> list[str]:
    return [question.asked_by or "" for question in owner.questions] if isinstance(owner, Episode) else []


def spelling(workspace: Workspace, name: str) -> str:
    """How somebody without a file is spelt where they are named first. Raises NotFoundError."""
    owners = workspace.owners
    names = [who.name for owner in owners for who in people_of(owner)]
    askers = [asker for owner in owners for asker in _askers(owner)]
    found = next((one for one in (*names, *askers) if fold(one) == fold(name)), None)
    if found is None:
        raise NotFoundError(
            f"nobody is called {name}", hint=did_you_mean(name, dict.fromkeys(names)) or "see: totem list guests"
        )
    return found


def is_somebody_else(workspace: Workspace, person: Person | None, old: str, new: str) -> bool:
    """Whether ``new`` names, in a file of its own or as host, guest or asker, another than ``person`` or ``old``."""
    own = {fold(old), *(map(fold, (person.name, *person.aliases)) if person else ())}
    if any(one != person for one in workspace.names.called(new)):
        return True
    return fold(new) not in own and any(
        fold(new) in map(fold, (*(who.name for who in people_of(owner)), *_askers(owner))) for owner in workspace.owners
    )


def rename_everywhere(workspace: Workspace, person: Person | None, old: str, new: str) -> list[str]:
    """Rename ``person`` (or, without a file, ``old``) in every file that names them as host, guest or asker.

    The names that were there come back, as they were written. Whoever has the same name and another ``person`` key is
    somebody else.
    """
    wanted = _own_names(workspace, person) if person else {fold(old)}
    found: list[str] = []
    for owner in workspace.owners:
        named = not wanted.isdisjoint(map(fold, (*(who.name for who in people_of(owner)), *_askers(owner))))
        if not named and not (person and any(who.person == person.slug for who in people_of(owner))):
            continue
        with workspace.editing(workspace.path(owner)) as document:
            for key, position, item in _people_in(document):
                if is_person(item, person, wanted):
                    found.append(item if isinstance(item, str) else item["name"])
                    document.set((key, position) if isinstance(item, str) else (key, position, "name"), new)
            for position, item in enumerate(document.data.get("questions", [])):
                if isinstance(item, Mapping) and fold(str(item.get("asked_by", ""))) in wanted:
                    found.append(item["asked_by"])
                    document.set(("questions", position, "asked_by"), new)
    return found


def _own_names(workspace: Workspace, person: Person) -> set[str]:
    """The folded names that mean this person and nobody else with a file."""
    others = {fold(name) for one in workspace.people() if one != person for name in (one.name, *one.aliases)}
    return set(map(fold, (person.name, *person.aliases))) - others


def move_keys(workspace: Workspace, old: str, new: str) -> None:
    """Write ``person = new`` in the appearances that have ``person = old``."""
    for owner in workspace.owners:
        if any(who.person == old for who in people_of(owner)):
            with workspace.editing(workspace.path(owner)) as document:
                for key, position, item in _people_in(document):
                    if isinstance(item, Mapping) and item.get("person") == old:
                        document.set((key, position, "person"), new)


def absorb(workspace: Workspace, duplicate: Person, into: Person) -> None:
    """Write down in one file what only the other holds, and remove the other."""
    path = workspace.path(duplicate)
    other = workspace.open(path)
    names, urls = {fold(into.name), *map(fold, into.aliases)}, {link.url for link in into.links}
    with workspace.editing(workspace.path(into)) as document:
        for name in (duplicate.name, *duplicate.aliases):
            if fold(name) not in names:
                names.add(fold(name))
                document.append("aliases", name)
        for position, link in enumerate(duplicate.links):
            if link.url not in urls:
                urls.add(link.url)
                links = document.data.get("links", [])
                document.append("links", like("links", links, other.data["links"][position]))
        for key, value in other.data.items():
            if key not in ("name", "aliases", "links") and key not in document.data:
                document.set((key,), value)
        if other.recap and other.recap not in document.recap:
            document.set_body(f"{document.recap}\n\n{other.recap}" if document.recap else other.recap)
    workspace.remove(path)


def join_appearances(workspace: Workspace, person: Person) -> None:
    """Make one appearance of several of a person in one list: the first one's role, the organisations of all."""
    names = workspace.names
    for owner in workspace.owners:
        for key in ("hosts", "guests"):
            people = getattr(owner, key, ())
            first, *others = [index for index, who in enumerate(people) if names.person(who) == person] or [0]
            if not others:
                continue
            with workspace.editing(workspace.path(owner)) as document:
                for position in reversed(others) if key in document.data else ():
                    _complete(document, key, first, document.data[key][position])
                    document.delete(key, position)


def _complete(document: Document, key: str, position: int, other: Any) -> None:
    """Give an appearance what only the other one holds, and the organisations of both."""
    if not isinstance(other, Mapping):
        return
    mine = document.data[key][position]
    if not isinstance(mine, Mapping):
        document.set((key, position), {"name": mine})
        mine = {"name": mine}
    organisations = list(mine.get("organisations", []))
    more = [name for name in other.get("organisations", []) if fold(name) not in map(fold, organisations)]
    if more:
        document.set((key, position, "organisations"), [*organisations, *more])
    for name, value in other.items():
        if name not in mine and name != "organisations":
            document.set((key, position, name), value)


def _people_in(document: Document) -> Iterator[tuple[str, int, Any]]:
    """The hosts and guests of a document: key, position, item."""
    for key in ("hosts", "guests"):
        for position, item in enumerate(document.data.get(key, [])):
            yield key, position, item
