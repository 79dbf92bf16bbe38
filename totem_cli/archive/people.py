"""Who appears where: persons and organisations, derived from the episodes and from ``people/``."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any, Literal, NamedTuple

from totem_cli.archive.held import held_as
from totem_cli.archive.names import Names
from totem_cli.archive.record import AppearanceRecord, OrganisationRecord, PersonRecord, person_record
from totem_cli.language.collate import Key, collation_key
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance
from totem_cli.model.person import Person

Slugs = dict[str, str]


class Appearing(NamedTuple):
    """A person, and where in the publication each of their appearances is."""

    places: list[int]
    person: PersonRecord


class Involved(NamedTuple):
    """An organisation, and where in the publication its episodes are."""

    places: list[int]
    organisation: OrganisationRecord


class Directory:
    """The people and organisations of some episodes, each with a slug of its own on the site."""

    def __init__(
        self,
        persons: Iterable[Person],
        episodes: Sequence[Episode],
        slugs: tuple[Slugs, Slugs] | None = None,
        places: Iterable[int] | None = None,
    ) -> None:
        """``places`` of the episodes in the publication, where they are not all of it.

        ``slugs`` are those of people and organisations, where other episodes decide on them, too.
        """
        self.names = Names(persons)
        self._slugs = slugs
        self._people: dict[str, Person] = {}
        self._organisations: dict[str, str] = {}
        gathered = _Gathered(self.names, self._people, self._organisations)
        for place, episode in zip(count() if places is None else places, episodes, strict=False):
            gathered.take(place, episode)
        self._appearances = held_as(episodes, gathered.appearances, tuple[list[int], list[AppearanceRecord]])
        self._episodes = held_as(episodes, gathered.episodes, tuple[list[int], list[str]])

    @property
    def places(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Where in the publication each of the people is, and each organisation, by its key."""
        people = {key: places for key, (places, _) in zip(self._people, self._appearances, strict=True)}
        return people, {key: places for key, (places, _) in zip(self._organisations, self._episodes, strict=True)}

    def people(self, language: str) -> list[PersonRecord]:
        """Everyone who appears, sorted by the language."""
        return [one.person for one in self._appearing(language, None)]

    def appearing(self, language: str, keys: Container[str] | None = None) -> Sequence[Appearing]:
        """The same, with where it is; only those of ``keys``, where they are given."""
        return held_as(self._appearances, self._appearing(language, keys), Appearing)

    def _appearing(self, language: str, keys: Container[str] | None) -> Iterator[Appearing]:
        numbers = {key: number for number, key in enumerate(self._people)}
        for key in self._ordered(language):
            if keys is None or key in keys:
                places, appearances = self._appearances[numbers[key]]
                person = _with_slug(self._people[key], self.person_slugs[key])
                yield Appearing(places, person_record(person, tuple(appearances)))

    def listed(self, language: str) -> list[tuple[str, str]]:
        """The slug and the name of everyone who appears, sorted by the language."""
        return [(self.person_slugs[key], self._people[key].name) for key in self._ordered(language)]

    def _ordered(self, language: str) -> list[str]:
        def order(key: str) -> Key:
            return collation_key(self._people[key].sort_name or self._people[key].name, language)

        return sorted(self._people, key=order)

    def organisations(self, language: str) -> list[OrganisationRecord]:
        """Every organisation that appears, sorted by the language."""
        return [one.organisation for one in self._involved(language, None)]

    def involved(self, language: str, keys: Container[str] | None = None) -> Sequence[Involved]:
        """The same, with where it is; only those of ``keys``, where they are given."""
        return held_as(self._episodes, self._involved(language, keys), Involved)

    def _involved(self, language: str, keys: Container[str] | None) -> Iterator[Involved]:
        numbers = {key: number for number, key in enumerate(self._organisations)}
        for key, name in sorted(self._organisations.items(), key=lambda item: collation_key(item[1], language)):
            if keys is None or key in keys:
                places, episodes = self._episodes[numbers[key]]
                slug = self.organisation_slugs[key]
                address = f"organisations/{slug}/"
                yield Involved(
                    places, OrganisationRecord(slug=slug, name=name, address=address, episodes=tuple(episodes))
                )

    @cached_property
    def person_slugs(self) -> Slugs:
        """The slug of everyone who appears, by :meth:`Names.key`."""
        if self._slugs:
            return self._slugs[0]
        filed = {key: person.slug for key, person in self._people.items() if person.slug}
        derived = {key: person.name for key, person in self._people.items() if not person.slug}
        return filed | unique_slugs(derived, set(filed.values()))

    @cached_property
    def organisation_slugs(self) -> Slugs:
        """The slug of every organisation that appears, by its folded name."""
        if self._slugs:
            return self._slugs[1]
        return unique_slugs(self._organisations)

    def person_slug(self, appearance: Appearance) -> str:
        """The slug of the page of whoever appears."""
        return self.person_slugs[self.names.key(appearance)]


class _Gathered:
    """What episodes tell, one after the other, of ``people`` and ``organisations``, which grow, by :meth:`Names.key`.

    ``appearances`` and ``episodes`` are theirs, in the same order.
    """

    def __init__(self, names: Names, people: dict[str, Person], organisations: dict[str, str]) -> None:
        self._names = names
        self._people = people
        self._organisations = organisations
        self._keys: dict[tuple[str, str | None], str] = {}
        self._once: dict[Any, Any] = {}
        self._of_person: dict[str, tuple[list[int], list[AppearanceRecord]]] = {}
        self._of_organisation: dict[str, tuple[list[int], list[str]]] = {}

    @property
    def appearances(self) -> Iterable[tuple[list[int], list[AppearanceRecord]]]:
        """The places and the appearances of each person."""
        return self._of_person.values()

    @property
    def episodes(self) -> Iterable[tuple[list[int], list[str]]]:
        """The places and the ids of each organisation's episodes."""
        return self._of_organisation.values()

    def take(self, place: int, episode: Episode) -> None:
        """Add an episode."""
        once = self._once.setdefault  # the first of equal values
        organisations = [partner.name for partner in episode.partners]
        kind: Literal["host", "guest"]
        for kind, group in (("host", episode.hosts), ("guest", episode.guests)):
            for appearance in group:
                known = (appearance.name, appearance.person)
                key = self._keys.get(known)
                if key is None:
                    key = self._keys[known] = self._names.key(appearance)
                    self._people.setdefault(key, self._names.person(appearance) or _unfiled(appearance))
                    self._of_person.setdefault(key, ([], []))
                name, role, where = appearance.name, appearance.role, appearance.organisations
                places, appearances = self._of_person[key]
                places.append(place)
                appearances.append(
                    AppearanceRecord(
                        episode=episode.id,
                        kind=kind,
                        name=once(name, name),
                        role=once(role, role),
                        organisations=once(where, where),
                    )
                )
                organisations += where
        for name in organisations:
            key = fold(name)
            self._organisations.setdefault(key, name)
            places, episodes = self._of_organisation.setdefault(key, ([], []))
            if not places or places[-1] != place:
                places.append(place)
                episodes.append(episode.id)


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


def _unfiled(appearance: Appearance) -> Person:
    return Person(slug=appearance.person or "", name=appearance.name)


def _with_slug(person: Person, slug: str) -> Person:
    if person.slug:
        return person
    return Person(slug=slug, name=person.name)
