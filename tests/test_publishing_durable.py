"""An export that said it is done survives a power cut: what is synced, and in which order, as the kernel saw it."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Shell
from tests.test_cli_faults import command_line
from totem_cli.errors import SystemFailedError
from totem_cli.publishing import one_file
from totem_cli.publishing.page import Page
from totem_cli.publishing.publisher import publish
from totem_cli.storage import durable


class Call(NamedTuple):
    """A system call, and the paths it names, with links and relative folders resolved."""

    name: str
    paths: Sequence[str]


def calls(totem: Shell, *arguments: str) -> list[Call]:
    """The calls that sync or rename, in their order."""
    log = totem.folder / "log"
    trace = ["strace", "-f", "-y", "-qq", "-o", str(log), "-e", "trace=fsync,syncfs,rename,renameat,renameat2"]
    subprocess.run([*trace, *command_line([*arguments])], cwd=totem.folder, check=True, capture_output=True)
    found = []
    for line in log.read_text("utf-8", errors="replace").splitlines():
        match = re.search(r"(\w+)\((.*)\) += 0", line)
        if not match or match[1] not in ("fsync", "syncfs", "rename", "renameat", "renameat2"):
            continue
        named = re.findall(r'(?:<([^>]*)>(?:, )?)?(?:"([^"]*)")?', match[2])
        paths = [str(Path(folder or totem.folder, name)) for folder, name in named if folder or name]
        found.append(Call(match[1], paths))
    return found


@pytest.fixture
def archive(totem: Shell) -> Shell:
    """An archive with three episodes."""
    assert totem("init", "archive", "--quiet").code == 0
    totem("add", "series", "S", "--quiet")
    for number in range(3):
        totem("add", "episode", f"Episode {number}", "--quiet")
    return totem


@pytest.mark.faults
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("many", [False, True])
def test_a_folder(archive: Shell, many: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is synced before it is moved in, each folder after, and then nothing is left to do."""
    for number in range(3, 80 if many else 3):
        path = archive.folder / "archive" / "series" / "s" / f"{number:02}-e.md"
        path.write_text(f'+++\ntitle = "E {number}"\n+++\n')
    made = calls(archive, "export", "html", "--output", "site", "--jobs", "1")
    site = archive.folder / "site"
    moves = [
        at for at, call in enumerate(made) if call.name.startswith("rename") and call.paths[-1].startswith(f"{site}/")
    ]
    moves = [at for at in moves if not made[at].paths[-1].endswith(".totem-manifest")]
    before, after = made[: moves[0]], made[moves[-1] + 1 :]
    assert moves
    if many:
        assert "syncfs" in {call.name for call in before}
        assert "syncfs" in {call.name for call in after}
        return
    synced = {call.paths[0].split("/", site.as_posix().count("/") + 2)[-1] for call in before if call.name == "fsync"}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {name for name in files if not any(name in path for path in synced)} <= {".totem-manifest"}
    folders = {str(path) for path in (site, *site.rglob("*")) if path.is_dir()}
    assert folders <= {call.paths[0] for call in after if call.name == "fsync"}


@pytest.mark.faults
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_an_edit(archive: Shell) -> None:
    """What an edit changes, removes and adds is synced as a whole export is."""
    assert archive("export", "html", "--output", "site").code == 0
    archive("rename", "episode", "1", "autre", "--quiet")
    archive("unpublish", "2", "--quiet")
    made = calls(archive, "export", "html", "--output", "site", "--jobs", "1")
    last = max(at for at, call in enumerate(made) if call.paths[-1].endswith("autre/index.html"))
    after = [call.paths[0] for call in made[last + 1 :] if call.name == "fsync"]
    site = archive.folder / "site"
    assert {str(site), str(site / "s"), *map(str, (site / "s").glob("*-autre"))} <= {*after}
    manifest = max(at for at, call in enumerate(made) if call.paths[-1] == str(site / ".totem-manifest"))
    assert Call("fsync", [str(site)]) in made[manifest + 1 :]


@pytest.mark.faults
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_one_file(archive: Shell) -> None:
    """The file is synced, renamed, and its folder synced."""
    made = calls(archive, "export", "json", "--output", "out/a.json")
    (rename,) = [at for at, call in enumerate(made) if call.paths[-1].endswith("/a.json")]
    assert made[rename - 1] == Call("fsync", [made[rename].paths[0]])
    assert made[rename + 1] == Call("fsync", [str(archive.folder / "out")])


@pytest.mark.faults
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("format_", ["html", "json"])
def test_without_sync(archive: Shell, format_: str) -> None:
    """``--no-sync`` syncs no page."""
    made = calls(archive, "export", format_, "--output", "out", "--no-sync", "--jobs", "1")
    synced = [call.paths[0] for call in made if call.name in ("fsync", "syncfs") and "/archive/" not in call.paths[0]]
    assert [path for path in synced if not path.endswith(("/manifest", "/out"))] == []


@pytest.mark.faults
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_killed_exports_leave_no_files(archive: Shell) -> None:
    """What three killed exports of one file left is gone after the next, whoever made that file up to date."""
    command = command_line(["export", "epub", "--output", "x.epub"])
    kill = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:signal=KILL:when=1"]
    for _ in range(3):
        subprocess.run([*kill, *command], cwd=archive.folder, check=False, capture_output=True)
    assert [*archive.folder.glob(".x.epub.totem-*")]
    (archive.folder / ".x.epub.totem-notes").touch()
    assert archive("export", "epub", "--output", "x.epub").code == 0
    assert {path.name for path in archive.folder.iterdir() if "x.epub" in path.name} == {
        "x.epub",
        ".x.epub.totem-notes",
    }


def test_an_export_at_work_keeps_its_file(tmp_path: Path) -> None:
    """The new file of an export that is not done yet is not taken for that of a killed one."""
    fd, fresh = one_file._new_file(str(tmp_path / "a.json"))
    with open(fd, "wb"):
        assert one_file.write_one(b"other", tmp_path / "a.json")
        assert Path(fresh).exists()
    assert not one_file.write_one(b"other", tmp_path / "a.json")
    assert not Path(fresh).exists()


@pytest.mark.parametrize("count", [3, 100])
def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Where contents cannot be synced, the old output stays whole."""
    pages = [Page(f"a{number}/b.txt", "1", lambda: b"one") for number in range(count)]
    publish(pages, tmp_path / "out", format="x", filters={})
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}

    def fails(root: str, paths: Sequence[str]) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("totem_cli.publishing.output.make_durable", fails)
    others = [Page(f"a{number}/b.txt", "2", lambda: b"two") for number in range(count)]
    with pytest.raises(SystemFailedError, match="Input/output error"):
        publish(others, tmp_path / "out", format="x", filters={})
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_without_syncfs_each_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that cannot sync a file system at once is asked for each file."""
    synced: list[int] = []
    monkeypatch.setattr(durable, "syncfs", lambda *_: False)
    monkeypatch.setattr("os.fsync", synced.append)
    names = [f"{number}.txt" for number in range(durable.MANY)]
    for name in names:
        (tmp_path / name).touch()
    durable.make_durable(str(tmp_path), [*names, "gone.txt"])
    assert len(synced) == durable.MANY
