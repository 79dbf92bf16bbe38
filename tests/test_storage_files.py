"""Files beneath a folder, reached without following a symbolic link."""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from totem_cli.errors import RefusedError, SystemFailedError
from totem_cli.storage import files
from totem_cli.storage.files import Folder, digest, parts_of, reported

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("number", [errno.ENOTDIR, errno.ELOOP, errno.EMLINK])
def test_a_link_is_one_by_whichever_error(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems differ in the error of a link that is not followed: Linux, macOS, FreeBSD."""
    (tmp_path / "way").symlink_to("elsewhere")
    opening = os.open

    def refusing(path: str, *rest: Any, **more: Any) -> int:
        if path == "way":
            raise OSError(number, os.strerror(number), path)
        return opening(path, *rest, **more)

    with Folder(tmp_path) as folder:
        monkeypatch.setattr(os, "open", refusing)
        with pytest.raises(RefusedError, match="way is a symbolic link"):
            folder.read("way/a")


def test_read_and_digest(tmp_path: Path) -> None:
    """A file is read whole, its digest is that of its content, and what is absent is None."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").write_bytes(b"x" * 3_000_000)
    with Folder(tmp_path) as folder:
        assert folder.read("a/b") == b"x" * 3_000_000
        assert folder.digest("a/b") == digest(b"x" * 3_000_000)
        assert folder.read("a/none") is folder.digest("none/at/all") is folder.mode("none/at/all") is None
        assert folder.names("a") == ["b"]
        assert folder.names("none") == []


@pytest.mark.parametrize("path", ["", "/etc/passwd", "..", "a/../b", "a//b", "./a", "a/", "a\0b"])
def test_path_that_could_leave_is_refused(path: str) -> None:
    """Only a plain relative path is one."""
    with pytest.raises(RefusedError, match="not a path inside"):
        parts_of(path)


def test_symbolic_links_are_refused(tmp_path: Path) -> None:
    """Neither a file nor a folder on the way is followed if it is a symbolic link."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/file").symlink_to("../out/secret")
    (tmp_path / "in/folder").symlink_to("../out")
    (tmp_path / "in/loop").symlink_to("loop")
    with Folder(tmp_path / "in") as folder:
        for path in ("file", "folder/secret", "loop", "loop/x"):
            with pytest.raises(RefusedError, match="is a symbolic link"):
                folder.read(path)
        for path in ("folder/new", "loop/new"):
            with pytest.raises(RefusedError, match="is a symbolic link"):
                folder.write(path, b"")
    assert os.listdir(tmp_path / "out") == ["secret"]


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    """A folder or a pipe is not read as a file, nor waited for; a file is not gone into as a folder."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    with Folder(tmp_path) as folder:
        for path in ("folder", "pipe"):
            with pytest.raises(RefusedError, match="is not a file"):
                folder.read(path)
        with pytest.raises(RefusedError, match="is not a folder"):
            folder.read("file/x")


def test_write_makes_a_new_file_by_umask(tmp_path: Path) -> None:
    """A new file gets its mode by umask; one that exists is never written to."""
    old = os.umask(0o027)
    try:
        with Folder(tmp_path) as folder:
            folder.write("a", b"1")
            with pytest.raises(FileExistsError):
                folder.write("a", b"2")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
    assert (tmp_path / "a").read_bytes() == b"1"


def test_write_like_another_file(tmp_path: Path) -> None:
    """Mode, owner and extended attributes are taken from the file that is to be replaced."""
    (tmp_path / "old").touch()
    (tmp_path / "old").chmod(0o4751)
    if os.geteuid() == 0:
        os.chown(tmp_path / "old", 12, 34)
        (tmp_path / "old").chmod(0o4751)
    try:
        os.setxattr(tmp_path / "old", "user.note", b"kept")
    except (OSError, AttributeError):
        pytest.skip("no extended attributes on this file system")
    with Folder(tmp_path) as folder, folder.open("old") as old:
        folder.write("new", b"", like=old)
    was, now = (tmp_path / "old").stat(), (tmp_path / "new").stat()
    assert (was.st_mode, was.st_uid, was.st_gid) == (now.st_mode, now.st_uid, now.st_gid)
    assert os.getxattr(tmp_path / "new", "user.note") == b"kept"


def test_write_copies_a_large_file(tmp_path: Path) -> None:
    """Another file's content is copied without being held in memory."""
    (tmp_path / "source").write_bytes(os.urandom(3_000_001))
    with Folder(tmp_path) as folder:
        folder.write("copy", tmp_path / "source")
        assert folder.digest("copy") == folder.digest("source")


@pytest.mark.parametrize("count", [0, 3, 80])
def test_sync_files(tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few files are synced each, many at once, then the folder; files made since it was opened are not missed."""
    synced: list[object] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_ino))
    monkeypatch.setattr(files, "syncfs", lambda _, path: bool(synced.append(f"all of {path}")) or True)
    with Folder(tmp_path) as folder:
        assert folder.names() == []
        for number in range(count):
            folder.write(str(number), b"%d" % number)
        folder.sync_files()
        assert len(folder.names()) == count
    each = [(tmp_path / str(number)).stat().st_ino for number in range(count)]
    assert synced == [*(each if count < 64 else [f"all of {tmp_path}"]), tmp_path.stat().st_ino]


def test_everything_on_the_file_system_can_be_synced(tmp_path: Path) -> None:
    """The call is there on Linux, and says when it fails."""
    with Folder(tmp_path) as folder:
        assert files.syncfs(folder.fd, folder.path) == (sys.platform == "linux")
    if sys.platform == "linux":
        with pytest.raises(OSError, match="Bad file descriptor"):
            files.syncfs(-1, "closed")


def test_folders_are_made_and_dropped(tmp_path: Path) -> None:
    """A folder is dropped when it is empty, and stays otherwise."""
    with Folder(tmp_path) as folder:
        assert folder.make("a")
        assert not folder.make("a")
        assert folder.make("a/b", 0o711)
        assert stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == 0o711
        folder.drop("a")
        assert folder.names() == ["a"]
        folder.drop("a/b")
        folder.drop("a")
        folder.drop("a")
        assert folder.names() == []


def test_erase_leaves_what_is_outside(tmp_path: Path) -> None:
    """Erasing a folder removes a symbolic link in it, not what the link leads to."""
    (tmp_path / "out").touch()
    (tmp_path / "a").mkdir()
    (tmp_path / "a/link").symlink_to("../out")
    with Folder(tmp_path) as folder:
        folder.erase("a")
        folder.erase("a")
        assert folder.names() == ["out"]


def test_a_failed_call_names_the_whole_path(tmp_path: Path) -> None:
    """An error of the system becomes one that names the path, whole."""
    with Folder(tmp_path) as folder, pytest.raises(SystemFailedError) as caught, reported("write"):
        folder.write("x" * 300, b"")
    assert caught.value.exit_code == 6
    assert str(tmp_path / ("x" * 300)) in str(caught.value)


def test_a_folder_leaves_no_descriptor_open(tmp_path: Path) -> None:
    """Whatever succeeds or fails, no descriptor stays open."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/c").touch()
    (tmp_path / "a/link").symlink_to("b")
    before = sorted(os.listdir("/dev/fd"))
    with Folder(tmp_path) as folder:
        folder.read("a/b/c")
        folder.inner("a/b").close()
        for path in ("a/link/c", "a/b", "a/b/c/d"):
            with pytest.raises(RefusedError):
                folder.read(path)
    folder.close()
    assert sorted(os.listdir("/dev/fd")) == before
