"""Exports spread over other processes: the same bytes whoever makes the pages, whatever happens to whoever does."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from totem_cli.archive.archive import Archive
from totem_cli.archive.exporting import Task
from totem_cli.errors import InvalidError, Location, RefusedError, SystemFailedError, TotemError
from totem_cli.publishing import jobs
from totem_cli.publishing.publisher import Report
from totem_cli.publishing.rendering import Rendering

SETTINGS = 'version = 1\ntitle = "Le port"\nlanguage = "fr"\nbase_url = "https://port.example/"\n[html]\napi = true\n'
HERE = os.getpid()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 60 episodes, with a picture and a theme."""
    root = tmp_path_factory.mktemp("base") / "archive"
    for series in ("port", "quai"):
        (root / "series" / series).mkdir(parents=True)
        (root / "series" / series / "series.md").write_text(f'+++\ntitle = "{series}"\n+++\n')
        for number in range(1, 31):
            (root / "series" / series / f"{number:02}-soir.md").write_text(
                f'+++\nnumber = {number}\ntitle = "Soir {number}"\ndate = 2024-01-{number:02}\ntags = ["soir"]\n\n'
                f'[[guests]]\nname = "Ada Brun {number % 9}"\n+++\n\nLe récit : n° {number} !\n'
            )
    (root / "totem.toml").write_text(SETTINGS)
    (root / "theme" / "static").mkdir(parents=True)
    (root / "theme" / "static" / "theme.css").write_text("p{}")
    (root / "media").mkdir()
    (root / "media" / "long.bin").write_bytes(bytes(3_000_000))
    return root


@pytest.fixture
def root(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it; so few pages as it has are worth other processes."""
    monkeypatch.setattr(jobs, "MANY", 10)
    shutil.copytree(base, tmp_path / "archive")
    return tmp_path / "archive"


def tree(folder: Path) -> dict[str, bytes]:
    """All that is in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def export(root: Path, output: Path, executor: Executor | None = None, **more: Any) -> Report:
    """Export the site; ``more`` is told, too."""
    with Archive(root) as archive:
        return archive.export("html", output, executor=executor, **({"jobs": 1} | more))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The groups that this process makes."""
    found: list[str] = []
    make = Rendering.made

    def noted(self: Rendering, listing: Any, *more: Any) -> Any:
        if os.getpid() == HERE:
            found.append(listing.group)
        return make(self, listing, *more)

    monkeypatch.setattr(Rendering, "made", noted)
    return found


class Told(Executor):
    """An executor that does in this process, when the result is asked for, what ``do`` makes of a task."""

    def __init__(self, do: Callable[[Callable[..., Any], Any], Any]) -> None:
        self._do = do

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            # As an engine does: nothing but bytes goes over.
            future.set_result(self._do(pickle.loads(pickle.dumps(function)), *arguments))
        except BaseException as error:
            future.set_exception(pickle.loads(pickle.dumps(error)))
        return future


def test_the_same_by_all(root: Path, tmp_path: Path, here: list[str]) -> None:
    """First, and after edits: one output by this process, by forked ones, by such as are started, by threads."""
    ways: dict[str, Callable[[], tuple[Executor | None, dict[str, Any]]]] = {
        "alone": lambda: (None, {}),
        "pool": lambda: (None, {"jobs": 2}),
        "started": lambda: (ProcessPoolExecutor(1, get_context("spawn")), {}),
        "threads": lambda: (ThreadPoolExecutor(3), {}),
    }
    file = root / "series" / "port" / "07-soir.md"
    made: dict[str, list[int]] = {way: [] for way in ways}
    for step in ("first", "recap", "setting"):
        if step == "recap":
            file.write_text(file.read_text("utf-8") + "\nUn mot de plus.\n", "utf-8")
        elif step == "setting":
            (root / "totem.toml").write_text(SETTINGS.replace("Le port", "Le phare"), "utf-8")
        written = {}
        for way, give in ways.items():
            here.clear()
            executor, told = give()
            written[way] = export(root, tmp_path / way, executor, **told)
            if executor:
                executor.shutdown()
            made[way].append(len(here))
        assert len({str(report) for report in written.values()}) == 1
        assert len({str(tree(tmp_path / way)) for way in ways}) == 1
    assert made["pool"][0] == made["started"][0] == 0 < made["alone"][0]


@pytest.mark.filterwarnings("ignore")
def test_the_same_by_dask(root: Path, tmp_path: Path, here: list[str]) -> None:
    """Two workers of an engine make the same bytes as this process."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        export(root, tmp_path / "dask", client.get_executor())
    assert here == []
    export(root, tmp_path / "alone")
    assert tree(tmp_path / "dask") == tree(tmp_path / "alone")


def _killed(task: Task, wanted: Any) -> Any:
    if any(name.startswith("people/") for name, _ in wanted):
        os.kill(os.getpid(), signal.SIGKILL)
    return task(wanted)


class Dying(ProcessPoolExecutor):
    """Whoever makes a page of a person is killed, as the system does when memory runs out."""

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        return super().submit(_killed, function, *arguments)


def test_a_worker_that_dies(root: Path, tmp_path: Path, here: list[str]) -> None:
    """What it had not made is made here, once."""
    with Dying(2, get_context("fork")) as executor:
        export(root, tmp_path / "died", executor)
    assert any(name.startswith("people/") for name in here)
    assert len(set(here)) == len(here)
    export(root, tmp_path / "alone")
    assert tree(tmp_path / "died") == tree(tmp_path / "alone")


def test_a_task_that_runs_twice(root: Path, tmp_path: Path) -> None:
    """Engines run a task again where they do not know what became of it: only what is answered is moved in."""
    export(root, tmp_path / "twice", Told(lambda task, wanted: (task(wanted), task(wanted))[1]))
    export(root, tmp_path / "alone")
    assert tree(tmp_path / "twice") == tree(tmp_path / "alone")
    assert sorted(os.listdir(tmp_path)) == ["alone", "archive", "twice"]


def test_a_worker_that_is_late(root: Path, tmp_path: Path) -> None:
    """Once the export is over it can do nothing, and makes no folder again."""
    tasks: list[tuple[Any, Any]] = []
    export(root, tmp_path / "site", Told(lambda task, wanted: tasks.append((task, wanted)) or task(wanted)))
    task, wanted = tasks[0]
    with pytest.raises(TotemError):
        task(wanted)
    assert sorted(os.listdir(tmp_path)) == ["archive", "site"]


def test_a_change_meanwhile(root: Path, tmp_path: Path) -> None:
    """What another command changes while pages are made is in the export whole, or not at all."""
    export(root, tmp_path / "before")
    done: list[int] = []

    def changed(task: Any, wanted: Any) -> Any:
        if not done:
            done.append(1)
            with Archive(root) as archive:
                archive.series.set("port", title="Autre")
                archive.episodes.set("quai/30", title="Autre")
        return task(wanted)

    export(root, tmp_path / "during", Told(changed))
    assert tree(tmp_path / "during") == tree(tmp_path / "before")
    export(root, tmp_path / "during")
    export(root, tmp_path / "after")
    assert tree(tmp_path / "during") == tree(tmp_path / "after") != tree(tmp_path / "before")


def test_a_file_beside_the_records_changes_meanwhile(root: Path, tmp_path: Path) -> None:
    """A worker that finds another theme, or other media, says so: the export is made again."""
    done: list[int] = []

    def changed(task: Any, wanted: Any) -> Any:
        if not done:
            done.append(1)
            (root / "theme" / "static" / "theme.css").write_text("a{}")
        return task(wanted)

    export(root, tmp_path / "during", Told(changed))
    export(root, tmp_path / "after")
    assert tree(tmp_path / "during") == tree(tmp_path / "after")


def test_a_worker_of_another_kind(root: Path, tmp_path: Path) -> None:
    """Another totem, or other libraries, would make other pages: that is refused, and the output stays as it is."""
    export(root, tmp_path / "site")
    before = tree(tmp_path / "site")
    (root / "totem.toml").write_text(SETTINGS.replace("Le port", "Le phare"), "utf-8")
    with pytest.raises(RefusedError, match="another totem"):
        export(root, tmp_path / "site", Told(lambda task, wanted: replace(task, toolchain="other")(wanted)))
    assert tree(tmp_path / "site") == before
    assert sorted(os.listdir(tmp_path)) == ["archive", "site"]


@pytest.mark.parametrize("told", [{"jobs": 1}, {"jobs": 2}])
def test_a_page_that_cannot_be_made(root: Path, tmp_path: Path, told: dict[str, int]) -> None:
    """The error is the same whoever meets it, with its place; the output is not there."""
    (root / "theme" / "templates").mkdir()
    (root / "theme" / "templates" / "tag.html").write_text("\n\n{{ nothing.there }}")
    with pytest.raises(InvalidError, match=r"theme/templates/tag\.html:3: the template is broken"):
        export(root, tmp_path / "site", **told)
    assert os.listdir(tmp_path) == ["archive"]


def test_a_fault_of_ours_is_met_here(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no error of totem's has its traceback in this process."""
    monkeypatch.setattr("totem_cli.exporters.html.listings.tag_page", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        export(root, tmp_path / "site", Told(lambda task, wanted: task(wanted)))
    assert os.listdir(tmp_path) == ["archive"]


def test_plugins_and_formats_together(root: Path, tmp_path: Path) -> None:
    """Several formats are spread as well as one."""
    for way, told in (("alone", {"jobs": 1}), ("pool", {"jobs": 2})):
        with Archive(root) as archive:
            archive.export(("html", "markdown", "json"), tmp_path / way, **told)  # type: ignore[arg-type]
    assert tree(tmp_path / "alone") == tree(tmp_path / "pool")


def test_two_at_once(root: Path, tmp_path: Path) -> None:
    """Two exports into one folder wait for each other, and both come through."""
    command = [sys.executable, "-m", "totem_cli", "export", "html", "-o", str(tmp_path / "site"), "--jobs", "2"]
    running = [subprocess.Popen([*command, "--archive", str(root)], stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        assert process.communicate()[1].endswith(b"unchanged\n")
        assert process.returncode == 0
    export(root, tmp_path / "alone")
    assert tree(tmp_path / "site") == tree(tmp_path / "alone")


def _running(of: int) -> Iterator[int]:
    """The processes that a process has started."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == of:
                yield int(name)


SLOW = """
import sys, time
from totem_cli.publishing import jobs
from totem_cli.publishing.rendering import Rendering
made, calls = Rendering._made, 0
def slow(self, *given):
    global calls
    calls += 1
    if calls > 2:
        time.sleep(3600)
    return made(self, *given)
Rendering._made, jobs.MANY = slow, 10
from totem_cli.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_ended(root: Path, tmp_path: Path, sign: signal.Signals) -> None:
    """With Ctrl-C the workers end, and nothing is left; killed, they end by themselves."""
    command = [sys.executable, "-c", SLOW, "export", "html", "-o", str(tmp_path / "site"), "--archive", str(root)]
    process = subprocess.Popen([*command, "--jobs", "2"], stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (workers := [*_running(process.pid)]) or not [*tmp_path.glob(".site.totem-*/try-*")]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, sign) if sign == signal.SIGINT else os.kill(process.pid, sign)
    error = process.communicate()[1].decode()
    assert process.returncode == (130 if sign == signal.SIGINT else -sign)
    assert "Traceback" not in error
    while any(Path("/proc", str(worker)).exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    if sign == signal.SIGINT:
        assert os.listdir(tmp_path) == ["archive"]
    export(root, tmp_path / "site")
    assert sorted(os.listdir(tmp_path)) == ["archive", "site"]


@pytest.mark.parametrize(("said", "count"), [("3", 3), ("", None), ("0", 0), ("x", 0), ("-1", 0)])
def test_how_many(monkeypatch: pytest.MonkeyPatch, said: str, count: int | None) -> None:
    """As many processes as are said, else as there are processors for this one."""
    monkeypatch.setenv("TOTEM_JOBS", said)
    if count == 0:
        with pytest.raises(InvalidError):
            jobs.job_count()
    else:
        assert jobs.job_count() == (count or len(os.sched_getaffinity(0)))
    assert jobs.job_count(5) == 5


def test_errors_go_over() -> None:
    """Each says in one process what it says in the other."""
    error = InvalidError("broken", hint="mend it", location=Location("tag.html", 3), field="x")
    found = pickle.loads(pickle.dumps(error))
    assert (type(found), str(found), found.__dict__) == (InvalidError, str(error), error.__dict__)
    assert str(pickle.loads(pickle.dumps(SystemFailedError("no room")))) == "no room"
