"""``--map`` reaches whatever has a name in a source: elements, custom fields, terms, labels, properties."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.importers import Options
from totem_cli.importers.placing import read_source

FEED = """<rss version="2.0" xmlns:x="http://cercle.example/"><channel><title>Le cercle</title><item><title>Le sel</title>
<guid>1</guid><x:salle>Nord</x:salle><humeur>calme</humeur><author>Ada Brun</author></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Le cercle</title><entry><title>Le sel</title><id>1</id>
<author><name>Ada Brun</name></author></entry></feed>"""
SITE = """<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Le cercle</title><item>
<title>Le sel</title><guid>1</guid><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type>
<wp:status>publish</wp:status><category domain="orateur" nicename="ada">Ada Brun</category>
<category domain="post_tag" nicename="nord">Nord</category><category domain="post_tag" nicename="sud">Sud</category>
<wp:postmeta><wp:meta_key>salle</wp:meta_key><wp:meta_value>Nord</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>_humeur</wp:meta_key><wp:meta_value>calme</wp:meta_value></wp:postmeta>
</item></channel></rss>"""
PAGE = """<html lang="fr"><body><h1>Le sel</h1><p>Humeur : calme</p><dl><dt>Salle de bal</dt><dd>Nord</dd></dl>
<p>Avec Ada Brun.</p><p>On y parle du sel et de la mer.</p></body></html>"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART:20231005
SUMMARY:Le sel
X-SPEAKER:Ada Brun
X-SPEAKER:Luc Mer
X-HUMEUR:calme
CONTACT:Nina Aubry
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("format_", "source", "mapped", "field", "value"),
    [
        ("feed", FEED, "salle=place", "place", "Nord"),
        ("feed", FEED, "x:salle=place", "place", "Nord"),
        ("feed", FEED, "HUMEUR=tags", "tags", ["calme"]),
        ("feed", FEED, "author=guests", "guests", ["Ada Brun"]),
        ("feed", ATOM, "author=guests", "guests", ["Ada Brun"]),
        ("wordpress", SITE, "salle=place", "place", "Nord"),
        ("wordpress", SITE, "_humeur=subtitle", "subtitle", "calme"),
        ("wordpress", SITE, "orateur=guests", "guests", ["Ada Brun"]),
        ("wordpress", SITE, "post_tag=place", "place", "Nord; Sud"),
        ("page", PAGE, "humeur=subtitle", "subtitle", "calme"),
        ("page", PAGE, "salle de bal=place", "place", "Nord"),
        ("ics", CALENDAR, "X-SPEAKER=guests", "guests", ["Ada Brun", "Luc Mer"]),
        ("ics", CALENDAR, "x-humeur=tags", "tags", ["calme"]),
        ("ics", CALENDAR, "CONTACT=hosts", "hosts", ["Nina Aubry"]),
    ],
)
def test_a_name_is_placed(
    totem: Shell, tmp_path: Path, format_: str, source: str, mapped: str, field: str, value: object
) -> None:
    """The value under a name is that of the field, and no longer told as left out or kept aside."""
    file = tmp_path / "source"
    file.write_text(source, "utf-8")
    totem("init", "archive", "--quiet")
    done = totem("import", format_, str(file), "--series", "cercle", "--map", mapped)
    assert done.code == 0, done.err
    told = [line for line in done.err.casefold().split("\n") if line.startswith("warning:")]
    assert not [line for line in told if repr(mapped.partition("=")[0].casefold()) in line]
    found = json.loads(totem("show", done.out.split()[-1], "--json").out)[field]
    assert (
        [one["name"] if isinstance(one, dict) else one for one in found] == value
        if isinstance(value, list)
        else (found == value)
    )


@pytest.mark.parametrize(
    ("format_", "source", "close"),
    [("feed", FEED, "salle"), ("wordpress", SITE, "salle"), ("ics", CALENDAR, "contact")],
)
def test_a_name_that_stands_nowhere(totem: Shell, tmp_path: Path, format_: str, source: str, close: str) -> None:
    """It is refused, with those that are there, and nothing is written."""
    file = tmp_path / "source"
    file.write_text(source, "utf-8")
    totem("init", "archive", "--quiet")
    done = totem("import", format_, str(file), "--series", "cercle", "--map", "nulle part=place")
    assert (done.code, json.loads(totem("list", "--json").out)) == (4, [])
    assert close in done.err


HEAD = b"""<rss><channel><title>F</title><rating>PG</rating><managingEditor>Tom Roy</managingEditor>
<item><title>A</title></item></channel></rss>"""
AGENDA = b"""BEGIN:VCALENDAR
X-WR-CALNAME:C
X-OWNER:Ada Brun
BEGIN:VEVENT
UID:1
SUMMARY:A
DTSTART:20240101
END:VEVENT
END:VCALENDAR
"""


def test_heads_of_feeds_and_calendars() -> None:
    """What a feed or a calendar says of itself is mapped to the fields of its series."""
    (series,) = read_source("feed", HEAD, Options("f", {"map": "rating=tags\nmanagingEditor=hosts"})).series
    assert (series.tags, [one.name for one in series.hosts], dict(series.extra)) == (("PG",), ["Tom Roy"], {})
    (series,) = read_source("ics", AGENDA, Options("c.ics", {"map": "X-OWNER=hosts"})).series
    assert [one.name for one in series.hosts] == ["Ada Brun"]
