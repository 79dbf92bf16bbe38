"""The journal of an archive: states, recovery, limits."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import totem_cli
from totem_cli.errors import LockedError, NotFoundError, SystemFailedError
from totem_cli.storage import journal as journals
from totem_cli.storage.files import Folder
from totem_cli.storage.in_progress import is_in_progress, journal_state
from totem_cli.storage.journal import Journal, recover
from totem_cli.storage.journal_entry import JournalEntry, Step, load
from totem_cli.storage.lock import Lock
from totem_cli.storage.transaction import Transaction, history, redo, undo

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(totem_cli.__file__).resolve().parent.parent
EDITED, MADE, REMOVED = "series/x/edited.md", "people/made.md", "series/y/removed.md"
OLD = {EDITED: b"old\n", MADE: None, REMOVED: b"gone\n"}
NEW = {EDITED: b"new\n", MADE: b"made\n", REMOVED: None}


def content(root: Path) -> dict[str, bytes | None]:
    """Return what the three files hold."""
    with Folder(root) as tree:
        return {path: tree.read(path) for path in OLD}


def put(root: Path, path: str, text: bytes | None) -> None:
    """Save a file as an editor does, or delete it."""
    if text is None:
        (root / path).unlink()
    else:
        (root / path).parent.mkdir(exist_ok=True, parents=True)
        (root / path).write_bytes(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make an archive with one change of three files."""
    for path, text in OLD.items():
        if text:
            put(tmp_path, path, text)
    with Transaction(tmp_path, "three") as t:
        for path, text in NEW.items():
            if text is None:
                t.remove(path)
            else:
                t.write(path, text)
    return tmp_path


def die(root: Path, flight: str, name: str = "00000001.done") -> None:
    """Let the entry look as if the command had died when all was exchanged."""
    os.rename(root / ".totem/journal" / name, root / ".totem/journal" / flight)


def names(root: Path) -> list[str]:
    """List the entries by name."""
    with Folder(root) as tree:
        return tree.names(".totem/journal")


@pytest.mark.parametrize("how", ["reader", "writer"])
@pytest.mark.parametrize(("flight", "left"), [("applying", []), ("replaying", ["00000001.undone"])])
def test_a_command_that_died_is_taken_back(root: Path, flight: str, left: list[str], how: str) -> None:
    """The next reader or writer finds the state before the entry; a new entry is gone, one undone can be redone."""
    die(root, flight)
    assert is_in_progress(root)
    if how == "reader":
        recovered = recover(root, timeout=1)
    else:
        with Transaction(root, "next", timeout=1) as t:
            recovered = t.recovered
    assert recovered is not None
    assert (recovered.label, recovered.kept) == ("three", ())
    assert content(root) == OLD
    assert not (root / "people").exists()
    assert not is_in_progress(root)
    with Transaction(root, "next", timeout=1):
        assert names(root) == left
    assert recover(root) is None
    if left:
        redo(root)
        assert content(root) == NEW


@pytest.mark.parametrize("flight", ["applying", "replaying"])
@pytest.mark.parametrize("path", list(OLD))
def test_a_file_edited_since_is_not_taken_back(root: Path, flight: str, path: str) -> None:
    """It stays as edited, the rest is taken back, and the answer says where the other version is."""
    die(root, flight)
    save = None if path == EDITED else b"edited since\n"
    put(root, path, save)
    recovered = recover(root, timeout=1)
    assert recovered is not None
    ((kept_path, slot),) = recovered.kept
    assert kept_path == path
    assert content(root) == {**OLD, path: save}
    if OLD[path] is not None:
        assert Path(slot).read_bytes() == OLD[path]
    assert names(root) == ["00000001.kept"]
    assert history(root) == []
    with Transaction(root, "next") as t:
        t.write("people/next.md", b"next\n")
    assert names(root) == ["00000001.kept", "00000002.done"]


def test_a_file_that_somebody_put_back_is_left_alone(root: Path) -> None:
    """A file that is as before already needs nothing."""
    die(root, "applying")
    put(root, EDITED, OLD[EDITED])
    recovered = recover(root)
    assert recovered is not None
    assert recovered.kept == ()
    assert content(root) == OLD


@pytest.mark.parametrize("damage", ["folder gone", "link", "file for folder"])
def test_recovery_is_never_stuck_by_what_was_done_since(root: Path, tmp_path: Path, damage: str) -> None:
    """Whatever became of the folders meanwhile, the rest is taken back and the next command works."""
    die(root, "applying")
    shutil.rmtree(root / "series")
    if damage == "link":
        (tmp_path / "elsewhere").mkdir()
        (root / "series").symlink_to(tmp_path / "elsewhere")
    if damage == "file for folder":
        (root / "series").write_text("mine")
    recovered = recover(root)
    assert recovered is not None
    assert [path for path, _ in recovered.kept] == [EDITED, REMOVED]
    assert not (root / "people").exists()
    assert damage != "link" or not list((tmp_path / "elsewhere").iterdir())
    with Transaction(root, "next") as t:
        t.write("people/next.md", b"next\n")


@pytest.mark.parametrize(
    "record",
    [b"", b"{", b"[]", b"null", b'{"format": 2}', b'{"format": 1}', b"\xff", "outside", "private", "mode", "link"],
)
def test_a_damaged_entry_stops_nobody(root: Path, record: bytes | str) -> None:
    """It is set aside, the next command is told, and no path outside the archive is touched."""
    die(root, "applying")
    file = root / ".totem/journal/applying/entry.json"
    if record == "outside":
        record = file.read_bytes().replace(EDITED.encode(), b"../../outside")
    if record == "private":
        record = file.read_bytes().replace(b'"private": null', b'"private": "../../outside"')
    if record == "mode":
        record = file.read_bytes().replace(b"493", b'"493"')
    if isinstance(record, bytes):
        file.write_bytes(record)
        recovered = recover(root)
        assert recovered is not None
        assert recovered.kept == (("", str(root / ".totem/journal/00000001.kept")),)
        assert not is_in_progress(root)
    else:
        (root / ".totem/journal/applying/1").unlink()
        (root / ".totem/journal/applying/1").symlink_to("/etc/passwd")
        recovered = recover(root)
        assert recovered is not None
        assert content(root) == {**OLD, EDITED: NEW[EDITED]}
        assert [path for path, _ in recovered.kept] == [EDITED]
    assert not (root / "../../outside").exists()


def test_undo_of_a_damaged_slot_is_refused(root: Path) -> None:
    """What the journal holds is compared before it is put in place."""
    (root / ".totem/journal/00000001.done/1").write_bytes(b"bit rot\n")
    with pytest.raises(SystemFailedError, match="does not hold what was written"):
        undo(root)
    assert content(root) == NEW
    assert names(root) == ["00000001.done"]


def test_a_damaged_entry_is_left_out_of_the_history(root: Path) -> None:
    """It can be neither undone nor redone, and its number is not used again."""
    (root / ".totem/journal/00000001.done/entry.json").write_bytes(b"{")
    assert history(root) == []
    with pytest.raises(NotFoundError):
        undo(root)
    with Transaction(root, "next") as t:
        t.write(EDITED, b"next\n")
    assert [entry.number for entry in history(root)] == [2]


def test_what_died_before_its_change_is_removed(root: Path) -> None:
    """Drafts and private stagings are removed by the next writer, not by a reader."""
    (root / ".totem/journal/draft-1").mkdir()
    (root / ".totem/journal/draft-1/0").touch()
    (root / "private/.staging-1").mkdir(parents=True)
    (root / "private/.staging-1/0").touch()
    assert recover(root) is None
    assert "draft-1" in names(root)
    with Transaction(root, "next"):
        pass
    assert names(root) == ["00000001.done"]
    assert not (root / "private").exists()


def test_a_private_change_that_died_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The private part goes back with the rest; one edited since is kept, under private only."""
    for edited in (False, True):
        root = tmp_path / str(edited)
        put(root, "private/a", b"old")
        with Transaction(root, "private") as t, monkeypatch.context() as context:
            t.write("private/a", b"new")
            t.write(EDITED, b"new\n")
            context.setattr(Journal, "clean", lambda _: None)
            t.commit()
        die(root, "applying")
        if edited:
            put(root, "private/a", b"edited")
        recovered = recover(root)
        assert recovered is not None
        assert not (root / EDITED).exists()
        with Transaction(root, "next"):
            pass
        assert (root / "private/a").read_bytes() == (b"edited" if edited else b"old")
        kept = list(root.glob("private/.kept-*"))
        assert [(path, Path(place)) for path, place in recovered.kept] == [("private", path) for path in kept]
        assert [path.read_bytes() for path in sorted(root.glob("private/.kept-*/[0-9]"))] == [b"*\n", b"old"] * edited


def test_the_last_hundred_are_kept(root: Path) -> None:
    """Older entries go, the newest stay, and numbers go on."""
    for number in range(105):
        with Transaction(root, str(number)) as t:
            t.write(EDITED, b"%d\n" % number)
    assert [entry.number for entry in history(root)] == list(range(106, 6, -1))
    assert len(names(root)) == 100


def test_large_entries_are_not_kept_for_long(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit of bytes the oldest go, but never the newest, however large."""
    monkeypatch.setattr(journals, "_ROOM", 8_800)
    for size in (4_000, 4_001, 4_002):
        with Transaction(root, str(size)) as t:
            t.write(EDITED, b"x" * size)
    assert [entry.number for entry in history(root)] == [4, 3]
    with Transaction(root, "large") as t:
        t.write(EDITED, b"x" * 20_000)
    with Transaction(root, "after large") as t:
        t.write(EDITED, b"small\n")
    assert [entry.label for entry in history(root)] == ["after large"]
    undo(root)
    assert (root / EDITED).stat().st_size == 20_000


def test_entries_round_trip() -> None:
    """An entry's record holds all of it, names that are not UTF-8 included."""
    steps = (Step("series/é\udcff.md", None, "1"), Step("a b", "2", None))
    entry = JournalEntry(
        7,
        "label \x1b",
        "2020-01-01T00:00:00Z",
        steps,
        (("a", None),),
        (("b", 0o755),),
        ".staging-1",
        "done",
        ("00000001.done",),
    )
    assert load(entry.dump(), "done") == entry
    assert entry.reversed().reversed() == entry
    assert json.loads(entry.dump())["format"] == 1


def test_stamp_tells_every_change(root: Path) -> None:
    """It differs after a change, an undo and a redo, and is the same when nothing happened."""
    seen = [journal_state(root)]
    actions: list[Callable[[], object]] = [
        lambda: put(root, "people/other.md", b"other"),
        lambda: Transaction(root, "nothing").__enter__().__exit__(None, None, None),
    ]
    for action in actions:
        action()
        assert journal_state(root) == seen[-1]
    undo(root)
    seen.append(journal_state(root))
    redo(root)
    seen.append(journal_state(root))
    assert len(set(seen)) == 3
    assert journal_state(root / "none") == ()


def test_reading_needs_no_journal(tmp_path: Path) -> None:
    """An archive that was never changed by totem has no journal, and reading makes none."""
    assert not is_in_progress(tmp_path)
    assert recover(tmp_path) is None
    assert history(tmp_path) == []
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo(tmp_path, dry_run=True)
    assert not list(tmp_path.iterdir())


SLOW = """
import sys, time
sys.path.insert(0, sys.argv[1])
from totem_cli.storage import journal_entry as entry
from totem_cli.storage.transaction import Transaction
original = entry.exchange
def exchange(*arguments, **options):
    print("exchanging", flush=True)
    sys.stdin.readline()
    return original(*arguments, **options)
entry.exchange = exchange
with Transaction(sys.argv[2], "slow") as t:
    t.write("series/x/edited.md", b"slow")
    t.write("people/made.md", b"slow")
"""


def test_a_reader_waits_for_a_live_writer(root: Path) -> None:
    """In the middle of a change a reader waits; too long is an error; when the writer dies, it is taken back."""
    command = [sys.executable, "-c", SLOW, str(PROJECT), str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for answer in ("\n", ""):
            assert writer.stdout.readline() == "exchanging\n"
            with pytest.raises(LockedError, match=f"process {writer.pid} "):
                recover(root, timeout=0.05)
            writer.stdin.write(answer)
            writer.stdin.flush()
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert b"slow" in content(root).values()
    recovered = recover(root, timeout=0)  # the lock goes with its holder
    assert recovered is not None
    assert recovered.label == "slow"
    assert content(root) == NEW


def test_a_reader_without_permission_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an abandoned change cannot be taken back, reading goes on, after waiting for who may be at it."""
    die(root, "applying")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "journal")

    monkeypatch.setattr(Journal, "recover", denied)
    assert recover(root, timeout=1) is None
    with Lock(root, "live"), pytest.raises(LockedError, match="live"):
        recover(root, timeout=0.05)

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error", "journal")

    monkeypatch.setattr(Journal, "recover", broken)
    with pytest.raises(SystemFailedError, match="Input/output error"):
        recover(root, timeout=1)


def test_an_undo_that_fails_leaves_what_was_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure in the middle of undo or redo puts everything back as it was just before."""
    original, done = journals.entries.exchange, []

    def exchange(*arguments: object, **options: object) -> bool:
        done.append(1)
        if len(done) == 2:
            raise OSError(28, "No space left on device", "somewhere")
        return original(*arguments, **options)  # type: ignore[arg-type]

    for action, state, entries in ((undo, NEW, ["00000001.done"]), (redo, OLD, ["00000001.undone"])):
        done.clear()
        with monkeypatch.context() as context:
            context.setattr(journals.entries, "exchange", exchange)
            with pytest.raises(SystemFailedError, match="No space left"):
                action(root)
        assert content(root) == state
        assert names(root) == entries
        action(root)
