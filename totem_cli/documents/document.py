"""A document: the bytes of one file as front matter with a body, edited without touching anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from totem_cli.documents import frontmatter, toml_read, toml_write
from totem_cli.documents.body import strip, writable
from totem_cli.documents.toml_write import ABSENT, MAX_DEPTH
from totem_cli.errors import InvalidError, Location, NotFoundError, TotemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from totem_cli.documents.toml_edit import TomlEdit
    from totem_cli.documents.toml_lists import Step
    from totem_cli.documents.toml_source import Path, Source

_BOM = b"\xef\xbb\xbf"


class Document:
    """One file: TOML between lines of ``+++`` with a Markdown body (``markdown``), or all TOML (``toml``).

    Whatever an edit does not name stays byte for byte: comments, order, quotes, blank lines, line ends, a BOM, the end
    of the body. Each edit is checked: the data afterwards must be the data before with that one change, or the edit
    fails and the document is as it was. Setting what is there already changes nothing.

    A path is a key (``"title"``) or keys and indexes in lists, from 0 (``("guests", 1, "name")``).
    """

    def __init__(self, file: str, original: bytes, bom: bytes, parts: frontmatter.Parts) -> None:
        self.file = file
        self._original = original
        self._bom = bom
        self._opening, self._head, self._closing, self._body = parts
        self._data = toml_read.read(self._head, file, self._head_line)
        self._scanned: Source | None = None

    @classmethod
    def parse(cls, data: bytes, file: str, kind: Literal["markdown", "toml"] = "markdown") -> Document:
        """The document that these bytes are; ``file`` names it in errors.

        Raises InvalidError, with line and column, for anything but UTF-8 with valid TOML front matter.
        """
        bom = _BOM if data.startswith(_BOM) else b""
        text = _decode(data[len(bom) :], file, len(bom))
        parts = frontmatter.split(text, file) if kind == "markdown" else frontmatter.Parts("", text, "", "")
        return cls(file, data, bom, parts)

    def to_bytes(self) -> bytes:
        """The bytes of the file as it now is."""
        return self._bom + "".join((self._opening, self._head, self._closing, self._body)).encode()

    @property
    def is_changed(self) -> bool:
        """Whether an edit changed it."""
        return self.to_bytes() != self._original

    @property
    def data(self) -> dict[str, Any]:
        """The front matter as plain data. Changing it changes nothing in the document."""
        return self._data

    @property
    def body(self) -> str:
        """The text after the front matter, exactly as it is."""
        return self._body

    @property
    def recap(self) -> str:
        r"""The body with line ends as ``\n``, without the blank lines around it."""
        return strip(self._body)

    @property
    def newline(self) -> str:
        """The line end that new lines get: that of the first line."""
        first = re.search(r"\r?\n", self._opening + self._head)
        return first.group() if first else "\n"

    def location(self, *path: str | int) -> Location:
        """Where the value at the path begins; else where the table or list it should be in begins; else line 1."""
        while path:
            offset = self._source.offsets.get(path)
            if offset is not None:
                from totem_cli.documents.toml_errors import location

                return location(self._head, offset, self.file, self._head_line)
            path = path[:-1]
        return Location(self.file, 1, 1)

    def set(self, path: str | Path, value: object, *, after: Sequence[str] = ()) -> None:
        """Make the path hold the value.

        A new key comes behind the last of the keys in ``after`` that its table has, else behind all. Tables on the way
        to it are made. Raises InvalidError if TOML cannot carry the value or something on the way is not a table,
        NotFoundError if a list is too short.
        """
        path, new = _path(path), toml_write.plain(value)
        expected = self._copy()
        old = self._get(expected, path)
        if not toml_write.same(old, new):
            _put(expected, path, new)
            self._edit(lambda edit: edit.change(path, old, new, after), expected)

    def remove(self, path: str | Path) -> None:
        """Take out a key with its lines, or one item of a list. Nothing happens if the key is absent."""
        path = _path(path)
        expected = self._copy()
        if self._get(expected, path) is ABSENT:
            return
        if isinstance(path[-1], int):
            self.delete(path[:-1], path[-1])
            return
        del self._get(expected, path[:-1])[path[-1]]
        # A table that only its keys made goes with the last of them.
        for length in range(len(path) - 1, 0, -1):
            if self._get(expected, path[:length]) != {} or self._source.is_explicit(path[:length]):
                break
            del self._get(expected, path[: length - 1])[path[length - 1]]
        self._edit(lambda edit: edit.drop(path), expected)

    def append(self, path: str | Path, value: object) -> None:
        """Add an item at the end of a list, which is made if it is absent."""
        self.insert(path, None, value)

    def insert(self, path: str | Path, index: int | None, value: object) -> None:
        """Add an item to a list before the one at ``index`` (None: at the end); the list is made if it is absent."""
        path, new = _path(path), toml_write.plain(value)
        expected = self._copy()
        old = self._get(expected, path)
        items = self._items(path, old)
        index = len(items) if index is None else index
        if not 0 <= index <= len(items):
            raise self._too_short(path, index)
        if old is ABSENT:
            self.set(path, [new])
        else:
            from totem_cli.documents.toml_lists import Step

            steps = [Step(number) for number in range(len(items))]
            self._arrange(path, expected, items, [*steps[:index], Step(None, new), *steps[index:]])

    def delete(self, path: str | Path, index: int) -> None:
        """Take an item out of a list. An empty list stays, since it says "none"."""
        self._reorder(_path(path), index, None)

    def move(self, path: str | Path, start: int, end: int) -> None:
        """Move the item at ``start`` so that it is at ``end``."""
        self._reorder(_path(path), start, end)

    def set_body(self, text: str) -> None:
        """Make the recap this text; the blank lines around it and the kind of line end stay as they are."""
        new, old = writable(text), self.recap
        if new == old:
            return
        if not self._opening:
            raise InvalidError("the file is all TOML and has no body", location=Location(self.file))
        body = self._body
        if old:
            words = body.strip(" \t\r\n")
            at = body.index(words)
            first = max(body.rfind("\n", 0, at), body.rfind("\r", 0, at)) + 1
            before, after = body[:first], body[at + len(words) :].lstrip(" \t")
        else:
            before, after = self.newline, self.newline
        self._closing += "" if self._closing.endswith("\n") or not new else self.newline
        self._body = before + new.replace("\n", self.newline) + after if new else ""

    @property
    def _head_line(self) -> int:
        return 1 + self._opening.count("\n")

    @property
    def _source(self) -> Source:
        if self._scanned is None:
            from totem_cli.documents.toml_source import Source

            self._scanned = Source(self._head)
        return self._scanned

    def _reorder(self, path: Path, start: int, end: int | None) -> None:
        """Move an item of a list, or take it out."""
        expected = self._copy()
        items = self._items(path, self._get(expected, path))
        for index in (start, start if end is None else end):
            if not 0 <= index < len(items):
                raise self._too_short(path, index)
        if start != end:
            from totem_cli.documents.toml_lists import Step

            steps = [Step(number) for number in range(len(items))]
            moved = steps.pop(start)
            if end is not None:
                steps.insert(end, moved)
            self._arrange(path, expected, items, steps)

    def _arrange(self, path: Path, expected: dict[str, Any], items: list[Any], steps: Sequence[Step]) -> None:
        _put(expected, path, [new if index is None else items[index] for index, new in steps])
        self._edit(lambda edit: edit.arrange(path, steps), expected)

    def _edit(self, change: Callable[[TomlEdit], None], expected: Mapping[str, Any]) -> None:
        """Make the change to the text, and keep it if the data of the text is then what it must be."""
        if toml_read.depth(expected) > MAX_DEPTH:
            raise toml_write.too_deep()
        from totem_cli.documents.toml_edit import TomlEdit
        from totem_cli.documents.toml_lists import line_break

        edit = TomlEdit(self._source, self.newline, self._refuse)
        try:
            change(edit)
            text = edit.source.text
            if self._closing:
                text += line_break(text, len(text), self.newline)
            data = toml_read.loads(text, scanned=True)
        except ValueError as error:
            raise TotemError(f"the edit would have broken the file: {error}", location=Location(self.file)) from None
        if not toml_write.same(data, expected):
            raise TotemError("the edit would have changed something else", location=Location(self.file))
        self._head, self._data = text, data
        self._scanned = edit.source if edit.source.text == text else None

    def _copy(self) -> dict[str, Any]:
        """The data anew: what ``data`` gave out may have been changed."""
        return toml_read.loads(self._source.text, scanned=True)

    def _refuse(self, message: str, path: Path) -> NoReturn:
        raise InvalidError(message, location=self.location(*path), field=_field(path))

    def _get(self, data: dict[str, Any], path: Path) -> Any:
        """The value at the path, or ABSENT. Raises InvalidError where something on the way is not a table or list."""
        here: Any = data
        for length, part in enumerate(path):
            if isinstance(part, int):
                if not 0 <= part < len(self._items(path[:length], here)):
                    raise self._too_short(path[:length], part)
            elif not isinstance(here, dict):
                self._refuse(f"{_field(path[:length])} is not a table", path[:length])
            elif part not in here:
                if any(isinstance(rest, int) for rest in path[length:]):
                    raise NotFoundError(f"there is no {_field(path[: length + 1])}", location=Location(self.file))
                return ABSENT
            here = here[part]
        return here

    def _items(self, path: Path, value: Any) -> list[Any]:
        """The value as a list, an absent one as an empty list. Raises InvalidError if it is anything else."""
        if value is ABSENT:
            return []
        if not isinstance(value, list):
            self._refuse(f"{_field(path)} is not a list", path)
        return value

    def _too_short(self, path: Path, index: int) -> NotFoundError:
        return NotFoundError(f"there is no number {index + 1} in {_field(path)}", location=self.location(*path))


def _decode(data: bytes, file: str, skipped: int) -> str:
    """The text of the bytes, which come after ``skipped`` others in the file."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:2].count(b"\0") == 1:
        raise InvalidError("the file is UTF-16", hint="save it as UTF-8", location=Location(file, 1, 1))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before[before.rfind(b"\n") + 1 :].decode()
        raise InvalidError(
            f"the file is not UTF-8: byte {data[error.start]:#04x} at offset {skipped + error.start}",
            hint="save it as UTF-8",
            location=Location(file, before.count(b"\n") + 1, len(line) + 1),
        ) from None
    nul = text.find("\0")
    if nul >= 0:
        from totem_cli.documents.toml_errors import location

        raise InvalidError(
            "the file holds a NUL character",
            hint="it may be damaged: take it back from a copy",
            location=location(text, nul, file),
        )
    return text


def _path(path: str | Path) -> Path:
    return (path,) if isinstance(path, str) else tuple(path)


def _field(path: Path) -> str:
    """The path as people write it: ``guests[1].name``, counted from 1."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


def _put(data: dict[str, Any], path: Path, value: Any) -> None:
    here: Any = data
    for part in path[:-1]:
        here = here[part] if isinstance(part, int) else here.setdefault(part, {})
    here[path[-1]] = value
