"""The root of the command line: its verbs, each with the module that is imported when the verb is called."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from totem_cli.cli.commands import LazyCommand
from totem_cli.cli.options import ArchiveOption, JsonOption, QuietOption


class Verbs(NamedTuple):
    """What some verbs have in common: their heading in the help, and their module in :mod:`totem_cli.cli`."""

    heading: str
    module: str
    lines: dict[str, str]
    """The verbs, each with its line in the help."""


VERBS = (
    Verbs(
        "Start",
        "bring_in",
        {
            "init": "Make an archive.",
            "import": "Bring in what exists already.",
            "apply": "Make the archive hold what a file states: an upsert for scripts.",
        },
    ),
    Verbs("Write", "add", {"add": "Add a series, an episode, a guest, a question…"}),
    Verbs(
        "Write",
        "change",
        {
            "set": "Change keys: key=value, key+=value, key-=value, key=.",
            "edit": "Edit a file of the archive in $EDITOR; it is checked on save.",
            "move": "Move a question, a guest, an episode.",
            "rename": "Give an episode, a series, a person another name.",
            "merge": "Make one person of two.",
            "remove": "Remove an episode, a guest, a question…",
            "publish": "Publish an episode or a series.",
            "unpublish": "Make an episode or a series a draft again.",
            "withdraw": "Withdraw an episode or a series.",
            "approve": "Approve a comment: it is published.",
            "reject": "Reject a comment: it is kept, and not published.",
        },
    ),
    Verbs(
        "Write",
        "keep",
        {
            "undo": "Take back the newest change.",
            "redo": "Bring back what was undone.",
            "forget": "Remove a person everywhere.",
        },
    ),
    Verbs(
        "Read",
        "read",
        {
            "list": "List episodes, series, guests, organisations, questions, tags, comments.",
            "show": "Read an episode, a whole series, a comment.",
            "search": "Search titles, people, questions, tags, recaps.",
            "stats": "Count what the archive holds.",
            "cite": "Refer to an episode: BibTeX, CSL-JSON, a line to read.",
        },
    ),
    Verbs("Read", "browse", {"browse": "Read in a terminal: lists, pages, people, search."}),
    Verbs("Publish", "publishing", {"export": "Publish: HTML, Markdown, JSON…"}),
    Verbs("Publish", "deploy", {"deploy": "Export the site, and send what changed to where it is served."}),
    Verbs(
        "Publish",
        "push",
        {
            "push": "Make a WordPress site hold the episodes as posts.",
            "pull": "Bring the comments of a WordPress site.",
        },
    ),
    Verbs("Publish", "serve", {"serve": "Show the site while it is worked on; take its comments."}),
    Verbs(
        "Look after",
        "keep",
        {
            "check": "Find what is wrong or doubtful, and mend it.",
            "report": "Tell all that is held about a person.",
            "doctor": "Tell how this installation and this archive are.",
            "schema": "Print the JSON Schema of the public record.",
            "completion": "Print a shell's completion script.",
        },
    ),
)
"""Every verb, in the order of the help."""

app = typer.Typer(name="totem", context_settings={"help_option_names": ["-h", "--help"]})


def _version(asked: bool) -> None:
    if asked:
        from totem_cli.version import __version__

        typer.echo(f"totem {__version__}")
        raise typer.Exit


@app.callback()
def totem(
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Archive and publish series of talks: episodes, guests, recaps, questions."""


def command() -> Any:
    """The whole command line, ready to be run."""
    root: Any = typer.main.get_command(app)
    for group in VERBS:
        for verb, line in group.lines.items():
            build = partial(_build, group.module, verb, line)
            root.add_command(
                LazyCommand(verb, callback=build, help=line, short_help=line, rich_help_panel=group.heading)
            )
    return root


def _build(module: str, verb: str, line: str) -> Any:
    return import_module(f"totem_cli.cli.{module}").commands.build(verb, line)
