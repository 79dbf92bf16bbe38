"""The feeds of the site: RSS, Atom, JSON Feed."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from tests.html_site import BASE, FIRST, SEA, SECOND, SETTINGS, publication, site
from tests.strategies import moments, texts
from totem_cli.exporters.html.feeds import FeedEntry, FeedHead, atom, json_feed, rss
from totem_cli.model.settings import Feeds

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
HEAD = FeedHead("urn:uuid:1", "T", "S", "fr", "https://a.example/", *(f"https://a.example/{n}" for n in "123"))


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
    assert [item["id"] for item in feed["items"]] == [f"urn:uuid:{SEA.id}"]
    assert feed["items"][0]["language"] == "en"


def test_size() -> None:
    """A feed holds no more entries than the settings say, the newest."""
    made = site(publication(replace(SETTINGS, feeds=Feeds(size=1)), episodes=(FIRST, SECOND, SEA)))
    assert [item["id"] for item in json.loads(made["feed.json"])["items"]] == [f"urn:uuid:{FIRST.id}"]
    assert "people/zoe/feed.xml" not in made


@settings(max_examples=60, deadline=None)
@given(texts, moments)
def test_any_text_makes_a_feed(text: str, moment: str) -> None:
    """Whatever the text and the date, all three are well-formed and say the same entry."""
    entry = FeedEntry("2", "https://a.example/x", text, "fr", text, text, moment, moment, (text,), (text,))
    (item,) = ET.fromstring(rss(HEAD, [entry])).iter("item")
    (found,) = ET.fromstring(atom(HEAD, [entry])).iter(f"{ATOM}entry")
    assert item.findtext("title") == found.findtext(f"{ATOM}title")
    assert json.loads(json_feed(HEAD, [entry]))["items"][0]["title"] == text
