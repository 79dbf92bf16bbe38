"""Options and arguments that several verbs share, each written once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from totem_cli.cli import complete

COMMON = "Common options"
"""The heading, in the help of a command, of the options that many commands have."""

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        rich_help_panel=COMMON,
        help="The archive's folder (else $TOTEM_ARCHIVE, the nearest totem.toml upwards, ./archive).",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; errors too, on stderr.", rich_help_panel=COMMON)]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.", rich_help_panel=COMMON)]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would change, and change nothing.", rich_help_panel=COMMON)
]
IfExistsOption = Annotated[
    Literal["error", "skip", "update"] | None,
    typer.Option(
        "--if-exists",
        rich_help_panel=COMMON,
        help="What to do when the same is there already (else $TOTEM_IF_EXISTS, else error).",
        show_default=False,
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
        metavar="EPISODE", help="series/number, series/slug, or what names only one.", autocompletion=complete.episode
    ),
]
EpisodeOrSeries = Annotated[
    str,
    typer.Argument(
        metavar="EPISODE|SERIES",
        help="An episode, or a series (NAME/ where both exist).",
        autocompletion=complete.episode_or_series,
    ),
]
CommentId = Annotated[
    str, typer.Argument(metavar="ID", help="A comment's id, or seven characters or more of its beginning.")
]
CommentIds = Annotated[
    list[str], typer.Argument(metavar="ID…", help="Comments' ids, or seven characters or more of their beginning.")
]
SeriesName = Annotated[
    str, typer.Argument(metavar="SERIES", help="A series, by its slug.", autocompletion=complete.series)
]
PersonName = Annotated[
    str, typer.Argument(metavar="NAME", help="A person, by name, alias or slug.", autocompletion=complete.person)
]
Changes = Annotated[
    list[str], typer.Argument(metavar="KEY=VALUE…", help="key=value, key+=value, key-=value, or key= to remove.")
]

SeriesFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--series",
        metavar="SLUG",
        help="Only of this series.",
        rich_help_panel="Filters",
        autocompletion=complete.series,
    ),
]
GuestFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--guest",
        metavar="NAME",
        help="Only with this guest or host.",
        rich_help_panel="Filters",
        autocompletion=complete.person,
    ),
]
OrganisationFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--organisation",
        metavar="NAME",
        help="Only with this organisation.",
        rich_help_panel="Filters",
        autocompletion=complete.organisation,
    ),
]
TagFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="TAG", help="Only with this tag.", rich_help_panel="Filters", autocompletion=complete.tag
    ),
]
SinceFilter = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Dated then or later: 2020, 2020-05, 2020-05-11, 11 mai 2020.",
        rich_help_panel="Filters",
    ),
]
UntilFilter = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Dated then or earlier.", rich_help_panel="Filters")
]
LanguageFilter = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="CODE", help="Only in this language.", rich_help_panel="Filters"),
]


StatusName = StrEnum("StatusName", ["draft", "published", "withdrawn", "pending", "approved", "rejected", "all"])
"""What ``--status`` takes; Typer knows a repeated choice only as an enumeration."""

StatusFilter = Annotated[
    list[StatusName] | None,
    typer.Option(
        "--status",
        metavar="STATUS",
        help="draft, published, withdrawn or all; of comments pending, approved, rejected or all; repeat it.",
        rich_help_panel="Filters",
    ),
]
SortOption = Annotated[
    Literal["series", "number", "date", "title", "updated"] | None,
    typer.Option(
        "--sort",
        metavar="KEY",
        help="In the order of series, number, date, title or updated.",
        rich_help_panel="Filters",
    ),
]
ReverseOption = Annotated[bool, typer.Option("--reverse", help="The other way round.", rich_help_panel="Filters")]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=0, help="At most so many; 0 for all.", rich_help_panel="Filters"),
]
