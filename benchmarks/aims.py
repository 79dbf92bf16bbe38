"""What totem is to reach, and what was measured: each aim a ratio within one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from queries import Times, ratio

if TYPE_CHECKING:
    from run import Bench

REBUILDS = {
    1_000: {"cold": 2, "recap edited": 5},
    10_000: {"cold": 4, "unchanged": 25, "recap edited": 20, "title edited": 15},
}
"""How many times faster than Hugo, by the number of episodes."""

COMMANDS = {
    "totem --version": 1.2,
    "totem list": 3.0,
    "totem show saison-001/1": 3.0,
    "totem search ferroviaire apprentis": 3.3,
    "totem add guest": 3.3,
    "completion: show saison-0": 1.7,
}
"""How many times as long as ``import typer`` at most."""

LOOP, GROWTH, MEMORY = 2.5, 1.3, 400
BASE, LARGEST = 10_000, 100_000


def aims(benches: Sequence[Bench], times: Times) -> list[str]:
    """A table of what is aimed at, what was measured, and whether that is enough."""
    lines = ["| what | aim | measured | |", "|---|---|---|---|"]
    for what, aim, found, holds in (*_builds(benches), *_growth(benches), *_commands(times)):
        lines.append(f"| {what} | {aim} | {found} | {'reached' if holds else 'missed'} |")
    return lines


def _builds(benches: Sequence[Bench]) -> Iterator[tuple[str, str, str, bool]]:
    for bench in benches:
        for step, least in REBUILDS.get(bench.size, {}).items():
            for name in ("hugo-whole", "hugo"):
                if name in bench.times:
                    found = bench.ratio(name, step)
                    wanted = 2 if (name, step) == ("hugo", "cold") else least
                    what = f"{bench.size:,} episodes, {step}: faster than `{name}`"
                    yield what, f"{wanted} ×", f"{found:.1f} ×", found >= wanted
        if bench.size == BASE:
            yield (
                f"{BASE:,} episodes, cold: of a bare loop",
                f"≤ {LOOP} ×",
                f"{bench.beyond:.1f} ×",
                bench.beyond <= LOOP,
            )


def _growth(benches: Sequence[Bench]) -> Iterator[tuple[str, str, str, bool]]:
    cold = {bench.size: bench.cold["totem"] / bench.size for bench in benches}
    if {BASE, LARGEST} <= cold.keys():
        found = cold[LARGEST] / cold[BASE]
        yield (
            f"time per episode at {LARGEST:,}: of that at {BASE:,}",
            f"≤ {GROWTH} ×",
            f"{found:.2f} ×",
            found <= GROWTH,
        )
    for bench in benches:
        if bench.size == LARGEST:
            peak = max(one.peak for runs in bench.times["totem"].values() for one in runs)
            yield f"peak memory at {LARGEST:,}, of all steps", f"< {MEMORY} MiB", f"{peak:.0f} MiB", peak < MEMORY


def _commands(times: Times) -> Iterator[tuple[str, str, str, bool]]:
    for name, most in COMMANDS.items() if times else ():
        found = ratio(times, name)
        yield f"`{name}`: of `import typer`", f"≤ {most} ×", f"{found:.2f} ×", found <= most
