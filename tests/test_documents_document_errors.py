"""Files that cannot be read: what is said, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location

if TYPE_CHECKING:
    from pathlib import Path


def error(data: bytes | str) -> InvalidError:
    """The error that a file gives."""
    with pytest.raises(InvalidError) as caught:
        Document.parse(data.encode() if isinstance(data, str) else data, "f.md")
    return caught.value


def front(toml: str) -> str:
    """A file with this front matter."""
    return f"+++\n{toml}\n+++\nText.\n"


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        ("", "1:1", "the file is empty"),
        ("\ufeff\n", "1:1", "the file is empty"),
        ("# Title\n", "1:1", "there is no front matter"),
        ("++++\na = 1\n++++\n", "1:1", "there is no front matter"),
        ("---\ntitle: T\n---\n", "1:1", "YAML"),
        ('{\n"title": "T"\n}\n', "1:1", "JSON"),
        ("+++\ntitle = 1\n", "1:1", "has no end"),
        ("+++", "1:1", "has no end"),
        ("<<<<<<< HEAD\n+++\na = 1\n", "1:1", "merge conflict"),
        (front("a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> other"), "3:1", "merge conflict"),
        (front('a = [\n<<<<<<< HEAD\n"b",\n=======\n"c",\n>>>>>>> other\n]'), "3:1", "merge conflict"),
        (front("a = 1\n=======\nb = 2"), "3:1", "merge conflict"),
        (front('title = "a"\nx = 1\ntitle = "b"'), "4:12", "title is given twice (first on line 2)"),
        (front("title = 1\ntitle = [\n1,\n]"), "3:1", "title is given twice (first on line 2)"),
        (front("[a]\n[a]"), "3:3", "[a] cannot be opened"),
        (front("a = {b = 1, b = 2}"), "2:18", "given twice"),
        (front("title = Un titre"), "2:9", "not a value"),
        (front('title = "a" b"'), "2:13", "text after the value"),
        (front('é = "a"'), "2:1", "not a key"),
        ("\n\n" + front("title"), "4:6", "followed by ="),
        ("\n\n+++\n", "3:1", "has no end"),
        (front("title"), "2:6", "followed by ="),
        (front('title = "a\nb = 1'), "2:11", "not closed on its line"),
        (front('a = 1\ntitle = """a\n'), "3:9", "has no end"),
        (front("a = 1\nb = [1,\n"), "3:5", "has no ]"),
        (front("date = 2020-02-30"), "2:8", "no such date"),
        (front("n = " + "1" * 5000), "2:5", "not a number"),
        (front("a = 1\nn = 9223372036854775808"), "3:5", "more than 64 bits"),
        (front("a = 1\nn = {x = [0, -9223372036854775809]}"), "3:14", "more than 64 bits"),
        (front("n = " + "[" * 5000 + "]" * 5000), "2:105", "too deep"),
        (front("a = 1\nn = " + "[" * 200 + "]" * 200), "3:105", "too deep"),
        (front("a = 1\n" + ".".join("k" * 150) + " = 1"), "3:1", "too deep"),
        (front("[" + "a." * 100_000 + "a]"), "2:2", "too deep"),
        (front('"\\"" . ' * 50_000 + "d = 1"), "2:1", "too deep"),
        (front('t = """\n' + "One. " * 200 + '"""\nx = y'), "4:5", "not a value"),
        (front("a = { " + '"b c" . ' * 50_000 + "d = 1}"), "2:7", "too deep"),
        ("\ufeff" + front("é"), "2:1", "not a key"),
        ("+++\r\na = 1\r\nb = x\r\n+++\r\n", "3:5", "not a value"),
        (front("a = 1").encode() + b"caf\xe9", "5:4", "byte 0xe9 at offset 23"),
        (b"\xef\xbb\xbf+++\n\xff", "2:1", "byte 0xff at offset 7"),
        (front("a = 1").encode("utf-16"), "1:1", "UTF-16"),
        (front("a = 1").encode("utf-16-le"), "1:1", "UTF-16"),
        (front("a = 1").encode("utf-16-be"), "1:1", "UTF-16"),
        (bytes(64), "1:1", "NUL"),
        (front("a = 1") + "x\0", "5:2", "NUL"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(data: bytes | str, place: str, message: str) -> None:
    """Each fault has its words, its line in the file and its column."""
    found = error(data)
    assert str(found.location) == f"f.md:{place}"
    assert message in found.message
    assert "\n" not in found.message


def test_hints_say_what_to_do() -> None:
    """The errors that people meet say how to mend the file."""
    assert "totem import markdown" in (error("---\n---\n").hint or "")
    assert "UTF-8" in (error(b"+++\n+++\n\xff").hint or "")
    assert "+++" in (error("text").hint or "")
    assert "quotes" in (error(front("title = Un titre")).hint or "")


@pytest.mark.parametrize("quotes", ['"""', "'''"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_line_of_plus_signs_in_a_text_ends_nothing(quotes: str, newline: str) -> None:
    """The front matter ends at the first ``+++`` line outside a string; a later one is the body's."""
    text = f"+++\na = {quotes}\n+++\n{quotes}\nb = 1\n+++\nbody\n+++\n".replace("\n", newline)
    document = Document.parse(text.encode(), "f.md")
    assert document.data == {"a": "+++\n", "b": 1}
    assert document.body == f"body{newline}+++{newline}"
    document.set("b", 2)
    assert document.to_bytes().decode() == text.replace("b = 1", "b = 2")


def test_three_quotes_in_a_comment_open_nothing() -> None:
    """Only strings hide the end of the front matter, not what looks like one."""
    document = Document.parse(b'+++\na = 1 # """\nb = \'"""\'\n+++\n+++\n"""\n', "f.md")
    assert document.data == {"a": 1, "b": '"""'}
    assert document.body == '+++\n"""\n'


@pytest.mark.parametrize(
    "text", ["+++\n+++", "\n \r\n+++\n+++\n", "+++\n+++\n", "+++ \r\n+++\t\n\n", "+++\n\n\n+++\n---\n"]
)
def test_empty_front_matter_is_read(text: str) -> None:
    """Front matter may say nothing."""
    document = Document.parse(text.encode(), "f.md")
    assert document.data == {}
    assert document.to_bytes().decode() == text


def test_a_file_cut_anywhere_is_an_error_or_a_document() -> None:
    """A file cut after any byte is read as far as it makes sense, or refused with a line; nothing else happens."""
    data = (
        "\ufeff+++\r\nid = \"é\" # c\ntitle = '''a\n+++\nb'''\nq = [\n  \"a\", # x\n  {t = \"é\", n = 1e5},\n]\n"
        '[[guests]]\n"n.a" . b = "A"\n[guests.x]\nd = 2020-05-04 10:00:00+02:00\n+++\n\nTexté.\n'
    ).encode()
    Document.parse(data, "f.md").append("q", "b")
    for end in range(len(data)):
        place = None
        try:
            document = Document.parse(data[:end], "f.md")
        except InvalidError as found:
            place = found.location or Location("nowhere")
        if place is None:
            assert document.to_bytes() == data[:end]
        else:
            assert 1 <= (place.line or 0) <= data[:end].count(b"\n") + 1


def test_the_published_suite_is_refused_with_a_place(real_data: Path) -> None:
    """Every invalid document of toml-test, as front matter, is refused with a line that is in it."""
    files = sorted((real_data / "toml-test" / "invalid").rglob("*.toml"))
    assert files
    for file in files:
        toml = file.read_bytes()
        if toml.endswith(b"\r"):
            continue  # with the line end before the closing line, this is a Windows line end
        data = b"+++\n" + toml + (b"" if toml.endswith(b"\n") else b"\n") + b"+++\nbody\n"
        found = error(data)
        assert found.location is not None, file
        assert found.location.line is not None, file
        assert 1 <= found.location.line <= data.count(b"\n") - 1, file
        assert found.location.column is not None, file


@pytest.mark.parametrize("date", ["2024-07", "12 mars 2024", "05/10/2023"])
def test_a_date_without_quotes_is_told_to_have_some(date: str) -> None:
    """TOML's dates are whole days; what else says when is a text."""
    assert "a date that is no whole day, stands between quotes" in str(error(front(f"date = {date}")).hint)
