"""Who an imported episode is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from totem_cli.importers.identity import FileNames, file_slug, series_slug, stable_id
from totem_cli.language.slug import check_series_slug, check_slug
from totem_cli.model.read import number_in

UUID = "1225c695-cfb8-4ebb-aaaa-80da344efa6a"


def test_ids() -> None:
    """A UUID is itself however it is written; another name always gives the same one."""
    assert stable_id(f" urn:uuid:{UUID.upper()}") == stable_id(UUID) == UUID
    assert (
        stable_id("https://a.example/?p=1")
        == stable_id("https://a.example/?p=1")
        != stable_id("https://a.example/?p=2")
    )


@given(st.text() | st.from_regex(r"\d{1,4}([ -]\w+)?", fullmatch=True))
def test_slugs(title: str) -> None:
    """The slug of any title is allowed, and is not taken for a number; that of any series is allowed too."""
    slug = file_slug(title)
    assert number_in(slug) is None
    assert not slug or check_slug(slug)
    assert check_series_slug(series_slug(title))


def test_names_told_apart() -> None:
    """Names wanted once stay; those wanted twice are told apart, in whatever order they come."""
    names = FileNames()
    for series, slug in (("a", "x"), ("a", "x"), ("b", "x"), ("a", "")):
        names.want(series, slug)
    assert [names.name("a", "x", one) for one in ("11111111-1", "22222222-2")] == ["x-11111111", "x-22222222"]
    assert (names.name("b", "x", UUID), names.name("a", "", UUID)) == ("x", "episode-1225c695")
