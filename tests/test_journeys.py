"""How far a value travels: the functions that are called, and the modules entered, between a command and its file."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT
from totem_cli import Archive

COUNT = """
import inspect, json, sys

calls, functions = 0, {}

def count(frame, event, _):
    global calls
    code = frame.f_code
    if event == "call" and "/totem_cli/" in code.co_filename:
        if code.co_flags & inspect.CO_OPTIMIZED or code.co_name == "<module>":  # no body of a class
            functions.setdefault((code.co_filename.rpartition("/totem_cli/")[2], code.co_qualname))
        calls += code.co_name not in ("<module>", "__annotate__")  # the second: Python 3.14 evaluates annotations so

sys.setprofile(count)
from totem_cli.cli.main import main
code = main(sys.argv[1:])
sys.setprofile(None)
print(json.dumps([code, calls, [*functions]]), file=sys.stderr)
"""
STEP = re.compile(r"^(\d+)\. (.*(?:\n   .*)*)$", re.MULTILINE)
NAME = re.compile(r"`(?:(?P<file>[\w/]+\.py)(?:: )?)?(?P<name>[A-Za-z_]\w*(?:\.\w+)?)?`(?!\w)")


class Journey(NamedTuple):
    """What a command did: its exit code, its output, how many calls, and its functions in the order of the first."""

    code: int
    out: str
    calls: int
    functions: list[tuple[str, str]]

    @property
    def modules(self) -> set[str]:
        """The modules that were entered."""
        outside = ("<module>", "__annotate__")
        return {file for file, name in self.functions if name.rpartition(".")[2] not in outside}

    def position(self, file: str | None, name: str | None) -> int | None:
        """Where a function, a method, a class or a module that the documentation names came first; None: nowhere."""
        for position, (in_file, full) in enumerate(self.functions):
            is_named = name is None or full == name or full.rpartition(".")[2] == name or full.startswith(f"{name}.")
            if is_named and in_file.endswith(file or ""):
                return position
        return None


def followed(*arguments: str) -> Journey:
    """A command, watched."""
    command = [sys.executable, "-c", COUNT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, calls, functions = json.loads(done.stderr.splitlines()[-1])
    return Journey(code, done.stdout, calls, [(file, name) for file, name in functions])


def compare(title: str, journey: Journey) -> None:
    """Compare a journey with that of ARCHITECTURE.md: what it names is met, and its steps come in its order."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    text = text[text.index(f"\n## {title}") :].partition("\n\n")[2].partition("\n\n")[0]
    steps = STEP.findall(text)
    assert len(steps) == 10
    before = -1
    for number, step in steps:
        names = [(found["file"], found["name"]) for found in NAME.finditer(step)]
        places = {str(name): journey.position(*name) for name in names}
        assert places, step
        assert None not in places.values(), (number, places)
        last = max(place for place in places.values() if place is not None)
        assert last > before, f"step {number} comes before the one above it"
        before = min(place for place in places.values() if place is not None)


def test_a_title_reaches_its_file_by_few_functions(tmp_path: Path) -> None:
    """Version 0.1.0 called 1,858 functions in 76 modules; the bounds are half of these calls, and 47 modules.

    Bodies of classes count as calls, those of modules do not. Python 3.11 makes 938 calls in 47 modules; versions
    from 3.12 on, which inline comprehensions, fewer.
    """
    with Archive.create(tmp_path / "archive") as archive:
        archive.series.add("Marées")

    journey = followed("add", "episode", "Un titre", "--archive", str(archive.root))

    assert (journey.code, journey.out) == (0, "marees/1\n")
    assert (archive.root / "series/marees/01-un-titre.md").is_file()
    assert journey.calls <= 950
    assert len(journey.modules) <= 47, journey.modules
    compare("A title", journey)


def test_a_recap_reaches_its_page_and_the_feeds_by_few_functions(tmp_path: Path) -> None:
    """The first export of an archive that is in its index: 0.1.0 called 7,602 functions in 103 modules.

    Python 3.11 makes 5,172 in 116; later ones fewer.
    """
    with Archive.create(tmp_path / "archive") as archive:
        settings = archive.root / "totem.toml"
        settings.write_text(settings.read_text("utf-8") + 'base_url = "https://marees.example/"\n', "utf-8")
        archive.series.add("Marées")
        archive.episodes.add("Un titre", recap="Un récap *court*.")
        archive.guests.add("1", "Ada Brun", role="géographe")

    followed("list", "--archive", str(archive.root))
    journey = followed("export", "html", "-o", str(tmp_path / "site"), "--archive", str(archive.root))

    assert journey.code == 0
    assert "Un récap" in (tmp_path / "site/marees/01-un-titre/index.html").read_text("utf-8")
    assert "Un récap" in (tmp_path / "site/atom.xml").read_text("utf-8")
    assert journey.calls <= 5200
    assert len(journey.modules) <= 116, journey.modules
    compare("A recap", journey)
