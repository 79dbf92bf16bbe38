"""How a verb becomes a command: its own parameters, then those that all verbs share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import typer

from totem_cli.cli import options
from totem_cli.cli.filters import query_of
from totem_cli.cli.session import Session, Shared

Body = Callable[..., None]

_SHARED = {
    "archive": (options.ArchiveOption, None),
    "as_json": (options.JsonOption, False),
    "quiet": (options.QuietOption, False),
}
_WRITES = {"dry_run": (options.DryRunOption, False)}
_ADDS = {"if_exists": (options.IfExistsOption, None)}
_FILTERS = {
    "series_": (options.SeriesFilter, None),
    "guest_": (options.GuestFilter, None),
    "organisation_": (options.OrganisationFilter, None),
    "tag_": (options.TagFilter, None),
    "since_": (options.SinceFilter, None),
    "until_": (options.UntilFilter, None),
    "language_": (options.LanguageFilter, None),
    "status_": (options.StatusFilter, None),
    "sort_": (options.SortOption, None),
    "reverse_": (options.ReverseOption, False),
    "limit_": (options.LimitOption, None),
}


def nouns(words: str) -> typer.Typer:
    """The group of a verb that takes a noun; the options that all verbs share may stand before the noun too."""
    app = typer.Typer(help=words, add_completion=False)

    @app.callback()
    def shared(
        ctx: typer.Context,
        archive: options.ArchiveOption = None,
        as_json: options.JsonOption = False,
        quiet: options.QuietOption = False,
    ) -> None:
        ctx.obj = (ctx.find_object(Shared) or Shared()).over(archive, as_json, quiet)

    return app


def verb(
    app: typer.Typer, name: str | None = None, *, writes: bool = False, adds: bool = False, filters: bool = False
) -> Callable[[Body], Body]:
    """Make a function a command of ``app``.

    Its first parameter is the :class:`Session`; the rest are its own arguments and options. ``writes`` adds
    ``--dry-run``, ``adds`` also ``--if-exists``; ``filters`` adds the filters, handed over as ``query``.
    """

    def register(body: Body) -> Body:
        hints = get_type_hints(body, include_extras=True)
        own = [
            parameter.replace(annotation=hints[parameter.name])
            for parameter in list(inspect.signature(body).parameters.values())[1:]
            if parameter.name != "query"
        ]
        shared = _SHARED | (_WRITES if writes or adds else {}) | (_ADDS if adds else {})
        wanted = shared | (_FILTERS if filters else {})

        def command(ctx: typer.Context, **given: Any) -> None:
            before = ctx.find_object(Shared) or Shared()
            session = Session(
                before.over(given["archive"], given["as_json"], given["quiet"]),
                dry_run=given.get("dry_run", False),
                if_exists=given.get("if_exists"),
                status_given=bool(given.get("status_")),
            )
            values = {key: value for key, value in given.items() if key not in wanted}
            if filters:
                values["query"] = query_of(given)
            with session:
                body(session, **values)

        parameters = [
            inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context),
            *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
            *(
                inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
                for key, (annotation, default) in wanted.items()
            ),
        ]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        command.__name__, command.__doc__ = body.__name__, body.__doc__
        app.command(name or body.__name__)(command)
        return body

    return register
