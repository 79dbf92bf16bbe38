"""Who appears where: persons and organisations, derived from the episodes and from ``people/``."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from totem_cli.archive.names import Names
from totem_cli.archive.record import AppearanceRecord, OrganisationRecord, PersonRecord, person_record
from totem_cli.language.collate import Key, collation_key
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance
from totem_cli.model.person import Person

Slugs = Mapping[str, str]


class Directory:
    """The people and organisations of some episodes, each with a slug of its own on the site."""

    def __init__(
        self, persons: Iterable[Person], episodes: Sequence[Episode], slugs: tuple[Slugs, Slugs] | None = None
    ) -> None:
        """``slugs`` are those of people and organisations, where other episodes decide on them, too."""
        self.names = Names(persons)
        self._slugs = slugs
        self._people: dict[str, Person] = {}
        self._appearances: dict[str, list[AppearanceRecord]] = {}
        self._organisations: dict[str, str] = {}
        self._episodes_of: dict[str, list[str]] = {}
        keys: dict[tuple[str, str | None], str] = {}
        said: dict[Any, Any] = {}
        for episode in episodes:
            self._take(episode, keys, said.setdefault)

    def _take(self, episode: Episode, keys: dict[tuple[str, str | None], str], once: Callable[[Any, Any], Any]) -> None:
        """Add an episode; ``keys`` are those of appearances seen before, ``once`` gives the first of equal values."""
        organisations = [partner.name for partner in episode.partners]
        kind: Literal["host", "guest"]
        for kind, group in (("host", episode.hosts), ("guest", episode.guests)):
            for appearance in group:
                known = (appearance.name, appearance.person)
                key = keys.get(known)
                if key is None:
                    key = keys[known] = self.names.key(appearance)
                    self._people.setdefault(key, self.names.person(appearance) or _unfiled(appearance))
                    self._appearances.setdefault(key, [])
                name, role, where = appearance.name, appearance.role, appearance.organisations
                self._appearances[key].append(
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
            found = self._episodes_of.setdefault(key, [])
            if not found or found[-1] != episode.id:
                found.append(episode.id)

    def people(self, language: str, keys: Container[str] | None = None) -> list[PersonRecord]:
        """Everyone who appears, sorted by the language; only those of ``keys``, where they are given."""
        return [
            person_record(_with_slug(self._people[key], self.person_slugs[key]), tuple(self._appearances[key]))
            for key in self._ordered(language)
            if keys is None or key in keys
        ]

    def listed(self, language: str) -> list[tuple[str, str]]:
        """The slug and the name of everyone who appears, sorted by the language."""
        return [(self.person_slugs[key], self._people[key].name) for key in self._ordered(language)]

    def _ordered(self, language: str) -> list[str]:
        def order(key: str) -> Key:
            return collation_key(self._people[key].sort_name or self._people[key].name, language)

        return sorted(self._people, key=order)

    def organisations(self, language: str, keys: Container[str] | None = None) -> list[OrganisationRecord]:
        """Every organisation that appears, sorted by the language; only those of ``keys``, where they are given."""
        records = [
            OrganisationRecord(
                slug=self.organisation_slugs[key],
                name=name,
                address=f"organisations/{self.organisation_slugs[key]}/",
                episodes=tuple(self._episodes_of[key]),
            )
            for key, name in self._organisations.items()
            if keys is None or key in keys
        ]
        return sorted(records, key=lambda organisation: collation_key(organisation.name, language))

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
