"""The root of the command line: a group that loads a verb's module when the verb is called."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from totem_cli.cli.main import print_version
from totem_cli.cli.options import ArchiveOption, JsonOption, QuietOption
from totem_cli.cli.session import Shared

COMMANDS = {
    "init": ("totem_cli.cli.init", "Make an archive."),
    "add": ("totem_cli.cli.add", "Add a series, an episode, a guest, a question…"),
    "set": ("totem_cli.cli.set", "Change keys: key=value, key+=value, key-=value, key=."),
    "edit": ("totem_cli.cli.edit", "Edit a file of the archive in $EDITOR; it is checked on save."),
    "move": ("totem_cli.cli.move", "Move a question, a guest, an episode."),
    "rename": ("totem_cli.cli.rename", "Give an episode, a series, a person another name."),
    "merge": ("totem_cli.cli.merge", "Make one person of two."),
    "remove": ("totem_cli.cli.remove", "Remove an episode, a guest, a question…"),
    "publish": ("totem_cli.cli.publish", "Publish an episode or a series."),
    "unpublish": ("totem_cli.cli.unpublish", "Make an episode or a series a draft again."),
    "withdraw": ("totem_cli.cli.withdraw", "Withdraw an episode or a series."),
    "approve": ("totem_cli.cli.approve", "Approve a comment: it is published."),
    "reject": ("totem_cli.cli.reject", "Reject a comment: it is kept, and not published."),
    "list": ("totem_cli.cli.list", "List episodes, series, guests, organisations, questions, tags, comments."),
    "show": ("totem_cli.cli.show", "Read an episode, a whole series, a comment."),
    "search": ("totem_cli.cli.search", "Search titles, people, questions, tags, recaps."),
    "stats": ("totem_cli.cli.stats", "Count what the archive holds."),
    "cite": ("totem_cli.cli.cite", "Refer to an episode: BibTeX, CSL-JSON, a line to read."),
    "export": ("totem_cli.cli.export", "Publish: HTML, Markdown, JSON…"),
    "import": ("totem_cli.cli.import_", "Bring in what exists already."),
    "apply": ("totem_cli.cli.apply", "Make the archive hold what a file states: an upsert for scripts."),
    "check": ("totem_cli.cli.check", "Find what is wrong or doubtful, and mend it."),
    "undo": ("totem_cli.cli.undo", "Take back the newest change."),
    "redo": ("totem_cli.cli.redo", "Bring back what was undone."),
    "forget": ("totem_cli.cli.forget", "Remove a person everywhere."),
    "report": ("totem_cli.cli.report", "Tell all that is held about a person."),
    "serve": ("totem_cli.cli.serve", "Show the site while it is worked on; take its comments."),
    "schema": ("totem_cli.cli.schema", "Print the JSON Schema of the public record."),
    "completion": ("totem_cli.cli.completion", "Print a shell's completion script."),
    "doctor": ("totem_cli.cli.doctor", "Tell how this installation and this archive are."),
}
"""Every verb: the module it lives in, and its line in the help."""


class Verbs(TyperGroup):
    """The verbs, each imported when it is called or its help is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the verbs, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a verb; None for what is no verb."""
        if cmd_name not in COMMANDS:
            return None
        module, line = COMMANDS[cmd_name]
        command = typer.main.get_command(import_module(module).app)
        command.name = cmd_name
        command.short_help = line
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that the words begin with; UsageError for a word that is no verb."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            from totem_cli.errors import UsageError
            from totem_cli.language.suggest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS) or "see: totem --help"
            raise UsageError(f"no such command {args[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)


def _version(asked: bool) -> None:
    if asked:
        raise typer.Exit(print_version())


app = typer.Typer(
    name="totem",
    cls=Verbs,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def totem(
    ctx: typer.Context,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    _asked: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Archive and publish series of talks: episodes, guests, recaps, questions."""
    ctx.obj = Shared(archive=archive, as_json=as_json, quiet=quiet)


def command() -> Any:
    """The whole command line, ready to be run."""
    return typer.main.get_command(app)
