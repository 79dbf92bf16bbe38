"""Guests and hosts: who appears in an episode, or hosts a series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from totem_cli.archive.episodes import Episodes
from totem_cli.archive.parts import Parts, Same
from totem_cli.archive.record import GuestRecord, guest_record
from totem_cli.archive.workspace import IfExists, Workspace
from totem_cli.errors import AmbiguousError
from totem_cli.language.fold import fold
from totem_cli.model.parts import Appearance

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode
    from totem_cli.model.query import Query
    from totem_cli.model.series import Series


class Appearances(Parts[GuestRecord]):
    """The guests of episodes, or the hosts of episodes and series, each with the role of then."""

    type = Appearance

    def __init__(self, workspace: Workspace, kind: Literal["guest", "host"]) -> None:
        super().__init__(workspace)
        self.key = f"{kind}s"
        self.is_of_series = kind == "host"
        self._kind = kind

    def __iter__(self) -> Iterator[GuestRecord]:
        return iter(self.find())

    def find(self, query: Query | None = None) -> list[GuestRecord]:
        """Every appearance in the episodes that a query selects, in their order; of the guests it names, if any."""
        episodes = Episodes(self._workspace).find(query)
        found = [record for episode in episodes for record in self._items(episode)]
        if not query or not query.guests:
            return found
        names = self._workspace.names
        wanted = {fold(alias) for name in query.guests for alias in names.aliases(name)}
        return [one for one in found if fold(one.name) in wanted]

    def add(
        self,
        ref: str,
        name: str,
        *,
        role: str | None = None,
        organisations: Sequence[str] = (),
        url: str | None = None,
        billed_as: str | None = None,
        person: str | None = None,
        at: int | None = None,
        if_exists: IfExists = "error",
    ) -> GuestRecord:
        """Add a guest to an episode, or a host to an episode or a series, last or as number ``at`` (from 1).

        The hosts that an episode inherited are written down first.
        """
        from totem_cli.archive.items import given, short
        from totem_cli.language.slug import check_slug

        with self._workspace.transaction(f"add {self._noun} {ref} {name}"):
            values = given(
                name=name, role=role, organisations=list(organisations), billed_as=billed_as, url=url, person=person
            )
            owner = self._owner(ref)
            if person:
                check_slug(person, "person")
            names = self._workspace.names
            filed = names.called(name)
            if len(filed) > 1 and not person:
                raise AmbiguousError(
                    f"{name} is the name of {len(filed)} people",
                    hint="say which with --person: " + ", ".join(sorted(one.slug for one in filed)),
                )
            called = set(map(fold, names.aliases(name)))

            def same(item: Any) -> bool:
                slug = item.get("person") if isinstance(item, Mapping) else None
                return bool(person == slug) if person and slug else fold(short(self.key, item)) in called

            return self._item(*self._add(owner, values, same, if_exists, at))

    def _same(self, what: str) -> Same:
        from totem_cli.archive.items import short

        called = set(map(fold, self._workspace.names.aliases(what)))
        return lambda item: (
            fold(short(self.key, item)) in called or (isinstance(item, Mapping) and item.get("person") == what)
        )

    def _item(self, owner: Episode | Series, position: int) -> GuestRecord:
        return guest_record(getattr(owner, self.key)[position], owner, self._kind)
