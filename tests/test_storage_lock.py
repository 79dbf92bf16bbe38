"""The archive's lock."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import totem_cli
from totem_cli.errors import LockedError, RefusedError, SystemFailedError
from totem_cli.storage import lock as locks
from totem_cli.storage.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(totem_cli.__file__).resolve().parent.parent
HOLD = """
import sys
sys.path.insert(0, sys.argv[1])
from totem_cli.storage.lock import Lock
with Lock(sys.argv[2], "add guest"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input ends."""
    command = [sys.executable, "-c", HOLD, str(PROJECT), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_lock_makes_its_folder_ignored_by_git(tmp_path: Path) -> None:
    """The folder is made on demand and never enters a repository."""
    with Lock(tmp_path, "test"):
        assert (tmp_path / ".totem/.gitignore").read_text() == "*\n"
    (tmp_path / ".totem/.gitignore").write_text("")
    with Lock(tmp_path, "test"):
        assert (tmp_path / ".totem/.gitignore").read_text() == "*\n"


def test_lock_says_who_holds_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """Waiting too long names process, host, command and since when."""
    with pytest.raises(LockedError) as caught, Lock(tmp_path, "second", timeout=0.05):
        pass
    assert caught.value.exit_code == 5
    message = str(caught.value)
    assert f"held by process {holder.pid} on {os.uname().nodename} (totem add guest) for " in message


def test_lock_of_a_stopped_process_is_waited_for(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A holder that was stopped (SIGSTOP) keeps the lock, and gives it back once it goes on."""
    holder.send_signal(signal.SIGSTOP)
    with pytest.raises(LockedError, match=f"held by process {holder.pid} "), Lock(tmp_path, "second", timeout=0.1):
        pass
    holder.send_signal(signal.SIGCONT)
    holder.communicate("")
    with Lock(tmp_path, "third", timeout=5):
        pass


def test_lock_dies_with_its_holder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A killed holder leaves no lock behind, though its note stays."""
    holder.kill()
    holder.wait()
    assert json.loads((tmp_path / ".totem/lock").read_bytes())["process"] == holder.pid
    with Lock(tmp_path, "second", timeout=0):
        assert json.loads((tmp_path / ".totem/lock").read_bytes())["process"] == os.getpid()


def test_lock_is_waited_for(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """One who waits gets it when the other is done."""
    assert holder.stdin is not None
    holder.stdin.close()
    with Lock(tmp_path, "second", timeout=600):
        pass


@pytest.mark.parametrize("note", [b"", b"\xff", b"{}", b'{"since": "x"}', b"[]", b"null", b'{"process": 1}'])
def test_a_forged_note_holds_nothing(tmp_path: Path, note: bytes) -> None:
    """Only the lock counts: whatever the file says, it can be had, and a wrong note breaks no message."""
    (tmp_path / ".totem").mkdir()
    (tmp_path / ".totem/lock").write_bytes(note)
    with Lock(tmp_path, "first", timeout=0):
        (tmp_path / ".totem/lock").write_bytes(note)
        with pytest.raises(LockedError, match="locked by another command"), Lock(tmp_path, "second", timeout=0):
            pass


def test_lock_survives_the_loss_of_its_folder(tmp_path: Path) -> None:
    """Whoever locked a file that was deleted meanwhile does not count: the next takes the new one."""
    with Lock(tmp_path, "first"):
        shutil.rmtree(tmp_path / ".totem")
        with Lock(tmp_path, "second", timeout=0):
            assert (tmp_path / ".totem/lock").exists()


def test_lock_gained_on_a_deleted_file_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock file replaced between opening and locking is noticed."""
    import fcntl

    original, seen = fcntl.flock, []

    def flock(fd: int, how: int) -> None:
        if not seen:
            (tmp_path / ".totem/lock").unlink()
        seen.append(how)
        original(fd, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with Lock(tmp_path, "first", timeout=5), pytest.raises(LockedError), Lock(tmp_path, "second", timeout=0):
        pass
    assert len([how for how in seen if how & fcntl.LOCK_EX]) == 4


def test_lock_is_not_kept_by_a_child(tmp_path: Path) -> None:
    """A child that inherited the descriptor does not hold the lock after its parent let go."""
    lock = Lock(tmp_path, "parent")
    with lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[lock._fd])
    try:
        with Lock(tmp_path, "next", timeout=0):
            pass
    finally:
        child.kill()
        child.wait()


def test_shared_lock_waits_and_writes_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A reader without write permission waits for the writer, and leaves no trace."""
    before = (tmp_path / ".totem/lock").stat().st_mtime_ns
    with pytest.raises(LockedError, match="add guest"), Lock(tmp_path, "", timeout=0.05, shared=True):
        pass
    holder.communicate("")
    with Lock(tmp_path, "", timeout=5, shared=True), Lock(tmp_path, "", timeout=0, shared=True):
        assert (tmp_path / ".totem/lock").stat().st_mtime_ns == before
    (tmp_path / "other").mkdir()
    with Lock(tmp_path / "other", "", timeout=0, shared=True):
        assert not list((tmp_path / "other").iterdir())


def test_lock_through_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    """Neither the folder nor the file of the lock may lead elsewhere."""
    (tmp_path / "out").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a/.totem").symlink_to("../out")
    with pytest.raises(RefusedError, match="symbolic link"), Lock(tmp_path / "a", "test", timeout=0):
        pass
    (tmp_path / "b/.totem").mkdir(parents=True)
    (tmp_path / "b/.totem/lock").symlink_to("../../out/new")
    with pytest.raises(SystemFailedError, match="lock"), Lock(tmp_path / "b", "test", timeout=0):
        pass
    assert not list((tmp_path / "out").iterdir())


def test_lock_where_there_is_no_archive(tmp_path: Path) -> None:
    """A folder that does not exist is not made."""
    with pytest.raises(SystemFailedError, match=r"cannot lock .*none"), Lock(tmp_path / "none", "test"):
        pass
    assert not list(tmp_path.iterdir())


def test_lock_comes_to_everyone_in_turn(tmp_path: Path) -> None:
    """Programs that take the lock again as soon as they let go leave it to others all the same."""
    script = """
import sys
sys.path.insert(0, sys.argv[1])
from totem_cli.storage.lock import Lock
print("ready", flush=True)
while True:
    with Lock(sys.argv[2], "greedy"):
        pass
"""
    command = [sys.executable, "-c", script, str(PROJECT), str(tmp_path)]
    greedy = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    try:
        for process in greedy:
            assert process.stdout is not None
            process.stdout.readline()
        for _ in range(5):
            with Lock(tmp_path, "modest", timeout=600):
                pass
    finally:
        for process in greedy:
            process.kill()
            process.communicate()


def test_a_stopped_process_in_the_queue_is_passed(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who was stopped while waiting does not keep the others from a lock that nobody holds."""
    monkeypatch.setattr(locks, "_PATIENCE", 0.05)
    command = [sys.executable, "-c", HOLD, str(PROJECT), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as waiting:
        while not list(tmp_path.glob(".totem/queue/*")):
            time.sleep(0.01)
        waiting.send_signal(signal.SIGSTOP)
        holder.communicate("")
        with Lock(tmp_path, "third", timeout=600):
            pass
        waiting.kill()


QUEUED = """
import sys, time
sys.path.insert(0, sys.argv[1])
from totem_cli.storage.lock import Lock
with Lock(sys.argv[2], "queued"):
    with open(sys.argv[3], "a") as file:
        file.write(sys.argv[4])
"""


def queue_of(root: Path) -> list[str]:
    """The tickets in the queue, in order."""
    return sorted(path.name for path in root.glob(".totem/queue/*"))


def wait_for(root: Path, *processes: str) -> list[subprocess.Popen[bytes]]:
    """Start processes that wait for the lock one after the other; each writes its name to a file when it has it."""
    started = []
    for name in processes:
        before = queue_of(root)
        command = [sys.executable, "-c", QUEUED, str(PROJECT), str(root), str(root / "order"), name]
        started.append(subprocess.Popen(command))
        while queue_of(root) == before:
            time.sleep(0.01)
    return started


def test_the_lock_is_given_in_the_order_of_coming(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """Who comes first is served first, however long the queue; nothing is left of it."""
    waiting = wait_for(tmp_path, *"abcdefgh")
    holder.communicate("")
    assert [process.wait(60) for process in waiting] == [0] * 8
    assert (tmp_path / "order").read_text() == "abcdefgh"
    assert queue_of(tmp_path) == []


def test_the_dead_are_passed_in_the_queue(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A process that was killed while it waited leaves a ticket that holds up nobody, and that the next removes."""
    waiting = wait_for(tmp_path, *"abcd")
    for process in waiting[:3]:
        process.kill()
        process.wait()
    holder.communicate("")
    assert waiting[3].wait(60) == 0
    assert (tmp_path / "order").read_text() == "d"
    assert queue_of(tmp_path) == []


def test_a_refusal_says_how_long_it_waited(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """It names the holder and its command, the time spent waiting, and how many are ahead."""
    waiting = wait_for(tmp_path, "a", "b")
    with pytest.raises(LockedError, match=r"process \d+ .*\(totem add guest\) .*; waited \d+ s, behind 2 more"):
        Lock(tmp_path, "third", timeout=0.1).__enter__()
    assert len(queue_of(tmp_path)) == 2
    holder.communicate("")
    assert [process.wait(60) for process in waiting] == [0, 0]


def test_who_reads_waits_for_no_queue(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A reader comes after the change that is under way, and before all that wait."""
    waiting = wait_for(tmp_path, *"abc")
    for process in waiting:
        process.send_signal(signal.SIGSTOP)
    holder.communicate("")
    with Lock(tmp_path, "reading", timeout=5, shared=True):
        pass
    with Lock(tmp_path, "recovery", timeout=5, urgent=True):
        pass
    for process in waiting:
        process.send_signal(signal.SIGCONT)
    assert [process.wait(60) for process in waiting] == [0] * 3
    assert (tmp_path / "order").read_text() == "abc"


def test_a_folder_that_others_use_is_not_removed(tmp_path: Path) -> None:
    """The folder that a lock made is removed again if nothing came into it, and only then."""
    with Lock(tmp_path, "first") as lock:
        lock.remove_home()
        assert not list(tmp_path.iterdir())
    with Lock(tmp_path, "second") as lock:
        (tmp_path / ".totem/index").touch()
        lock.remove_home()
        assert (tmp_path / ".totem/lock").exists()
    (tmp_path / ".totem/index").unlink()
    with Lock(tmp_path, "third") as lock:
        lock.remove_home()
        assert (tmp_path / ".totem/lock").exists()


def test_the_folder_is_removed_while_others_wait(tmp_path: Path) -> None:
    """Processes that create and remove the folder all the time never hold the lock together, nor fail."""
    script = """
import os, sys
sys.path.insert(0, sys.argv[1])
from totem_cli.storage.lock import Lock
for _ in range(40):
    with Lock(sys.argv[2], "test", timeout=600) as lock:
        fd = os.open(sys.argv[3], os.O_CREAT | os.O_EXCL)
        os.close(fd)
        os.unlink(sys.argv[3])
        lock.remove_home()
"""
    (tmp_path / "archive").mkdir()
    command = [sys.executable, "-c", script, str(PROJECT), str(tmp_path / "archive"), str(tmp_path / "inside")]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(6)]
    assert [process.communicate()[1] for process in processes] == [""] * 6
    left = [path for path in (tmp_path / "archive").rglob("*") if path.name not in {".totem", "lock", ".gitignore"}]
    assert not left
