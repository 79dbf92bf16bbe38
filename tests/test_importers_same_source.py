"""Two items of one source never become one episode, person, series or comment, whatever ``--if-exists`` says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import Shell
from totem_cli.archive.archive import Archive
from totem_cli.archive.workspace import IfExists
from totem_cli.errors import ExistsError, InvalidError
from totem_cli.importers import Imported, Options, find_importer
from totem_cli.importers.placing import read_source
from totem_cli.index.index import Index
from totem_cli.model import read


class Item(NamedTuple):
    """What an item of a source says; its text tells it from all others, by its ``number``."""

    folder: str
    slug: str
    title: str
    year: int | None
    number: int

    @property
    def text(self) -> str:
        """The text."""
        return f"Texte {self.number}."


def _json(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    path = folder / "items.json"
    said = [
        {"title": one.title, "recap": one.text, "series": f"in-{one.folder}"}
        | ({"date": str(one.year)} if one.year else {})
        | ({"slug": one.slug} if one.slug else {})
        for one in items
    ]
    path.write_text(json.dumps(said), "utf-8")
    return "json", path


def _csv(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["series", "slug", "title", "date", "recap"])
    rows.writerows([f"in-{one.folder}", one.slug, one.title, one.year or "", one.text] for one in items)
    path = folder / "items.csv"
    path.write_text(table.getvalue(), "utf-8")
    return "csv", path


def _markdown(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    for one in items:
        dated = f"date = {one.year}-03-01\n" if one.year else ""
        slug = f'slug = "{one.slug}"\n' if one.slug else ""
        path = folder / "notes" / one.folder / f"{one.title.lower()}-{one.number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'+++\ntitle = "{one.title}"\n{dated}{slug}+++\n\n{one.text}\n', "utf-8")
    return "markdown", folder / "notes"


def _feed(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    from datetime import UTC, datetime

    entries = [
        f"<item><title>{one.title}</title><description>{one.text}</description>"
        + (f"<pubDate>{format_datetime(datetime(one.year, 3, 1, tzinfo=UTC))}</pubDate>" if one.year else "")
        + (f"<guid>{one.slug}</guid>" if one.slug else "")
        + "</item>"
        for one in items
    ]
    path = folder / "feed.xml"
    path.write_text(f'<rss version="2.0"><channel><title>F</title>{"".join(entries)}</channel></rss>', "utf-8")
    return "feed", path


def _pyvideo(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    talks = [
        {"title": one.title, "description": one.text, "recorded": f"{one.year or 2000}-03-01", "slug": one.slug}
        for one in items
    ]
    path = folder / "talks.json"
    path.write_text(json.dumps(talks), "utf-8")
    return "pyvideo", path


def _schedule(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    events = [
        {"title": one.title, "description": one.text, "date": f"{one.year or 2000}-03-01T10:00:00Z", "guid": one.slug}
        for one in items
    ]
    days = [{"date": "2000-03-01", "rooms": {"S": events}}]
    path = folder / "schedule.json"
    path.write_text(json.dumps({"schedule": {"conference": {"title": "C", "days": days}}}), "utf-8")
    return "schedule", path


def _wordpress(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    posts = [
        f"<item><title>{one.title}</title><wp:post_id>{one.number}</wp:post_id><wp:post_type>post</wp:post_type>"
        f"<wp:status>publish</wp:status><wp:post_name>{one.slug}</wp:post_name>"
        + (f"<wp:post_date>{one.year}-03-01 10:00:00</wp:post_date>" if one.year else "")
        + f"<content:encoded>{one.text}</content:encoded></item>"
        for one in items
    ]
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'
    path = folder / "export.xml"
    path.write_text(f'<rss version="2.0" {spaces}><channel><title>W</title>{"".join(posts)}</channel></rss>', "utf-8")
    return "wordpress", path


def _page(items: Sequence[Item], folder: Path) -> tuple[str, Path]:
    parts = [f"## Épisode {one.number} : {one.title}\n\nAvec Ada Brun.\n\n{one.text}\n" for one in items]
    path = folder / "page.md"
    path.write_text("# Les rencontres\n\n" + "\n".join(parts), "utf-8")
    return "page", path


WRITERS = (_json, _csv, _markdown, _feed, _pyvideo, _schedule, _wordpress, _page)


def texts(archive: Archive) -> list[str]:
    """The texts of all episodes."""
    return sorted(archive.episodes[f"{one.series}/{one.slug}"].recap.strip() for one in archive.episodes.find())


def bring_in(archive: Archive, kind: str, source: Path, if_exists: IfExists, into: str = "tout") -> Imported:
    """Import a source into the series."""
    found = find_importer(kind)(source, Options())
    archive.import_(episodes=found.episodes, locations=found.locations, into=into, if_exists=if_exists)
    return found


@st.composite
def sources(draw: st.DrawFn) -> list[Item]:
    """Items that often say the same: of few titles, slugs, dates and folders."""
    words = st.tuples(
        st.sampled_from(("2016", "2017")),
        st.sampled_from(("", "", "a", "b")),
        st.sampled_from(("Bilan", "BILAN", "Vœux")),
        st.sampled_from((None, 2016, 2017)),
    )
    return [Item(*one, n) for n, one in enumerate(draw(st.lists(words, min_size=2, max_size=4)), 1)]


ONE_SLUG = [Item("2016", "a", "Bilan", None, 1), Item("2017", "a", "Bilan", None, 2)]


@pytest.mark.parametrize("write", WRITERS)
@example(items=[*ONE_SLUG, Item("2016", "a", "Bilan", 2016, 3)], if_exists="update", part=2)
@example(items=[*ONE_SLUG, Item("2016", "a", "Vœux", None, 3)], if_exists="skip", part=2)
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(items=sources(), if_exists=st.sampled_from(("error", "skip", "update")), part=st.integers(0, 4))
def test_no_item_is_lost(
    write: Callable[[Sequence[Item], Path], tuple[str, Path]], items: list[Item], if_exists: IfExists, part: int
) -> None:
    """All items become episodes, or none does; again, nothing is added; after a part of it, no text is lost."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        kind, source = write(items, root)
        archive = Archive.create(root / "archive", title="Essai")
        archive.series.add("Tout")
        try:
            bring_in(archive, kind, source, if_exists)
        except InvalidError as error:
            assert "same talk" in error.message or "same episode" in error.message or "twice" in error.message  # noqa: PT017
            assert "--if-exists" not in (error.hint or "")  # noqa: PT017
            assert not list(archive.episodes.find())
            return
        assert texts(archive) == [one.text for one in items]
        for again in ("skip", "update"):
            found = find_importer(kind)(source, Options())
            done = archive.import_(episodes=found.episodes, into="tout", if_exists=again)  # type: ignore[arg-type]
            assert (done.added, done.updated, len(done.skipped)) == ((), (), len(items))

        for name in ("part", "whole"):
            (root / name).mkdir()
        kind, source = write(items[part:] or items[:1], root / "part")
        other = Archive.create(root / "other", title="Essai")
        other.series.add("Tout")
        bring_in(other, kind, source, if_exists)
        before = {one.slug: other.episodes[f"tout/{one.slug}"].recap for one in other.episodes.find()}
        kind, source = write(items, root / "whole")
        bring_in(other, kind, source, "skip" if if_exists == "error" else if_exists)
        assert set(texts(other)) == {one.text for one in items}
        assert all(other.episodes[f"tout/{slug}"].recap == recap for slug, recap in before.items())


def test_year_folders(totem: Shell) -> None:
    """A file of one name and title in each year's folder: an episode each, found again whatever was changed since."""
    for year in (2018, 2019, 2020):
        path = totem.folder / f"notes/{year}/veillee.md"
        path.parent.mkdir(parents=True)
        path.write_text(f'+++\ntitle = "La veillée"\ndate = {year}-12-21\n+++\n\nNuit {year}.\n', "utf-8")
    totem("init", "a", "--quiet")
    totem("add", "series", "Veillées", "--archive", "a", "--quiet")
    import_ = ("import", "markdown", "notes", "--archive", "a", "--series", "veillees")
    assert totem(*import_).out.split() == [
        "veillees/veillee",
        "veillees/veillee-2019",
        "veillees/veillee-2020",
    ]
    for again in ("skip", "update"):
        assert totem(*import_, "--if-exists", again).err == "0 added, 0 updated, 3 left as they were\n"
    refused = totem(*import_)
    assert (refused.code, "--if-exists skip" in refused.err) == (5, True)
    totem("set", "episode", "veillees/veillee-2020", "title=Le solstice", "--archive", "a")
    assert totem(*import_, "--if-exists", "skip").err == "0 added, 0 updated, 3 left as they were\n"


def test_newest_first(tmp_path: Path) -> None:
    """A source that grew at its top: the episode that is here stays what it is."""
    archive = Archive.create(tmp_path / "a", title="Essai")
    archive.series.add("Tout")

    def bilan(year: int) -> dict[str, str]:
        return {"title": "Bilan", "date": str(year), "recap": f"Texte {year}."}

    def take(if_exists: IfExists, *items: dict[str, str]) -> tuple[int, int, int]:
        path = tmp_path / "items.json"
        path.write_text(json.dumps(items), "utf-8")
        found = find_importer("json")(path, Options())
        done = archive.import_(episodes=found.episodes, into="tout", if_exists=if_exists)
        return len(done.added), len(done.updated), len(done.skipped)

    assert take("error", bilan(2016)) == (1, 0, 0)
    assert take("skip", bilan(2017), bilan(2016)) == (1, 0, 1)
    assert take("update", bilan(2018)) == (1, 0, 0), "of two that have the title, neither is meant"
    assert [(one.number, one.date, archive.episodes[one.ref].recap) for one in archive.episodes.find()] == [
        (1, "2016", "Texte 2016."),
        (2, "2017", "Texte 2017."),
        (3, "2018", "Texte 2018."),
    ]


@pytest.mark.parametrize("if_exists", ["error", "skip", "update"])
@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        (
            "a.json",
            '[{"title": "Bilan"}, {"title": "Vœux"}, {"title": "BILAN"}]',
            "a.json: [3]: tout/BILAN is stated twice; the other is a.json: [1]",
        ),
        (
            "a.jsonl",
            '{"title": "Bilan", "number": 7}\n{"title": "Vœux", "number": 7}\n',
            "a.jsonl:2: tout/7 is stated twice; the other is a.jsonl:1",
        ),
        (
            "a.json",
            '{"episodes": [{"title": "A", "id": "%s"}, {"title": "B", "id": "%s"}]}' % ((read.derived_id("x"),) * 2),
            "a.json: episodes[2]: tout/B is stated twice; the other is a.json: episodes[1]",
        ),
        (
            "a.json",
            '[{"name": "Ada", "slug": "ada", "biography": "Un."}, {"name": "Ada", "slug": "ada", "biography": "Deux."}]',
            "a.json: [2]: people/ada is stated twice; the other is a.json: [1]",
        ),
        (
            "a.csv",
            "series,number,title\nun,1,Bilan\ndeux,1,Bilan\n",
            "a.csv:3: tout/1 is stated twice; the other is a.csv:2",
        ),
    ],
)
def test_refused_with_both_places(totem: Shell, name: str, source: str, message: str, if_exists: str) -> None:
    """What nothing tells apart is invalid input, not a clash with the archive; nothing is written."""
    (totem.folder / name).write_text(source, "utf-8")
    totem("init", "a", "--quiet")
    totem("add", "series", "Tout", "--archive", "a", "--quiet")
    kind = name.rpartition(".")[2].removesuffix("l")
    done = totem("import", kind, name, "--archive", "a", "--series", "tout", "--if-exists", if_exists)
    assert (done.code, done.out, "--if-exists" in done.err) == (4, "", False)
    assert done.err.splitlines()[0] == f"error: {message}"
    assert not [*(totem.folder / "a/series/tout").glob("*[!s].md"), *(totem.folder / "a/people").glob("*.md")]


def test_series_of_one_name_are_refused(totem: Shell) -> None:
    """Two folders whose names give one slug: their own pages are named, neither replaces the other."""
    for folder in ("Été", "ete"):
        path = totem.folder / "notes" / folder / "series.md"
        path.parent.mkdir(parents=True)
        path.write_text(f'+++\ntitle = "{folder}"\n+++\n\n{folder}.\n', "utf-8")
    totem("init", "a", "--quiet")
    done = totem("import", "markdown", "notes", "--archive", "a", "--if-exists", "update")
    assert done.code == 4
    assert "notes/ete/series.md" in done.err
    assert "notes/Été/series.md" in done.err


def test_two_items_that_are_one_here(tmp_path: Path) -> None:
    """An item that names an episode by its id, and one that names it by its number."""
    archive = Archive.create(tmp_path / "a", title="Essai")
    archive.series.add("Tout")
    one = archive.episodes.add("Bilan", series="tout")
    items = [
        read.episode({"id": one.id, "title": "Bilan"}, series="tout", slug=""),
        read.episode({"title": "Vœux", "number": 1}, series="tout", slug=""),
    ]
    for if_exists in ("skip", "update"):
        with pytest.raises(InvalidError, match="item 2 of its episodes; the other is item 1"):
            archive.import_(episodes=iter(items), if_exists=if_exists)  # type: ignore[arg-type]
    with pytest.raises(ExistsError, match="exists already"):
        archive.import_(episodes=items)
    assert archive.episodes["tout/1"].title == "Bilan"


def test_a_number_that_the_source_gives_is_given_to_no_other(tmp_path: Path) -> None:
    """An item without a number takes the next one that neither the archive nor the source has."""
    archive = Archive.create(tmp_path / "a", title="Essai")
    archive.series.add("Tout")
    items = [
        read.episode({"title": "Vœux"}, series="tout", slug=""),
        read.episode({"title": "Bilan", "number": 1}, series="tout", slug=""),
    ]
    assert archive.import_(episodes=items).added == ("tout/2", "tout/1")
    assert archive.import_(episodes=items, if_exists="update").skipped == ("tout/2", "tout/1")


# What is here already


def _note(totem: Shell, path: str, front: str, text: str = "Nuit.") -> None:
    file = totem.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"+++\n{front}\n+++\n\n{text}\n", "utf-8")


def _take(totem: Shell, folder: str, *more: str) -> tuple[int, str]:
    done = totem("import", "markdown", folder, "--archive", "a", "--series", "s", *more)
    return done.code, done.err


def test_a_renamed_file_is_the_same(totem: Shell) -> None:
    """A file under another name has its title: it is refused, left or updated, never added."""
    totem("init", "a", "--quiet")
    _note(totem, "notes/nuit.md", 'title = "La veillée"')
    _note(totem, "notes/jour.md", 'title = "Le jour"')
    assert _take(totem, "notes")[0] == 0
    (totem.folder / "notes/nuit.md").rename(totem.folder / "notes/autre-nom.md")

    code, said = _take(totem, "notes/autre-nom.md")
    assert (code, "notes/autre-nom.md: s/nuit exists already, with the same title: La veillée" in said) == (5, True)
    assert said.index("where it is another episode") < said.index("--if-exists")
    for if_exists in ("skip", "update"):
        assert _take(totem, "notes", "--if-exists", if_exists) == (0, "0 added, 0 updated, 2 left as they were\n")


def test_two_files_of_one_title_one_renamed(totem: Shell) -> None:
    """The file that is left has its own episode; the renamed one is the other by its text."""
    totem("init", "a", "--quiet")
    _note(totem, "notes/un.md", 'title = "La veillée"', "Un.")
    _note(totem, "notes/deux.md", 'title = "La veillée"', "Deux.")
    assert _take(totem, "notes")[0] == 0
    (totem.folder / "notes/deux.md").rename(totem.folder / "notes/trois.md")

    assert _take(totem, "notes", "--if-exists", "update") == (0, "0 added, 0 updated, 2 left as they were\n")


@pytest.mark.parametrize("if_exists", ["error", "skip", "update"])
def test_another_date_is_another_episode(totem: Shell, if_exists: str) -> None:
    """Two sources, one a year: the second is added beside the first, where nothing else says that they are one."""
    totem("init", "a", "--quiet")
    _note(totem, "2016/assemblee.md", 'title = "Assemblée"\ndate = 2016-03-28', "Seize.")
    _note(totem, "2017/reunion.md", 'title = "Assemblée"\ndate = 2017-03-28', "Dix-sept.")
    assert _take(totem, "2016/assemblee.md")[0] == 0
    assert _take(totem, "2017/reunion.md", "--if-exists", if_exists) == (
        0,
        "1 added, 0 updated, 0 left as they were\n",
    )


@pytest.mark.parametrize("if_exists", ["error", "skip", "update"])
def test_a_file_name_of_another_date_is_for_the_user_to_say(totem: Shell, if_exists: str) -> None:
    """The same title and file name, and another date: neither overwritten nor passed over, with both ways out."""
    totem("init", "a", "--quiet")
    _note(totem, "2016/assemblee.md", 'title = "Assemblée"\ndate = 2016-03-28', "Seize.")
    _note(totem, "2017/assemblee.md", 'title = "Assemblée"\ndate = 2017-03-28', "Dix-sept.")
    assert _take(totem, "2016/assemblee.md")[0] == 0
    code, said = _take(totem, "2017/assemblee.md", "--if-exists", if_exists)

    assert code == 5
    assert "2017/assemblee.md: s/assemblee has this title and file name, and another date: 2016-03-28" in said
    assert "totem set episode s/assemblee published=2017-03-28" in said
    assert "--if-exists" not in said


def test_a_number_of_another_title_is_told(totem: Shell) -> None:
    """The number is the same, the title is not: the refusal says so before it names a way to overwrite."""
    totem("init", "a", "--quiet")
    _note(totem, "un.md", 'title = "La veillée"\nnumber = 1')
    _note(totem, "autre.md", 'title = "Le jour"\nnumber = 1')
    assert _take(totem, "un.md")[0] == 0
    code, said = _take(totem, "autre.md")

    assert (code, "autre.md: s/1 exists already, with another title: La veillée" in said) == (5, True)
    assert said.index("give it another number, or another series") < said.index("--if-exists")


def test_no_series_is_told_with_the_option(totem: Shell) -> None:
    """Where the source names no series: where, and which option says it."""
    totem("init", "a", "--quiet")
    _note(totem, "un.md", 'title = "La veillée"')
    (totem.folder / "page.html").write_text("<h1>Les digues</h1><p>La mer monte.</p>", "utf-8")
    (totem.folder / "talks.json").write_text('[{"title": "La digue"}]', "utf-8")
    for format_, source, place in (
        ("markdown", "un.md", "un.md"),
        ("page", "page.html", "page.html: episode 1"),
        ("json", "talks.json", "talks.json: [1]"),
    ):
        done = totem("import", format_, source, "--archive", "a")
        assert done.code == 4
        assert (
            f"error: {place}: the source names no series for this episode\nhint: say which: --series NAME" in done.err
        )


def test_an_import_asks_for_all_of_a_series_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What names and numbers are taken is read once, however many episodes come: time grows with their number."""
    asked: list[str] = []
    for name in ("slugs", "numbers"):
        was = getattr(Index, name)
        monkeypatch.setattr(Index, name, lambda self, series, was=was: asked.append(series) or was(self, series))
    source = json.dumps([{"title": f"Titre {number % 20}", "date": f"20{number:02d}-01-01"} for number in range(40)])
    with Archive.create(tmp_path / "archive", title="Essai") as archive:
        archive.series.add("S")
        archive.import_(episodes=read_source("json", source.encode(), Options()).episodes, into="s")
        assert len(archive.episodes.find()) == 40
        assert archive.episodes.add("Un autre").number == 41
    assert asked.count("s") <= 2
