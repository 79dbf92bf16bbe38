"""The lists of an episode or a series: what the collections of guests, questions, tags and so on have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from totem_cli.archive import references
from totem_cli.archive.workspace import IF_EXISTS_HINT, IfExists, Workspace
from totem_cli.errors import ExistsError, InvalidError
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Link, Partner

if TYPE_CHECKING:
    from msgspec import Struct

    from totem_cli.documents.document import Document
    from totem_cli.model.series import Series

Item = TypeVar("Item")

Same = Callable[[Any], bool]
"""Whether an item, as front matter holds it, is the one that is meant."""


class Parts(Generic[Item]):
    """One list of every episode, and of every series where those have it: ``archive.links["collaboration/1"]``.

    A subclass says which, and how an item is added.
    """

    key: str
    """The key of front matter."""
    type: type[Struct]
    """The type of an item that is a table."""
    is_of_series = True
    """Whether a series has such a list too."""
    is_exact = False
    """Whether items are compared as they are, not folded."""
    phrase = "a {}"
    """What an item is called in an error."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, ref: str) -> list[Item]:
        """The items of the episode or series that ``ref`` names, what is inherited included."""
        return self._items(self._owner(ref))

    def set(self, ref: str, what: str | int, /, *changes: str, **values: Any) -> Item:
        """Change the item that is named, or has this number: ``set("x/1", "Ada Brun", role="CEO")``.

        None removes a key. What an episode inherited is written down first.
        """
        from totem_cli.archive.assign import assign, assignments
        from totem_cli.model.read import SHORT

        with self._editing(f"set {self._noun} {ref} {what}", ref) as (owner, document):
            position = self._position(owner, document, what)
            item = document.data[self.key][position]
            if isinstance(item, str):
                document.set((self.key, position), {SHORT[self.key]: item})
            for change in assignments(changes, values):
                assign(document, change, self.type, self._workspace.settings, (self.key, position))
            table = document.data[self.key][position]
            if isinstance(item, str) and [*table] == [SHORT[self.key]]:  # bare text stays bare text
                document.set((self.key, position), table[SHORT[self.key]])
            return self._item(self._save(owner, document), position)

    def move(self, ref: str, start: str | int, to: int) -> list[Item]:
        """Put the item that is named, or has this number, at position ``to``; the items in their new order."""
        from totem_cli.archive.items import check_number

        with self._editing(f"move {self._noun} {ref} {start} {to}", ref) as (owner, document):
            position = self._position(owner, document, start)
            check_number(owner, self.key, to, len(document.data[self.key]))
            if position != to - 1:
                document.move(self.key, position, to - 1)
            return self._items(self._save(owner, document))

    def remove(self, ref: str, what: str | int) -> Episode | Series:
        """Remove the item that is named, or has this number; the episode or series as it is then."""
        with self._editing(f"remove {self._noun} {ref} {what}", ref) as (owner, document):
            document.delete(self.key, self._position(owner, document, what))
            inherits = self.key in ("hosts", "partners") and isinstance(owner, Episode)
            if document.data.get(self.key) == [] and not inherits:
                document.remove((self.key,))  # an empty list has a meaning only where it stops an inheritance
            return self._save(owner, document)

    # What subclasses use

    def _add(
        self,
        owner: Episode | Series,
        values: Any,
        same: Same,
        if_exists: IfExists,
        at: int | None = None,
    ) -> tuple[Episode | Series, int]:
        """Add an item unless the same is there; the owner as it is then, and the item's position from 0."""
        from totem_cli.archive.items import inherited_written, like, updated

        document = self._workspace.open(self._workspace.path(owner))
        inherited_written(owner, self.key, document)
        items = document.data.get(self.key, [])
        position = next((position for position, item in enumerate(items) if same(item)), None)
        if position is None:
            position = len(items) if at is None else at - 1
            if not 0 <= position <= len(items):
                raise InvalidError(f"--at {at} is outside 1 to {len(items) + 1}", field="at")
            document.insert(self.key, position, like(self.key, items, values))
        elif if_exists == "error":
            raise self._exists(owner, position, items[position])
        elif if_exists == "update":
            document.set((self.key, position), updated(self.key, items[position], values))
        return self._save(owner, document), position

    def _exists(self, owner: Episode | Series, position: int, item: Any) -> ExistsError:
        """The error for an item that is there already; ``position`` is from 0."""
        from totem_cli.archive.items import short

        return ExistsError(
            f"{owner.ref} already asks this, as question {position + 1}"
            if self.key == "questions"
            else f"{short(self.key, item)} is already {self.phrase.format(self._noun)} of {owner.ref}",
            hint=IF_EXISTS_HINT,
        )

    def _same(self, what: str) -> Same:
        """A test of the items that ``what`` names."""
        from totem_cli.archive.items import short

        if self.is_exact:
            return lambda item: short(self.key, item) == what
        wanted = fold(what)
        return lambda item: fold(short(self.key, item)) == wanted

    def _items(self, owner: Episode | Series) -> list[Item]:
        return [self._item(owner, position) for position in range(len(getattr(owner, self.key)))]

    def _item(self, owner: Episode | Series, position: int) -> Item:
        """What is told of an item: its value, or in a subclass its record."""
        item: Item = getattr(owner, self.key)[position]
        return item

    def _owner(self, ref: str) -> Episode | Series:
        if self.is_of_series:
            return references.episode_or_series(self._workspace, ref)
        return references.episode(self._workspace, ref)

    @property
    def _noun(self) -> str:
        return self.key.removesuffix("s")

    @contextmanager
    def _editing(self, label: str, ref: str) -> Iterator[tuple[Episode | Series, Document]]:
        """A transaction with the owner and its document, in which an inherited list is written down."""
        from totem_cli.archive.items import inherited_written

        with self._workspace.transaction(label):
            owner = self._owner(ref)
            document = self._workspace.open(self._workspace.path(owner))
            inherited_written(owner, self.key, document)
            yield owner, document

    def _position(self, owner: Episode | Series, document: Document, what: str | int) -> int:
        from totem_cli.archive.items import check_number, position_of

        items = document.data.get(self.key, [])
        if isinstance(what, str):
            return position_of(owner, self.key, items, what, self._same(what))
        check_number(owner, self.key, what, len(items))
        return what - 1

    def _save(self, owner: Episode | Series, document: Document) -> Episode | Series:
        return references.save(self._workspace, owner, document)


class Partners(Parts[Partner]):
    """The organisations that take part in episodes or series."""

    key, type = "partners", Partner

    def add(
        self,
        ref: str,
        name: str,
        *,
        billed_as: str | None = None,
        url: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode | Series:
        """Add a partner to an episode or a series; what an episode inherited is written down first."""
        from totem_cli.archive.items import given

        with self._workspace.transaction(f"add partner {ref} {name}"):
            values = given(name=name, billed_as=billed_as, url=url)
            return self._add(self._owner(ref), values, self._same(name), if_exists)[0]


class Links(Parts[Link]):
    """The addresses that episodes or series link to."""

    key, type, is_exact = "links", Link, True

    def add(
        self,
        ref: str,
        url: str,
        *,
        label: str | None = None,
        kind: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode | Series:
        """Add a link to an episode or a series."""
        from totem_cli.archive.items import given

        with self._workspace.transaction(f"add link {ref} {url}"):
            values = given(url=url, label=label, kind=kind)
            return self._add(self._owner(ref), values, self._same(url), if_exists)[0]
