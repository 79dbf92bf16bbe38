"""What a page costs its reader: bytes, requests, waiting, jumps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, not_empty
from tests.html_browser import chromium, reader, served, written
from tests.html_site import everything, read, site
from totem_cli import Archive
from totem_cli.exporters import Options
from totem_cli.exporters.html import export
from totem_cli.publishing.page import all_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

JUMPS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  scrollTo(0, document.body.scrollHeight);
  setTimeout(() => done(sum), 300);
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


def test_an_episode_is_light(browser: Browser, tmp_path: Path) -> None:
    """All that a page of the project's own archive loads, uncompressed, is under 30 kB; no script holds it up."""
    with Archive(ROOT / "archive") as archive:
        made = {page.path: page.render() for page in all_pages(export(archive.publication(), Options()))}
    written(made, tmp_path)
    for path in not_empty(path for path in made if path.startswith("collaboration/0")):
        sizes: list[int] = []
        with served(tmp_path) as address, reader(browser, tmp_path) as found:
            found.page.on("response", lambda answer, sizes=sizes: sizes.append(len(answer.body())))
            found.page.goto(address + path, wait_until="networkidle")
            assert not found.said
        assert 3 <= len(sizes) <= 4, path
        assert sum(sizes) < 30_000, path
        scripts = [one.attributes for one in read(made[path]).all("script") if "src" in one.attributes]
        assert scripts
        assert all("defer" in script for script in scripts)


@pytest.mark.parametrize("path", ["index.html", "marees/index.html", "marees/01-episode/index.html"])
def test_nothing_jumps(browser: Browser, tmp_path: Path, path: str) -> None:
    """Nothing that has been read moves while the rest arrives: pictures, players, what scripts add."""
    folder = written(site(everything()), tmp_path)
    with served(folder) as address, reader(browser, folder, viewport={"width": 360, "height": 700}) as found:
        found.page.goto(address + path)
        assert found.page.evaluate(JUMPS) < 0.01
