"""A document: the bytes of one file as front matter with a body, edited without touching anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NoReturn

from totem_cli.documents import frontmatter, toml_read, toml_write
from totem_cli.documents.body import strip, writable
from totem_cli.documents.toml_edit import ABSENT, TomlEdit
from totem_cli.documents.toml_plan import Step
from totem_cli.documents.toml_source import DEEPEST, Path, Source
from totem_cli.errors import InvalidError, Location, NotFoundError, TotemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_BOM = b"\xef\xbb\xbf"


class Document:
    """One file: TOML between lines of ``+++`` with a Markdown body (``markdown``), or all TOML (``toml``).

    Whatever an edit does not name stays byte for byte: comments, order, quotes, blank lines, line ends, a BOM, the end
    of the body. Each edit is checked: the data afterwards must be the data before with that one change, or the edit
    fails and the document is as it was. Setting what is there already changes nothing.

    A path is a key (``"title"``) or keys and places in lists, from 0 (``("guests", 1, "name")``).
    """

    def __init__(self, file: str, bom: bytes, parts: frontmatter.Parts) -> None:
        self.file = file
        self._bom = bom
        self._opening, self._head, self._closing, self._body = parts
        self._data = toml_read.read(self._head, file, self._head_line)
        self._source: Source | None = None

    @classmethod
    def parse(cls, data: bytes, file: str, kind: Literal["markdown", "toml"] = "markdown") -> Document:
        """The document that these bytes are; ``file`` names it in errors.

        Raises InvalidError, with line and column, for anything but UTF-8 with valid TOML front matter.
        """
        bom = _BOM if data.startswith(_BOM) else b""
        text = _decode(data[len(bom) :], file, len(bom))
        parts = frontmatter.split(text, file) if kind == "markdown" else frontmatter.Parts("", text, "", "")
        return cls(file, bom, parts)

    def to_bytes(self) -> bytes:
        """The bytes of the file as it now is."""
        return self._bom + "".join((self._opening, self._head, self._closing, self._body)).encode()

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
        for part in (self._opening, self._head):
            first = part.find("\n")
            if first >= 0:
                return "\r\n" if part[max(first - 1, 0)] == "\r" else "\n"
        return "\n"

    def place(self, *path: str | int) -> Location:
        """Where the value at the path begins; else where the table or list it should be in begins; else line 1."""
        if self._source is None:
            self._source = Source(self._head)
        while path:
            offset = self._source.offset(path)
            if offset is not None:
                return toml_read.place(self._head, offset, self.file, self._head_line)
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
        old = self._seek(expected, path)
        if toml_write.same(old, new):
            return
        _put(expected, path, new)
        self._edit(lambda edit: edit.change(path, old, new, after), expected)

    def remove(self, path: str | Path) -> None:
        """Take out a key with its lines, or one item of a list. What is not there is not missed."""
        path = _path(path)
        expected = self._copy()
        if self._seek(expected, path) is ABSENT:
            return
        if isinstance(path[-1], int):
            self.delete(path[:-1], path[-1])
            return
        edit = self._editor()
        edit.drop(path)
        del _get(expected, path[:-1])[path[-1]]
        # A table that only its keys made goes with the last of them.
        for length in range(len(path) - 1, 0, -1):
            inner, part = path[:length], path[length - 1]
            if _get(expected, inner) != {} or inner in edit.source.known:
                break
            del _get(expected, inner[:-1])[part]
        self._commit(edit.text, expected)

    def append(self, path: str | Path, value: object) -> None:
        """Add an item at the end of a list, which is made if it is not there."""
        self._insert(_path(path), None, value)

    def insert(self, path: str | Path, index: int, value: object) -> None:
        """Add an item to a list before the one at ``index``; the list is made if it is not there."""
        self._insert(_path(path), index, value)

    def delete(self, path: str | Path, index: int) -> None:
        """Take an item out of a list. An empty list stays, for it says "none"."""
        path = _path(path)
        expected, items = self._list(path, index)
        self._arrange(path, expected, items, [number for number in range(len(items)) if number != index])

    def move(self, path: str | Path, start: int, end: int) -> None:
        """Move the item at ``start`` so that it is at ``end``."""
        path = _path(path)
        expected, items = self._list(path, start, end)
        order = [number for number in range(len(items)) if number != start]
        if start != end:
            self._arrange(path, expected, items, [*order[:end], start, *order[end:]])

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

    def _insert(self, path: Path, index: int | None, value: object) -> None:
        new, expected = toml_write.plain(value), self._copy()
        old = self._seek(expected, path)
        items = [] if old is ABSENT else self._checked(old, path)
        place = len(items) if index is None else index
        if not 0 <= place <= len(items):
            raise self._too_short(path, place)
        if old is ABSENT:
            self.set(path, [new])
            return
        steps = [Step(number) for number in range(len(items))]
        steps.insert(place, Step(None, new))
        _put(expected, path, [*items[:place], new, *items[place:]])
        self._edit(lambda edit: edit.arrange(path, items, steps), expected)

    def _arrange(self, path: Path, expected: dict[str, Any], items: list[Any], order: Sequence[int]) -> None:
        _put(expected, path, [items[number] for number in order])
        self._edit(lambda edit: edit.arrange(path, items, [Step(number) for number in order]), expected)

    def _edit(self, make: Callable[[TomlEdit], None], expected: Mapping[str, Any]) -> None:
        if toml_read.depth(expected) > DEEPEST:
            raise toml_write.too_deep()
        edit = self._editor()
        make(edit)
        self._commit(edit.text, expected)

    def _editor(self) -> TomlEdit:
        return TomlEdit(self._head, self.newline, self._refuse)

    def _commit(self, text: str, expected: Mapping[str, Any]) -> None:
        """Take the edited text, if its data is what it must be."""
        if self._closing and text and not text.endswith("\n"):
            text += self.newline
        import tomllib

        try:
            data = tomllib.loads(text)
        except ValueError as error:
            raise TotemError(f"the edit would have broken the file: {error}", location=Location(self.file)) from None
        if not toml_write.same(data, expected):
            raise TotemError("the edit would have changed something else", location=Location(self.file))
        self._head, self._data, self._source = text, data, None

    def _copy(self) -> dict[str, Any]:
        import tomllib

        return tomllib.loads(self._head)

    def _refuse(self, message: str, path: Path) -> NoReturn:
        raise InvalidError(message, location=self.place(*path), field=_field(path))

    def _seek(self, data: dict[str, Any], path: Path) -> Any:
        """What the path holds, or ABSENT. Raises InvalidError where it leads through what is no table or list."""
        here: Any = data
        for length, part in enumerate(path):
            if isinstance(part, int):
                if not isinstance(here, list):
                    self._refuse(f"{_field(path[:length])} is not a list", path[:length])
                if not 0 <= part < len(here):
                    raise self._too_short(path[:length], part)
                here = here[part]
            else:
                if not isinstance(here, dict):
                    self._refuse(f"{_field(path[:length])} is not a table", path[:length])
                if part not in here:
                    if any(isinstance(rest, int) for rest in path[length:]):
                        raise NotFoundError(f"there is no {_field(path[: length + 1])}", location=Location(self.file))
                    return ABSENT
                here = here[part]
        return here

    def _list(self, path: Path, *indexes: int) -> tuple[dict[str, Any], list[Any]]:
        """All data, and the list at the path in it, which has items with these numbers."""
        data = self._copy()
        value = self._seek(data, path)
        items = [] if value is ABSENT else self._checked(value, path)
        for index in indexes:
            if not 0 <= index < len(items):
                raise self._too_short(path, index)
        return data, items

    def _checked(self, value: Any, path: Path) -> list[Any]:
        if not isinstance(value, list):
            self._refuse(f"{_field(path)} is not a list", path)
        return value

    def _too_short(self, path: Path, index: int) -> NotFoundError:
        return NotFoundError(f"there is no number {index + 1} in {_field(path)}", location=self.place(*path))


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
        raise InvalidError(
            "the file holds a NUL character",
            hint="it may be damaged: take it back from a copy",
            location=toml_read.place(text, nul, file),
        )
    return text


def _path(path: str | Path) -> Path:
    return (path,) if isinstance(path, str) else tuple(path)


def _field(path: Path) -> str:
    """The path as people write it: ``guests[1].name``, counted from 1."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


def _get(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _put(data: dict[str, Any], path: Path, value: Any) -> None:
    here: Any = data
    for part in path[:-1]:
        here = here[part] if isinstance(part, int) else here.setdefault(part, {})
    here[path[-1]] = value
