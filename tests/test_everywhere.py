"""Systems that lack something: a fallback, or a refusal before anything is touched."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import Done

RUN = "import sys; from totem_cli.cli.main import main; sys.exit(main(sys.argv[1:]))"
NO_FCNTL = "import sys; sys.modules['fcntl'] = None\n"
WINDOWS = (
    "import os\n"
    "for name in ('O_DIRECTORY', 'O_NOFOLLOW', 'O_NONBLOCK', 'O_CLOEXEC', 'fchmod', 'geteuid'): delattr(os, name)\n"
    "os.supports_dir_fd = set()\n" + NO_FCNTL
)
NO_RENAMEAT2 = (
    "import ctypes\n"
    "whole = ctypes.CDLL\n"
    "class CDLL(whole):\n"
    "    def __getattr__(self, name):\n"
    "        if name in ('renameat2', 'syncfs', 'malloc_trim'): raise AttributeError(name)\n"
    "        return super().__getattr__(name)\n"
    "ctypes.CDLL = CDLL\n"
)
NO_FORK = "import os\nfor name in ('fork', 'forkpty', 'sched_getaffinity'): delattr(os, name)\n"
NO_RESOURCE = "import sys\nfor name in ('resource', 'pwd', 'grp', 'termios', 'tty'): sys.modules[name] = None\n"
SPAWNS = (  # as on macOS, with as many pages as make a pool worth while
    "from totem_cli.publishing import jobs\n"
    "jobs.MANY, jobs.start_method = 10, lambda: open('spawned', 'w') and 'spawn'\n"
)
NO_SIGNALS = "import signal\nfor name in ('SIGPIPE', 'SIGWINCH', 'SIGHUP', 'SIGUSR1'): delattr(signal, name)\n"


def totem(without: str, folder: Path, *arguments: str) -> Done:
    """A command on a system that lacks something."""
    done = subprocess.run(
        [sys.executable, "-c", without + RUN, *arguments], cwd=folder, capture_output=True, timeout=120
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("without", [NO_FCNTL, WINDOWS], ids=["no-fcntl", "windows"])
def test_without_what_archives_stand_on_nothing_is_touched(without: str, example: Path) -> None:
    """Every command that opens an archive is refused, with what to do; help and the version are still told."""
    before = sorted(example.rglob("*"))
    for line in ("list", "add series Essai", "init talks", "export html", "check"):
        done = totem(without, example.parent, *line.split())
        assert (done.code, done.out) == (6, ""), done
        assert "this system lacks what archives stand on" in done.err
        assert "WSL" in done.err
    assert sorted(example.rglob("*")) == before
    assert totem(without, example.parent, "--version").code == 0
    assert totem(without, example.parent, "add", "--help").code == 0
    assert "this system lacks" in totem(without, example.parent, "doctor").out


@pytest.mark.parametrize(
    "without",
    [NO_RENAMEAT2, NO_FORK, SPAWNS, NO_RESOURCE, NO_SIGNALS],
    ids=["renameat2", "fork", "spawn", "resource", "signals"],
)
def test_without_what_has_a_fallback_all_works(without: str, example: Path) -> None:
    """Another system's kernel, C library and modules: the same changes, the same export."""
    folder = example.parent
    assert totem(without, folder, "add", "series", "Essai").code == 0
    assert totem(without, folder, "set", "episode", "1", "place=Lyon").code == 0
    assert totem(without, folder, "undo").code == 0
    assert totem(without, folder, "check").code == 0
    done = totem(without, folder, "export", "html", "--jobs", "2")
    assert (done.code, "error" in done.err) == (0, False), done.err
    assert (folder / "site" / "index.html").exists()
    assert (folder / "spawned").exists() == (without == SPAWNS)


@pytest.mark.parametrize(
    ("module", "extra", "line"),
    [
        ("typst", "pdf", "export pdf -o book.pdf"),
        ("sqlite_utils", "sqlite", "export sqlite -o talks.db"),
        ("python_calamine", "tables", "import table talks.xlsx --dry-run"),
        ("paramiko", "deploy", "deploy sftp://host.example/www"),
        ("fsspec", "deploy", "deploy s3://bucket/www"),
        ("s3fs", "deploy", "deploy s3://bucket/www"),
        ("textual", "browse", "browse"),
        ("starlette", "serve", "serve --port 0"),
        ("uvicorn", "serve", "serve --comments --port 0"),
        ("watchfiles", "serve", "serve --port 0"),
    ],
    ids=lambda value: value if value.isidentifier() else value.split()[0],
)
def test_without_an_extra(module: str, extra: str, line: str, example: Path) -> None:
    """What needs it says so, and what to install; it is one kind of error, with one exit code."""
    with ZipFile(example.parent / "talks.xlsx", "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<workbook/>")
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules[{module!r}] = None\n" + RUN, *line.split()],
        cwd=example.parent,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 6, done.stderr
    assert f"needs {module}, which is not installed\n" in done.stderr
    assert f"pip install 'totem-cli[{extra}]'" in done.stderr


def test_without_docutils(example: Path) -> None:
    """A file of reStructuredText is then one that cannot be read, as any other is."""
    (example.parent / "talks").mkdir()
    (example.parent / "talks/un.rst").write_text("Un\n==\n", "utf-8")
    without = "import sys; sys.modules['docutils'] = None\n"
    done = totem(without, example.parent, "import", "markdown", "talks", "--dry-run", "--series", "s")
    assert (done.code, "pip install 'totem-cli[rst]'" in done.err) == (4, True), done.err
