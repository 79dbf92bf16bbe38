"""Workers: answers that do not depend on how many there are, errors that do not either, and no orphans."""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from totem_cli.errors import InvalidError, Place
from totem_cli.store import workers
from totem_cli.store.page import Page, key_of
from totem_cli.store.publisher import publish

TASKS = [f"task {number}" for number in range(1000)]


def answers(many: int) -> dict[int, object]:
    """What so many workers answer to the tasks."""
    return dict(workers.share(TASKS, lambda place, task: (place, task, task.encode(), None), many))


@pytest.mark.parametrize("many", [1, 2, 5])
def test_same_answers(many: int) -> None:
    """However many there are, each task is done once, and answered alike."""
    assert answers(many) == answers(0)


def test_work_is_shared() -> None:
    """It is done in other processes, in more than one."""
    done = dict(workers.share(TASKS, lambda place, task: (time.sleep(0.0005), os.getpid())[1], 2))
    assert done.pop(0) == os.getpid()
    assert len(set(done.values())) == 2
    assert os.getpid() not in done.values()


def test_errors_come_through() -> None:
    """What a task raises is what it would raise here, with its place, and no worker is left."""

    def work(place: int, task: str) -> None:
        if place == 700:
            raise InvalidError("broken", hint="mend it", place=Place("theme/templates/tag.html", 3))

    with pytest.raises(InvalidError, match=r"theme/templates/tag\.html:3: broken") as caught:
        dict(workers.share(TASKS, work, 3))
    assert caught.value.hint == "mend it"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_killed_worker() -> None:
    """What a worker that was killed had not answered is done here."""
    here = os.getpid()

    def work(place: int, task: str) -> str:
        if place == 500 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    assert dict(workers.share(TASKS, work, 2)) == dict(enumerate(TASKS))


def test_given_up() -> None:
    """Whoever stops asking leaves no worker behind."""
    found = workers.share(TASKS, lambda place, task: place, 2)
    next(found)
    next(found)
    found.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_when_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """None for a few tasks, none where another thread runs or nothing can be forked, never more than processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert [workers.count(tasks) for tasks in (0, workers.FEW, workers.FEW + 1, 10**6)] == [0, 0, 2, 3]
    rest = threading.Event()
    thread = threading.Thread(target=rest.wait)
    thread.start()
    assert workers.count(1000) == 0
    rest.set()
    thread.join()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert workers.count(1000) == 0
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delattr(os, "fork")
    assert workers.count(1000) == 0


def _pages(mark: str = "") -> list[Page]:
    def page(number: int) -> Page:
        text = f"{mark}{number}"
        return Page(f"{number % 7}/{number}/index.html", key_of(text), lambda: text.encode())

    return [page(number) for number in range(300)]


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("many", [1, 3])
def test_same_output(tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export has the same bytes, the manifest too, and tells the same, with workers and without: first and again."""
    told = []
    for name, crew in (("alone", 0), ("shared", many)):
        monkeypatch.setattr("totem_cli.store.publisher.count", lambda _, crew=crew: crew)
        for mark in ("", "", "new "):
            pages = _pages(mark)[: 250 if mark else None]
            stats = tmp_path / f"{name}.json"
            told.append((mark, publish(pages, tmp_path / name, format="html", filters={}, stats=stats)))
    assert told[:3] == told[3:]
    assert _tree(tmp_path / "alone") == _tree(tmp_path / "shared")


def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C, or a kill, while pages are rendered: the old output is whole, nothing is left beside, nobody goes on."""
    script = tmp_path / "export.py"
    script.write_text(
        "import os, sys, time\n"
        "from totem_cli.store import publisher\n"
        "from totem_cli.store.page import Page, key_of\n"
        "publisher.count = lambda _: 2\n"
        "def render(text):\n"
        "    if sys.argv[2]:\n"
        "        open(f'{sys.argv[1]}.pid{os.getpid()}', 'w').close()\n"
        "        time.sleep(0.05)\n"
        "    return text.encode()\n"
        "pages = [Page(f'{n}/x', key_of(sys.argv[2] + str(n)), lambda n=n: render(sys.argv[2] + str(n)))\n"
        "         for n in range(200)]\n"
        "publisher.publish(pages, sys.argv[1], format='html', filters={})\n"
    )
    output = tmp_path / "out" / "site"
    output.parent.mkdir()
    command = [sys.executable, str(script), str(output)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    subprocess.run([*command, ""], env=environment, check=True)
    before = _tree(output)
    for number, whole_group in ((signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGKILL, False)):
        running = subprocess.Popen([*command, str(number)], env=environment, stderr=subprocess.PIPE, process_group=0)
        while len(crew := list(output.parent.glob("site.pid*"))) < 2:
            time.sleep(0.01)
        (os.killpg if whole_group else os.kill)(running.pid, number)
        running.communicate(timeout=20)
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
    """Where the process has a thread that Python does not count, tasks are done here."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    ends = _thread.allocate_lock()
    ends.acquire()
    _thread.start_new_thread(ends.acquire, ())
    try:
        assert workers.count(1000) == 0
    finally:
        ends.release()
