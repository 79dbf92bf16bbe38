"""An outline: what of all episodes together decides which pages a site has, and where each of them is.

Its directory says who and which organisations appear in them. Both are made from rows, so that no episode is decoded to
make a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from totem_cli.archive.names import Names
from totem_cli.archive.record import AppearanceRecord, OrganisationRecord, PersonRecord, person_record
from totem_cli.language.collate import Key, collation_key
from totem_cli.language.dates import moment_key
from totem_cli.language.fold import Folded
from totem_cli.language.slug import slugify
from totem_cli.model.episode import Episode
from totem_cli.model.episode_row import AppearanceRow, EpisodeRow
from totem_cli.model.parts import Appearance
from totem_cli.model.person import Person

Slugs = dict[str, str]
Kind = Literal["host", "guest"]


class Appearing(NamedTuple):
    """A person, and where among the episodes each of their appearances is."""

    places: Sequence[int]
    person: PersonRecord


class Involved(NamedTuple):
    """An organisation, and where among the episodes its own are."""

    places: Sequence[int]
    organisation: OrganisationRecord


class Directory:
    """The people and organisations of some episodes, each with a slug of its own on the site.

    People go by :meth:`Names.key`, organisations by their folded names. ``people`` are their files, or what is known of
    them without; ``appearances`` and ``involvements`` say in which episodes they are, ``members`` who appears for an
    organisation: which of its ``involvements`` that is, name and role.
    """

    def __init__(self, persons: Iterable[Person], rows: Sequence[EpisodeRow], language: str) -> None:
        self.names = Names(persons)
        self._rows = rows
        self._language = language
        self.people: dict[str, Person] = {}
        self.appearances: dict[str, list[tuple[int, Kind, AppearanceRow]]] = {}
        self.organisations: dict[str, str] = {}
        self.involvements: dict[str, list[int]] = {}
        self.members: dict[str, list[tuple[int, str, str | None]]] = {}
        self._folded = Folded()
        self._keys: dict[tuple[str, str | None], str] = {}
        for place, row in enumerate(rows):
            for partner in row.partners:
                self._involve(partner.name, place)
            for one in row.hosts:
                self._appear(one, "host", place)
            for one in row.guests:
                self._appear(one, "guest", place)

    def _appear(self, one: AppearanceRow, kind: Kind, place: int) -> None:
        named = (one.name, one.person)
        key = self._keys.get(named)
        if key is None:
            key = self._keys[named] = self.names.key_of(*named)
            if key not in self.people:
                filed = self.names.person_of(*named)
                self.people[key] = filed or Person(slug=one.person or "", name=one.name)
                self.appearances[key] = []
        self.appearances[key].append((place, kind, one))
        for name in one.organisations:
            organisation = self._involve(name, place)
            position = len(self.involvements[organisation]) - 1
            self.members[organisation].append((position, one.name, one.role))

    def _involve(self, name: str, place: int) -> str:
        key = self._folded[name]
        places = self.involvements.get(key)
        if places is None:
            self.organisations[key], self.involvements[key], self.members[key] = name, [place], []
        elif places[-1] != place:
            places.append(place)
        return key

    @cached_property
    def person_keys(self) -> Sequence[str]:
        """The keys of everyone who appears, sorted by the language."""

        def order(key: str) -> Key:
            return collation_key(self.people[key].sort_name or self.people[key].name, self._language)

        return sorted(self.people, key=order)

    @cached_property
    def organisation_keys(self) -> Sequence[str]:
        """The keys of every organisation, sorted by the language."""
        return sorted(self.organisations, key=lambda key: collation_key(self.organisations[key], self._language))

    @cached_property
    def person_slugs(self) -> Slugs:
        """The slug of everyone who appears."""
        filed = {key: person.slug for key, person in self.people.items() if person.slug}
        derived = {key: person.name for key, person in self.people.items() if not person.slug}
        return filed | unique_slugs(derived, set(filed.values()))

    @cached_property
    def organisation_slugs(self) -> Slugs:
        """The slug of every organisation."""
        return unique_slugs(self.organisations)

    def appearing(self, key: str) -> Appearing:
        """A person by their key, with every appearance."""
        person = self.people[key]
        if not person.slug:
            person = Person(slug=self.person_slugs[key], name=person.name)
        appearances = tuple(
            AppearanceRecord(
                episode=self._rows[place].id,
                kind=kind,
                name=one.name,
                role=one.role,
                organisations=one.organisations,
            )
            for place, kind, one in self.appearances[key]
        )
        return Appearing([place for place, *_ in self.appearances[key]], person_record(person, appearances))

    def involved(self, key: str) -> Involved:
        """An organisation by its key, with every episode."""
        slug, places = self.organisation_slugs[key], self.involvements[key]
        record = OrganisationRecord(
            slug=slug,
            name=self.organisations[key],
            address=f"organisations/{slug}/",
            episodes=tuple(self._rows[place].id for place in places),
        )
        return Involved(places, record)

    def person_slug(self, appearance: Appearance) -> str:
        """The slug of the page of whoever appears."""
        return self.person_slugs[self.names.key(appearance)]


def unique_slugs(names: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A slug for each key, from its name; where two would be one, the later key in order gets ``-2``, ``-3``."""
    used = set(taken)
    slugs: dict[str, str] = {}
    for key in sorted(names):
        base = slugify(names[key]) or "x"
        slug, count = base, 1
        while slug in used:
            count += 1
            slug = f"{base}-{count}"
        used.add(slug)
        slugs[key] = slug
    return slugs


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
                _, places = found.setdefault(key, (tag, []))
                if not places or places[-1] != place:
                    places.append(place)
        ordered = sorted(found, key=lambda key: (collation_key(found[key][0], self._language), key))
        return {key: found[key] for key in ordered}

    @cached_property
    def with_questions(self) -> Sequence[int]:
        """The places of the episodes that have questions."""
        return [place for place, row in enumerate(self.rows) if row.questions]

    @cached_property
    def translations(self) -> dict[int, list[int]]:
        """For an episode that is one of several translations the places of the others."""
        if not any(row.translation_of for row in self.rows):
            return {}
        by_name = {row.id: place for place, row in enumerate(self.rows)}
        by_name |= {row.ref: place for place, row in enumerate(self.rows)}
        groups: dict[int, list[int]] = {}
        for place, row in enumerate(self.rows):
            groups.setdefault(by_name.get(row.translation_of or "", place), []).append(place)
        return {
            place: [other for other in group if other != place]
            for group in groups.values()
            if len(group) > 1
            for place in group
        }
