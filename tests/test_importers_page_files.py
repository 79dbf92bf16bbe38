"""The files beside a saved page, and the addresses on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import PICTURE, fill
from totem_cli.importers import Options
from totem_cli.importers.page import read

TEXT = "<p>Avec Ada Brun, géographe.</p><p>La mer monte, et les digues avec elle.</p>"


def test_pictures_and_files_beside_a_page_become_media(tmp_path: Path) -> None:
    """They are named for the page, as every editor calls the first picture alike; what is not shown is not copied."""
    html = f'<h1>La digue</h1>{TEXT}<p><img src="images/Plan%201.PNG" alt="Plan"><a href="notes.pdf?x=1">Notes</a></p>'
    files = {"digue.html": html, "images/Plan 1.PNG": PICTURE, "notes.pdf": b"%PDF", "images/autre.png": PICTURE}
    found = read(fill(tmp_path, files) / "digue.html", Options())
    assert {*found.media} == {"digue/images/plan-1.png", "digue/notes.pdf"}
    (episode,) = found.episodes
    assert "![Plan](media/digue/images/plan-1.png)" in episode.recap
    assert "[Notes](media/digue/notes.pdf)" in episode.recap


def test_pictures_of_a_text_in_markdown(tmp_path: Path) -> None:
    """So do those of Markdown, in the folder that browsers and editors name for the page."""
    text = "# La digue\n\nAvec Ada Brun, géographe.\n\nLa mer monte.\n\n![Plan](digue_files/plan.png)\n"
    found = read(fill(tmp_path, {"digue.md": text, "digue_files/plan.png": PICTURE}) / "digue.md", Options())
    assert [*found.media] == ["digue-files/plan.png"]


@pytest.mark.parametrize("address", ["../secret.png", "/etc/secret.png", "lien.png"])
def test_nothing_outside_of_the_folder_is_read(tmp_path: Path, address: str) -> None:
    """A page cannot bring in what is not beside it, nor by a link; the picture that is not there is told."""
    fill(tmp_path, {"secret.png": PICTURE, "site/digue.html": f'<h1>La digue</h1>{TEXT}<img src="{address}" alt="">'})
    (tmp_path / "site" / "lien.png").symlink_to(tmp_path / "secret.png")
    found = read(tmp_path / "site" / "digue.html", Options())
    assert not found.media
    assert [note.what for note in found.notes if "no such picture" in note.why] == [address]


def test_addresses_on_the_site_of_a_page() -> None:
    """Where the page says its own address, others lead from there."""
    head = '<link rel="canonical" href="https://quai.example/soirs/digue/">'
    page = f'{head}<h1>La digue</h1>{TEXT}<p><a href="../phare/">Le phare</a> <img src="/i.png" alt="x"></p>'
    (episode,) = read(page.encode(), Options()).episodes
    assert "[Le phare](https://quai.example/soirs/phare/)" in episode.recap
    assert "![x](https://quai.example/i.png)" in episode.recap


def test_a_picture_before_the_title_is_told() -> None:
    """It is no part of the text, and not lost without a word."""
    page = f'<main><p><img src="https://quai.example/une.png" alt="La une"></p><h1>La digue</h1>{TEXT}</main>'
    found = read(page.encode(), Options())
    assert any("une.png" in note.what for note in found.notes)
