"""Names of a source as the user maps them to fields: ``--map NAME=FIELD``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from totem_cli.language.fold import fold


class FieldMap(Mapping[str, str]):
    """The fields by the folded names of a source; ``-`` leaves a name out, ``extra.KEY`` keeps it by that key.

    ``used`` collects the names that were looked up and found: the others stand nowhere in the source.
    """

    def __init__(self, fields: Mapping[str, str], used: set[str]) -> None:
        self._fields = {fold(name): field for name, field in fields.items()}
        self._names = {fold(name): name for name in fields}
        self._used = used

    def __getitem__(self, name: str) -> str:
        field = self._fields[name]
        self._used.add(name)
        return field

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def over(self, usual: Mapping[str, str]) -> FieldMap:
        """This mapping, and ``usual`` for names that it does not have."""
        return FieldMap({**usual, **self.stated}, self._used)

    @property
    def stated(self) -> dict[str, str]:
        """The fields by the names as the user wrote them; to look at them is no use of them."""
        return {self._names[name]: field for name, field in self._fields.items()}

    def unused(self) -> dict[str, str]:
        """The fields by the names, as the user wrote them, that nobody looked up."""
        return {name: field for name, field in self.stated.items() if fold(name) not in self._used}
