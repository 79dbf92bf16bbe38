"""The tags of episodes and series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from totem_cli.archive.episodes import Episodes
from totem_cli.archive.outline import unique_slugs
from totem_cli.archive.parts import Parts
from totem_cli.archive.record import TagRecord
from totem_cli.errors import InvalidError
from totem_cli.language.collate import collation_key
from totem_cli.language.fold import fold

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode
    from totem_cli.model.query import Query
    from totem_cli.model.series import Series


class Tags(Parts[str]):
    """The tags of episodes and series; spellings that fold to one are one tag."""

    key = "tags"

    def __iter__(self) -> Iterator[TagRecord]:
        return iter(self.find())

    def find(self, query: Query | None = None) -> list[TagRecord]:
        """Every tag of the episodes that a query selects, sorted by the archive's language."""
        return tag_records(Episodes(self._workspace).find(query), self._workspace.settings.language)

    def add(self, ref: str, *tags: str) -> Episode | Series:
        """Tag an episode or a series; a tag that is there already is left as it is written."""
        with self._editing(f"add tag {ref} {' '.join(tags)}", ref) as (owner, document):
            items = [*document.data.get(self.key, [])]
            present = set(map(fold, items))
            for tag in tags:
                if not tag.strip():
                    raise InvalidError("a tag cannot be empty", field=self.key)
                if fold(tag) not in present:
                    present.add(fold(tag))
                    items.append(tag)
            if items:
                document.set(self.key, items)
            return self._save(owner, document)


def tag_records(episodes: Iterable[Episode], language: str) -> list[TagRecord]:
    """The tags of some episodes, sorted by the language."""
    spelling: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for episode in episodes:
        for tag in episode.tags:
            key = fold(tag)
            spelling.setdefault(key, tag)
            ids = found.setdefault(key, [])
            if not ids or ids[-1] != episode.id:
                ids.append(episode.id)
    slugs = unique_slugs(spelling)
    records = [
        TagRecord(slug=slugs[key], name=name, address=f"tags/{slugs[key]}/", episodes=tuple(found[key]))
        for key, name in spelling.items()
    ]
    return sorted(records, key=lambda tag: collation_key(tag.name, language))
