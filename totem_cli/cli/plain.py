"""Plain command lines of reading and exporting, understood without Typer, which takes longer to load than most to run.

What is not surely as Typer would take it (help, a mistake, ``--``, a value that begins with a dash) is left to it.
``tests/test_cli_plain.py`` compares the two.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Word(NamedTuple):
    """What an option or an argument takes: it goes into the parameter ``name``.

    ``sets`` is what an option without a value sets; ``many`` may be repeated; a value is one ``among`` several where
    those are named, a number where it ``counts``.
    """

    name: str
    sets: bool | None = None
    many: bool = False
    among: tuple[str, ...] = ()
    counts: bool = False


class Verb(NamedTuple):
    """A verb: the module of its body, its one argument (needed, or not), its options."""

    body: str
    argument: Word
    needed: bool
    options: Mapping[str, Word]


class Line(NamedTuple):
    """A command line that was understood."""

    verb: str
    values: dict[str, Any]


SHARED = {
    "--archive": Word("archive"),
    "--json": Word("as_json", sets=True),
    "--quiet": Word("quiet", sets=True),
    "-q": Word("quiet", sets=True),
}
_STATUSES = ("draft", "published", "withdrawn", "pending", "approved", "rejected", "all")
_FILTERS = {
    "--series": Word("series_", many=True),
    "--guest": Word("guest_", many=True),
    "--organisation": Word("organisation_", many=True),
    "--tag": Word("tag_", many=True),
    "--since": Word("since_"),
    "--until": Word("until_"),
    "--language": Word("language_", many=True),
    "--status": Word("status_", many=True, among=_STATUSES),
    "--sort": Word("sort_", among=("series", "number", "date", "title", "updated")),
    "--reverse": Word("reverse_", sets=True),
    "--limit": Word("limit_", counts=True),
}
_NOUNS = ("episodes", "series", "guests", "organisations", "questions", "tags", "comments")
VERBS = {
    "list": Verb(
        "totem_cli.cli.bodies.list",
        Word("noun", among=_NOUNS),
        False,
        SHARED | _FILTERS | {"--fields": Word("fields")},
    ),
    "show": Verb(
        "totem_cli.cli.bodies.show",
        Word("ref"),
        False,
        SHARED
        | {
            "--only": Word("only", among=("recap", "guests", "questions")),
            "--person": Word("person"),
            "--pager": Word("pager", sets=True),
            "--no-pager": Word("pager", sets=False),
        },
    ),
    "export": Verb(
        "totem_cli.cli.bodies.export",
        Word("format_"),
        False,
        SHARED
        | _FILTERS
        | {
            "--dry-run": Word("dry_run", sets=True),
            "-n": Word("dry_run", sets=True),
            "--output": Word("output"),
            "-o": Word("output"),
            "--all": Word("all_", sets=True),
            "--since-export": Word("since_export"),
            "--single": Word("single", sets=True),
            "--replace": Word("replace_", sets=True),
            "--param": Word("param", many=True),
            "--for": Word("generator"),
            "--excel": Word("excel", sets=True),
            "--check": Word("check", sets=True),
        },
    ),
    "search": Verb("totem_cli.cli.bodies.search", Word("words", many=True), True, SHARED | _FILTERS),
}
"""The verbs that are understood."""


def understood(arguments: Sequence[str]) -> Line | None:
    """What a command line says, as the parameters of its verb's body; None where that is for Typer to tell."""
    values: dict[str, Any] = {}
    verb, rest = "", list(reversed(arguments))
    options: Mapping[str, Word] = SHARED
    while rest:
        said = rest.pop()
        if said.startswith("-"):
            if not _is_option(values, options, said, rest):
                return None
        elif verb:
            argument = VERBS[verb].argument
            if (argument.name in values and not argument.many) or not _take(values, argument, said):
                return None
        elif said in VERBS:
            verb, options = said, VERBS[said].options
        else:
            return None
    whole = verb and (VERBS[verb].argument.name in values or not VERBS[verb].needed)
    return Line(verb, values) if whole else None


def _is_option(values: dict[str, Any], options: Mapping[str, Word], said: str, rest: list[str]) -> bool:
    """Note an option, with its value, which may be the next of ``rest``; False for what is not surely one."""
    option, sign, value = said.partition("=")
    word = options.get(option)
    if word is None or (sign and (word.sets is not None or not option.startswith("--"))):
        return False
    if word.sets is None and not sign:
        value = rest.pop() if rest else ""
    return _take(values, word, value)


def _take(values: dict[str, Any], word: Word, said: str) -> bool:
    """Note a value; False for one that Typer may see otherwise."""
    if word.sets is not None:
        values[word.name] = word.sets
        return True
    if not said or said.startswith("-") or (word.among and said not in word.among):
        return False
    if word.counts and not (said.isascii() and said.isdigit() and len(said) < 10):
        return False
    value = int(said) if word.counts else said
    if word.many:
        values.setdefault(word.name, []).append(value)
    else:
        values[word.name] = value
    return True


def perform(line: Line) -> None:
    """Do what a command line says. Raises what its verb raises."""
    _load_msgspec()
    from pathlib import Path

    from totem_cli.cli.session import Session, Shared

    given = dict(line.values)
    verb = VERBS[line.verb]
    body: Callable[..., None] = import_module(verb.body).run
    archive = given.pop("archive", None)
    shared = Shared(Path(archive) if archive else None, given.pop("as_json", False), given.pop("quiet", False))
    dry_run = given.pop("dry_run", False)
    with Session(shared, dry_run=dry_run, status_given="status_" in given) as session:
        if "--series" in verb.options:
            from totem_cli.cli.filters import query_of

            query = query_of(given)
            names = {word.name for word in _FILTERS.values()}
            given = {name: value for name, value in given.items() if name not in names}
            given["query"] = query
        body(session, **given)


def _load_msgspec() -> None:
    """Load msgspec without typing_extensions, which takes as long as itself.

    It does without where that is not installed: the typing of Python 3.11 has all that it takes from there.
    """
    if sys.modules.keys().isdisjoint(("msgspec", "typing_extensions")):
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # as if it were not there: The import system, 5.3.1
        try:
            import_module("msgspec")
        finally:
            del sys.modules["typing_extensions"]
