"""Calendars of every kind as series and episodes: dates with their zones, nobody's address, nothing without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Shell
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.ics import read
from totem_cli.model.episode import Episode

ZONE = """BEGIN:VTIMEZONE
TZID:Heure du quai
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0330
END:STANDARD
END:VTIMEZONE
"""


def calendar(*events: str, about: str = "X-WR-CALNAME:Le quai\n", ends: str = "\n") -> bytes:
    """A calendar of these events, each without its first and last line."""
    whole = "".join(f"BEGIN:VEVENT\n{one.strip()}\nEND:VEVENT\n" for one in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//quai//FR\n{about}{whole}END:VCALENDAR\n"
    return text.replace("\n", ends).encode()


def taken(*events: str, about: str = "X-WR-CALNAME:Le quai\n", timezone: str | None = None) -> Imported:
    """What a calendar of these events holds."""
    return read(calendar(*events, about=about), Options("quai.ics", timezone=timezone))


def only(event: str, **options: str) -> Episode:
    """The one episode of a calendar."""
    (episode,) = taken(event, **options).episodes  # type: ignore[arg-type]
    return episode


def told(found: Imported) -> dict[str, str]:
    """The notes of an import: what each is about, with the reason."""
    return {note.what: note.why for note in found.notes}


EVENT = """UID:quai-7@agenda.example
DTSTAMP:20200101T000000Z
SUMMARY;LANGUAGE=fr:La digue\\, le soir
DTSTART;TZID=Europe/Paris:20200501T183000
DTEND;TZID=Europe/Paris:20200501T200000
DESCRIPTION:Qui répare ?\\n\\nOn en parle avec des gens qui
  l’ont fait\\; venez.
LOCATION:Salle des fêtes\\, Brest
URL:https://quai.example/7
CATEGORIES:mer,digue
CATEGORIES:soir
ORGANIZER;CN=Le quai:mailto:contact@secret.example
ATTENDEE;CN="Brun, Ada";ROLE=CHAIR:mailto:ada@secret.example
ATTENDEE;CN=Luc Mer:mailto:luc@secret.example
ATTENDEE:mailto:zoe@secret.example
ATTACH:https://quai.example/7.pdf
COMMENT:Prendre un pull
STATUS:CONFIRMED"""


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_event(ends: str) -> None:
    """An event becomes an episode, however its lines end; of people the names, of their addresses a note."""
    found = read(calendar(EVENT, ends=ends), Options("quai.ics"))
    (series,), (episode,) = found.series, found.episodes
    assert (series.title, series.slug) == ("Le quai", "le-quai")
    assert (episode.title, episode.language, episode.slug) == ("La digue, le soir", "fr", "la-digue-le-soir")
    assert (episode.date, episode.duration) == ("2020-05-01T18:30:00+02:00", "PT1H30M")
    assert episode.recap == "Qui répare ?\n\nOn en parle avec des gens qui l’ont fait; venez."
    assert (episode.place, episode.tags) == ("Salle des fêtes, Brest", ("mer", "digue", "soir"))
    assert [(one.url, one.kind) for one in episode.links] == [
        ("https://quai.example/7", "event"),
        ("https://quai.example/7.pdf", "attachment"),
    ]
    assert [one.name for one in episode.hosts] == ["Le quai", "Ada Brun"]
    assert [one.name for one in episode.guests] == ["Luc Mer"]
    assert (episode.source, episode.extra) == ("quai-7@agenda.example", {"comment": "Prendre un pull"})
    assert "secret" not in repr(found)
    assert "it has no name, only an address, which is personal" in [note.why for note in found.notes]
    assert {"ATTENDEE;ROLE", "STATUS", "DTSTAMP", "VERSION", "PRODID"} <= told(found).keys()
    assert {str(note.location) for note in found.notes if note.what == "STATUS"} == {"quai.ics:5"}


@pytest.mark.parametrize(
    ("lines", "date", "duration"),
    [
        ("DTSTART:20200501T163000Z", "2020-05-01T16:30:00+00:00", None),
        ("DTSTART:20200501T163000Z\nDURATION:PT45M", "2020-05-01T16:30:00+00:00", "PT45M"),
        ("DTSTART;TZID=Heure du quai:20200101T100000", "2020-01-01T10:00:00+03:30", None),
        ("DTSTART;TZID=W. Europe Standard Time:20200101T100000", "2020-01-01T10:00:00+01:00", None),
        ("DTSTART;VALUE=DATE:20231104\nDTEND;VALUE=DATE:20231105", "2023-11-04", None),
        ("DTSTART;VALUE=DATE:20231104\nDTEND;VALUE=DATE:20231106", "2023-11-04", "P2D"),
        ("DTSTART;VALUE=DATE:20231104\nDURATION:P3D", "2023-11-04", "P3D"),
        ("DTSTART:20200501T163000", "2020-05-01", None),
        ("DTSTART;TZID=Nulle Part:20200501T163000", "2020-05-01", None),
        (
            "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20200501T163000",
            "2020-05-01T16:30:00+02:00",
            None,
        ),
        ("DTSTART:00010101T000000Z", None, None),
        ("DTSTART:bientôt", None, None),
    ],
)
def test_dates(lines: str, date: str | None, duration: str | None) -> None:
    """Hours in UTC, in a zone of the world, of Windows or of the file itself; whole days, of which the end is none."""
    found = taken(f"UID:a\nSUMMARY:a\n{lines}", about=f"NAME:q\n{ZONE}")
    (episode,) = found.episodes
    assert (episode.date, episode.duration) == (date, duration)
    if date == "2020-05-01" or date is None:
        assert any(one in what for one in ("163000", "bientôt", "00010101") for what in told(found)), told(found)


def test_floating_hours() -> None:
    """An hour without a zone has that of --timezone, else that of the calendar; else its day is kept, and the hour."""
    event = "UID:a\nSUMMARY:a\nDTSTART:20200501T163000"
    assert only(event, timezone="Europe/Paris").date == "2020-05-01T16:30:00+02:00"
    named = taken(event, about="X-WR-TIMEZONE:Europe/London\n")
    assert next(iter(named.episodes)).date == "2020-05-01T16:30:00+01:00"
    assert told(named)["Europe/London"] == "it is the zone of the hours that state none"
    assert only(event).extra == {"dtstart": "20200501T163000"}


def test_what_is_not_held_as_written() -> None:
    """A cancelled event is withdrawn, a private one a draft; one that is repeated is told with its rule."""
    found = taken(
        "UID:a\nSUMMARY:A\nDTSTART:20200501T163000Z\nSTATUS:CANCELLED",
        "UID:b\nSUMMARY:B\nDTSTART:20200501T163000Z\nCLASS:PRIVATE",
        "UID:c\nSUMMARY:C\nDTSTART:20200501T163000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
        "UID:c\nSUMMARY:C bis\nDTSTART:20200515T163000Z\nRECURRENCE-ID:20200508T163000Z",
        "UID:d\nSUMMARY:D\nDTSTART:20200501T163000Z",
        "UID:d\nSUMMARY:D\nDTSTART:20200502T163000Z",
        "",
    )
    episodes = list(found.episodes)
    assert [one.status for one in episodes[:3]] == ["withdrawn", "draft", "published"]
    assert len({one.id for one in episodes}) == len({one.slug for one in episodes}) == len(episodes) == 6
    assert "RRULE:FREQ=WEEKLY;COUNT=3" in told(found)
    assert told(found)["VEVENT"] == "there is nothing in it"


def test_makes() -> None:
    """Outlook's HTML, Google's tags, an event without a summary, a to-do, an alarm, and a line that is none."""
    found = read(
        calendar(
            "UID:a\nSUMMARY:A\nDESCRIPTION:La mer\nX-ALT-DESC;FMTTYPE=text/html:<p>La <b>mer</b></p>",
            "UID:b\nDESCRIPTION:<b>Venez</b><br>vite * vite",
            "UID:c\nSUMMARY:C\nX-GOOGLE-CONFERENCE:https://meet.example/c\nBEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM",
            "UID:d\nSUMMARY:D\nune ligne\nX-APPLE-TRAVEL:AUTO",
            about="NAME;LANGUAGE=fr:Le quai\nX-WR-CALDESC:Des veillées\nBEGIN:VTODO\nSUMMARY:Ranger\nEND:VTODO\nhors\n",
        ),
        Options("quai.ics"),
    )
    a, b, c, _ = found.episodes
    (series,) = found.series
    assert (series.language, series.introduction) == ("fr", "Des veillées")
    assert (a.recap, b.title, b.recap) == ("La **mer**", "Venez vite * vite", "**Venez**\\\nvite \\* vite")
    assert [one.url for one in c.links] == ["https://meet.example/c"]
    assert {"VALARM", "VTODO: Ranger", "X-APPLE-TRAVEL", "hors"} <= told(found).keys()
    assert any("une ligne" in what for what in told(found))


def test_encodings() -> None:
    """A calendar in Windows-1252 is read, and told; in a stated encoding, as it is stated."""
    content = calendar("UID:a\nSUMMARY:L’été").decode()
    found = read(content.encode("cp1252"), Options("q.ics"))
    assert [one.title for one in found.episodes] == ["L’été"]
    assert "Windows-1252" in told(found)
    stated = read(content.encode("mac-roman"), Options("q.ics", encoding="mac-roman"))
    assert [one.title for one in stated.episodes] == ["L’été"]
    assert [one.title for one in read(b"\xef\xbb\xbf" + content.encode(), Options("q.ics")).episodes] == ["L’été"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "q.ics: this is not a calendar: it is empty"),
        (b"<rss/>", "q.ics: this is not a calendar: it begins with '<rss/>'"),
        (calendar(), "q.ics: no events found in this calendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n", "q.ics:2: the file ends in the middle of this VEVENT"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\n", "q.ics:2: END:VEVENT ends VCALENDAR (line 1)"),
        (b"BEGIN:VEVENT\n" * 50_000, "q.ics:50000: the file ends in the middle of this VEVENT"),
    ],
)
def test_what_is_no_calendar(content: bytes, message: str) -> None:
    """What is no calendar, or half of one, is refused with its line."""
    with pytest.raises(InvalidError) as caught:
        read(content, Options("q.ics"))
    assert str(caught.value) == message
    with pytest.raises(InvalidError, match="the encoding nada is not known"):
        read(b"BEGIN:VEVENT", Options("q.ics", encoding="nada"))


@given(st.integers(min_value=0, max_value=len(calendar(EVENT)) - 2))
def test_cut_off(length: int) -> None:
    """Cut anywhere, a calendar is never taken for a whole one."""
    with pytest.raises(InvalidError):
        read(calendar(EVENT)[:length], Options("q.ics"))


def test_again(totem: Shell) -> None:
    """A second import finds each event by its UID; what changed in the calendar is updated."""
    file = totem.folder / "quai.ics"
    file.write_bytes(calendar(EVENT, "UID:b\nSUMMARY:B\nDTSTART;VALUE=DATE:20200502"))
    totem("init", "a", "--quiet")
    assert totem("import", "ics", "quai.ics", "--archive", "a").code == 0
    again = totem("import", "ics", "quai.ics", "--archive", "a", "--if-exists", "update")
    assert "0 added, 0 updated" in again.err
    file.write_bytes(calendar(EVENT.replace("La digue", "La jetée"), "UID:b\nSUMMARY:B\nDTSTART;VALUE=DATE:20200503"))
    changed = totem("import", "ics", "quai.ics", "--archive", "a", "--if-exists", "update")
    assert "0 added, 2 updated" in changed.err
    assert len(json.loads(totem("list", "--archive", "a", "--json").out)) == 2


def test_own_calendar(totem: Shell) -> None:
    """The calendar that totem exports comes back: the same ids, titles, moments, lengths, places and tags."""
    totem("init", "a", "--quiet")
    totem("add", "series", "Marées", "--archive", "a", "--quiet")
    date = ("--date", "2020-05-01T18:30:00+02:00")
    totem("add", "episode", "La digue; le soir", *date, "--tag", "mer", "--archive", "a", "--quiet")
    totem("set", "episode", "1", "duration=PT1H30M", "place=Brest, quai", "--archive", "a", "--quiet")
    totem("add", "episode", "Le phare", "--date", "2020-05-02", "--archive", "a", "--quiet")
    totem("export", "ics", "--archive", "a", "--output", "a.ics")
    totem("init", "b", "--quiet")
    assert totem("import", "ics", "a.ics", "--archive", "b").code == 0
    first, second = (json.loads(totem("list", "--archive", one, "--json").out) for one in "ab")
    keys = ("id", "title", "duration", "place", "tags")
    found = {one["title"]: {key: one[key] for key in keys} for one in second}
    assert found == {one["title"]: {key: one[key] for key in keys} for one in first}
    assert {one["date"] for one in second} == {"2020-05-01T16:30:00+00:00", "2020-05-02"}


def test_real_calendars(real_data: Path) -> None:
    """Every calendar of another project's tests is read, or refused with its file and line."""
    refused = {"big_bad_calendar.ics", "bom_calendar.ics", "fuzz_testcase_vtimezone_lone_cr.ics"}
    files = sorted((real_data / "ics").glob("*.ics"))
    assert refused < {file.name for file in files}
    for file in files:
        if file.name in refused:
            with pytest.raises(InvalidError, match=file.name):
                read(file, Options())
        else:
            found = read(file, Options())
            assert len(list(found.episodes)) == file.read_bytes().count(b"BEGIN:VEVENT")
