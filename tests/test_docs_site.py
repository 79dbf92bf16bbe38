"""The documentation as a site: it builds without a warning, holds together, asks nobody else, and is accessible."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.html_browser import chromium, reader, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / "docs" / ".venv" / "bin" / "python"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SAMPLE = (
    "index.html",
    "commands.html",
    "reliability.html",
    "guides/organisers.html",
    "fr/tutorial.html",
    "search.html",
)


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site into a folder."""
    command = [str(PYTHON), str(ROOT / "tools" / "docs_site.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once; a warning is an error."""
    if not PYTHON.exists():
        pytest.skip("the generator is not installed: make docs-site")
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = build(folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


def pages(site: Path) -> list[Path]:
    """Every page of the site."""
    return sorted(site.rglob("*.html"))


def named() -> set[str]:
    """The pages that the navigation names."""
    settings = tomllib.loads((ROOT / "docs/site/pages.toml").read_text("utf-8"))
    found = {source for one in settings.values() for part in one["sections"] for source in part["pages"]}
    return found | {one["index"] for one in settings.values()}


def test_every_page_of_the_documentation_has_its_place() -> None:
    """What ``docs/`` holds is named by the navigation."""
    written = {*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")}
    written |= {page for folder in ("guides", "fr") for page in (ROOT / "docs" / folder).rglob("*.md")}

    assert {page.relative_to(ROOT).as_posix() for page in written} - named() == set()


def test_what_the_navigation_names_is_on_the_site(site: Path) -> None:
    """Each page, and a search for each language."""
    assert len(pages(site)) == len(named()) + 2


def test_links_lead_somewhere(site: Path) -> None:
    """Each link within the site is to a file of it, its fragment to an element of that page."""
    texts = {page: page.read_text("utf-8") for page in pages(site)}
    ids = {page: {*re.findall(r'\bid="([^"]+)"', text)} for page, text in texts.items()}
    broken = []
    for page, text in texts.items():
        for target in re.findall(r'<\w[^<>]*?\b(?:href|src)="([^"]*)"', text):
            parts = urlsplit(target)
            if parts.scheme:
                continue
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            here = file.is_file() and (not parts.fragment or file not in ids or unquote(parts.fragment) in ids[file])
            if not here:
                broken.append((page.relative_to(site).as_posix(), target))
    assert broken == []


def test_nothing_comes_from_elsewhere(site: Path) -> None:
    """No page or style sheet loads a script, a style, a font or a picture from another place."""
    tags = re.compile(r"<(?:script|img|link|iframe)\b[^<>]*?(?:src|href)=\"(?:https?:)?//[^\"]*")
    styles = re.compile(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"']*")
    asked = [(page.name, one) for page in pages(site) for one in tags.findall(page.read_text("utf-8"))]

    asked += [(one.name, url) for one in site.rglob("*.css") for url in styles.findall(one.read_text("utf-8"))]
    assert asked == []


def test_pages_say_their_language(site: Path) -> None:
    """A page leads to the same page in the other language, or to its first one."""
    english, french = (site / name for name in ("tutorial.html", "fr/tutorial.html"))

    assert '<html class="no-js" lang="en"' in english.read_text("utf-8")
    assert '<html class="no-js" lang="fr"' in french.read_text("utf-8")
    assert 'href="fr/tutorial.html" lang="fr"' in english.read_text("utf-8")
    assert 'href="../tutorial.html" lang="en"' in french.read_text("utf-8")
    said = re.sub(r"<[^>]+>|\s+", " ", french.read_text("utf-8").replace('aria-label="', ">"))
    assert [
        words for words in ("Toggle", "Skip to", "On this page", "Back to", "Previous", "Made with") if words in said
    ] == []
    assert 'href="fr/index.html" lang="fr"' in (site / "commands.html").read_text("utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_fault(browser: Browser, site: Path, scheme: str, width: int) -> None:
    """From a folder: axe finds no fault, nothing is asked for elsewhere, nothing is wider than the window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    with reader(browser, site, viewport={"width": width, "height": 900}, color_scheme=scheme) as found:
        for path in SAMPLE:
            found.page.goto(f"{site.as_uri()}/{path}")
            options = {"runOnly": RULES, "resultTypes": ["violations"]}
            faults = axe.run(found.page, options=options).response["violations"]
            assert not faults, (path, [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in faults])
            assert found.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert found.asked == []


@pytest.mark.browser
@pytest.mark.parametrize(("path", "words"), [("search.html", "comments"), ("fr/search.html", "invité")])
def test_search_finds(browser: Browser, site: Path, path: str, words: str) -> None:
    """The search works from a folder, in each language."""
    with reader(browser, site) as found:
        found.page.goto(f"{site.as_uri()}/{path}?q={words}")
        until(found.page, "document.querySelectorAll('#search-results li a').length > 0")
        assert found.asked == []
