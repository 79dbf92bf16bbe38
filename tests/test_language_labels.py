"""Labels and dates: locales are complete, dates are checked and said."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import totem_cli.language.labels
from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_duration, check_moment, date_bounds, date_label, duration_label, seconds_of
from totem_cli.language.labels import (
    FORMS,
    check_language,
    is_language,
    known_language,
    label,
    language_tag,
    plural_form,
)
from totem_cli.language.sentence import appearance_phrase, join, with_sentence

LOCALES = {
    file.stem: tomllib.loads(file.read_text("utf-8"))
    for file in (Path(totem_cli.language.labels.__file__).parent / "locales").glob("*.toml")
}
HOUSE = Path(totem_cli.language.labels.__file__).parent.parent
USED = re.compile(r"""\b(?:label|t)\(\s*["']([a-z_]+)["']""")


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_locales_agree(language: str) -> None:
    """Every locale has the keys and the placeholders of English, and its own plural forms, each with its rule."""

    def shape(words: dict[str, str]) -> dict[str, set[str]]:
        whole = {key: text for key, text in words.items() if not key.endswith(forms)}
        return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in whole.items()}

    words = LOCALES[language]
    forms = tuple(f"_{form}" for form in FORMS)
    assert shape(words) == shape(LOCALES["en"])
    assert len(words["months"].split()) == 12
    for key in (key for key in words if key.endswith(forms)):
        base, _, form = key.rpartition("_")
        if base == "plural":
            assert any(plural_form(count, language) == form for count in range(200))
        else:
            assert f"plural_{form}" in words
            assert "{count}" in words[base]
            assert "{count}" in words[key]


def test_labels_in_use_exist() -> None:
    """Every label that a page asks for is there."""
    files = [*HOUSE.rglob("*.py"), *HOUSE.rglob("*.html"), *HOUSE.rglob("*.xml")]
    used = {key for file in files for key in USED.findall(file.read_text("utf-8"))}
    assert len(used) > 20
    assert used <= set(LOCALES["en"])


def test_plurals() -> None:
    """French says none in the singular, English in the plural."""
    said = [[label("episode_count", language, count=count) for count in (0, 1, 2)] for language in ("fr", "en")]
    assert said == [["0 épisode", "1 épisode", "2 épisodes"], ["0 episodes", "1 episode", "2 episodes"]]


def test_sentences() -> None:
    """Lists end with the language's word for and."""
    assert join(["A", "B", "C"], "fr") == "A, B et C"
    assert with_sentence([appearance_phrase("A", "autrice", ["X", "Y"]), "B"], "fr") == "Avec A (autrice, X et Y) et B."
    assert (join([], "fr"), with_sentence([], "fr")) == ("", "")


def test_language_tags() -> None:
    """Tags get their usual case and the shortest code of their language; anything else is refused."""
    assert [check_language(tag) for tag in ("FR-ca", "zh-hant")] == ["fr-CA", "zh-Hant"]
    assert [check_language(tag) for tag in ("ita", "fre", "FRA-ca", "grc")] == ["it", "fr", "fr-CA", "grc"]
    assert [check_language(tag) for tag in ("français", "Deutsch", "fr_FR", "EN_us", "Polish")] == [
        "fr", "de", "fr-FR", "en-US", "pl",
    ]  # fmt: skip
    for wrong in ("", "le français", "fr-", "-"):
        with pytest.raises(InvalidError):
            check_language(wrong)


def test_languages_that_there_are_not() -> None:
    """A tag that no language has is read from a file, where it may stand already, but no new one is taken."""
    assert check_language("klingon") == "klingon"
    for wrong in ("klingon", "xx", "xx-FR"):
        assert not is_language(wrong)
        with pytest.raises(InvalidError, match="is no language"):
            known_language(wrong)
    assert [language_tag(text) for text in ("xx", "Martian", "espagnol", "pt_BR")] == ["", "", "es", "pt-BR"]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_days_round_trip(day: date) -> None:
    """A day stays itself, and lies in its month and its year."""
    text = check_moment(day)
    assert check_moment(text) == text
    for partial in (text, text[:7], text[:4]):
        first, last = date_bounds(partial)
        assert first <= text <= last


@pytest.mark.parametrize(
    "wrong", ["2020-02-30", "2020-13", "20", "hier", "2020-04-09T18:30:00", "", None, True, "0000"]
)
def test_wrong_moments(wrong: object) -> None:
    """What is no date, or a time without zone, is refused."""
    with pytest.raises(InvalidError):
        check_moment(wrong)


def test_bounds_and_words() -> None:
    """February ends with its last day; dates are said in words."""
    assert date_bounds("2020-02") == ("2020-02-01", "2020-02-29")
    assert [date_label(moment, "fr") for moment in ("2020", "2020-04", "2020-04-01")] == [
        "2020",
        "avril 2020",
        "1er avril 2020",
    ]
    assert date_label("2020-04-09T08:05:00+02:00", "fr") == "9 avril 2020 à 8 h 05"


@given(st.integers(0, 10**5))
def test_durations(minutes: int) -> None:
    """Minutes become ISO 8601, which stays itself and says as many seconds."""
    duration = check_duration(minutes)
    assert check_duration(duration) == duration
    assert seconds_of(duration) == minutes * 60


def test_durations_in_words() -> None:
    """Durations are read from a clock, and said."""
    assert [check_duration(text) for text in ("1:05:00", "45:00", "90")] == ["PT1H5M", "PT45M", "PT1H30M"]
    assert [duration_label(text, "fr") for text in ("PT1H5M", "PT45M", "PT2H")] == ["1 h 05", "45 min", "2 h"]
