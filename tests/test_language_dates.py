"""Dates and durations as people write them: a table of examples, laws, and texts that are none."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.errors import InvalidError
from totem_cli.language import labels
from totem_cli.language.dates import (
    check_duration,
    check_moment,
    date_label,
    days_of,
    duration_label,
    event_labels,
    last_day,
    seconds_of,
)
from totem_cli.language.human_dates import OrderError, ParsedDate, decide_order, parse_date
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.human_dates.grammar import LIMIT
from totem_cli.language.human_dates.tokens import TokenReader
from totem_cli.language.zones import check_timezone, zone_of

PARIS = "Europe/Paris"
LOCALES = sorted(file.stem for file in (Path(labels.__file__).parent / "locales").glob("*.toml"))
TABLE = [
    line.split("\t")
    for line in (Path(__file__).parent / "dates.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
WORDS = (
    "5 05 10 2023 23 19h30 19:30 7 pm octobre Oct. jeudi Thu le du au - – → / , . ( ) : à um et and +02:00 UTC+2 Z h"
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_table(row: list[str]) -> None:
    """Every date of the table is read as it says, or refused, and its hour is left out only with a reason."""
    text, expected, duration = (*row, "")[:3]
    if expected == "!":
        with pytest.raises(InvalidError) as caught:
            parse_date(text, timezone=PARIS, day_first=True)
        assert caught.value.field == "date"
        assert caught.value.hint
        return
    found = parse_date(text, timezone=PARIS, day_first=True)
    assert found.date == expected.rstrip("?")
    assert found.duration == (duration or None)
    assert found.time_dropped == bool(found.why) == expected.endswith("?")


# The order of day and month


def test_order_is_told_or_refused() -> None:
    """Two numbers that may both be a month are read by what the caller knows, then by the language, else refused."""
    assert parse_date("5/10/2023", day_first=True) == ParsedDate("2023-10-05")
    assert parse_date("5/10/2023", day_first=False) == ParsedDate("2023-05-10")
    assert parse_date("5.10.2023", day_first=False).date == "2023-10-05"
    assert parse_date("5/5/2023").date == "2023-05-05"
    for language, expected in {"fr": "10-05", "de-AT": "10-05", "en-GB": "10-05", "en-US": "05-10"}.items():
        found = parse_date("5/10/2023", language=language)
        assert found.date == f"2023-{expected}"
        assert language in found.assumed
    for language in ("", "en", "en-CA", "pt"):
        with pytest.raises(OrderError) as caught:
            parse_date("5/10/2023", language=language)
        assert "--day-first" in str(caught.value.hint)


def test_a_day_of_the_week_decides_the_order() -> None:
    """5 October 2023 is a Thursday, 10 May 2023 a Wednesday; a day that fits neither is told."""
    assert parse_date("Thu 5/10/2023").date == "2023-10-05"
    assert parse_date("Wed 5/10/2023").date == "2023-05-10"
    wrong = parse_date("mardi 5 octobre 2023")
    assert wrong.date == "2023-10-05"
    assert "another day of the week" in wrong.assumed


def test_a_column_decides_the_order() -> None:
    """One date that can be read in one way decides; none, or two that contradict each other, decide nothing."""
    assert decide_order(["6/5/2018", "15/06/2018", "", None, 3]) is True
    assert decide_order(["6/5/2018 19:30", "06/15/2018 7:30 PM"]) is False
    assert decide_order(["6/5/2018", "7/5/2018"]) is None
    assert decide_order(["15/06/2018", "06/15/2018"]) is None
    assert decide_order(["15.06.2018", "2018-06-15", "15 juin 2018", "05-10-23"]) is None


# Zones


def test_an_hour_needs_a_zone() -> None:
    """Without one its day is kept, and said; a stated zone is stronger than the caller's."""
    assert parse_date("5/10/2023 19:30", day_first=True) == ParsedDate(
        "2023-10-05", time_dropped=True, why="has a time without a zone"
    )
    assert parse_date("2023-10-05 19:30-21:00")[:3] == ("2023-10-05", True, "PT1H30M")
    assert parse_date("2023-10-05 19:30", timezone="+03:00").date == "2023-10-05T19:30:00+03:00"
    assert parse_date("2023-10-05 19:30 CEST", timezone="+03:00").date == "2023-10-05T19:30:00+02:00"
    assert parse_date("2023-10-05 19:30 IST", timezone="Asia/Kolkata").date == "2023-10-05T19:30:00+05:30"
    with pytest.raises(InvalidError) as caught:
        parse_date("2023-10-05 19:30", timezone="Mars/Olympus")
    assert caught.value.field == "timezone"


def test_an_hour_that_is_twice_or_never() -> None:
    """Where the clocks change, the hour between is left out, with the reason; the hours around are known."""
    texts = ["26/03/2023 01:59", "26/03/2023 02:00", "26/03/2023 03:00", "29/10/2023 02:59", "29/10/2023 03:00"]
    found = [parse_date(text, day_first=True, timezone=PARIS) for text in texts]
    assert [one.date[10:] for one in found] == ["T01:59:00+01:00", "", "T03:00:00+02:00", "", "T03:00:00+01:00"]
    assert ["not occur" in one.why for one in found] == [False, True, False, False, False]
    assert "occurs twice" in found[3].why


def test_zones() -> None:
    """A zone is a name of the IANA database in any case, or an offset."""
    assert [check_timezone(zone) for zone in ("europe/paris", "UTC+2", "-0330", "utc", "GMT")] == [
        *("Europe/Paris", "+02:00", "-03:30", "UTC", "UTC")
    ]
    for wrong in ("", "Paris", "+15:00", "+02:75", "../etc/passwd", "Europe/Paris\0"):
        with pytest.raises(InvalidError) as caught:
            zone_of(wrong)
        assert caught.value.hint == {"Paris": "did you mean Europe/Paris?"}.get(wrong, caught.value.hint)


# Values that are no text


def test_values_of_tables() -> None:
    """A spreadsheet's dates are values, or serial numbers where the caller says that it is a table."""
    assert parse_date("45204", table=True).date == "2023-10-05"
    assert parse_date(45204, table=True).date == "2023-10-05"
    for number in ("45204.8125", "45204,8125", 45204.8125):
        assert parse_date(number, table=True, timezone=PARIS).date == "2023-10-05T19:30:00+02:00"
    assert parse_date(45204.8125, table=True).time_dropped
    assert parse_date(datetime(2023, 10, 5, 19, 30), timezone=PARIS).date == "2023-10-05T19:30:00+02:00"
    assert parse_date(datetime(2023, 10, 5, 19, 30, tzinfo=UTC)).date == "2023-10-05T19:30:00+00:00"
    assert parse_date(date(2023, 10, 5)) == ParsedDate("2023-10-05")
    assert parse_date(2023, table=True).date == parse_date("2023", table=True).date == "2023"
    for wrong in (True, None, 45204, 1e300, "9999", "99999", "45204.8125x", [], float("nan")):
        if wrong != "9999":
            with pytest.raises(InvalidError):
                parse_date(wrong, table=not isinstance(wrong, int))


# What is shown is read


days = st.dates(min_value=date(1000, 1, 1))
offsets = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
instants = st.builds(
    lambda day, hour, minute, zone: datetime.combine(day, time(hour, minute), zone),
    st.dates(min_value=date(1000, 1, 2), max_value=date(9999, 12, 30)),
    st.integers(0, 23),
    st.integers(0, 59),
    offsets,
)


@pytest.mark.parametrize("language", LOCALES)
@given(day=days)
def test_a_label_of_a_day_is_read(language: str, day: date) -> None:
    """What totem says of a day, a month and a year is read as the same."""
    for moment in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert parse_date(date_label(moment, language)) == ParsedDate(moment)


@pytest.mark.parametrize("language", LOCALES)
@given(moment=instants)
def test_a_label_of_a_time_is_read(language: str, moment: datetime) -> None:
    """What totem says of a time is read as the same, where its zone is told."""
    zone = moment.isoformat()[-6:]
    found = parse_date(date_label(moment.isoformat(), language), timezone=zone)
    assert found == ParsedDate(moment.isoformat())


@pytest.mark.parametrize("language", LOCALES)
@given(day=st.dates(date(1000, 1, 1), date(9990, 1, 1)), length=st.integers(2, 700))
def test_a_label_of_days_is_read(language: str, day: date, length: int) -> None:
    """What totem says of a stretch of days is read as the same."""
    moment, duration = day.isoformat(), f"P{length}D"
    said, rest = event_labels(moment, duration, language)
    assert rest == ""
    assert parse_date(said) == ParsedDate(moment, duration=duration)


@pytest.mark.parametrize("language", LOCALES)
@given(days_=st.integers(0, 40), seconds=st.one_of(st.integers(0, 59), st.integers(1, 1440).map(lambda n: n * 60)))
def test_a_label_of_a_duration_is_read(language: str, days_: int, seconds: int) -> None:
    """What totem says of a duration is read as one that is as long."""
    length = timedelta(days=days_, seconds=seconds)
    duration = f"P{days_}DT{seconds}S" if days_ else f"PT{seconds}S"
    if days_ and 0 < seconds < 60:
        return  # the seconds are not said
    assert seconds_of(parse_duration(duration_label(duration, language))) == length.total_seconds()


@given(moment=instants)
def test_a_moment_is_itself(moment: datetime) -> None:
    """A date of the model is read as it stands, by the reader of people's dates too."""
    for text in (moment.isoformat(), moment.date().isoformat(), moment.isoformat()[:7], moment.isoformat()[:4]):
        assert parse_date(text).date == check_moment(text)


# Texts that are none


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join)))
def test_any_text(text: str) -> None:
    """Any text is a date of the model or an InvalidError; a dropped hour has a reason."""
    for options in ({}, {"timezone": PARIS, "language": "fr", "table": True}):
        checked(text, options)
    with suppress(InvalidError):
        duration = parse_duration(text)
        assert check_duration(duration) == duration


def checked(text: str, options: dict[str, Any]) -> None:
    """A text is read into what the model takes, or refused."""
    try:
        found = parse_date(text, **options)
    except InvalidError:
        return
    assert check_moment(found.date) == found.date
    assert found.duration is None or seconds_of(check_duration(found.duration)) > 0
    assert found.time_dropped == bool(found.why)


@pytest.mark.parametrize(
    "piece",
    ["5", "5 ", "5/", "5-", "5.", "5:", "5h", "le ", "du 5 au ", "(", "jeudi ", "mar. ", "5, ", "a ", "+2 ", "'"],
)
def test_work_grows_with_the_length(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of twice the length takes about twice the steps; a text that is too long takes none."""
    steps = 0
    peek = TokenReader.peek

    def counted(self: TokenReader, ahead: int = 0) -> Any:
        nonlocal steps
        steps += 1
        return peek(self, ahead)

    monkeypatch.setattr(TokenReader, "peek", counted)

    def taken(text: str) -> int:
        nonlocal steps
        steps = 0
        checked(text, {"day_first": True})
        return steps

    half, whole = (taken((piece * LIMIT)[:length]) for length in (LIMIT // 2, LIMIT))
    assert whole <= 2.5 * half + 100
    assert taken(piece * LIMIT * 100) == 0


# Durations


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(text, "PT1H30M") for text in ("1h30", "1 h 30", "1 h 30 min", "90 min", "90min", "90m", "90 minutes")],
        *[(text, "PT1H30M") for text in ("1 hour 30 minutes", "1 hour and 30 minutes", "1:30:00", "PT1H30M", "1,5 h")],
        *[(text, "PT1H30M") for text in ("1.5 hours", "1 Std. 30 Min.", "1 Stunde und 30 Minuten", "90'")],
        *[(text, "PT1H30M") for text in ("1 hora y 30 minutos", "1 ora e 30 minuti", "5400 s", "5400 sec.")],
        *[(text, "PT1H30M") for text in (90, 90.0, "90", "90.0", "19h30-21h", "19:30 – 21:00 Uhr")],
        *[(text, "PT1H30M") for text in ("de 19h30 à 21h", "von 19:30 bis 21:00 Uhr")],
        *[(value, "PT1H30M") for value in (time(1, 30), timedelta(minutes=90))],
        ("1 h 05", "PT1H5M"),
        ("45:00", "PT45M"),
        ("5'30''", "PT5M30S"),
        ("22h-1h", "PT3H"),
        ("2 jours", "P2D"),
        ("1 day 3 h", "P1DT3H"),
        ("P2D", "P2D"),
        ("1,5 jour", "PT36H"),
    ],
)
def test_durations(value: Any, expected: str) -> None:
    """A duration is read in each language."""
    assert parse_duration(value) == expected


def test_a_number_counts_what_its_source_counts() -> None:
    """Minutes, unless the caller knows that they are seconds."""
    assert [parse_duration(value, unit=1) for value in (5400.0, 5400, "5400", "5400.0", 2223.4)] == [
        *("PT1H30M", "PT1H30M", "PT1H30M", "PT1H30M", "PT37M3S")
    ]


@pytest.mark.parametrize(
    "wrong",
    [*("", "longtemps", "1h-2h", "1h90", "1 h 5", "30 min 1 h", "eineinhalb", "½ h", "h", "-5", "1.5", "19h30-19h30"),
     *(True, None, -5, float("nan"), float("inf"), 1e30, timedelta(-1), "1" * 500)],
)  # fmt: skip
def test_no_durations(wrong: Any) -> None:
    """What is no duration, or may be two, is refused."""
    with pytest.raises(InvalidError) as caught:
        parse_duration(wrong)
    assert len(str(caught.value)) < 200


def test_days_of_a_stretch() -> None:
    """Days are counted from the first; a time of day or a part of a day makes no stretch."""
    assert (days_of("2023-11-04", "P2D"), days_of("2023-11-04", "PT25H"), days_of("2023-11-04", "PT3H")) == (2, 2, 1)
    assert (days_of("2023-11-04T10:00:00+01:00", "P2D"), days_of("2023-11", "P2D"), days_of("9999-12-31", "P9D")) == (
        *(1, 1, 1),
    )
    assert last_day("2024-02-28", "P3D") == "2024-03-01"
    assert event_labels("2023-11-04", "P2D", "fr") == ("du 4 au 5 novembre 2023", "")
    assert event_labels("2023-11-04", "P1D", "fr") == ("4 novembre 2023", "1 jour")
    assert event_labels(None, "P2DT3H", "en") == ("", "2 days 3 h")
    assert event_labels("2023-12-31", "P2D", "en") == ("31 December 2023 – 1 January 2024", "")
