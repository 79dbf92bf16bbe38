"""Changes of an archive and its index together: what is kept of a change, what a check compares."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.archive.archive import Archive
from totem_cli.errors import InvalidError, NotFoundError
from totem_cli.index.index import Index


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with one episode, its index up to date."""
    with Archive.create(tmp_path / "talks", title="Talks") as archive:
        archive.series.add("Cycle")
        archive.episodes.add("Les ports", series="cycle")
    return tmp_path / "talks"


def stored(root: Path) -> sqlite3.Connection:
    """The file of the index, opened with another tool."""
    return sqlite3.connect(root / ".totem/index.sqlite", isolation_level=None)


def two_guests(archive: Archive) -> None:
    """One step of two operations, the second of which fails."""
    with archive.transaction("two"):
        archive.guests.add("cycle/1", "Luc Mer")
        archive.guests.add("cycle/9", "Luc Mer")


def test_after_a_change_the_next_reader_parses_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of all that a change did are kept: files added, edited, moved, removed."""
    with Archive(root) as archive, archive.transaction("several"):
        archive.guests.add("cycle/1", "Ada Brun", role="géographe")
        archive.episodes.add("Les canaux", series="cycle")
        archive.episodes.rename("cycle/1", "quais")
        archive.people.add("Ada Brun")
    monkeypatch.setattr("totem_cli.index.parse.parse", lambda *_: pytest.fail("a file was parsed"))
    with Archive(root) as archive:
        assert [(one.slug, len(one.guests)) for one in archive.episodes.find()] == [
            ("01-quais", 1),
            ("02-les-canaux", 0),
        ]
        assert [one.slug for one in archive.matching("ada brun")[0]] == ["01-quais"]
        assert [one.name for one in [*archive.people]] == ["Ada Brun"]


def test_a_change_that_fails_leaves_the_index_as_it_was(root: Path) -> None:
    """Rows of what was not written are not kept."""
    before = (root / ".totem/index.sqlite").read_bytes()
    with Archive(root) as archive, pytest.raises(NotFoundError):
        two_guests(archive)
    assert (root / ".totem/index.sqlite").read_bytes() == before


def test_a_step_that_fails_is_seen_by_nobody(root: Path) -> None:
    """Where the caller goes on after an error, reads give what the transaction will write."""
    with Archive(root) as archive:
        with archive.transaction("some"):
            archive.guests.add("cycle/1", "Ada Brun")
            with pytest.raises(NotFoundError):
                two_guests(archive)
            with pytest.raises(InvalidError):
                archive.workspace.save("series/cycle/01-les-ports.md", b"+++\ntitle = 7\n+++\n")
            assert [one.name for one in archive.episodes["cycle/1"].guests] == ["Ada Brun"]
        assert [one.name for one in archive.episodes["cycle/1"].guests] == ["Ada Brun"]


def test_a_crash_between_files_and_rows(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files whose rows were not kept are found by their stamps."""
    monkeypatch.setattr(Index, "commit", Index.close)
    with Archive(root) as archive:
        archive.guests.add("cycle/1", "Ada Brun")
    monkeypatch.undo()
    with Archive(root) as archive:
        assert [one.name for one in archive.episodes["cycle/1"].guests] == ["Ada Brun"]


def test_readers_are_not_held_up_by_a_change(root: Path) -> None:
    """While a transaction is open, another reader sees the state before, by the shared index; then the state after."""
    with Archive(root) as archive:
        with archive.transaction("slow"):
            archive.guests.add("cycle/1", "Ada Brun")
            with Archive(root) as reader:
                assert reader.episodes["cycle/1"].guests == ()
                assert not reader.workspace.index._is_private
        with Archive(root) as reader:
            assert len(reader.episodes["cycle/1"].guests) == 1


def test_a_reader_that_does_not_let_go_costs_only_the_rows(root: Path) -> None:
    """Where the rows cannot be committed, the change is made all the same, and the next reader reads the files."""
    holder = stored(root)
    holder.execute("BEGIN")
    holder.execute("SELECT * FROM file").fetchall()
    with Archive(root) as archive:
        archive.guests.add("cycle/1", "Ada Brun")
        assert len(archive.episodes["cycle/1"].guests) == 1
    holder.close()
    with Archive(root) as reader:
        assert [one.name for one in reader.episodes["cycle/1"].guests] == ["Ada Brun"]


def test_the_files_of_an_edit_seen_meanwhile(root: Path) -> None:
    """Another reader that finds a file edited while a transaction is open is right without writing."""
    with Archive(root) as archive, archive.transaction("slow"):
        archive.guests.add("cycle/1", "Ada Brun")
        (root / "series/cycle/02-x.md").write_text('+++\ntitle = "Par un autre"\n+++\n')
        with Archive(root) as reader:
            assert [one.title for one in reader.episodes.find()] == ["Les ports", "Par un autre"]
    with Archive(root) as reader:
        assert [one.title for one in reader.episodes.find()] == ["Les ports", "Par un autre"]
        assert len(reader.episodes["cycle/1"].guests) == 1


TAMPERED = {
    "UPDATE file SET number = 9 WHERE kind = 'episode'": "series/cycle/01-les-ports.md",
    "UPDATE episode SET line = ''": "series/cycle/01-les-ports.md",
    "INSERT INTO name VALUES (77, 'tag', 'A')": ".totem/index.sqlite",
    "UPDATE value SET data = CAST(replace(data, 'ports', 'portx') AS BLOB)": "series/cycle/01-les-ports.md",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_deep_check_compares_the_index_with_the_files(root: Path, statement: str) -> None:
    """What the index says and no file does is found, told where, and mended on demand."""
    with Archive(root) as archive:
        assert archive.check(deep=True) == []
        assert not archive.mend_index()
    db = stored(root)
    db.execute(statement)
    db.close()
    with Archive(root) as archive:
        found = archive.check(deep=True)
        assert [(one.code, one.location.file) for one in found] == [("index", str(root / TAMPERED[statement]))]
        assert archive.check() == []
        assert archive.mend_index()
        assert archive.check(deep=True) == []
    with Archive(root) as archive:
        assert archive.check(deep=True) == []


def test_words_are_compared_too(root: Path) -> None:
    """A search that would not find what a file says is found out."""
    db = stored(root)
    db.execute("INSERT INTO words (words) VALUES ('delete-all')")
    db.close()
    with Archive(root) as archive:
        assert [one.code for one in archive.check(deep=True)] == ["index"]


def test_a_damaged_file_is_told_and_keeps_its_witness(root: Path) -> None:
    """Of a file whose content changed without a stamp, only the index knows: it is not made anew then."""
    file = root / "series/cycle/01-les-ports.md"
    content = file.read_bytes()
    with Archive(root) as archive:
        archive.series.find()
        file.write_bytes(content.replace(b"ports", b"portx"))
        found = archive.check(deep=True)
        assert [(one.code, one.location.file) for one in found] == [("damaged", str(file))]
        assert not archive.mend_index()


def test_the_command(root: Path) -> None:
    """``check --deep`` tells it with exit code 4; ``--fix`` makes the index anew."""
    totem = Shell(root)
    db = stored(root)
    db.execute("UPDATE file SET number = 9 WHERE kind = 'episode'")
    db.close()
    assert totem("check").code == 0
    told = totem("check", "--deep")
    assert told.code == 4
    assert "the index does not say what this file does" in told.out
    assert totem("check", "--deep", "--fix", "--dry-run").code == 0
    assert totem("check", "--deep").code == 4
    mended = totem("check", "--deep", "--fix")
    assert (mended.code, "made the index anew" in mended.err) == (0, True)
    assert totem("check", "--deep").code == 0
