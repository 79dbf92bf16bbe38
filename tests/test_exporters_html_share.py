"""Sharing: links that need nothing, and what scripts add where they run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tests.html_browser import chromium, reader, served, until, written
from tests.html_site import BASE, SECOND, SETTINGS, publication, read, site
from totem_cli.exporters.html.share import share_links
from totem_cli.model.settings import Share

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EPISODE = "marees/02-episode/index.html"
EVERYTHING = ("email", "linkedin", "mastodon", "bluesky", "x", "whatsapp", "facebook", "copy", "system", "unknown")
SHEET = "navigator.share = async (given) => { window.given = given }"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


def test_services_in_the_order_of_the_settings() -> None:
    """Every service that totem knows, as it is asked for; without an address only what needs none."""
    share = Share(services=EVERYTHING[::-1], mastodon="https://mastodon.example/")
    assert [link.service for link in share_links(share, "Qui ?", BASE)] == [*EVERYTHING[-2::-1]]
    assert [link.service for link in share_links(share, "Qui ?", None)] == ["system", "copy", "email"]
    assert all(link.url for link in share_links(share, "Qui ?", BASE))


@pytest.mark.browser
def test_the_sheet_of_the_device(browser: Browser, tmp_path: Path) -> None:
    """Where the browser has a sheet to share, a button opens it with title and address; elsewhere there is none."""
    folder = written(site(publication()), tmp_path)
    with reader(browser, folder) as found:
        found.page.goto((folder / EPISODE).as_uri())
        assert found.page.locator("[data-title]:visible").count() == 0
    with reader(browser, folder) as found:
        found.page.add_init_script(SHEET)
        found.page.goto((folder / EPISODE).as_uri())
        found.page.get_by_role("button", name="Partager avec…").click()
        given = found.page.evaluate("given")
        assert given == {"title": SECOND.title, "url": f"{BASE}/marees/02-episode/"}
    with reader(browser, folder, java_script_enabled=False) as found:
        found.page.goto((folder / EPISODE).as_uri())
        assert found.page.locator(".share button:visible").count() == 0


@pytest.mark.browser
def test_without_an_address_scripts_know_it(browser: Browser, tmp_path: Path) -> None:
    """On a server whose address the archive does not know, mail and clipboard get the one the reader is at."""
    folder = written(site(publication(replace(SETTINGS, base_url=None))), tmp_path)
    with served(folder) as address, reader(browser, folder, permissions=["clipboard-read", "clipboard-write"]) as found:
        found.page.goto(f"{address}{EPISODE}#questions")
        mail = found.page.locator("[href^='mailto:']").get_attribute("href")
        assert mail
        assert mail.endswith(f"&body={address.replace(':', '%3A').replace('/', '%2F')}{EPISODE.replace('/', '%2F')}")
        found.page.locator("[data-copy]").focus()
        found.page.keyboard.press("Space")
        until(found.page, "document.querySelector('[data-copy]').textContent === 'Lien copié'")
        assert found.page.evaluate("navigator.clipboard.readText()") == f"{address}{EPISODE}"


def test_a_question_has_its_address() -> None:
    """Each question links to itself, by its number."""
    page = read(site(publication())["marees/01-episode/index.html"])
    marks = [one.attributes for one in page.all("a") if one.attributes.get("class") == "anchor"]
    assert [(one["href"], one["aria-label"]) for one in marks] == [
        ("#question-1", "Question 1"),
        ("#question-2", "Question 2"),
    ]
