"""The keys of the HTML site: a page is made again exactly when it may have changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.html_site import (
    FIRST,
    GONE,
    MEDIA,
    SEA,
    SECOND,
    SETTINGS,
    THIRD,
    ZOE,
    commented,
    keys,
    png,
    publication,
    site,
)
from totem_cli.archive.publication import Publication
from totem_cli.model.comment import Comment
from totem_cli.model.person import Person
from totem_cli.model.settings import Html


def test_same_archive_same_bytes() -> None:
    """Two exports of equal publications are equal, keys and bytes."""
    assert keys(publication()) == keys(publication())
    assert site(publication()) == site(publication())


def _edits() -> dict[str, Publication]:
    rest = (SECOND, THIRD, SEA)
    added = replace(SEA, id="44444444-4444-4444-8444-444444444444", slug="02-the-wind", number=2)
    comment = Comment(id="c", target=SECOND.id, author="Ali", text="Oui")
    series = publication().series
    return {
        "title": publication(episodes=(replace(FIRST, title="Autre"), *rest)),
        "recap": publication(episodes=(FIRST, replace(SECOND, recap="Autre"), THIRD, SEA)),
        "number": publication(episodes=(FIRST, SECOND, replace(THIRD, number=4), SEA)),
        "date": publication(episodes=(FIRST, SECOND, replace(THIRD, date="2021"), SEA)),
        "role": publication(episodes=(FIRST, replace(SECOND, guests=(replace(ZOE, role="directrice"),)), THIRD, SEA)),
        "question": publication(episodes=(FIRST, replace(SECOND, questions=FIRST.questions), THIRD, SEA)),
        "tag": publication(episodes=(FIRST, SECOND, replace(THIRD, tags=("Vent",)), SEA)),
        "alias": publication(episodes=(FIRST, SECOND, replace(THIRD, aliases=("vieux",)), SEA)),
        "added": publication(episodes=(FIRST, SECOND, THIRD, SEA, added)),
        "removed": publication(episodes=(FIRST, THIRD, SEA)),
        "translation": publication(episodes=(FIRST, SECOND, THIRD, replace(SEA, translation_of=FIRST.id))),
        "biography": with_fields(publication(), persons=(Person(slug="zoe", name="Zoé Œuvrard", biography="Autre."),)),
        "no person": with_fields(publication(), persons=()),
        "series' title": with_fields(publication(), series=(replace(series[0], title="Autre"), series[1])),
        "series' introduction": with_fields(
            publication(), series=(replace(series[0], introduction="Autre"), series[1])
        ),
        "one series": with_fields(publication(episodes=(FIRST, SECOND, THIRD)), series=series[:1]),
        "no media": with_fields(publication(), media={}),
        "other picture": with_fields(publication(), media=MEDIA | {"port.png": lambda: png(1000, 500)}),
        "no picture any more": with_fields(publication(), media=MEDIA | {"port.png": lambda: b"other"}),
        "another picture": with_fields(publication(), media=MEDIA | {"z.png": lambda: png(4, 4)}),
        "withdrawn": with_fields(publication(), withdrawn=(GONE,)),
        "withdrawn in another language": with_fields(publication(), withdrawn=(replace(GONE, language="en"),)),
        "theme": publication(theme={"templates/tag.html": b"x", "static/theme.css": b"p{}"}),
        "setting": publication(replace(SETTINGS, html=Html(page_size=1))),
        "archive title": publication(replace(SETTINGS, title="Autre")),
        "comment": commented({SECOND.id: (comment,)}),
    }


@pytest.mark.parametrize("single", [False, True])
def test_keys_never_hide_a_change(single: bool) -> None:
    """Whatever is edited, a page whose bytes differ has another key."""
    old_keys, old = keys(publication(), single=single), site(publication(), single=single)
    for name, edited in _edits().items():
        new_keys, new = keys(edited, single=single), site(edited, single=single)
        hidden = [path for path in new if old.get(path) != new[path] and old_keys.get(path) == new_keys[path]]
        assert not hidden, (name, hidden)


def test_edited_recap_changes_few_keys() -> None:
    """A new recap touches only what shows it: its page, its series, feeds, the search, the record."""
    before = keys(publication())
    after = keys(publication(episodes=(FIRST, replace(SECOND, recap="Autre récit."), THIRD, SEA)))
    changed = {path for path in after if before.get(path) != after[path]}
    feeds = {f"{folder}{name}" for folder in ("", "marees/", "people/zoe/", "tags/mer/", "people/maelle-guivarc-h/")
             for name in ("feed.xml", "atom.xml", "feed.json")}  # fmt: skip
    expected = {
        "marees/02-episode/index.html",
        "marees/index.html",
        "search/index.html",
        "api/marees/02-episode/index.json",
        "api/marees/index.json",
    } | feeds
    assert {path for path in changed if not path.startswith("assets/search-")} == expected
