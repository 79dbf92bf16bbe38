"""Collections: what all lists of episodes and series have in common, and how things are named."""

from pathlib import Path

import pytest

from totem_cli import Archive, Query
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError

REF = "canal/1"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A series with a host and a partner, and an episode that lists one of everything."""
    made = Archive.create(tmp_path / "archive", title="Essai")
    with made.transaction("begin"):
        made.series.add("Canal")
        made.hosts.add("canal/", "Luc Mer")
        made.partners.add("canal/", "La Revue")
        made.episodes.add("L’eau", tags=["mer"])
        made.guests.add(REF, "Ada Brun", role="géographe")
        made.questions.add(REF, "Et demain ?")
        made.links.add(REF, "https://un.example/")
        made.media.add(REF, "https://son.example/1.mp3")
    return made


def test_each_list_is_read_changed_moved_and_removed(archive: Archive) -> None:
    """An item is named by its name, text or address, or by its number."""
    assert [one.name for one in archive.guests[REF]] == ["Ada Brun"]
    assert archive.guests.set(REF, 1, role="directrice").role == "directrice"
    archive.guests.add(REF, "Zoé", at=1)
    assert [one.name for one in archive.guests.move(REF, "Ada Brun", 1)] == ["Ada Brun", "Zoé"]
    archive.guests.remove(REF, 2)

    assert archive.links.set(REF, "https://un.example/", label="Le texte").label == "Le texte"
    archive.links.add(REF, "https://deux.example/")
    assert [link.url for link in archive.links.move(REF, 2, 1)] == ["https://deux.example/", "https://un.example/"]
    archive.links.remove(REF, "https://un.example/")

    assert archive.media.set(REF, 1, credit="Zoé").credit == "Zoé"
    assert archive.media.remove(REF, "https://son.example/1.mp3").ref == REF
    assert archive.media[REF] == []

    archive.tags.add(REF, "lune", "MER")
    assert archive.tags.move(REF, "lune", 1) == ["lune", "mer"]
    archive.tags.remove(REF, 2)
    assert archive.tags[REF] == ["lune"]
    assert [tag.name for tag in archive.tags] == ["lune"]

    with pytest.raises(NotFoundError):
        archive.tags.remove(REF, 7)
    with pytest.raises(ExistsError):
        archive.links.add(REF, "https://deux.example/")


def test_a_question_that_is_bare_text_stays_so(archive: Archive) -> None:
    """It becomes a table with its first other key only."""
    file = archive.root / "series/canal/01-l-eau.md"
    before = file.read_text("utf-8")
    assert archive.questions.set(REF, "et demain ?", text="Et hier ?").text == "Et hier ?"
    assert archive.questions.find(Query(tags=("mer",)))[0].text == "Et hier ?"
    archive.questions.set(REF, 1, "text=Et demain ?")
    assert file.read_text("utf-8") == before
    with pytest.raises(InvalidError):
        archive.questions.set(REF, 1, "text=")
    assert archive.questions.set(REF, 1, answer="Oui.").answer == "Oui."
    assert '{ text = "Et demain ?", answer = "Oui." }' in file.read_text("utf-8")


def test_what_an_episode_inherits_is_written_down_before_it_differs(archive: Archive) -> None:
    """Hosts and partners are read with what the series says; a list of its own begins with that."""
    assert [one.name for one in archive.hosts[REF]] == ["Luc Mer"]
    archive.hosts.set(REF, "Luc Mer", role="hôte")
    assert [(one.name, one.role) for one in archive.hosts.find()] == [("Luc Mer", "hôte")]
    assert archive.hosts["canal/"][0].role is None
    archive.partners.remove(REF, "la revue")
    assert archive.partners[REF] == []
    assert [one.name for one in archive.partners["canal/"]] == ["La Revue"]


def test_what_nothing_is_called_is_a_lookup_error(archive: Archive) -> None:
    """A collection is asked as a dict is."""
    for collection in (archive.episodes, archive.series, archive.people, archive.comments, archive.guests):
        with pytest.raises(LookupError):
            collection["nobody"]
    with pytest.raises(LookupError):
        archive["nobody/9"]
    assert archive["canal"].ref == "canal"
    assert archive[REF].ref == REF
    assert "12345678" not in archive.comments
    for title in ("Le lit", "Le quai"):
        archive.series.add(title)
        archive.episodes.add("Un", series=archive.series.find()[-1].slug)
    with pytest.raises(AmbiguousError):
        archive.episodes["1"]
