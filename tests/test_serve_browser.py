"""A reader in a real browser: they comment, with and without JavaScript; an author sees every edit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Shell
from tests.html_browser import chromium, reader, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

EPISODE = "collaboration/01-interdependances-des-marches/index.html"


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[str]:
    """``totem serve`` as a process; its address. It ends by Ctrl-C, cleanly."""
    with subprocess.Popen(
        [sys.executable, "-m", "totem_cli", "serve", "--port", "0", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
    ) as process:
        assert process.stdout
        assert process.stderr
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(30)
        words = process.stderr.read().decode()
        assert code in (0, 130), words
        assert "Traceback" not in words


def test_told_to_end(example: Path) -> None:
    """By SIGTERM, as a service manager does, it ends with 0 and leaves nothing behind."""
    folder = example.parent / "temporary"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "totem_cli", "serve", "--port", "0"],
        cwd=example.parent,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(folder)},
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(b"http://127.0.0.1:")
        assert list(folder.iterdir())
        process.terminate()
        assert process.wait(30) == 0
    assert not list(folder.iterdir())


def axe_violations(page: Page) -> list[str]:
    """The faults that axe finds on a page; none where axe is not installed."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in axe.run(page).response["violations"]]


def test_a_reader_comments(example: Path, totem: Shell) -> None:
    """The form without JavaScript, then with it: errors are an alert and nothing typed is lost; then the moderation."""
    with running(example.parent, "--comments", "--rate", "100") as receiver, chromium() as browser:
        settings = (example / "totem.toml").read_text("utf-8")
        (example / "totem.toml").write_text(settings.replace("/comments", receiver), "utf-8")
        assert totem("export", "html").code == 0
        site = example.parent / "site"
        with served(site) as address:
            for number, script in enumerate((False, True)):
                with reader(browser, site, java_script_enabled=script) as reading:
                    page = reading.page
                    page.goto(address + EPISODE)
                    page.get_by_label("Nom").fill(" ")
                    page.get_by_label("Adresse e-mail").fill("lectrice@exemple.fr")
                    page.locator("#text").fill(f"Merci {number} <script>alert(1)</script>")
                    page.get_by_role("button", name="Envoyer").click()
                    assert "corriger" in page.get_by_role("alert").inner_text()
                    assert page.locator("#author").get_attribute("aria-invalid") == "true"
                    assert page.locator("#text").input_value().startswith(f"Merci {number} <script>")
                    if script:
                        assert axe_violations(page) == []
                    page.get_by_label("Nom").fill(f"Lectrice {number}")
                    page.get_by_role("button", name="Envoyer").click()
                    assert "approuvé" in page.get_by_role("status").inner_text()
                    assert not reading.said or all("422" in words for words in reading.said)
        listed = totem("list", "comments", "--status", "pending", "--fields", "id,author").out.splitlines()[1:]
        ids = {author: identity for identity, author in (line.split("\t") for line in listed)}
        assert set(ids) == {"Lectrice 0", "Lectrice 1"}
        assert totem("approve", "comment", ids["Lectrice 0"]).code == 0
        assert totem("reject", "comment", ids["Lectrice 1"]).code == 0
        assert totem("export", "html").code == 0
        with reader(browser, site) as reading:
            reading.page.goto((site / EPISODE).as_uri())
            text = reading.page.locator(".comments").inner_text()
            assert "Lectrice 0" in text
            assert "<script>alert(1)</script>" in text
            assert "Lectrice 1" not in text
            assert not reading.said
        assert not [path for path in site.rglob("*") if path.is_file() and b"lectrice@" in path.read_bytes()]


def test_the_preview_shows_the_whole_conversation(example: Path, totem: Shell) -> None:
    """The project's own archive: its share links and its form; what is posted is approved, and then on the page."""
    with running(example.parent) as address, chromium() as browser, reader(browser, example) as reading:
        page = reading.page
        page.goto(address + EPISODE)
        assert page.locator(".share a").count() >= 6
        page.get_by_label("Nom").fill("Lectrice")
        page.get_by_label("Adresse e-mail").fill("lectrice@exemple.fr")
        page.locator("#text").fill("Et les réparateurs ?")
        page.get_by_role("button", name="Envoyer").click()
        assert "approuvé" in page.get_by_role("status").inner_text()
        page.locator("main a").last.click()
        assert page.url == f"{address}collaboration/01-interdependances-des-marches/"
        assert page.get_by_text("Et les réparateurs ?").count() == 0
        identity = totem("list", "comments", "--fields", "id").out.splitlines()[1]
        assert totem("approve", "comment", identity).code == 0
        page.get_by_text("Et les réparateurs ?").wait_for()
        assert "lectrice@" not in page.content()
        assert not reading.said


def test_an_author_sees_every_edit(example: Path) -> None:
    """An edit is on the page without anything done; an error is an alert over the last good page; a draft is marked."""
    file = example / "series/collaboration/01-interdependances-des-marches.md"
    good = file.read_text("utf-8")
    with running(example.parent) as address, chromium() as browser, reader(browser, example) as reading:
        page = reading.page
        page.goto(address + EPISODE)
        file.write_text(f"{good}\nUne phrase de plus.\n", "utf-8")
        page.get_by_text("Une phrase de plus.").wait_for()
        file.write_text(good.replace("+++\n", "+++\nbad = <\n", 1), "utf-8")
        page.get_by_role("alert").wait_for()
        assert "Une phrase de plus." in page.content()
        file.write_text(good.replace("+++\n", '+++\nstatus = "draft"\n', 1), "utf-8")
        page.locator("#totem-draft").wait_for()
        assert page.get_by_role("alert").count() == 0
        assert not reading.said
