"""The PDF: every word is set as it is, whatever it says, and a page looks like one."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests import strategies
from tests.conftest import ROOT
from tests.html_site import FIRST, MEDIA, everything, png, publication
from tests.pictures import png_chunk
from tests.strategies import QUICK
from tests.test_exporters_hostile import filled
from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError, PluginError
from totem_cli.exporters import Options, find_exporter, is_one_file
from totem_cli.exporters.html.picture_head import size_of
from totem_cli.exporters.pdf import typesetting
from totem_cli.exporters.pdf.grid import grid
from totem_cli.exporters.prose import Node


def pdf(given_: Publication, warnings: list[str] | None = None, **parameters: str) -> bytes:
    """The PDF of a publication."""
    heard: list[str] = [] if warnings is None else warnings
    (page,) = find_exporter("pdf")(given_, Options(parameters=parameters, warn=heard.append))
    return page.render()


def pages(content: bytes) -> list[str]:
    """The words of each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def test_pages() -> None:
    """A title page, contents, and a chapter an episode with who takes part, the recap, the questions."""
    assert is_one_file(find_exporter("pdf"))
    found = pages(pdf(everything()))
    assert found[0].split("\r\n")[0] == "Le port"
    assert found[1].startswith("Sommaire")
    whole = "\n".join(found)
    for words in ("Avec la rédaction du Phare, Zoé Œuvrard (océanographe", "Animé par Maëlle Guivarc’h", "Nord",
                  "Et demain", "posée par Une voix", "un bloc", "Une carte", "Who watches the sea?"):  # fmt: skip
        assert words in whole


def test_outline() -> None:
    """The outline leads to every series and episode."""
    with pypdfium2.PdfDocument(pdf(everything())) as document:
        titles = [item.get_title() for item in document.get_toc()]
    assert "Marées\u00a0: une saison" in titles
    assert sum("pêcheurs ou promeneurs" in title for title in titles) >= 3


def test_a_page_is_not_blank() -> None:
    """A page rendered shows ink, in its margins none: nothing runs off the paper."""
    with pypdfium2.PdfDocument(pdf(everything())) as document:
        for number in range(len(document)):
            picture = document[number].render(scale=0.5).to_pil().convert("L")
            assert picture.getextrema()[0] < 128
            for left in (0, picture.width - 8):
                assert picture.crop((left, 0, left + 8, picture.height)).getextrema()[0] > 128


def test_words_are_never_commands() -> None:
    """Typst's own syntax, in every field, is words."""
    words = ["#panic(1)", '#image("x")', "$ x $", "*a* _b_ `c`", "= t", "<c-x>", "@x", '#read("main.typ")', "\\u{41}"]
    text = "\n".join(pages(pdf(filled(*words))))
    for word in ("#panic(1)", '#image("x")', "$ x $", '#read("main.typ")', "\\u{41}"):
        assert word in text


@pytest.mark.parametrize("recap", ["> " * 60 + "a", "- " * 60 + "b", "<b>" * 60 + "c", "![x](a.png)" * 3, "x" * 9000])
def test_depth_and_length(recap: str) -> None:
    """What is nested deeper than a typesetter goes, or longer than a line, is set all the same."""
    assert pages(pdf(publication(episodes=(replace(FIRST, recap=recap),))))


def test_odd_texts() -> None:
    """Every text that breaks writers makes a book; so does no text at all."""
    assert len(pages(pdf(filled(*strategies.ODD)))) > len(strategies.ODD)
    assert pages(pdf(with_fields(publication(), series=(), episodes=()), paper="a5"))
    with pytest.raises(InvalidError, match="paper"):
        pdf(publication(), paper="foolscap")


def test_a_broken_picture_stops_nothing() -> None:
    """A picture that cannot be decoded stands for its text, and is named."""
    media = MEDIA | {"half.png": lambda: png(90, 90)[:60]}
    given_ = with_fields(publication(episodes=(replace(FIRST, recap="![Une moitié](media/half.png)"),)), media=media)
    warnings: list[str] = []
    assert "[Une moitié]" in "\n".join(pages(pdf(given_, warnings)))
    assert warnings == ["the PDF does not hold these pictures, only their text: half.png"]


def with_pictures(**pictures: tuple[int, int]) -> Publication:
    """An episode whose recap shows pictures of these sizes."""
    media = {f"{name}.png": lambda size=size: png(*size) for name, size in pictures.items()}
    recap = "\n\n".join(f"![Image {name}](media/{name}.png)" for name in pictures)
    return with_fields(publication(episodes=(replace(FIRST, recap=recap, image=None, media=()),)), media=media)


def test_pictures_beyond_the_limit_of_all_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst holds every picture decoded: those beyond the limit are never decoded, stand for their text, are named."""
    monkeypatch.setattr(typesetting, "MOST_PIXELS_TOGETHER", 20_000)
    decoded: list[int] = []
    monkeypatch.setattr(typesetting, "_can_decode", lambda _typst, _file, content: decoded.append(len(content)) or True)
    warnings: list[str] = []
    words = "\n".join(pages(pdf(with_pictures(a=(100, 100), b=(200, 100), c=(90, 100)), warnings)))
    assert "[Image b]" in words
    assert len(decoded) == 2
    assert len(warnings) == 1
    assert warnings[0].endswith("only the text: b.png")


def test_a_wide_picture_is_printed_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wider than a page can show is made smaller before Typst decodes it, so that more of them fit in."""
    pytest.importorskip("PIL", reason="Pillow is not installed")
    sizes: list[tuple[int, int] | None] = []
    seen = lambda _typst, _file, content: sizes.append(size_of("image/png", content)) or True  # noqa: E731
    monkeypatch.setattr(typesetting, "_can_decode", seen)
    pdf(with_pictures(a=(4000, 60), b=(2000, 60)))
    assert sizes == [(2000, 30), (2000, 60)]
    monkeypatch.setattr(typesetting, "pillow_version", str)
    pdf(with_pictures(a=(4000, 60)))
    assert sizes[2:] == [(4000, 60)]


def test_same_bytes() -> None:
    """Another process makes the same bytes."""
    code = "import sys; from tests.test_exporters_pdf import *\nsys.stdout.buffer.write(pdf(everything()))"
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert made.stdout == pdf(everything())


spans = st.sampled_from(["", "0", "1", "2", "3", "99", "x"])
cells = st.tuples(spans, spans).map(lambda both: Node("td", (), {"colspan": both[0], "rowspan": both[1]}))
rows = st.lists(cells, min_size=1, max_size=6).map(lambda found: Node("tr", tuple(found)))


@QUICK
@given(st.lists(rows, max_size=6))
def test_no_cell_over_another(table: Sequence[Node]) -> None:
    """Whatever spans a table claims, its cells stand apart and within it."""
    width, found = grid(table)
    places = [(cell.x + x, cell.y + y) for cell in found for x in range(cell.width) for y in range(cell.height)]
    assert len(places) == len(set(places))
    assert all(x < width and y < max(len(table), 1) for x, y in places)


def test_naughty_strings(real_data: Path) -> None:
    """Naughty strings in every field are set."""
    import json

    words = json.loads((real_data / "hostile" / "blns" / "blns.json").read_text("utf-8"))
    assert pages(pdf(filled(*(word for word in words if word.strip())))[:])


@pytest.mark.parametrize(("format_", "module"), [("pdf", "typst"), ("sqlite", "sqlite_utils")])
def test_without_the_extra(format_: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an extra is not installed, its format says which command installs it, before anything is written."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PluginError) as raised:
        list(find_exporter(format_)(publication(), Options()))
    assert raised.value.exit_code == 6
    assert raised.value.hint == f"pip install 'totem-cli[{format_}]'"


@pytest.mark.parametrize("format_", ["pdf", "epub"])
def test_a_picture_with_too_many_pixels_is_not_decoded(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is measured by its first bytes; one of billions of pixels stands for its text, with a warning."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    huge = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    episode = replace(FIRST, image="port.png", recap="![Un port](media/port.png)", media=())
    heard: list[str] = []
    given_ = with_fields(publication(episodes=(episode,)), media={"port.png": lambda: huge})
    monkeypatch.setattr(typesetting, "_can_decode", lambda *_: pytest.fail("it was decoded"))
    (page,) = find_exporter(format_)(given_, Options(warn=heard.append))
    assert page.render()
    assert [words for words in heard if "more than 50 million pixels" in words and "port.png" in words]
    list(find_exporter("html")(given_, Options(warn=heard.append)))
    assert "these pictures have too many pixels for smaller versions: port.png" in heard


def test_long_words_are_broken_between_letters() -> None:
    """A word of any length has places to be broken at, none of them before a mark or within an emoji."""
    assert typesetting._breakable("x" * 100) == "\u200b".join(("x" * 40, "x" * 40, "x" * 20))
    for word in (
        "e\u0301" * 100,
        "a" + "\u0301" * 20_000,
        "\U0001f469\u200d" * 100 + "\U0001f467",
        "x" * 39 + "e\u0301" * 40,
    ):
        broken = typesetting._breakable(word)
        assert broken.replace("\u200b", "").replace("\u25cc", "") == word
        assert not re.search("\u200b[\u0301\u200d]|\u200d\u200b", broken)
        assert not re.search("\u0301{31}", broken)
    assert max(map(len, typesetting._breakable("e\u0301" * 1000).split("\u200b"))) < 90
