"""Transcripts: terminal sessions that are read by people and run by tests.

A line ``$ command`` is run by the shell in an empty folder; the lines after it are what it must print: standard output
as it is, standard error after ``2> ``, and ``[3]`` for an exit code other than 0. Lines that begin with ``#`` say why.
Ids and times, which differ each time, read ``<id>`` and ``<time>``; the folder itself reads ``<folder>``.
``TOTEM_UPDATE=1`` writes down what was printed: read the diff.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True)
class Step:
    """One command with what it must print, or words between commands (no command)."""

    command: str | None
    expected: tuple[str, ...]


def steps(text: str) -> Iterator[Step]:
    """The steps of a transcript, in order."""
    command: str | None = None
    lines: list[str] = []
    for line in text.splitlines():
        if command is not None and command.endswith("\\"):
            command = f"{command}\n{line.removeprefix('> ')}"
        elif line.startswith("$ ") or (line.startswith("#") and not line.startswith("#!")):
            if command is not None or lines:
                yield Step(command, tuple(lines))
            command, lines = (line[2:], []) if line.startswith("$ ") else (None, [line])
        else:
            lines.append(line)
    if command is not None or lines:
        yield Step(command, tuple(lines))


def run(command: str, folder: Path, path: str) -> tuple[str, ...]:
    """What a command prints, as a transcript tells it."""
    environment = {
        "PATH": path,
        "HOME": str(folder),
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    lines = done.stdout.decode().splitlines()
    lines += [f"2> {line}".rstrip() for line in done.stderr.decode().splitlines()]
    if done.returncode:
        lines.append(f"[{done.returncode}]")
    return tuple(TIME.sub("<time>", ID.sub("<id>", line.replace(str(folder), "<folder>"))) for line in lines)


def play(file: Path, folder: Path) -> None:
    """Run a transcript in an empty folder; an AssertionError names the first step that differs."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    update = bool(os.environ.get("TOTEM_UPDATE"))
    played: list[str] = []
    for step in steps(file.read_text("utf-8")):
        if step.command is None:
            played += step.expected
            continue
        actual = run(step.command, folder, path)
        blank = step.expected[len(step.expected) - _blanks(step.expected) :]
        played += [f"$ {step.command}", *actual, *blank]
        if not update:
            expected = step.expected[: len(step.expected) - _blanks(step.expected)]
            assert expected == actual, f"{file.name}: $ {step.command}"
    if update:
        file.write_text("\n".join(played) + "\n", "utf-8")


def _blanks(lines: tuple[str, ...]) -> int:
    """How many blank lines end a step: they part it from the next, and are not printed."""
    count = 0
    while count < len(lines) and not lines[-1 - count]:
        count += 1
    return count
