"""The site of a real archive, published again after every kind of edit, is the site published afresh."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Shell
from tests.html_site import png
from totem_cli.archive.archive import Archive
from totem_cli.archive.media import installation
from totem_cli.errors import TotemError
from totem_cli.exporters import Options
from totem_cli.exporters.html import episodes, export, search_index
from totem_cli.exporters.html.chapter import Chapter, chapter
from totem_cli.exporters.html.mended import filled
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.making import Making
from totem_cli.exporters.markdown import export as markdown
from totem_cli.exporters.rss import RSS
from totem_cli.model.query import Query, Sort
from totem_cli.store.manifest import Manifest
from totem_cli.store.page import Page
from totem_cli.store.publisher import Report, publish
from totem_cli.store.settled import standing, unchanged

SETTINGS = """version = 1
title = "Le port"
language = "fr"
base_url = "https://port.example/"

[html]
api = true
page_size = 2

[feeds]
people = true
tags = true
"""


LEAN = SETTINGS.replace("people = true\ntags = true", "size = 2")
"""Without the feeds of people and tags, and with short ones."""


def _publish(root: Path, output: Path, *, sort: Sort | None = None, generator: str | None = None) -> Report:
    with Archive(root) as archive:
        options = Options(parameters={"for": generator} if generator else {})
        making = Making(archive, markdown if generator else export, Query(status=("published",), sort=sort), options)
        stats, source = archive.export_stats(output), making.source
        return publish(
            making.pages(), output, format="html", filters={}, archive=root, stats=stats, source=source, memory=making
        )


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _comment(archive: Archive, ref: str, words: str) -> None:
    archive.set_comment_status(archive.add_comment(ref, words, author="Ali").id, "approved")


def _founded(root: Path, settings: str) -> None:
    with Archive.create(root) as archive:
        (root / "totem.toml").write_text(settings)
        archive.refresh()
        for series in ("Marées", "Digues"):
            slug = archive.add_series(series).slug
            for number in (1, 2, 3):
                ref = f"{slug}/{number}"
                archive.add_episode(f"Soirée {number}", series=slug, tags=["mer"])
                archive.add_guest(ref, "Zoé Œuvrard", role="océanographe", organisations=["Ifrea"])
                archive.add_question(ref, "Et demain ?")
        _comment(archive, "marees/2", "Merci.")
    (root / "media").mkdir()


REFS = st.sampled_from([f"{series}/{number}" for series in ("marees", "digues") for number in (1, 2, 3)])
WORDS = st.sampled_from(["Autre", "Vent", "Qui a peur : nous ?", "![x](media/a.png)", "mer", "Œ"])


def _recap(archive: Archive, ref: str, words: str) -> None:
    episode = archive.episode(ref)
    file = next(archive.root.glob(f"series/{episode.series}/{episode.slug}.md"))
    file.write_text(file.read_text("utf-8") + f"\n{words}\n", "utf-8")


def _picture(archive: Archive, ref: str, words: str) -> None:
    (archive.root / "media" / "a.png").write_bytes(png(500 + len(words), 9))


def _theme(archive: Archive, ref: str, words: str) -> None:
    folder = archive.root / "theme" / "static"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theme.css").write_text(f"/* {words} */")


def _settings(archive: Archive, ref: str, words: str) -> None:
    file = archive.root / "totem.toml"
    file.write_text(file.read_text("utf-8").replace("Le port", f"Le port, {words.strip('!()')}"), "utf-8")
    archive.refresh()


def _altered(archive: Archive, ref: str, words: str) -> None:
    """Outputs altered to the same size, with their old times, deleted, and one of somebody else's."""
    site = archive.root.parent / "site"
    pages = sorted(site.glob("*/*/index.html"))
    for page in pages[:3]:
        found = page.stat()
        page.write_bytes(page.read_bytes().replace(b"e", b"a"))
        os.utime(page, ns=(found.st_atime_ns, found.st_mtime_ns))
    for page in pages[3:5]:
        page.unlink()


def _unsaved(archive: Archive, ref: str, words: str) -> None:
    """A file edited by hand whose times are then set back."""
    file = next(archive.root.glob("series/*/series.md"))
    found = file.stat()
    file.write_text(file.read_text("utf-8") + f"\n{words}\n", "utf-8")
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns - 10**12))


EDITS: dict[str, Callable[[Archive, str, str], object]] = {
    "title": lambda archive, ref, words: archive.set_episode(ref, title=words),
    "date": lambda archive, ref, words: archive.set_episode(ref, date=f"2020-01-{10 + len(words)}"),
    "image": lambda archive, ref, words: archive.set_episode(ref, image="a.png"),
    "translation": lambda archive, ref, words: archive.set_episode(ref, translation_of="marees/1"),
    "tag": lambda archive, ref, words: archive.add_tag(ref, words),
    "guest": lambda archive, ref, words: archive.add_guest(ref, words, organisations=[words]),
    "question": lambda archive, ref, words: archive.add_question(ref, words),
    "withdraw": lambda archive, ref, words: archive.set_status(ref, "withdrawn"),
    "publish": lambda archive, ref, words: archive.set_status(ref, "published"),
    "rename": lambda archive, ref, words: archive.rename_episode(ref, f"nouveau-{len(words)}"),
    "remove": lambda archive, ref, words: archive.remove_episode(ref),
    "series": lambda archive, ref, words: archive.set_series(ref.split("/")[0], title=words),
    "person": lambda archive, ref, words: archive.rename_person("Zoé Œuvrard", f"Zoé {words.strip('!()')}"),
    "comment": _comment,
    "settings": _settings,
    "altered": _altered,
    "set back": _unsaved,
    "recap": _recap,
    "picture": _picture,
    "theme": _theme,
}


OFTEN = [*sorted(EDITS), *["recap", "title", "question"] * 3]


@pytest.fixture(scope="module", params=[(SETTINGS, 300), (LEAN, 0)], ids=["all feeds", "lean"])
def founded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive of two series, and its site; one whose search is that of a large one, without recaps."""
    root = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        settings, recaps = request.param
        patch.setattr(search_index, "WITH_RECAPS", recaps)
        patch.setattr(search_index, "CHUNK", 2)
        _founded(root / "archive", settings)
        _publish(root / "archive", root / "site")
        _publish(root / "archive", root / "hugo", generator="hugo")
        yield root


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.sampled_from(OFTEN), REFS, WORDS), min_size=1, max_size=6))
def test_again_is_afresh(
    founded: Path, tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str, str]]
) -> None:
    """Byte for byte, the manifest too, after any edits with an export now and then."""
    root = tmp_path_factory.mktemp("edited")
    shutil.copytree(founded, root, dirs_exist_ok=True)
    for place, (name, ref, words) in enumerate(edits):
        with Archive(root / "archive") as archive:
            try:
                EDITS[name](archive, ref, words)
            except TotemError:
                continue  # what it names was removed before
        if place % 2:
            _publish(root / "archive", root / "site")
    _publish(root / "archive", root / "site")
    _publish(root / "archive", root / "fresh")
    assert _files(root / "site") == _files(root / "fresh")
    shutil.rmtree(root)


def test_every_edit_is_possible(founded: Path, tmp_path: Path) -> None:
    """The edits above do change the archive, each alone, and the site; content for another generator follows, too."""
    for name, edit in EDITS.items():
        root = tmp_path / name
        shutil.copytree(founded, root)
        with Archive(root / "archive") as archive:
            if name == "publish":
                archive.set_status("marees/2", "draft")
            edit(archive, "marees/2", "Vent")
        _publish(root / "archive", root / "site")
        assert name in ("publish", "altered") or _files(root / "site") != _files(founded / "site"), name
        _publish(root / "archive", root / "fresh")
        assert _files(root / "site") == _files(root / "fresh"), name
        for output in ("hugo", "fresh hugo"):
            _publish(root / "archive", root / output, generator="hugo")
        assert _files(root / "hugo") == _files(root / "fresh hugo"), name


EDITED = {
    "recap": (_recap, "Un mot de plus."),
    "title": (EDITS["title"], "Qui a peur ?"),
    "question": (EDITS["question"], "Qui a peur ?"),
}


@pytest.mark.parametrize("edit", sorted(EDITED))
def test_an_edit_concerns_few_pages(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str) -> None:
    """Where some episodes say something else, all else is as the last export remembers it."""
    root = tmp_path / "root"
    shutil.copytree(founded, root)
    _publish(root / "archive", root / "site")
    asked: list[object] = []
    told: list[int] = []

    def noted(site: Site, place: int, root: str, *, prefix: str | None = None, level: int = 2) -> Chapter:
        told.append(place)
        return chapter(site, place, root, prefix=prefix, level=level)

    monkeypatch.setattr(Archive, "publication", lambda *given: asked.append(given) or _whole(*given))
    for number in range(2):
        change, words = EDITED[edit]
        with Archive(root / "archive") as archive:
            change(archive, "marees/2", f"{words} {number}")
        before = _files(root / "site")
        told.clear()
        with monkeypatch.context() as patched:
            patched.setattr(Manifest, "decode", lambda *_: pytest.fail("all of the manifest was read"))
            patched.setattr(episodes, "chapter", noted)
            written = _publish(root / "archive", root / "site").written
        assert not asked
        assert edit == "title" or told == [4, 4]  # the others on its page are not told anew
        assert {"marees/02-soiree-2/index.html", "marees/index.html", "api/marees/index.json"} <= {*written}
        assert ("people/zoe-oeuvrard/index.html" in written) == (edit == "title")
        assert any(path.startswith("questions/") for path in written) == (edit != "recap")
        assert not any(path.startswith("digues/") for path in written)
        after = _files(root / "site")
        assert {path for path in after if after[path] != before.get(path)} == {*written, ".totem-manifest"}
    _publish(root / "archive", root / "fresh")
    assert len(asked) == 1
    assert _files(root / "site") == _files(root / "fresh")


def test_a_theme_may_tell_of_all(founded: Path, tmp_path: Path) -> None:
    """A theme's own page of a series, which may show of an episode what it likes where it likes, is made whole."""
    root = tmp_path / "root"
    shutil.copytree(founded, root)
    templates = root / "archive" / "theme" / "templates"
    templates.mkdir(parents=True)
    told = "{% for chapter in chapters %}{{ chapter.recap }}{% endfor %}"
    (templates / "series.html").write_text(
        f'{{% extends "totem/series.html" %}}{{% block opening %}}{told}{{% endblock %}}', "utf-8"
    )
    _publish(root / "archive", root / "site")
    with Archive(root / "archive") as archive:
        _recap(archive, "marees/2", "Un mot de plus.")
    _publish(root / "archive", root / "site")
    _publish(root / "archive", root / "fresh")
    assert _files(root / "site") == _files(root / "fresh")
    assert (root / "site" / "marees" / "index.html").read_text("utf-8").count("Un mot de plus.") == 2


def test_what_was_there_may_be_doubtful() -> None:
    """Of a feed or a page that is not whole nothing is taken."""
    feed = b"<x>\n<item>1</item>\n<item>2</item>\n</channel>\n</rss>\n"
    assert RSS.mended(feed, 2, {}) == feed
    assert RSS.mended(feed, 3, {}) is None
    assert RSS.mended(feed[:-1], 2, {}) is None
    chapters = [b'<section class="chapter" id="a">A</section>\n', b'<section class="chapter" id="b">B</section>\n']
    page, marked = b"<ol>\n%b%bend", b"<ol>\n<!--chapter 0-->\n<!--chapter 1-->\nend"
    before = page % (*chapters,)
    assert filled(marked, before, ["a", "b"]) == before
    assert filled(marked, before, ["b", "a"]) is None
    assert filled(marked, before, ["a"]) is None
    assert filled(marked, before + b"!", ["a", "b"]) is None


def test_an_order_by_title_is_kept(founded: Path, tmp_path: Path) -> None:
    """A new title puts an episode elsewhere where they are sorted by it."""
    root = tmp_path / "root"
    shutil.copytree(founded, root)
    for output in ("site", "fresh"):
        shutil.rmtree(root / output, ignore_errors=True)
    _publish(root / "archive", root / "site", sort="title")
    with Archive(root / "archive") as archive:
        archive.set_episode("marees/1", title="Zut")
    _publish(root / "archive", root / "site", sort="title")
    _publish(root / "archive", root / "fresh", sort="title")
    assert _files(root / "site") == _files(root / "fresh")


_whole = Archive.publication


@pytest.mark.parametrize("harm", ["lost output", "garbled", "cut", "of another totem", "empty"])
def test_what_is_remembered_may_be_wrong(
    founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """An output that is gone, a memory that is damaged: everything is thought through."""
    root = tmp_path / "root"
    shutil.copytree(founded, root)
    _publish(root / "archive", root / "site")
    with Archive(root / "archive") as archive:
        _recap(archive, "digues/1", "Le vent.")
        stats = archive.export_stats(root / "site")
    assert stats
    memory = stats.with_suffix(".memory")
    content = memory.read_bytes()
    if harm == "lost output":
        (root / "site" / "people" / "index.html").unlink()
    elif harm == "of another totem":
        monkeypatch.setattr("totem_cli.archive.reading.__version__", "9.9.9")
    else:
        harmed = {"garbled": content[:-9] + b"\xc1" * 9, "cut": content[:-9], "empty": b""}
        memory.write_bytes(harmed[harm])
    _publish(root / "archive", root / "site")
    _publish(root / "archive", root / "fresh")
    assert _files(root / "site") == _files(root / "fresh")


@pytest.mark.parametrize("young", [False, True])
def test_what_stands_is_known_by_its_stats(
    founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, young: bool
) -> None:
    """No manifest is read for what stands, just written or not; an output that is another is noticed all the same."""
    root = tmp_path / "root"
    shutil.copytree(founded, root)
    site = root / "site"
    monkeypatch.setattr("totem_cli.store.contents.time.time_ns", lambda: 0 if young else 1 << 62)
    _publish(root / "archive", site)
    with Archive(root / "archive") as archive:
        making = Making(archive, export, Query(status=("published",)), Options())
        source, stats = making.source(), archive.export_stats(site)
        with monkeypatch.context() as patched:
            patched.setattr(Manifest, "decode", None)
            assert unchanged(str(site), source, stats) == len(_files(site)) - 1
            assert standing(site, making.source, root / "archive", stats) == len(_files(site)) - 1
            assert standing(root / "elsewhere", making.source, root / "archive", stats) is None
            patched.setattr("sys.path", [*sys.path, str(tmp_path)])
            installation.cache_clear()
            assert standing(site, making.source, root / "archive", stats) is None
        installation.cache_clear()
        before = (site / "robots.txt").stat()
        (site / "robots.txt").write_bytes((site / "robots.txt").read_bytes()[::-1])
        os.utime(site / "robots.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert unchanged(str(site), source, stats) is None
        (site / "robots.txt").unlink()
        assert unchanged(str(site), source, stats) is None


def test_nothing_changed_is_not_thought_through(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the same sources, by the same totem, no page is even asked for; else, each is."""
    root = tmp_path / "root"
    shutil.copytree(founded, root)
    asked: list[int] = []

    def again() -> int:
        with Archive(root / "archive") as archive:

            def pages() -> Iterator[Page]:
                asked.append(1)
                yield from export(archive.publication(), Options())

            site, source = root / "site", Making(archive, export, Query(), Options()).source
            stats = archive.export_stats(site)
            publish(pages(), site, format="html", filters={}, archive=root / "archive", stats=stats, source=source)
        return len(asked)

    assert [again(), again(), again()] == [1, 1, 1]
    (root / "site" / "index.html").write_text("x")
    assert [again(), again()] == [2, 2]
    monkeypatch.setattr("totem_cli.archive.reading.__version__", "9.9.9")
    assert [again(), again()] == [3, 3]
    (root / "archive" / "media" / "b.txt").write_text("x")
    assert [again(), again()] == [4, 4]
    for memory in (root / "archive" / ".totem" / "exports").glob("*.source"):
        memory.write_bytes(b"{")
    assert [again(), again()] == [5, 5]


def test_a_series_without_its_file_is_told(totem: Shell) -> None:
    """Episodes in a folder without ``series.md`` stop an export, which says what to write; the old site stays."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "Port", "--quiet")
    totem("add", "episode", "La mer", "--series", "port", "--quiet")
    assert totem("export", "html", "--output", "site").code == 0
    before = (totem.folder / "site" / "index.html").read_bytes()
    (totem.folder / "archive" / "series" / "port" / "series.md").unlink()
    for kind in ("html", "json", "rss"):
        done = totem("export", kind, "--output", "site" if kind == "html" else "x")
        assert done.code == 4
        assert "archive/series/port/series.md: the series has episodes but no series.md" in done.err
    assert (totem.folder / "site" / "index.html").read_bytes() == before
