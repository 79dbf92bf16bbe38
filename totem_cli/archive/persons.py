"""Operations on people: what outlives an episode, and one name everywhere."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from totem_cli.archive.all_series import AllSeries
from totem_cli.archive.assign import assign, assignments
from totem_cli.archive.base import IfExists
from totem_cli.archive.front import PERSON_ORDER
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.storage.layout import person_path

if TYPE_CHECKING:
    from totem_cli.documents.document import Document


class Persons(AllSeries):
    """What can be done to people."""

    def person(self, name: str) -> Person:
        """The person with a file in ``people/`` that a slug, a name or an alias names."""
        known = self.names.persons
        if name in known:
            return known[name]
        found = [one for one in known.values() if fold(name) in map(fold, (one.name, *one.aliases))]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousError(
                f"{name} is the name of {len(found)} people",
                hint="say which: " + ", ".join(sorted(one.slug for one in found)),
            )
        spelt = [word for one in known.values() for word in (one.slug, one.name)]
        raise NotFoundError(
            f"no person {name} in people/",
            hint=did_you_mean(name, spelt) or f'add a file with: totem add person "{name}"',
        )

    def add_person(
        self,
        name: str,
        *,
        slug: str | None = None,
        sort_name: str | None = None,
        aliases: Sequence[str] = (),
        urls: Sequence[str] = (),
        biography: str | None = None,
        if_exists: IfExists = "error",
    ) -> Person:
        """Add a file for what outlives an episode: sort name, aliases, links, biography."""
        with self.transaction(f"add person {name}"):
            if not name.strip():
                raise InvalidError("a person needs a name", field="name")
            given: dict[str, Any] = {"name": name}
            if sort_name:
                given["sort_name"] = sort_name
            if aliases:
                given["aliases"] = list(aliases)
            if urls:
                given["links"] = [{"url": url} for url in urls]
            known = self.names.persons
            same = next((one for one in known.values() if fold(name) in map(fold, (one.name, *one.aliases))), None)
            if same and (slug is None or same.slug == slug):
                return self._add_person_again(same, given, biography, if_exists)
            chosen = slug or slugify(name) or "x"
            if chosen in known:
                raise ExistsError(
                    f"people/{chosen} exists already: {known[chosen].name}", hint="choose another name with --slug"
                )
            return self._new_person(chosen, given, biography or "")

    def _new_person(self, slug: str, front: Mapping[str, Any], biography: str) -> Person:
        self._save_new(person_path(slug), front, biography, PERSON_ORDER)
        return self.person(slug)

    def _add_person_again(
        self, same: Person, given: dict[str, Any], biography: str | None, if_exists: IfExists
    ) -> Person:
        if if_exists == "error":
            raise ExistsError(
                f"{same.ref} exists already: {same.name}",
                hint="--if-exists skip leaves it, --if-exists update sets what is given",
            )
        if if_exists == "update":
            path, document = self._person_file(same)
            for key, value in given.items():
                if key != "name":
                    document.set((key,), value)
            if biography is not None and biography.strip("\n") != document.recap:
                document.set_body(biography)
            self._save(path, document.to_bytes())
        return self.person(same.slug)

    def _person_file(self, person: Person) -> tuple[str, Document]:
        path = self.index.path_of("person", person.slug) or person_path(person.slug)
        return path, self._open(path)

    def set_person(self, name: str, *changes: str, **values: Any) -> Person:
        """Change a person's file: ``set_person("ada-brun", "aliases+=A. Brun")``."""
        with self.transaction(f"set person {name} {' '.join(changes)}"):
            person = self.person(name)
            path, document = self._person_file(person)
            for change in assignments(changes, values):
                assign(document, change, Person)
            self._save(path, document.to_bytes())
            return self.person(person.slug)

    def rename_person(self, old: str, new: str) -> Person:
        """Call a person NEW in every episode and series; OLD is kept as an alias in ``people/``.

        Who has no file there gets one only where there is an alias to keep.
        ``billed_as`` and recaps are the episode's own words: they stay.
        """
        with self.transaction(f"rename person {old} {new}"):
            if not new.strip():
                raise InvalidError("a person needs a name", field="name")
            filed = self._filed(old)
            other = next((one for one in self.persons() if one != filed and _goes_by(one, new)), None)
            if filed and other:
                raise ExistsError(
                    f"{new} is {other.ref} already", hint="two files for one person: keep one, with the other's names"
                )
            spellings = self._rename_everywhere(filed, old, new)
            if filed:
                return self._alias(filed, filed.name, new)
            if not spellings:
                known = {one.name for episode in self.index.episodes() for one in appearances(episode)}
                raise NotFoundError(
                    f"nobody is called {old}", hint=did_you_mean(old, known) or "see: totem list guests"
                )
            if other:
                return self._alias(other, spellings[0], other.name)
            slug = slugify(new) or "x"
            free = slug if slug not in self.names.persons else next(_numbered(slug, self.names.persons))
            if fold(spellings[0]) == fold(new):
                return Person(slug=free, name=new)
            return self._new_person(free, {"name": new, "aliases": spellings[:1]}, "")

    def _filed(self, name: str) -> Person | None:
        """The person that ``name`` names in ``people/``, if any; AmbiguousError where it names several."""
        known = self.persons()
        if any(one.slug == name or _goes_by(one, name) for one in known):
            return self.person(name)
        return None

    def _alias(self, person: Person, old: str, new: str) -> Person:
        path, document = self._person_file(person)
        document.set(("name",), new)
        held = document.data.get("aliases", [])
        if fold(old) not in map(fold, (*held, new)):
            document.append("aliases", old)
        for place, alias in reversed(list(enumerate(document.data.get("aliases", [])))):
            if alias == new:
                document.delete("aliases", place)
        self._save(path, document.to_bytes())
        return self.person(person.slug)

    def _own_names(self, person: Person) -> set[str]:
        """The folded names that mean this person and nobody else with a file."""
        others = {fold(name) for one in self.persons() if one != person for name in (one.name, *one.aliases)}
        return set(map(fold, (person.name, *person.aliases))) - others

    def _rename_everywhere(self, person: Person | None, old: str, new: str) -> list[str]:
        """In every file that names ``person`` (or, without a file, ``old``) as a host, a guest or an asker.

        The names that were there come back, as they were written.

        Whoever has the same name and another ``person`` key is somebody else.
        """
        wanted = self._own_names(person) if person else {fold(old)}
        found: list[str] = []
        for one in self._owners:
            if wanted.isdisjoint(map(fold, _names_in(one))) and not _keyed(one, person):
                continue
            path = self._path(one)
            document = self._open(path)
            before = document.to_bytes()
            for key in ("hosts", "guests"):
                for place, item in enumerate(document.data.get(key, [])):
                    if is_person(item, person, wanted):
                        found.append(item if isinstance(item, str) else item["name"])
                        document.set((key, place) if isinstance(item, str) else (key, place, "name"), new)
            for place, item in enumerate(document.data.get("questions", [])):
                if isinstance(item, Mapping) and fold(str(item.get("asked_by", ""))) in wanted:
                    found.append(item["asked_by"])
                    document.set(("questions", place, "asked_by"), new)
            after = document.to_bytes()
            if after != before:
                self._save(path, after)
        return found


def _goes_by(person: Person, name: str) -> bool:
    return fold(name) in map(fold, (person.name, *person.aliases))


def is_person(item: Any, person: Person | None, names: set[str]) -> bool:
    """Whether a guest or host, as a file holds it, is that person: by its ``person`` key, else by name (folded)."""
    key = item.get("person") if isinstance(item, Mapping) else None
    if key:
        return person is not None and key == person.slug
    return fold(str(item.get("name", "")) if isinstance(item, Mapping) else str(item)) in names


def _numbered(slug: str, taken: Container[str]) -> Iterator[str]:
    return (made for number in count(2) if (made := f"{slug}-{number}") not in taken)


def _keyed(one: Episode | Series, person: Person | None) -> bool:
    people = appearances(one) if isinstance(one, Episode) else one.hosts
    return person is not None and any(who.person == person.slug for who in people)


def _names_in(one: Episode | Series) -> list[str]:
    """The names an episode's or a series' own file holds: hosts, guests, those who asked."""
    people = appearances(one) if isinstance(one, Episode) else one.hosts
    asked = [question.asked_by or "" for question in one.questions] if isinstance(one, Episode) else []
    return [*(person.name for person in people), *asked]
