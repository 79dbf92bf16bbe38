"""How a function becomes a command: its own parameters, then the options that all commands share.

A module of commands makes a :class:`Commands` and registers its functions with it by the words that call them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from totem_cli.cli import options
from totem_cli.cli.session import Session

Body = Callable[..., None]

_SHARED = {
    "archive": (options.ArchiveOption, None),
    "as_json": (options.JsonOption, False),
    "quiet": (options.QuietOption, False),
}
_WRITES = {"dry_run": (options.DryRunOption, False)}
_ADDS = _WRITES | {"if_exists": (options.IfExistsOption, None)}
_FILTERS = {
    "series": (options.SeriesFilter, None),
    "guest": (options.GuestFilter, None),
    "organisation": (options.OrganisationFilter, None),
    "tag": (options.TagFilter, None),
    "since": (options.SinceFilter, None),
    "until": (options.UntilFilter, None),
    "language": (options.LanguageFilter, None),
    "status": (options.StatusFilter, None),
    "sort": (options.SortOption, None),
    "reverse": (options.ReverseOption, False),
    "limit": (options.LimitOption, None),
}


class Command(TyperCommand):
    """A command whose help is totem's own."""

    example = ""
    """A command line that works."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Print the help."""
        from totem_cli.cli.help import print_help

        print_help(self, ctx)


class Group(TyperGroup):
    """A group of commands whose help is totem's own."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Print the help."""
        from totem_cli.cli.help import print_help

        print_help(self, ctx)


class LazyCommand(TyperCommand):
    """A name and a line of help; the command itself is built when it is called, or its own help is asked for."""

    callback: Callable[[], Any]
    """What builds the command."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the command itself."""
        return self.callback().make_context(info_name, args, parent=parent, **extra)


class _Registered(NamedTuple):
    body: Body
    example: str
    extra: dict[str, tuple[Any, Any]]
    """The parameters that are not the body's own, each with its default."""


class Commands:
    """The commands of one module."""

    def __init__(self) -> None:
        self._registered: dict[str, _Registered] = {}

    def __call__(
        self, words: str, *, example: str, writes: bool = False, adds: bool = False, filters: bool = False
    ) -> Callable[[Body], Body]:
        """Register a function as the command ``words``: a verb, or a verb and a noun.

        The function's first parameter is the :class:`Session`; the rest are its own arguments and options. ``example``
        is a command line for the help, which the tests run in the archive of ``tests/test_cli_help.py``. ``writes``
        adds ``--dry-run``, ``adds`` also ``--if-exists``; ``filters`` adds the filters, see :meth:`Session.query`.
        """
        extra = _SHARED | (_ADDS if adds else _WRITES if writes else {}) | (_FILTERS if filters else {})

        def register(body: Body) -> Body:
            self._registered[words] = _Registered(body, example, extra)
            return body

        return register

    def build(self, verb: str, line: str) -> Any:
        """The Typer command of a verb; for one that takes nouns, the group of these, ``line`` being its help."""
        if verb in self._registered:
            return self._command(verb)
        app = typer.Typer(cls=Group, suggest_commands=False, help=line, add_completion=False)
        app.callback()(_before_noun)
        group: Any = typer.main.get_command(app)
        group.name = verb
        for words, registered in self._registered.items():
            first, _, noun = words.partition(" ")
            if first == verb:
                about = (registered.body.__doc__ or "").partition("\n\n")[0]
                group.add_command(
                    LazyCommand(noun, callback=partial(self._command, words), help=about, short_help=about)
                )
        return group

    def _command(self, words: str) -> Any:
        body, example, extra = self._registered[words]
        hints = get_type_hints(body, include_extras=True)
        own = [
            parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
            for parameter in list(inspect.signature(body).parameters.values())[1:]
        ]

        def command(ctx: typer.Context, **given: Any) -> None:
            with _session(ctx, given) as session:
                body(session, **{parameter.name: given[parameter.name] for parameter in own})

        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in extra.items()
        ]
        context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        _sign(command, [context, *own, *shared])
        command.__doc__ = body.__doc__
        app = typer.Typer(add_completion=False)
        app.command(words.rpartition(" ")[2], cls=Command)(command)
        built: Any = typer.main.get_command(app)
        built.example = example
        return built


def _sign(command: Any, parameters: Sequence[inspect.Parameter]) -> None:
    """Let Typer see these parameters."""
    command.__signature__ = inspect.Signature(parameters)
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}


def _before_noun(
    archive: options.ArchiveOption = None, as_json: options.JsonOption = False, quiet: options.QuietOption = False
) -> None:
    """The options of every command may stand before the noun, too: the context keeps them."""


def _session(ctx: typer.Context, given: dict[str, Any]) -> Session:
    shared: dict[str, Any] = {}  # the options of every command may stand before the noun and the verb, too
    here: Any = ctx
    while here is not None:
        for name in _SHARED:
            shared[name] = shared.get(name) or here.params.get(name)
        here = here.parent
    return Session(
        **shared,
        dry_run=given.get("dry_run", False),
        if_exists=given.get("if_exists"),
        filters={name: value for name, value in given.items() if name in _FILTERS},
    )
