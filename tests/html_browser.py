"""A site in a real Chromium, from a folder or a server of this machine; what it asks for elsewhere is written down."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of the machine, or a skip that says there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=found, args=_QUIET)
        yield browser
        browser.close()


@dataclass
class Reader:
    """Somebody who opens pages: what the pages ``said`` in the console, and what they ``asked`` for elsewhere."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def reader(browser: Browser, folder: Path, **options: Any) -> Iterator[Reader]:
    """A new window to read a site in ``folder``; what it asks for outside is written down, and goes nowhere."""
    context = browser.new_context(**options)
    found = Reader(context.new_page())
    inside = (folder.as_uri(), "http://127.0.0.1:")

    def note(request: Request) -> None:
        if not request.url.startswith(inside):
            found.asked.append(request.url)

    found.page.on("request", note)
    found.page.on("console", lambda message: found.said.append(message.text))
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    yield found
    context.close()


def until(page: Page, expression: str, given: object = None) -> None:
    """Wait until JavaScript holds in ``page``, for half a minute at most.

    Playwright's own ``wait_for_function`` leaves asking again to the page, whose policy refuses to evaluate a string.
    """
    for _ in range(600):
        if page.evaluate(expression, given):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came to hold: {expression}")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, served on this machine."""
    handler = partial(_Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


def written(pages: Mapping[str, bytes], folder: Path) -> Path:
    """The site in a folder."""
    for path, page in pages.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page)
    return folder
