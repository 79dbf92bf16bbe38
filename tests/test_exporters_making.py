"""A making in other processes: the same export whoever makes its pages, of the archive as it was read here."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from totem_cli import Archive, Query
from totem_cli.errors import ChangedError
from totem_cli.exporters import Exporter, Options, find_exporter
from totem_cli.exporters.making import Formats, Making, remade
from totem_cli.exporters.together import together
from totem_cli.publishing.page import Page
from totem_cli.publishing.publisher import publish
from totem_cli.publishing.rendering import Rendering
from totem_cli.storage.hiring import Start
from totem_cli.storage.workers import Crew

CREWS = [Crew("forked", 0), Crew("forked", 1), Crew("started", 1), Crew("started", 2)]
PUBLISHED = Query(status=("published",))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive of some episodes, with a picture and a theme."""
    root = tmp_path / "archive"
    (root / "series" / "port").mkdir(parents=True)
    (root / "theme").mkdir()
    (root / "totem.toml").write_text(
        'version = 1\ntitle = "Le port"\nlanguage = "fr"\nbase_url = "https://port.example/"\n'
        '[html]\napi = true\n[export]\nformats = ["html", "markdown", "json"]\n'
    )
    (root / "theme" / "theme.css").write_text("body { color: black }\n")
    (root / "series" / "port" / "series.md").write_text('+++\ntitle = "Le port"\n+++\n')
    for number in range(1, 41):
        (root / "series" / "port" / f"{number:02}-quai.md").write_text(
            f'+++\nnumber = {number}\ntitle = "Quai {number}"\ndate = 2024-01-01\ntags = ["quai"]\n\n'
            f'[[guests]]\nname = "Ada Brun {number % 9}"\n+++\n\nLe quai : n° {number} !\n'
        )
    with Archive(root) as archive:
        assert not archive.problems()
    return root


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were rendered in this process, which takes its time for each while it has a worker."""
    found: list[str] = []
    one, process = Rendering.one, os.getpid()

    def slow(self: Rendering, place: int, page: Page) -> tuple[str, int, str, int | None]:
        if os.getpid() == process:
            found.append(page.path)
            with suppress(ChildProcessError):
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                time.sleep(0.04)
        return one(self, place, page)

    monkeypatch.setattr(Rendering, "one", slow)
    return found


def make(
    archive: Archive,
    output: Path,
    crew: Crew | None,
    *,
    formats: Formats = "html",
    exporter: Exporter | None = None,
    meanwhile: Callable[[], object] = lambda: None,
    **parameters: str,
) -> int:
    """Export with this crew, hired once all pages are known and ``meanwhile`` is over; how many were written."""
    found = exporter or (find_exporter(formats) if isinstance(formats, str) else together(formats))
    making = Making(archive.publishing, found, PUBLISHED, Options(parameters=parameters), formats=formats)

    def remaking() -> Start | None:
        how = making.remaking()
        meanwhile()
        return how

    stats = archive.publishing.export_stats(output)
    report = publish(
        making.pages(),
        output,
        format="any",
        filters=parameters,
        stats=stats,
        source=making.source,
        memory=making if making.remembers else None,
        remaking=remaking,
        crew=crew,
    )
    return len(report.written)


def tree(folder: Path) -> dict[str, bytes]:
    """All that is in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_with_all(root: Path, tmp_path: Path, here: list[str]) -> None:
    """First, again, after edits of a recap, a title, the theme, a new episode: one output, and as much written."""
    outputs = {crew: tmp_path / f"{crew.kind}{crew.size}" for crew in CREWS}
    one = root / "series" / "port" / "07-quai.md"

    def edit(old: str, new: str) -> None:
        one.write_text(one.read_text("utf-8").replace(old, new))

    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: None,
        lambda: edit("Le quai", "Les quais"),
        lambda: edit("Quai 7", "Môle 7"),
        lambda: (one.parent / "99-phare.md").write_text('+++\ntitle = "Phare"\n+++\n'),
        lambda: (root / "theme" / "theme.css").write_text("body { color: navy }\n"),
    ]
    rendered: dict[Crew, list[int]] = {crew: [] for crew in CREWS}
    for step in steps:
        step()
        written = set()
        for crew, output in outputs.items():
            here.clear()
            with Archive(root) as archive:
                written.add(make(archive, output, crew))
            rendered[crew].append(len(here))
        assert len(written) == 1
        assert len({str(tree(output)) for output in outputs.values()}) == 1
    assert all(0 < counts[0] < rendered[CREWS[0]][0] for crew, counts in rendered.items() if crew.size)


@pytest.mark.parametrize("formats", ["markdown", ["html", "markdown", "json"], "markdown for hugo"])
def test_every_format(formats: Formats, root: Path, tmp_path: Path, here: list[str]) -> None:
    """A format with parameters, and several at once, are described as well as one."""
    name, given = ("markdown", {"for": "hugo"}) if formats == "markdown for hugo" else (formats, {})
    counts = []
    for crew in (CREWS[0], CREWS[2]):
        here.clear()
        with Archive(root) as archive:
            make(archive, tmp_path / crew.kind, crew, formats=name, **given)
        counts.append(len(here))
    assert tree(tmp_path / "forked") == tree(tmp_path / "started")
    assert counts[1] < counts[0]


def test_changed_meanwhile(root: Path, tmp_path: Path, here: list[str]) -> None:
    """A worker that finds another archive than was read here does nothing; with another theme its pages are others."""
    with Archive(root) as archive:
        make(archive, tmp_path / "before", CREWS[0])
    alone = len(here)

    def read_by_another() -> None:
        with Archive(root) as other:
            assert not other.problems()

    def renamed() -> None:
        (root / "totem.toml").write_text((root / "totem.toml").read_text("utf-8").replace("Le port", "Le phare"))
        read_by_another()

    def painted() -> None:
        (root / "theme" / "theme.css").write_text("body { color: navy }\n")

    def edited() -> None:
        one = root / "series" / "port" / "40-quai.md"
        one.write_text(one.read_text("utf-8").replace("Le quai", "Les quais"))
        read_by_another()

    for meanwhile in (renamed, painted):
        here.clear()
        with Archive(root) as archive:
            before = (root / "totem.toml").read_bytes(), (root / "theme" / "theme.css").read_bytes()
            make(archive, tmp_path / meanwhile.__name__, CREWS[2], meanwhile=meanwhile)
        assert len(here) == alone if meanwhile is renamed else len(here) > 1
        assert tree(tmp_path / meanwhile.__name__) == tree(tmp_path / "before")
        (root / "totem.toml").write_bytes(before[0])
        (root / "theme" / "theme.css").write_bytes(before[1])
    with Archive(root) as archive, pytest.raises(ChangedError):
        make(archive, tmp_path / "edited", CREWS[2], meanwhile=edited)
    assert not (tmp_path / "edited").exists()


def test_what_is_told_is_checked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are made again from the same records by the same totem, or not at all; never without a sound index."""
    with Archive(root) as archive:
        making = Making(archive.publishing, find_exporter("html"), PUBLISHED, Options(), formats="html")
        pages = [*making.pages()]
        how = making.remaking()
        assert how is not None
        assert [(page.path, page.key) for page in remade(how.told)] == [(page.path, page.key) for page in pages]
        for place in (-1, -2):
            wrong = (*how.told[:place], "other", *how.told[place:][1:])
            with pytest.raises(ChangedError, match="not as it was"):
                remade(wrong)  # type: ignore[arg-type]
        (root / ".totem" / "index.sqlite").unlink()
        with pytest.raises(ChangedError, match="not as it was"):
            remade(how.told)


def test_what_cannot_be_told(root: Path, tmp_path: Path) -> None:
    """An exporter without a name, an index in memory, a change that is tried: all is done here."""

    def told(archive: Archive, formats: Formats | None = "html") -> object:
        making = Making(archive.publishing, find_exporter("html"), PUBLISHED, Options(), formats=formats)
        assert [*making.pages()]
        return making.remaking()

    with Archive(root) as archive:
        assert told(archive)
        assert told(archive, None) is None
        with archive.transaction(dry_run=True):
            archive.episodes.set("port/1", title="Digue")
            assert told(archive) is None
        assert told(archive)
    with Archive(root, memory=True) as archive:
        assert told(archive) is None
        make(archive, tmp_path / "memory", CREWS[2])
    with Archive(root) as archive:
        make(archive, tmp_path / "shared", CREWS[0])
    assert tree(tmp_path / "memory") == tree(tmp_path / "shared")


def test_a_wrong_name(root: Path, tmp_path: Path, here: list[str]) -> None:
    """Where the name stands for another exporter, its pages are not taken for these."""
    with Archive(root) as archive:
        make(archive, tmp_path / "right", CREWS[0], formats="markdown")
        alone = len(here)
        here.clear()
        make(archive, tmp_path / "wrong", CREWS[2], formats="html", exporter=find_exporter("markdown"))
    assert len(here) == alone
    assert tree(tmp_path / "wrong") == tree(tmp_path / "right")


PLUGIN = """
import os, pathlib
from totem_cli.publishing.page import Page, key_of

def export(publication, options):
    for episode in publication.episodes:
        def render(episode=episode):
            pathlib.Path({log!r}, str(os.getpid())).touch()
            print("I am rendering", flush=True)
            return publication.read(episode).recap.encode()
        yield Page(f"{{episode.slug}}.txt", key_of("1", publication.digest(episode)), render)
"""


def test_a_plugin(
    root: Path, tmp_path: Path, here: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Another package's format is found by its entry point in a worker, too; what it prints there nobody hears."""
    plugin, log = tmp_path / "plugin", tmp_path / "log"
    (plugin / "quays-1.dist-info").mkdir(parents=True)
    log.mkdir()
    (plugin / "quays.py").write_text(PLUGIN.format(log=str(log)))
    (plugin / "quays-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: quays\nVersion: 1\n")
    (plugin / "quays-1.dist-info" / "entry_points.txt").write_text("[totem.exporters]\nquays = quays:export\n")
    monkeypatch.syspath_prepend(plugin)
    assert [*entry_points(group="totem.exporters", name="quays")]
    with Archive(root) as archive:
        make(archive, tmp_path / "alone", CREWS[0], formats="quays")
        assert len(os.listdir(log)) == 1
        make(archive, tmp_path / "started", CREWS[2], formats="quays")
        assert len(os.listdir(log)) == 2
    assert tree(tmp_path / "alone") == tree(tmp_path / "started")
    assert len(tree(tmp_path / "alone")) == 41
    heard = capfd.readouterr().out.count("rendering")
    assert 40 < heard < 80
    sys.modules.pop("quays")


def test_chosen_where_a_thread_runs(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside another thread nothing is forked; an export that is worth it starts workers, from any folder."""
    started: list[Any] = []
    start = __import__("totem_cli.storage.workers", fromlist=["start"]).start
    monkeypatch.setattr("totem_cli.storage.workers.start", lambda how: started.append(how) or start(how))
    monkeypatch.setattr("totem_cli.storage.workers.BEGIN", 10)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    monkeypatch.chdir(root)
    rest = threading.Event()
    thread = threading.Thread(target=rest.wait)
    thread.start()
    try:
        with Archive(".") as archive:
            assert make(archive, Path("../site"), None) > 100
    finally:
        rest.set()
        thread.join()
    assert len(started) == 1
