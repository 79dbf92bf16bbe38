"""What workers of tests do: those that are started afresh find it here by its name, and load nothing else.

Most is told the process of the test, which takes its time, so that the others come to do something.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from totem_cli.errors import InvalidError, Location
from totem_cli.publishing.page import Page, key_of

Work = Callable[[int], object]


def quick(_: object) -> Work:
    """It answers something of every kind, at once."""
    return lambda place: (place, f"task {place}", b"x", None)


def plain(parent: int) -> Work:
    """The same, at leisure."""

    def at(place: int) -> object:
        rest(parent)
        return quick(parent)(place)

    return at


def rest(parent: int) -> None:
    """The process that is given waits a little."""
    if os.getpid() == parent:
        time.sleep(0.002)


def who(_: object) -> Work:
    """Which process does it, and what that has open."""

    def at(_: int) -> object:
        time.sleep(0.002)
        return os.getpid(), [os.readlink(f"/proc/self/fd/{one}") for one in _open_files()]

    return at


def _open_files() -> list[int]:
    found = []
    for name in os.listdir("/proc/self/fd") if sys.platform == "linux" else ():
        try:
            os.fstat(int(name))
        except OSError:
            continue  # the folder that is being listed
        found.append(int(name))
    return found


def breaking(parent: int) -> Work:
    """One cannot be done."""

    def at(place: int) -> object:
        if place == 700:
            raise InvalidError("broken", hint="mend it", location=Location("theme/templates/tag.html", 3))
        return plain(parent)(place)

    return at


def dying(parent: int) -> Work:
    """A worker is killed at its third."""
    done = []

    def at(place: int) -> object:
        done.append(place)
        if os.getpid() != parent and len(done) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(parent)(place)

    return at


def babbling(parent: int) -> Work:
    """A worker writes nonsense to whatever is open."""

    def at(place: int) -> object:
        if os.getpid() != parent:
            for end in range(3, 30):
                try:
                    os.write(end, b"x" * 8 if place % 2 else b"\x01" + bytes(7) + b"x")
                except OSError:
                    continue
        return plain(parent)(place)

    return at


def loud(parent: int) -> Work:
    """It prints."""
    sys.stdout.write("x" * 100_000)
    sys.stdout.flush()
    sys.stderr.write("x" * 100_000)
    sys.stderr.flush()
    return quick(parent)


def late(_: object) -> Work:
    """It never gets so far as to begin."""
    time.sleep(1000)
    return quick(0)


def leaving(_: object) -> Work:
    """It ends instead."""
    sys.exit(3)


Told = tuple[int, str, int, str]
"""How many pages, what marks them, the process that takes its time, where to say who renders one."""


def pages(told: Told) -> list[Page]:
    """So many pages; where they are watched, all take their time."""
    many, mark, parent, watched = told

    def page(number: int) -> Page:
        text = f"{mark}{number}"

        def render() -> bytes:
            if watched:
                Path(f"{watched}.pid{os.getpid()}").touch()
                time.sleep(0.02)
            rest(parent)
            return text.encode()

        return Page(f"{number % 7}/{number}/index.html", key_of(text), render)

    return [page(number) for number in range(many)]


def others(told: Told) -> list[Page]:
    """The same, but that every second is another, and one is missing."""
    return [Page(one.path, one.key if place % 2 else "other", one.render) for place, one in enumerate(pages(told))][:-1]


def halting(told: Told) -> list[Page]:
    """The same, but that a worker is killed at its third."""
    done = []

    def page(one: Page) -> Page:
        def render() -> bytes:
            done.append(one.path)
            if os.getpid() != told[2] and len(done) == 3:
                Path(f"{told[1]}.killed").touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return one.render()

        return Page(one.path, one.key, render)

    return list(map(page, pages(told)))


def spoilt(told: Told) -> list[Page]:
    """The same, but one of them cannot be rendered."""

    def render() -> bytes:
        raise InvalidError("broken")

    made = pages(told)
    made[250] = Page(made[250].path, made[250].key, render)
    return made
