"""The law of imports: every word of a source is in the archive or in the report; again, the source adds nothing.

For each kind of source, a reader that shares no code with the importers takes its values, each with its name (a column, a
key, an element, a file). Every word of a value must be in a file of the archive, or in a note, or the note must name what
the value stands under.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.page_labels import LABELS, OTHERWISE, UNDERSTOOD
from totem_cli.archive.archive import Archive
from totem_cli.errors import TotemError
from totem_cli.importers import Imported, Options
from totem_cli.importers.placing import read_source

Value = tuple[str, str]
"""What a value stands under, and the value."""

CALENDAR = frozenset(
    "lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre "
    "octobre novembre decembre monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug "
    "sep oct nov dec gmt utc est edt pst pdt cst cdt z a at t le h pt m s true false yes no et and und y e".split()
)
"""Words of dates and durations, which an archive holds in another form, and those that join names."""

TECHNICAL = frozenset(
    "post_type status post_id post_parent menu_order ping_status comment_status is_sticky wxr_version generator docs "
    "post_name post_password comment_approved comment_type comment_user_id comment_author_IP comment_author_email "
    "author_email author_login author_id term_id category_nicename term_slug tag_slug category_parent term_parent "
    "term_taxonomy".split()
)
"""Elements of WordPress and RSS that say nothing of the content, or that are personal and never read."""

IN_ANOTHER_FORM = frozenset(["date", "published", "updated", "duration", "language", "status"])
"""Fields of which an archive holds the value as it is defined, not as a source writes it: ``published``, ``fr``."""

GENERATOR = re.compile(r"\{% *post_url|\{\{[<%] *(?:rel)?ref ")
"""Marks of generators around the address of a link."""

SHORTCODE = re.compile(r"\[(?:gallery|caption|audio|video|embed|playlist)\b[^\]]*\]")
"""WordPress's own marks for what it shows, of which only the caption and the address are content."""

INLINE = frozenset("a abbr b em font i mark s small span strong sub sup u".split())
"""Elements of HTML that part no words."""

ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")


# Words


def words(text: str) -> set[str]:
    """The words of a text, without case and accents, numbers without leading zeros."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()
    plain = plain.replace("\\", "")
    return {word.lstrip("0") or "0" for word in re.findall(r"[^\W_]+", plain)}


class Held:
    """What an archive and a report hold, to look words up in."""

    def __init__(self, format_: str, folder: Path, imported: Imported) -> None:
        files = [path for part in ("series", "people", "comments", "media") for path in (folder / part).rglob("*")]
        texts = [path.read_text("utf-8", "replace") for path in files if path.is_file()]
        texts += [path.relative_to(folder).as_posix() for path in files]
        texts += [(folder / "totem.toml").read_text("utf-8")]
        texts += [f"{note.what} {note.why}" for note in imported.notes]
        texts += [name for name, _ in imported.mapping]
        whole = " ".join(texts)
        self._words = words(whole) | words(re.sub(r"\\[nrt]", " ", whole))  # line ends as TOML escapes them
        self._names = {_name(note.what) for note in imported.notes}
        self._ends = {tuple(one.rpartition(":")[2] for one in re.split(" > | ", note.what)) for note in imported.notes}
        self._is_html = format_ == "schedule"
        self._understood = CALENDAR | (UNDERSTOOD | LABELS | OTHERWISE if format_ == "page" else set())
        self._fields = {_name(name): field for name, field in imported.mapping}

    def missing(self, values: Iterator[Value]) -> list[tuple[str, str, set[str]]]:
        """The values of which words are nowhere."""
        found = []
        for name, text in values:
            text = _without_markup(text) if self._is_html else text
            path = re.split(r" > |\.", name)
            field = self._fields.get(_name(path[-1]), path[-1])
            if ISO.fullmatch(text.strip()) or field in IN_ANOTHER_FORM or self._tells(name, path):
                continue
            lost = {
                word for word in words(text) - self._words - self._understood if not word.isdecimal() or len(word) > 4
            }
            lost = {word for word in lost if not self._has_parts(word)}
            if lost:
                found.append((name, text[:200], lost))
        return found

    def _has_parts(self, word: str) -> bool:
        """Whether a word is two that are held: the reader joins what stands at both sides of inline elements."""
        return any(word[:at] in self._words and word[at:] in self._words for at in range(1, len(word)))

    def _tells(self, name: str, path: Sequence[str]) -> bool:
        """Whether a note names what a value stands under, or a kind of item that is left out whole."""
        whole = (path, path[:-1]) if path[-1] in ("href", "url") else (path,)
        ends = (tuple(one[at:]) for one in whole for at in range(len(one)))
        kinds = (_name(one) for one in path if one.startswith("@"))
        return bool(self._names & {_name(name), _name(path[-1]), *kinds}) or any(end in self._ends for end in ends)


def _name(text: str) -> str:
    return " ".join(sorted(words(text)))


# Readers


def of_csv(content: bytes) -> Iterator[Value]:
    """The cells, each under its header."""
    text = content.decode("utf-8-sig")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield from ((str(name), str(cell)) for name, cell in row.items() if cell)


def of_json(content: bytes) -> Iterator[Value]:
    """The scalars, each under its key."""
    yield from _scalars(json.loads(content), "")


def of_yaml(content: bytes) -> Iterator[Value]:
    """The scalars as text, each under its key."""
    yield from _scalars(yaml.load(content, Loader=yaml.BaseLoader), "")


def _scalars(value: Any, name: str) -> Iterator[Value]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _scalars(one, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for one in value:
            yield from _scalars(one, name)
    elif value not in (None, "", True, False):
        yield name, str(value)


def of_front_matter(content: bytes) -> Iterator[Value]:
    """The front matter's scalars, and the text."""
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    if match := re.match(r"\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", text, re.DOTALL | re.MULTILINE):
        yield from _scalars(yaml.load(match[1], Loader=yaml.BaseLoader), "")
    elif match := re.match(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$", text, re.DOTALL | re.MULTILINE):
        yield from _scalars(tomllib.loads(match[1]), "")
    yield "", GENERATOR.sub("", text[match.end() if match else 0 :])


def of_xml(content: bytes) -> Iterator[Value]:
    """The texts of elements, without markup, each under the names that lead to it; addresses in attributes."""
    yield from _elements(ET.fromstring(content), "")


def _elements(element: ET.Element, above: str) -> Iterator[Value]:
    local = element.tag.rpartition("}")[2]
    path = f"{above} > {_kind(element) or local}"
    if above.endswith("@attachment") and local in ("link", "guid", "creator", "pubDate"):
        return  # of the page that WordPress makes for a file
    if local == "postmeta":  # WordPress has the name of a custom field beside its value
        name, value = (part.text or "" for part in list(element)[:2])
        if name == "footnotes" and value.startswith("[{"):
            value = " ".join(note["content"] for note in json.loads(value))
        yield f"{path} > {name}", "" if name.startswith("_") else _without_markup(value)
        return
    yield path, "" if local in TECHNICAL else _without_markup(element.text or "")
    for key, value in element.attrib.items():
        key = key.rpartition("}")[2]
        if key in ("url", "href") and value.startswith("http"):
            yield f"{path} > {key}", value
    for one in element:
        yield from _elements(one, path)


def _kind(element: ET.Element) -> str:
    """What WordPress calls an item that is no post, or a comment of no person; empty for all else."""
    said = {one.tag.rpartition("}")[2]: one.text or "" for one in element}
    if "post_type" in said:
        kind = "trash" if said.get("status") in ("trash", "auto-draft") else said["post_type"]
        return "" if kind == "post" else f"@{kind}"
    if "comment_approved" in said:
        kind = said.get("comment_type") or "comment"
        status = said["comment_approved"]
        return f"@{kind}s" if kind != "comment" else "" if status in ("0", "1") else f"@{status}"
    return ""


class _Text(HTMLParser):
    """The text of HTML, a value a piece, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden += tag in ("script", "style", "svg", "template")
        self.texts += [] if tag in INLINE else [" "]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "svg", "template")
        self.texts += [] if tag in INLINE else [" "]

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def _without_markup(text: str) -> str:
    text = SHORTCODE.sub(lambda found: " ".join(re.findall(r'(?:caption|src)="([^"]*)"', found[0])), text)
    parser = _Text()
    parser.feed(text)
    parser.close()
    return "".join(parser.texts)


def of_html(content: bytes) -> Iterator[Value]:
    """The pieces of text."""
    parser = _Text()
    parser.feed(content.decode("utf-8", "replace"))
    parser.close()
    yield from (("", text) for text in parser.texts)


def of_text(content: bytes) -> Iterator[Value]:
    """The lines."""
    yield from (("", line) for line in content.decode("utf-8", "replace").splitlines())


# The law


def held(format_: str, source: Path | bytes, read: Callable[[], Iterator[Value]], name: str = "source") -> Imported:
    """Import a source into an archive of its own: nothing is lost, nothing becomes one, nothing is added again."""
    imported = read_source(format_, source, Options(name))
    with TemporaryDirectory() as folder:
        archive = Archive.create(Path(folder) / "a", title="Essai")
        into = None if all(one.series for one in imported.episodes) else "tout"
        for again in (False, True):
            done = archive.import_(
                series=imported.series,
                episodes=imported.episodes,
                persons=imported.persons,
                comments=imported.comments,
                locations=imported.locations,
                settings=imported.settings,
                media=imported.media,
                media_root=imported.media_root,
                into=into,
                if_exists="skip" if again else "error",
            )
            assert not again or (done.added, done.updated) == ((), ())
        assert len(list(archive.episodes.find())) == imported.counts["episodes"]
        lost = Held(format_, archive.root, imported).missing(read())
        assert not lost, f"{len(lost)} values lost: {lost[:3]}"
    return imported


NAMES = st.sampled_from(["Ada Brun", "Luc Mer", "Zoé Le Guen", "Inès Carvalho"])
TEXT = st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x17F), min_size=1, max_size=8).map(
    "x{}".format
)
PHRASE = st.lists(TEXT, min_size=1, max_size=3).map(" ".join)
KEYS = st.sampled_from(
    ["Lieu", "venue", "Sprache der Notiz", "humeur", "Résumé", "sous-titre", "Twitter", "wetter", "Ort"]
)


@st.composite
def talks(draw: st.DrawFn) -> list[dict[str, str]]:
    """Talks of different titles with some keys, known and unknown."""
    titles = draw(st.lists(PHRASE, min_size=1, max_size=4, unique_by=str.casefold))
    keys = draw(st.lists(KEYS, unique_by=lambda key: {"Lieu": "p", "venue": "p", "Ort": "p"}.get(key, key), max_size=4))
    return [
        {"title": title, "guests": draw(NAMES), **{key: draw(PHRASE) for key in keys}, "recap": draw(PHRASE)}
        for title in titles
    ]


def _csv(items: Sequence[dict[str, str]]) -> bytes:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(items[0]))
    writer.writeheader()
    writer.writerows(items)
    return table.getvalue().encode()


def _feed(items: Sequence[dict[str, str]]) -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = "Le cercle"
    for one in items:
        entry = ET.SubElement(channel, "item")
        for key, value in one.items():
            tag = {"recap": "description", "guests": "author"}.get(key, re.sub(r"\W", "", key))
            ET.SubElement(entry, tag).text = value
    return ET.tostring(root, "utf-8", xml_declaration=True)


def _schedule(items: Sequence[dict[str, str]]) -> bytes:
    events = [
        {"guid": "", "persons": [{"public_name": one["guests"]}], "abstract": one["recap"], **one}
        | {"date": "2023-10-05T10:00:00+02:00"}
        for one in items
    ]
    rooms = {"Nord": events}
    return json.dumps(
        {"schedule": {"conference": {"title": "C", "days": [{"date": "2023-10-05", "rooms": rooms}]}}}
    ).encode()


def _wordpress(items: Sequence[dict[str, str]]) -> bytes:
    spaces = {"wp": "http://wordpress.org/export/1.2/", "content": "http://purl.org/rss/1.0/modules/content/"}
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = "Le cercle"
    for number, one in enumerate(items, 1):
        post = ET.SubElement(channel, "item")
        ET.SubElement(post, "title").text = one["title"]
        for key, value in (("post_id", str(number)), ("post_type", "post"), ("status", "publish")):
            ET.SubElement(post, f"{{{spaces['wp']}}}{key}").text = value
        ET.SubElement(post, f"{{{spaces['content']}}}encoded").text = f"<p>{one['recap']}</p>"
        for key, value in one.items():
            if key not in ("title", "recap"):
                field = ET.SubElement(post, f"{{{spaces['wp']}}}postmeta")
                ET.SubElement(field, f"{{{spaces['wp']}}}meta_key").text = key
                ET.SubElement(field, f"{{{spaces['wp']}}}meta_value").text = value
    return ET.tostring(root, "utf-8", xml_declaration=True)


def _pyvideo(items: Sequence[dict[str, str]]) -> bytes:
    return json.dumps(
        [{"speakers": [one["guests"]], "description": one["recap"], "recorded": "2023-10-05", **one} for one in items]
    ).encode()


def _markdown(items: Sequence[dict[str, str]]) -> bytes:
    one = items[0]
    front = yaml.safe_dump({key: value for key, value in one.items() if key != "recap"}, allow_unicode=True)
    return f"---\n{front}---\n\n{one['recap']}\n".encode()


def _page(items: Sequence[dict[str, str]]) -> bytes:
    one = items[0]
    said = "".join(f"<p>{key} : {value}</p>" for key, value in one.items() if key not in ("title", "recap"))
    return f"<html lang='fr'><body><h1>{one['title']}</h1>{said}<p>{one['recap']}</p></body></html>".encode()


MADE = {
    "csv": (_csv, of_csv),
    "json": (lambda items: json.dumps(items).encode(), of_json),
    "yaml": (lambda items: yaml.safe_dump(items, allow_unicode=True).encode(), of_yaml),
    "markdown": (_markdown, of_front_matter),
    "feed": (_feed, of_xml),
    "schedule": (_schedule, of_json),
    "wordpress": (_wordpress, of_xml),
    "pyvideo": (_pyvideo, of_json),
    "page": (_page, of_html),
}


READERS: dict[str, Callable[[bytes], Iterator[Value]]] = {
    ".csv": of_csv,
    ".json": of_json,
    ".yaml": of_yaml,
    ".yml": of_yaml,
    ".md": of_front_matter,
    ".xml": of_xml,
    ".rss": of_xml,
    ".atom": of_xml,
    ".html": of_html,
    ".txt": of_text,
}


def all_held(format_: str, sources: Sequence[Path], *, some_read: bool = True) -> None:
    """The law for each source that is not refused."""
    lost, read = [], 0
    for source in sources:
        try:
            held(format_, source, lambda source=source: READERS[source.suffix](source.read_bytes()))
            read += 1
        except AssertionError as error:
            lost.append(f"{source.name}: {error}")
        except (TotemError, ET.ParseError, UnicodeDecodeError):  # refused with its reason, or the other reader cannot
            continue
    assert not lost, f"{len(lost)} of {len(sources)} sources: {lost[:3]}"
    assert read or not some_read


@pytest.mark.parametrize("format_", list(MADE))
@example(items=[{"title": "Le sel", "guests": "Ada Brun", "venue": "xnord", "humeur": "xcalme", "recap": "xvague"}])
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(items=talks())
def test_generated_sources(format_: str, items: list[dict[str, str]]) -> None:
    """Talks with keys that are known and keys that are not."""
    write, read = MADE[format_]
    content = write(items)
    held(format_, content, lambda: read(content), "source.md" if format_ == "markdown" else "source")


def test_pages() -> None:
    """The project's own pages."""
    all_held("page", [path for path in sorted((ROOT / "tests/pages").iterdir()) if path.suffix != ".json"])


REAL = {
    "yaml": ("rubyevents-yaml/*.yml", 3),
    "json": ("pyvideo/*.json", 12),
    "pyvideo": ("pyvideo/*.json", 12),
    "markdown": ("frontmatter/*/**/*.md", 12),
    "feed": ("feeds/**/*.[xra][mst][sol]*", 5),
    "wordpress": ("wxr/*.xml", 1),
    "schedule": ("schedule/*.json", 1),
}
"""Where each format has real sources, and of how many of them one is read."""


@pytest.mark.parametrize("format_", list(REAL))
def test_real_sources(format_: str, real_data: Path) -> None:
    """Sources that people have published."""
    pattern, step = REAL[format_]
    found = [path for path in sorted(real_data.glob(pattern)) if path.suffix in READERS]
    assert found
    all_held(format_, found[::step])


@pytest.mark.parametrize("format_", ["json", "csv", "markdown"])
def test_inputs_that_failed_before(format_: str, real_data: Path) -> None:
    """Inputs that an earlier version brought in wrongly: they are refused, or nothing of them is lost."""
    suffix = {"markdown": ".md"}.get(format_, f".{format_}")
    found = sorted((real_data.parent / "cases").glob(f"*/**/*{suffix}"))
    found = [path for path in found if path.name.startswith("input.") or "/input/" in path.as_posix()]
    if not found:
        pytest.skip("no such inputs beside the real data")
    all_held(format_, found, some_read=False)


def test_a_value_that_is_lost_is_found() -> None:
    """The law itself can fail: what an importer leaves out without a word is seen."""
    content = b'[{"title": "A", "place": "Nord"}]'
    with pytest.raises(AssertionError, match="Brest"):
        held("json", content, lambda: iter([("place", "Nord"), ("ville", "Brest")]))
