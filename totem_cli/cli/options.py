"""Options and arguments that several verbs share, each written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from totem_cli.cli import complete
from totem_cli.errors import InvalidError

COMMON = "Common options"
"""The heading, in the help of a command, of the options that many commands have."""

FILTERS = "Filters"
"""The heading of the options that select episodes."""

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        rich_help_panel=COMMON,
        help="The archive's folder; by default $TOTEM_ARCHIVE, the nearest totem.toml upwards, ./archive.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON; errors too, on standard error.", rich_help_panel=COMMON)
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.", rich_help_panel=COMMON)]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would change, and change nothing.", rich_help_panel=COMMON)
]
IfExistsOption = Annotated[
    Literal["error", "skip", "update"] | None,
    typer.Option(
        "--if-exists",
        rich_help_panel=COMMON,
        help="What to do where the same exists already; by default $TOTEM_IF_EXISTS, else error.",
    ),
]
SkipUnreadableOption = Annotated[
    bool,
    typer.Option("--skip-unreadable", help="Pass over files that cannot be read, rather than change nothing."),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.", rich_help_panel=COMMON)]

Episode = Annotated[
    str,
    typer.Argument(
        metavar="EPISODE",
        help="The episode: series/number, series/slug, or what names only one.",
        autocompletion=complete.episode,
    ),
]
EpisodeOrSeries = Annotated[
    str,
    typer.Argument(
        metavar="EPISODE|SERIES",
        help="The episode or the series (NAME/ where both exist).",
        autocompletion=complete.episode_or_series,
    ),
]
CommentId = Annotated[
    str, typer.Argument(metavar="ID", help="The comment's id, or seven characters or more of its beginning.")
]
CommentIds = Annotated[
    list[str], typer.Argument(metavar="ID…", help="The comments' ids, or seven characters or more of their beginning.")
]
SeriesName = Annotated[
    str, typer.Argument(metavar="SERIES", help="The series, by its slug.", autocompletion=complete.series)
]
PersonName = Annotated[
    str, typer.Argument(metavar="NAME", help="The person: a name, an alias or a slug.", autocompletion=complete.person)
]
Changes = Annotated[
    list[str],
    typer.Argument(metavar="KEY=VALUE…", help="key=value sets, key+=value adds, key-=value takes away, key= removes."),
]


def _filter(name: str, metavar: str | None, help_: str, completion: Callable[[str], Any] | None = None) -> Any:
    """An option that selects or orders episodes."""
    return typer.Option(f"--{name}", metavar=metavar, help=help_, rich_help_panel=FILTERS, autocompletion=completion)


Values = list[str] | None
SeriesFilter = Annotated[Values, _filter("series", "SLUG", "Only of this series; repeat it for more.", complete.series)]
GuestFilter = Annotated[
    Values, _filter("guest", "NAME", "Only with this guest or host; repeat it for more.", complete.person)
]
OrganisationFilter = Annotated[
    Values, _filter("organisation", "NAME", "Only with this organisation; repeat it for more.", complete.organisation)
]
TagFilter = Annotated[Values, _filter("tag", "TAG", "Only with this tag; repeat it for more.", complete.tag)]
SinceFilter = Annotated[
    str | None, _filter("since", "DATE", "Only from then on: 2020, 2020-05, 2020-05-11, 11 mai 2020.")
]
UntilFilter = Annotated[str | None, _filter("until", "DATE", "Only until then, the same way.")]
LanguageFilter = Annotated[Values, _filter("language", "CODE", "Only in this language; repeat it for more.")]

StatusName = StrEnum("StatusName", ["draft", "published", "withdrawn", "pending", "approved", "rejected", "all"])
"""What ``--status`` takes; Typer knows a repeated choice only as an enumeration."""

StatusFilter = Annotated[
    list[StatusName] | None,
    _filter(
        "status",
        "STATUS",
        "Only draft, published, withdrawn; of comments pending, approved, rejected; or all; repeat it.",
    ),
]
SortOption = Annotated[
    Literal["series", "number", "date", "title", "updated"] | None,
    _filter("sort", "KEY", "The order: series, number, date, title or updated."),
]
ReverseOption = Annotated[bool, _filter("reverse", None, "Reverse the order.")]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=0, help="At most this many; 0 for all.", rich_help_panel=FILTERS),
]


def parameters(given: Iterable[str] | None) -> dict[str, str]:
    """A format's own settings, each given as ``--param key=value``, by name. Raises InvalidError for what is none."""
    found = {}
    for one in given or ():
        key, sign, value = one.partition("=")
        if not (key and sign):
            raise InvalidError(f"--param {one!r} is not a setting", hint="write --param key=value")
        found[key] = value
    return found
