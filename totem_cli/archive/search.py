"""Full-text search: the episodes that hold words, and where in them these are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from totem_cli.archive.episodes import Episodes
from totem_cli.language.fold import search_words
from totem_cli.model.query import Query

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.model.episode import Episode
    from totem_cli.model.hit import Hit

_FEW = 100
"""The most episodes that one question to the index names."""


def matching(workspace: Workspace, words: str | Sequence[str], query: Query | None = None) -> tuple[list[Episode], int]:
    """The episodes that hold all ``words``, the best first, or in the query's order; without their recaps.

    The second is how many there would be without the query's limit.
    """
    query, wanted = query or Query(), _folded(words)
    with workspace.reading():
        if wanted and query.limit and not (query.narrows or query.sort or query.reverse):
            return _best(workspace, wanted, query.limit)
        found = Episodes(workspace).find(replace(query, limit=None))
        selected = {(one.series, one.slug): one for one in found}
        keys = [key for key in workspace.index.search(wanted, limit=None) if key in selected] if wanted else []
    if query.sort:
        position = {key: number for number, key in enumerate(selected)}
        keys.sort(key=position.__getitem__)
    elif query.reverse:
        keys.reverse()
    return [selected[key] for key in (keys[: query.limit] if query.limit else keys)], len(keys)


def _best(workspace: Workspace, words: Sequence[str], limit: int) -> tuple[list[Episode], int]:
    """The best of all episodes, without a look at the others; and how many hold the words."""
    index = workspace.index
    keys = index.search(words, limit=limit)
    count = len(keys) if len(keys) < limit else index.count_matches(words)
    few = [keys[start : start + _FEW] for start in range(0, len(keys), _FEW)]
    found = workspace.resolved([one for some in few for one in index.episodes_of_keys(some)])
    selected = {(one.series, one.slug): one for one in Query().order(found)}
    return [selected[key] for key in keys], count


def hits(workspace: Workspace, episode: Episode, words: str | Sequence[str]) -> list[Hit]:
    """The places of one episode that show ``words``."""
    from totem_cli.archive.hits import find_hits

    return find_hits(replace(episode, recap=workspace.index.recap(episode.series, episode.slug)), _folded(words))


def _folded(words: str | Sequence[str]) -> list[str]:
    return search_words(words if isinstance(words, str) else " ".join(words))
