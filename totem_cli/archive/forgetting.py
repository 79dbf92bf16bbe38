"""What is held about a person, and forgetting them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec import Struct

from totem_cli.archive import comment_files, references
from totem_cli.archive.comment_files import email_path
from totem_cli.archive.comments import Comments
from totem_cli.archive.front import part_front
from totem_cli.archive.items import is_person
from totem_cli.archive.renaming import people_of
from totem_cli.archive.traces import Trace, Wanted, internal, traces
from totem_cli.archive.unreadable import check_readable, unreadable
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import NotFoundError, TotemError
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.storage import transaction
from totem_cli.storage.in_progress import is_in_progress
from totem_cli.storage.journal_entry import JournalEntry
from totem_cli.storage.layout import locate
from totem_cli.storage.walk import open_beneath, walk

TOMBSTONES = "forgotten.toml"
"""Says that somebody was forgotten, when and as what; not who."""


class PersonReport(Struct, frozen=True, kw_only=True):
    """Everything that an archive holds about a person, what is private included.

    ``appearances`` and ``questions`` name their episode or series; ``private`` are the files under ``private/``, with
    what they hold; ``mentions`` every line that holds one of the ``names``, those of the rest included; ``history`` how
    many changes kept for undo do, one half made or half removed too; ``internal`` are the other files in ``.totem/``
    that do: the index, what is remembered of exports. ``unread`` says which files could not be read, and why.
    """

    names: tuple[str, ...]
    person: dict[str, Any] | None
    appearances: tuple[dict[str, Any], ...]
    questions: tuple[dict[str, Any], ...]
    comments: tuple[dict[str, Any], ...]
    private: tuple[dict[str, str], ...]
    mentions: tuple[Trace, ...]
    history: int
    internal: tuple[str, ...]
    unread: tuple[str, ...]


class Forgotten(Struct, frozen=True, kw_only=True):
    """What forgetting did: the files it changed or removed, what is left, how many changes can no longer be undone.

    ``git`` are the commands that take the names out of a repository's history, where the archive is in one.
    """

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    mentions: tuple[Trace, ...]
    history: int
    tombstone: str
    git: tuple[str, ...]


class Forgetting:
    """Reports what is held about a person, and removes it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def report(self, name: str) -> PersonReport:
        """Everything held about whoever goes by ``name``.

        Raises NotFoundError where there is nothing, and UnreadableError where nothing was found but not all was read.
        """
        report, unread = self._report(name)
        if _is_empty(report) and unread:
            raise unreadable(f"nothing is found about {name}, but not all is known", unread)
        if _is_empty(report):
            raise _nothing_about(name)
        return report

    def _report(self, name: str) -> tuple[PersonReport, list[TotemError]]:
        """What is held about ``name``, and the files that could not be read."""
        person, names = self._identified(name)
        wanted, slugs = Wanted(names), self._slugs(person, names)
        comments = self._comments_by(names)
        unread: list[TotemError] = []
        mentions = tuple(traces(self._workspace.root, wanted, slugs, unread))
        internal_files = tuple(internal(self._workspace.root, wanted, slugs, unread))
        listed = {str(Path(each.location.file)) for each in unread if each.location}
        unread += [
            each for each in self._workspace.problems() if each.location and str(Path(each.location.file)) not in listed
        ]
        emails = {one.id: email for one in comments if (email := self._private_text(email_path(one.id)))}
        report = PersonReport(
            names=tuple(names),
            person=_plain(person) if person else None,
            appearances=tuple(self._appearances_of(person, names)),
            questions=tuple(
                {"episode": episode.ref, **part_front(question)}
                for episode in self._workspace.index.episodes()
                for question in episode.questions
                if fold(question.asked_by or "") in _folded(names)
            ),
            comments=tuple(_plain(one) for one in comments),
            private=tuple({"file": path, "text": text} for path, text in self._private(wanted, slugs, emails)),
            mentions=mentions,
            history=self._history_of(wanted, slugs),
            internal=internal_files,
            unread=tuple(map(str, unread)),
        )
        return report, unread

    def forget(
        self,
        name: str,
        *,
        pseudonym: str | None = None,
        redact: bool = False,
        dry_run: bool = False,
        confirm: Callable[[PersonReport], None] | None = None,
    ) -> Forgotten:
        """See :meth:`totem_cli.archive.people.People.forget`."""
        finished = self._finish_interrupted(name)
        report, unread = self._report(name)
        if unread:
            raise unreadable("nothing was changed", unread)
        if _is_empty(report):
            if finished is None:
                raise _nothing_about(name)
            return finished
        if confirm is not None:
            confirm(report)
        person, names = self._identified(name)
        wanted, slugs = Wanted(names), self._slugs(person, names)

        def mentions_person(entry: JournalEntry, contents: list[bytes]) -> bool:
            return _mentions(entry, contents, wanted, slugs)

        with self._workspace.transaction("forget", dry_run=dry_run, purge=mentions_person) as change:
            check_readable(self._workspace, lambda _: True)  # what happened since may have damaged a file
            roles = self._remove_everywhere(person, names, slugs, pseudonym)
            if redact:
                self._redact(wanted, pseudonym or "[…]")
            # Where files only mention the person, the index does so because of them: that is no trace of its own.
            if roles or change.changes or report.history or (report.internal and not report.mentions):
                self._add_tombstone(roles, pseudonym)
            changes = change.changes
        result = Forgotten(
            changed=tuple(one.path for one in changes if one.after is not None),
            removed=tuple(one.path for one in changes if one.after is None),
            mentions=() if dry_run else tuple(traces(self._workspace.root, wanted, slugs)),
            history=(finished.history if finished else 0) + len(change.entry.purge or () if change.entry else ()),
            tombstone=TOMBSTONES,
            git=tuple(self._git(names, slugs, pseudonym)),
        )
        self._workspace.refresh()
        return result

    def _finish_interrupted(self, name: str) -> Forgotten | None:
        """Finish a forget that was interrupted; what that did, if a file in ``.totem/`` held the name."""
        if not is_in_progress(self._workspace.root):
            return None
        wanted, slugs = Wanted([name]), self._slugs(None, [name])
        history, caches = self._history_of(wanted, slugs), [*internal(self._workspace.root, wanted, slugs, [])]
        self._workspace.refresh()
        self._workspace.recover()
        if not history and not caches:
            return None
        git = tuple(self._git([name], slugs, None))
        return Forgotten(changed=(), removed=(), mentions=(), history=history, tombstone=TOMBSTONES, git=git)

    def _history_of(self, wanted: Wanted, slugs: list[str]) -> int:
        entries = transaction.journal_contents(self._workspace.root)
        return sum(_mentions(entry, contents, wanted, slugs) for entry, contents in entries)

    # Who

    def _identified(self, name: str) -> tuple[Person | None, list[str]]:
        """Their file, if they have one, and every name they go by, as it is written."""
        person = references.filed(self._workspace, name)
        names = [person.name, *person.aliases] if person else [name]
        spelt = {
            who.name
            for owner in self._workspace.owners
            for who in people_of(owner)
            if is_person(part_front(who), person, _folded(names))
        }
        return person, [*dict.fromkeys([*names, *sorted(spelt)])]

    def _slugs(self, person: Person | None, names: list[str]) -> list[str]:
        """What files and addresses call them; a slug of one word would find others too."""
        made = {*(slugify(name) for name in names), *([person.slug] if person else [])}
        return sorted(slug for slug in made if "-" in slug)

    def _appearances_of(self, person: Person | None, names: list[str]) -> Iterator[dict[str, Any]]:
        for owner in self._workspace.owners:
            for kind in ("hosts", "guests"):
                for who in getattr(owner, kind, ()):
                    if is_person(part_front(who), person, _folded(names)):
                        yield {"kind": kind.removesuffix("s"), "in": owner.ref, **part_front(who)}

    def _comments_by(self, names: list[str]) -> list[Comment]:
        return [one for one in Comments(self._workspace) if fold(one.author) in _folded(names)]

    # What is private

    def _private(self, wanted: Wanted, slugs: list[str], emails: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        by_path = {email_path(identity): text for identity, text in emails.items()}
        yield from sorted(by_path.items())
        for path in self._private_paths():
            text = self._private_text(path)
            named = any(slug in path for slug in slugs)
            if path not in by_path and text is not None and (named or wanted.spans(text)):
                yield path, text

    def _private_paths(self) -> list[str]:
        return sorted(file.path for file in walk(self._workspace.root, "private", {}, hidden=True))

    def _private_text(self, path: str) -> str | None:
        try:
            with open(open_beneath(self._workspace.root, path), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return None

    # Removing

    def _remove_everywhere(
        self, person: Person | None, names: list[str], slugs: list[str], pseudonym: str | None
    ) -> list[str]:
        """Remove the person from every file that totem understands; the roles that they had in these."""
        roles = set()
        for owner in self._workspace.owners:
            roles |= self._remove_from(owner, person, _folded(names), pseudonym)
        for comment in self._comments_by(names):
            roles.add("commenter")
            self._remove_comment(comment, pseudonym)
        for path in self._private_paths():
            if any(slug in Path(path).name for slug in slugs):
                self._workspace.change.remove(path)
                roles.add("private")
        if person:
            roles.add("person")
            self._workspace.remove(self._workspace.path(person))
        return sorted(roles)

    def _remove_from(
        self, owner: Episode | Series, person: Person | None, names: set[str], pseudonym: str | None
    ) -> set[str]:
        roles = set[str]()
        with self._workspace.editing(self._workspace.path(owner)) as document:
            for key in ("hosts", "guests"):
                people = document.data.get(key, [])
                for index in reversed([index for index, item in enumerate(people) if is_person(item, person, names)]):
                    roles.add(key.removesuffix("s"))
                    if pseudonym is None:
                        document.delete(key, index)
                    elif isinstance(people[index], str):
                        document.set((key, index), pseudonym)
                    else:
                        document.set((key, index, "name"), pseudonym)
                        for field in [one for one in people[index] if one not in ("name", "role", "organisations")]:
                            document.remove((key, index, field))
            for index, item in enumerate(document.data.get("questions", [])):
                if isinstance(item, Mapping) and fold(str(item.get("asked_by", ""))) in names:
                    roles.add("asker")
                    if pseudonym is None:
                        document.remove(("questions", index, "asked_by"))
                    else:
                        document.set(("questions", index, "asked_by"), pseudonym)
        return roles

    def _remove_comment(self, comment: Comment, pseudonym: str | None) -> None:
        path = comment_files.path_of(self._workspace, comment)
        if pseudonym is None:
            comment_files.remove(self._workspace, path, comment)
            return
        with self._workspace.editing(path) as document:
            document.set(("author",), pseudonym)
            document.remove("url")
        comment_files.remove_email(self._workspace, comment)

    def _redact(self, wanted: Wanted, word: str) -> None:
        """Put ``word`` for every mention in what is text, front matter too as long as it can be read afterwards."""
        from totem_cli.index.parse import parse

        for path in {trace.file for trace in traces(self._workspace.root, wanted, ())}:
            content = self._workspace.change.read(path)
            if content is None:
                continue
            try:
                text = content.decode()
            except UnicodeDecodeError:
                continue
            made = wanted.redacted(text, word).encode()
            parsed = parse(path, made) if locate(path) else None
            if parsed is None or parsed.problem is None:  # else a key or an address stays, and is reported as left
                self._workspace.change.write(path, made)
                self._workspace.reindex(path, made)

    def _add_tombstone(self, roles: list[str], pseudonym: str | None) -> None:
        """Add the note that somebody who had these roles was forgotten."""
        from totem_cli.documents.toml_write import new_toml

        before = self._workspace.change.read(TOMBSTONES) or b""
        tombstone = {"id": str(uuid4()), "date": datetime.now(UTC).date(), "was": roles}
        tombstone |= {"pseudonym": pseudonym} if pseudonym else {}
        added = new_toml({"forgotten": [tombstone]}, ("forgotten",))
        self._workspace.change.write(TOMBSTONES, before + (b"\n" if before else b"") + added)

    def _git(self, names: list[str], slugs: list[str], pseudonym: str | None) -> Iterator[str]:
        """The commands that take them out of a repository's history (git filter-repo)."""
        import shlex

        here = self._workspace.root.resolve()
        if not any((folder / ".git").exists() for folder in (here, *here.parents)):
            return
        lines = "".join(f"{name}==>{pseudonym or '[…]'}\\n" for name in [*names, *slugs])
        yield f"printf {shlex.quote(lines)} > ../names.txt"
        yield "git filter-repo --sensitive-data-removal --replace-text ../names.txt --replace-message ../names.txt"


def _is_empty(report: PersonReport) -> bool:
    data = (report.person, report.appearances, report.questions, report.comments, report.private, report.mentions)
    return not any((*data, report.history, report.internal))


def _nothing_about(name: str) -> NotFoundError:
    return NotFoundError(f"nothing is held about {name}", hint="see: totem list guests, totem list comments")


def _mentions(entry: JournalEntry | None, contents: list[bytes], wanted: Wanted, slugs: list[str]) -> bool:
    """Whether a change that is kept for undo names them: in its label, its paths, the contents it keeps."""
    texts = [
        *((entry.label, *entry.paths) if entry else ()),
        *(content.decode(errors="replace") for content in contents),
    ]
    return any(wanted.spans(text) or any(slug in text for slug in slugs) for text in texts)


def _folded(names: list[str]) -> set[str]:
    return set(map(fold, names))


def _plain(value: Struct) -> dict[str, Any]:
    from msgspec import to_builtins

    found: dict[str, Any] = to_builtins(value)
    return {key: item for key, item in found.items() if key != "absent" and item not in (None, [], {})}
