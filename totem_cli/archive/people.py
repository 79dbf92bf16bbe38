"""The people of an archive: those who have a file in ``people/``, and what can be done to everyone's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from totem_cli.archive import references
from totem_cli.errors import ExistsError, InvalidError
from totem_cli.language.fold import fold
from totem_cli.model.person import Person
from totem_cli.storage.layout import person_path

if TYPE_CHECKING:
    from totem_cli.archive.forgetting import Forgotten, PersonReport
    from totem_cli.archive.workspace import IfExists, Workspace


class People:
    """The people with a file: ``archive.people["ada-brun"]``, by slug, name or alias."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, name: str) -> Person:
        """The person that a slug, a name or an alias names. Raises NotFoundError, AmbiguousError."""
        return references.person(self._workspace, name)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._workspace.people())

    def report(self, name: str) -> PersonReport:
        """Everything that is held about whoever goes by ``name``. Raises NotFoundError where there is nothing."""
        from totem_cli.archive.forgetting import Forgetting

        return Forgetting(self._workspace).report(name)

    # Changes

    def add(
        self,
        name: str,
        *,
        slug: str | None = None,
        sort_name: str | None = None,
        aliases: Sequence[str] = (),
        urls: Sequence[str] = (),
        biography: str | None = None,
        if_exists: IfExists = "error",
    ) -> Person:
        """Add a file for what outlives an episode: sort name, aliases, links, biography."""
        from totem_cli.archive.items import given
        from totem_cli.language.slug import slugify

        with self._workspace.transaction(f"add person {name}"):
            if not name.strip():
                raise InvalidError("a person needs a name", field="name")
            front = given(sort_name=sort_name or None, aliases=[*aliases], links=[{"url": url} for url in urls])
            persons = self._workspace.names.persons
            same = next(iter(self._workspace.names.called(name)), None)
            if same and (slug is None or same.slug == slug):
                from totem_cli.archive.edits import add_again

                add_again(self._workspace, same, same.ref, front, biography, if_exists)
                return self[same.slug]
            chosen = slug or slugify(name) or "x"
            if chosen in persons:
                raise ExistsError(
                    f"people/{chosen} exists already: {persons[chosen].name}", hint="choose another name with --slug"
                )
            return self._create(chosen, {"name": name, **front}, biography or "")

    def _create(self, slug: str, front: Mapping[str, Any], biography: str = "") -> Person:
        self._workspace.create(person_path(slug), front, biography)
        return self[slug]

    def set(self, name: str, /, *changes: str, **values: Any) -> Person:
        """Change a person's file: ``set("ada-brun", "aliases+=A. Brun")``; None removes a key."""
        from totem_cli.archive.edits import assign_all

        with self._workspace.transaction(f"set person {name} {' '.join(changes)}"):
            person = self[name]
            assign_all(self._workspace, person, changes, values)
            return self[person.slug]

    def rename(self, old: str, new: str, *, skip_unreadable: bool = False) -> Person:
        """Call a person ``new`` in every episode and series; ``old`` is kept as an alias in ``people/``.

        A person without a file gets one only where there is an alias to keep. ``billed_as`` and recaps are the
        episode's own words: they stay. Raises ExistsError where ``new`` is somebody else, UnreadableError where a file
        may name them and cannot be read, unless told to skip it.
        """
        from totem_cli.archive.renaming import is_somebody_else
        from totem_cli.archive.unreadable import SKIP, check_readable, in_folders

        with self._workspace.transaction(f"rename person {old} {new}"):
            if not new.strip():
                raise InvalidError("a person needs a name", field="name")
            check_readable(self._workspace, in_folders("series", "people"), skip=skip_unreadable, hint=SKIP)
            person = references.filed(self._workspace, old)
            if is_somebody_else(self._workspace, person, old, new):
                raise ExistsError(
                    f"somebody is called {new} already",
                    hint=f'one person of the two is made by: totem merge person "{old}" "{new}"',
                )
            return self._rename(person, old, new)

    def _rename(self, person: Person | None, old: str, new: str) -> Person:
        """Call a person, or whoever has no file and is called ``old``, ``new`` everywhere."""
        from totem_cli.archive.renaming import rename_everywhere, spelling
        from totem_cli.language.slug import slugify

        spellings = rename_everywhere(self._workspace, person, old, new)
        if person:
            return self._alias(person, person.name, new)
        if not spellings:
            spelling(self._workspace, old)  # raises NotFoundError
        other = next(iter(self._workspace.names.called(new)), None)
        if other:
            return self._alias(other, spellings[0], other.name)
        known, slug = self._workspace.names.persons, slugify(new) or "x"
        slugs = (slug, *(f"{slug}-{number}" for number in range(2, len(known) + 3)))
        free = next(one for one in slugs if one not in known)
        if fold(spellings[0]) == fold(new):
            return Person(slug=free, name=new)
        return self._create(free, {"name": new, "aliases": spellings[:1]})

    def _alias(self, person: Person, old: str, new: str) -> Person:
        """Call a person ``new`` in their file, with ``old`` as an alias."""
        with self._workspace.editing(self._workspace.path(person)) as document:
            document.set(("name",), new)
            if fold(old) not in map(fold, (*document.data.get("aliases", []), new)):
                document.append("aliases", old)
            for position, alias in reversed(list(enumerate(document.data.get("aliases", [])))):
                if alias == new:
                    document.delete("aliases", position)
        return self[person.slug]

    def merge(self, gone: str, into: str, *, skip_unreadable: bool = False) -> Person:
        """Call ``gone`` what ``into`` is called, everywhere: guests, hosts, askers, aliases, links, biography.

        What the file of ``into`` holds stays; what only that of ``gone`` holds is added, and it is removed. In an
        episode that names both, their appearances become one. Two who are one already are left as they are. Raises
        NotFoundError for a name that nobody goes by, and UnreadableError as :meth:`rename` does.
        """
        from totem_cli.archive.renaming import absorb, join_appearances, move_keys, rename_everywhere, spelling
        from totem_cli.archive.unreadable import SKIP, check_readable, in_folders

        workspace = self._workspace
        with workspace.transaction(f"merge person {gone} {into}"):
            check_readable(workspace, in_folders("series", "people"), skip=skip_unreadable, hint=SKIP)
            first, second = references.filed(workspace, gone), references.filed(workspace, into)
            if first and second and first.slug == second.slug:
                return first
            name = second.name if second else spelling(workspace, into)
            if first is None:
                spelling(workspace, gone)  # raises NotFoundError
            if first and second:
                rename_everywhere(workspace, first, gone, name)
                move_keys(workspace, first.slug, second.slug)
                absorb(workspace, first, second)
                person = self[second.slug]
            else:
                person = self._rename(first, gone, name)
            join_appearances(workspace, person)
            return person

    def forget(
        self,
        name: str,
        *,
        pseudonym: str | None = None,
        redact: bool = False,
        dry_run: bool = False,
        confirm: Callable[[PersonReport], None] | None = None,
    ) -> Forgotten:
        """Remove whoever goes by ``name``: as guest, host, asker, commenter, from ``people/`` and ``private/``.

        With a ``pseudonym`` they stay under it, without what else names them; else appearances and comments go.
        ``redact`` puts the pseudonym (or ``[…]``) in the place of each mention that is left in texts. What is kept for
        undo is removed with the index and all caches; a tombstone without a name says that it was done. The result says
        what is left: lines that were not redacted, files' names, what is not text. ``confirm`` is given what is held
        before anything is changed, and raises where that is to stay.

        All of it is one change. If it is interrupted, then either nothing is changed, or the next command of any kind
        does the rest; a :class:`SystemFailedError` says what that is. Where this call had only to finish such a change,
        the result says so. Raises NotFoundError where nothing is held, and UnreadableError where a file of the archive
        cannot be read, whatever is in it.
        """
        from totem_cli.archive.forgetting import Forgetting

        return Forgetting(self._workspace).forget(
            name, pseudonym=pseudonym, redact=redact, dry_run=dry_run, confirm=confirm
        )
