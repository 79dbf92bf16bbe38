"""The reader for the terminal, driven by keys and the mouse as a user drives it."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from totem_cli.archive.archive import Archive
from totem_cli.browse.app import Browser
from totem_cli.browse.library import Library, Target, View

WIDE, NARROW = (120, 40), (80, 24)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two series; people, organisations and tags that several episodes share; French, and hostile text."""
    root = tmp_path / "a"
    with Archive.create(root, title="Cafés du port", language="fr") as made:
        made.set_settings(base_url="https://quai.example/")
        made.series.add("Digues")
        made.series.add("Marées")
        for series, number, title in (
            ("digues", 1, "Qui décide ?"),
            ("digues", 2, "L’œuvre des ingénieurs"),
            ("marees", 1, "Une nuit de tempête"),
        ):
            made.episodes.add(title, series=series, number=number, tags=("port",), date=f"2023-0{number}-05")
        made.guests.add("digues/1", "Ada Brun", role="géographe", organisations=("Ports & Cie",))
        made.guests.add("digues/2", "Luc Mer", role="ingénieur", organisations=("Ports & Cie",))
        made.guests.add("marees/1", "Ada Brun", role="autrice", organisations=("Phares",))
        for text in ("Où est la digue ?", "Qui la paie ?", "Que dit la mer ?"):
            made.questions.add("digues/2", text)
        made.episodes.set("marees/1", summary="La mer \x1b[31mmonte\x07.")
    recap = root / "series" / "digues" / "02-l-oeuvre-des-ingenieurs.md"
    recap.write_text(recap.read_text() + "\nLes écluses tiennent. " + "Un mot de plus, et de longues phrases. " * 60)
    return root


Steps = Callable[[Browser, "Pilot[None]"], Awaitable[None]]


def drive(root: Path, steps: Steps, size: tuple[int, int] = WIDE, edit: Callable[[str], None] | None = None) -> None:
    """Run the reader on an archive, and do the steps."""

    async def run() -> None:
        with Archive(root) as archive:
            app = Browser(archive, edit=edit or (lambda _: None))
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                await steps(app, pilot)

    asyncio.run(run())


def screen(app: Browser) -> str:
    """What is on the screen, as text."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait for what they do."""
    await pilot.press(*keys)
    await pilot.pause()


@pytest.mark.parametrize("size", [WIDE, NARROW, (200, 60)])
def test_the_third_question_of_the_second_episode(archive: Path, size: tuple[int, int]) -> None:
    """Down, Enter, 3."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        assert "Qui décide" in screen(app)
        await press(pilot, "down", "enter")
        assert "L’œuvre des ingénieurs" in screen(app)
        await press(pilot, "3")
        assert "3. Que dit la mer" in screen(app)
        await press(pilot, "9")
        assert ["no question 9" in one.message for one in app._notifications] == [True]

    drive(archive, steps, size)


def test_who_else_an_organisation_sent(archive: Path) -> None:
    """Its name on the page of an episode is a link to all who came for it; back and forward return."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "enter", "tab", "tab", "enter")
        assert app._state.view == View("organisation", "ports & cie")
        shown = screen(app)
        assert "Ada Brun, géographe" in shown
        assert "Luc Mer, ingénieur" in shown
        await press(pilot, "tab", "tab", "enter")
        assert "L’œuvre des ingénieurs" in screen(app)
        await press(pilot, "escape")
        assert app._state.view.kind == "organisation"
        await press(pilot, "escape", "escape")
        assert app._state.view == View()
        await press(pilot, "alt+right", "alt+right")
        assert app._state.view.kind == "organisation"

    drive(archive, steps)


def test_a_person_with_every_role(archive: Path) -> None:
    """A person's page has each appearance, with the role of then."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "enter", "tab", "enter")
        shown = screen(app)
        assert "géographe, Ports & Cie" in shown
        assert "autrice, Phares" in shown

    drive(archive, steps)


@pytest.mark.parametrize("typed", ["oeuvre", "OEUVRE", "mer dig"])
def test_the_filter_folds(archive: Path, typed: str) -> None:
    """Accents, ligatures and case do not matter; each key narrows the list."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "f", *["space" if letter == " " else letter for letter in typed])
        assert [entry.position for entry in app.listing.entries if entry.position >= 0] == [1]
        await press(pilot, "enter")
        assert "filter" in screen(app)
        await press(pilot, "enter")
        assert "œuvre des ingénieurs" in "".join(strip.text for strip in app.reader._strips)

    drive(archive, steps)


def test_a_search_marks_hits(archive: Path) -> None:
    """``/`` searches the recaps; the page begins at the hit, which is marked."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "slash", *"ecluses", "enter")
        assert [entry.position for entry in app.listing.entries] == [1]
        await press(pilot, "enter")
        assert "Les écluses tiennent" in screen(app)
        hit = app.reader.get_component_rich_style("reader--hit", partial=True)
        marked = [
            segment.text
            for strip in app.reader._strips
            for segment in strip
            if segment.style and segment.style.bgcolor == hit.bgcolor and segment.text.strip()
        ]
        assert marked == ["écluses"]
        await press(pilot, "slash", *"zzz", "enter")
        assert "Nothing was found" in screen(app)

    drive(archive, steps)


def test_no_french_line_begins_with_a_mark(archive: Path) -> None:
    """The page is set as ``show`` sets it, in every width."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        for width in range(80, 130, 7):
            await pilot.resize_terminal(width, 30)
            await press(pilot, "home", "down", "enter")
            for strip in app.reader._strips:
                assert strip.text.strip()[:1] not in set("!?;:»")
            await press(pilot, "escape")

    drive(archive, steps)


def test_hostile_text_is_shown(archive: Path) -> None:
    """Control characters are made visible, in lists and on pages."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "end", "enter")
        assert "monte" in screen(app)
        assert not [letter for letter in screen(app) if letter < " " and letter != "\n"]

    drive(archive, steps)


def test_the_mouse(archive: Path) -> None:
    """A click on the list opens an episode, a click on a link follows it."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await pilot.click("#list", offset=(5, 2))
        await pilot.pause()
        assert app._state.position == 1
        link = next(link for link in app.reader._links if link.target == Target("person", "luc mer"))
        await pilot.click("#page", offset=(link.start + 1, link.line))
        await pilot.pause()
        assert app._state.view == View("person", "luc mer")

    drive(archive, steps)


def test_one_pane_in_a_narrow_terminal(archive: Path) -> None:
    """The list or the page, never both; a wider terminal shows both."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        assert app.listing.display
        assert app.reader.size.width == 0
        await press(pilot, "enter")
        assert app.reader.size.width == NARROW[0]
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert app.listing.size.width > 0
        assert app.reader.size.width > 0

    drive(archive, steps, NARROW)


def test_copied_and_opened(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``y`` and ``c`` copy the address and the citation, ``o`` opens the page of the site."""
    opened: list[str] = []
    monkeypatch.setattr(Browser, "open_url", lambda self, url, **_: opened.append(url))

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "enter", "y")
        assert app.clipboard == "https://quai.example/digues/01-qui-decide/"
        await press(pilot, "o")
        assert opened == [app.clipboard]
        await press(pilot, "c")
        assert "Ada Brun" in app.clipboard or "Qui décide" in app.clipboard

    drive(archive, steps)


def test_what_was_saved_is_shown(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the editor, list and page follow."""
    from contextlib import nullcontext

    monkeypatch.setattr(Browser, "suspend", lambda self: nullcontext())

    def edit(ref: str) -> None:
        assert ref == "digues/01-qui-decide"
        path = archive / "series" / "digues" / "01-qui-decide.md"
        path.write_text(path.read_text().replace("Qui décide ?", "Qui décide encore ?"))

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "enter", "e")
        assert "Qui décide encore" in app.library.label(app.listing.entries[1].position)
        assert "Qui décide encore" in screen(app)

    drive(archive, steps, edit=edit)


def test_light_and_dark_and_help(archive: Path) -> None:
    """``d`` changes the theme, ``?`` tells every key."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        dark = app.current_theme.dark
        await press(pilot, "d")
        assert app.current_theme.dark != dark
        await press(pilot, "question_mark")
        assert "Next hit" in screen(app)
        await pilot.resize_terminal(*NARROW)
        await press(pilot, "question_mark", "enter", "e")
        assert "Qui décide" in screen(app)
        assert "│" not in screen(app)
        await press(pilot, "question_mark", "q", "q")
        assert not app.is_running

    drive(archive, steps)


def test_an_empty_archive(tmp_path: Path) -> None:
    """Nothing to show, nothing that fails."""
    root = tmp_path / "empty"
    Archive.create(root, title="Rien", language="fr").close()

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        await press(pilot, "down", "enter", "end", "pagedown", "3", "tab", "o", "e", "c", "escape", "f", "x", "enter")
        assert "0 episodes" in screen(app)

    drive(root, steps)


KEYS = st.lists(
    st.sampled_from(
        "up down enter tab shift+tab escape f slash a e pageup pagedown home end left right alt+left alt+right 1 n d "
        "question_mark r backspace".split()
    ),
    max_size=25,
)


@settings(max_examples=8)
@given(KEYS)
def test_any_keys(keys: list[str]) -> None:
    """No sequence of keys makes the reader fail."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "a"
        with Archive.create(root, title="x", language="fr") as made:
            made.series.add("S")
            for number in range(1, 4):
                made.episodes.add(f"Épisode {number}", series="s", tags=("a",))
                made.guests.add(f"s/{number}", "Ada", organisations=("Eau",))

        async def steps(app: Browser, pilot: Pilot[None]) -> None:
            await press(pilot, *keys)
            assert app.is_running

        drive(root, steps)


def test_the_filter_of_a_library(archive: Path) -> None:
    """Every word must be there, in any order; what no episode holds finds none."""
    with Archive(archive) as opened:
        library = Library(opened)
        assert library.positions(View(filter="brun tempete")) == [2]
        assert library.positions(View(filter="2023-02")) == [1]
        assert library.positions(View(filter="zzz")) == []
        assert library.positions(View("tag", "port")) == [0, 1, 2]
        assert library.positions(View("person", "nobody")) == []


def test_the_command_needs_a_terminal(archive: Path) -> None:
    """In a pipe it says what to use instead."""
    done = subprocess.run(
        [sys.executable, "-m", "totem_cli", "browse", "--archive", str(archive)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 5
    assert "totem show" in done.stderr


def test_the_command_on_a_terminal(archive: Path) -> None:
    """It shows the archive, and leaves by q."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "totem_cli", "browse", "--archive", str(archive)],
        stdin=child, stdout=child, stderr=child, env=os.environ | {"TERM": "xterm-256color", "LINES": "24"},
    )  # fmt: skip
    os.close(child)
    seen = b""
    try:
        while b"Digues" not in seen:
            seen += os.read(parent, 4096)
        os.write(parent, b"q")
        while True:
            try:
                if not os.read(parent, 4096):
                    break
            except OSError:
                break
        assert process.wait() == 0
    finally:
        process.kill()
        process.wait()
        os.close(parent)


def test_what_is_cut_shows_it(archive: Path) -> None:
    """A title that is wider than the list ends with an ellipsis, which no scroll bar covers."""
    with Archive(archive) as opened:
        opened.episodes.add("Une très longue phrase " * 9, series="marees")

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        cut = [line for line in screen(app).splitlines() if "Une très longue" in line]
        assert [line.partition("│")[0].rstrip()[-1:] for line in cut] == ["…"]

    drive(archive, steps)


def test_a_click_on_a_key_does_what_it_does(archive: Path) -> None:
    """The last line names the keys; a click on one is that key."""

    async def steps(app: Browser, pilot: Pilot[None]) -> None:
        line = screen(app).splitlines()[-1]
        await pilot.click("#keys", offset=(line.index("Filter"), 0))
        await pilot.pause()
        assert app.field.has_focus

    drive(archive, steps)
