"""Commands over many files name each that they cannot read, and change nothing unless they are told to skip it."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from totem_cli import Archive
from totem_cli.cli.main import main

NAME = "Bob Roy"


def damaged(file: Path) -> None:
    """Make a file one that cannot be parsed."""
    file.write_text(file.read_text("utf-8").replace("title =", "title = =", 1), "utf-8")


def denied(file: Path) -> None:
    """Make a file one that may not be read."""
    file.chmod(0)


@pytest.fixture
def _bound() -> Iterator[None]:
    """Permissions bind even root, who may else read everything: capset(2) takes that from this thread, for a while."""
    if os.geteuid():
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may read everything")
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~(1 << 1 | 1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, less) == 0
    try:
        yield
    finally:
        assert libc.capset(header, held) == 0


@pytest.fixture
def archive(tmp_path: Path, _bound: None) -> Path:
    """Three episodes with one guest."""
    root = tmp_path / "a"
    with Archive.create(root, title="A") as made:
        made.series.add("S")
        for number in (1, 2, 3):
            made.episodes.add(f"E {number}")
            made.guests.add(f"s/{number}", NAME)
        made.guests.add("s/1", "Zed Roy")
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Every file of the archive but totem's own, those that may be read."""
    files = (path for path in root.rglob("*") if ".totem" not in path.parts and path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files if path.stat().st_mode & 0o400}


OVER_MANY = {
    "set": ["set", "episode", "all", "place=X", "--yes"],
    "set in a series": ["set", "episode", "all", "place=X", "--yes", "--series", "S"],
    "rename": ["rename", "person", NAME, "Rob Roy"],
    "merge": ["merge", "person", NAME, "Zed Roy"],
}
SKIP = "--skip-unreadable"


@pytest.mark.parametrize("spoil", [damaged, denied])
@pytest.mark.parametrize("command", [*OVER_MANY, "forget", "rename series"])
def test_nothing_is_changed_while_a_file_cannot_be_read(
    archive: Path, command: str, spoil: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 4 and names each file."""
    others = {"forget": ["forget", NAME, "--yes"], "rename series": ["rename", "series", "s", "t"]}
    for name in ("02-e-2.md", "03-e-3.md"):
        spoil(archive / "series/s" / name)
    before = contents(archive)
    assert main([*(OVER_MANY | others)[command], "--archive", str(archive)]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert "02-e-2.md" in said.err
    assert "03-e-3.md" in said.err
    assert contents(archive) == before
    assert main(["undo", "--list", "--archive", str(archive)]) == 0
    assert command.split(maxsplit=1)[0] not in capsys.readouterr().out.partition("\n")[2].partition("\n")[0]


@pytest.mark.parametrize("spoil", [damaged, denied])
@pytest.mark.parametrize("command", OVER_MANY)
def test_what_cannot_be_read_is_skipped_when_told_to(
    archive: Path, command: str, spoil: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are changed; the file is named, and left as it is."""
    file = archive / "series/s/03-e-3.md"
    spoil(file)
    stamp = file.stat()
    assert main([*OVER_MANY[command], SKIP, "--archive", str(archive)]) == 0
    assert "03-e-3.md" in capsys.readouterr().err
    assert file.stat().st_mtime_ns == stamp.st_mtime_ns
    assert file.stat().st_size == stamp.st_size
    first = (archive / "series/s/01-e-1.md").read_text("utf-8")
    assert ("X" in first) if command.startswith("set") else (NAME not in first)


def test_only_what_may_be_meant_stops_a_command(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged comment or an episode of another series does not concern ``set``, nor a damaged comment ``rename``."""
    with Archive(archive) as made:
        made.series.add("T")
        made.episodes.add("F", series="t")
        comment = made.comments.add("s/1", "Oui", author="Ali")
    damaged(archive / "series/t/01-f.md")
    text = next(archive.glob(f"comments/**/*{comment.slug}*"))
    text.write_text("no front matter\n+++\n", "utf-8")
    assert main(["set", "episode", "all", "place=X", "--yes", "--series", "s", "--archive", str(archive)]) == 0
    assert main(["set", "episode", "all", "place=X", "--yes", "--archive", str(archive)]) == 4
    (archive / "series/t/01-f.md").unlink()
    assert main(["rename", "person", NAME, "Rob Roy", "--archive", str(archive)]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("place", "content"),
    [("media/list.txt", "Bob Roy"), ("private/notes.txt", "x"), ("people/x.md", "+++\nname = 1\n+++\n"), ("media", "")],
)
def test_forget_passes_over_nothing(
    archive: Path, place: str, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of any kind, or a folder, that may not be read stops it; the report says what it did not read."""
    at = archive / place
    if content:
        at.parent.mkdir(exist_ok=True)
        at.write_text(content, "utf-8")
    else:
        at.mkdir()
        (at / "x").write_text("x", "utf-8")
    if not place.startswith("people"):
        at.chmod(0)
    before = contents(archive)
    assert main(["forget", NAME, "--yes", "--json", "--archive", str(archive)]) == 4
    said = capsys.readouterr()
    error = json.loads(said.err)
    assert error["code"] == "unreadable"
    assert [Path(problem["file"]).relative_to(archive).as_posix() for problem in error["problems"]] == [place]
    assert contents(archive) == before
    assert main(["report", "person", NAME, "--archive", str(archive)]) == 0
    assert place in capsys.readouterr().err
    assert main(["report", "person", "Nobody There", "--archive", str(archive)]) == 4
    assert place in capsys.readouterr().err
    at.chmod(0o755)
    if place.startswith("people"):
        at.unlink()
    assert main(["forget", NAME, "--yes", "--archive", str(archive)]) == 0


def test_a_prune_removes_nothing_while_an_episode_cannot_be_read(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was not stated is not known as long as a file is unreadable."""
    damaged(archive / "series/s/03-e-3.md")
    before = contents(archive)
    stated = archive.parent / "stated.json"
    stated.write_text(json.dumps({"series": "s", "number": 1, "title": "E 1"}), "utf-8")
    assert main(["apply", str(stated), "--prune", "--yes", "--archive", str(archive)]) == 4
    assert "03-e-3.md" in capsys.readouterr().err
    assert contents(archive) == before


def test_the_project_archive_can_be_read() -> None:
    """The check itself stops nobody whose files are sound."""
    with Archive(ROOT / "archive", memory=True) as sound:
        assert sound.problems() == []


def test_what_an_unreadable_file_may_be_is_not_called_missing(archive: Path) -> None:
    """While a file cannot be read, check does not say that what others name is nowhere: its file may be it."""
    with Archive(archive) as opened:
        first = opened.episodes["s/1"]
        opened.comments.add("s/1", "Bravo", author="Zoé")
        opened.episodes.set("s/2", translation_of=first.id)
        (archive / "media").mkdir(exist_ok=True)
        (archive / "media/only-in-1.txt").touch()
        opened.episodes.set("s/1", recap="[un](media/only-in-1.txt)")
        opened.people.add(NAME)
        opened.guests.set("s/2", NAME, person="bob-roy")
    damaged(archive / "series/s/01-e-1.md")
    (archive / "people/bob-roy.md").write_text("+++\nname = 7\n+++\n", "utf-8")
    with Archive(archive) as opened:
        assert {one.code for one in opened.check()} == {"unreadable"}
