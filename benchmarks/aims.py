"""What totem is to reach, and what was measured: each aim a ratio within one run, or mebibytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from queries import Times, ratio

if TYPE_CHECKING:
    from run import Bench

EQUAL = "hugo-whole"
"""The site of Hugo's that has the pages of totem's; ``hugo`` has a twelfth of its bytes and is no measure."""

REBUILDS = {
    1_000: {"cold": 1.5, "recap edited": 5},
    10_000: {"cold": 1.6, "unchanged": 25, "recap edited": 20, "title edited": 15, "guest renamed in 50": 5},
}
"""How many times faster than Hugo's equal site, by the number of episodes."""

COMMANDS = {
    "totem --version": 1.2,
    "totem list": 3.0,
    "totem show saison-001/1": 3.0,
    "totem search ferroviaire apprentis": 3.3,
    "totem add guest": 3.3,
    "completion: show saison-0": 1.7,
}
"""How many times as long as ``import typer`` at most."""

MEMORY = {10_000: 250, 100_000: 1_229}
"""Mebibytes at most of all processes of a first export together (PSS), by the number of episodes."""

READER = 2.0
"""How many times as long as a full ``totem list`` in a terminal it takes until ``totem browse`` is on the screen."""

KEY = 50
"""Milliseconds from a key of the reader's to the first byte of its answer."""


def aims(benches: Sequence[Bench], times: Times, reader: Mapping[str, float]) -> list[str]:
    """A table of what is aimed at, what was measured, and whether that is enough."""
    lines = ["| what | aim | measured | |", "|---|---|---|---|"]
    for what, aim, found, holds in (*_builds(benches), *_memory(benches), *_commands(times), *_reader(reader)):
        lines.append(f"| {what} | {aim} | {found} | {'reached' if holds else 'missed'} |")
    return lines


def _builds(benches: Sequence[Bench]) -> Iterator[tuple[str, str, str, bool]]:
    for bench in benches:
        for step, least in REBUILDS.get(bench.size, {}).items() if EQUAL in bench.times else ():
            found = bench.ratio(EQUAL, step)
            yield (
                f"{bench.size:,} episodes, {step}: faster than `{EQUAL}`",
                f"{least} ×",
                f"{found:.1f} ×",
                found >= least,
            )


def _memory(benches: Sequence[Bench]) -> Iterator[tuple[str, str, str, bool]]:
    for bench in benches:
        if bench.size in MEMORY:
            most = MEMORY[bench.size]
            what = f"{bench.size:,} episodes, cold: memory of all processes together"
            yield what, f"≤ {most:,} MiB", f"{bench.memory:,.0f} MiB", bench.memory <= most


def _commands(times: Times) -> Iterator[tuple[str, str, str, bool]]:
    for name, most in COMMANDS.items() if times else ():
        found = ratio(times, name)
        yield f"`{name}`: of `import typer`", f"≤ {most} ×", f"{found:.2f} ×", found <= most


def _reader(reader: Mapping[str, float]) -> Iterator[tuple[str, str, str, bool]]:
    if reader:
        found = reader["on screen"] / reader["list"]
        yield "`totem browse` on the screen: of a full `totem list`", f"≤ {READER} ×", f"{found:.2f} ×", found <= READER
        slowest = max((name for name in reader if name not in ("on screen", "list")), key=lambda name: reader[name])
        took = reader[slowest] * 1000
        yield f"the slowest key of `totem browse` ({slowest})", f"≤ {KEY} ms", f"{took:.0f} ms", took <= KEY
