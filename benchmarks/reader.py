"""``totem browse`` in a terminal: how long until it is on the screen, and until each key is answered."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path
from statistics import median

ROWS, COLUMNS = 40, 120
QUIET = 0.35
"""Seconds without output after which a screen is whole; the page of an episode comes 0.12 s after its line."""

KEYS = {
    "down": b"\x1b[B",
    "page down": b"\x1b[6~",
    "end": b"\x1b[F",
    "home": b"\x1b[H",
    "open": b"\r",
    "next link": b"\t",
    "follow a link": b"\r",
    "back": b"\x7f",
    "back to the list": b"\x7f",
    "filter": b"f",
    "filter: a letter": b"h",
    "filter: another": b"o",
    "take the filter": b"\r",
    "leave the filter": b"\x7f",
    "search": b"/",
    "search: a letter": b"g",
    "search: another": b"a",
    "find": b"\r",
    "leave the search": b"\x7f",
}
"""Keys in turn, each from where the one before led. Esc is none of them: a terminal waits whether more of it comes."""


class Terminal:
    """A command in a pseudo-terminal."""

    def __init__(self, *command: str, cwd: Path) -> None:
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(cwd)
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PAGER="cat")
            os.execv(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def press(self, key: bytes) -> float | None:
        """The seconds until the first byte of the answer, which is read to its end; None where nothing changed."""
        began = time.perf_counter()
        os.write(self.fd, key)
        first = None
        while select.select([self.fd], [], [], QUIET)[0]:
            os.read(self.fd, 1 << 16)
            first = first or time.perf_counter() - began
        return first

    def until(self, words: bytes) -> float:
        """The seconds from the start until these words are on the screen."""
        seen = b""
        while words not in seen:
            if not select.select([self.fd], [], [], 30)[0]:
                sys.exit(f"{words!r} did not come to the screen")
            seen = seen[-200:] + os.read(self.fd, 1 << 16)
        return time.perf_counter() - self.began

    def end(self) -> float:
        """Read to the end; the seconds from the start."""
        while True:
            try:
                if not os.read(self.fd, 1 << 16):
                    break
            except OSError:
                break
        took = time.perf_counter() - self.began
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        return took


def reader(archive: Path, rounds: int = 5) -> dict[str, float]:
    """Median seconds of a full list (``list``), of the first screen (``on screen``), and of each key's answer."""
    totem = str(Path(sys.executable).with_name("totem"))
    found: dict[str, list[float]] = {name: [] for name in ("list", "on screen", *KEYS)}
    for _ in range(rounds):
        found["list"].append(Terminal(totem, "list", cwd=archive).end())
        screen = Terminal(totem, "browse", cwd=archive)
        found["on screen"].append(screen.until(b"episodes"))
        screen.press(b"")
        for name, key in KEYS.items():
            took = screen.press(key)
            if took is not None:
                found[name].append(took)
        os.write(screen.fd, b"q")
        screen.end()
    return {name: median(times) for name, times in found.items() if times}


def table(times: dict[str, float], size: int) -> list[str]:
    """Median milliseconds until the first byte of each answer."""
    lines = [f"| in a terminal of {COLUMNS} × {ROWS}, {size:,} episodes | ms |", "|---|---|"]
    names = {"list": "`totem list`, whole", "on screen": "`totem browse`, on the screen"}
    return [*lines, *(f"| {names.get(name, name)} | {took * 1000:.0f} |" for name, took in times.items())]
