"""A session: the archive of one command, its standard streams, what it prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from totem_cli.errors import InvalidError, Location, NotFoundError, RefusedError, SystemFailedError, TotemError

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive
    from totem_cli.archive.workspace import IfExists
    from totem_cli.model.query import Query

EPISODE_STATUSES = ("draft", "published", "withdrawn")
COMMENT_STATUSES = ("pending", "approved", "rejected")


class Session:
    """What a command works with: it opens the archive, reads what the user gives, and prints."""

    def __init__(
        self,
        archive: str | Path | None = None,
        *,
        as_json: bool | None = False,
        quiet: bool | None = False,
        dry_run: bool = False,
        if_exists: str | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> None:
        self.archive_path = Path(archive) if archive else None
        self.as_json = bool(as_json)
        self.quiet = bool(quiet)
        self.dry_run = dry_run
        self._if_exists = if_exists
        given = (filters or {}).items()
        self.filters = {name: value for name, value in given if value not in (None, []) and value is not False}
        self._archive: Archive | None = None
        self._shown: list[Any] | None = None
        self.last_diff = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._archive:
            for words in self._archive.workspace.not_taken_back:
                self.warn(words)
            self._archive.close()

    # Open

    @property
    def archive(self) -> Archive:
        """The archive of this command line."""
        if self._archive is None:
            from totem_cli.archive.archive import Archive

            self._archive = Archive.find(self.archive_path, memory=self.dry_run)
        return self._archive

    def query(self, *, comments: bool = False) -> Query:
        """The query that the filters of the command line make.

        Raises InvalidError for a status that only ``comments`` have, or only episodes, where it asks for the others.
        """
        from totem_cli.model.query import Query

        given = self.filters
        statuses: Any = tuple(map(str, given.get("status") or ()))
        for status in statuses:
            if status in (EPISODE_STATUSES if comments else COMMENT_STATUSES):
                raise InvalidError(f"{status} is a status of {'episodes' if comments else 'comments'}", field="status")
        return Query(
            series=tuple(slug.rstrip("/") for slug in given.get("series") or ()),
            guests=tuple(given.get("guest") or ()),
            organisations=tuple(given.get("organisation") or ()),
            tags=tuple(given.get("tag") or ()),
            since=self._bound(given.get("since"), "since"),
            until=self._bound(given.get("until"), "until"),
            languages=tuple(given.get("language") or ()),
            status=statuses or ("all",),
            sort=given.get("sort"),
            reverse=given.get("reverse", False),
            limit=given.get("limit"),
        )

    def _bound(self, text: str | None, name: str) -> str | None:
        if not text:
            return text
        from totem_cli.archive.typed import typed_bound

        return typed_bound(text, name, self.archive.settings, last=name == "until")

    @property
    def if_exists(self) -> IfExists:
        """What an ``add`` does when the same is there: the option, else ``$TOTEM_IF_EXISTS``, else an error."""
        chosen = self._if_exists or os.environ.get("TOTEM_IF_EXISTS") or "error"
        if chosen not in ("error", "skip", "update"):
            raise InvalidError(f"TOTEM_IF_EXISTS cannot be {chosen!r}", hint="error, skip or update")
        return cast("IfExists", chosen)

    @contextmanager
    def change(self, *, print_diff: bool = True) -> Iterator[Archive]:
        """One transaction around what the command does; what it shows is printed once all of it is written.

        Of a dry run, the diff is printed, or kept as ``last_diff``.
        """
        self._shown = []
        with self.archive.transaction(command_label(), dry_run=self.dry_run) as change:
            yield self.archive
            if self.dry_run:
                self.last_diff = change.diff()
                if print_diff:
                    self.diff(self.last_diff)
        shown, self._shown = self._shown, None
        if not self.dry_run:
            self._print_changed(shown)

    # Ask

    def read_text(self, source: str) -> str:
        """The text of a file, or of standard input for ``-``. Raises InvalidError for more than an archive holds."""
        from totem_cli.storage.layout import LARGEST, too_large

        data = self.read_bytes(source, LARGEST + 1)
        if len(data) > LARGEST:
            raise too_large(Location("standard input" if source == "-" else source))
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            name = "standard input" if source == "-" else source
            raise InvalidError(f"{name} is not UTF-8 (byte {error.start})", hint="save it as UTF-8") from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @staticmethod
    def read_bytes(source: str, size: int = -1) -> bytes:
        """The bytes of a file, or of standard input for ``-``; the first ``size`` of them."""
        try:
            if source == "-":
                return sys.stdin.buffer.read(size)
            with open(source, "rb") as file:
                return file.read(size)
        except FileNotFoundError:
            raise NotFoundError(f"no file {source}") from None
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", "standard input" if source == "-" else source) from error

    @classmethod
    def source(cls, name: str) -> Path | bytes:
        """What an importer reads: the path of a file or folder that is there, or what standard input holds."""
        if name == "-":
            return cls.read_bytes(name)
        try:
            os.stat(name)
        except FileNotFoundError:
            raise NotFoundError(f"no file or folder {name}") from None
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", name) from error
        return Path(name)

    def confirm(self, what: str, *, yes: bool) -> None:
        """Go on only when told to: ``--yes``, or an answer on a terminal; ``what`` says what is to happen."""
        if yes or self.dry_run:
            return
        if not sys.stdin.isatty():
            raise RefusedError(what, hint="add --yes")
        sys.stderr.write(f"{what}: go on? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes", "o", "oui"):
            raise RefusedError("nothing was changed")

    # Show

    def show(self, thing: Any) -> None:
        """Print the reference of what was changed; with ``--json`` the thing as it now is."""
        if self._shown is not None:
            self._shown.append(thing)
        else:
            self._print_changed([thing])

    def _print_changed(self, things: Sequence[Any]) -> None:
        if self.as_json:
            from totem_cli.archive.record import recorded

            if things:
                self.json(recorded(things[0] if len(things) == 1 else [*things]))
        elif not self.quiet:
            for ref in dict.fromkeys(_references(things)):
                self.line(ref)

    def json(self, value: Any) -> None:
        """Print a value as JSON."""
        from totem_cli.archive.record import to_json

        self.out(to_json(value).decode() + "\n")

    def line(self, text: str) -> None:
        """Print a line of data, control characters made visible."""
        from totem_cli.language.visible import visible

        self.out(visible(text) + "\n")

    def text(self, text: str) -> None:
        """Print lines of data, control characters made visible."""
        from totem_cli.language.visible import visible

        self.out(visible(text, newlines=True))

    def out(self, text: str) -> None:
        """Write data to standard output."""
        sys.stdout.write(text)

    def document(self, content: bytes) -> None:
        """Write a whole document: as it is, but what a terminal would obey is shown there.

        Raises RefusedError where it is no text and standard output a terminal.
        """
        if not sys.stdout.isatty():
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            return
        from totem_cli.language.visible import visible

        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise RefusedError("the export is no text for a terminal", hint="name a file: --output FILE") from None
        self.out(visible(text, newlines=True))

    def rows(
        self,
        kind: str,
        rows: Sequence[Any],
        columns: Sequence[str],
        *,
        chosen: bool = True,
        language: str = "en",
    ) -> None:
        """Print a list: a table on a terminal, else tab-separated text, full and uncut, with a header line.

        Columns that nobody chose are all in the text; the table takes those that say something in its width. A
        terminal shows no table without rows.
        """
        if self.terminal:
            if not rows:
                return
            from totem_cli.terminal.console import console
            from totem_cli.terminal.tables import table

            console(sys.stdout).print(table(kind, rows, columns if chosen else None, language=language))
        else:
            from totem_cli.terminal.plain import tsv

            self.out(tsv(rows, columns))

    def page(self, renderable: Any, *, pager: bool | None) -> None:
        """Print a page for a person; through a pager where it is longer than the terminal, or as they said."""
        from totem_cli.terminal.console import console, show_paged

        show_paged(console(sys.stdout), renderable, pager=pager)

    def diff(self, text: str) -> None:
        """Print a unified diff, in colour on a terminal."""
        if self.as_json:
            self.json({"diff": text})
            return
        if not self.terminal:
            self.text(text)
            return
        from totem_cli.terminal.console import coloured_diff, console

        console(sys.stdout).print(coloured_diff(text), soft_wrap=True)

    def say(self, what: str | TotemError, *, kind: Literal["note", "warning", "error"] = "note") -> None:
        """Say what does not end the command, on standard error: a line for a person, with ``--json`` an object.

        Where it cannot be written, the command goes on: what it does and prints is not the worse for it.
        """
        if self.quiet and kind != "error":
            return
        if self.as_json:
            error = what if isinstance(what, TotemError) else TotemError(what)
            line = json_line(TotemError.as_json(error) | {"code": kind, "exit": 0})
        else:
            from totem_cli.language.visible import visible

            words = visible(str(what))
            line = f"{words}\n" if kind == "note" else f"{kind}: {words}\n"
        with suppress(OSError):
            sys.stderr.write(line)

    def suggest(self, command: str) -> None:
        """Say to a person at a terminal which command comes next; scripts, pipes and dry runs are told nothing.

        Words that begin with ``totem`` get the archive that this command line named.
        """
        if not (self.terminal and sys.stderr.isatty()) or self.as_json or self.dry_run:
            return
        import shlex

        where = f" --archive {shlex.quote(str(self.archive_path))}" if self.archive_path else ""
        self.say(f"next: {command.replace('totem', f'totem{where}', 1) if command.startswith('totem ') else command}")

    def warn(self, what: str | TotemError) -> None:
        """Say what somebody should know, and what stops nothing."""
        self.say(what, kind="warning")

    def warn_unreadable(self) -> None:
        """Name the files that could not be read; they stop nobody."""
        for problem in self.archive.problems():
            self.warn(problem)

    def say_at_terminal(self, words: str) -> None:
        """Say what the output itself says in a pipe."""
        if self.terminal:
            self.say(words)

    def say_misnamed(self, query: Query) -> None:
        """Nothing was found: say which names in the filters nothing goes by."""
        for words in self.archive.misnamed(query):
            self.say(words)

    @property
    def terminal(self) -> bool:
        """Whether standard output is a terminal, for a person to read."""
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _references(things: Sequence[Any]) -> list[str]:
    """The references of things, some of which may be lists of things."""
    found: list[str] = []
    for thing in things:
        found += _references(thing) if isinstance(thing, list) else [getattr(thing, "ref", None) or str(thing)]
    return found


def json_line(value: dict[str, Any]) -> str:
    """A line of JSON that a terminal shows as it is."""
    import json

    from totem_cli.language.visible import json_escaped

    return json_escaped(json.dumps(value, ensure_ascii=False)) + "\n"


def command_label() -> str:
    """The command line as history tells it, without where the archive is."""
    import shlex

    words, skip = [], False
    for word in sys.argv[1:]:
        if skip or word.startswith(("--archive=", "--email=")):
            skip = False
        elif word in ("--archive", "--email"):  # what is private never enters the journal
            skip = True
        elif word not in ("--json", "--quiet", "-q"):
            words.append(word if len(word) <= 60 else f"{word[:59]}…")
    return shlex.join(words)
