"""Edits of a TOML text that leave every other character where it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from totem_cli.documents import toml_lists, toml_write
from totem_cli.documents.toml_lists import Splice, Step, indent_at
from totem_cli.documents.toml_source import Path, Section, Source, Statement, Value
from totem_cli.documents.toml_write import ABSENT, is_tables, same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class TomlEdit:
    """A TOML text under edit: each method replaces ``source`` by the source of the edited text.

    The old data that the methods are given must be that of the text; Document compares the result with what it should
    be. ``refuse`` raises the error for what cannot be done by splicing.
    """

    def __init__(self, source: Source, newline: str, refuse: Callable[[str, Path], NoReturn]) -> None:
        self.source = source
        self.newline = newline
        self.refuse = refuse

    def change(self, path: Path, old: Any, new: Any, after: Sequence[str] = ()) -> None:
        """Make the path, which holds ``old`` or is ABSENT, hold ``new``; a new key comes behind those in ``after``."""
        value = self.source.values.get(path)
        if old is ABSENT:
            self._add(path, new, after)
        elif same(old, new):
            return
        elif isinstance(old, dict) and isinstance(new, dict) and (new or self.source.is_explicit(path)):
            self._change_table(path, old, new)
        elif isinstance(old, list) and isinstance(new, list) and (value or is_tables(new) or not new):
            self._change_list(path, old, new)
        elif value:
            self._replace(value, self._written(path, value, new))
        elif isinstance(path[-1], int):
            self._refuse_in_blocks(path)
        else:
            self.drop(path)
            self._add(path, new, after)

    def _change_table(self, path: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
        for index, (name, item) in enumerate(new.items()):
            self.change((*path, name), old.get(name, ABSENT), item, tuple(new)[:index])
        for name in old.keys() - new.keys():
            self.drop((*path, name))

    def _change_list(self, path: Path, old: list[Any], new: list[Any]) -> None:
        steps = toml_lists.align(old, new)
        # Tables and lists change inside; texts and numbers are replaced together with the list.
        changed = {
            index: item
            for index, item in steps
            if index is not None and isinstance(item, dict | list) and isinstance(old[index], dict | list)
        }
        self._change_items(path, old, changed)
        self.arrange(path, [Step(step.old) if step.old in changed else step for step in steps])

    def _change_items(self, path: Path, old: list[Any], changed: dict[int, Any]) -> None:
        """Change items inside: a table in its own text where that is one piece, so that the whole is scanned once."""
        pieces = self._pieces(path)
        splices: list[Splice] = []
        rest: list[int] = []
        for index, item in changed.items():
            if index not in pieces or not isinstance(item, dict) or not isinstance(old[index], dict):
                rest.append(index)
                continue
            start, end, before, own = pieces[index]
            refuse = partial(self._refuse_inside, (*path, index), len(own))
            edit = TomlEdit(Source(before + self.source.text[start:end]), self.newline, refuse)
            edit.change(own, old[index], item)
            splices.append((start, end, edit.source.text[len(before) :]))
        if splices:
            self._splice(splices)
        for index in rest:
            self.change((*path, index), old[index], changed[index])

    def _pieces(self, path: Path) -> dict[int, tuple[int, int, str, Path]]:
        """The items that are written in one piece: where, what makes that a TOML text, and the item's path in it."""
        value = self.source.values.get(path)
        if value is not None:
            before = f"{indent_at(self.source.text, value.start)}x = "
            return {index: (cell.value.start, cell.value.end, before, ("x",)) for index, cell in enumerate(value.cells)}
        if not all(isinstance(part, str) for part in path):
            return {}
        blocks = enumerate(toml_lists.blocks(self.source, path))
        return {index: (*runs[0], "", (*path, 0)) for index, runs in blocks if len(runs) == 1}

    def _refuse_inside(self, item: Path, length: int, message: str, path: Path) -> NoReturn:
        self.refuse(message, (*item, *path[length:]))

    def arrange(self, path: Path, steps: Sequence[Step]) -> None:
        """Make the list at ``path`` the one that the steps name, in the form it has."""
        items = [new for _, new in steps]
        value = self.source.values.get(path)
        if value is None:
            self._arrange_blocks(path, steps)
        elif not value.cells and is_tables(items) and self._may_become_blocks(path, value):
            self.drop(path)
            self._add(path, items)
        elif not value.cells and "#" not in self._text(value):
            self._replace(value, self._written(path, value, items))
        else:
            self._arrange_cells(value, _texts(steps, partial(self._like, value)))

    def drop(self, path: Path) -> None:
        """Take out a key or table, wherever its parts are written, and nothing else."""
        source = self.source
        enclosing = source.enclosing(path)
        if enclosing is not None:
            base, value = enclosing
            keys = path[len(base) :]
            kept = [Step(index) for index, cell in enumerate(value.cells) if cell.keys[: len(keys)] != keys]
            self._arrange_cells(value, kept)
            return
        lines: list[Splice] = [
            (statement.start, statement.end, "")
            for section, statement in source.statements()
            if section.path[: len(path)] != path and (section.path + statement.keys)[: len(path)] == path
        ]
        blocks = [(section.start, section.end) for section in source.within(path)]
        self._splice([*lines, *toml_lists.cut(source.text, blocks)])

    def _arrange_blocks(self, path: Path, steps: Sequence[Step]) -> None:
        if not steps:
            self.drop(path)
            self._add(path, [])
            return
        if not all(index is not None or isinstance(new, dict) for index, new in steps):
            self._refuse_in_blocks(path)
        last = [section.header for section in self.source.sections if section.path[:-1] == path][-1]
        indent = indent_at(self.source.text, last)
        texts = _texts(
            steps, lambda _, new: toml_write.table(_keys(path), new, self.newline, array=True, indent=indent)
        )
        self.source = Source(toml_lists.arrange_blocks(self.source, path, texts, self.newline))

    def _arrange_cells(self, value: Value, steps: Sequence[Step]) -> None:
        self._replace(value, toml_lists.Cells(self.source.text, value, self.newline).arrange(steps))

    def _may_become_blocks(self, path: Path, value: Value) -> bool:
        text = self.source.text
        line_end = text.find("\n", value.end)
        commented = "#" in text[value.start : line_end if line_end >= 0 else None]
        return not commented and self.source.enclosing(path) is None and self.source.section(path[:-1]) is not None

    def _refuse_in_blocks(self, path: Path) -> NoReturn:
        name = toml_write.dotted(_keys(path))
        self.refuse(f"the list is written as [[{name}]] tables, so it can only hold tables", path)

    def _add(self, path: Path, new: Any, after: Sequence[str] = ()) -> None:
        """Write a key that is not there, and the tables it needs."""
        source = self.source
        parent, name = path[:-1], str(path[-1])
        enclosing = source.enclosing(path)
        section = source.section(parent)
        if parent not in source.offsets:
            self._add(parent, {name: new}, after)
        elif enclosing is not None:
            base, value = enclosing
            self._add_pair(value, _keys(path[len(base) :]), new)
        elif section is None:
            self._add_beside(path, new)
        elif isinstance(new, dict) or is_tables(new):
            self._add_section(path, new, source.within(parent) if parent else source.sections)
        else:
            self._add_statement(section, section.statements, (name,), new, after)

    def _add_pair(self, table: Value, keys: tuple[str, ...], new: Any) -> None:
        pair = f"{toml_write.dotted(keys)} = {toml_write.inline(new)}"
        if table.cells:
            steps = [*(Step(index) for index in range(len(table.cells))), Step(None, pair)]
            self._arrange_cells(table, steps)
        else:
            self._replace(table, f"{{ {pair} }}")

    def _add_beside(self, path: Path, new: Any) -> None:
        """Write a key of a table without a header of its own: dotted keys make it, or the headers of tables in it."""
        parent = path[:-1]
        for section in self.source.sections:
            keys = parent[len(section.path) :]
            beside = [statement for statement in section.statements if statement.keys[: len(keys)] == keys]
            if section.path == parent[: len(section.path)] and beside:
                self._add_statement(section, beside, _keys(path[len(section.path) :]), new, ())
                return
        header = toml_write.table(_keys(parent), {str(path[-1]): new}, self.newline)
        start = self.source.within(parent)[0].start
        self._splice([(start, start, header + self.newline)])

    def _add_section(self, path: Path, new: Any, beside: Sequence[Section]) -> None:
        text = self.source.text
        is_last = beside[-1] is self.source.sections[-1]
        at = toml_lists.end_of_lines(text, len(text)) if is_last else beside[-1].end
        tables = new if isinstance(new, list) else [new]
        written = [toml_write.table(_keys(path), one, self.newline, array=isinstance(new, list)) for one in tables]
        gap = self.newline if text[:at].strip() else ""
        self._insert(at, gap + self.newline.join(written))

    def _add_statement(
        self, section: Section, beside: Sequence[Statement], keys: tuple[str, ...], new: Any, after: Sequence[str]
    ) -> None:
        text = self.source.text
        behind = [statement for statement in beside if statement.keys[0] in after] or list(beside)
        indent = gap = ""
        if behind:
            at, indent = behind[-1].end, indent_at(text, behind[-1].start)
        elif section.path:
            at, indent = section.header_end, indent_at(text, section.header)
        else:
            at = section.end
            gap = self.newline if text[at:].lstrip(" \t").startswith(("[", "#")) else ""
        self._insert(at, toml_write.statement(keys, new, self.newline, indent) + gap)

    def _written(self, path: Path, old: Value, new: Any) -> str:
        """The value for its location: on one line inside another value, else as a new statement would have it."""
        if self.source.enclosing(path) is not None or not isinstance(new, list):
            return toml_write.like(self._text(old), new, self.newline)
        return toml_write.statement_value(str(path[-1]), new, self.newline, indent_at(self.source.text, old.start))

    def _like(self, array: Value, index: int | None, new: Any) -> str:
        """The text of an item, in the quotes of the one with this index."""
        return toml_write.like("" if index is None else self._text(array.cells[index].value), new, self.newline)

    def _text(self, value: Value) -> str:
        return self.source.text[value.start : value.end]

    def _replace(self, value: Value, new: str) -> None:
        self._splice([(value.start, value.end, new)])

    def _insert(self, at: int, lines: str) -> None:
        self._splice([(at, at, toml_lists.line_break(self.source.text, at, self.newline) + lines)])

    def _splice(self, splices: Sequence[Splice]) -> None:
        self.source = Source(toml_lists.splice(self.source.text, splices))


def _keys(path: Path) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))


def _texts(steps: Sequence[Step], write: Callable[[int | None, Any], str]) -> list[Step]:
    """The steps with the texts of the new items in their place."""
    return [Step(index, None if new is None else write(index, new)) for index, new in steps]
