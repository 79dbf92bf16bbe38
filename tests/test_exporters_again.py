"""An archive exported again, after whatever happened to it and to the output, is the archive exported afresh."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import edits
from totem_cli.archive.archive import Archive
from totem_cli.cli.publishing import export
from totem_cli.cli.session import Session
from totem_cli.errors import TotemError
from totem_cli.exporters import exporter_names, find_exporter, is_one_file
from totem_cli.exporters.generators import DIALECTS
from totem_cli.exporters.html.groups import lists
from totem_cli.model.query import Query
from totem_cli.publishing import jobs

EXAMPLES = int(os.environ.get("TOTEM_EXAMPLES", "60"))
"""``make laws`` asks for more."""

Step = tuple[str, str, str]
"""A name, what it is done to, and words: of :data:`edits.EDITS`, of :data:`edits.HARMS`, or an export."""


@dataclass(frozen=True)
class Output:
    """One export: its format (None: all of them in one folder), what is selected, what else is asked for."""

    format: str | None
    query: Query = field(default_factory=Query)
    single: bool = False
    generator: str | None = None
    recaps: int = 300  # as many episodes at most are searched with their recaps

    def export(self, archive: Path, target: Path, *, check: bool = False, pool: bool = False) -> str:
        """The kind of error that it ends with; nothing where it does not. A ``pool`` of processes may share in it."""
        filters = {"status": ["all"]} if self.query != Query() else {}
        with (
            pytest.MonkeyPatch.context() as patch,
            Session(archive, quiet=True, filters=filters) as session,
        ):
            patch.setattr(session, "query", lambda: self.query)
            patch.setattr(lists, "WITH_RECAPS", self.recaps)
            patch.setattr(lists, "CHUNK", 2)
            if pool:
                patch.setattr(jobs, "MANY", 0)
            own = {
                "single": self.single,
                "generator": self.generator,
                "check": check,
                "jobs": 2 if pool and jobs.start_method() == "fork" else 1,
            }
            try:
                export(session, self.format, target, all_=self.format is None, **own)
            except TotemError as error:
                return type(error).__name__
        return ""

    @property
    def is_folder(self) -> bool:
        """Whether it is incremental."""
        return not (self.format and is_one_file(find_exporter(self.format)))


def _selected(**filters: object) -> Query:
    return Query(**{"status": ("published",)} | filters)  # type: ignore[arg-type]


OUTPUTS: dict[str, Output] = {
    **{name: Output(name) for name in exporter_names()},
    **{f"markdown for {name}": Output("markdown", generator=name) for name in DIALECTS},
    "all": Output(None),
    "all, by tag": Output(None, _selected(tags=("mer",))),
    "all, newest of any status": Output(None, _selected(status=("all",), sort="date", reverse=True, limit=4)),
    "html, much to search": Output("html", recaps=0),
    "html, alone": Output("html", single=True),
    "html, by title": Output("html", _selected(sort="title")),
    "html, of someone": Output("html", _selected(guests=("Zoé Œuvrard",), status=("published", "draft"))),
    "html, newest": Output("html", _selected(sort="date", reverse=True, limit=2)),
    "hugo, since": Output("markdown", _selected(since="2020"), generator="hugo"),
}
FOLDERS = [name for name, output in OUTPUTS.items() if output.is_folder]

NAMES = st.sampled_from(["all", "all", "html", "html, much to search", *FOLDERS, *OUTPUTS])
EXPORTS = ["export", "export, later", "another totem", "clock set back"]


def _steps(*names: str) -> st.SearchStrategy[Step]:
    return st.tuples(st.sampled_from(names), edits.REFS, edits.WORDS)


STEPS = st.lists(
    st.one_of(
        _steps(*edits.EDITS),
        _steps("recap", "title", "question", "summary"),
        _steps(*edits.EDITS),
        _steps(*edits.HARMS),
        _steps(*EXPORTS),
        _steps(*EXPORTS),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive that nobody changes."""
    root = tmp_path_factory.mktemp("base") / "archive"
    edits.founded(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)  # no power is cut here
        patch.setattr("totem_cli.storage.files.syncfs", lambda descriptor, path: True)
        yield root


def held(target: Path) -> dict[str, bytes]:
    """Every file of an output, the manifest too; what is not totem's is left out."""
    files = sorted(target.rglob("*")) if target.is_dir() else [target]
    ours = (file for file in files if file.is_file() and file.name != edits.FOREIGN)
    return {str(file.relative_to(target)): file.read_bytes() for file in ours}


DIGESTS: dict[tuple[str, str, str], str] = {}
"""The digest of each page of each output by its key, in all states that the archive was in."""


GROUPS: dict[tuple[str, str, str], list[str]] = {}
"""The pages of each group of each output by its key, likewise."""


def check_keys(name: str, target: Path) -> None:
    """What has the key that it had in some other state of the archive is what it was then: pages and groups."""
    head, *rows = map(json.loads, (target / ".totem-manifest").read_text("utf-8").splitlines())
    for path, key, digest, *_ in rows:
        assert DIGESTS.setdefault((name, path, key), digest) == digest, f"{path}: its key does not say all"
    for group, told in head["groups"].items():
        pages = [f"{path} {key}" for path, key, _, _, of in rows if of == group]
        assert GROUPS.setdefault((name, group, told["key"]), pages) == pages, f"{group}: its key does not say all"


def check(base: Path, name: str, steps: Sequence[Step], pool: bool = False) -> None:
    """Export, do the steps, export; and export afresh."""
    room = base.parent / "room"
    shutil.rmtree(room, ignore_errors=True)
    shutil.copytree(base, room / "archive")
    output, archive, target = OUTPUTS[name], room / "archive", room / "out"
    output.export(archive, target, pool=pool)
    for step, ref, words in steps:
        with pytest.MonkeyPatch.context() as patch:
            if step == "export, later":
                time.sleep(0.06)  # what is young is read again
            elif step == "another totem":
                edits.another_totem(patch)
            elif step == "clock set back":
                edits.clock(patch, -3600)
            if step in EXPORTS:
                output.export(archive, target, pool=pool)
                continue
            with Archive(archive) as opened:
                if step in edits.EDITS:
                    edits.done(opened, step, ref, words)
                else:
                    edits.HARMS[step](opened, target, words)
    problem = output.export(archive, target, pool=pool)
    afresh = room / "afresh"
    shutil.copytree(archive, afresh, ignore=shutil.ignore_patterns(".totem"), copy_function=shutil.copyfile)
    assert output.export(afresh, room / "fresh") == problem
    if not problem:
        assert held(target) == held(room / "fresh")
        if output.is_folder:
            check_keys(name, room / "fresh")
        assert output.export(archive, target, check=True) == ""


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=NAMES, steps=STEPS)
def test_again_is_afresh(base: Path, name: str, steps: list[Step]) -> None:
    """Byte for byte, the manifest too, in every format, whatever happened in between."""
    check(base, name, steps)


@settings(max_examples=max(1, EXAMPLES // 10), deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(FOLDERS), steps=STEPS)
def test_again_is_afresh_with_a_pool(base: Path, name: str, steps: list[Step]) -> None:
    """So it is where other processes share in it; what is exported afresh is made alone."""
    check(base, name, steps, pool=True)


@pytest.mark.parametrize("harm", ["no index", "no stats"])
def test_what_is_kept_may_be_damaged(base: Path, harm: str) -> None:
    """An export that finds it so remembers nothing wrong, not even of the media."""
    check(base, "all", [("export, later", "", ""), (harm, "", "Vent")])


def test_words_for_searches_know_their_place(base: Path) -> None:
    """Whose file begins with another episode, since there are more before it, is another file."""
    check(base, "html", [("written by hand", "digues/1", "Autre"), ("written by hand", "digues/1", "Vent")])


def test_pages_of_a_series_tell_how_many_there_are(base: Path) -> None:
    """All of them, be the new episode on the last."""
    check(base, "html", [("publish", "marees/3", ""), ("export", "", ""), ("written by hand", "marees/1", "Autre")])


@pytest.mark.parametrize("name", ["all", "html", "markdown", "markdown for hugo"])
def test_what_another_totem_wrote_is_made_anew(base: Path, name: str) -> None:
    """Its keys may be what they are now, and its bytes others."""
    check(base, name, [("gone", "", ""), ("another totem", "", "")])


def test_every_edit_is_possible(base: Path, tmp_path: Path) -> None:
    """Each alone changes a file of the archive, or the time of one."""

    def seen(root: Path) -> dict[Path, tuple[int, bytes]]:
        files = (path for path in root.rglob("*") if path.is_file() and ".totem" not in path.parts)
        return {path.relative_to(root): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    other = {"publish": "marees/3", "no image": "marees/2"}
    for name in edits.EDITS:
        root = tmp_path / name
        shutil.copytree(base, root)
        with Archive(root) as archive:
            if name == "redo":
                archive.undo()
            before = seen(root)
            for words in ("Vent", "mer"):
                edits.done(archive, name, other.get(name, "marees/1"), words)
        assert (seen(root) != before) == (name != "publish series"), name
        shutil.rmtree(root)
