"""The items that the front matter of an episode or a series lists: what names one, setting and joining them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from totem_cli.errors import AmbiguousError, NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode
from totem_cli.model.read import SHORT

if TYPE_CHECKING:
    from totem_cli.documents.document import Document
    from totem_cli.model.person import Person
    from totem_cli.model.series import Series


def position_of(owner: Episode | Series, key: str, items: Sequence[Any], what: str, same: Callable[[Any], bool]) -> int:
    """Where in a list the one item is that ``what`` names, from 0. Raises NotFoundError, AmbiguousError."""
    kind = key.removesuffix("s")
    found = [position for position, item in enumerate(items) if same(item)]
    if not found:
        names = [short(key, item) for item in items]
        listing = (
            f"there {'is' if len(names) == 1 else 'are'}: {', '.join(names[:10])}" if names else f"it has no {kind}"
        )
        raise NotFoundError(f"no {kind} {what} in {owner.ref}", hint=did_you_mean(what, names) or listing)
    if len(found) > 1:
        people = [str(items[position].get("person", f"{kind} {position + 1}")) for position in found]
        raise AmbiguousError(
            f"{what} is the name of {len(found)} {key} of {owner.ref}", hint=f"say which: {', '.join(people)}"
        )
    return found[0]


def check_number(owner: Episode | Series, key: str, number: int, count: int) -> None:
    """Raise NotFoundError where a list has no item of this number, from 1."""
    kind = key.removesuffix("s")
    if not 1 <= number <= count:
        raise NotFoundError(
            f"no {kind} {number} in {owner.ref}",
            hint=f"it has {count} {kind}{'s' if count > 1 else ''}" if count else f"it has no {kind}",
        )


def updated(key: str, item: Any, values: Any) -> Any:
    """An item with what is given set; what names it stays as it is written."""
    if not isinstance(values, Mapping):
        return item
    if isinstance(item, str):
        return {**values, SHORT[key]: item} if len(values) > 1 else item
    return {**item, **{name: value for name, value in values.items() if name != SHORT.get(key)}}


def inherited_written(owner: Episode | Series, key: str, document: Document) -> None:
    """Write what an episode inherits into its file, before its own list differs."""
    from totem_cli.archive.front import part_front

    if isinstance(owner, Episode) and key in ("hosts", "partners") and key in owner.absent:
        for part in getattr(owner, key):
            document.append(key, part_front(part))


def like(key: str, items: Sequence[Any], item: Any) -> Any:
    """A bare text as the table that it stands for, where the list holds tables only: they may be no inline list."""
    tables = bool(items) and all(isinstance(one, Mapping) for one in items)
    return {SHORT[key]: item} if tables and isinstance(item, str) and key in SHORT else item


def given(**values: Any) -> dict[str, Any]:
    """The values that are neither None nor empty lists."""
    return {key: value for key, value in values.items() if value not in (None, [])}


def short(key: str, item: Any) -> str:
    """What names an item of a list: a guest's name, a question's text, a link's address."""
    if not isinstance(item, Mapping):
        return str(item)
    return str(item.get(SHORT[key], "")) if key in SHORT else str(item.get("path") or item.get("url"))


def is_person(item: Any, person: Person | None, names: set[str]) -> bool:
    """Whether a guest or host in front matter is that person: by its ``person`` key, else by its name (folded)."""
    key = item.get("person") if isinstance(item, Mapping) else None
    if key:
        return person is not None and key == person.slug
    return fold(str(item.get("name", "")) if isinstance(item, Mapping) else str(item)) in names
