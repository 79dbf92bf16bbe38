"""The names in filters that nothing in an archive goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.language.fold import fold
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import appearances
from totem_cli.model.query import organisations_of

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.model.query import Query


def misnamed(workspace: Workspace, query: Query) -> list[str]:
    """A line for each name in the filters that nothing in the archive goes by, with what is like it."""
    episodes = workspace.resolved(workspace.index.episodes())
    people = {person.name for episode in episodes for person in appearances(episode)}
    people.update(alias for person in workspace.people() for alias in (person.slug, person.name, *person.aliases))
    kinds = {
        "series": (
            {episode.series for episode in episodes}.union(one.slug for one in workspace.series()),
            query.series,
        ),
        "guest or host": (people, query.guests),
        "organisation": ({name for episode in episodes for name in organisations_of(episode)}, query.organisations),
        "tag": ({tag for episode in episodes for tag in episode.tags}, query.tags),
    }
    return [
        f"no {kind} is called {name}" + (f": {hint}" if (hint := _like(name, names)) else "")
        for kind, (names, wanted) in kinds.items()
        for name in wanted
        if fold(name) not in map(fold, names)
    ]


def _like(name: str, names: set[str]) -> str | None:
    """Which names contain what was typed, else which are spelt nearly so."""
    from totem_cli.language.slug import slugify

    spellings = list({slugify(one): one for one in sorted(names, reverse=True)}.values())
    longer = sorted(one for one in spellings if fold(name) in fold(one))
    return f"did you mean {' or '.join(longer[:3])}?" if longer else did_you_mean(name, spellings)
