"""The commands of every day on a large archive, beside what no command can do without."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

import library
from corpus import Corpus, write
from measure import Run, run

ROUNDS = 11


Times = dict[str, list[Run]]


def queries(size: int, folder: Path) -> Times:
    """The runs of each command, round by round."""
    archive = folder / "queries"
    write(Corpus(size), archive)
    python, totem = sys.executable, str(Path(sys.executable).with_name("totem"))
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "import typer": [python, "-c", "import typer"],
        "totem --version": [totem, "--version"],
        "totem list": [totem, "list"],
        "totem list --series saison-001": [totem, "list", "--series", "saison-001"],
        "totem show saison-001/1": [totem, "show", "saison-001/1"],
        "totem search ferroviaire apprentis": [totem, "search", "ferroviaire", "apprentis"],
        "totem add guest": [totem, "add", "guest", "saison-001/1", "NAME"],
    }
    typed = ["_TOTEM_COMPLETE=complete_bash", "COMP_WORDS=totem show saison-0", "COMP_CWORD=2"]
    commands["completion: show saison-0"] = ["env", *typed, totem]
    if rg := _found("rg"):
        commands["rg -l ferroviaire"] = [rg, "-l", "ferroviaire", "series"]
    if grep := shutil.which("grep"):
        commands["grep -rl ferroviaire"] = [grep, "-rl", "ferroviaire", "series"]
    if papis := _found("papis"):
        library.write(Corpus(size), folder / "papis")
        command = [*library.environment(folder / "papis"), papis, "list", "--all"]
        told = subprocess.run(command, check=False, capture_output=True, text=True)  # it makes its cache
        if told.returncode == 0 and told.stdout.count("\n") >= size:
            commands["papis list"] = command
        else:
            print(f"papis is left out: {told.stderr or 'it does not list all'}", file=sys.stderr)
    times: Times = {name: [] for name in commands}
    run([totem, "search", "x"], cwd=archive)
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
            said = [part.replace("NAME", f"Ada Brun {number}") for part in command]
            one = run(said, cwd=archive)
            if number:  # the first round warms the caches of the system
                times[name].append(one)
        run([totem, "list"], cwd=archive)
    return times


def _found(program: str) -> str | None:
    """Where a program is that we compare with: installed for the benchmarks, or by the system; None where it is not."""
    own = Path(__file__).parent / ".venv" / "bin" / program
    return str(own) if own.exists() else shutil.which(program)


def ratio(times: Times, name: str) -> float:
    """How many times as long as ``import typer`` in the same round a command takes, by median."""
    return median(one.wall / base.wall for one, base in zip(times[name], times["import typer"], strict=True))


def table(times: Times, size: int) -> list[str]:
    """Median milliseconds, and the ratio to ``import typer``."""
    lines = [f"| on {size:,} episodes | ms | × import typer |", "|---|---|---|"]
    for name, found in times.items():
        wall = median(one.wall for one in found) * 1000
        lines.append(f"| `{name}` | {wall:.0f} | {ratio(times, name):.2f} |")
    return lines
