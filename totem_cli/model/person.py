"""A person: what outlives an episode."""

from __future__ import annotations

from msgspec import Struct

from totem_cli.model.parts import Extra, Link


class PersonFields(Struct, frozen=True, kw_only=True):
    """What is known of a person; the public record adds to it."""

    slug: str
    name: str
    sort_name: str | None = None
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    image: str | None = None
    orcid: str | None = None
    biography: str = ""
    extra: Extra = {}


class Person(PersonFields, frozen=True, kw_only=True):
    """A person as ``people/SLUG.md`` tells it."""

    @property
    def ref(self) -> str:
        """The reference that names it everywhere."""
        return f"people/{self.slug}"
