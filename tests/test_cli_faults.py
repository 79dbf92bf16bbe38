"""Commands killed at a system call, or refused one: old state or new, nothing torn, the next command works.

The kernel does the killing (strace's fault injection). By default a sample of the calls of every writing command; all
of them with ``TOTEM_FAULTS=full``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SameProcess, Shell

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")]

CALLS = ("renameat2", "rename", "link", "unlink", "mkdir", "rmdir", "fsync", "flock", "write", "pwrite64", "openat")
FULL = os.environ.get("TOTEM_FAULTS") == "full"
COMMANDS = {
    "add series": ["add", "series", "Une autre série"],
    "add episode": ["add", "episode", "Un nouvel épisode", "--tag", "essai"],
    "add guest": ["add", "guest", "1", "Ada Brun", "--role", "géographe"],
    "add question": ["add", "question", "1", "Et maintenant ?"],
    "add media": ["add", "media", "1", "photo.png", "--alt", "Une photo"],
    "add person": ["add", "person", "Ada Brun"],
    "set all": ["set", "episode", "all", "tags+=essai", "--yes", "-q"],
    "move question": ["move", "question", "1", "1", "3"],
    "move guest": ["move", "guest", "1", "1", "2"],
    "rename episode": ["rename", "episode", "1", "autre"],
    "rename series": ["rename", "series", "collaboration", "autre"],
    "rename person": ["rename", "person", "Thierry Keller", "T. Keller"],
    "remove guest": ["remove", "guest", "1", "Arthur Barillas"],
    "remove series": ["remove", "series", "collaboration", "--yes"],
    "withdraw": ["withdraw", "2"],
    "check fix": ["check", "--fix"],
    "undo": ["undo"],
    "init": ["init", "new"],
}


def python() -> str:
    """The interpreter itself: a launcher script would take the fault in its place."""
    return str(Path(sys.executable).resolve())


def command_line(arguments: list[str]) -> list[str]:
    """A totem command run by the interpreter itself, in the environment of the tests."""
    paths = [path for path in sys.path if path]
    code = f"import sys; sys.path[:0] = {paths!r}; from totem_cli.cli.main import main; sys.exit(main())"
    return [python(), "-I", "-S", "-c", code, *arguments]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of the folder that is not totem's own; what is staged in ``private/`` until the next writer is."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".totem" not in path.parts and not path.parent.name.startswith(".staging-")
    }


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder every trial begins from: the project's archive, with one change that can be undone."""
    folder = tmp_path_factory.mktemp("start")
    shutil.copytree(ROOT / "archive", folder / "archive", ignore=shutil.ignore_patterns(".totem"))
    unnamed = folder / "archive/series/collaboration/03-nouvelles-collaborations-post-crise.md"
    unnamed.write_bytes(
        b"".join(line for line in unnamed.read_bytes().splitlines(True) if not line.startswith(b"id = "))
    )
    (folder / "photo.png").write_bytes(b"\x89PNG" + bytes(100))
    done = Shell(folder)("add", "tag", "2", "avant")
    assert done.code == 0, done.err
    return folder


def strace(arguments: list[str], folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command under strace in a folder."""
    log = folder.parent / "log"
    return subprocess.run(
        ["strace", "-f", "-qq", "-o", str(log), *options, *command_line(arguments)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )


def points(arguments: list[str], start: Path, scratch: Path) -> list[tuple[str, int]]:
    """The calls at which to strike: every one that writes, and of opening files only those of the archive's time."""
    folder = scratch / "count"
    shutil.copytree(start, folder)
    strace(arguments, folder, "-e", f"trace={','.join(CALLS)}")
    calls = [
        line.split("(")[0].split()[-1]
        for line in (scratch / "log").read_text(errors="replace").splitlines()
        if "(" in line
    ]
    counts = {call: calls.count(call) for call in CALLS}
    found = [(call, number) for call in CALLS for number in range(1, counts[call] + 1)]
    found = [(call, number) for call, number in found if call != "openat" or number > counts["openat"] - 40]
    assert any(call == "renameat2" for call, _ in found)
    return found if FULL else found[:: max(1, len(found) // 4)]


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_anywhere(name: str, start: Path, tmp_path: Path) -> None:
    """After a kill the next command finds the state before or the state after, and works."""
    arguments = COMMANDS[name]
    before = content(start)
    whole = tmp_path / "whole"
    shutil.copytree(start, whole)
    assert (
        subprocess.run(command_line(arguments), cwd=whole, stdin=subprocess.DEVNULL, capture_output=True).returncode
        == 0
    )
    after = content(whole)
    killed = 0
    for place, (call, number) in enumerate(points(arguments, start, tmp_path)):
        folder = tmp_path / str(place)
        shutil.copytree(start, folder)

        done = strace(arguments, folder, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")

        killed += done.returncode != 0
        totem = SameProcess(folder)
        listed = totem("list", "--json")
        assert listed.code == 0, (call, number, listed.err)
        json.loads(listed.out)
        if name == "init":
            assert totem("init", "new", "--if-exists", "skip").code == 0
        now = content(folder)
        assert shape(now) in ([shape(after)] if name == "init" else [shape(before), shape(after)]), (call, number)
        assert totem("check").code == 0
        assert totem("add", "tag", "2", "ensuite").code == 0 or name == "remove series"
        if name == "init":
            assert totem("add", "series", "Mers", "--archive", "new").code == 0
        assert not [*folder.rglob(".staging-*"), *folder.rglob("draft-*")], (call, number)
        shutil.rmtree(folder)
    assert killed, "no kill landed"


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EACCES"])
@pytest.mark.parametrize("name", ["add episode", "set all", "rename episode", "undo"])
def test_refused_a_call(name: str, error: str, start: Path, tmp_path: Path) -> None:
    """A system call that fails is told with exit code 6 and changes nothing, or does not matter."""
    arguments = COMMANDS[name]
    before = content(start)
    whole = tmp_path / "whole"
    shutil.copytree(start, whole)
    subprocess.run(command_line(arguments), cwd=whole, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    after = content(whole)
    strikes = [point for point in points(arguments, start, tmp_path) if point[0] not in ("write", "openat", "flock")]
    for place, (call, number) in enumerate(strikes):
        folder = tmp_path / str(place)
        shutil.copytree(start, folder)

        done = strace(arguments, folder, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={number}")

        now = content(folder)
        assert done.returncode in (0, 6), (call, number, done.stderr)
        assert shape(now) == shape(after if done.returncode == 0 else before), (call, number)
        assert b"Traceback" not in done.stderr
        assert SameProcess(folder)("check").code == 0
        shutil.rmtree(folder)


def shape(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files with the one thing taken out that differs from run to run: a new random id."""
    return {
        path: b"\n".join(line for line in data.split(b"\n") if not line.startswith(b"id = "))
        for path, data in files.items()
    }
