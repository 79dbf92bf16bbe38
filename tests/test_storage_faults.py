"""A process that changes an archive is killed, or its system fails it, at every mutating system call in turn.

The N-th call of one kind is killed or failed by strace, for N = 1, 2, 3 … until the process completes (the loop of
SQLite's I/O error tests). The default run takes a sample of N; ``TOTEM_FAULTS=full`` takes all of them, with more
errors. Each kind of call must have been hit at least once, or the test is void.
"""

from __future__ import annotations

import atexit
import compileall
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

import totem_cli
from totem_cli.storage.in_progress import is_in_progress
from totem_cli.storage.journal import recover
from totem_cli.storage.transaction import Transaction, history, undo

STRACE = shutil.which("strace")
PYTHON = Path(sys.executable).resolve()
FULL = os.environ.get("TOTEM_FAULTS") == "full"

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]

DRIVER = """
import os, sys
sys.path.insert(0, sys.argv[1])
import ctypes, errno, hashlib, json, fcntl
from totem_cli.errors import TotemError
from totem_cli.storage import exchange as swap
from totem_cli.storage.journal import recover
from totem_cli.storage.transaction import Transaction, redo, undo

root, work, how = sys.argv[2:]
if how == "links":
    def absent(*_):
        raise OSError(errno.ENOSYS, "no such call")
    swap._renameat2 = lambda: absent
ctypes.CDLL(None, use_errno=True)
try:
    os.open("/here-it-begins", os.O_RDONLY)
except OSError:
    pass
try:
    if work in ("commit", "mixed"):
        with Transaction(root, "everything", timeout=5) as t:
            t.write("series/x/a.md", b"A, new\\n")
            t.write("series/y/z/b.md", b"B, made\\n")
            t.remove("series/x/c.md")
            t.remove("comments/x/d.md")
            if work == "mixed":
                t.write("private/mail/a.toml", b"mail = 1\\n")
                t.write("private/b.toml", b"new = 2\\n")
    elif work == "undo":
        undo(root, timeout=5)
    elif work == "redo":
        redo(root, timeout=5)
    elif work == "recover":
        recover(root, timeout=5)
except TotemError as error:
    print(error.exit_code, error, error.hint)
    sys.exit(error.exit_code)
"""

Snapshot = dict[str, tuple[int, bytes | None]]


def snapshot(root: Path) -> Snapshot:
    """Every file and folder of the archive, but for totem's own, with mode and content."""
    found: Snapshot = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if name.partition("/")[0] != ".totem" and not name.startswith("private/.staging-"):
            found[name] = (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
    return found


def files(found: Snapshot) -> Snapshot:
    """Return the snapshot without its folders."""
    return {path: each for path, each in found.items() if each[1] is not None}


def fresh(root: Path, *, mixed: bool = False) -> Path:
    """Make an archive in its old state."""
    for path, content in {
        "totem.toml": b"version = 1\n",
        "series/x/a.md": b"A, old\n",
        "series/x/c.md": b"C\n",
        "series/x/series.md": b"S\n",
        "comments/x/d.md": b"D\n",
        **({"private/mail/a.toml": b"mail = 0\n", "private/.gitignore": b"*\n"} if mixed else {}),
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / "series/x/a.md").chmod(0o640)
    return root


@cache
def project() -> str:
    """Copy what the driver imports, compiled, so that every run makes the very same calls."""
    copy = Path(tempfile.mkdtemp(prefix="totem-faults-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    package = Path(totem_cli.__file__).resolve().parent
    for name in ("__init__.py", "errors.py", "storage"):
        source, target = package / name, copy / "totem_cli" / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    compileall.compile_dir(copy, quiet=1)
    return str(copy)


def run(root: Path, work: str, how: str, *strace: str) -> subprocess.CompletedProcess[str]:
    """Run the driver in its own process, with or without strace."""
    command = [str(PYTHON), "-I", "-S", "-B", "-c", DRIVER, project(), str(root), work, how]
    return subprocess.run([*strace, *command], capture_output=True, text=True, timeout=60, check=False)


class Case:
    """A piece of work: the archive before it, the states that may be found after it, and how it is run."""

    def __init__(self, folder: Path, work: str, how: str) -> None:
        self.work, self.how = work, how
        self.folder = folder
        self.before = fresh(folder / "before", mixed=work == "mixed")
        if work in {"undo", "redo"}:
            assert run(self.before, "commit", how).returncode == 0
        if work == "redo":
            assert run(self.before, "undo", how).returncode == 0
        if work == "recover":
            call = "renameat2" if how == "exchange" else "renameat"
            self.strace(self.before, "commit", call, "signal=KILL", 4 if how == "exchange" else 3)
            assert is_in_progress(self.before)
            whole = fresh(folder / "whole")
            self.old = self.new = snapshot(whole)
            assert snapshot(self.before) != self.old, "the change must be half made"
        else:
            self.old = snapshot(self.before)
            done = self.copy("done")
            assert run(done, work, how).returncode == 0
            self.new = snapshot(done)
            assert self.new != self.old

    def copy(self, name: str) -> Path:
        """Copy the archive as it is before the work."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.before, target, symlinks=True)
        return target

    def strace(
        self, root: Path, work: str, call: str, fault: str, number: int | str
    ) -> subprocess.CompletedProcess[str]:
        """Run the driver with a fault at the N-th call."""
        log = str(self.folder / "log")
        inject = f"inject={call}:{fault}:when={number}"
        return run(root, work, self.how, str(STRACE), "-f", "-qq", "-o", log, "-e", f"trace={call}", "-e", inject)

    def calls(self, call: str) -> range:
        """Return the numbers of the calls that the work itself makes, start-up left out."""
        log = self.folder / "log"
        strace = [str(STRACE), "-f", "-qq", "-o", str(log), "-e", f"trace=openat,{call}"]
        assert run(self.copy("counted"), self.work, self.how, *strace).returncode == 0
        startup, work = log.read_text().split('"/here-it-begins"')
        pattern = re.compile(rf"^\d+ +{call}\(", re.MULTILINE)
        first = len(pattern.findall(startup)) - (call == "openat")
        return range(first + 1, first + len(pattern.findall(work)) + 1 + (call == "openat"))

    def injections(self) -> int:
        """How many faults strace says it injected in the last run."""
        log = (self.folder / "log").read_text()
        return log.count("(INJECTED)") + log.count("+++ killed by SIGKILL +++")


def numbers(calls: range, most: int) -> list[int]:
    """All of them in a full run, else about as many as ``most``, the first and the last among them."""
    if FULL or len(calls) <= most:
        return list(calls)
    return sorted({calls[round(index * (len(calls) - 1) / (most - 1))] for index in range(most)})


def next_writer_finds_it_clean(root: Path, expected: Snapshot) -> None:
    """Another command works at once, and nothing is left of the one that failed."""
    with Transaction(root, "next", timeout=2) as t:
        t.write("people/next.md", b"next\n")
    left = {name for name in os.listdir(root / ".totem/journal") if not re.fullmatch(r"\d{8}\.(done|undone)", name)}
    assert not left
    assert not list(root.glob("private/.*-*"))
    undo(root, timeout=2)
    assert snapshot(root) == expected
    assert next(entry.state for entry in history(root)) == "undone"


ALL = ["openat", "write", "fsync", "mkdirat", "renameat", "renameat2", "unlinkat", "fchmod", "flock"]
LATER = [call for call in ALL if call not in {"write", "fchmod"}]  # an undo makes no new file
LINKS = ["renameat", "linkat", "unlinkat"]
CASES = [
    *(("commit", "exchange", call) for call in ALL),
    *(("mixed", "exchange", call) for call in (ALL if FULL else ["renameat2", "unlinkat"])),
    *(("undo", "exchange", call) for call in (LATER if FULL else ["renameat2", "renameat", "fsync"])),
    *(("redo", "exchange", call) for call in (LATER if FULL else ["renameat2"])),
    *(("recover", "exchange", call) for call in (LATER if FULL else ["renameat2", "renameat"])),
    *(("commit", "links", call) for call in LINKS),
    *((work, "links", call) for work in ("mixed", "undo", "redo", "recover") for call in LINKS if FULL),
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Case]:
    """Hold the cases, each prepared when it is first used."""

    class Cases(dict[tuple[str, str], Case]):
        def __missing__(self, key: tuple[str, str]) -> Case:
            self[key] = Case(tmp_path_factory.mktemp("-".join(key)), *key)
            return self[key]

    return Cases()


@pytest.mark.parametrize(("work", "how", "call"), CASES)
def test_killed_at_the_nth_call(case: dict[tuple[str, str], Case], work: str, how: str, call: str) -> None:
    """Killed at any call, the next reader finds the old state or the new one, and the next writer cleans up."""
    this = case[work, how]
    calls = this.calls(call)
    kills = 0
    for number in numbers(calls, 4):
        root = this.copy("killed")
        result = this.strace(root, work, call, "signal=KILL", number)
        assert result.returncode in {-9, 137}, (number, result)
        kills += this.injections()
        recover(root, timeout=2)
        assert not is_in_progress(root)
        found = snapshot(root)
        assert found in (this.old, this.new), f"torn at {call} {number}"
        next_writer_finds_it_clean(root, found)
    assert kills == len(numbers(calls, 4)) > 0, "no kill landed: the test is void"


ERRORS = ["ENOSPC", "EIO", "EACCES", "EMFILE", "EXDEV", "EINTR", "EDQUOT"]
FAILURES = [
    (*each, error)
    for index, each in enumerate(CASES)
    for number, error in enumerate(ERRORS)
    if FULL or (index % 3 == number and each[0] != "recover")  # a sample: one of the first three errors a call
]


@pytest.mark.parametrize(("work", "how", "call", "error"), FAILURES)
def test_failed_at_the_nth_call(case: dict[tuple[str, str], Case], work: str, how: str, call: str, error: str) -> None:
    """Whatever call fails, the command says which path (exit 6) and the archive is as before, or the change is made."""
    this = case[work, how]
    faults = 0
    for number in numbers(this.calls(call), 3):
        root = this.copy("failed")
        result = this.strace(root, work, call, f"error={error}", number)
        faults += this.injections()
        found = snapshot(root)
        assert "Traceback" not in result.stderr, result.stderr
        if work == "recover":  # what failed once is recovered from by the next; without permission a reader goes on
            recover(root, timeout=2)
            assert files(snapshot(root)) == files(this.new), f"not recovered after {call} {number}"
        elif result.returncode == 6:
            assert str(root) in result.stdout, result.stdout
            assert found == this.old, f"changed by a failure at {call} {number}: {result.stdout}"
        else:
            assert result.returncode == 0, (number, result)
            assert files(found) == files(this.new), f"wrong at {call} {number}"  # an emptied folder may stay
        assert not is_in_progress(root)
        next_writer_finds_it_clean(root, snapshot(root))
    assert faults > 0, "no fault landed: the test is void"


PERSISTENT = ["renameat2", "renameat", "unlinkat", "fsync", "openat"]


@pytest.mark.parametrize("error", ["EIO", "EACCES"] if FULL else ["EIO"])
@pytest.mark.parametrize("call", PERSISTENT)
@pytest.mark.parametrize("work", ["mixed", "commit", "undo"] if FULL else ["mixed"])
def test_failed_from_the_nth_call_on(case: dict[tuple[str, str], Case], work: str, call: str, error: str) -> None:
    """Where what puts things back fails too, the command says which files are changed, and what is left where.

    The next command puts back the old state, or finishes an undo, and removes what was left.
    """
    this = case[work, "exchange"]
    words, recovered = ("finishes the undo", this.new) if work == "undo" else ("puts back what was there", this.old)
    faults = 0
    for number in numbers(this.calls(call), 6):
        root = this.copy("failed")
        result = this.strace(root, work, call, f"error={error}", f"{number}+")
        faults += this.injections()
        assert "Traceback" not in result.stderr, result.stderr
        found = files(snapshot(root))
        if result.returncode == 0:
            assert found == files(this.new)
            next_writer_finds_it_clean(root, snapshot(root))
            continue
        assert result.returncode == 6, (number, result)
        in_progress = is_in_progress(root)
        if in_progress:
            assert f"the next command {words}" in result.stdout, result.stdout
            changed = [path for path, each in files(this.new).items() if found.get(path) == each != this.old.get(path)]
            assert all(path in result.stdout for path in changed), (changed, result.stdout)
        else:
            assert found == files(this.old), f"changed by a failure from {call} {number} on: {result.stdout}"
        left = [path.name for path in root.glob("private/.staging-*")]
        assert all(name in result.stdout for name in left) or "the next command" in result.stdout, (left, result)
        recover(root, timeout=2)
        wanted = recovered if in_progress else this.old
        assert files(snapshot(root)) == files(wanted), f"not recovered after {call} {number}"
        next_writer_finds_it_clean(root, snapshot(root))
    assert faults > 0, "no fault landed: the test is void"


def test_write_that_only_claims_to_be_done(case: dict[tuple[str, str], Case]) -> None:
    """A write that the system says is done, with nothing written, is noticed before anything is replaced."""
    this = case["commit", "exchange"]
    for number in this.calls("write"):
        root = this.copy("claimed")
        result = this.strace(root, "commit", "write", "retval=1000", number)
        assert this.injections() == 1
        assert snapshot(root) == (this.old if result.returncode else this.new), result.stdout
        assert result.returncode in {0, 6}
        if result.returncode == 0:
            assert (root / ".totem/.gitignore").read_bytes() == b"", "only the write for git may go unnoticed"
