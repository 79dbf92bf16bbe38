"""A whole visit with the keyboard alone, and the landmarks by which a screen reader finds its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.html_browser import chromium, reader, until, written
from tests.html_site import everything, site
from tests.test_exporters_html_browser import KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LANDMARKS = """() => {
  const visible = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const outside = (one) => !one.parentElement.closest("main, article, section, nav, aside");
  const name = (one) => one.getAttribute("aria-label")
    ?? document.getElementById(one.getAttribute("aria-labelledby"))?.textContent ?? "";
  return {
    main: visible("main").length,
    banner: visible("header").filter(outside).length,
    contentinfo: visible("footer").filter(outside).length,
    navigation: visible("nav").map(name),
    headings: visible("h1, h2, h3, h4, h5, h6").map((one) => [Number(one.tagName[1]), one.textContent.trim()]),
    loose: visible("body > *").filter((one) => !one.matches("header, main, footer, .skip")).length,
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site on disk."""
    return written(site(everything()), tmp_path_factory.mktemp("site"))


def test_landmarks(browser: Browser, folder: Path) -> None:
    """One banner, one main, one foot; ways around with a name each; headings that say something, in order."""
    with reader(browser, folder) as found:
        for path in KINDS:
            found.page.goto((folder / path).as_uri())
            seen = found.page.evaluate(LANDMARKS)
            assert (seen["main"], seen["banner"], seen["contentinfo"], seen["loose"]) == (1, 1, 1, 0), path
            assert all(seen["navigation"]), path
            assert len(seen["navigation"]) == len(set(seen["navigation"])), path
            levels = [level for level, _ in seen["headings"]]
            assert levels[0] == 1, path
            assert levels.count(1) == 1, path
            assert all(words for _, words in seen["headings"]), path


def _focused(page: Page) -> str:
    said = page.evaluate("document.activeElement.getAttribute('href')")
    assert isinstance(said, str)
    return said


def test_a_visit(browser: Browser, folder: Path) -> None:
    """From the home page to a series, a chapter of it, its episode, a question; then a search, and a link to share."""
    with reader(browser, folder, permissions=["clipboard-read", "clipboard-write"]) as found:
        page = found.page
        page.goto((folder / "index.html").as_uri())
        page.keyboard.press("Tab")
        assert _focused(page) == "#content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")

        _tab_to(page, "marees/index.html")
        page.keyboard.press("Enter")
        page.wait_for_url("**/marees/index.html")
        _tab_to(page, "#episode-02-episode")
        page.keyboard.press("Enter")
        page.wait_for_url("**#episode-02-episode")
        page.keyboard.press("Tab")
        assert _focused(page).endswith("marees/02-episode/index.html")

        page.goto((folder / "marees/01-episode/index.html").as_uri())
        _tab_to(page, "#question-2")
        page.keyboard.press("Enter")
        page.wait_for_url("**#question-2")

        _tab_to(page, "Copier le lien", question="data-copy")
        page.keyboard.press("Enter")
        until(page, "document.activeElement.textContent === 'Lien copié'")

        page.goto((folder / "search/index.html").as_uri())
        _tab_to(page, "q", question="name")
        page.keyboard.type("qui decide")
        page.keyboard.press("Enter")
        until(page, "document.activeElement.className === 'title'")
        assert page.locator("[role=status]").inner_text() == "2 résultats"
        assert not found.asked


def _tab_to(page: Page, wanted: str, question: str = "href") -> None:
    """Press Tab until the focus is where ``question`` is answered by ``wanted``, in at most 80 steps."""
    for _ in range(80):
        page.keyboard.press("Tab")
        said = page.evaluate(f"document.activeElement.getAttribute({question!r}) ?? ''")
        if said.endswith(wanted):
            return
    pytest.fail(f"no way to {wanted}")
