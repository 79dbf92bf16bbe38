"""The Markdown export: a folder that is an archive again, and comes back the same."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests import strategies
from tests.publications import EPISODE, SERIES, of, publication
from totem_cli.archive.archive import Archive
from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.errors import ExistsError
from totem_cli.exporters import Options
from totem_cli.exporters.json import export as export_json
from totem_cli.exporters.markdown import export
from totem_cli.importers import Imported
from totem_cli.importers import Options as ImportOptions
from totem_cli.importers.json import read as read_json
from totem_cli.importers.markdown import read as read_markdown
from totem_cli.model.comment import Comment
from totem_cli.model.read import settings as read_settings
from totem_cli.model.series import Series
from totem_cli.model.settings import Html, Settings, Share
from totem_cli.publishing.page import all_pages
from totem_cli.publishing.publisher import publish

FORMAT = {"format": "markdown", "filters": {}}


def written(given: Publication) -> dict[str, str]:
    """The pages of the export by their paths."""
    return {page.path: page.render().decode() for page in all_pages(export(given, Options()))}


def test_layout() -> None:
    """The files are an archive's: settings, series, episodes, who appears and has a file, media."""
    found = written(publication())
    assert sorted(found) == [
        "media/port.txt",
        "people/zoe.md",
        "series/marees/01-qui-regarde-la-mer.md",
        "series/marees/series.md",
        "totem.toml",
    ]
    assert tomllib.loads(found["totem.toml"]) == {"version": 1, "title": "Le port", "language": "fr"}


def test_an_archive_again() -> None:
    """Settings, theme and approved comments come along; what ``totem.toml`` need not say it does not."""
    settings = Settings(
        title="Le port",
        share=Share(mastodon="mastodon.example"),
        html=Html(api=True),
        theme={"accent": "#8a1c1c"},
        extra={"secret": "x"},
    )
    comment = Comment(id="c1", target=EPISODE.id, series="marees", episode=EPISODE.slug, slug="c1", author="Ali",
                      text="Oui !", status="approved", extra={"mail": "secret@a.example"})  # fmt: skip
    whole = of(settings, [SERIES], [EPISODE])
    given = with_fields(whole, comments={EPISODE.id: (comment,)}, theme={"static/theme.css": lambda: b"x"})
    found = written(given)
    told = tomllib.loads(found["totem.toml"])
    assert told == {
        "version": 1, "title": "Le port", "language": "fr", "share": {"mastodon": "mastodon.example"},
        "html": {"api": True}, "theme": {"accent": "#8a1c1c"},
    }  # fmt: skip
    assert read_settings(told) == replace(settings, extra={})
    assert found["theme/static/theme.css"] == "x"
    assert "Oui !" in found[f"comments/marees/{EPISODE.slug}/c1.md"]
    assert "secret" not in "".join(found.values())


def test_episode() -> None:
    """An episode keeps its id, its characters and its unknown keys, and leaves out what its series says."""
    text = written(publication())[f"series/marees/{EPISODE.slug}.md"]
    _, head, body = text.split("+++\n")
    assert body == "\nUn récit « bref » : la mer monte !\n"
    front = tomllib.loads(head)
    assert front["id"] == EPISODE.id
    assert front["title"] == EPISODE.title
    assert front["mood"] == "calme"
    assert not {"hosts", "partners", "language", "licence", "recap", "status"} & front.keys()
    assert "[[guests]]" in head
    assert "date = 2020-04-09\n" in head


def test_key_follows_the_series() -> None:
    """When a series changes what it lends, its episodes' files change too."""
    episodes = [replace(EPISODE, recap="x")]
    before, after = (
        {page.path: page for page in all_pages(export(of(Settings(), [one], episodes), Options()))}
        for one in (SERIES, replace(SERIES, licence="CC0-1.0"))
    )
    path = f"series/marees/{EPISODE.slug}.md"
    assert before[path].render() != after[path].render()
    assert before[path].key != after[path].key


def resolved(imported: Imported) -> Publication:
    """What was imported as a publication, as an archive would resolve it."""
    homes = {series.slug: series for series in imported.series}
    episodes = [replace(episode.inherit(homes[episode.series]), absent=()) for episode in imported.episodes]
    settings = imported.settings or {}
    return of(Settings(**settings), imported.series, episodes, imported.persons)


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """A publication of anything that an archive may hold."""
    home: Series = draw(strategies.series())
    episodes = [
        draw(strategies.episodes(home, number=number, slug=f"{number:02}-e"))
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    names = sorted({guest.name for episode in episodes for guest in episode.guests if not guest.person})
    persons = [draw(strategies.persons(slug=f"p{number}", name=name)) for number, name in enumerate(names[:1])]
    return of(Settings(title=draw(strategies.texts)), [home], episodes, persons)


@strategies.QUICK
@given(publications())
def test_round_trip_as_markdown(given: Publication) -> None:
    """Exported as Markdown and imported, the record is the same."""
    with TemporaryDirectory() as folder:
        publish(export(given, Options()), Path(folder, "out"), **FORMAT)
        imported = read_markdown(Path(folder, "out"), ImportOptions())
        assert not imported.notes
        assert {name: path.read_bytes() for name, path in imported.media.items()} == {"port.txt": b"image"}
    assert to_builtins(resolved(imported).record()) == to_builtins(given.record())


@strategies.QUICK
@given(publications())
def test_round_trip_as_json(given: Publication) -> None:
    """Exported as JSON and imported, the record is the same."""
    (page,) = export_json(given, Options())
    imported = read_json(page.render(), ImportOptions())
    assert not imported.notes
    assert to_json(resolved(imported).record()) == to_json(given.record())


def archived(folder: Path, imported: Imported) -> Archive:
    """A new archive that took in what was imported."""
    folder.mkdir()
    (folder / "totem.toml").write_text('version = 1\ntitle = "New"\n')
    archive = Archive(folder)
    archive.import_(
        series=imported.series,
        episodes=imported.episodes,
        persons=imported.persons,
        settings=imported.settings,
        media=imported.media,
    )
    return archive


def test_archive_to_archive(tmp_path: Path) -> None:
    """An archive exported, as Markdown or as JSON, and imported into an empty one gives the same JSON."""
    first = archived(tmp_path / "first", resolved_import())
    given = first.publication()
    publish(export(given, Options()), tmp_path / "out", **FORMAT, archive=first.root)
    wanted = to_json(given.record())
    (page,) = export_json(given, Options())
    for name, imported in (
        ("second", read_markdown(tmp_path / "out", ImportOptions())),
        ("third", read_json(page.render(), ImportOptions())),
    ):
        assert to_json(archived(tmp_path / name, imported).publication().record()) == wanted
    second = Archive(tmp_path / "second").publication()
    assert publish(export(second, Options()), tmp_path / "out", **FORMAT).written == []


def resolved_import() -> Imported:
    """The small publication, as an importer would give it."""
    (page,) = export_json(publication(), Options())
    return read_json(page.render(), ImportOptions())


def test_media_of_one_name_never_replace_each_other(tmp_path: Path) -> None:
    """Two files of one name in one transaction: the second is refused, and nothing of either is written."""
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pic.png").write_text(name)
    archive = Archive.create(tmp_path / "archive")
    archive.series.add("Marées")
    archive.episodes.add("Une")
    with pytest.raises(ExistsError), archive.transaction("media"):  # noqa: PT012 - the second call is refused
        archive.media.add("1", str(tmp_path / "x" / "pic.png"))
        archive.media.add("1", str(tmp_path / "y" / "pic.png"))
    assert not (tmp_path / "archive" / "media").exists()
