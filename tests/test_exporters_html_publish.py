"""The site of an archive, published again: few groups are listed, few pages rendered, none where nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Shell
from tests.html_site import png
from totem_cli.archive.archive import Archive
from totem_cli.archive.exporting import ExportJob, Order
from totem_cli.model.query import Query
from totem_cli.publishing.page import Page
from totem_cli.publishing.publisher import Report
from totem_cli.publishing.rendering import Answer, Listing, Made, Rendering

SERIES, EPISODES = 4, 30
"""Of 120 episodes each has a guest of its own and one that comes to ten."""

SETTINGS = """version = 1
title = "Le port"
language = "fr"
base_url = "https://port.example/"

[html]
page_size = 10

[feeds]
size = 5
"""


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _publish(root: Path, output: Path, query: Query | None = None) -> Report:
    with Archive(root) as archive:
        order = Order(formats=("html",), query=query or Query(status=("published",)))
        return ExportJob(archive.publishing, order).into(output, jobs=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of some episodes, and its site."""
    root = tmp_path_factory.mktemp("port")
    archive = root / "archive"
    for number in range(SERIES):
        folder = archive / "series" / f"quai-{number}"
        folder.mkdir(parents=True)
        (folder / "series.md").write_text(f'+++\ntitle = "Quai {number}"\n+++\n', "utf-8")
        for place in range(EPISODES):
            at = number * EPISODES + place
            (folder / f"{place + 1:02}-soir.md").write_text(
                f'+++\nnumber = {place + 1}\ntitle = "Soir {at}"\ndate = 2024-{at % 12 + 1:02}-{at % 28 + 1:02}\n'
                f'tags = ["mer", "quai {at % 12}"]\n\n[[guests]]\nname = "Ada Brun {at}"\nrole = "pilote"\n\n'
                f'[[guests]]\nname = "Zoé Œuvrard {at % 12}"\norganisations = ["Phare {at % 12}"]\n\n'
                f'[[questions]]\ntext = "Et demain ?"\n+++\n\nLe récit {at} : la mer monte.\n',
                "utf-8",
            )
    (archive / "totem.toml").write_text(SETTINGS, "utf-8")
    (archive / "media").mkdir()
    (archive / "media" / "a.png").write_bytes(png(8, 8))
    (archive / "theme" / "static").mkdir(parents=True)
    (archive / "theme" / "static" / "theme.css").write_text("body { background: url(../../media/b.png) }", "utf-8")
    _publish(archive, root / "site")
    return root


def _set(**values: str) -> Callable[[Archive], object]:
    return lambda archive: archive.episodes.set("quai-1/15", **values)


def _recap(archive: Archive) -> None:
    file = archive.root / "series" / "quai-1" / "15-soir.md"
    file.write_text(file.read_text("utf-8") + "\nUn mot de plus.\n", "utf-8")


def _setting(archive: Archive) -> None:
    (archive.root / "totem.toml").write_text(SETTINGS.replace("Le port", "Le phare"), "utf-8")


Change = Callable[[Archive], object]

CHANGES: dict[str, tuple[Change, int, int]] = {
    # Its page, the page of its series, the search.
    "recap": (_recap, 3, 4),
    # What names it, too: neighbours, people, organisation, tags, questions.
    "title": (_set(title="Autre"), 9, 12),
    "date": (_set(date="2024-06-01"), 9, 10),
    "guest's role": (lambda archive: archive.guests.set("quai-1/15", "Ada Brun 44", role="capitaine"), 6, 6),
    # Of ten episodes, each with a guest, of twelve parts of series.
    "guest renamed": (lambda archive: archive.people.rename("Zoé Œuvrard 8", "Zoé Martin"), 42, 49),
    "tag": (lambda archive: archive.tags.add("quai-1/15", "vent"), 7, 7),
    # Lists name the series of each episode: all of them are looked at, and those of its episodes rendered.
    "series' title": (lambda archive: archive.series.set("quai-1", title="Autre"), 96, 109),
    "setting": (_setting, 125, 326),
    "media file": (lambda archive: (archive.root / "media" / "b.png").write_bytes(png(9, 9)), 1, 1),
    "comment": (lambda archive: archive.comments.add("quai-1/15", "Merci.", author="Ali", status="approved"), 3, 4),
    "new episode": (lambda archive: archive.episodes.add("Dernier", series="quai-1", date="2025-01-01"), 10, 16),
    # The questions after it move to other pages.
    "removed episode": (lambda archive: archive.episodes.remove("quai-1/30"), 23, 26),
}
"""What changes an archive; at most so many groups are then listed, and so many pages rendered."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_concerns_few_groups_and_pages(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Beside the law that an export is a cold one this one holds, since the first permits coarse keys."""
    change, groups, pages = CHANGES[name]
    root = tmp_path / "root"
    shutil.copytree(home, root)
    _publish(root / "archive", root / "site")
    listed: list[str] = []
    rendered: list[str] = []
    make, made = Rendering.made, Rendering._made

    def noted_group(self: Rendering, listing: Listing, *more: object) -> Answer:
        listed.append(listing.group)
        return make(self, listing, *more)  # type: ignore[arg-type]

    def noted_page(self: Rendering, page: Page, *more: object) -> Made:
        found = made(self, page, *more)  # type: ignore[arg-type]
        if not found.kept:
            rendered.append(page.path)
        return found

    monkeypatch.setattr(Rendering, "made", noted_group)
    monkeypatch.setattr(Rendering, "_made", noted_page)
    assert _publish(root / "archive", root / "site")[:2] == ([], [])
    assert (listed, rendered) == ([], [])
    with Archive(root / "archive") as archive:
        change(archive)
    _publish(root / "archive", root / "site")
    assert 0 < len(listed) <= groups, sorted(listed)
    assert 0 < len(rendered) <= pages, sorted(rendered)
    _publish(root / "archive", root / "fresh")
    assert _files(root / "site") == _files(root / "fresh")


def test_a_theme_may_tell_of_all(home: Path, tmp_path: Path) -> None:
    """A theme's own page of a series may show of an episode what it likes where it likes."""
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
        _recap(archive)
    _publish(root / "archive", root / "site")
    _publish(root / "archive", root / "fresh")
    assert _files(root / "site") == _files(root / "fresh")
    page = root / "site" / "quai-1" / "page" / "2" / "index.html"
    assert page.read_text("utf-8").count("Un mot de plus.") == 2


def test_an_order_by_title_is_kept(home: Path, tmp_path: Path) -> None:
    """A new title puts an episode elsewhere where they are sorted by it."""
    root, query = tmp_path / "root", Query(status=("published",), sort="title")
    shutil.copytree(home / "archive", root / "archive")
    _publish(root / "archive", root / "site", query)
    with Archive(root / "archive") as archive:
        archive.episodes.set("quai-1/15", title="Zut")
    _publish(root / "archive", root / "site", query)
    _publish(root / "archive", root / "fresh", query)
    assert _files(root / "site") == _files(root / "fresh")


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
