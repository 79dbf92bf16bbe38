"""Workers: answers that depend neither on their number nor their kind, errors that do not either, and no orphans."""

from __future__ import annotations

import _thread
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests import crews
from totem_cli.errors import InvalidError
from totem_cli.publishing.publisher import Report, publish
from totem_cli.storage import hiring, workers
from totem_cli.storage.hiring import Start
from totem_cli.storage.workers import Crew

MANY = 1000
ALONE = Crew("forked", 0)
BOTH = [Crew("forked", 2), Crew("started", 2)]
EXPECTED = dict(enumerate(map(crews.quick(0), range(MANY))))
CREWS = [Crew("forked", 1), Crew("forked", 4), Crew("started", 1), Crew("started", 3)]


def answers(crew: Crew, entry: str = "plain", *, here: str | None = None) -> dict[int, object]:
    """What a crew answers to the tasks; ``here`` this process does something else."""
    work = getattr(crews, here or entry)(os.getpid())
    told = Start(f"tests.crews:{entry}", os.getpid())
    return dict(workers.share(range(MANY), lambda place, _: work(place), crew, lambda: told))


def no_child() -> bool:
    """Whether this process has none, alive or dead."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@pytest.mark.parametrize("crew", CREWS)
def test_same_answers(crew: Crew) -> None:
    """However many there are, each task is done once, and answered alike."""
    assert answers(crew) == EXPECTED
    assert no_child()


@pytest.mark.parametrize("crew", BOTH)
def test_work_is_shared(crew: Crew) -> None:
    """It is done in this process and in each of the others."""
    done = [who for who, _ in answers(crew, "who").values()]  # type: ignore[misc]
    assert done[0] == os.getpid()
    assert len(set(done)) == 3


@pytest.mark.parametrize("crew", BOTH)
def test_errors_come_through(crew: Crew) -> None:
    """What a task raises is what it would raise here, with its place, and no worker is left."""
    with pytest.raises(InvalidError, match=r"theme/templates/tag\.html:3: broken") as caught:
        answers(crew, "breaking")
    assert caught.value.hint == "mend it"
    assert no_child()


@pytest.mark.parametrize(("crew", "entry"), [(BOTH[0], "dying"), (BOTH[1], "dying"), (BOTH[1], "babbling")])
def test_lost_worker(crew: Crew, entry: str) -> None:
    """What a worker that was killed, or talks nonsense, had not answered is done here."""
    assert answers(crew, entry) == EXPECTED
    assert no_child()


@pytest.mark.parametrize("entry", ["late", "leaving", "nothing", "loud"])
def test_worker_that_never_comes(entry: str, capfd: pytest.CaptureFixture[str]) -> None:
    """One that does not get so far as to begin is not waited for; what it prints nobody hears."""
    assert answers(Crew("started", 2), entry, here="quick") == EXPECTED
    assert capfd.readouterr() == ("", "")
    assert no_child()


def test_nothing_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Python is not to be found, no process can be had, or nobody can say what to do, all is done here."""
    found = workers.share("abc", lambda place, task: task, Crew("started", 2), lambda: None)
    assert dict(found) == dict(enumerate("abc"))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert answers(Crew("started", 2), "quick") == EXPECTED

    def fork() -> int:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(os, "fork", fork)
    assert answers(Crew("forked", 2), "quick") == EXPECTED
    assert no_child()


@pytest.mark.parametrize("crew", BOTH)
def test_given_up(crew: Crew) -> None:
    """Whoever stops asking leaves no worker behind."""
    told = Start("tests.crews:plain", 0)
    found = workers.share(range(MANY), lambda place, _: place, crew, lambda: told)
    next(found)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert no_child()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is open")
def test_nothing_is_inherited(tmp_path: Path) -> None:
    """A process that is started has open what tells it what to do, two pipes, and nothing of ours."""
    ours = os.open(tmp_path / "secret", os.O_CREAT | os.O_WRONLY)
    os.set_inheritable(ours, True)
    try:
        found = answers(Crew("started", 1), "who").values()
    finally:
        os.close(ours)
    (files,) = {tuple(files) for who, files in found if who != os.getpid()}  # type: ignore[misc]
    assert [name.partition(":")[0] for name in files[1:]] == ["/dev/null", "/dev/null", "pipe", "pipe"]
    assert files[0].endswith("(deleted)")


def test_when_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """None for a few tasks; forked where no thread runs, else started, where what they take to begin is worth it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(workers, "_threads", threading.active_count)  # whoever runs the tests may have some, too
    found = [workers.crew_for(tasks, afresh=0) for tasks in (0, workers.FEW, workers.FEW + 1, 10**6)]
    assert found == [Crew("forked", size) for size in (0, 0, 1, 2)]

    def elsewhere() -> list[Crew]:
        asked = [(10**6, None), (10**6, 10**6), (500, 500), (1000, 1000), (1000, 16_000)]
        return [workers.crew_for(tasks, afresh=afresh) for tasks, afresh in asked]

    expected = [Crew("started", size) for size in (0, 2, 0, 1, 0)]
    rest = threading.Event()
    thread = threading.Thread(target=rest.wait)
    thread.start()
    assert elsewhere() == expected
    rest.set()
    thread.join()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert elsewhere() == expected
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delattr(os, "fork")
    assert elsewhere() == expected
    for name in ("", None, "/usr/bin/uwsgi"):
        monkeypatch.setattr(sys, "executable", name)
        assert not hiring.can_start()
        assert workers.crew_for(10**6, afresh=0).size == 0


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _publish(
    folder: Path,
    crew: Crew,
    told: crews.Told,
    made: str = "pages",
    entry: str | None = None,
    *,
    stats: Path | None = None,
) -> Report:
    """Publish pages that ``made`` makes here, and ``entry`` in processes that are started."""
    return publish(
        getattr(crews, made)(told),
        folder,
        format="html",
        filters={},
        stats=stats,
        remaking=lambda: Start(f"tests.crews:{entry or made}", told),
        crew=crew,
    )


@pytest.mark.parametrize("crew", CREWS)
@pytest.mark.parametrize("entry", ["pages", "others", "nothing"])
def test_same_output(tmp_path: Path, crew: Crew, entry: str) -> None:
    """An export has the same bytes, the manifest too, and tells the same, with workers and without: first and again.

    So it has where what workers think of are other pages than those that are there.
    """
    told = []
    for name, processes in (("alone", ALONE), ("shared", crew)):
        for mark in ("", "", "new "):
            pages = (250 if mark else 300, mark, os.getpid(), "")
            stats = tmp_path / f"{name}.json"
            told.append((mark, _publish(tmp_path / name, processes, pages, entry=entry, stats=stats)))
    assert told[:3] == told[3:]
    assert _tree(tmp_path / "alone") == _tree(tmp_path / "shared")


@pytest.mark.parametrize("crew", BOTH)
def test_killed_in_the_middle(tmp_path: Path, crew: Crew) -> None:
    """What a worker had staged when it was killed, and had not said so, is no obstacle."""
    mark = str(tmp_path / "mark")
    report = _publish(tmp_path / "out/site", crew, (MANY, mark, os.getpid(), ""), "halting")
    assert len(report.written) == MANY
    assert len(_tree(tmp_path / "out/site")) == MANY + 1
    assert sorted(os.listdir(tmp_path)) == ["mark.killed", "out"]
    assert os.listdir(tmp_path / "out") == ["site"]
    assert no_child()


@pytest.mark.parametrize("crew", [ALONE, *BOTH])
def test_page_that_fails(tmp_path: Path, crew: Crew) -> None:
    """A page that cannot be rendered fails an export as it does alone; the output is as it was, nothing is left."""
    _publish(tmp_path / "site", ALONE, (50, "", 0, ""))
    before = _tree(tmp_path / "site")
    with pytest.raises(InvalidError, match=r"^broken$"):
        _publish(tmp_path / "site", crew, (MANY, "", os.getpid(), ""), "spoilt")
    assert _tree(tmp_path / "site") == before
    assert os.listdir(tmp_path) == ["site"]
    assert no_child()


def test_two_exports_at_once(tmp_path: Path) -> None:
    """Two threads may export at once, each with workers of its own."""
    crew = Crew("started", 1)
    threads = [
        threading.Thread(target=_publish, args=(tmp_path / name, crew, (MANY, name, os.getpid(), ""))) for name in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ab":
        tree = _tree(tmp_path / name)
        assert {content[:1] for path, content in tree.items() if path.endswith(".html")} == {name.encode()}
        assert len(tree) == MANY + 1
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
    assert no_child()


@pytest.mark.parametrize("kind", ["forked", "started"])
def test_interrupted(tmp_path: Path, kind: str) -> None:
    """Ctrl-C, or a kill, while pages are rendered: the old output is whole, nothing is left beside, nobody goes on.

    The script says nowhere that it must not run when a worker loads it.
    """
    script = tmp_path / "export.py"
    script.write_text(
        "import sys\n"
        "from tests.crews import pages\n"
        "from totem_cli.publishing.publisher import publish\n"
        "from totem_cli.storage.hiring import Start\n"
        "from totem_cli.storage.workers import Crew\n"
        "output, kind, mark = sys.argv[1:]\n"
        "told = (500, mark, 0, mark and output)\n"
        "publish(pages(told), output, format='html', filters={},\n"
        "        remaking=lambda: Start('tests.crews:pages', told), crew=Crew(kind, 1))\n"
    )
    output = tmp_path / "out" / "site"
    output.parent.mkdir()
    command = [sys.executable, str(script), str(output), kind]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    subprocess.run([*command, ""], env=environment, check=True)
    before = _tree(output)
    for number, whole_group in ((2, True), (15, False), (9, False)):
        running = subprocess.Popen([*command, str(number)], env=environment, stderr=subprocess.PIPE, process_group=0)
        while len(crew := list(output.parent.glob("site.pid*"))) < 2:
            time.sleep(0.01)
        (os.killpg if whole_group else os.kill)(running.pid, number)
        running.communicate(timeout=120)
        assert running.returncode
        for mark in crew:
            _wait_until_gone(int(mark.name.removeprefix("site.pid")))
            mark.unlink()
        assert _tree(output) == before
    subprocess.run([*command, ""], env=environment, check=True)
    assert os.listdir(output.parent) == ["site"]


def _wait_until_gone(process: int) -> None:
    for _ in range(1000):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("a worker outlives its parent")


def test_no_fork_beside_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the process has a thread that Python does not count, nothing is forked."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    ends = _thread.allocate_lock()
    ends.acquire()
    _thread.start_new_thread(ends.acquire, ())
    try:
        assert workers.crew_for(1000).kind == "started"
    finally:
        ends.release()


def test_no_fork_beside_threads_of_the_first_task() -> None:
    """What the first task leaves running would be missed by those that are forked after it: all is done here."""
    ends = _thread.allocate_lock()
    ends.acquire()

    def work(place: int, task: str) -> int:
        if not place:
            _thread.start_new_thread(ends.acquire, ())
        return os.getpid()

    try:
        assert set(dict(workers.share(["x"] * 100, work, workers.Crew("forked", 2))).values()) == {os.getpid()}
    finally:
        ends.release()
