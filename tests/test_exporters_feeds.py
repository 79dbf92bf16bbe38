"""The feeds that stand alone: RSS, Atom, JSON Feed."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from jsonschema import Draft7Validator, FormatChecker
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.conftest import Shell
from tests.html_site import BASE, ENGLISH, FIRST, HOST, SEA, SECOND, SETTINGS, publication
from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, find_exporter, is_one_file
from totem_cli.exporters.html.fragment import prepared
from totem_cli.markup.html import to_html
from totem_cli.markup.tree import parse
from totem_cli.model.parts import Media
from totem_cli.model.query import Query
from totem_cli.model.settings import Feeds

FORMATS = ("rss", "atom", "jsonfeed")
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(format_: str, given: Publication | None = None, **parameters: str) -> bytes:
    """The feed in one format."""
    (page,) = find_exporter(format_)(given or publication(), Options(parameters=parameters))
    return page.render()


def items(given: Publication | None = None) -> list[ET.Element]:
    """The items of the RSS feed."""
    return list(ET.fromstring(feed("rss", given)).iter("item"))


@pytest.mark.parametrize("format_", FORMATS)
def test_readers_find_no_fault(format_: str) -> None:
    """The format's reader takes it, and finds the newest episode first by its permanent identity."""
    assert is_one_file(find_exporter(format_))
    if format_ == "jsonfeed":
        found = json.loads(feed(format_))
        assert found["version"] == "https://jsonfeed.org/version/1.1"
        ids = [item["id"] for item in found["items"]]
    else:
        parsed = feedparser.parse(feed(format_))
        assert not parsed.bozo, parsed.get("bozo_exception")
        ids = [entry.id for entry in parsed.entries]
    assert ids[0] == f"urn:uuid:{FIRST.id}"
    assert len(ids) == 4


@pytest.mark.parametrize("format_", FORMATS)
def test_without_an_address(format_: str) -> None:
    """An archive that does not say where its site is has no feed, and is told what to write."""
    settings = replace(SETTINGS, base_url=None)
    with pytest.raises(InvalidError) as raised:
        feed(format_, publication(settings))
    assert "base_url" in (raised.value.hint or "")


@pytest.mark.parametrize("format_", FORMATS)
def test_content_is_whole_and_absolute(format_: str) -> None:
    """Recap, people and questions are in the content, and every address in it is absolute."""
    text = feed(format_).decode()
    content = items()[0].findtext(CONTENT) or ""
    assert 'src="media/' not in text
    assert f'src="{BASE}/media/port.png"' in content
    assert f'Animé par <a href="{BASE}/people/maelle-guivarc-h/index.html">Maëlle Guivarc’h</a> (journaliste' in content
    assert "Et demain\u202f?" in content
    assert "posée par Une voix" in content


def test_people_are_in_every_item() -> None:
    """Hosts are said again in each item, since an item's people stand for the channel's."""
    first = items()[0]
    said = [(one.text, one.get("role"), one.get("href")) for one in first.iter(f"{PODCAST}person")]
    assert said == [
        ("Maëlle Guivarc’h", "host", f"{BASE}/people/maelle-guivarc-h/"),
        ("Zoé Œuvrard", "guest", f"{BASE}/people/zoe/"),
        ("Blaise Kermadec", "guest", f"{BASE}/people/blaise-kermadec/"),
    ]
    assert len([one for item in items() for one in item.iter(f"{PODCAST}person") if one.text == HOST.name]) == 3


def test_a_long_name_is_cut() -> None:
    """A person's name has at most 128 characters in RSS."""
    long = replace(FIRST, guests=(replace(HOST, name="Anne " * 60),))
    (guest,) = [
        one for one in items(publication(episodes=(long,)))[0].iter(f"{PODCAST}person") if one.text != HOST.name
    ]
    assert 100 < len(guest.text or "") <= 128


def test_sound() -> None:
    """A recording is enclosed with its size and length; what is no sound is not, and brings no tag of iTunes."""
    item = items()[0]
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": f"{BASE}/media/soir%201.mp3", "length": "5", "type": "audio/mpeg"}
    assert item.findtext(f"{ITUNES}duration") == "2460"
    assert b"itunes" not in feed("rss", publication(episodes=(SECOND,)))
    (entry, *_) = ET.fromstring(feed("atom")).findall(f"{ATOM}entry")
    assert [link.get("href") for link in entry.findall(f"{ATOM}link[@rel='enclosure']")] == [
        f"{BASE}/media/soir%201.mp3"
    ]
    (attached,) = json.loads(feed("jsonfeed"))["items"][0]["attachments"]
    assert attached["duration_in_seconds"] == 2460


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (Media(url="https://a.example/x.OGG"), "audio/ogg"),
        (Media(url="https://a.example/x", type="audio/x-y"), "audio/x-y"),
        (Media(url="https://a.example/x.mp3", kind="video"), None),
        (Media(url="https://a.example/x.mp3", type="video/mp4"), None),
        (Media(url="https://a.example/x.pdf"), None),
        (Media(url="javascript:alert(1)", type="audio/mpeg"), None),
        (Media(path="gone.mp3"), None),
    ],
)
def test_what_is_sound(media: Media, expected: str | None) -> None:
    """Sound is what says so, or whose name does, and that has an address."""
    enclosure = items(publication(episodes=(replace(FIRST, media=(media,)),)))[0].find("enclosure")
    assert (enclosure.get("type") if enclosure is not None else None) == expected


def test_size() -> None:
    """A feed holds as many as the settings say, or as it is told; 0 is all."""
    few = publication(replace(SETTINGS, feeds=Feeds(size=2)))
    assert len(items(few)) == 2
    assert len(ET.fromstring(feed("rss", few, size="1")).findall("channel/item")) == 1
    assert len(ET.fromstring(feed("rss", few, size="0")).findall("channel/item")) == 4
    with pytest.raises(InvalidError, match="size"):
        feed("rss", few, size="many")
    with pytest.raises(InvalidError, match="no parameter 'sise'"):
        feed("rss", few, sise="1")


def test_one_series() -> None:
    """A selection of one series is the feed of that series."""
    given = with_fields(
        publication(), series=(ENGLISH,), episodes=(replace(SEA, recap=""),), query=Query(series=("tides",))
    )
    root = ET.fromstring(feed("atom", given, url="https://a.example/atom"))
    assert root.findtext(f"{ATOM}id") == f"urn:uuid:{ENGLISH.id}"
    assert root.findtext(f"{ATOM}title") == ENGLISH.title
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == "https://a.example/atom"  # type: ignore[union-attr]


def test_undated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Atom insists on a time: where none is known it is SOURCE_DATE_EPOCH, else 1970; RSS says none."""
    given = publication(episodes=(SECOND,))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"<updated>1970-01-01T00:00:00Z</updated>" in feed("atom", given)
    assert b"pubDate" not in feed("rss", given)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert b"<updated>2001-09-09T01:46:40Z</updated>" in feed("atom", given)


def test_addresses() -> None:
    """Relative addresses count from the site, anchors from the page; others stay."""
    html = '<a href="../x/y">1</a> <a href="#a">2</a> <a href="mailto:a@b.example">3</a> <img src="/media/p.png">'
    assert prepared(parse(html)).html("https://a.example/", "https://a.example/s/1/") == (
        '<a href="https://a.example/x/y">1</a> <a href="https://a.example/s/1/#a">2</a> '
        '<a href="mailto:a@b.example">3</a> <img src="https://a.example/media/p.png">'
    )


def test_the_schema_of_json_feed(real_data: Path) -> None:
    """The JSON Feed answers to the format's schema."""
    schema = json.loads((real_data / "schemas" / "jsonfeed-1.1.merged.schema.json").read_text("utf-8"))
    validator = Draft7Validator(schema, format_checker=FormatChecker())
    assert list(validator.iter_errors(json.loads(feed("jsonfeed")))) == []


def test_a_summary_is_text() -> None:
    """Readers of RSS take a description for HTML: what a summary says is shown as it is, and never run."""
    said = "<script>alert(1)</script> & <b>"
    given = publication(episodes=(replace(FIRST, summary=said),))
    assert items(given)[0].findtext("description") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;"
    subtitled = replace(given, settings=replace(SETTINGS, subtitle=said))
    for format_ in ("rss", "wxr"):
        (page,) = find_exporter(format_)(subtitled, Options())
        shown = ET.fromstring(page.render()).findtext("channel/description")
        assert shown == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;", format_
    entry = ET.fromstring(feed("atom", given)).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}summary") == said


def test_a_title_of_nothing() -> None:
    """A title of which XML can hold nothing is said to be missing: a feed has no empty titles."""
    given = publication(episodes=(replace(FIRST, title="\x01\x02"),))
    assert items(given)[0].findtext("title") == "Sans titre"


def test_words_about_html_are_no_addresses() -> None:
    """What a recap says of HTML stays as it is said; only links and images have addresses."""
    html = to_html('`<a href="/about">`, href="x" and src="y.png"; [see](/there "href=\\"z\\""), ![](media/p.png)')
    assert html.count('"/about"') == html.count('href="x"') == html.count('src="y.png"') == 1
    for base in ("../", "https://a.example/"):
        found = prepared(parse(html)).html(base)
        assert '&lt;a href="/about"&gt;' in found
        assert ' href="x" and src="y.png"; <a' in found
        assert f' href="{base}there"' in found
        assert f'<img src="{base}media/p.png"' in found


APPLE = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


def test_a_podcast_says_what_directories_ask(totem: Shell) -> None:
    """Cover, categories, whether it is explicit, and the owner come from the settings; without, what can be told."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    totem("add", "episode", "E", "--date", "2023-10-05", "--quiet")
    for name in ("a.mp3", "cover.jpg"):
        (totem.folder / name).write_bytes(b"x")
    totem("add", "media", "1", "a.mp3", "--quiet")
    settings = totem.folder / "archive" / "totem.toml"
    begin = 'base_url = "https://quai.example/"\n' + settings.read_text("utf-8")
    settings.write_text(begin, "utf-8")
    channel = ET.fromstring(totem("export", "rss").out).find("channel")
    assert channel is not None
    assert channel.findtext(f"{APPLE}explicit") == "false"
    assert [channel.find(f"{APPLE}{name}") for name in ("image", "category", "owner")] == [None, None, None]
    settings.write_text(
        begin + '\n[podcast]\nimage = "cover.jpg"\ncategory = ["Society & Culture > Philosophy", "Design"]\n'
        'explicit = true\nauthor = "Le Quai"\nemail = "quai@quai.example"\n',
        "utf-8",
    )
    assert "media/cover.jpg is not there" in totem("check").out
    (totem.folder / "archive" / "media" / "cover.jpg").write_bytes(b"x")
    assert totem("check").out == ""
    channel = ET.fromstring(totem("export", "rss").out).find("channel")
    assert channel is not None
    image, *_ = channel.findall(f"{APPLE}image")
    assert image.attrib == {"href": "https://quai.example/media/cover.jpg"}
    first, second = channel.findall(f"{APPLE}category")
    assert (first.attrib, second.attrib) == ({"text": "Society & Culture"}, {"text": "Design"})
    assert [one.attrib for one in first] == [{"text": "Philosophy"}]
    assert channel.findtext(f"{APPLE}explicit") == "true"
    assert channel.findtext(f"{APPLE}owner/{APPLE}name") == channel.findtext(f"{APPLE}author") == "Le Quai"
    assert channel.findtext(f"{APPLE}owner/{APPLE}email") == "quai@quai.example"
    assert totem("export", "html", "--output", "site").code == 0
    assert (totem.folder / "site" / "media" / "cover.jpg").exists()
    assert "itunes:category" in (totem.folder / "site" / "s" / "feed.xml").read_text("utf-8")
