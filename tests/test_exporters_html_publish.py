"""The site of a real archive, published again: few pages are made, none where nothing changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Shell
from tests.edits import EDITS, SETTINGS, founded
from totem_cli.archive.archive import Archive
from totem_cli.archive.media import installation
from totem_cli.exporters import Options
from totem_cli.exporters.html import episodes, export, search_index
from totem_cli.exporters.html.chapter import Chapter, chapter
from totem_cli.exporters.html.mended import filled, relisted
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.making import Making
from totem_cli.exporters.rss import RSS
from totem_cli.index.index import Index
from totem_cli.model.query import Query, Sort
from totem_cli.publishing.manifest import Manifest
from totem_cli.publishing.page import Page
from totem_cli.publishing.publisher import publish
from totem_cli.publishing.settled import Report, again, unchanged

LEAN = SETTINGS.replace("people = true\ntags = true", "")
"""Without the feeds of people and tags."""


def _publish(root: Path, output: Path, *, sort: Sort | None = None) -> Report:
    with Archive(root) as archive:
        making = Making(archive.publishing, export, Query(status=("published",), sort=sort), Options())
        stats = archive.publishing.export_stats(output)
        asked: dict[str, Any] = {"format": "html", "filters": {}, "archive": root, "stats": stats}
        report = again(output, **asked, source=making.source, memory=lambda: making)
        return report or publish(making.pages(), output, **asked, source=making.source, memory=making)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module", params=[(SETTINGS, 300), (LEAN, 0)], ids=["all feeds", "lean"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive of two series, and its site; one whose search is that of a large one, without recaps."""
    root = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        settings, recaps = request.param
        patch.setattr(search_index, "WITH_RECAPS", recaps)
        patch.setattr(search_index, "CHUNK", 2)
        founded(root / "archive", settings)
        _publish(root / "archive", root / "site")
        yield root


@pytest.mark.parametrize("edit", ["recap", "title", "question"])
def test_an_edit_concerns_few_pages(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str) -> None:
    """Where some episodes say something else, all else is as the last export remembers it."""
    root = tmp_path / "root"
    shutil.copytree(home, root)
    _publish(root / "archive", root / "site")
    asked: list[object] = []
    told: list[int] = []

    def noted(site: Site, index: int, *rest: Any, **more: Any) -> Chapter:
        told.append(index)
        return chapter(site, index, *rest, **more)

    monkeypatch.setattr(Archive, "publication", lambda *given: asked.append(given) or _whole(*given))
    for number in range(2):
        with Archive(root / "archive") as archive:
            EDITS[edit](archive, "marees/2", f"Qui a peur ? {number}")
        before = _files(root / "site")
        told.clear()
        with monkeypatch.context() as patched:
            patched.setattr(Manifest, "decode", lambda *_: pytest.fail("all of the manifest was read"))
            patched.setattr(episodes, "chapter", noted)
            patched.setattr(Index, "sourced", lambda *_: pytest.fail("every episode was read"))
            written = _publish(root / "archive", root / "site").written
        assert not asked
        assert edit == "title" or told == [3, 3]  # the others on its page are not told anew
        assert {"marees/02-soiree-2/index.html", "marees/index.html", "api/marees/index.json"} <= {*written}
        assert ("people/zoe-oeuvrard/index.html" in written) == (edit == "title")
        assert any(path.startswith("questions/") for path in written) == (edit != "recap")
        assert not any(path.startswith("digues/") for path in written)
        after = _files(root / "site")
        assert {path for path in after if after[path] != before.get(path)} == {*written, ".totem-manifest"}
    _publish(root / "archive", root / "fresh")
    assert len(asked) == 1
    assert _files(root / "site") == _files(root / "fresh")


def test_a_theme_may_tell_of_all(home: Path, tmp_path: Path) -> None:
    """A theme's own page of a series, which may show of an episode what it likes where it likes, is made whole."""
    root = tmp_path / "root"
    shutil.copytree(home, root)
    templates = root / "archive" / "theme" / "templates"
    templates.mkdir(parents=True)
    told = "{% for chapter in chapters %}{{ chapter.recap }}{% endfor %}"
    (templates / "series.html").write_text(
        f'{{% extends "totem/series.html" %}}{{% block opening %}}{told}{{% endblock %}}', "utf-8"
    )
    _publish(root / "archive", root / "site")
    with Archive(root / "archive") as archive:
        EDITS["recap"](archive, "marees/2", "Un mot de plus.")
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
    line = b'<li><a href="../a/%d/">%b</a></li>\n'
    listing = b'%b<div id="everything">\n<section>\n<ul>\n%b</ul>\n</section>\n</div>\n</main>\n'
    stood, changed = listing % (b"old", line % (1, b"A") + line % (2, b"B")), listing % (b"new", line % (2, b"C"))
    assert relisted(changed, stood) == listing % (b"new", line % (1, b"A") + line % (2, b"C"))
    assert relisted(listing % (b"new", line % (3, b"C")), stood) is None
    assert relisted(listing % (b"new", line % (2, b"C\nD")), stood) is None
    assert relisted(changed, listing % (b"old", line % (2, b"A") + line % (2, b"B"))) is None
    assert relisted(changed, b"") is None


def test_an_order_by_title_is_kept(home: Path, tmp_path: Path) -> None:
    """A new title puts an episode elsewhere where they are sorted by it."""
    root = tmp_path / "root"
    shutil.copytree(home, root)
    for output in ("site", "fresh"):
        shutil.rmtree(root / output, ignore_errors=True)
    _publish(root / "archive", root / "site", sort="title")
    with Archive(root / "archive") as archive:
        archive.episodes.set("marees/1", title="Zut")
    _publish(root / "archive", root / "site", sort="title")
    _publish(root / "archive", root / "fresh", sort="title")
    assert _files(root / "site") == _files(root / "fresh")


_whole = Archive.publication


@pytest.mark.parametrize("harm", ["lost output", "garbled", "cut", "of another totem", "empty"])
def test_what_is_remembered_may_be_wrong(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """An output that is gone, a memory that is damaged: everything is thought through."""
    root = tmp_path / "root"
    shutil.copytree(home, root)
    _publish(root / "archive", root / "site")
    with Archive(root / "archive") as archive:
        EDITS["recap"](archive, "digues/1", "Le vent.")
        stats = archive.publishing.export_stats(root / "site")
    assert stats
    memory = stats.with_suffix(".memory")
    content = memory.read_bytes()
    if harm == "lost output":
        (root / "site" / "people" / "index.html").unlink()
    elif harm == "of another totem":
        monkeypatch.setattr("totem_cli.publishing.toolchain.__version__", "9.9.9")
    else:
        harmed = {"garbled": content[:-9] + b"\xc1" * 9, "cut": content[:-9], "empty": b""}
        memory.write_bytes(harmed[harm])
    _publish(root / "archive", root / "site")
    _publish(root / "archive", root / "fresh")
    assert _files(root / "site") == _files(root / "fresh")


@pytest.mark.parametrize("young", [False, True])
def test_what_stands_is_known_by_its_stats(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, young: bool
) -> None:
    """No manifest is read for what stands, just written or not; an output that is another is noticed all the same."""
    root = tmp_path / "root"
    shutil.copytree(home, root)
    site = root / "site"
    monkeypatch.setattr("totem_cli.publishing.contents.time.time_ns", lambda: 0 if young else 1 << 62)
    _publish(root / "archive", site)
    with Archive(root / "archive") as archive:
        making = Making(archive.publishing, export, Query(status=("published",)), Options())
        source, stats = making.source(), archive.publishing.export_stats(site)
        with monkeypatch.context() as patched:
            patched.setattr(Manifest, "decode", None)
            assert unchanged(str(site), source, stats) == len(_files(site)) - 1
            asked: dict[str, Any] = {"format": "html", "filters": {}, "archive": root / "archive", "stats": stats}
            assert again(site, **asked, source=making.source, memory=lambda: None) == ([], [], len(_files(site)) - 1)
            assert again(root / "elsewhere", **asked, source=making.source, memory=lambda: None) is None
            patched.setattr("sys.path", [*sys.path, str(tmp_path)])
            installation.cache_clear()
            assert again(site, **asked, source=making.source, memory=lambda: making) is None
        installation.cache_clear()
        before = (site / "robots.txt").stat()
        (site / "robots.txt").write_bytes((site / "robots.txt").read_bytes()[::-1])
        os.utime(site / "robots.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert unchanged(str(site), source, stats) is None
        (site / "robots.txt").unlink()
        assert unchanged(str(site), source, stats) is None


def test_nothing_changed_is_not_thought_through(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the same sources, by the same totem, no page is even asked for; else, each is."""
    root = tmp_path / "root"
    shutil.copytree(home, root)
    asked: list[int] = []

    def count() -> int:
        with Archive(root / "archive") as archive:

            def pages() -> Iterator[Page]:
                asked.append(1)
                yield from export(archive.publication(), Options())

            site, source = root / "site", Making(archive.publishing, export, Query(), Options()).source
            stats = archive.publishing.export_stats(site)
            told: dict[str, Any] = {"format": "html", "filters": {}, "archive": root / "archive", "stats": stats}
            if again(site, **told, source=source, memory=lambda: None) is None:
                publish(pages(), site, **told, source=source)
        return len(asked)

    assert [count(), count(), count()] == [1, 1, 1]
    (root / "site" / "index.html").write_text("x")
    assert [count(), count()] == [2, 2]
    monkeypatch.setattr("totem_cli.publishing.toolchain.__version__", "9.9.9")
    assert [count(), count()] == [3, 3]
    (root / "archive" / "media" / "b.txt").write_text("x")
    assert [count(), count()] == [4, 4]
    for memory in (root / "archive" / ".totem" / "exports").glob("*.source"):
        memory.write_bytes(b"{")
    assert [count(), count()] == [5, 5]


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
