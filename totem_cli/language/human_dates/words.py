"""The words of dates and durations in five languages, from ``words.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Words(NamedTuple):
    """Words as keys: the number of a month (from 1) and of a day of the week (Monday is 0), the seconds of a unit.

    ``zones`` has the zone of an abbreviation or a phrase: an offset, a name of the IANA database, or an empty text for
    an abbreviation that several countries use. ``kinds`` has the sets of small words.
    """

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    units: Mapping[str, int]
    zones: Mapping[str, str]
    kinds: Mapping[str, frozenset[str]]


@cache
def date_words() -> Words:
    """Return the words, read once."""
    import tomli

    data = tomli.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    zones = {word: zone for zone, words in data["offsets"].items() for word in words.split()}
    zones |= {phrase: zone for zone, phrases in data["named_zones"].items() for phrase in phrases}
    zones |= dict.fromkeys(data["ambiguous"]["zones"].split(), "")
    return Words(
        months=_numbered(data["months"], 1),
        weekdays=_numbered(data["weekdays"], 0),
        units={word: int(seconds) for seconds, words in data["units"].items() for word in words.split()},
        zones=zones,
        kinds={
            key: frozenset(text.split())
            for key, text in data.items()
            if isinstance(text, str) and key not in ("months", "weekdays")
        },
    )


def _numbered(lines: str, first: int) -> dict[str, int]:
    return {word: number for number, line in enumerate(lines.strip().split("\n"), first) for word in line.split()}
