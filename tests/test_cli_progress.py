"""A bar for long work: on a terminal, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

LONG = """
import sys
from totem_cli.cli.progress import progress
with progress("site", quiet="-q" in sys.argv) as seen:
    for done in range(1, 301):
        if seen:
            seen(done, 300)
print("rich" in sys.modules)
"""


CASES = [(True, False, True), (True, True, False), (False, False, False)]


@pytest.mark.parametrize(("terminal", "quiet", "drawn"), CASES)
def test_where_it_is_drawn(terminal: bool, quiet: bool, drawn: bool) -> None:
    """Only where standard error is a terminal and nobody asked for quiet; Rich is loaded only there."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", LONG, *(["-q"] if quiet else [])],
        stdout=subprocess.PIPE,
        stderr=theirs if terminal else subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm", "COLUMNS": "80"},
        check=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while terminal and (part := os.read(ours, 4096)):
            shown += part
    except OSError:
        pass
    os.close(ours)
    assert done.stdout.decode().strip() == str(drawn)
    assert (b"300/300" in shown) == drawn
    assert not done.stderr
