"""TOML is read as tomllib reads it, whichever of the two parsers does it."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.documents import toml_read
from totem_cli.documents.toml_write import same
from totem_cli.errors import InvalidError

if TYPE_CHECKING:
    from pathlib import Path

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
LEAVES = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.times().map(lambda moment: moment.replace(fold=0)),
    st.datetimes(timezones=st.none() | ZONES),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("aé. ", max_size=4), inner, max_size=4)
)
FRAGMENTS = (
    *("a = 1\n", "[t]\n", "[[t]]\n", "a.b = 'x'\n", '"" = 2\n', "x = {a = 1}\n", "x = {a = 1,}\n", "x = {\na = 1}\n"),
    *('s = "\\e"\n', 's = "\\x41"\n', 's = "\\u00e9"\n', 't = 12:30\n', "d = 2020-01-01 10:00Z\n", "d = 2020-02-30\n"),
    *("i = 0xff\n", "i = 1_000\n", "f = nan\n", "f = -inf\n", "l = [1,\n 2,]\n", '"""', "'''", "\\", "\r\n", "# c\n"),
)  # fmt: skip


def alike(text: str) -> None:
    """Both make the same of a text, or both refuse it."""
    try:
        expected: Any = tomllib.loads(text)
    except (ValueError, RecursionError):
        with pytest.raises((ValueError, RecursionError)):
            toml_read.loads(text)
        return
    assert same(toml_read.loads(text), expected)
    assert str(toml_read.loads(text)) == str(expected)  # types, signs of zero, nan


@given(st.dictionaries(st.text("aé. -", max_size=6), VALUES, max_size=5))
def test_any_data(data: dict[str, Any]) -> None:
    """Whatever TOML can hold: dates, times, zones, long integers, odd keys."""
    alike(tomli_w.dumps(data))


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join))
def test_any_text(text: str) -> None:
    """Whatever people may write, what only TOML 1.1 allows too."""
    alike(text)


def test_the_published_suite(real_data: Path) -> None:
    """Every document of toml-test, valid or not, that is text."""
    files = sorted((real_data / "toml-test").rglob("*.toml"))
    assert files
    for file in files:
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        alike(text)


def test_depth_ends_no_process() -> None:
    """What is nested too deeply never reaches the compiled parser."""
    for text in ("a = " + "[" * 100_000, "a = " + "{b = " * 100_000, "[" * 100_000, "[[a]]\n" * 200):
        alike(text)


def test_kinds() -> None:
    """Dates are Python's, as tomllib gives them."""
    data = toml_read.read("a = 2020-01-02\nb = 10:00:00\nc = 2020-01-02T10:00:00+02:00\n", "f")
    zone = timezone(timedelta(hours=2))
    assert data == {"a": date(2020, 1, 2), "b": time(10), "c": datetime(2020, 1, 2, 10, tzinfo=zone)}


@pytest.mark.parametrize("number", ["0x7fff_ffff_ffff_ffff", "-9_223_372_036_854_775_808", '"ffffffffffffffffffff"'])
def test_longest_numbers(number: str) -> None:
    """Integers of 64 bits are read, and so is text that looks longer."""
    assert toml_read.read(f'"é" = {number}\n', "f") == tomllib.loads(f'"é" = {number}')


@pytest.mark.parametrize("number", ["0x8000_0000_0000_0000", "9223372036854775808", "-9223372036854775809"])
def test_too_long_numbers(number: str) -> None:
    """Integers of more than 64 bits are refused where they stand."""
    with pytest.raises(InvalidError, match="more than 64 bits") as caught:
        toml_read.read(f"a = 1\nb = {{c = [{number}]}}\n", "f")
    assert str(caught.value.location) == "f:2:11"
