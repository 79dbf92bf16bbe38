"""``totem forget`` killed at a system call, or refused one: the next command finishes it, and no trace is left.

The kernel does the killing (strace's fault injection). By default a sample of the calls; all of them with
``TOTEM_FAULTS=full``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import SameProcess
from tests.test_cli_faults import FULL, content, strace
from totem_cli import Archive

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")]

NAME, ALIAS, MAIL = "Zoé d’Œuvre", "Z. d’Œuvre", "zoe@exemple.fr"
FORGET = ["--archive", "archive", "forget", NAME, "--yes", "--redact"]
CALLS = (
    *("unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "rmdir"),
    *("mkdir", "mkdirat", "write", "pwrite64", "fsync", "ftruncate"),
)
ERRORS = ("EIO", "ENOSPC", "EACCES") if FULL else ("EIO",)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder every trial begins from: somebody is in files, private ones too, in history, caches and the lock."""
    folder = tmp_path_factory.mktemp("start")
    archive = Archive.create(folder / "archive", title="Essai", language="fr")
    with (folder / "archive/totem.toml").open("a", encoding="utf-8") as settings:
        settings.write("[comments]\nemail = true\n")
    archive.refresh()
    archive.series.add("Ateliers")
    archive.episodes.add("Le bois", series="ateliers")
    archive.people.add(NAME, aliases=[ALIAS], biography=f"{NAME} sculpte.")
    archive.guests.add("1", ALIAS, role="sculptrice")
    archive.episodes.set("1", recap=f"Un récit de {NAME}.\n")
    archive.questions.add("1", "Et le bois ?", asked_by=NAME)
    archive.comments.add("1", "Merci", author=NAME, email=MAIL, status="approved")
    (folder / "archive/private/zoe-d-oeuvre.toml").write_text("consent = true\n", "utf-8")
    archive.episodes.add("La pierre", series="ateliers")
    for ref in ("1", "2"):
        archive.episodes.set(ref, status="published")
    archive.close()
    totem = SameProcess(folder)
    for arguments in (["add", "guest", "2", NAME], ["export", "html", "--output", "site"], ["list", "guests"]):
        done = totem("--archive", "archive", *arguments)
        assert done.code == 0, done.err
    return folder


def holders(folder: Path, *words: str) -> set[str]:
    """Every file of the archive, those in ``.totem/`` too, whose name or content holds one of the words."""
    wanted = {word.encode() for word in words} | {json.dumps(word)[1:-1].encode() for word in words}
    return {
        path.relative_to(folder).as_posix()
        for path in (folder / "archive").rglob("*")
        if any(word in str(path).encode() or (path.is_file() and word in path.read_bytes()) for word in wanted)
    }


def points(start: Path, scratch: Path) -> list[tuple[str, int]]:
    """The calls at which to strike."""
    shutil.copytree(start, scratch / "count")
    done = strace(FORGET, scratch / "count", "-e", f"trace={','.join(CALLS)}")
    assert done.returncode == 0, done.stderr
    calls = [line.split("(")[0].split()[-1] for line in (scratch / "log").read_text().splitlines() if "(" in line]
    found = [(call, number) for call in CALLS for number in range(1, calls.count(call) + 1)]
    assert len(found) > 70
    return found if FULL else found[:: max(1, len(found) // 12)]


def state(folder: Path) -> dict[str, bytes]:
    """The archive's files but staged ones; of the tombstone, which tells the day, only that it is there."""
    found = content(folder / "archive")
    return {path: b"" if path == "forgotten.toml" else found[path] for path in found if ".staging-" not in path}


def finished(folder: Path) -> None:
    """The same command again leaves no trace, and fails only where none was left."""
    totem = SameProcess(folder)
    held = holders(folder, NAME, "zoe-d-oeuvre")
    again = totem(*FORGET)
    assert again.code == (0 if held else 3), (held, again)
    assert not holders(folder, NAME, ALIAS, MAIL, "zoe-d-oeuvre")
    assert totem("--archive", "archive", "report", "person", NAME).code == 3
    assert totem("--archive", "archive", "check").code == 0
    assert sorted(path.name for path in (folder / "archive/series/ateliers").glob("0*")) == [
        "01-le-bois.md",
        "02-la-pierre.md",
    ]
    stones = (folder / "archive/forgotten.toml").read_text("utf-8")
    assert stones.count("[[forgotten]]") == 1


@pytest.fixture(scope="module")
def after(start: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The archive's files once it is done."""
    folder = tmp_path_factory.mktemp("after") / "whole"
    shutil.copytree(start, folder)
    done = SameProcess(folder)(*FORGET)
    assert done.code == 0, done.err
    assert not holders(folder, NAME, ALIAS, MAIL, "zoe-d-oeuvre")
    return state(folder)


def test_killed_anywhere(start: Path, after: dict[str, bytes], tmp_path: Path) -> None:
    """After a kill the files are as before or as after; the next command finishes what is left."""
    before = state(start)
    killed = 0
    for place, (call, number) in enumerate(points(start, tmp_path)):
        folder = tmp_path / str(place)
        shutil.copytree(start, folder)

        done = strace(FORGET, folder, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")

        killed += done.returncode != 0
        if place % 2:
            next_one = ["list", "guests"] if place % 4 == 1 else ["undo", "--list"]
            assert SameProcess(folder)("--archive", "archive", *next_one).code == 0
            assert state(folder) in (before, after), (call, number)
            left = holders(folder, NAME, ALIAS, MAIL, "zoe-d-oeuvre")
            assert state(folder) == before or not left, (call, number, left)
        finished(folder)
        shutil.rmtree(folder)
    assert killed, "no kill landed"


@pytest.mark.parametrize("error", ERRORS)
def test_refused_a_call(error: str, start: Path, after: dict[str, bytes], tmp_path: Path) -> None:
    """After a failed call nothing is changed, or all of the files, and what is left to do is said."""
    before = state(start)
    told = 0
    for place, (call, number) in enumerate(points(start, tmp_path)):
        folder = tmp_path / str(place)
        shutil.copytree(start, folder)

        done = strace(FORGET, folder, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={number}")

        assert done.returncode in (0, 6), (call, number, done.stderr)
        assert b"Traceback" not in done.stderr
        now = state(folder)
        held = holders(folder, NAME, ALIAS, MAIL, "zoe-d-oeuvre")
        if done.returncode == 0:
            assert not held, (call, number)
        elif now != before:
            assert now == after, (call, number)
            assert not held or b"left to remove" in done.stderr, (call, number, done.stderr)
            told += bool(held)
        finished(folder)
        shutil.rmtree(folder)
    assert told, "no failure after the commit"


def test_what_cannot_be_finished_is_told(start: Path, tmp_path: Path) -> None:
    """Where nothing can be written, a report tells what history and caches hold; another failure says what is left."""
    folder = tmp_path / "start"
    for number in range(1, 9):
        shutil.copytree(start, folder)
        strace(FORGET, folder, "-e", "trace=unlinkat", "-e", f"inject=unlinkat:signal=KILL:when={number}")
        if (folder / "archive/.totem/journal/purging").is_dir():
            break
        shutil.rmtree(folder)
    asked = ["--archive", "archive", "report", "person", NAME, "--json"]

    report = strace(asked, folder, "-e", "trace=unlinkat", "-e", "inject=unlinkat:error=EROFS")
    assert report.returncode == 0, report.stderr
    found = json.loads(report.stdout)
    assert found["history"] > 3
    assert not found["appearances"]
    assert any("exports/" in path for path in found["internal"])
    failed = strace(asked, folder, "-e", "trace=unlinkat", "-e", "inject=unlinkat:error=EIO")
    assert failed.returncode == 6
    assert b".totem/journal/purging" in failed.stderr
    finished(folder)
