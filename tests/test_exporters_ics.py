"""The calendar: iCalendar by the letter of RFC 5545."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import icalendar
import pytest
from hypothesis import given
from msgspec.structs import replace

from tests.html_site import BASE, FIRST, SECOND, publication
from tests.strategies import QUICK, texts
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options
from totem_cli.exporters.ics import escaped, export, folded
from totem_cli.markup.characters import allowed
from totem_cli.model.episode import Episode

EVENING = replace(SECOND, date="2023-10-05T19:30:00+02:00", duration="PT1H5M", place="La Péniche ; quai 3")


def made(*episodes: Episode) -> bytes:
    """The calendar of these episodes."""
    given_: Publication = publication(episodes=episodes)
    (page,) = export(given_, Options())
    return page.render()


def events(*episodes: Episode) -> list[icalendar.cal.Component]:
    """Its events, read by another."""
    calendar = icalendar.Calendar.from_ical(made(*episodes))
    assert [error for component in calendar.walk() for error in component.errors] == []
    return list(calendar.walk("VEVENT"))


def test_a_day() -> None:
    """An episode with a date is an event of one day; identity and time stamp are the episode's own."""
    (event,) = events(FIRST)
    assert event["UID"] == FIRST.id
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2020, 4, 9), date(2020, 4, 10))
    assert event.decoded("DTSTAMP").isoformat() == "2020-05-01T00:00:00+00:00"
    assert event["SUMMARY"] == FIRST.title
    assert event["URL"] == f"{BASE}/marees/01-episode/"
    assert event["CATEGORIES"].cats == ["Mer", "climat"]
    assert "Avec la rédaction du Phare, Zoé Œuvrard (océanographe, Ifrea et Station bleue)" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("day", "duration", "end"),
    [
        ("2020-04-09", "P2D", date(2020, 4, 11)),
        ("2020-02-28", "P3D", date(2020, 3, 2)),
        ("2020-04-09", "PT25H", date(2020, 4, 11)),
        ("2020-04-09", "PT3H", date(2020, 4, 10)),
        ("9999-12-30", "P999999999999999999D", None),
    ],
)
def test_days(day: str, duration: str, end: date | None) -> None:
    """What lasts more than a day ends after its last day; the calendar ends with the year 9999."""
    (event,) = events(replace(FIRST, date=day, duration=duration))
    assert event.decoded("DTSTART").isoformat() == day
    assert event.decoded("DTEND", None) == end


def test_an_hour() -> None:
    """An episode with an hour begins at that instant, and lasts as long as it did."""
    (event,) = events(EVENING)
    assert event.decoded("DTSTART") == datetime(2023, 10, 5, 19, 30, tzinfo=timezone(timedelta(hours=2)))
    assert event.decoded("DURATION") == timedelta(hours=1, minutes=5)
    assert event["LOCATION"] == "La Péniche ; quai 3"
    assert b"DTSTART:20231005T173000Z\r\nDURATION:PT1H5M\r\n" in made(EVENING)


@pytest.mark.parametrize("moment", [None, "2020", "2020-04"])
def test_no_day_is_invented(moment: str | None) -> None:
    """What took place on a day that nobody knows is in no calendar, which is then still one."""
    assert events(replace(FIRST, date=moment)) == []
    assert b"BEGIN:VTIMEZONE" in made(replace(FIRST, date=moment))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+02:00", "9999-12-31", "9999-12-31T23:00:00-05:00"])
def test_the_edge_of_the_calendar(moment: str) -> None:
    """The first and the last day there are do no harm."""
    assert len(events(replace(FIRST, date=moment, duration="P9D", updated=None, published=None))) == 1


def test_a_line_of_another_makes_none() -> None:
    """Line ends in a title cannot begin a property of their own."""
    (event,) = events(replace(FIRST, title="A\r\nATTENDEE:mailto:x@y.example\nEND:VEVENT"))
    assert "ATTENDEE" not in event
    assert event["SUMMARY"] == "A\nATTENDEE:mailto:x@y.example\nEND:VEVENT"


@QUICK
@given(texts)
def test_lines_are_short_and_whole(text: str) -> None:
    """No line is longer than 75 octets or cut within a character, and unfolding gives the text back."""
    content = folded(f"SUMMARY:{escaped(text)}")
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and line.decode() for line in lines)
    assert all(line.startswith(b" ") for line in lines[1:])
    whole = content[:-2].replace(b"\r\n ", b"").decode().removeprefix("SUMMARY:")
    restored = whole.replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    assert restored.replace("\0", "\\") == allowed(text)
