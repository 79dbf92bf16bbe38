"""The items that an episode or a series lists: finding one, adding one, saving the file that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from totem_cli.archive.base import IfExists
from totem_cli.archive.front import part_front
from totem_cli.archive.publishing import Publishing
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode
from totem_cli.model.read import SHORT
from totem_cli.model.series import Series
from totem_cli.storage.layout import episode_path, series_path

if TYPE_CHECKING:
    from totem_cli.documents.document import Document

Same = Callable[[Any], bool]

_ONE = {"guests": "a guest", "hosts": "a host", "partners": "a partner", "links": "a link", "media": "among the media"}


class Items(Publishing):
    """What all lists of an episode or a series have in common."""

    def _path(self, owner: Episode | Series) -> str:
        if isinstance(owner, Episode):
            return self.index.path_of("episode", owner.slug, series=owner.series) or episode_path(
                owner.series, owner.slug
            )
        return self.index.path_of("series", owner.slug) or series_path(owner.slug)

    def _save_owner(self, owner: Episode | Series, document: Document) -> Episode | Series:
        value = self._save(self._path(owner), document.to_bytes())
        if isinstance(value, Episode):
            return self.episode(f"{value.series}/{value.slug}")
        assert isinstance(value, Series)
        return self._effective(value)

    def _add_part(
        self,
        owner: Episode | Series,
        key: str,
        values: Any,
        same: Same,
        if_exists: IfExists,
        at: int | None = None,
    ) -> tuple[Episode | Series, int]:
        """Add an item to a list unless the same is there; the owner as it now is, and the item's place from 0."""
        document = self._open(self._path(owner))
        self._write_down(owner, key, document)
        items = document.data.get(key, [])
        place = next((place for place, item in enumerate(items) if same(item)), None)
        if place is None:
            place = len(items) if at is None else at - 1
            if not 0 <= place <= len(items):
                raise InvalidError(f"--at {at} is outside 1 to {len(items) + 1}", field="at")
            document.insert(key, place, like(key, items, values))
        elif if_exists == "error":
            raise ExistsError(
                f"{short(key, items[place])} is already {_ONE[key]} of {owner.ref}"
                if key != "questions"
                else f"{owner.ref} already asks this, as question {place + 1}",
                hint="--if-exists skip leaves it, --if-exists update sets what is given",
            )
        elif if_exists == "update":
            _update(document, key, place, values)
        return self._save_owner(owner, document), place

    def _write_down(self, owner: Episode | Series, key: str, document: Document) -> None:
        """What an episode inherits is written into its file before its own list differs."""
        if isinstance(owner, Episode) and key in ("hosts", "partners") and key in owner.absent:
            for part in getattr(owner, key):
                document.append(key, part_front(part))

    def _part(self, owner: Episode | Series, key: str, what: str) -> tuple[Document, int]:
        """The document, inherited lists written down, with the place of the one item that ``what`` names."""
        document = self._open(self._path(owner))
        self._write_down(owner, key, document)
        items = document.data.get(key, [])
        if key in ("guests", "hosts"):
            wanted = set(map(fold, self.names.aliases(what)))
            found = [
                place
                for place, item in enumerate(items)
                if fold(short(key, item)) in wanted or (isinstance(item, Mapping) and item.get("person") == what)
            ]
        elif key == "links":
            found = [place for place, item in enumerate(items) if short(key, item) == what]
        else:
            found = [place for place, item in enumerate(items) if fold(short(key, item)) == fold(what)]
        kind = key.removesuffix("s")
        if not found:
            known = [short(key, item) for item in items]
            listing = (
                f"there {'is' if len(known) == 1 else 'are'}: {', '.join(known[:10])}" if known else f"it has no {kind}"
            )
            raise NotFoundError(f"no {kind} {what} in {owner.ref}", hint=did_you_mean(what, known) or listing)
        if len(found) > 1:
            people = [str(items[place].get("person", f"{kind} {place + 1}")) for place in found]
            raise AmbiguousError(
                f"{what} is the name of {len(found)} {key} of {owner.ref}", hint=f"say which: {', '.join(people)}"
            )
        return document, found[0]


def _update(document: Document, key: str, place: int, values: Any) -> None:
    if not isinstance(values, Mapping):
        return
    if isinstance(document.data[key][place], str):
        if len(values) > 1:
            document.set((key, place), {**values, SHORT[key]: document.data[key][place]})
        return
    for name, value in values.items():
        if name != SHORT.get(key):
            document.set((key, place, name), value)


def like(key: str, items: Sequence[Any], item: Any) -> Any:
    """A bare text as the table that it stands for, where all that is there is tables: they may be no inline list."""
    tables = bool(items) and all(isinstance(one, Mapping) for one in items)
    return {SHORT[key]: item} if tables and isinstance(item, str) and key in SHORT else item


def given(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {key: value for key, value in values.items() if value not in (None, [])}


def short(key: str, item: Any) -> str:
    """What names an item of a list: a guest's name, a question's text, a link's address."""
    if not isinstance(item, Mapping):
        return str(item)
    return str(item.get(SHORT[key], "")) if key in SHORT else str(item.get("path") or item.get("url"))


def folded(key: str, text: str) -> Same:
    """Whether an item is called ``text``, folded."""
    return lambda item: fold(short(key, item)) == fold(text)
