"""Feeds of every kind as a series and its episodes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.feed import read
from totem_cli.importers.feed.fields import author_name, duration, moment
from totem_cli.language.dates import seconds_of
from totem_cli.model.episode import Episode

RSS = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:psc="http://podlove.org/simple-chapters"><channel><title>Le phare</title><link>https://phare.example</link>
<description>Des &lt;b&gt;veillées&lt;/b&gt;</description><language>fr-fr</language>
<itunes:image href="https://phare.example/a.jpg"/><podcast:person href="https://ada.example">Ada</podcast:person>
<podcast:person role="editor">Bob</podcast:person>{items}</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://phare.example/">
<title type="html">Le &lt;i&gt;phare&lt;/i&gt;</title><link href="/" rel="alternate"/><link href="/feed" rel="self"/>
<id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa60</id><updated>2020-05-02T00:00:00Z</updated>{items}</feed>"""


def rss(*items: str) -> Imported:
    """What an RSS feed of these items holds."""
    return read(RSS.format(items="".join(f"<item>{one}</item>" for one in items)).encode(), Options("feed.xml"))


def only(item: str) -> Episode:
    """The one episode of a feed."""
    (episode,) = rss(item).episodes
    return episode


def told(found: Imported) -> dict[str, str]:
    """The notes of an import: what each is about, with the reason."""
    return {note.what: note.why for note in found.notes}


def test_rss() -> None:
    """An item becomes an episode, with everything that has a place."""
    found = rss(
        '<title>L’été &amp;amp; l’eau</title><guid isPermaLink="false">phare-7</guid>'
        "<link>https://phare.example/7</link>"
        "<pubDate>Fri, 01 May 2020 18:30:00 +0200</pubDate><itunes:episode>7</itunes:episode>"
        "<itunes:duration>3725</itunes:duration><category>Mer</category><itunes:keywords>eau, mer</itunes:keywords>"
        "<description>En bref</description>"
        "<content:encoded>&lt;p&gt;La &lt;b&gt;mer&lt;/b&gt;&lt;/p&gt;</content:encoded>"
        '<enclosure url="https://phare.example/7.mp3" length="123" type="audio/mpeg"/>'
        '<podcast:person role="Host">Ada</podcast:person><podcast:person role="guest" href="https://zoe.example">Zoé'
        '</podcast:person><podcast:person role="Sound Designer">Luc</podcast:person>'
        '<podcast:transcript url="https://phare.example/7.vtt"/><podcast:location>Brest</podcast:location>'
        '<psc:chapters><psc:chapter start="00:01:02" title="Un" href="https://un.example"/></psc:chapters>'
        '<itunes:image href="https://phare.example/a.jpg"/><author>zoe@secret.example (Zoé)</author><rating>5</rating>'
    )
    (series,), (episode,) = found.series, found.episodes
    assert (series.slug, series.language, series.introduction) == ("le-phare", "fr-FR", "Des **veillées**")
    assert [(one.name, one.url) for one in series.hosts] == [("Ada", "https://ada.example")]
    assert (episode.title, episode.number, episode.slug) == ("L’été & l’eau", 7, "")
    assert (episode.published, episode.duration) == ("2020-05-01T18:30:00+02:00", "PT1H2M5S")
    assert (episode.recap, episode.summary, episode.tags) == ("La **mer**", "En bref", ("Mer", "eau"))
    assert [one.name for one in episode.hosts] == ["Ada"]
    assert [(one.name, one.role) for one in episode.guests] == [("Zoé", None), ("Luc", "Sound Designer")]
    (audio,) = episode.media
    assert (audio.kind, audio.type, audio.bytes, audio.duration) == ("audio", "audio/mpeg", 123, "PT1H2M5S")
    assert [(one.url[-4:], one.kind) for one in episode.links] == [("le/7", "article"), (".vtt", "transcript")]
    assert (episode.place, episode.source) == ("Brest", {"id": "phare-7", "author": "Zoé"})
    assert episode.extra["chapters"] == [{"start": "00:01:02", "title": "Un", "url": "https://un.example"}]
    assert episode.extra["rating"] == "5"
    assert told(found) == {
        "author": "e-mail addresses are personal",
        "podcast:person": "it has no place in an archive",
        "podcast:person role": "it has no place in an archive",
    }
    assert "secret" not in repr(found)


def test_atom() -> None:
    """An entry of Atom too: its id is its id, its addresses are resolved, its text is of three kinds."""
    items = """<entry><id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a</id><title type="text">a &lt;b&gt; c</title>
    <link href="7"/><link rel="enclosure" href="/7.ogg" type="audio/ogg" length="9"/>
    <link rel="via" href="/v" title="V"/>
    <published>2020-05-01T18:30:00Z</published><updated>2020-05-02T00:00:00Z</updated><category term="m" label="Mer"/>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
    <p>La <em>mer</em> <a href="x">là</a></p></div></content>
    <author><name>Zoé</name><email>z@secret.example</email></author></entry>
    <entry xml:lang="en"><id>b</id><title>B</title><content type="text">1 &lt; 2</content></entry>"""
    found = read(ATOM.format(items=items).encode(), Options())
    one, two = found.episodes
    assert (found.series[0].title, found.series[0].language) == ("Le phare", "fr")
    assert (one.id, one.title) == ("1225c695-cfb8-4ebb-aaaa-80da344efa6a", "a <b> c")
    assert one.recap == "La _mer_ [là](https://phare.example/x)"
    assert [link.url for link in one.links] == ["https://phare.example/7", "https://phare.example/v"]
    assert (one.media[0].url, one.media[0].bytes, one.tags) == ("https://phare.example/7.ogg", 9, ("Mer",))
    assert (one.published, one.updated) == ("2020-05-01T18:30:00+00:00", "2020-05-02T00:00:00+00:00")
    assert (two.recap, two.language, two.published, one.language) == ("1 < 2", "en", None, None)
    assert "secret" not in repr(found)


def test_rdf() -> None:
    """RSS 1.0 keeps its items beside the channel."""
    found = read(
        b'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>P</title><dc:language>fr</dc:language></channel>'
        b'<item rdf:about="https://p.example/1"><dc:title>no</dc:title><title>Un</title><dc:date>2020-05-01</dc:date></item>'
        b"</rdf:RDF>",
        Options(),
    )
    (episode,) = found.episodes
    assert (found.series[0].title, found.series[0].language) == ("P", "fr")
    assert (episode.title, episode.published, episode.source) == ("Un", "2020-05-01", "https://p.example/1")


def test_numbers() -> None:
    """A number that two episodes have, one a season, is none; both are kept, under names of their own."""
    items = [f"<title>Un</title><guid>{n}</guid><itunes:episode>1</itunes:episode>" for n in "ab"]
    found = rss(*items)
    assert [one.number for one in found.episodes] == [None, None]
    assert len({one.slug for one in found.episodes}) == len({one.id for one in found.episodes}) == 2
    assert told(found)["1"] == "it is the number of several episodes, “Un” among them"


def test_what_is_missing() -> None:
    """An item may lack nearly everything: its title comes from its text or file, its identity from what it has."""
    recording = '<enclosure url="https://phare.example/un-soir.mp3"/>'
    assert only("<description>&lt;p&gt;Un soir&lt;/p&gt;</description>").title == "Un soir"
    assert (only(recording).title, only(recording).source) == ("un-soir", "https://phare.example/un-soir.mp3")
    assert only("<pubDate>hier</pubDate><title>a</title>").published is None
    texts = [f"<title>a</title><description>{text}</description>" for text in ("un", "deux")]
    ids = [one.id for one in rss(*texts).episodes]
    assert len(set(ids)) == 2
    assert [one.id for one in rss("<title>a</title>", *reversed(texts)).episodes][1:] == ids[::-1], "whatever is new"


def test_seasons() -> None:
    """Where numbers begin anew in each season, each is a series; where they go on, the season is told in the source."""
    part = (
        "<title>{0}{1}</title><guid>{0}{1}</guid><itunes:season>{0}</itunes:season><itunes:episode>{1}</itunes:episode>"
    )
    again = rss(*(part.format(*which) for which in ((1, 1), (1, 2), (2, 1))), "<title>Hors série</title>")
    assert [one.title for one in again.series] == ["Le phare", "Le phare, saison 1", "Le phare, saison 2"]
    assert [(one.series, one.number) for one in again.episodes] == [
        ("le-phare-saison-1", 1),
        ("le-phare-saison-1", 2),
        ("le-phare-saison-2", 1),
        ("le-phare", None),
    ]
    on = rss(*(part.format(*which) for which in ((1, 1), (1, 2), (2, 3))))
    assert [(one.series, one.number) for one in on.episodes] == [("le-phare", 1), ("le-phare", 2), ("le-phare", 3)]
    assert [one.source["season"] for one in on.episodes] == ["1", "1", "2"]


def test_youtube() -> None:
    """A channel's feed gives the video, its picture and its description; what counts its visitors is told."""
    text = """<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns="http://www.w3.org/2005/Atom"><title>Le quai</title><entry><id>yt:video:aB3</id><yt:videoId>aB3</yt:videoId>
     <yt:channelId>UC9</yt:channelId><title>La digue</title><link rel="alternate" href="https://www.youtube.com/watch?v=aB3"/>
     <author><name>Le quai</name><uri>https://www.youtube.com/channel/UC9</uri></author>
     <published>2023-10-05T18:00:00+00:00</published><media:group><media:title>La digue</media:title>
     <media:content url="https://www.youtube.com/v/aB3?version=3" type="application/x-shockwave-flash" width="640"/>
     <media:thumbnail url="https://i1.ytimg.com/vi/aB3/hqdefault.jpg" width="480" height="360"/>
     <media:description>Avec Ada Brun
https://quai.example</media:description><media:community><media:statistics views="123"/></media:community>
     </media:group></entry></feed>"""
    found = read(text.encode(), Options("feed.xml"))
    (episode,) = found.episodes
    assert [(one.kind, one.url) for one in episode.media] == [
        ("video", "https://www.youtube.com/watch?v=aB3"),
        ("image", "https://i1.ytimg.com/vi/aB3/hqdefault.jpg"),
    ]
    assert episode.recap.startswith("Avec Ada Brun")
    assert "https://quai.example" in episode.recap
    assert (episode.source["author"], episode.extra["channelId"]) == ("Le quai", "UC9")
    assert "media:group > media:community > media:statistics views" in told(found)
    assert "media:group > media:content url" in told(found)


def test_json_feed() -> None:
    """JSON Feed is a feed: its entries have the same fields, and what has no place is told with its path."""
    item = {
        "id": "un",
        "url": "https://phare.example/1",
        "title": "L’eau & le sel",
        "content_html": "<p>La <b>mer</b></p>",
        "summary": "1 < 2",
        "date_published": "2020-05-01T18:30:00+02:00",
        "tags": ["Mer", "Sel"],
        "authors": [{"name": "Ada Brun", "url": "https://ada.example"}, {"name": "Luc Mer"}],
        "attachments": [
            {
                "url": "https://phare.example/1.mp3",
                "mime_type": "audio/mpeg",
                "size_in_bytes": 9,
                "duration_in_seconds": 60,
            }
        ],
        "_quai": {"humeur": "calme"},
        "external_url": "https://ailleurs.example",
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Le phare", "language": "fr", "items": [item]}
    found = read(json.dumps(feed).encode(), Options("feed.json"))
    (episode,) = found.episodes
    assert (found.series[0].title, found.series[0].language) == ("Le phare", "fr")
    assert (episode.title, episode.recap, episode.summary) == ("L’eau & le sel", "La **mer**", "1 < 2")
    assert (episode.published, episode.tags) == ("2020-05-01T18:30:00+02:00", ("Mer", "Sel"))
    assert [(one.url, one.type, one.bytes, one.duration) for one in episode.media] == [
        ("https://phare.example/1.mp3", "audio/mpeg", 9, "PT1M")
    ]
    assert (episode.source["author"], episode.extra["external_url"]) == (
        "Ada Brun, Luc Mer",
        "https://ailleurs.example",
    )
    assert [(note.what, str(note.location)) for note in found.notes if note.what != "version"] == [
        ("authors url", "feed.json: items[0]"),
        ("_quai > humeur", "feed.json: items[0]"),
    ]
    with pytest.raises(InvalidError, match="it has no items"):
        read(b'{"talks": []}', Options("feed.json"))
    with pytest.raises(InvalidError, match="it has no items"):
        read(b"[1]", Options("feed.json"))


def test_everything_is_placed_or_told() -> None:
    """Several authors, a second description, an attribute, a date that cannot be read: nothing goes without a word."""
    found = rss(
        "<title>La digue</title><dc:creator>Ada Brun</dc:creator><dc:creator>Luc Mer</dc:creator><author>Zoé</author>"
        "<description>Un résumé</description><itunes:summary>Un autre texte</itunes:summary>"
        "<content:encoded>Le récit</content:encoded><pubDate>un de ces jours</pubDate>"
        '<category domain="https://mots.example">Mer</category><enclosure url="https://phare.example/a.mp3" type=""/>'
        "<podcast:location geo='geo:1,2'>Brest</podcast:location><source url='https://s.example'>Ailleurs</source>"
    )
    (episode,) = found.episodes
    assert episode.source["author"] == "Zoé, Ada Brun, Luc Mer"
    assert set(told(found)) >= {"category domain", "podcast:location geo", "source url", "un de ces jours"} - {
        "source url"
    }
    assert told(found)["un de ces jours"] == "the date of “La digue” is not a date"
    assert {"Un résumé", "Un autre texte"} & {episode.summary}
    assert {"description", "itunes:summary"} & set(told(found))
    locations = {note.what: note.location for note in found.notes}
    assert all(locations.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 05 Oct 2023 18:00:00 CEST", "2023-10-05T18:00:00+02:00"),
        ("Thu, 05 Oct 2023 18:00:00 BST", "2023-10-05T18:00:00+01:00"),
        ("Thu, 05 Oct 2023", "2023-10-05"),
        ("jeu., 05 oct. 2023 18:00:00 +0200", "2023-10-05T18:00:00+02:00"),
        ("Thu, 05 Oct 2023 18:00:00 XQZ", "2023-10-05"),
        ("Fri, 01 May 2020 18:30:00 EST", "2020-05-01T18:30:00-05:00"),
        ("01 May 2020 18:30:00 -0000", "2020-05-01T18:30:00+00:00"),
        ("2020-05-01T18:30:00Z", "2020-05-01T18:30:00+00:00"),
        ("2020-05-01T18:30:00", "2020-05-01"),
        ("2020-05", "2020-05"),
        ("hier", None),
        ("Mon, 99 May 2020 18:30:00 GMT", None),
    ],
)
def test_moments(text: str, expected: str | None) -> None:
    """Dates of mail and of ISO 8601 are read with their zones."""
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", "PT1M30S"),
        ("45:00", "PT45M"),
        ("1:02:03", "PT1H2M3S"),
        ("1:02:03.4", "PT1H2M3S"),
        ("0", None),
        ("x", None),
    ],
)
def test_durations(text: str, expected: str | None) -> None:
    """A bare number is seconds, as iTunes has it."""
    assert duration(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("z@e.example (Zoé)", "Zoé"), ("Zoé (z@e.example)", "Zoé"), ("Zoé", "Zoé"), ("z@e.example", ""), ("a b@c d", "")],
)
def test_authors(text: str, expected: str) -> None:
    """Of an author only the name is kept."""
    assert author_name(text) == expected


def test_what_is_no_feed() -> None:
    """A page is no feed, and a schedule neither."""
    for content in (b"<html><body/></html>", b"<schedule/>"):
        with pytest.raises(InvalidError, match="this is not a feed"):
            read(content, Options())
    with pytest.raises(InvalidError, match="document type"):
        read(b"<!doctype html><html></html>".replace(b"doctype", b"DOCTYPE"), Options())


def expected(folder: Path, suffix: str) -> list[tuple[Path, Any]]:
    """Feeds with what they hold."""
    found = []
    for file in sorted(folder.glob(f"*.{suffix}")):
        told = file.with_suffix(".json")
        if told.exists():
            found.append((file, json.loads(told.read_text("utf-8"))))
    return found


def test_podcast_feeds(real_data: Path) -> None:
    """The feeds of another project's tests give what it expects of them."""
    feeds = expected(real_data / "feeds" / "podcastparser", "rss")
    assert feeds
    for file, told in feeds:
        episodes = {one.title: one for one in read(file, Options()).episodes}
        for wanted in told["episodes"]:
            episode = episodes[wanted["title"]]
            assert {one["url"] for one in wanted["enclosures"]} <= {one.url for one in episode.media}, file
            sizes = {one.url: one.bytes for one in episode.media}
            assert all(sizes[one["url"]] == one["file_size"] for one in wanted["enclosures"] if one["file_size"] > 0)
            assert seconds_of(episode.duration or "PT0S") == wanted["total_time"], file
            if wanted["published"]:
                assert datetime.fromisoformat(episode.published or "").timestamp() == wanted["published"], file
            if "persons" in wanted:
                hosts = [one["name"] for one in wanted["persons"] if one["role"] == "host"]
                assert [one.name for one in episode.hosts] == hosts
            chapters = episode.extra.get("chapters", [])
            assert [one["title"] for one in chapters] == [one["title"] for one in wanted.get("chapters", [])]


def test_feeds_of_the_wild(real_data: Path) -> None:
    """Real feeds give as many episodes, with the same links and instants, as another project found in them."""
    folder = real_data / "feeds" / "rss-parser"
    seen = 0
    for file in sorted((folder / "input").iterdir()):
        told = folder / "output" / f"{file.stem}.json"
        if not told.exists():
            continue
        seen += 1
        wanted = json.loads(told.read_bytes().decode(errors="replace"))["feed"]["items"]
        episodes = list(read(file, Options()).episodes)
        assert len(episodes) == len(wanted), file
        for episode, item in zip(episodes, wanted, strict=True):
            if item.get("isoDate"):
                known = datetime.fromisoformat(episode.published or "")
                assert known == datetime.fromisoformat(item["isoDate"]), file
            assert not item.get("link") or any(item["link"] in one.url for one in episode.links), file
            assert not item.get("enclosure") or item["enclosure"]["url"] in [one.url for one in episode.media], file
    assert seen
