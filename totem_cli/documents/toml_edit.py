"""Edits of a TOML text that leave every other character where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from totem_cli.documents import toml_blocks, toml_cells, toml_write
from totem_cli.documents.toml_plan import Step, align
from totem_cli.documents.toml_source import Path, Section, Source, Statement, Value
from totem_cli.documents.toml_write import is_tables, same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ABSENT: Final = object()
"""What a key that is not there holds."""


class TomlEdit:
    """A TOML text under edit: each method splices ``text``.

    The methods trust what they are told of the old data; Document compares the data of the text with what it should be.
    ``refuse`` raises the error for what cannot be done by splicing.
    """

    def __init__(self, text: str, newline: str, refuse: Callable[[str, Path], NoReturn]) -> None:
        self.text = text
        self.newline = newline
        self.refuse = refuse
        self._source: Source | None = None

    @property
    def source(self) -> Source:
        """The source of the text as it now is."""
        if self._source is None or self._source.text != self.text:
            self._source = Source(self.text)
        return self._source

    def change(self, path: Path, old: Any, new: Any, after: Sequence[str] = ()) -> None:
        """Make the path, which holds ``old`` or is ABSENT, hold ``new``; a new key comes behind those in ``after``."""
        value = self.source.values.get(path)
        if old is ABSENT:
            self.add(path, new, after)
        elif same(old, new):
            return
        elif isinstance(old, dict) and isinstance(new, dict) and (new or self.source.is_written(path)):
            for place, (name, item) in enumerate(new.items()):
                self.change((*path, name), old.get(name, ABSENT), item, tuple(new)[:place])
            for name in old.keys() - new.keys():
                self.drop((*path, name))
        elif isinstance(old, list) and isinstance(new, list) and (value or is_tables(new) or not new):
            self.arrange(path, old, align(old, new))
        elif value:
            written = self.text[value.start : value.end]
            self._put(value.start, value.end, self._written(path, new, like=written))
        elif isinstance(path[-1], int):
            self._refuse_in_blocks(path)
        else:
            self.drop(path)
            self.add(path, new, after)

    def arrange(self, path: Path, old: Sequence[Any], steps: Sequence[Step]) -> None:
        """Make the list at ``path``, which holds ``old``, the one that the steps name, in the form it has."""
        value = self.source.values.get(path)
        nested = (dict, list)
        for index, new in steps:
            # Tables and lists change inside; texts and numbers are put in with the list.
            if index is not None and new is not None and isinstance(new, nested) and isinstance(old[index], nested):
                self.change((*path, index), old[index], new)
        if value is None:
            self._arrange_blocks(path, steps)
            return
        value = self.source.values[path]
        table_follows = all(index is None and isinstance(new, dict) for index, new in steps) and bool(steps)
        if not value.cells and table_follows and self._may_be_blocks(path, value):
            self.drop(path)
            self.add(path, [new for _, new in steps])
        elif not value.cells and "#" not in self.text[value.start : value.end]:
            self._put(value.start, value.end, self._written(path, [new for _, new in steps]))
        else:
            texts: list[toml_cells.TextStep] = []
            for index, new in steps:
                if index is None:
                    texts.append((None, toml_write.inline(new)))
                elif new is None or (isinstance(new, nested) and isinstance(old[index], nested)):
                    texts.append((index, None))
                else:
                    item = value.cells[index].value
                    texts.append((index, toml_write.like(self.text[item.start : item.end], new, self.newline)))
            self._put(value.start, value.end, toml_cells.rebuild(self.text, value, texts, self.newline))

    def _may_be_blocks(self, path: Path, value: Value) -> bool:
        line_end = self.text.find("\n", value.end)
        written = self.text[value.start : line_end if line_end >= 0 else None]
        return "#" not in written and self.source.holder(path) is None and self.source.section(path[:-1]) is not None

    def _arrange_blocks(self, path: Path, steps: Sequence[Step]) -> None:
        if not steps:
            self.drop(path)
            self.add(path, [])
            return
        keys = _keys(path)
        texts: list[toml_blocks.TextStep] = []
        for index, new in steps:
            if index is None and not isinstance(new, dict):
                self.refuse(
                    f"{keys[-1]} is written as [[{toml_write.dotted(keys)}]] tables, so only a table fits in", path
                )
            texts.append((index, self._block(path, new) if index is None else ""))
        self.text = toml_blocks.rebuild(self.source, path, texts, self.newline)

    def _refuse_in_blocks(self, path: Path) -> NoReturn:
        name = toml_write.dotted(_keys(path))
        self.refuse(f"the list is written as [[{name}]] tables, so it can only hold tables", path)

    def add(self, path: Path, new: Any, after: Sequence[str] = ()) -> None:
        """Write a key that is not there, and the tables it needs."""
        source = self.source
        parent, name = path[:-1], str(path[-1])
        if parent not in source.known:
            self.add(parent, {name: new}, after)
            return
        holder = source.holder(path)
        if holder is not None:
            self._add_pair(holder[1], _keys(path[len(holder[0]) :]), new)
            return
        home = source.section(parent)
        if home is None:
            self._add_beside(path, new)
        elif isinstance(new, dict) or is_tables(new):
            self._add_section(path, new, source.below(parent) if parent else source.sections)
        else:
            self._add_statement(home, home.statements, (name,), new, after)

    def _add_pair(self, table: Value, keys: tuple[str, ...], new: Any) -> None:
        pair = f"{toml_write.dotted(keys)} = {toml_write.inline(new)}"
        if table.cells:
            steps: list[toml_cells.TextStep] = [*((index, None) for index in range(len(table.cells))), (None, pair)]
            self._put(table.start, table.end, toml_cells.rebuild(self.text, table, steps, self.newline))
        else:
            self._put(table.start, table.end, f"{{ {pair} }}")

    def _add_beside(self, path: Path, new: Any) -> None:
        """Write a key of a table that has no header of its own: it is made by dotted keys, or by the tables in it."""
        parent = path[:-1]
        for section in self.source.sections:
            keys = parent[len(section.path) :]
            if section.path != parent[: len(section.path)] or not keys:
                continue
            mates = [mate for mate in section.statements if mate.keys[: len(keys)] == keys]
            if mates:
                self._add_statement(section, mates, _keys(path[len(section.path) :]), new, ())
                return
        first = self.source.below(parent)[0]
        header = toml_write.table(_keys(parent), {str(path[-1]): new}, self.newline)
        start, end, block = toml_blocks.room_before(self.text, first.start, header, self.newline)
        self._put(start, end, block)

    def _add_section(self, path: Path, new: Any, mates: Sequence[Section]) -> None:
        at = toml_blocks.end_of_text(self.text) if mates[-1] is self.source.sections[-1] else mates[-1].end
        keys = _keys(path)
        tables = new if isinstance(new, list) else [new]
        written = [toml_write.table(keys, table, self.newline, array=isinstance(new, list)) for table in tables]
        self._put(*toml_blocks.room_after(self.text, at, self.newline.join(written), self.newline))

    def _add_statement(
        self, section: Section, mates: Sequence[Statement], keys: tuple[str, ...], new: Any, after: Sequence[str]
    ) -> None:
        behind = [mate for mate in mates if mate.keys[0] in after] or list(mates)
        if behind:
            at = behind[-1].end
            indent = self.text[behind[-1].start : behind[-1].key]
        else:
            at = section.opened if section.keys else section.end
            indent = self.text[section.header : section.opened].partition("[")[0] if section.keys else ""
        line = toml_write.statement(keys, new, self.newline, indent)
        if at and self.text[at - 1] != "\n":
            line = self.newline + line
        if not behind and not section.keys and self.text[at:].lstrip(" \t").startswith(("[", "#")):
            line += self.newline
        self._put(at, at, line)

    def drop(self, path: Path) -> None:
        """Take out a key or table, wherever its parts are written, and nothing else."""
        holder = self.source.holder(path)
        if holder is not None:
            base, value = holder
            keys = path[len(base) :]
            kept = [index for index, cell in enumerate(value.cells) if cell.keys[: len(keys)] != keys]
            built = toml_cells.rebuild(self.text, value, [(index, None) for index in kept], self.newline)
            self._put(value.start, value.end, built)
            return
        runs = [(section.start, section.end) for section in self.source.below(path)]
        lines = [
            (statement.start, statement.end, "")
            for section, statement in self.source.statements()
            if section.path[: len(path)] != path and (section.path + statement.keys)[: len(path)] == path
        ]
        self.text = toml_blocks.splice(self.text, [*lines, *toml_blocks.cut(self.text, runs)])

    def _block(self, path: Path, new: Any) -> str:
        mates = [section for section in self.source.sections if section.path[:-1] == path]
        indent = self.text[mates[-1].header : mates[-1].opened].partition("[")[0]
        return toml_write.table(_keys(path), new, self.newline, array=True, indent=indent)

    def _written(self, path: Path, new: Any, like: str = "") -> str:
        """The value for its place: on one line inside another value, else as a new statement would have it."""
        if self.source.holder(path) is not None or not isinstance(new, list):
            return toml_write.like(like, new, self.newline)
        line = self.text[self.text.rfind("\n", 0, self.source.values[path].start) + 1 :]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        return toml_write.statement_value(str(path[-1]), new, self.newline, indent)

    def _put(self, start: int, end: int, new: str) -> None:
        self.text = self.text[:start] + new + self.text[end:]


def _keys(path: Path) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))
