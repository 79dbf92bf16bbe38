"""The pictures of the documentation, made anew from the project's own archive: ``python tools/pictures.py``.

It needs Pillow, Playwright's package and a Chromium. The pictures depend on the fonts of the machine, so no test
compares them.
"""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from totem_cli import Archive, Query
from totem_cli.browse.app import Browser
from totem_cli.exporters import Options, find_exporter
from totem_cli.publishing.publisher import publish
from totem_cli.terminal.console import console
from totem_cli.terminal.pages import episode_page

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
EPISODE = "collaboration/1"
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def site(archive: Archive, target: Path) -> None:
    """The page of the first episode, as a browser of 1200 pixels shows it in light colours."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with TemporaryDirectory() as folder, sync_playwright() as engine:
        pages = find_exporter("html")(archive.publication(Query(status=("published",))), Options())
        publish(pages, folder, format="html", filters={})
        episode = archive.episodes[EPISODE]
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
        page.goto((Path(folder) / episode.series / episode.slug / "index.html").as_uri())
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shot.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)
        browser.close()


def terminal(archive: Archive, target: Path) -> None:
    """The same episode as ``totem show`` sets it, as SVG that loads no font from elsewhere."""
    episode = archive.episodes[EPISODE]
    on = console(io.StringIO(), {"COLUMNS": "88", "TERM": "xterm-256color"})
    on.record = True
    on.print(episode_page(episode, archive.series.of(episode), archive.settings))
    svg = on.export_svg(title=f"totem show {episode.number}", unique_id="totem")
    target.write_text(FONT_FACE.sub("", svg), "utf-8")


async def browsed(archive: Archive, size: tuple[int, int], keys: list[str], dark: bool, target: Path) -> None:
    """The reader after some keys, as SVG that loads no font from elsewhere."""
    app = Browser(archive, edit=lambda _: None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.theme = "textual-dark" if dark else "textual-light"
        await pilot.press(*keys)
        await pilot.pause(0.5)
        target.write_text(FONT_FACE.sub("", app.export_screenshot(title="totem browse")), "utf-8")


def main() -> int:
    """Make all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with Archive(ROOT / "archive") as archive:
        site(archive, IMAGES / "site.png")
        terminal(archive, IMAGES / "terminal.svg")
        asyncio.run(browsed(archive, (120, 40), ["down", "enter"], True, IMAGES / "browse-120.svg"))
        asyncio.run(
            browsed(archive, (80, 24), ["slash", *"relocaliser", "enter", "enter"], False, IMAGES / "browse-80.svg")
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
