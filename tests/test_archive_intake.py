"""Taking in: what is the same, and what an update leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from totem_cli.archive.archive import Archive
from totem_cli.errors import ExistsError
from totem_cli.model import read


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A series with an episode that has a text and no number, as a site's posts have none."""
    made = Archive.create(tmp_path / "archive", title="Essais")
    made.series.add("Canal")
    made.import_(episodes=[read.episode({"title": "L’eau"}, series="canal", slug="l-eau", recap="De l’eau.")])
    return made


def test_an_update_without_a_text_leaves_the_text(archive: Archive) -> None:
    """A table that has no column for the text says nothing of it."""
    told = read.episode({"title": "L’EAU", "tags": ["mer"]}, series="canal", slug="")
    assert archive.import_(episodes=[told], if_exists="update").updated == ("canal/l-eau",)
    assert archive.episodes["canal/l-eau"].recap == "De l’eau."


def test_a_number_finds_what_has_none_by_its_title(archive: Archive) -> None:
    """Once: afterwards the same title with another number is another episode."""
    told = read.episode({"title": "L’eau", "number": 4}, series="canal", slug="")
    with pytest.raises(ExistsError):
        archive.import_(episodes=[told])
    archive.import_(episodes=[told], if_exists="update")
    assert archive.episodes["canal/4"].recap == "De l’eau."
    assert archive.import_(episodes=[told], if_exists="update").skipped == ("canal/4",)
    other = read.episode({"title": "L’eau", "number": 5}, series="canal", slug="")
    assert archive.import_(episodes=[other]).added == ("canal/5",)


def test_what_is_written_in_another_form_is_no_change(archive: Archive) -> None:
    """Guests as bare names, questions as tables, a date as text: the same."""
    path = archive.root / "series/canal/l-eau.md"
    path.write_text('+++\ntitle = "L’eau"\nguests = ["Ada Brun"] # ici\nquestions = [{text = "Où ?"}]\n+++\n')
    told = {"title": "L’eau", "guests": [{"name": "Ada Brun"}], "questions": ["Où ?"]}
    done = archive.import_(episodes=[read.episode(told, series="canal", slug="")], if_exists="update")
    assert done.skipped == ("canal/l-eau",)


def test_inheritance_is_that_of_the_series_it_is_in(archive: Archive) -> None:
    """An episode found by its id in another series says there who hosts it, though its own series says so too."""
    archive.series.add("Fleuve")
    archive.hosts.add("fleuve/", "Luc Mer")
    one = archive.episodes.add("Le lit", series="canal")
    told = read.episode({"id": one.id, "title": "Le lit", "hosts": ["Luc Mer"]}, series="fleuve", slug="")
    archive.import_(episodes=[told], if_exists="update")
    (held,) = [episode for episode in archive.episodes.find() if episode.id == one.id]
    assert (held.series, [host.name for host in held.hosts]) == ("canal", ["Luc Mer"])
