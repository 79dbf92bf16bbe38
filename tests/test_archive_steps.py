"""Several operations in one transaction: what is refused leaves nothing; what is moved keeps what it is."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path

import pytest

from totem_cli import Archive
from totem_cli.errors import ChangedError, ExistsError, InvalidError, RefusedError


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A series of three episodes."""
    made = Archive.create(tmp_path / "archive", title="Essai")
    with made.transaction("begin"):
        made.series.add("Hiver")
        for title in ("Neige", "Givre", "Glace"):
            made.episodes.add(title, recap=f"Le récit : {title}.")
    return made


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("change", ["number=2", "date=hier", "titel=x"])
def test_a_refused_change_leaves_nothing_in_its_transaction(archive: Archive, change: str) -> None:
    """Whoever catches the error goes on from what was there before, and commits only that."""
    before = (archive.root / "series/hiver/01-neige.md").read_bytes()
    with archive.transaction("several"):
        with pytest.raises((ExistsError, InvalidError)):
            archive.episodes.set("hiver/1", change)
        assert archive.episodes["hiver/1"].title == "Neige"
        assert archive.episodes["hiver/2"].title == "Givre"
        archive.tags.add("hiver/2", "froid")
    assert (archive.root / "series/hiver/01-neige.md").read_bytes() == before
    assert archive.episodes["hiver/2"].tags == ("froid",)


def test_a_refused_move_gives_back_what_was_moved_before(archive: Archive) -> None:
    """An operation of many steps is refused as a whole."""
    with archive.transaction("several"):
        archive.episodes.rename("hiver/1", "blanche")
        with pytest.raises(ExistsError), archive.transaction("inner"):  # noqa: PT012 - the two are one operation
            archive.episodes.rename("hiver/2", "bleue")
            archive.episodes.move("hiver/3", "hiver", 1)
        assert archive.episodes["hiver/givre"].number == 2
    assert sorted(path.name for path in archive.root.glob("series/hiver/0*")) == [
        "01-blanche.md",
        "02-givre.md",
        "03-glace.md",
    ]


def test_a_moved_file_keeps_its_mode(archive: Archive) -> None:
    """Renamed, moved to another series or twice at once, and put back: who may read it stays."""
    os.chmod(archive.root / "series/hiver/01-neige.md", 0o600)
    os.chmod(archive.root / "series/hiver/series.md", 0o640)
    with archive.transaction("twice"):
        archive.episodes.rename("hiver/1", "blanche")
        archive.episodes.rename("hiver/1", "pure")
    assert mode(archive.root / "series/hiver/01-pure.md") == 0o600
    archive.series.rename("hiver", "froid")
    assert mode(archive.root / "series/froid/01-pure.md") == 0o600
    assert mode(archive.root / "series/froid/series.md") == 0o640
    archive.undo()
    archive.undo()
    assert mode(archive.root / "series/hiver/01-neige.md") == 0o600


def test_a_publication_is_of_one_moment(archive: Archive) -> None:
    """A recap of an episode that was changed since is refused, not mixed in."""
    publication = archive.publication()
    other = Archive(archive.root)
    other.episodes.set("hiver/2", title="Verglas")
    assert [one.title for one in other.publication().episodes] == ["Neige", "Verglas", "Glace"]
    with pytest.raises(ChangedError):
        publication.read(publication.episodes[1])


def test_a_long_read_is_of_one_moment(archive: Archive) -> None:
    """Another command that renames the series meanwhile, and brings the index up to date, is not mixed in."""
    reading = iter(archive.workspace.index.episodes())
    found = [next(reading)]
    other = Archive(archive.root)
    other.series.rename("hiver", "froid")
    assert len(other.workspace.index.episodes()) == 3
    assert {one.series for one in (*found, *reading)} == {"hiver"}


def test_all_collections_see_one_moment_while_reading(archive: Archive) -> None:
    """What another command changes meanwhile is seen after the block; a change inside it is refused."""
    other = Archive(archive.root)
    with archive.reading():
        assert [one.slug for one in archive.series] == ["hiver"]
        other.series.rename("hiver", "froid")
        assert [one.slug for one in other.series] == ["froid"]
        assert {one.series for one in archive.episodes} == {"hiver"}
        assert archive.episodes["hiver/1"].title == "Neige"
        assert archive.search("givre")[0][0].episode.series == "hiver"
        with archive.reading(), pytest.raises(RefusedError):
            archive.episodes.set("hiver/1", title="Glace")
    archive.refresh()
    assert {one.series for one in archive.episodes} == {"froid"}
    with archive.transaction(), archive.reading():
        archive.tags.add("froid/1", "blanc")
        assert archive.tags["froid/1"] == ["blanc"]


def test_an_export_that_a_change_came_into_is_made_again(archive: Archive) -> None:
    """It ends with the new state, after as many tries as it takes; where changes never end, it says so."""
    other, left = Archive(archive.root), 3

    def read() -> list[str]:
        nonlocal left
        publication = archive.publication()
        if left:
            other.episodes.set("hiver/3", subtitle=f"plus que {left}")
            other.episodes["hiver/3"]
            left -= 1
        return [publication.read(one).subtitle or "" for one in publication.episodes]

    assert archive.workspace.retry(read) == ["", "", "plus que 1"]
    left = 100
    with pytest.raises(ChangedError):
        archive.workspace.retry(read)


def test_what_is_named_by_hand_in_capitals_can_be_named(archive: Archive) -> None:
    """A folder and a file with capitals are found as they are written; what is typed so means ours, too."""
    folder = archive.root / "series" / "GRAND"
    folder.mkdir()
    (folder / "series.md").write_text('+++\ntitle = "Grand"\n+++\n')
    (folder / "01-ABC.md").write_text('+++\ntitle = "Premier"\n+++\n')
    archive.refresh()
    for ref in ("GRAND/1", "GRAND/ABC", "GRAND/01-ABC", "ABC"):
        assert archive.episodes[ref].title == "Premier"
    assert archive.series["GRAND/"].title == "Grand"
    assert archive.episodes["HIVER/NEIGE"].title == "Neige"
    archive.guests.add("GRAND/1", "Ada Brun")
    assert "Ada Brun" in (folder / "01-ABC.md").read_text()


def test_a_series_is_removed_with_twins_of_one_name(archive: Archive) -> None:
    """Two files whose names differ only in the form of an accent both go."""
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "04-été.md")
        (archive.root / "series/hiver" / name).write_text('+++\ntitle = "Été"\n+++\n')
    archive.refresh()
    archive.series.remove("hiver", episodes=True)
    assert not (archive.root / "series/hiver").exists()


def test_nothing_is_undone_in_an_archive_of_a_newer_version(archive: Archive) -> None:
    """It is read, never written; a broken totem.toml does not forbid it."""
    settings = archive.root / "totem.toml"
    ours = settings.read_text()
    settings.write_text(ours.replace("version = 1", "version = 99"))
    archive.refresh()
    for change in (archive.undo, archive.redo):
        with pytest.raises(RefusedError):
            change()
    settings.write_text("version = \n")
    archive.undo()
    assert not (archive.root / "series/hiver/series.md").exists()
