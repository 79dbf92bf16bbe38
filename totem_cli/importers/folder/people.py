"""People whom texts name by a key: they are the people of the same source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from totem_cli.importers.front_foreign import simple
from totem_cli.importers.words import by_words
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.model.field import rows
from totem_cli.model.parts import Appearance
from totem_cli.model.vocabulary import front_vocabulary

_KEYS = ("key", "id", "slug", "username", "short_name", "shortname", "handle", "uid", "nickname")


class People:
    """The people of a source by the keys that it has for them."""

    def __init__(self) -> None:
        self._by_key: dict[str, dict[str, Any]] = {}
        self._by_name: dict[str, dict[str, Any]] = {}

    def add(self, name: str, data: Mapping[str, Any], keys: Iterable[str]) -> None:
        """Note a person: the name, the table that the source has of them, the names of their file or entry."""
        own = {row.name for row in rows(Appearance)} - {"person"}
        given = by_words({**data, "name": name}, Appearance, front_vocabulary(Appearance), simple)
        found: dict[str, Any] = {"name": name}
        for field in ("role", "organisations", "url"):
            value = given.get(field)
            if field in own and value:
                found[field] = [value] if field == "organisations" and isinstance(value, str) else value
        self._by_name.setdefault(fold(name), found)
        stated = (str(data[key]) for key in _KEYS if isinstance(data.get(key), str | int))
        for key in (*keys, *stated):
            if key.strip():
                self._by_key.setdefault(_form(key), found)

    def resolve(self, guest: Any) -> Any:
        """A guest or host, with the name of the person whom the text has by a key, and what it does not say itself."""
        table = {"name": guest} if isinstance(guest, str) else guest
        if not isinstance(table, dict):
            return guest
        name = table.get("name")
        if not isinstance(name, str):
            name = next((str(table[key]) for key in _KEYS if isinstance(table.get(key), str)), "")
        found = self._by_name.get(fold(name)) or self._by_key.get(_form(name)) if name else None
        if found is None:
            return guest
        rest = {key: value for key, value in table.items() if key != "name" and value not in (name, "", None)}
        return {**found, **rest}


def _form(key: str) -> str:
    """What makes two keys the same: ``ada_brun``, ``ada-brun.md`` and ``/speakers/Ada-Brun/``."""
    last = key.strip().strip("/").rpartition("/")[2].removesuffix(".md").lstrip("@")
    return slugify(last) or fold(last)
