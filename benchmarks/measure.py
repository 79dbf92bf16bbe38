"""How long a process takes, what it uses at most; and the least that writing a site could take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LOOP = """
import os, sys, time
target, *_ = sys.argv[1:]
files = [line.split("\\t") for line in sys.stdin.read().splitlines()]
store = memoryview(os.urandom(1 << 20) * (max(int(size) for size, _ in files) // (1 << 20) + 1))
folders = sorted({os.path.dirname(path) for _, path in files})
began = time.perf_counter()
for folder in folders:
    os.makedirs(f"{target}/{folder}", exist_ok=True)
for size, path in files:
    fd = os.open(f"{target}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    os.write(fd, store[:int(size)])
    os.close(fd)
print(time.perf_counter() - began)
"""


@dataclass(frozen=True)
class Run:
    """One run: seconds by the clock, processor seconds, the largest process's peak in MiB."""

    wall: float
    cpu: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s {self.cpu:7.2f} cpu {self.peak:6.0f} MiB"


def run(command: list[str], *, cwd: Path, **environment: str) -> Run:
    """Run a command to its end; its failure is ours. Python may keep what it compiles, as it does for everybody."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with (
        open(os.devnull, "r+b") as nothing,
        subprocess.Popen(
            command, cwd=cwd, env=kept | environment, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE
        ) as process,
    ):
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} failed:\n{said.decode(errors='replace')}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def memory(command: list[str], *, cwd: Path) -> float:
    """The most mebibytes that a command and its processes hold together (PSS), looked at every 50 ms."""
    with subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        most = 0
        while process.poll() is None:
            most = max(most, sum(map(_proportion, _family(process.pid))))
            time.sleep(0.05)
    return most / 1024


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    found, waiting = [], [pid]
    while waiting:
        found.append(one := waiting.pop())
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def _proportion(pid: int) -> int:
    """A process's share of memory in KiB: a page that n processes share counts as an n-th (proc(5), smaps_rollup)."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def floor(site: Path, target: Path) -> float:
    """The seconds that a bare loop takes to write as many bytes to as many files of the same names."""
    files = "\n".join(
        f"{path.stat().st_size}\t{path.relative_to(site)}" for path in sorted(site.rglob("*")) if path.is_file()
    )
    target.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _LOOP, str(target)], input=files, text=True, capture_output=True, check=True
    )
    return float(done.stdout)
