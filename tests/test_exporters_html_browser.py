"""The site in a real browser: it is whole, silent, narrow enough, searchable, and reads with a keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.html_browser import chromium, reader, served, until, written
from tests.html_site import everything, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

KINDS = (
    "index.html",
    "marees/index.html",
    "marees/01-episode/index.html",
    "marees/03-episode/index.html",
    "tides/01-the-sea/index.html",
    "qanat/index.html",
    "qanat/01-water/index.html",
    "people/index.html",
    "people/zoe/index.html",
    "organisations/index.html",
    "organisations/le-phare/index.html",
    "tags/index.html",
    "tags/mer/index.html",
    "questions/index.html",
    "search/index.html",
    "marees/09-retire/index.html",
    "404.html",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site on disk, below another folder, and the whole of it as one file."""
    root = tmp_path_factory.mktemp("site")
    written(site(everything(), single=True), root / "single")
    return written(site(everything()), root / "sub" / "path")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_styled_silent_and_narrow(browser: Browser, folder: Path, width: int, javascript: bool) -> None:
    """From a folder, style and script load under the policy; nobody else is asked for anything; nothing overflows."""
    viewport = {"width": width, "height": 800}
    with reader(browser, folder, viewport=viewport, java_script_enabled=javascript) as found:
        for path in KINDS:
            found.page.goto((folder / path).as_uri())
            assert found.page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
            assert found.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert not found.said
        assert not found.asked


@pytest.mark.parametrize("javascript", [True, False])
def test_a_server_below_a_path_serves_the_same(browser: Browser, folder: Path, javascript: bool) -> None:
    """From a sub-path of a server every link is as good, and nothing but the site is asked for anything."""
    with served(folder.parent.parent) as address, reader(browser, folder, java_script_enabled=javascript) as found:
        failed: list[str] = []
        found.page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
        for path in KINDS:
            found.page.goto(f"{address}sub/path/{path.removesuffix('index.html')}")
        assert not [url for url in failed if not url.endswith("favicon.ico")]
        assert not [words for words in found.said if "favicon" not in words and "404" not in words]
        assert not found.asked


def test_big_text_still_fits(browser: Browser, folder: Path) -> None:
    """With text twice as big, 320 pixels are wide enough (WCAG 2.2, 1.4.4 and 1.4.10)."""
    with reader(browser, folder, viewport={"width": 320, "height": 800}, bypass_csp=True) as found:
        for path in KINDS:
            found.page.goto((folder / path).as_uri())
            found.page.add_style_tag(content="html { font-size: 212.5% !important }")
            assert found.page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_paper_gets_what_there_is_to_read(browser: Browser, folder: Path) -> None:
    """On paper there are title, guests, recap and questions, in black on white; no way around, no form, no player."""
    with reader(browser, folder, color_scheme="dark") as found:
        found.page.emulate_media(media="print")
        found.page.goto((folder / "marees/01-episode/index.html").as_uri())
        for there in ("h1", ".standfirst", ".prose", ".questions li", ".quotation figcaption", "table"):
            assert found.page.locator(there).first.is_visible(), there
        for gone in ("nav", "form", "audio", ".share", ".anchor", ".skip", ".colophon"):
            assert found.page.locator(f"{gone}:visible").count() == 0, gone
        colours = found.page.evaluate(
            "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))"
        )
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_one_file_needs_nothing(browser: Browser, folder: Path) -> None:
    """The site as one file shows its pictures and its style, and asks for nothing at all."""
    alone = folder.parent.parent / "single"
    with reader(browser, alone) as found:
        found.page.goto((alone / "index.html").as_uri())
        found.page.evaluate("for (const one of document.images) one.loading = 'eager'")
        until(found.page, "[...document.images].every((one) => one.complete && one.naturalWidth)")
        assert found.page.evaluate("document.images.length") == 2
        assert not found.said
        assert not found.asked


def test_pictures_hold_their_place(browser: Browser, folder: Path) -> None:
    """A picture has its room before it is there, and a small screen takes a small one."""
    with reader(browser, folder, viewport={"width": 320, "height": 800}) as found:
        found.page.goto((folder / "marees/01-episode/index.html").as_uri())
        sizes = found.page.evaluate("[...document.images].map((one) => [one.width / one.height, one.currentSrc])")
        assert [ratio for ratio, _ in sizes] == pytest.approx([1000 / 600] * len(sizes), rel=0.05)
        assert len(sizes) == 2


def test_search_is_blind_to_accents(browser: Browser, folder: Path) -> None:
    """Words without accents, ligatures or case find people, episodes and questions; nonsense finds nothing."""
    with reader(browser, folder) as found:
        page = found.page
        page.goto((folder / "search/index.html").as_uri())
        assert page.locator("#everything a:visible").count() == 5 + 3
        titles = page.locator("#results .title")
        for words, count, first in (
            ("OEUVRARD", 4, "Zoé Œuvrard"),
            ("oeuvrard recit numero", 1, "Qui regarde la mer 2\u00a0: pêcheurs ou promeneurs\u202f?"),
            ("qui decide", 2, None),
            ("البحر", 1, "من ينظر إلى البحر؟"),
        ):
            page.fill("#words", words)
            until(page, "(count) => document.querySelectorAll('#results .title').length === count", count)
            assert first is None or titles.first.inner_text() == first
            assert page.inner_text("#found").startswith(str(count))
        page.fill("#words", "introuvable")
        until(page, "!document.querySelector('#results .title')")
        assert page.inner_text("#found") == "Aucun résultat."
        assert page.get_attribute("#found", "role") == "status"
        page.fill("#words", "")
        page.wait_for_selector("#everything")
        assert not found.said


def test_results_lead_to_their_pages(browser: Browser, folder: Path) -> None:
    """With the keyboard alone: words, Enter, the first result is at hand; another Enter opens it."""
    with reader(browser, folder) as found:
        found.page.goto((folder / "search/index.html").as_uri())
        found.page.focus("#words")
        found.page.keyboard.type("qui decide")
        found.page.wait_for_selector("#results .title")
        found.page.keyboard.press("Enter")
        until(found.page, "document.activeElement.className === 'title'")
        found.page.locator("#results .title").last.focus()
        found.page.keyboard.press("Enter")
        found.page.wait_for_url("**/marees/01-episode/index.html#question-2")


def test_everything_reads_without_javascript(browser: Browser, folder: Path) -> None:
    """Without JavaScript the search page lists every episode and offers no dead field."""
    with reader(browser, folder, java_script_enabled=False) as found:
        found.page.goto((folder / "search/index.html").as_uri())
        assert found.page.locator("#everything li:visible").count() == 5
        assert found.page.locator("#words:visible").count() == 0


@pytest.mark.parametrize("path", ["marees/index.html", "marees/01-episode/index.html", "search/index.html"])
def test_a_keyboard_goes_everywhere_in_order(browser: Browser, folder: Path, path: str) -> None:
    """Tab visits first the skip link, then every link and field in the order of the page, each visibly."""
    with reader(browser, folder) as found:
        found.page.goto((folder / path).as_uri())
        wanted = found.page.evaluate(
            "[...document.querySelectorAll('a[href], input:not([type=hidden]), textarea, button, audio')]"
            ".filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 150))"
        )
        seen = []
        for _ in range(len(wanted) + 12):  # a player has buttons of its own
            found.page.keyboard.press("Tab")
            html = found.page.evaluate("document.activeElement.outerHTML.slice(0, 150)")
            outline = found.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            if html.startswith("<body"):
                break
            if not seen or seen[-1] != html:
                seen.append(html)
                assert outline != "none", html
        assert seen == wanted
        assert 'href="#content"' in seen[0]


def test_a_link_copies_itself(browser: Browser, folder: Path) -> None:
    """Where scripts run, the permanent link becomes a button that copies the address and says so."""
    with reader(browser, folder, permissions=["clipboard-read", "clipboard-write"]) as found:
        found.page.goto((folder / "marees/02-episode/index.html").as_uri())
        button = found.page.locator("[data-copy]")
        button.click()
        until(found.page, "document.querySelector('[data-copy]').textContent === 'Lien copié'")
        assert found.page.evaluate("navigator.clipboard.readText()") == button.get_attribute("href")
