"""The site in a real browser, opened from a folder: it is whole, silent, narrow enough, and searchable."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.html_site import FIRST, SEA, SECOND, THIRD, publication, site
from tests.test_exporters_html_safety import ATTACKS, MARK, _hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of the machine."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as engine:
        found = engine.chromium.launch(executable_path=chromium, args=QUIET)
        yield found
        found.close()


def _written(pages: dict[str, bytes], folder: Path) -> Path:
    for path, page in pages.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site on disk, with a very long title in it."""
    long = FIRST.title + " Anticonstitutionnellement" * 8 + "x" * 120
    episodes = (FIRST, SECOND, THIRD, SEA)
    changed = publication(episodes=(type(FIRST)(**{**_fields(FIRST), "title": long}), *episodes[1:]))
    return _written(site(changed), tmp_path_factory.mktemp("site"))


def _fields(episode: Any) -> dict[str, Any]:
    return {name: getattr(episode, name) for name in episode.__struct_fields__}


PAGES = ("index.html", "marees/index.html", "marees/01-episode/index.html", "people/index.html", "search/index.html")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_styled_silent_and_narrow(browser: Browser, folder: Path, path: str, width: int) -> None:
    """From a folder, style and script load under the policy; nobody else is asked for anything; nothing overflows."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / path).as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not said
    assert all(url.startswith("file:") for url in asked)
    page.close()


def test_search_is_blind_to_accents(browser: Browser, folder: Path) -> None:
    """Words without accents, ligatures or case find their episodes; nonsense finds none; nothing hides them all."""
    page = browser.new_page()
    page.goto((folder / "search/index.html").as_uri())
    lines = page.locator(".line:visible")
    assert lines.count() == 4
    page.fill("#words", "OEUVRARD recit")
    assert lines.count() == 2
    page.fill("#words", "qui decide")
    assert lines.count() == 1
    page.fill("#words", "introuvable")
    assert lines.count() == 0
    assert page.inner_text("#found")
    page.fill("#words", "")
    assert lines.count() == 4
    page.close()


def test_everything_reads_without_javascript(browser: Browser, folder: Path) -> None:
    """Without JavaScript the search page lists every episode and offers no dead field."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "search/index.html").as_uri())
    assert page.locator(".line:visible").count() == 4
    assert page.locator("#words:visible").count() == 0
    context.close()


def test_nothing_hostile_runs(browser: Browser, tmp_path: Path) -> None:
    """A page made of attacks runs none of them."""
    page = browser.new_page()
    fired: list[str] = []
    page.on("pageerror", lambda error: fired.append(str(error)))
    page.expose_function(MARK, lambda: fired.append(MARK))
    for number, attack in enumerate(ATTACKS):
        folder = _written(site(_hostile(attack)), tmp_path / str(number))
        for path in ("index.html", "marees/index.html", "marees/01-episode/index.html", "search/index.html"):
            page.goto((folder / path).as_uri())
            page.evaluate("document.querySelectorAll('*').forEach((one) => one.dispatchEvent(new Event('mouseover')))")
    assert not fired
    page.close()
