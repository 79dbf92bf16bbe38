"""Every one-file format: whatever the text, it is valid, inert, the same twice, and tells nothing that is hidden."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

import bibtexparser
import feedparser
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests import strategies
from tests.html_site import SETTINGS, publication
from tests.publications import of
from tests.strategies import QUICK
from totem_cli import Archive
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, find_exporter, is_one_file
from totem_cli.importers import Options as Reading
from totem_cli.importers.json import read as read_json
from totem_cli.language.slug import slugify
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Link, Partner, Question
from totem_cli.model.series import Series
from totem_cli.model.settings import Feeds

FORMATS = ("atom", "bibtex", "csl", "csv", "ics", "jsonfeed", "jsonl", "rss", "schedule", "wxr")


def made(format_: str, given_: Publication) -> bytes:
    """The export in one format; a schedule of what has an hour."""
    (page,) = find_exporter(format_)(given_, Options())
    return page.render()


def _feed(content: bytes) -> int:
    ET.fromstring(content)
    parsed = feedparser.parse(content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return len(parsed.entries)


def _calendar(content: bytes) -> int:
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and line.decode() and b"\n" not in line and b"\r" not in line for line in lines)
    calendar = icalendar.Calendar.from_ical(content)
    assert [error for component in calendar.walk() for error in component.errors] == []
    assert len(calendar.walk()) == content.count(b"\r\nBEGIN:") + 1
    return len(calendar.walk("VEVENT"))


def _bibliography(content: bytes) -> int:
    library = bibtexparser.parse_string(content.decode())
    assert library.failed_blocks == []
    return len(library.entries)


def _table(content: bytes) -> int:
    rows = list(csv.reader(StringIO(content.decode(), newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1
    assert not any(_FORMULA.match(cell) for row in rows for cell in row)
    return len(rows) - 1


_FORMULA = re.compile(r"[=+\-@\t\r](?![0-9]+([.,][0-9]+)?\Z)")

READERS: dict[str, Callable[[bytes], int]] = {
    "atom": _feed,
    "rss": _feed,
    "jsonfeed": lambda content: len(json.loads(content)["items"]),
    "jsonl": lambda content: len([json.loads(line) for line in content.split(b"\n")[:-1]]),
    "csl": lambda content: len(json.loads(content)),
    "csv": _table,
    "ics": _calendar,
    "bibtex": _bibliography,
    "schedule": lambda content: len(list(ET.fromstring(content).iter("event"))),
    "wxr": lambda content: len(list(ET.fromstring(content).iter("item"))),
}


def filled(*words: str) -> Publication:
    """For each word an episode that says it in every field that takes text; the first in the archive and series too."""
    who = [Appearance(name=word, role=word, organisations=(word, word), url=word) for word in words]
    series = Series(
        id="11111111-1111-4111-8111-111111111111",
        slug="s",
        title=words[0],
        introduction=words[0],
        hosts=(who[0],),
    )
    episodes = [
        Episode(
            **dict.fromkeys(("title", "subtitle", "summary", "place", "licence", "image", "recap"), word),
            id=f"22222222-2222-4222-8222-{number:012}",
            series="s",
            slug=f"{number:02}-x",
            number=number,
            language="fr",
            date="2020-04-09T18:30:00+02:00",
            hosts=(one,),
            guests=(one, replace(one, billed_as=word)),
            partners=(Partner(name=word, billed_as=word),),
            questions=(Question(number=1, text=word, asked_by=word, answer=word),),
            tags=(word,),
            aliases=(word,),
            links=(Link(url=word, label=word),),
        )
        for number, (word, one) in enumerate(zip(words, who, strict=True), 1)
    ]
    return of(replace(SETTINGS, title=words[0], subtitle=words[0], feeds=Feeds(size=999)), [series], episodes)


@pytest.mark.parametrize("format_", FORMATS)
def test_one_file(format_: str) -> None:
    """Every one of these formats is one file, and its reader agrees on what is in it."""
    assert is_one_file(find_exporter(format_))


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "word", [*strategies.ODD, "]]>", "a\r\nX:y\r\n", "%0d%0a", "\ufffe\ud7ff", "&amp;<b>", "'=1", "$x$"]
)
def test_odd_texts(format_: str, word: str) -> None:
    """A text that breaks writers, in every field, breaks none of these."""
    assert READERS[format_](made(format_, filled(word))) == 1


@pytest.mark.parametrize("format_", FORMATS)
def test_naughty_strings(format_: str, real_data: Path) -> None:
    """Nor does any of the Big List of Naughty Strings."""
    words = json.loads((real_data / "hostile" / "blns" / "blns.json").read_text("utf-8"))
    said = [word for word in words if word.strip()]
    assert READERS[format_](made(format_, filled(*said))) == len(said) > 400


@QUICK
@given(st.data())
def test_any_episode(data: st.DataObject) -> None:
    """Whatever an archive may hold, the format's reader takes it."""
    home = data.draw(strategies.series("s"))
    episode = data.draw(strategies.episodes(home, 1))
    whole = of(SETTINGS, [home], [episode], [data.draw(strategies.persons())])
    dated = episode.date is not None and len(episode.date) > 7
    for format_ in FORMATS:
        if format_ != "schedule" or (episode.date and len(episode.date) > 10):
            assert READERS[format_](made(format_, whole)) == (1 if format_ != "ics" or dated else 0), format_


def test_same_bytes() -> None:
    """Two processes that order their sets differently write the same bytes under the same keys."""
    code = (
        "import sys; from tests.test_exporters_hostile import *\n"
        "for name in FORMATS:\n"
        "    (page,) = find_exporter(name)(filled(*strategies.ODD), Options())\n"
        "    sys.stdout.buffer.write(page.key.encode() + page.render())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize("format_", sorted({*FORMATS} - {"schedule"}))
def test_key_follows_the_content(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key changes with a recap, a title and the time that stands for none."""

    def key(given_: Publication) -> str:
        (page,) = find_exporter(format_)(given_, Options())
        return page.key

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    whole = publication()
    first = whole.episodes[0]
    keys = [key(whole), key(publication())]
    keys.append(key(publication(episodes=(replace(first, title="other"), *whole.episodes[1:]))))
    keys.append(key(publication(replace(SETTINGS, title="other"))))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    keys.append(key(whole))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_hidden_stays_so(format_: str, tmp_path: Path) -> None:
    """Drafts, the withdrawn, what is private, people who do not appear: not one byte of them."""
    archive = Archive.create(tmp_path / "a", title="Le port")
    archive.set_settings(base_url="https://a.example")
    archive.series.add("Marées", slug="marees")
    date = "2020-04-09T18:30:00+02:00"
    archive.episodes.add("Ouverte", series="marees", date=date)
    archive.episodes.add("SECRETdraft", series="marees", date=date, draft=True, recap="SECRETrecap", tags=["SECRETtag"])
    archive.guests.add("marees/2", "SECRETguest", role="SECRETrole")
    archive.episodes.add("SECRETwithdrawn", series="marees", date=date)
    archive.episodes.set("marees/3", status="withdrawn")
    archive.series.add("SECRETseries", slug="secretseries")
    archive.series.set("secretseries", status="draft")
    archive.people.add("SECRETperson")
    (tmp_path / "a" / "private").mkdir(exist_ok=True)
    (tmp_path / "a" / "private" / "mails.toml").write_text('mail = "secret@a.example"\n', "utf-8")
    content = made(format_, archive.publication())
    assert b"uverte" in content
    assert b"secret" not in content.lower()


def test_jsonl_reads_back() -> None:
    """What JSON Lines hold is read back: the same episodes, with what they inherited."""
    whole = publication()
    read = read_json(made("jsonl", whole), Reading())
    assert not read.notes
    assert read.series == ()
    expected = [replace(episode, recap=whole.recap_of(episode)) for episode in whole.episodes]
    assert [replace(episode, absent=()) for episode in read.episodes] == expected


def _known_moment(recorded: str | None) -> str | None:
    """When a talk was recorded; the day alone where its hour names no zone."""
    return recorded[:10] if recorded and not re.search(r"[Z+]|T.*-", recorded) else recorded


def test_real_talks(real_data: Path) -> None:
    """Nearly three thousand real talks go through every format, and its reader finds them all."""
    homes, episodes = [], []
    for path in sorted((real_data / "pyvideo").glob("*.json")):
        talks = json.loads(path.read_text("utf-8"))
        slug = slugify(path.stem)
        homes.append(model.series({"title": path.stem}, slug=slug))
        for number, talk in enumerate(talks if isinstance(talks, list) else [], 1):
            front = {
                "id": str(uuid5(NAMESPACE_URL, f"{slug}/{number}")),
                "number": number,
                "title": talk["title"],
                "guests": [name for name in talk["speakers"] if name.strip()],
                "tags": [tag for tag in talk.get("tags", []) if tag.strip()],
                "date": _known_moment(talk.get("recorded")),
                "language": "en",
            }
            known = {key: value for key, value in front.items() if value}
            recap = talk.get("description") or ""
            episodes.append(model.episode(known, series=slug, slug=f"{number:03}", recap=recap))
    assert len(episodes) > 2900
    whole = of(replace(SETTINGS, feeds=Feeds(size=9999)), homes, episodes)
    dated = sum(episode.date is not None for episode in episodes)
    for format_ in sorted({*FORMATS} - {"schedule"}):
        assert READERS[format_](made(format_, whole)) == (dated if format_ == "ics" else len(episodes)), format_
    timed = tuple(episode for episode in whole.episodes if episode.date and len(episode.date) > 10)
    assert READERS["schedule"](made("schedule", with_fields(whole, episodes=timed))) == len(timed) > 10
