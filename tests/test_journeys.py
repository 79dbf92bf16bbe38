"""How far a value travels: the functions that are called, and the modules entered, between a command and its file."""

import json
import subprocess
import sys
from pathlib import Path

from totem_cli import Archive

COUNT = """
import json, sys

calls, modules = 0, set()

def count(frame, event, _):
    global calls
    code = frame.f_code
    if event == "call" and "/totem_cli/" in code.co_filename and code.co_name != "<module>":
        calls += 1
        modules.add(code.co_filename)

sys.setprofile(count)
from totem_cli.cli.main import main
code = main(sys.argv[1:])
sys.setprofile(None)
print(json.dumps([code, calls, sorted(modules)]), file=sys.stderr)
"""


def counted(*arguments: str) -> tuple[int, str, int, list[str]]:
    """The exit code and the output of a command, how many functions of totem it calls, the modules that they are in."""
    command = [sys.executable, "-c", COUNT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, calls, modules = json.loads(done.stderr.splitlines()[-1])
    return code, done.stdout, calls, modules


def test_a_title_reaches_its_file_by_few_functions(tmp_path: Path) -> None:
    """Version 0.1.0 called 1,858 functions in 76 modules; the bounds are half of these calls, and 47 modules.

    Bodies of classes count as calls, those of modules do not. 938 calls in 47 modules were counted with Python 3.11.
    """
    with Archive.create(tmp_path / "archive") as archive:
        archive.series.add("Marées")

    code, out, calls, modules = counted("add", "episode", "Un titre", "--archive", str(archive.root))

    assert (code, out) == (0, "marees/1\n")
    assert (archive.root / "series/marees/01-un-titre.md").is_file()
    assert calls <= 950
    assert len(modules) <= 47, modules


def test_a_recap_reaches_its_page_and_the_feeds_by_few_functions(tmp_path: Path) -> None:
    """The first export of an archive that is in its index: 0.1.0 called 7,602 functions in 103 modules.

    5,172 in 116 were counted with Python 3.11.
    """
    with Archive.create(tmp_path / "archive") as archive:
        settings = archive.root / "totem.toml"
        settings.write_text(settings.read_text("utf-8") + 'base_url = "https://marees.example/"\n', "utf-8")
        archive.series.add("Marées")
        archive.episodes.add("Un titre", recap="Un récap *court*.")
        archive.guests.add("1", "Ada Brun", role="géographe")

    counted("list", "--archive", str(archive.root))
    code, _, calls, modules = counted("export", "html", "-o", str(tmp_path / "site"), "--archive", str(archive.root))

    assert code == 0
    assert "Un récap" in (tmp_path / "site/marees/01-un-titre/index.html").read_text("utf-8")
    assert "Un récap" in (tmp_path / "site/atom.xml").read_text("utf-8")
    assert calls <= 5200
    assert len(modules) <= 116, modules
