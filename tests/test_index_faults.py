"""What the index must survive: edits that hide, damage, locks, missing permissions, many processes, death."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import not_empty
from totem_cli.index import comparison, schema
from totem_cli.index.index import Index
from totem_cli.index.parse import parse
from totem_cli.storage import layout

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("marée", "troc", "port", "Œuvre", "écran", "ile")
YEAR_2001 = 1_000_000_000 * 10**9


def text(title: str, body: str = "", number: int | None = None) -> bytes:
    """The bytes of an episode."""
    numbered = "" if number is None else f"number = {number}\n"
    return f'+++\n{numbered}title = "{title}"\n+++\n\n{body}\n'.encode()


def write(root: Path, path: str, content: bytes) -> Path:
    """Write a file with the folders it needs."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    return root / path


def make(root: Path, episodes: int = 12) -> Path:
    """A small archive, its files old enough for an index to rely on."""
    write(root, "totem.toml", b'title = "T"\n')
    write(root, "series/a/series.md", b'+++\ntitle = "A"\n+++\n')
    write(root, "people/ada.md", b'+++\nname = "Ada"\n+++\n\nBio.\n')
    for number in range(1, episodes + 1):
        write(root, f"series/a/{number:02}-x.md", text(f"{WORDS[number % 6]} {number}", f"{WORDS[number % 5]} bleue"))
    write(root, "series/a/90-broken.md", b"+++\n")
    return root


def answers(index: Index) -> dict[str, Any]:
    """All that an index can be asked, in a form to compare."""
    episodes = list(index.episodes(bodies=True))
    return {
        "contents": index._ask(comparison.contents),
        "settings": index.settings(),
        "series": index.series(),
        "people": index.people(),
        "episodes": episodes,
        "light": list(index.episodes()),
        "lines": sorted(index.list_lines()),
        "problems": [(path, str(problem), problem.hint) for path, problem in index.problems()],
        "numbers": {name: index.numbers(name) for name in ("a", "b")},
        "slugs": {name: index.slugs(name) for name in ("a", "b")},
        "digests": [index.digest(path) for path in index.paths("series")],
        "found": [index.find_episodes(number=one.number, slug=one.slug, id_prefix=one.id[:8]) for one in episodes],
        "recaps": [index.recap(one.series, one.slug) for one in episodes],
        "paths": [index.path_of("episode", one.slug, series=one.series) for one in episodes],
        "search": {
            word: index.search([word], limit=None) for word in ("maree", "troc", "port", "oeuvre", "e", "bleue")
        },
    }


def fresh(root: Path) -> dict[str, Any]:
    """The answers of an index that knows nothing yet."""
    with Index(root, memory=True) as index:
        index._path = os.devnull
        return answers(index)


def asked(root: Path) -> dict[str, Any]:
    """The answers of the archive's own index."""
    with Index(root) as index:
        return answers(index)


def put(index: Index, path: str, content: bytes) -> None:
    """Begin a transaction and put one file into it."""
    index.begin({path: content}.get)
    index.put(parse(path, content))


def stored(root: Path) -> Path:
    """The file of the index."""
    return root / ".totem/index.sqlite"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with an index that is up to date."""
    asked(make(tmp_path))
    return tmp_path


# Edits

_PATHS = st.sampled_from([f"series/{series}/0{number}-x.md" for series in "ab" for number in range(4)])
_EDITS = st.one_of(
    st.tuples(st.just("write"), _PATHS, st.sampled_from(WORDS), st.sampled_from(WORDS)),
    st.tuples(st.just("same size"), _PATHS, st.sampled_from("abc"), st.just("")),
    st.tuples(st.just("hidden"), _PATHS, st.sampled_from("abc"), st.just("")),
    st.tuples(st.just("rename"), _PATHS, _PATHS, st.just("")),
    st.tuples(st.just("exchange"), _PATHS, _PATHS, st.just("")),
    st.tuples(st.just("remove"), _PATHS, st.just(""), st.just("")),
    st.tuples(st.just("break"), _PATHS, st.sampled_from(("+++\n", "", "\ufeff+++\ntitle = 1\n+++\n")), st.just("")),
    st.tuples(st.just("link"), _PATHS, st.just(""), st.just("")),
    st.tuples(st.just("settings"), st.just("totem.toml"), st.sampled_from(WORDS), st.just("")),
    st.tuples(st.just("put"), _PATHS, st.sampled_from(WORDS), st.just("")),
    st.tuples(st.just("refresh"), st.just(""), st.just(""), st.just("")),
)


def move(one: Path, other: Path, *, exchange: bool) -> None:
    """Let a file take the place of another, where it is there; with ``exchange`` the other takes its place, too."""
    if not exchange and one.exists():
        other.parent.mkdir(parents=True, exist_ok=True)
        one.rename(other)
    elif one != other and one.is_file() and other.is_file():
        aside = one.with_name("aside")
        one.rename(aside)
        other.rename(one)
        aside.rename(other)


def apply(root: Path, index: Index, edit: tuple[str, str, str, str]) -> None:
    """Do to the archive what an example says."""
    what, path, one, two = edit
    file = root / path
    if what in {"write", "settings"}:
        file.unlink(missing_ok=True)
        write(root, path, text(one, two) if what == "write" else f'title = "{one}"\n'.encode())
    elif what == "same size" and file.is_file() and not file.is_symlink():
        file.write_bytes(text(one * 9))
    elif what == "hidden" and file.is_file() and not file.is_symlink():
        before = file.stat()
        file.write_bytes(text(one * 9))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif what in {"rename", "exchange"}:
        move(file, root / one, exchange=what == "exchange")
    elif what == "remove":
        file.unlink(missing_ok=True)
    elif what == "break":
        file.unlink(missing_ok=True)
        write(root, path, one.encode())
    elif what == "link":
        file.unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to("series.md")
    elif what == "put":
        put(index, path, text(one))
        index.close()
    elif what == "refresh":
        index.refresh()


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.lists(_EDITS, max_size=6), min_size=1, max_size=4))
def test_after_any_edits_it_answers_like_a_new_one(
    tmp_path: Path, edits: list[list[tuple[str, str, str, str]]]
) -> None:
    """However files are written, hidden, renamed or removed, one refresh gives the answers of an index made afresh."""
    shutil.rmtree(tmp_path)
    make(tmp_path, episodes=3)
    with Index(tmp_path) as index:
        for batch in edits:
            for edit in batch:
                apply(tmp_path, index, edit)
            index.refresh()
            assert answers(index) == fresh(tmp_path) == asked(tmp_path)


@pytest.mark.parametrize("tick", [1, 10_000_000, 1_000_000_000])
def test_an_edit_in_the_same_tick_is_seen(root: Path, monkeypatch: pytest.MonkeyPatch, tick: int) -> None:
    """Two writes of one size within a tick of the clock have the same times: what is young is read again."""
    scan, read = layout.scan, layout.read

    def coarse(stamp: layout.Stamp) -> layout.Stamp:
        size, mtime, ctime, *where = stamp
        return (size, mtime // tick * tick, ctime // tick * tick, *where)  # type: ignore[return-value]

    def coarse_read(*where: Any) -> Any:
        found = read(*where)
        return found and (coarse(found[0]), found[1])

    monkeypatch.setattr(layout, "scan", lambda *where: {path: coarse(stamp) for path, stamp in scan(*where).items()})
    monkeypatch.setattr(layout, "read", coarse_read)
    with Index(root) as index:
        for number in range(20):
            write(root, "series/a/01-x.md", text(f"{number:03}"))  # in place: the inode is the same
            index.refresh()
            assert index.find_episodes(slug="01-x", series="a")[0].title == f"{number:03}"


@pytest.mark.parametrize("moment", [YEAR_2001, 4 * YEAR_2001, YEAR_2001 + 123_456_789])
def test_an_edit_whose_time_is_set_back_is_seen(root: Path, moment: int) -> None:
    """Size and mtime of another content may be the same, in the past or the future; ctime is not."""
    file = write(root, "series/a/01-x.md", text("avant"))
    os.utime(file, ns=(moment, moment))
    time.sleep(0.06)
    with Index(root) as index:
        index.refresh()
        file.write_bytes(text("apres"))
        os.utime(file, ns=(moment, moment))
        index.refresh()
        assert index.find_episodes(slug="01-x", series="a")[0].title == "apres"


def test_unchanged_files_are_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once its files are old enough, a refresh takes stats only."""
    time.sleep(0.06)
    asked(root)
    write(root, "series/a/01-x.md", text("neuf"))
    time.sleep(0.06)
    asked(root)
    monkeypatch.setattr("totem_cli.storage.layout.read", lambda *_: pytest.fail("a file was read"))
    with Index(root) as index:
        assert index.find_episodes(slug="01-x")[0].title == "neuf"


def test_touched_files_are_not_parsed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy, a restore or a checkout changes times only: what is the same is known by its digest."""
    for path in root.rglob("*.md"):
        os.utime(path, ns=(YEAR_2001, YEAR_2001))
    monkeypatch.setattr("totem_cli.index.parse.parse", lambda *_: pytest.fail("a file was parsed"))
    assert len(asked(root)["episodes"]) == 12


def test_folders_exchanged_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one size and of the same times that change places: their inodes tell."""
    scan, read = layout.scan, layout.read

    def at_once(stamp: layout.Stamp) -> layout.Stamp:
        return (stamp[0], YEAR_2001, YEAR_2001, *stamp[3:])  # all written in one tick of the clock

    monkeypatch.setattr(layout, "scan", lambda *where: {path: at_once(stamp) for path, stamp in scan(*where).items()})
    monkeypatch.setattr(layout, "read", lambda *where: (at_once(read(*where)[0]), read(*where)[1]))  # type: ignore[index]
    for series in "ab":
        write(tmp_path, f"series/{series}/01-x.md", text(f"de {series}"))
    assert [one.title for one in asked_episodes(tmp_path)] == ["de a", "de b"]
    (tmp_path / "series/a").rename(tmp_path / "series/c")
    (tmp_path / "series/b").rename(tmp_path / "series/a")
    (tmp_path / "series/c").rename(tmp_path / "series/b")
    assert [one.title for one in asked_episodes(tmp_path)] == ["de b", "de a"]


def asked_episodes(root: Path) -> list[Any]:
    """The episodes as the archive's own index tells them."""
    with Index(root) as index:
        return index.episodes()


def test_a_file_of_another_device_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another file system mounted there may have the same numbers for another content."""
    time.sleep(0.06)
    asked(root)
    scan, read = layout.scan, list[str]()
    real = layout.read

    def noted(where: str, path: str) -> Any:
        read.append(path)
        return real(where, path)

    monkeypatch.setattr(layout, "scan", lambda *where: {p: (*s[:4], s[4] + 1) for p, s in scan(*where).items()})
    monkeypatch.setattr(layout, "read", noted)
    asked(root)
    assert "series/a/01-x.md" in read


def test_an_archive_copied_is_not_parsed(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index goes along with a copy, and is right there once the files were read."""
    other = tmp_path_factory.mktemp("copy") / "archive"
    shutil.copytree(root, other)
    expected = asked(root)
    monkeypatch.setattr("totem_cli.index.parse.parse", lambda *_: pytest.fail("a file was parsed"))
    assert asked(other) == expected


# Damage


def test_a_file_that_is_no_database_is_replaced(root: Path) -> None:
    """Garbage, an end cut off, zeros: SQLite says that it is damaged, and another is made."""
    expected = fresh(root)
    whole = stored(root).read_bytes()
    for content in (os.urandom(len(whole)), whole[: len(whole) // 2], bytes(len(whole)), whole[:100], b"x"):
        stored(root).write_bytes(content)
        assert asked(root) == expected
        assert asked(root) == expected


def test_damage_that_sqlite_detects_changes_no_answer(root: Path) -> None:
    """Pages overwritten wherever they are: as soon as SQLite finds one damaged, another index is made."""
    expected = fresh(root)
    whole = stored(root).read_bytes()
    for page in not_empty(range(1, len(whole) // 8192)):
        content = bytearray(whole)
        content[page * 8192 : (page + 1) * 8192] = b"\xff" * 8192
        stored(root).write_bytes(content)
        assert asked(root) == expected


def test_values_that_are_none_are_damage(root: Path) -> None:
    """What decodes to no value of its type is no answer."""
    expected = fresh(root)
    for change in ("UPDATE value SET data = x'ff'", "UPDATE body SET text = CAST(x'ff' AS TEXT)"):
        db = sqlite3.connect(stored(root))
        with db:
            db.execute(change)
        db.close()
        assert asked(root) == expected


def foreign(file: Path) -> None:
    """A database of somebody else, which looks a little like ours."""
    db = sqlite3.connect(file)
    db.executescript("CREATE TABLE state (token); CREATE TABLE file (x); CREATE VIEW v AS SELECT x FROM file;")
    db.close()


def foreign_of_our_version(file: Path) -> None:
    """The same, with our version."""
    foreign(file)
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA user_version = {schema.version()}")
    db.close()


def of_0_1_0(file: Path) -> None:
    """What the index of version 0.1.0 looked like, in parts."""
    db = sqlite3.connect(file)
    db.executescript(
        "PRAGMA page_size = 8192; CREATE TABLE meta (version TEXT NOT NULL, seal INTEGER);"
        "CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER);"
        "CREATE VIRTUAL TABLE words USING fts5 (title, recap, content = '', tokenize = 'ascii');"
        "INSERT INTO words (rowid, title, recap) VALUES (1, 'a', 'b');"
        "INSERT INTO meta VALUES ('0.1.0 14.0.0 little 00000000', 1);"
    )
    db.close()


def to_wal(file: Path) -> None:
    """Our own file, changed by another program."""
    db = sqlite3.connect(file)
    db.execute("PRAGMA journal_mode=WAL")
    db.close()


def full_folder(file: Path) -> None:
    """A folder with something in it."""
    file.mkdir()
    (file / "kept").touch()


REPLACEMENTS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda file: None,
    "empty": Path.touch,
    "garbage": lambda file: file.write_bytes(os.urandom(5000)),
    "folder": Path.mkdir,
    "full folder": full_folder,
    "dead link": lambda file: file.symlink_to("nowhere"),
    "foreign": foreign,
    "foreign of our version": foreign_of_our_version,
    "0.1.0": of_0_1_0,
    "fifo": os.mkfifo,
}


@pytest.mark.parametrize("replacement", REPLACEMENTS)
def test_whatever_is_in_its_place(root: Path, replacement: str) -> None:
    """Anything may be found where the index was."""
    expected = fresh(root)
    stored(root).unlink()
    REPLACEMENTS[replacement](stored(root))

    assert asked(root) == expected
    assert asked(root) == expected


@pytest.mark.parametrize("journal", ["garbage", "full folder", "dead link"])
def test_whatever_is_in_its_journals_place(root: Path, journal: str) -> None:
    """What a killed process, or anybody, left where SQLite keeps its journal."""
    REPLACEMENTS[journal](root / ".totem/index.sqlite-journal")
    write(root, "series/a/02-x.md", text("neuf"))

    assert asked(root) == fresh(root)


def test_another_journal_mode(root: Path) -> None:
    """Somebody opened the file with a tool of his own."""
    to_wal(stored(root))

    assert asked(root) == fresh(root)


def test_a_link_in_its_place_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a link leads to is left alone, even an index."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "index.sqlite"
    shutil.move(stored(root), elsewhere)
    before = elsewhere.read_bytes()
    stored(root).symlink_to(elsewhere)
    write(root, "series/a/02-x.md", text("neuf"))

    assert asked(root) == fresh(root)
    assert elsewhere.read_bytes() == before


@pytest.mark.parametrize("replacement", ["file", "link", "nothing", "read-only"])
def test_whatever_is_in_the_folders_place(
    root: Path, tmp_path_factory: pytest.TempPathFactory, replacement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no index can be kept, answers are the same; a linked folder is not written to."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.rmtree(root / ".totem")
    if replacement == "file":
        (root / ".totem").write_text("mine")
    elif replacement == "link":
        (root / ".totem").symlink_to(elsewhere)
    elif replacement == "read-only":
        monkeypatch.setattr(os, "mkdir", refuse)

    with Index(root) as index:
        assert answers(index) == fresh(root)
        write(root, "series/a/01-x.md", text("neuf"))
        index.refresh()
        put(index, "series/a/02-x.md", text("autre"))
        assert [one.title for one in index.find_episodes(number=2)] == ["autre"]
        index.close()
        assert answers(index) == fresh(root)
    assert list(elsewhere.iterdir()) == []
    assert replacement != "file" or (root / ".totem").read_text() == "mine"


def refuse(*_: object, **__: object) -> None:
    """What a read-only file system says."""
    raise OSError(30, "Read-only file system")


def test_damage_while_in_use(root: Path) -> None:
    """A file emptied under an open index is a reason to make another, also with changes pending."""
    for pending in (False, True):
        with Index(root) as index:
            index.refresh()
            if pending:
                put(index, "series/a/50.md", text("cinquante"))
            stored(root).write_bytes(b"\0" * 10_000)
            assert bool(index.find_episodes(number=50)) is pending
            assert len(index.search(["bleue"], limit=None)) == 12
            index.close()
            index.refresh()
            assert answers(index) == fresh(root)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR])
def test_a_question_that_fails_is_asked_again(root: Path, code: int) -> None:
    """Whatever the reason, the second answer comes from a sound index, pending changes included."""
    failures = [sqlite3.DatabaseError()]
    failures[0].sqlite_errorcode = code

    def question(db: sqlite3.Connection) -> object:
        if failures:
            raise failures.pop()
        return db.execute("SELECT path FROM file WHERE number = 50").fetchone()

    with Index(root) as index:
        put(index, "series/a/50.md", text("cinquante"))
        assert index._ask(question) == ("series/a/50.md",)
        index.close()
        assert answers(index) == fresh(root)


# Locks and permissions


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE", "SHARED"])
@pytest.mark.parametrize("edited", [False, True])
def test_a_lock_held_by_another_delays_and_hinders_nobody(root: Path, lock: str, edited: bool) -> None:
    """Another program in SQLite's lock costs time, never an answer; what is pending is kept too."""
    if edited:
        write(root, "series/a/01-x.md", text("neuf"))
    expected = fresh(root)
    holder = sqlite3.connect(stored(root), isolation_level=None)
    if lock == "SHARED":
        holder.execute("BEGIN")
        holder.execute("SELECT * FROM state").fetchone()
    else:
        holder.execute(f"BEGIN {lock}")
    try:
        with Index(root) as index:
            assert answers(index) == expected
            put(index, "series/a/02-x.md", text("autre"))
            assert [one.title for one in index.find_episodes(number=2)] == ["autre"]
            index.close()
            assert answers(index) == expected
    finally:
        holder.close()
    assert asked(root) == expected


def test_a_read_only_database_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite opens the file for reading only, a stale index is brought up to date in a copy."""
    write(root, "series/a/01-x.md", text("neuf"))
    expected = fresh(root)
    connect = sqlite3.connect

    def read_only(name: str, **options: Any) -> sqlite3.Connection:
        return connect(name.replace("mode=rwc", "mode=ro"), **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with Index(root) as index:
        assert answers(index) == expected
        put(index, "series/a/02-x.md", text("autre"))
        assert [one.title for one in index.find_episodes(number=2)] == ["autre"]


def test_a_full_disk_while_it_is_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that cannot be finished is empty, and the next command makes it."""
    expected = fresh(root)
    stored(root).unlink()
    connect = sqlite3.connect

    def small(name: str, **options: Any) -> sqlite3.Connection:
        db = connect(name, **options)
        if name:
            db.execute("PRAGMA max_page_count = 9")
        return db

    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", small)
        assert asked(root) == expected
        assert stored(root).stat().st_size == 0
    assert asked(root) == expected
    assert stored(root).stat().st_size > 0


def test_a_file_that_cannot_be_read_is_a_problem_until_it_can(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A permission taken and given back, without a change of the file, is seen."""
    expected = fresh(root)
    opened = os.open

    def refuse_one(path: str, flags: int, *rest: Any, **options: Any) -> int:
        if str(path).endswith("01-x.md"):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags, *rest, **options)

    with monkeypatch.context() as denied:
        denied.setattr(os, "open", refuse_one)
        for path in root.rglob("01-x.md"):
            os.utime(path)
        with Index(root) as index:
            assert "series/a/01-x.md: cannot read series/a/01-x.md: Permission denied" in [
                str(problem) for _, problem in index.problems()
            ]
            assert index.numbers("a") == expected["numbers"]["a"]
            assert index.path_of("episode", "01-x", series="a") == "series/a/01-x.md"
            assert index.find_episodes(number=1) == []
    assert asked(root) == expected


# Processes

_CONTEXT = multiprocessing.get_context("fork")


def _ask_often(root: Path, rounds: int, failures: Any) -> None:
    try:
        for number in range(rounds):
            own = write(root, f"series/b/{os.getpid()}-x.md", text(f"tour {number}", "marée"))
            with Index(root) as index:
                found = index.find_episodes(slug=own.stem)
                assert [one.title for one in found] == [f"tour {number}"], found
                assert len(list(index.episodes(series="a"))) == 12
                assert ("b", own.stem) in index.search(["maree"], limit=None)
            if number == 1 and random.Random(os.getpid()).random() < 0.4:
                stored(root).unlink(missing_ok=True)
    except BaseException as error:
        failures.put(repr(error))
        raise


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_many_processes_refresh_at_once(root: Path) -> None:
    """Sixteen processes that each edit, refresh and ask, some of them deleting the index, all get right answers."""
    failures = _CONTEXT.Queue()
    workers = [_CONTEXT.Process(target=_ask_often, args=(root, 4, failures)) for _ in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 16, failures.get()
    assert asked(root) == fresh(root)


def _ask_once(index: Index, answer: Any) -> None:
    inherited = index._db
    answer.put([index.recap("a", "01-x"), index.numbers("a"), index._db is inherited])


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("kind", ["shared", "private", "pending"])
def test_a_fork_may_go_on_asking(root: Path, kind: str) -> None:
    """A child asks by a connection of its own, and disturbs its parent's not at all."""
    if kind == "private":
        stored(root).unlink()
    with Index(root, memory=kind == "private") as index:
        index.refresh()
        if kind == "pending":
            put(index, "series/a/77.md", text("septante-sept"))
        expected = [index.recap("a", "01-x"), index.numbers("a")]
        answer = _CONTEXT.Queue()
        child = _CONTEXT.Process(target=_ask_once, args=(index, answer))
        child.start()
        assert answer.get(timeout=60) == [*expected, kind == "private"]
        child.join()
        assert [index.recap("a", "01-x"), index.numbers("a")] == expected


def test_killed_at_any_moment_it_is_stale_at_worst(root: Path) -> None:
    """A process killed while it makes or changes the index leaves one that the next can use or replace."""
    code = (
        "import sys; from totem_cli.index.index import Index; from totem_cli.index.parse import parse\n"
        "print('ready', flush=True)\n"
        "with Index(sys.argv[1]) as index:\n"
        "    index.refresh()\n"
        "    content = b'+++\\ntitle = \"X\"\\n+++\\n'\n"
        "    index.begin({'series/a/77.md': content}.get)\n"
        "    index.put(parse('series/a/77.md', content))\n"
        "    index.commit()\n"
        "print('done', flush=True)\n"
    )
    for turn in range(10):
        if turn % 3 == 0:
            stored(root).unlink(missing_ok=True)
        for number in range(1, 13):
            write(root, f"series/a/{number:02}-x.md", text(f"tour {turn}", "bleue"))
        process = subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(turn * 0.004)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert asked(root) == fresh(root)
