"""How much an archive holds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from totem_cli.archive.episodes import Episodes
from totem_cli.archive.history import History
from totem_cli.language.fold import fold
from totem_cli.model.query import Query, organisations_of

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts. ``first`` and ``last`` are the dates of the oldest and newest dated episodes."""

    series: int
    episodes: int
    drafts: int
    withdrawn: int
    guests: int
    hosts: int
    organisations: int
    questions: int
    tags: int
    words: int
    first: str | None
    last: str | None
    unreadable: int


def stats(workspace: Workspace, query: Query | None = None) -> Stats:
    """Counts over the episodes that a query selects."""
    episodes = Episodes(workspace).find(query, recaps=True)
    names = workspace.names
    days = sorted(episode.moment for episode in episodes if episode.moment)
    return Stats(
        series=len({episode.series for episode in episodes} if query and query != Query() else workspace.series()),
        episodes=len(episodes),
        drafts=sum(episode.status == "draft" for episode in episodes),
        withdrawn=sum(episode.status == "withdrawn" for episode in episodes),
        guests=len({names.key(guest) for episode in episodes for guest in episode.guests}),
        hosts=len({names.key(host) for episode in episodes for host in episode.hosts}),
        organisations=len({fold(name) for episode in episodes for name in organisations_of(episode)}),
        questions=sum(len(episode.questions) for episode in episodes),
        tags=len({fold(tag) for episode in episodes for tag in episode.tags}),
        words=sum(len(episode.recap.split()) for episode in episodes),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        unreadable=len(workspace.index.problems()),
    )


def health(workspace: Workspace) -> dict[str, str]:
    """What state an archive is in, in words."""
    counted = stats(workspace)
    return {
        "archive": str(workspace.root),
        "format": str(workspace.settings.version),
        "episodes": str(counted.episodes),
        "unreadable": str(counted.unreadable),
        "undo": str(len([entry for entry in History(workspace) if entry.state == "done"])),
        "writable": "yes" if os.access(workspace.root, os.W_OK) else "no",
    }
