"""An outline: what of all episodes together decides which pages a site has, and where each of them is.

It is made from rows, so that no episode is decoded to make a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from totem_cli.archive.people import Directory, unique_slugs
from totem_cli.language.collate import collation_key
from totem_cli.language.dates import moment_key
from totem_cli.language.fold import Folded
from totem_cli.model.episode import Episode
from totem_cli.model.episode_row import EpisodeRow
from totem_cli.model.person import Person


def directory_of(persons: Iterable[Person], episodes: Iterable[Episode], language: str) -> Directory:
    """Who and which organisations appear in resolved episodes."""
    return Directory(persons, [EpisodeRow.of(episode, "") for episode in episodes], language)


class Outline:
    """What is asked of no single episode. An episode is named by its place among the rows."""

    def __init__(self, rows: Sequence[EpisodeRow], persons: Sequence[Person], language: str) -> None:
        self.rows = rows
        self.directory = Directory(persons, rows, language)
        self._language = language

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of each series' episodes, in reading order."""
        found: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            found.setdefault(row.series, []).append(place)
        return found

    @cached_property
    def newest(self) -> Sequence[int]:
        """All places, the newest episode first (the undated last)."""
        keys = [
            (
                (moment := row.moment) is not None,
                moment_key(moment) if moment else (),
                row.series,
                row.number is None,
                row.number or 0,
                row.slug,
            )
            for row in self.rows
        ]
        return sorted(range(len(keys)), key=keys.__getitem__, reverse=True)

    @cached_property
    def ranks(self) -> Sequence[int]:
        """For each place how many episodes are newer."""
        found = [0] * len(self.rows)
        for rank, place in enumerate(self.newest):
            found[place] = rank
        return found

    @cached_property
    def tagged(self) -> dict[str, list[int]]:
        """The places of the episodes that have a tag, by the folded tag, in alphabetical order."""
        return {key: places for key, (_, places) in self._tags.items()}

    @cached_property
    def tags(self) -> dict[str, tuple[str, str]]:
        """First spelling and address by the folded tag, in alphabetical order."""
        slugs = unique_slugs({key: name for key, (name, _) in self._tags.items()})
        return {key: (name, f"tags/{slugs[key]}/") for key, (name, _) in self._tags.items()}

    @cached_property
    def _tags(self) -> dict[str, tuple[str, list[int]]]:
        found: dict[str, tuple[str, list[int]]] = {}
        folded = Folded()
        for place, row in enumerate(self.rows):
            for tag in row.tags:
                key = folded[tag]
                known = found.get(key)
                if known is None:
                    found[key] = (tag, [place])
                elif known[1][-1] != place:
                    known[1].append(place)
        ordered = sorted(found, key=lambda key: (collation_key(found[key][0], self._language), key))
        return {key: found[key] for key in ordered}

    @cached_property
    def asked(self) -> Sequence[int]:
        """The places of the episodes that have questions."""
        return [place for place, row in enumerate(self.rows) if row.questions]

    @cached_property
    def translations(self) -> dict[int, list[int]]:
        """For an episode that is one of several translations the places of the others."""
        if not any(row.translation_of for row in self.rows):
            return {}
        known = {row.id: place for place, row in enumerate(self.rows)}
        known |= {row.ref: place for place, row in enumerate(self.rows)}
        groups: dict[int, list[int]] = {}
        for place, row in enumerate(self.rows):
            groups.setdefault(known.get(row.translation_of or "", place), []).append(place)
        return {
            place: [other for other in group if other != place]
            for group in groups.values()
            if len(group) > 1
            for place in group
        }
