"""Two people who are one: their files, names and appearances made those of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from totem_cli.archive.persons import Persons
from totem_cli.errors import NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.person import Person

if TYPE_CHECKING:
    from totem_cli.documents.document import Document


class Merging(Persons):
    """Making one person of two."""

    def merge_person(self, gone: str, into: str) -> Person:
        """Let ``into`` be called what ``gone`` was, everywhere: guests, hosts, askers, aliases, links, biography.

        What ``into`` says of itself stays; what only ``gone`` says is added, and its file is removed. In an episode
        that names both, their appearances become one. Two who are one already are left as they are. Raises
        NotFoundError for a name that nobody goes by.
        """
        with self.transaction(f"merge person {gone} {into}"):
            first, second = self._filed(gone), self._filed(into)
            if first and second and first.slug == second.slug:
                return first
            name = second.name if second else self._spelt(into)
            if second is None or first is None:
                if first is None:
                    self._spelt(gone)
                person = self.rename_person(gone, name)
            else:
                self._rename_everywhere(first, gone, name)
                self._move_keys(first.slug, second.slug)
                self._absorb(first, second)
                person = self.person(second.slug)
            self._join_appearances(person)
            return person

    def _spelt(self, name: str) -> str:
        """How whoever is called ``name``, and has no file, is spelt in the first episode or series that names them."""
        known = [
            who.name for one in self._owners for who in (appearances(one) if isinstance(one, Episode) else one.hosts)
        ]
        asked = [question.asked_by or "" for episode in self.index.episodes() for question in episode.questions]
        found = next((one for one in (*known, *asked) if fold(one) == fold(name)), None)
        if found is None:
            raise NotFoundError(
                f"nobody is called {name}", hint=did_you_mean(name, dict.fromkeys(known)) or "see: totem list guests"
            )
        return found

    def _move_keys(self, old: str, new: str) -> None:
        """Let the appearances that say ``person = old`` say ``new``."""
        for one in self._owners:
            people = appearances(one) if isinstance(one, Episode) else one.hosts
            if not any(who.person == old for who in people):
                continue
            path = self._path(one)
            document = self._open(path)
            for key in ("hosts", "guests"):
                for place, item in enumerate(document.data.get(key, [])):
                    if isinstance(item, Mapping) and item.get("person") == old:
                        document.set((key, place, "person"), new)
            self._save(path, document.to_bytes())

    def _absorb(self, gone: Person, into: Person) -> None:
        """Write down in one file what only the other says, and remove the other."""
        gone_path, other = self._person_file(gone)
        path, document = self._person_file(into)
        called = {fold(into.name), *map(fold, into.aliases)}
        for name in (gone.name, *gone.aliases):
            if fold(name) not in called:
                called.add(fold(name))
                document.append("aliases", name)
        held = {link.url for link in into.links}
        for place, link in enumerate(gone.links):
            if link.url not in held:
                held.add(link.url)
                document.append("links", _like(document, other.data["links"][place]))
        for key, value in other.data.items():
            if key not in ("name", "aliases", "links") and key not in document.data:
                document.set((key,), value)
        if other.recap and other.recap not in document.recap:
            document.set_body(f"{document.recap}\n\n{other.recap}" if document.recap else other.recap)
        self._save(path, document.to_bytes())
        self._remove(gone_path)

    def _join_appearances(self, person: Person) -> None:
        """Where a list names the person twice, let it be once, with the roles' first and all organisations."""
        for one in self._owners:
            path, changed = self._path(one), False
            lists = (one.hosts, one.guests) if isinstance(one, Episode) else (one.hosts,)
            if not any(sum(self.names.person(who) == person for who in people) > 1 for people in lists):
                continue
            document = self._open(path)
            for key, people in zip(("hosts", "guests"), lists, strict=False):
                places = [place for place, who in enumerate(people) if self.names.person(who) == person]
                if len(places) < 2 or key not in document.data:
                    continue
                for place in reversed(places[1:]):
                    _complete(document, key, places[0], document.data[key][place])
                    document.delete(key, place)
                changed = True
            if changed:
                self._save(path, document.to_bytes())


def _complete(document: Document, key: str, place: int, other: Any) -> None:
    """Give an appearance what only the other one says, and the organisations of both."""
    if not isinstance(other, Mapping):
        return
    mine = document.data[key][place]
    if not isinstance(mine, Mapping):
        document.set((key, place), {"name": mine})
        mine = {"name": mine}
    held = list(mine.get("organisations", []))
    more = [name for name in other.get("organisations", []) if fold(name) not in map(fold, held)]
    if more:
        document.set((key, place, "organisations"), [*held, *more])
    for name, value in other.items():
        if name not in mine and name != "organisations":
            document.set((key, place, name), value)


def _like(document: Document, link: Any) -> Any:
    """A link as a table where the others are: a list holds one kind or the other."""
    items = document.data.get("links", [])
    tables = any(isinstance(item, Mapping) for item in items)
    if tables and isinstance(link, str):
        return {"url": link}
    return link
