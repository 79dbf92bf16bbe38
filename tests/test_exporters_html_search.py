"""The index of the search page: small, and every address in it leads to its page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from tests.html_browser import chromium, reader, served, until, written
from tests.html_site import SECOND, ZOE, episode, publication, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TITLES = (
    "Qui regarde la mer : pêcheurs ou promeneurs ?",
    "L’œuvre, 100 % « neuve » – et ½ après…",
    "ÀÉÎÕÜ Ÿ Šumava Łódź ſtraße İstanbul ŀ ŉ ĸ ĳ µ ª º ²",
    "Šumava Łódź ſtraße İstanbul ŀ ĸ ĳ µ ª º ²",
    "海を見るのは誰か",
    "Что скажет море?",
    "!!!",
    "a" * 150,
    "</script><b>",
    "en-dash–em—dash_underscore",
    "".join(map(chr, range(0x20, 0x180))),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


def _rows(made: dict[str, bytes], kind: str) -> list[list[Any]]:
    scripts = [page.decode() for path, page in sorted(made.items()) if path.startswith(f"assets/search-{kind}.")]
    pattern = r"totemIndex\(\"\w+\",\d+,(.*)\);\n"
    found = [match for script in scripts if (match := re.fullmatch(pattern, script, re.DOTALL))]
    assert len(found) == len(scripts) > 0
    return [row for match in found for row in json.loads(f"[{match[1]}]")[0]]


def test_what_a_title_says_is_not_said_again() -> None:
    """A slug that its title makes, and words that its title or guests have, are left out."""
    one = replace(SECOND, slug="02-qui-regarde", title="Qui regarde ?", summary="Qui regarde Zoé, le matin ?", hosts=(),
                  partners=(), recap="")  # fmt: skip
    made = site(publication(episodes=(one,)))
    assert _rows(made, "people") == [["zoe", "Zoé Œuvrard"]]
    (row,) = _rows(made, "episodes")
    assert row[0] == "02-*"
    assert row[4] == [0]
    assert row[6].split() == ["le", "matin", "mer", "oceanographe", "ifrea", "station", "bleue"]


def test_the_index_is_small() -> None:
    """Each of many episodes with nothing but a title and a guest takes few bytes."""
    many = tuple(
        episode(number, id=f"22222222-2222-4222-8222-{number:012}", slug=f"{number}-la-maree",
                title="La marée", guests=(ZOE,), hosts=(), partners=(), recap="Long. " * 500)
        for number in range(1, 1501)
    )  # fmt: skip
    made = site(publication(episodes=many))
    parts = [page for path, page in made.items() if path.startswith("assets/search-episodes.")]
    assert len(parts) == 2
    assert sum(map(len, parts)) < 80 * len(many)


@pytest.mark.browser
def test_every_address_is_a_page(browser: Browser, tmp_path: Path) -> None:
    """Whatever the letters of titles, names and questions, the script finds the address that the site has."""
    episodes = tuple(
        episode(number, id=f"22222222-2222-4222-8222-{number:012}", slug=f"{number:02}-{slug}", title=title,
                guests=(replace(ZOE, name=title),))
        for number, (title, slug) in enumerate(zip(TITLES, _slugs(TITLES), strict=True), 1)
    )  # fmt: skip
    made = site(publication(episodes=episodes))
    assert any(row[0].endswith("*") for row in _rows(made, "episodes"))
    with served(written(made, tmp_path)) as address, reader(browser, tmp_path) as found:
        found.page.goto(f"{address}search/index.html?q=0")
        found.page.evaluate("load()")
        addresses = found.page.evaluate(
            "[...people, ...[...parts.values()].flat()].map((one) => decodeURI(one.address))"
        )
        assert len(addresses) == 2 * len(TITLES) + 1  # the host, too
        assert not [one for one in addresses if one not in made]


def _slugs(titles: tuple[str, ...]) -> list[str]:
    from totem_cli.language.slug import slugify

    return [slugify(title) or "sans-titre" for title in titles]


@pytest.mark.browser
def test_an_address_keeps_the_words(browser: Browser, tmp_path: Path) -> None:
    """Words that were looked for are in the address, to come back to; what was typed since is what is found."""
    with served(written(site(publication()), tmp_path)) as address, reader(browser, tmp_path) as found:
        found.page.goto(f"{address}search/index.html")
        found.page.fill("#words", "oeuvrard")
        found.page.keyboard.press("Enter")
        found.page.wait_for_url("**/search/index.html?q=oeuvrard")
        until(found.page, "document.activeElement.className === 'title'")
        found.page.reload()
        found.page.wait_for_selector("#results .title")
        assert found.page.inner_text("#found") == "4 résultats"
