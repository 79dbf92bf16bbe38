"""The root of the command line: its verbs, each with the module that is imported when the verb is called."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from totem_cli.cli.commands import Group, LazyCommand
from totem_cli.cli.options import ArchiveOption, JsonOption, QuietOption


class Verbs(NamedTuple):
    """What some verbs have in common: their heading in the help, and their module in :mod:`totem_cli.cli`."""

    heading: str
    module: str
    lines: dict[str, str]
    """The verbs, each with its line in the help of ``totem``."""


VERBS = (
    Verbs("Write", "bring_in", {"init": "Make an archive: a folder with a totem.toml."}),
    Verbs("Write", "add", {"add": "Add a series, an episode, a guest, a question…"}),
    Verbs(
        "Write",
        "change",
        {
            "set": "Change an episode, a series, a person, a guest…",
            "edit": "Edit a file in $EDITOR; it is checked when saved.",
            "move": "Move a question, a guest, an episode to another place.",
            "rename": "Give an episode, a series, a person another name.",
            "merge": "Make one person of two.",
            "remove": "Remove a series, an episode, a guest, a question…",
        },
    ),
    Verbs("Write", "keep", {"undo": "Take back the newest change.", "redo": "Bring back what was undone."}),
    Verbs(
        "Read",
        "read",
        {
            "list": "List episodes, series, guests, organisations, questions…",
            "show": "Read an episode, a series, a comment.",
            "search": "Find words in titles, people, questions, tags, recaps.",
            "stats": "Count series, episodes, people, questions, words.",
            "cite": "Cite an episode: a line to read, BibTeX, CSL-JSON.",
        },
    ),
    Verbs("Read", "browse", {"browse": "Read in the terminal: lists, pages, people, search."}),
    Verbs(
        "Publish",
        "change",
        {
            "publish": "Set the status of an episode or a series to published.",
            "unpublish": "Set the status back to draft.",
            "withdraw": "Set the status to withdrawn.",
            "approve": "Approve comments: the site shows them.",
            "reject": "Reject comments: the site does not show them.",
        },
    ),
    Verbs("Publish", "publishing", {"export": "Make a site, a feed, a book, a table…"}),
    Verbs("Publish", "serve", {"serve": "Show the site while it is worked on; take its comments."}),
    Verbs("Publish", "deploy", {"deploy": "Export the site, and send what changed to its server."}),
    Verbs("Publish", "push", {"push": "Make a WordPress site hold the episodes as posts."}),
    Verbs(
        "Bring in",
        "bring_in",
        {
            "import": "Bring in what exists in another format.",
            "apply": "Add and set what a file of records states.",
        },
    ),
    Verbs("Bring in", "push", {"pull": "Bring in the comments of a WordPress site."}),
    Verbs(
        "Keep in order",
        "keep",
        {
            "check": "Find what is wrong or doubtful, and mend it.",
            "report": "Tell all that is held about a person.",
            "forget": "Remove a person everywhere, and for ever.",
        },
    ),
    Verbs("Keep in order", "doctor", {"doctor": "Tell what is installed, and how the archive is."}),
    Verbs(
        "Keep in order",
        "keep",
        {
            "schema": "Print the JSON Schema of the public record.",
            "completion": "Print a shell's completion script.",
        },
    ),
)
"""Every verb, in the order of the help."""

app = typer.Typer(
    name="totem", cls=Group, suggest_commands=False, context_settings={"help_option_names": ["-h", "--help"]}
)


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
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Archive and publish series of talks: episodes, guests, recaps, questions."""


def command() -> Any:
    """The whole command line, ready to be run."""
    root: Any = typer.main.get_command(app)
    for (
        parameter
    ) in root.params:  # totem completion prints scripts that quote names, too; Typer's stay for who has them
        parameter.hidden = parameter.name in ("install_completion", "show_completion")
    for group in VERBS:
        for verb, line in group.lines.items():
            build = partial(_build, group.module, verb, line)
            root.add_command(
                LazyCommand(verb, callback=build, help=line, short_help=line, rich_help_panel=group.heading)
            )
    return root


def _build(module: str, verb: str, line: str) -> Any:
    return import_module(f"totem_cli.cli.{module}").commands.build(verb, line)
