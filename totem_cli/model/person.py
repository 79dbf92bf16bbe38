"""A person: what outlives an episode."""

from totem_cli.model.fields import PersonFields


class Person(PersonFields, frozen=True, kw_only=True):
    """A person as ``people/SLUG.md`` tells it."""

    @property
    def ref(self) -> str:
        """The reference that names it everywhere."""
        return f"people/{self.slug}"
