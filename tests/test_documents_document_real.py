"""Edits of real files, and of every layout in the published TOML suite: only the lines that are meant change."""

from __future__ import annotations

import copy
import difflib
from typing import TYPE_CHECKING, Any

import pytest

from totem_cli.documents.document import Document
from totem_cli.documents.toml_write import same
from totem_cli.errors import TotemError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Data = dict[str, Any]


def texts(real_data: Path) -> Iterator[tuple[Path, bytes]]:
    """Real Markdown files with TOML front matter, and the valid documents of toml-test made such files."""
    for file in sorted((real_data / "frontmatter" / "zola-toml-en").glob("*.md")):
        yield file, file.read_bytes()
    for file in sorted((real_data / "toml-test" / "valid").rglob("*.toml")):
        toml = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
        yield file, b"+++\n" + toml + (b"" if toml.endswith(b"\n") or not toml else b"\n") + b"+++\n\nBody, no end"


def set_new(document: Document, data: Data) -> None:
    """Set a key that is not there."""
    document.set("totem_subtitle", "Suite")
    data["totem_subtitle"] = "Suite"


def set_first(document: Document, data: Data) -> None:
    """Set the first text of the root to another."""
    key = next((key for key, value in data.items() if isinstance(value, str)), None)
    if key is not None:
        document.set(key, "l'autre")
        data[key] = "l'autre"


def remove_last(document: Document, data: Data) -> None:
    """Remove the last key of the root that is no table."""
    key = next((key for key in reversed(data) if not isinstance(data[key], dict)), None)
    if key is not None:
        document.remove(key)
        del data[key]


def append_guests(document: Document, data: Data) -> None:
    """Add two guests."""
    guests = [{"name": "Ada", "role": "poète"}, {"name": "Bob", "organisations": ["O"]}]
    for guest in guests:
        document.append("guests", guest)
    data["guests"] = guests


def append_question(document: Document, data: Data) -> None:
    """Add a question, then who asked it."""
    document.append("questions", "Pourquoi ?")
    document.set(("questions", 0), {"text": "Pourquoi ?", "asked_by": "Zoé"})
    data["questions"] = [{"text": "Pourquoi ?", "asked_by": "Zoé"}]


def append_everywhere(document: Document, data: Data) -> None:
    """Add an item to each list of the root, in the form it has."""
    for key, value in data.items():
        if isinstance(value, list):
            item: Any = {"name": "Ada"} if value and isinstance(value[-1], dict) else "x"
            document.append(key, item)
            value.append(item)


def delete_and_move(document: Document, data: Data) -> None:
    """In each list of the root, move the last item to the front, then delete the one behind it."""
    for key, value in data.items():
        if isinstance(value, list) and len(value) > 1:
            document.move(key, len(value) - 1, 0)
            value.insert(0, value.pop())
            document.delete(key, 1)
            del value[1]


EDITS = [set_new, set_first, remove_last, append_guests, append_question, append_everywhere, delete_and_move]
ADDING = {set_new, append_guests, append_question}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_real_files_keep_every_other_line(edit: Callable[[Document, Data], None], real_data: Path) -> None:
    """The data is as asked; an edit that adds takes no line away; one that sets changes one statement."""
    count = 0
    for file, data in texts(real_data):
        document = Document.parse(data, file.name)
        assert document.to_bytes() == data, file
        expected = copy.deepcopy(document.data)
        body = document.body
        try:
            edit(document, expected)
        except TotemError as error:  # pragma: no cover - shows the file
            pytest.fail(f"{file}: {error}")
        after = document.to_bytes()
        assert same(document.data, expected), file
        assert same(Document.parse(after, file.name).data, expected), file
        assert document.body == body, file
        changes = list(difflib.ndiff(_lines(data), _lines(after)))
        gone = [change for change in changes if change.startswith("- ")]
        if edit in ADDING:
            assert not gone, file
        if edit is set_first:
            assert len(gone) <= data.count(b'"""') * 4 + data.count(b"'''") * 4 + 1, file
        count += 1
    assert count > 20


def _lines(data: bytes) -> list[str]:
    return [line.decode() for line in data.split(b"\n")]
