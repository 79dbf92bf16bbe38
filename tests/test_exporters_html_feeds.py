"""The feeds of the site: RSS, Atom, JSON Feed."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from tests.html_site import BASE, ENGLISH, FIRST, SEA, SECOND, SETTINGS, episode, publication, site
from tests.strategies import moments, texts
from totem_cli.exporters import Options, find_exporter
from totem_cli.exporters.atom import atom
from totem_cli.exporters.dates import instant
from totem_cli.exporters.feed import FeedEntry, FeedHead, FeedPerson, feed_size
from totem_cli.exporters.html import export
from totem_cli.exporters.jsonfeed import json_feed
from totem_cli.exporters.rss import rss
from totem_cli.markup.characters import allowed
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Media
from totem_cli.model.settings import Feeds, Settings
from totem_cli.publishing.page import all_pages

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
HEAD = FeedHead("urn:uuid:1", "T", "S", "fr", "https://a.example/", "https://a.example/1")


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    """The site, with its feeds."""
    return site(publication())


def test_rss(pages: dict[str, bytes]) -> None:
    """Items carry a permanent identity, whole content with absolute addresses, and only dates that are known."""
    channel = ET.fromstring(pages["feed.xml"])[0]
    items = channel.findall("item")
    assert [item.findtext("guid") for item in items][:1] == [f"urn:uuid:{FIRST.id}"]
    first = items[0]
    assert first.find("guid").attrib == {"isPermaLink": "false"}  # type: ignore[union-attr]
    assert first.findtext("link") == f"{BASE}/marees/01-episode/"
    assert parsedate_to_datetime(first.findtext("pubDate") or "").isoformat() == "2020-04-10T00:00:00+00:00"
    content = first.findtext(CONTENT) or ""
    assert f'src="{BASE}/media/port.png"' in content
    assert f'href="{BASE}/people/zoe/index.html"' in content
    assert "Et demain\u202f?" in content
    assert items[-1].find("pubDate") is None


def test_atom(pages: dict[str, bytes]) -> None:
    """Every entry has an id, a title, a time; the feed's time is its newest entry's."""
    feed = ET.fromstring(pages["marees/atom.xml"])
    assert feed.findtext(f"{ATOM}updated") == "2020-05-01T00:00:00Z"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for entry in entries:
        assert all(entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))


def test_json_feed(pages: dict[str, bytes]) -> None:
    """JSON Feed names its version and itself, and tells each item's language."""
    feed = json.loads(pages["tides/feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{BASE}/tides/feed.json"
    assert feed["language"] == ENGLISH.language
    assert [item["id"] for item in feed["items"]] == [f"urn:uuid:{SEA.id}"]
    assert feed["items"][0]["language"] == "en"


@pytest.mark.parametrize(("format_", "file"), [("rss", "feed.xml"), ("atom", "atom.xml"), ("jsonfeed", "feed.json")])
@pytest.mark.parametrize("size", [1, 50])
def test_one_feed(format_: str, file: str, size: int) -> None:
    """The site's feed and the one that stands alone are the same, to the byte."""
    whole = publication(replace(SETTINGS, feeds=Feeds(size=size)))
    (page,) = find_exporter(format_)(whole, Options())
    assert page.render() == site(whole)[file]


def test_feeds_of_people_and_tags(pages: dict[str, bytes]) -> None:
    """Where they are asked for, a person's feed holds what they appear in, a tag's what carries it; each names both."""
    feed = json.loads(pages["people/blaise-kermadec/feed.json"])
    assert feed["title"] == "Blaise Kermadec – Le port"
    assert {item["id"] for item in feed["items"]} == {f"urn:uuid:{FIRST.id}", f"urn:uuid:{SEA.id}"}
    tagged = ET.fromstring(pages["tags/mer/feed.xml"])[0]
    assert tagged.findtext("title") == "Mer – Le port"
    assert [item.findtext("guid") for item in tagged.findall("item")] == [
        f"urn:uuid:{one.id}" for one in (FIRST, SECOND)
    ]
    assert [one.get("role") for one in tagged.iter(f"{PODCAST}person")] == ["host", "guest", "guest", "host", "guest"]
    assert "people/zoe/feed.xml" not in site(publication(replace(SETTINGS, feeds=Feeds())))


def _episodes(count: int, **fields: object) -> tuple[Episode, ...]:
    return tuple(episode(number, date=f"20{number:02}-01-01", **fields) for number in range(1, count + 1))


def _ids(made: dict[str, bytes], folder: str) -> list[list[str]]:
    """The ids of the entries of the three files of a feed."""
    items = json.loads(made[f"{folder}feed.json"])["items"]
    rss_, atom_ = (ET.fromstring(made[f"{folder}{name}"]) for name in ("feed.xml", "atom.xml"))
    return [
        [item["id"] for item in items],
        [one.text or "" for one in rss_.iter("guid")],
        [one.text or "" for one in atom_.findall(f"{ATOM}entry/{ATOM}id")],
    ]


def test_a_feed_holds_the_newest() -> None:
    """The newest entries, as many as the archive says, 50 unless it does, all for 0; there is no other document."""
    given = _episodes(7)
    newest = [f"urn:uuid:{one.id}" for one in reversed(given)]
    for size, count in ((2, 2), (0, 7), (None, 7)):
        made = site(publication(replace(SETTINGS, feeds=Feeds(size=size)), episodes=given))
        for folder in ("", "marees/"):
            assert _ids(made, folder) == [newest[:count]] * 3
        assert {path for path in made if "feed" in path and path.startswith("marees/")} == {
            "marees/feed.json",
            "marees/feed.xml",
        }
    assert feed_size(Settings()) == 50


def test_a_feed_of_recordings_is_whole() -> None:
    """Podcast directories show what a feed holds: unless the archive says a size, all of it where most is recorded."""
    sound = (Media(path="soir 1.mp3"),)
    for recorded, count in ((60, 60), (31, 60), (30, 50), (0, 50)):
        given = (*_episodes(recorded, media=sound), *_episodes(60)[recorded:])
        given = tuple(replace(one, id=f"{number:08}-2222-4222-8222-222222222222") for number, one in enumerate(given))
        assert len(_ids(site(publication(replace(SETTINGS, feeds=Feeds()), episodes=given)), "")[0]) == count
    said = site(publication(replace(SETTINGS, feeds=Feeds(size=3)), episodes=_episodes(7, media=sound)))
    assert len(_ids(said, "marees/")[0]) == 3


def test_undated_are_named() -> None:
    """Atom insists on a time: a site with feeds says for which episodes it has none to tell."""
    heard: list[str] = []
    list(all_pages(export(publication(), Options(warn=heard.append))))
    (words,) = heard
    assert "marees/2, marees/3" in words or "marees/3, marees/2" in words
    heard.clear()
    list(all_pages(export(publication(replace(SETTINGS, base_url=None)), Options(warn=heard.append))))
    assert heard == []


@settings(max_examples=60, deadline=None)
@given(texts, moments)
def test_any_text_makes_a_feed(text: str, moment: str) -> None:
    """Whatever the text and the date, all three are well-formed and say the same entry."""
    day: datetime = instant(moment)
    people = (FeedPerson(text, "host"), FeedPerson(text, "guest"))
    entry = FeedEntry("2", "https://a.example/x", text, "fr", text, allowed(text), day, day, people, (text,))
    (item,) = ET.fromstring(rss(HEAD, [entry])).iter("item")
    (found,) = ET.fromstring(atom(HEAD, [entry])).iter(f"{ATOM}entry")
    assert item.findtext("title") == found.findtext(f"{ATOM}title")
    assert json.loads(json_feed(HEAD, [entry]))["items"][0]["title"] == text
