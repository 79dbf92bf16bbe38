"""New files: written in one order, one layout, and read back as they were meant."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.documents.document import Document
from totem_cli.documents.toml_write import like, new_markdown, new_toml, plain, same
from totem_cli.errors import InvalidError

ORDER = ("id", "number", "title", "date", "hosts", "guests", "questions", "tags")

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
SCALARS = (
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=5, minutes=-30))))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=8
)
FRONTS = st.dictionaries(st.sampled_from([*ORDER, "extra", "a.b", ""]) | TEXTS, VALUES, max_size=6)


def test_a_new_episode_is_written_in_the_canonical_layout() -> None:
    """Keys in order, then the unknown, then tables as blocks; long lists with a line for each item."""
    front = {
        "guests": [{"name": "Ada", "organisations": ["O"]}, {"name": "Bob"}],
        "zebra": 1,
        "tags": ["a", "b"],
        "extra": {"seat": 2, "deep": {"x": True}},
        "questions": ["Pourquoi ?"],
        "title": "L’été « rouge »",
        "date": dt.date(2020, 5, 4),
        "hosts": [],
        "number": None,
        "id": "e1",
    }
    assert new_markdown(front, "\n\nTexte.\r\n", ORDER).decode() == (
        '+++\nid = "e1"\ntitle = "L’été « rouge »"\ndate = 2020-05-04\nhosts = []\nquestions = [\n  "Pourquoi ?",\n]\n'
        'tags = ["a", "b"]\nzebra = 1\n\n'
        '[[guests]]\nname = "Ada"\norganisations = ["O"]\n\n[[guests]]\nname = "Bob"\n\n'
        "[extra]\nseat = 2\n\n[extra.deep]\nx = true\n+++\n\nTexte.\n"
    )


def test_a_new_file_may_hold_nothing() -> None:
    """Without fields there are two lines; without a body, nothing follows them."""
    assert new_markdown({}, " \n", ()) == b"+++\n+++\n"
    assert new_toml({}, ()) == b""
    assert new_toml({"html": {"api": True}, "version": 1}, ("version",)) == b"version = 1\n\n[html]\napi = true\n"


def test_a_list_of_texts_and_tables_is_one_array() -> None:
    """Questions of both kinds stay in one list, each on its line; all tables make blocks."""
    mixed = new_toml({"questions": ["A ?", {"text": "B ?", "asked_by": "Zoé"}]}, ()).decode()
    assert mixed == 'questions = [\n  "A ?",\n  { text = "B ?", asked_by = "Zoé" },\n]\n'
    assert new_toml({"questions": [{"text": "B ?"}]}, ()) == b'[[questions]]\ntext = "B ?"\n'


@settings(max_examples=150, deadline=None)
@given(FRONTS, TEXTS)
def test_a_new_file_reads_back(front: dict[str, Any], body: str) -> None:
    """What is written is what is read, whatever the texts hold; no text can end the front matter."""
    if "\0" in body:
        return
    document = Document.parse(new_markdown(front, body, ORDER), "f.md")
    assert same(document.data, plain(front))
    assert document.recap == Document.parse(new_markdown({}, document.recap, ()), "f.md").recap
    assert same(Document.parse(new_toml(front, ORDER), "t.toml", "toml").data, plain(front))


@settings(max_examples=150, deadline=None)
@given(
    TEXTS, TEXTS, st.sampled_from(["'{}'", '"{}"', '"""{}"""', '"""\n{}"""', "'''{}'''", "'''\n{}'''"]), st.booleans()
)
def test_any_text_fits_any_quotes(old: str, new: str, quotes: str, windows: bool) -> None:
    """A text set in place of one in any quotes reads back as it was given."""
    newline = "\r\n" if windows else "\n"
    data = f"+++\nt = {quotes}\n+++\n".replace("\n", newline)
    document = Document.parse(data.encode(), "f.md")
    for text in (old, new):
        document.set("t", text)
        again = Document.parse(document.to_bytes(), "f.md")
        assert again.data == {"t": text}
        assert not any(line.startswith("+++") for line in document.to_bytes().decode().split("\n")[1:-2])


@pytest.mark.parametrize(
    ("written", "value", "result"),
    [
        ("'a'", "b", "'b'"),
        ("'a'", "l'a", '"l\'a"'),
        ("'a'", "a\nb", '"a\\nb"'),
        ('"""a"""', 'say "x"', '"""say "x\\""""'),
        ("'''a'''", "it''s", "'''it''s'''"),
        ("'''a'''", "it's'", "\"it's'\""),
        ('"""\na\n"""', "b\n", '"""\nb\n"""'),
        ("'a'", 1, "1"),
        ("1", "a", '"a"'),
    ],
)
def test_quotes_are_kept_where_they_can_be(written: str, value: Any, result: str) -> None:
    """The style of the old text is that of the new one, if it can carry it."""
    assert like(written, value, "\n") == result


@pytest.mark.parametrize(
    "value", [Exception, b"x", 1j, {1: 2}, [None], 2**63, "\udcff", dt.time(1, tzinfo=dt.UTC),
              dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=30)))],
    ids=str,
)  # fmt: skip
def test_what_toml_cannot_carry_is_refused(value: Any) -> None:
    """A value that would not read back is an error, not a file."""
    with pytest.raises(InvalidError):
        new_toml({"key": [value]}, ())


def test_values_are_the_same_only_if_written_alike() -> None:
    """Equality in Python is not enough: 1, true and 1.0 are three things."""
    paris = dt.datetime(2020, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    for one, other in ((1, True), (1, 1.0), (0.0, -0.0), (paris, paris.astimezone(dt.UTC)), ([1], [True])):
        assert one == other
        assert not same(one, other)
    assert same(float("nan"), float("nan"))
