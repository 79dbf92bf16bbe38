"""XML of strangers: read as a stream, refused with its place where it is broken or dangerous."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.errors import InvalidError, Location, SystemFailedError
from totem_cli.importers import Options
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.xml import Element, records
from totem_cli.importers.xml_text import decoded

WHOLE = '<?xml version="1.0"?>\n<a xmlns:x="http://x.org/">\n<b k="1"><x:c>é</x:c><c>2</c></b>\n<b/></a>'


def is_b(path: Sequence[str]) -> bool:
    """Records are the elements called b."""
    return path[-1] == "b"


def read(source: str | bytes | Path) -> list[Element]:
    """The records of a document."""
    return list(records(source.encode() if isinstance(source, str) else source, Options("feed.xml"), is_b))


def test_records(tmp_path: Path) -> None:
    """Records come with attributes, children by name and namespace, and their line; from bytes as from a file."""
    (tmp_path / "feed.xml").write_text(WHOLE, "utf-8")
    for source in (WHOLE, tmp_path / "feed.xml"):
        first, second = read(source)
        assert (first.attributes, first.line, first.column) == ({"k": "1"}, 3, 1)
        assert [child.text for child in first.all("c")] == ["é", "2"]
        assert (first.value("c", "x.org"), first.value("d")) == ("é", "")
        assert second.children == []


def test_prefixes_nobody_declared() -> None:
    """A prefix without a namespace is common in feeds, and no error."""
    (record,) = read("<a><b><podcast:person xml:lang='fr'>Zoé</podcast:person></b></a>")
    person = record.first("person", "podcast")
    assert person
    assert (person.space, person.text, person.lang) == ("podcast", "Zoé", "fr")


def test_base() -> None:
    """Addresses are relative to the nearest xml:base, which is relative to the one above."""
    (record,) = read('<a xml:base="https://e.org/x/"><b xml:base="y/"/></a>')
    assert record.base == "https://e.org/x/y/"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "shift_jis", "koi8-r"])
def test_encodings(encoding: str) -> None:
    """Every encoding Python knows is read as its first line declares it."""
    words = {"shift_jis": "海", "koi8-r": "море"}.get(encoding, "déjà")
    text = f'<?xml version="1.0" encoding="{encoding}"?><a><b>{words}</b></a>'
    assert [record.text for record in read(text.encode(encoding))] == [words]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "feed.xml:1:1: the file is empty"),
        (b"mot", "feed.xml:1:1: the XML cannot be read: syntax error"),
        (b"<a>\n <b>\n</a>", "feed.xml:3:3: the XML cannot be read: mismatched tag"),
        (b"<a>\n<b>texte", "feed.xml:2:9: the file ends in the middle of <b>"),
        (b"<a><b>1 < 2</b></a>", "feed.xml:1:10: the XML cannot be read: not well-formed (invalid token)"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><a><b>', "feed.xml:1:54: the file ends in the middle of <b>"),
        (b'<?xml version="1.0" encoding="shift_jis"?><a>\xff</a>', "feed.xml:1: the file is not in shift_jis"),
        (b'<?xml version="1.0" encoding="nada"?><a/>', "feed.xml:1: the encoding nada is not known"),
        (b'<?xml version="1.0" encoding="zlib"?><a/>', "feed.xml:1: the encoding zlib is not known"),
        (b"\x1f\x8b\x08\x00", "feed.xml: the file is compressed"),
        (b"PK\x03\x04", "feed.xml: the file is compressed"),
        (b"<a>" * 300, "feed.xml:1:601: elements are nested more than 200 deep"),
    ],
)
def test_broken(content: bytes, message: str) -> None:
    """What is no XML is refused with line and column."""
    with pytest.raises(InvalidError) as caught:
        read(content)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("written", "meant", "note"),
    [
        (b"Ports & Cie", "Ports & Cie", "feed.xml:2:10: assumed: '&'"),
        (b"a&b;&", "a&b;&", "assumed: '&' (2 times)"),
        (b"Le port&nbsp;!&eacute;&hellip;", "Le port\xa0!é…", "feed.xml:2:11: assumed: '&nbsp;'"),
        (b"&LT;i&amp;&#233;", "<i&é", "assumed: '&LT;'"),
        (b"l\x92\xe9t\xe9", "l’été", "feed.xml:2:5: assumed: '’'"),
        (b"l&#146;\xc2\x92t", "l’’t", "(2 times): it is not in the encoding of the file"),
        (
            b"mot\x0bsuite\x01&#11;&#x0;&#xD83D;",
            "mot suite \ufffd",
            "feed.xml:2:7: left out: 'U+000B (vertical tab, ^K)' (2",
        ),
        (b"a&#xD83D;&#xDE00;&#55357;&#56832;", "a😀😀", "the halves of one character"),
        (b"<![CDATA[&nbsp; & \x01]]>&nbsp;", "&nbsp; & \xa0", "left out: 'U+0001'"),
        (b"<!-- & \x01 --><?p & ?>a", "a", "left out: 'U+0001'"),
        (b'<c k="a&b"/>', "", "assumed: '&'"),
    ],
)
def test_mended(written: bytes, meant: str, note: str) -> None:
    """What every reader of feeds reads is read, wherever a piece of the file ends, and told once with its place."""
    content = b"<a>\n<b>" + written + b"</b></a>"
    notes = NoteList()
    (record,) = records(content, Options("feed.xml"), is_b, notes)
    assert record.text == meant
    assert any(note in str(one) for one in notes), list(map(str, notes))
    pieces = [content[at : at + 1] for at in range(len(content))]
    slow = NoteList()
    whole = "".join(decoded([content], Location("feed.xml", 1), None, NoteList()))
    assert "".join(decoded(pieces, Location("feed.xml", 1), None, slow)) == whole
    assert list(slow) == list(notes)


@given(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff")), st.integers(1, 50)
)
def test_well_formed_text_stays(text: str, size: int) -> None:
    """A text that is well-formed is not touched, however it comes in pieces."""
    told = escape(text) + f"<![CDATA[{text.replace(']]>', '')}]]>&#233;&quot;"
    content, notes = told.encode(), NoteList()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert "".join(decoded(pieces, Location("feed.xml", 1), None, notes)) == told.removeprefix("\ufeff")
    assert not list(notes)


def test_encoding_that_is_stated() -> None:
    """A stated encoding goes before the declared one."""
    content = '<?xml version="1.0" encoding="utf-8"?><a><b>déjà</b></a>'.encode("mac-roman")
    (record,) = records(content, Options(encoding="mac-roman"), is_b)
    assert record.text == "déjà"


@pytest.mark.parametrize(
    "subset",
    [
        "",
        ' SYSTEM "file:///etc/passwd"',
        ' [<!ENTITY e SYSTEM "file:///etc/passwd">]',
        ' [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]',
        ' [<!ENTITY % p SYSTEM "http://192.0.2.1/p.dtd"> %p;]',
    ],
)
def test_document_type(subset: str) -> None:
    """Any document type is refused where it stands, before what it declares is looked at."""
    with pytest.raises(InvalidError, match="document type") as caught:
        read(f'<?xml version="1.0"?>\n<!DOCTYPE a{subset}>\n<a><b>&b;</b></a>')
    assert caught.value.location
    assert (caught.value.location.file, caught.value.location.line) == ("feed.xml", 2)


@given(st.integers(min_value=0, max_value=len(WHOLE.encode()) - 1))
def test_cut_off(length: int) -> None:
    """Cut anywhere, a document is never taken for a whole one."""
    with pytest.raises(InvalidError):
        read(WHOLE.encode()[:length])


def test_white_space_before_the_declaration() -> None:
    """Some blogs put empty lines first; lines are counted with them."""
    (record,) = read("\n\n  <?xml version='1.0'?>\n<a><b/></a>")
    assert record.line == 4


def test_memory(tmp_path: Path) -> None:
    """A file many times larger than a record takes the memory of a record."""
    file = tmp_path / "feed.xml"
    with file.open("w", encoding="utf-8") as out:
        out.write("<a>" + ("<b><c>" + "mot " * 250 + "</c></b>") * 20_000 + "</a>")
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # a command that ran in this process has the collector run seldom
    tracemalloc.start()
    try:
        assert sum(1 for _ in records(file, Options(), is_b)) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.set_threshold(*before)
    assert peak < file.stat().st_size / 5


@pytest.mark.parametrize("middle", [b"mot " * 1_000_000, b"<c></c>" * 100_000, b"<!--" + b"-x" * 10_000_000])
def test_records_without_end(middle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record, a tag or a comment that does not end is refused at a limit, not at the end of memory."""
    monkeypatch.setattr("totem_cli.importers.xml.MOST", 2_000_000)
    with pytest.raises(InvalidError, match=r"larger than|longer than"):
        read(b"<a><b>" + middle)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    """A folder is no file, and a missing file is the system's error."""
    with pytest.raises(InvalidError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(SystemFailedError):
        read(tmp_path / "none.xml")
