"""Accessibility: axe finds no fault (WCAG 2.2 AA, best practices) on any kind of page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.html_browser import chromium, reader, written
from tests.html_site import everything, site
from tests.test_exporters_html_browser import KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site on disk, and the whole of it as one file."""
    root = tmp_path_factory.mktemp("site")
    written({f"single/{path}": page for path, page in site(everything(), single=True).items()}, root)
    return written(site(everything()), root)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_fault(browser: Browser, folder: Path, scheme: str, width: int) -> None:
    """Every kind of page, light and dark, on a small and a large screen; search with its results."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    viewport = {"width": width, "height": 800}
    with reader(browser, folder, viewport=viewport, color_scheme=scheme) as found:
        for path in (*KINDS, "single/index.html", "search/index.html?q=mer"):
            found.page.goto(f"{folder.as_uri()}/{path}")
            if "?" in path:
                found.page.wait_for_selector("#results .title")
            faults = axe.run(found.page, options=options).response["violations"]
            assert not faults, (path, [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in faults])
