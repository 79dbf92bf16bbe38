"""Nothing of a feed, a schedule, an export of WordPress or a calendar goes without a word: it is placed, or told.

The values are taken from the source by other readers (``xml.etree``, ``json``, ``icalendar``), and looked for in the
records and in the report: there by themselves, or by the name of the element, attribute, key or property.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape, unescape
from unicodedata import normalize
from xml.etree import ElementTree as ET

import icalendar
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.importers import Imported, Options, find_importer

WORD = st.text(st.sampled_from("abcdéèœßŝжあ"), min_size=3, max_size=9)
TEXT = st.lists(
    WORD | st.sampled_from(["*x*", "a_b_c", "[un]", "<b>gras</b>", "1.", "#", "&", "d’ici", "\\n"]),
    min_size=1,
    max_size=8,
).map(" ".join)
ADDRESS = WORD.map(
    lambda word: f"https://quai.example/{normalize('NFKD', word).encode('ascii', 'ignore').decode() or 'x'}"
)
MOMENT = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(microsecond=0))


def words(text: str) -> list[str]:
    """The words of a text that may be HTML."""
    return re.findall(r"[^\W_]+", normalize("NFKC", unescape(re.sub(r"<[^<>]*>", "", text))).casefold())


class Found:
    """What an import gives: every word of its records, and the names and words of its notes."""

    def __init__(self, imported: Imported) -> None:
        records = [*imported.series, *imported.episodes, *imported.persons, *imported.comments]
        held = json.dumps([msgspec.to_builtins(one) for one in records], ensure_ascii=False)
        plain = normalize("NFKC", held.replace("\\\\", "").replace("\\n", " ")).casefold()
        self.letters = re.sub(r"[\W_]+", "", plain)
        self.words = {*words(plain), *(word for note in imported.notes for word in words(note.what))}
        self.names = {part for note in imported.notes for part in re.split(r"[ >;:]+", note.what)}

    def holds(self, name: str, value: str) -> bool:
        """Whether a value is in a record or in a note, or its name in a note."""
        return name in self.names or all(one in self.words or one in self.letters for one in words(value))


def lost(imported: Imported, values: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """The values that are nowhere."""
    found = Found(imported)
    return [(name, value) for name, value in values if value.strip() and not found.holds(name, value)]


def values_of_xml(content: bytes, skipped: set[str]) -> Iterator[tuple[str, str]]:
    """The texts and attributes of a document with the local names of their elements, read by another parser."""
    for element in ET.fromstring(content).iter():
        name = element.tag.rpartition("}")[2]
        if name not in skipped:
            yield name, element.text or ""
            for key, value in element.attrib.items():
                yield key.rpartition("}")[2], value


def element(name: str, text: str, **attributes: str) -> str:
    """An element with a text."""
    given_ = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{given_}>{escape(text, quote=False)}</{name}>"


RSS = [
    "title", "description", "content:encoded", "author", "dc:creator", "category", "comments", "itunes:subtitle",
    "itunes:summary", "itunes:author", "itunes:episodeType", "itunes:keywords", "podcast:person", "podcast:location",
    "podcast:soundbite", "media:title", "media:description", "dc:subject", "dc:rights", "georss:point", "guests", "place",
    "source", "rating", "itunes:season", "itunes:duration", "pubDate", "guid",
]  # fmt: skip
SPACES = "".join(
    f' xmlns:{one}="https://{one}.example/"' for one in ("content", "dc", "itunes", "podcast", "media", "georss")
)


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.tuples(st.sampled_from(RSS), TEXT), min_size=1, max_size=12), min_size=1, max_size=3), ADDRESS
)
def test_feeds(entries: list[list[tuple[str, str]]], address: str) -> None:
    """Every text and attribute of every entry and of the channel."""
    extra = element("enclosure", "", url=f"{address}.mp3", length="7", type="audio/mpeg")
    extra += f'<media:group><media:thumbnail url="{address}.png" width="9"/><media:community views="12"/></media:group>'
    items = "".join(
        f"<item>{''.join(element(*one, lang='xx') for one in entry)}{extra}<link>{address}</link></item>"
        for entry in entries
    )
    channel = "".join(element(*one) for one in entries[0])
    content = f'<rss version="2.0"{SPACES}><channel>{channel}{items}</channel></rss>'.encode()
    found = find_importer("feed")(content, Options("feed.xml"))
    assert len(list(found.episodes)) == len(entries)
    assert lost(found, ((name, value) for name, value in values_of_xml(content, {"rss"}) if value != "xx")) == []


EVENT = [
    "title", "subtitle", "abstract", "description", "track", "type", "slug", "logo", "answers", "feedback_url", "url",
    "do_not_stream", "language", "room", "guests", "id", "neuf",
]  # fmt: skip


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(EVENT), TEXT), max_size=12, unique_by=lambda one: one[0]), WORD, WORD, MOMENT)
def test_schedules(fields: list[tuple[str, str]], name: str, other: str, moment: datetime) -> None:
    """Every value of an event, in XML and in JSON: its people, links and attachments too."""
    told = dict(fields) | {"title": name, "date": moment.replace(tzinfo=UTC).isoformat(), "duration": "00:45"}
    parts = {
        "persons": [
            {"public_name": name, "code": other, "biography": f"{name} {other}", "avatar": f"https://a.example/{other}"}
        ],
        "links": [{"url": f"https://quai.example/{other}", "title": other, "type": other}],
        "attachments": [{"url": f"/{other}.pdf", "title": name}],
    }
    conference = {"title": name, "acronym": other, "days": [{"date": "2020-01-01", "rooms": {other: [told | parts]}}]}
    found = find_importer("schedule")(json.dumps({"schedule": {"conference": conference}}).encode(), Options("s.json"))
    values = [*told.items(), *((key, text) for kind in parts.values() for one in kind for key, text in one.items())]
    ignored = ("date", "duration")
    assert lost(found, ((key, value) for key, value in values if key not in ignored)) == []
    inner = "".join(element(*one) for one in told.items())
    inner += f"<persons>{element('person', name, guid=other, url=f'https://p.example/{other}')}</persons>"
    inner += f"<attachments>{element('attachment', name, href=f'https://f.example/{other}', kind=other)}</attachments>"
    content = (
        f"<schedule><conference>{element('title', name)}{element('venue', other)}</conference><day date='2020-01-01'>"
    )
    content += f"<room name='{other}'><event>{inner}</event></room></day></schedule>"
    found = find_importer("schedule")(content.encode(), Options("s.xml"))
    assert lost(found, values_of_xml(content.encode(), {"date", "duration", "day"})) == []


POST = [
    "title",
    "wp:post_id",
    "wp:post_name",
    "dc:creator",
    "excerpt:encoded",
    "wp:menu_order",
    "wp:is_sticky",
    "wp:neuf",
]
KEYS = [
    "humeur",
    "_edit_last",
    "duration",
    "audio_file",
    "guests",
    "_EventStartDate",
    "itunes_season_number",
    "enclosure",
    "x",
]
TAXONOMIES = ["category", "post_tag", "series", "humeur", "event-venue", "speaker"]


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(POST), TEXT), max_size=8, unique_by=lambda one: one[0]),
    st.lists(st.tuples(st.sampled_from(KEYS), TEXT), max_size=6, unique_by=lambda one: one[0]),
    st.lists(st.tuples(st.sampled_from(TAXONOMIES), WORD), max_size=5),
    TEXT,
)
def test_wordpress(
    fields: list[tuple[str, str]], metas: list[tuple[str, str]], terms: list[tuple[str, str]], text: str
) -> None:
    """Every element, custom field and term of a post."""
    inner = "".join(element(*one) for one in fields) + element("content:encoded", text)
    inner += "".join(
        f"<wp:postmeta>{element('wp:meta_key', key)}{element('wp:meta_value', value)}</wp:postmeta>"
        for key, value in metas
    )
    inner += "".join(element("category", name, domain=domain, nicename=name) for domain, name in terms)
    spaces = "".join(f' xmlns:{one}="https://{one}.example/"' for one in ("content", "excerpt", "wp", "dc"))
    head = element("title", "Le quai") + element("wp:wxr_version", "1.2") + element("wp:neuf", "dix")
    content = (
        f"<rss{spaces}><channel>{head}<item>{inner}{element('wp:post_type', 'post')}</item></channel></rss>".encode()
    )
    found = find_importer("wordpress")(content, Options("blog.xml"))
    assert len(list(found.episodes)) == 1
    read = {"rss", "post_type", "post_name", "meta_key", "meta_value"}  # the name of a post becomes a slug
    values = [one for one in values_of_xml(content, read) if one[0] not in ("domain", "nicename")]
    assert lost(found, iter([*values, *metas])) == []


PROPERTIES = ["description", "location", "comment", "contact", "x-humeur", "geo-name", "resources", "class", "neuf"]


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(PROPERTIES), TEXT), max_size=8, unique_by=lambda one: one[0]), TEXT, WORD, MOMENT
)
def test_calendars(fields: list[tuple[str, str]], title: str, name: str, moment: datetime) -> None:
    """Every property and parameter of an event, written and read again by a library."""
    event = icalendar.Event()
    event.add("summary", title)
    event.add("uid", f"{name}-{name}")
    event.add("dtstart", moment.replace(tzinfo=UTC))
    event.add("categories", [name, title])
    guest = icalendar.vCalAddress(f"mailto:{name}@secret.example")
    guest.params["CN"] = name
    guest.params["X-TABLE"] = name
    event.add("attendee", guest)
    for key, value in fields:
        event[key] = icalendar.vText(value)
    calendar = icalendar.Calendar()
    calendar.add("prodid", name)
    calendar.add("x-wr-calname", title)
    calendar.add_component(event)
    content = calendar.to_ical()
    found = find_importer("ics")(content, Options("quai.ics"))

    def values() -> Iterator[tuple[str, str]]:
        (read,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        for key, value in read.items():
            if key in ("DTSTART", "ATTENDEE"):
                continue
            for text in map(str, value.cats) if key == "CATEGORIES" else [str(value)]:
                yield key, text

    assert lost(found, values()) == []
    assert Found(found).holds("X-TABLE", name)
    assert "secret" not in repr((found, list(found.episodes)))


def test_the_law_can_be_broken() -> None:
    """What is nowhere is found to be lost."""
    content = b"<rss><channel><item><title>a</title><description>la digue</description></item></channel></rss>"
    found = find_importer("feed")(content, Options("feed.xml"))
    assert lost(found, iter([("rating", "le phare"), ("description", "la digue")])) == [("rating", "le phare")]
