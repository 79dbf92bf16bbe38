"""Names: which of them mean the same person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from totem_cli.language.fold import fold

if TYPE_CHECKING:
    from totem_cli.model.parts import Appearance
    from totem_cli.model.person import Person


class Names:
    """Which names mean the same person: a name and the aliases that ``people/`` gives, compared folded."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self.persons = {person.slug: person for person in persons}
        self._by_name: dict[str, Person] = {}
        for person in self.persons.values():
            for name in (person.name, *person.aliases):
                self._by_name.setdefault(fold(name), person)

    def person(self, appearance: Appearance) -> Person | None:
        """The person file of an appearance, if there is one: by its ``person`` key, else by name or alias."""
        return self.person_of(appearance.name, appearance.person)

    def person_of(self, name: str, person: str | None) -> Person | None:
        """The same, of an appearance by this name with this ``person`` key."""
        return self.persons.get(person) if person else self._by_name.get(fold(name))

    def called(self, name: str) -> list[Person]:
        """Everyone with a file whose name or alias this is."""
        wanted = fold(name)
        return [one for one in self.persons.values() if wanted in map(fold, (one.name, *one.aliases))]

    def aliases(self, name: str) -> tuple[str, ...]:
        """Every name of whoever goes by ``name`` (or has that slug), ``name`` first."""
        person = self._by_name.get(fold(name)) or self.persons.get(name)
        return (name, person.slug, person.name, *person.aliases) if person else (name,)

    def key(self, appearance: Appearance) -> str:
        """What two appearances of one person have in common."""
        return self.key_of(appearance.name, appearance.person)

    def key_of(self, name: str, person: str | None) -> str:
        """The same, of an appearance by this name with this ``person`` key."""
        filed = self.person_of(name, person)
        if filed:
            return f"people/{filed.slug}"
        return f"people/{person}" if person else fold(name)
