"""Changes of an archive's files, made together or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import totem_cli
from totem_cli.errors import ChangedError, InvalidError, LockedError, NotFoundError, RefusedError, SystemFailedError
from totem_cli.storage import journal_entry as entries
from totem_cli.storage.files import Folder
from totem_cli.storage.journal import recover
from totem_cli.storage.transaction import Transaction, history, redo, undo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(totem_cli.__file__).resolve().parent.parent
EPISODE = "series/x/01-a.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a small archive."""
    archive = tmp_path / "archive"
    (archive / "series/x").mkdir(parents=True)
    (archive / EPISODE).write_bytes(b"one\n")
    (archive / "series/x/02-b.md").write_bytes(b"two\n")
    return archive


def tree(root: Path) -> dict[str, bytes | None]:
    """Return every file and folder, but for totem's own."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None
        for path in root.rglob("*")
        if ".totem" not in path.parts
    }


def everything(root: Path) -> dict[str, tuple[int, int]]:
    """Return the time and inode of everything, totem's own included."""
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ino) for path in [root, *root.rglob("*")]}


def change(root: Path, changes: dict[str, bytes | None], meanwhile: Callable[[], object] = lambda: None) -> Transaction:
    """Make changes in one transaction (None removes), with something else happening before it commits."""
    with Transaction(root, "change") as t:
        for path, content in changes.items():
            if content is None:
                t.remove(path)
            else:
                t.write(path, content)
        meanwhile()
    return t


def fail() -> None:
    """Raise what no transaction raises."""
    raise ZeroDivisionError


def test_change_make_and_remove_together(root: Path) -> None:
    """What is written, made and removed is there once the block is left, with an entry that says so."""
    with Transaction(root, "three things") as t:
        t.write(EPISODE, b"ONE\n")
        t.write("people/new/ada.md", b"ada\n")
        t.remove("series/x/02-b.md")
        assert t.read(EPISODE) == b"ONE\n"
        assert t.read("series/x/02-b.md") is None
        assert (root / EPISODE).read_bytes() == b"one\n"
    assert tree(root) == {
        "series": None,
        "series/x": None,
        EPISODE: b"ONE\n",
        "people": None,
        "people/new": None,
        "people/new/ada.md": b"ada\n",
    }
    assert t.entry is not None
    assert t.entry.paths == ("people/new/ada.md", EPISODE, "series/x/02-b.md")
    assert history(root) == [t.entry]


def test_an_exception_aborts(root: Path) -> None:
    """Leaving the block by an exception changes nothing."""
    before = tree(root)
    with pytest.raises(ZeroDivisionError):
        change(root, {EPISODE: b"ONE\n"}, fail)
    assert tree(root) == before
    assert not (root / ".totem").exists()


def test_nothing_changed_writes_nothing(root: Path) -> None:
    """Content that is there already is no change, and leaves not even totem's own folder."""
    with Transaction(root, "same") as t:
        t.write(EPISODE, b"ONE\n")
        t.write(EPISODE, b"one\n")
        t.write("people/ada.md", b"ada\n")
        t.remove("people/ada.md")
        assert t.changes == []
        assert t.commit() is None
    assert t.entry is None
    assert not (root / ".totem").exists()


def test_dry_run_touches_nothing(root: Path) -> None:
    """A dry run shows the diff, takes no lock, and changes neither a file nor a time."""
    before = everything(root)
    with Transaction(root, "writer"), Transaction(root, "dry", dry_run=True, timeout=0) as t:
        t.write(EPISODE, b"ONE\n")
        t.remove("series/x/02-b.md")
        assert [change.path for change in t.changes] == [EPISODE, "series/x/02-b.md"]
        assert [(change.before, change.after) for change in t.changes] == [(b"one\n", b"ONE\n"), (b"two\n", None)]
        assert "-one\n+ONE\n" in t.diff()
    os.utime(root, ns=(0, before[str(root)][0]))  # the writer's folder came and went
    assert everything(root) == before
    with Transaction(root / "none", "init", dry_run=True) as t:
        t.write("totem.toml", b"version = 1\n")
        assert t.diff().startswith("--- /dev/null\n+++ b/totem.toml\n")
    assert not (root / "none").exists()


def test_several_commits_under_one_lock(root: Path) -> None:
    """After a commit the transaction goes on from what is there then."""
    with Transaction(root, "two") as t:
        t.write(EPISODE, b"ONE\n")
        t.commit()
        assert t.read(EPISODE) == b"ONE\n"
        t.write(EPISODE, b"one\n")
    assert (root / EPISODE).read_bytes() == b"one\n"
    assert len(history(root)) == 2


def test_remove_what_is_not_there(root: Path) -> None:
    """Removing nothing is an error, as is removing twice."""
    with Transaction(root, "remove", dry_run=True) as t:
        with pytest.raises(NotFoundError):
            t.remove("series/x/none.md")
        t.remove(EPISODE)
        with pytest.raises(NotFoundError):
            t.remove(EPISODE)


def test_emptied_folders_go_and_come_back(root: Path) -> None:
    """A series' folder goes with its last file, and undo brings it back with its mode; other folders stay."""
    (root / "series/x").chmod(0o711)
    (root / "media/y").mkdir(parents=True)
    (root / "media/y/a.png").touch()
    with Transaction(root, "remove all") as t:
        for path in (EPISODE, "series/x/02-b.md", "media/y/a.png"):
            t.remove(path)
    assert tree(root) == {"series": None, "media": None, "media/y": None}
    undo(root)
    assert (root / EPISODE).read_bytes() == b"one\n"
    assert stat.S_IMODE((root / "series/x").stat().st_mode) == 0o711
    redo(root)
    assert not (root / "series/x").exists()


def test_a_folder_with_something_else_in_it_stays(root: Path) -> None:
    """Nothing that totem did not write is removed along with a folder."""
    (root / "series/x/notes.txt").write_text("mine")
    with Transaction(root, "remove all") as t:
        t.remove(EPISODE)
        t.remove("series/x/02-b.md")
    assert (root / "series/x/notes.txt").read_text() == "mine"


def test_mode_owner_and_attributes_are_kept(root: Path) -> None:
    """A replaced file keeps them, through undo as well; a new one gets its mode by umask."""
    (root / EPISODE).chmod(0o604)
    if os.geteuid() == 0:
        os.chown(root / EPISODE, 65534, 65534)
    try:
        os.setxattr(root / EPISODE, "user.note", b"kept")
        attributes = True
    except (OSError, AttributeError):
        attributes = False

    def seen() -> tuple[object, ...]:
        found = (root / EPISODE).stat()
        note = os.getxattr(root / EPISODE, "user.note") if attributes else None
        return found.st_mode, found.st_uid, found.st_gid, note

    before = seen()
    old = os.umask(0o026)
    try:
        with Transaction(root, "edit") as t:
            t.write(EPISODE, b"ONE\n")
            t.write("people/ada.md", b"ada\n")
    finally:
        os.umask(old)
    assert seen() == before
    assert stat.S_IMODE((root / "people/ada.md").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / "people").stat().st_mode) == 0o751
    undo(root)
    assert seen() == before


def test_a_file_with_two_names_is_replaced_under_one(root: Path) -> None:
    """The other name of a hard link keeps the old content."""
    os.link(root / EPISODE, root / "other.md")
    with Transaction(root, "edit") as t:
        t.write(EPISODE, b"ONE\n")
    assert (root / "other.md").read_bytes() == b"one\n"


def test_media_are_copied(root: Path, tmp_path: Path) -> None:
    """A file is copied in whole; the same content again is no change; what is not a file is refused."""
    source = tmp_path / "photo.png"
    source.write_bytes(os.urandom(2_500_000))
    with Transaction(root, "add media") as t:
        t.copy_in(source, "media/photo.png")
        assert t.changes[0].after == source.read_bytes()
        assert "Binary files /dev/null and b/media/photo.png differ" in t.diff()
    assert (root / "media/photo.png").read_bytes() == source.read_bytes()
    with Transaction(root, "again") as t:
        t.copy_in(source, "media/photo.png")
        assert not t.changes
        with pytest.raises(InvalidError, match="is not a file"):
            t.copy_in(tmp_path, "media/folder")
        with pytest.raises(SystemFailedError, match="none"):
            t.copy_in(tmp_path / "none", "media/none")
        (tmp_path / "link.png").symlink_to("photo.png")
        t.copy_in(tmp_path / "link.png", "media/linked.png")
    assert (root / "media/linked.png").read_bytes() == source.read_bytes()


def test_a_source_that_changes_meanwhile_is_not_copied(root: Path, tmp_path: Path) -> None:
    """What was compared is what is copied, or nothing is."""
    source = tmp_path / "photo.png"
    source.write_bytes(b"1")
    t = Transaction(root, "add media")
    with t:
        t.copy_in(source, "media/photo.png")
        source.write_bytes(b"2")
        with pytest.raises(SystemFailedError, match="does not hold what was written"):
            t.commit()
    assert not (root / "media").exists()


@pytest.mark.parametrize(
    "path", ["../out.md", "/etc/passwd", "series/../../out.md", ".totem/journal/x", ".TOTEM/x", ""]
)
def test_paths_outside_are_refused(root: Path, path: str) -> None:
    """Neither outside the archive nor into totem's own folder."""
    with Transaction(root, "no", dry_run=True) as t:
        for call in (t.read, t.remove, lambda path: t.write(path, b"")):
            with pytest.raises(RefusedError):
                call(path)


def test_symbolic_links_are_refused(root: Path, tmp_path: Path) -> None:
    """Neither a file nor a folder of the archive is written through a symbolic link."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/file").write_text("mine")
    (root / "series/link").symlink_to(tmp_path / "out")
    (root / "series/x/link.md").symlink_to(tmp_path / "out/file")
    with Transaction(root, "no", dry_run=True) as t:
        for path in ("series/link/file", "series/link/new", "series/x/link.md"):
            with pytest.raises(RefusedError, match="is a symbolic link"):
                t.write(path, b"")
        with pytest.raises(RefusedError, match="is not a file"):
            t.write("series/x", b"")


def test_a_link_swapped_in_before_commit_is_refused(root: Path, tmp_path: Path) -> None:
    """A folder that becomes a symbolic link between reading and writing is not followed."""
    (tmp_path / "out").mkdir()
    with pytest.raises(RefusedError, match="is a symbolic link"):
        change(
            root, {"people/ada.md": b"ada\n", "media/a": b"a"}, lambda: (root / "people").symlink_to(tmp_path / "out")
        )
    assert not list((tmp_path / "out").iterdir())
    assert not (root / "media").exists()


@pytest.mark.parametrize("folder", [".totem", ".totem/journal"])
def test_a_journal_behind_a_symbolic_link_is_refused(root: Path, tmp_path: Path, folder: str) -> None:
    """An archive from elsewhere cannot make totem write or erase outside of it."""
    (tmp_path / "out/draft-1").mkdir(parents=True)
    (tmp_path / "out/draft-1/precious").touch()
    (root / folder).parent.mkdir(exist_ok=True)
    (root / folder).symlink_to(tmp_path / "out")
    with pytest.raises(RefusedError, match="is a symbolic link"):
        change(root, {EPISODE: b"ONE\n"})
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["draft-1", "precious"]


@pytest.mark.parametrize("save", ["edit", "remove", "folder"])
def test_an_edit_between_reading_and_writing_is_kept(root: Path, save: str) -> None:
    """The editor's version stays in place, totem's is kept in the journal, and nothing else is written."""

    def meanwhile() -> None:
        (root / EPISODE).unlink()
        if save == "edit":
            (root / EPISODE).write_bytes(b"edited\n")
        if save == "folder":
            (root / EPISODE).mkdir()

    with pytest.raises((ChangedError, RefusedError)) as caught:
        change(root, {"people/ada.md": b"ada\n", EPISODE: b"ONE\n"}, meanwhile)
    assert caught.value.exit_code == 5
    assert EPISODE in str(caught.value)
    assert not (root / "people").exists()
    if save == "edit":
        assert (root / EPISODE).read_bytes() == b"edited\n"
        assert caught.value.hint is not None
        kept = Path(caught.value.hint.rpartition(" is in ")[2])
        assert sorted(path.read_bytes() for path in kept.glob("[0-9]")) == [b"ONE\n", b"ada\n"]
    assert history(root) == []
    with Transaction(root, "next") as t:
        t.write("people/ada.md", b"ada\n")


def test_a_file_that_came_meanwhile_is_not_replaced(root: Path) -> None:
    """What was absent when looked for must be absent when written."""
    with pytest.raises(ChangedError):
        change(root, {"series/x/03-c.md": b"three\n"}, lambda: (root / "series/x/03-c.md").write_bytes(b"mine\n"))
    assert (root / "series/x/03-c.md").read_bytes() == b"mine\n"


SAVED = """
import sys
sys.path.insert(0, sys.argv[1])
from totem_cli.errors import TotemError
from totem_cli.storage import exchange
from totem_cli.storage.transaction import Transaction
renameat2, calls = exchange._renameat2(), 0
def pausing(*arguments):
    global calls
    calls += 1
    if calls == int(sys.argv[3]):
        print("about to", flush=True)
        sys.stdin.readline()
    renameat2(*arguments)
exchange._renameat2 = lambda: pausing
try:
    with Transaction(sys.argv[2], "edit") as t:
        t.write("people/ada.md", b"ada")
        t.write("series/x/01-a.md", b"ONE")
        t.write("series/x/02-b.md", b"TWO")
except TotemError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.parametrize("way", ["in place", "by rename", "removed"])
@pytest.mark.parametrize("moment", [1, 3, 4])
def test_an_editor_that_saves_in_the_middle_of_the_exchange(root: Path, moment: int, way: str) -> None:
    """Saved when all was checked and the exchange was about to happen: it is taken back, and nothing is overwritten."""
    command = [sys.executable, "-I", "-c", SAVED, str(PROJECT), str(root), str(moment)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "about to\n"
        target = root / "series/x/02-b.md"
        if way == "in place":
            target.write_bytes(b"edited")
        elif way == "by rename":
            (root / "02-b.md~").write_bytes(b"edited")
            os.replace(root / "02-b.md~", target)
        else:
            target.unlink()
        output, _ = process.communicate("\n")
    assert process.returncode == 5, output
    assert "02-b.md was changed by another program" in output
    removed = way == "removed"
    after = {"series": None, "series/x": None, EPISODE: b"one\n", "series/x/02-b.md": b"edited"}
    assert tree(root) == {path: content for path, content in after.items() if not (removed and path.endswith("b.md"))}


def test_undo_and_redo(root: Path) -> None:
    """Undo takes back one change after another, redo brings them again, byte for byte."""
    states = [tree(root)]
    for number in range(3):
        with Transaction(root, f"change {number}") as t:
            t.write(EPISODE, b"%d\n" % number)
            t.write(f"people/{number}/a.md", b"%d\n" % number)
        states.append(tree(root))
    for state in reversed(states[:-1]):
        undo(root)
        assert tree(root) == state
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo(root)
    for state in states[1:]:
        redo(root)
        assert tree(root) == state
    with pytest.raises(NotFoundError, match="nothing to redo"):
        redo(root)
    assert [(entry.label, entry.state) for entry in history(root)] == [(f"change {n}", "done") for n in (2, 1, 0)]


def test_a_new_change_drops_what_was_undone(root: Path) -> None:
    """After something else was changed there is nothing to redo."""
    for content in (b"1\n", b"2\n"):
        with Transaction(root, "edit") as t:
            t.write(EPISODE, content)
    undo(root)
    with Transaction(root, "other") as t:
        t.write(EPISODE, b"3\n")
    with pytest.raises(NotFoundError, match="nothing to redo"):
        redo(root)
    assert [entry.label for entry in history(root)] == ["other", "edit"]
    undo(root)
    assert (root / EPISODE).read_bytes() == b"1\n"


def test_undo_of_a_file_edited_since_is_refused(root: Path) -> None:
    """Nothing at all is taken back when one of the files was edited, and undo works again once it is as it was."""
    with Transaction(root, "edit") as t:
        t.write(EPISODE, b"ONE\n")
        t.write("series/x/02-b.md", b"TWO\n")
    (root / "series/x/02-b.md").write_bytes(b"edited\n")
    before = tree(root)
    for dry_run in (True, False):
        with pytest.raises(ChangedError, match=r"02-b\.md was changed"):
            undo(root, dry_run=dry_run)
        assert tree(root) == before
    assert history(root)[0].state == "done"
    (root / "series/x/02-b.md").write_bytes(b"TWO\n")
    undo(root)
    assert (root / EPISODE).read_bytes() == b"one\n"


def test_undo_as_a_dry_run_shows_the_diff(root: Path) -> None:
    """It writes nothing, and shows what undo and redo would do."""
    with Transaction(root, "edit") as t:
        t.write(EPISODE, b"ONE\n")
    before = everything(root)
    assert "-ONE\n+one\n" in undo(root, dry_run=True).diff
    assert everything(root) == before
    undo(root)
    assert "-one\n+ONE\n" in redo(root, dry_run=True).diff


def test_a_change_that_is_not_undoable(root: Path) -> None:
    """It leaves nothing in the journal."""
    with Transaction(root, "forget", undoable=False) as t:
        t.write(EPISODE, b"ONE\n")
    assert (root / EPISODE).read_bytes() == b"ONE\n"
    assert os.listdir(root / ".totem/journal") == []


def test_private_content_never_enters_the_journal(root: Path) -> None:
    """It is written along with the rest, kept from git and other users, not undone, and staged under private only."""
    with Transaction(root, "add comment") as t:
        t.write("comments/x/1.md", b"public\n")
        t.write("private/mail/1.toml", b"ada@example.org\n")
    assert (root / "private/mail/1.toml").read_bytes() == b"ada@example.org\n"
    assert (root / "private/.gitignore").read_bytes() == b"*\n"
    assert stat.S_IMODE((root / "private").stat().st_mode) == 0o700
    assert sorted(os.listdir(root / "private")) == [".gitignore", "mail"]
    with Transaction(root, "change mail") as t:
        t.write("private/mail/1.toml", b"ada@example.com\n")
    assert [entry.label for entry in history(root)] == ["add comment"]
    for path in (root / ".totem").rglob("*"):
        assert b"example" not in (path.read_bytes() if path.is_file() else b"")
        assert not path.is_file() or b"1.toml" not in path.read_bytes()
    undo(root)
    assert not (root / "comments/x").exists()
    assert (root / "private/mail/1.toml").read_bytes() == b"ada@example.com\n"


def test_a_failed_private_change_leaves_no_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the whole fails, the private part is gone, its staging and its new folder too."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(entries, "_sync", full)
    before = tree(root)
    with pytest.raises(SystemFailedError, match="somewhere"):
        change(root, {"private/mail/1.toml": b"ada@example.org\n", EPISODE: b"ONE\n"})
    monkeypatch.undo()
    with Transaction(root, "next", timeout=0):
        pass
    assert tree(root) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, MemoryError])
@pytest.mark.parametrize("step", range(4))
def test_interrupted_between_steps(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: int, error: type[BaseException]
) -> None:
    """Whatever is raised between two exchanges, those already made are taken back at once."""
    original, done = entries.exchange, []

    def exchange(*arguments: object, **options: object) -> bool:
        if len(done) == step:
            done.append(0)
            raise error
        done.append(1)
        return original(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(entries, "exchange", exchange)
    before = tree(root)
    changes = {EPISODE: b"ONE\n", "people/ada.md": b"ada\n", "comments/x/1.md": b"1\n", "series/x/02-b.md": None}
    with pytest.raises((error, SystemFailedError)):
        change(root, changes)
    assert tree(root) == before
    assert not (root / ".totem").exists()
    monkeypatch.undo()
    with Transaction(root, "edit") as t:
        t.write(EPISODE, b"ONE\n")


def test_a_lock_held_too_long(root: Path) -> None:
    """The one who waits is told who holds it."""
    with (
        Transaction(root, "first"),
        pytest.raises(LockedError, match=rf"process {os.getpid()} .*\(totem first\)"),
        Transaction(root, "second", timeout=0.05),
    ):
        pass


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from totem_cli.storage.transaction import Transaction
for number in range(25):
    with Transaction(sys.argv[2], f"add {sys.argv[3]} {number}", timeout=60) as t:
        t.write("counter", b"%d" % (int(t.read("counter") or b"0") + 1))
        t.write(f"new/{sys.argv[3]}/{number}", b"new")
"""


def test_many_writers_at_once(root: Path) -> None:
    """Of 16 processes with 25 changes each none is lost, refused or doubled."""
    command = [sys.executable, "-I", "-S", "-c", WRITER, str(PROJECT), str(root)]
    writers = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE, text=True) for n in range(16)]
    assert [writer.communicate(timeout=120)[1] for writer in writers] == [""] * 16
    assert (root / "counter").read_bytes() == b"400"
    assert len(list((root / "new").rglob("*"))) == 16 + 400
    assert [entry.number for entry in history(root)] == list(range(400, 300, -1))


DENIED = """
import os, sys
sys.path.insert(0, sys.argv[1])
import ctypes, fcntl, hashlib, json
from totem_cli.errors import TotemError
from totem_cli.storage.journal import recover
from totem_cli.storage.exchange import _renameat2
from totem_cli.storage.transaction import Transaction, undo
_renameat2()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
recover(sys.argv[2])
for work in (lambda: Transaction(sys.argv[2], "edit").__enter__(), lambda: undo(sys.argv[2])):
    try:
        work()
    except TotemError as error:
        print(error.exit_code, error)
"""


@pytest.fixture
def readable() -> Iterator[Path]:
    """Make a folder that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="totem-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_an_archive_that_may_not_be_written(readable: Path) -> None:
    """Writers say which path they may not write (exit 6); readers go on, even where a change is half made."""
    root = readable / "archive"
    root.mkdir()
    change(root, {EPISODE: b"ONE\n"})
    os.rename(root / ".totem/journal/00000001.done", root / ".totem/journal/applying")
    for path in [*root.rglob("*"), root]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    result = subprocess.run(
        [sys.executable, "-c", DENIED, str(PROJECT), str(root)], capture_output=True, text=True, check=False
    )
    for path in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        path.chmod(0o755)
    lock = root / ".totem/lock"
    assert (result.stdout, result.stderr) == (f"6 cannot lock {lock}: Permission denied\n" * 2, "")


def test_purge_removes_what_names_someone(root: Path) -> None:
    """Entries that hold a needle, in a content or a path, go from the journal with all caches; others stay."""
    for content in (b"ada\n", b"other\n", b"third\n"):
        with Transaction(root, "edit") as t:
            t.write(EPISODE, content)
    (root / ".totem/exports").mkdir()
    caches = [root / ".totem/index.sqlite", root / ".totem/index.sqlite-journal", root / ".totem/exports/a.stats"]
    for cache in caches:
        cache.write_bytes(b"ada")
    with Transaction(root, "purge", purge=lambda entry, contents: any(b"ada" in each for each in contents)) as t:
        t.write(EPISODE, b"fourth\n")
    assert t.entry is not None
    assert t.entry.purge == ("00000002.done",)
    assert [entry.number for entry in history(root)] == [3, 1]
    assert not any(cache.exists() for cache in caches)
    (root / ".totem/journal/00000003.done/entry.json").write_bytes(b"damaged")
    with Transaction(root, "purge", purge=lambda entry, contents: EPISODE in entry.paths) as t:
        t.write(EPISODE, b"fifth\n")
    assert os.listdir(root / ".totem/journal") == []


def test_a_purge_with_a_damaged_record_takes_all(root: Path) -> None:
    """Nobody can tell which entries were meant, so none stays. Without a record all of them are gone already."""
    with Transaction(root, "edit") as t:
        t.write(EPISODE, b"ada\n")
    mark = root / ".totem/journal/purging"
    mark.mkdir()
    assert recover(root) is not None
    assert os.listdir(mark.parent) == ["00000001.done"]
    mark.mkdir()
    (mark / "entry.json").write_bytes(b"damaged")
    assert recover(root) is not None
    assert os.listdir(mark.parent) == []


def test_no_descriptor_stays_open(root: Path) -> None:
    """However a transaction ends, it leaves no descriptor open."""
    before = sorted(os.listdir("/dev/fd"))
    with Transaction(root, "edit") as t:
        t.write(EPISODE, b"ONE\n")
        t.write("private/a", b"a")
    undo(root)
    with pytest.raises(ZeroDivisionError):
        change(root, {EPISODE: b"ONE\n"}, fail)
    with pytest.raises(ChangedError):
        change(root, {EPISODE: b"ONE\n"}, lambda: (root / EPISODE).write_bytes(b"edited\n"))
    with pytest.raises(LockedError), Transaction(root, "first"), Transaction(root, "second", timeout=0):
        pass
    assert sorted(os.listdir("/dev/fd")) == before


def test_the_folder_of_the_archive_may_itself_be_a_link(root: Path, tmp_path: Path) -> None:
    """Where the archive is, the user says."""
    (tmp_path / "here").symlink_to(root)
    with Transaction(tmp_path / "here", "edit") as t:
        t.write(EPISODE, b"ONE\n")
    with Folder(root) as folder:
        assert folder.read(EPISODE) == b"ONE\n"
