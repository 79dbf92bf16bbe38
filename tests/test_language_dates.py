"""Dates and durations as people write them: tables of examples, laws, and texts that are none."""

from __future__ import annotations

import pytest

from totem_cli.errors import InvalidError
from totem_cli.language.human_dates import parse_date

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jeudi 12 octobre 2023 à 20h15", "2023-10-12T20:15:00+02:00"),
        ("Donnerstag, 19. Januar 2023 um 18:00 Uhr", "2023-01-19T18:00:00+01:00"),
        ("12 de octubre de 2023 a las 20:15", "2023-10-12T20:15:00+02:00"),
        ("giovedì 12 ottobre 2023 ore 20.15", "2023-10-12T20:15:00+02:00"),
        ("October 12th, 2023 8:15 PM", "2023-10-12T20:15:00+02:00"),
        ("October 12, 2023 8:15 PM (GMT-4)", "2023-10-12T20:15:00-04:00"),
        ("12 octobre 2023", "2023-10-12"),
    ],
)
def test_long_forms(text: str, expected: str) -> None:
    """A date in words is read in each language."""
    assert parse_date(text, timezone=PARIS).date == expected


@pytest.mark.parametrize("text", ["hier", "", "12 octobre", "31/31/2023", "12 et 19 octobre 2023", "2023-02-30"])
def test_refused(text: str) -> None:
    """What is no date is refused."""
    with pytest.raises(InvalidError):
        parse_date(text)
