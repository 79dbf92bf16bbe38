"""What the tests share: archives to work on, and commands to run on them."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from totem_cli.cli.main import main

ROOT = Path(__file__).parent.parent
T = TypeVar("T")

# No test depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it runs in the background ignore Ctrl-C, and what that starts would ignore it, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder of the tests' own: they neither read the user's nor write to it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal, clock zone and settings for every test."""
    for name in ("TOTEM_ARCHIVE", "TOTEM_IF_EXISTS", "TOTEM_DEBUG", "EDITOR", "VISUAL", "PAGER", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """A command that a test runs in this process leaves the collector of garbage as it likes: set back afterwards."""
    thresholds = gc.get_threshold()
    yield
    gc.enable()
    gc.set_threshold(*thresholds)


def not_empty(found: Iterable[T]) -> list[T]:
    """What a test looks at one by one: where there is nothing, it would prove nothing, and fails."""
    each = [*found]
    assert each, "there is nothing to look at"
    return each


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; a test that needs it skips where it is absent."""
    folder = Path(os.environ.get("TOTEM_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no real data: set TOTEM_REAL_DATA to its folder")
    return folder


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the project's own archive."""
    target = tmp_path / "archive"
    shutil.copytree(ROOT / "archive", target, ignore=shutil.ignore_patterns(".totem"))
    return target


@dataclass(frozen=True)
class Done:
    """What a command left behind: its exit code, its data, its words."""

    code: int
    out: str
    err: str


class Shell:
    """Runs totem commands as real processes in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, stdin: str | bytes | None = None, **environment: str) -> Done:
        """Run ``totem ARGUMENTS``; nothing is asked of its exit code."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "totem_cli", *arguments],
            cwd=self.folder,
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            env=os.environ | environment,
            timeout=120,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


class SameProcess:
    """Runs totem commands in this process, in one folder: what thousands of trials ask after each fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> Done:
        """Run ``totem ARGUMENTS``; nothing is asked of its exit code."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(arguments)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
        return Done(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


@pytest.fixture
def totem(tmp_path: Path) -> Shell:
    """``totem("list", "--json")`` as a real process, in a folder of its own."""
    return Shell(tmp_path)
