"""The reader's screens with their colours, compared with pictures that were looked at.

``TOTEM_UPDATE=1`` makes the pictures in ``tests/screens/`` anew: look at each in a browser. They are of one version of
Textual, whose next may draw the same screen by other elements; with another the test is skipped.
"""

from __future__ import annotations

import asyncio
import os
from importlib.metadata import version
from pathlib import Path

import pytest

from totem_cli.archive.archive import Archive
from totem_cli.browse.app import NARROW, Browser

SCREENS = Path(__file__).parent / "screens"
TRIES = 200
"""How often a screen is looked at until it shows what it shall; then it is compared as it is."""

MADE_WITH = f"<!-- Textual {version('textual')} -->\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two series in French, with a guest of both, questions, a draft, and a title that fits no list."""
    root = tmp_path / "a"
    with Archive.create(root, title="Cafés du port", language="fr") as made:
        made.series.add("Digues")
        made.series.add("Marées")
        made.episodes.add(
            "Qui décide ?", series="digues", recap="La mer monte : *lentement*, puis `vite`.\n\n> Tiens !"
        )
        made.episodes.add("L’œuvre des ingénieurs, des marins et de toutes celles qui les écoutent", series="digues")
        made.episodes.add(
            "Une nuit de tempête", series="marees", draft=True, recap="Les écluses tiennent ; la mer, non."
        )
        made.guests.add("digues/1", "Ada Brun", role="géographe", organisations=("Ports & Cie",))
        made.guests.add("marees/1", "Ada Brun", role="autrice", organisations=("Phares",))
        made.questions.add("digues/1", "Où est la digue ?")
        made.questions.add("digues/1", "Qui la paie ?")
    return root


@pytest.mark.parametrize(
    ("name", "size", "dark", "keys", "until"),
    [
        ("list-80", (80, 24), True, [], "Une nuit"),
        ("page-80", (80, 24), False, ["enter", "tab"], "Qui la paie"),
        ("page-120", (120, 40), True, ["enter", "tab", "tab"], "Qui la paie"),
        ("person-120", (120, 40), False, ["enter", "tab", "enter"], "autrice"),
        ("filter-120", (120, 40), True, ["f", *"oeuvre"], "Épisode 2"),
        ("hits-120", (120, 40), False, ["slash", *"mer", "enter"], "Les écluses"),
        ("help-80", (80, 24), True, ["question_mark"], "Go to a question"),
    ],
)
def test_screen(archive: Path, name: str, size: tuple[int, int], dark: bool, keys: list[str], until: str) -> None:
    """The screen after these keys, once it shows the last of what they lead to."""

    async def drawn() -> str:
        with Archive(archive) as opened:
            app = Browser(opened, edit=lambda _: None)
            async with app.run_test(size=size) as pilot:
                app.theme = "textual-dark" if dark else "textual-light"
                app.field.cursor_blink = False
                await pilot.pause()
                for _ in range(TRIES):  # the first page comes a moment after the list
                    if size[0] < NARROW or app.reader.virtual_size.height:
                        break
                    await pilot.pause(0.05)
                await pilot.press(*keys)
                for _ in range(TRIES):
                    if until in "".join(strip.text for strip in app.screen._compositor.render_strips()):
                        break
                    await pilot.pause(0.05)
                await pilot.pause()
                return app.export_screenshot(title=name)

    target = SCREENS / f"{name}.svg"
    if os.environ.get("TOTEM_UPDATE"):
        target.parent.mkdir(exist_ok=True)
        target.write_text(MADE_WITH + asyncio.run(drawn()), "utf-8")
    expected = target.read_text("utf-8")
    if not expected.startswith(MADE_WITH):
        pytest.skip(f"the picture is of {expected.partition('-->')[0].removeprefix('<!-- ')}")
    assert MADE_WITH + asyncio.run(drawn()) == expected
