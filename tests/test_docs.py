"""The documentation is true: what it shows is run, what can be made is made, nothing is left out, every link leads on.

In ``README.md`` and the pages under ``docs/`` a ``console`` block is a transcript (see :mod:`tests.transcript`); a
``python`` block is run, its ``>>>`` lines as doctests. The blocks of one page share a folder, in order. A block with a
file's name after its language is that file, written there. ``TOTEM_UPDATE=1`` writes down what was printed: read the
diff.
"""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec import Struct

import totem_cli
from tests import transcript
from tests.conftest import not_empty
from totem_cli.archive.archive import Archive
from totem_cli.errors import TotemError
from totem_cli.model.settings import Settings

ROOT = Path(__file__).parent.parent
FOLDERS = ("docs", "docs/guides", "docs/fr", "docs/fr/guides")
PAGES = [
    *sorted(ROOT.glob("README*.md")),
    *(page for folder in FOLDERS for page in sorted((ROOT / folder).glob("*.md"))),
]
TWINS = {page: page.with_name("README.md") for page in PAGES if page.name == "README.fr.md"} | {
    page: ROOT / "docs" / page.relative_to(ROOT / "docs/fr") for page in PAGES if ROOT / "docs/fr" in page.parents
}
"""Pages in French, and the page in English that shows the same commands."""
ALL = [*PAGES, *(ROOT / name for name in ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))]
BLOCK = re.compile(r"^```(?P<kind>[a-z]*)(?: (?P<name>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = re.compile(r"^```(?:console|python)$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)|<img [^>]*src=\"(?P<source>[^\"]+)\"")
CODE = re.compile(r"`[^`\n]*\]\([^`\n]*`")  # a link that is shown, not followed
HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def named(paths: list[Path]) -> Any:
    """One test for each page, called by its name."""
    return pytest.mark.parametrize("page", paths, ids=lambda page: page.relative_to(ROOT).as_posix())


def text_of(name: str) -> str:
    """A page of ``docs/``."""
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The module that makes the made parts."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What is shown is run


class Player:
    """Runs the blocks of one page in one folder."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.scope: dict[str, Any] = {"__name__": page.stem}
        self.update = bool(os.environ.get("TOTEM_UPDATE"))
        self.path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def play(self) -> None:
        """Run the whole page; what it shows must be what happens."""
        text = self.page.read_text("utf-8")
        played = BLOCK.sub(self._block, text)
        if self.update and played != text:
            self.page.write_text(played, "utf-8")

    def _block(self, match: re.Match[str]) -> str:
        kind, name, body = match["kind"], match["name"], match["body"]
        if name:
            self._write(name, body)
        elif kind == "console":
            body = self._console(body)
        elif kind == "python":
            self._python(body)
        return f"{match[0].partition(chr(10))[0]}\n{body}```"

    def _write(self, name: str, body: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, "utf-8")
        if name == "pyproject.toml":
            self._install(tomllib.loads(body)["project"])

    def _install(self, project: dict[str, Any]) -> None:
        """What pip would leave behind for a package that stands in the folder: its entry points (PyPA)."""
        home = self.folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        home.mkdir()
        points = [
            f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
            for group, entries in project["entry-points"].items()
        ]
        (home / "entry_points.txt").write_text("\n".join(points), "utf-8")
        (home / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n", "utf-8")

    def _console(self, body: str) -> str:
        lines: list[str] = []
        for step in transcript.steps(body):
            if step.command is None:
                lines += step.expected
                continue
            blanks = next((n for n, line in enumerate(reversed(step.expected)) if line), len(step.expected))
            expected = step.expected[: len(step.expected) - blanks]
            ready = f"export PYTHONPATH='{self.folder}' PYTHONDONTWRITEBYTECODE=1\n{step.command}"
            actual = transcript.run(ready, self.folder, self.path)
            assert self.update or expected == actual, f"{self.page.name}: $ {step.command}"
            lines += [f"$ {step.command}", *actual, *[""] * blanks]
        return "".join(f"{line}\n" for line in lines)

    def _python(self, body: str) -> None:
        if ">>>" not in body:
            exec(compile(body, self.page.name, "exec"), self.scope)
            return
        whole = doctest.DocTestParser().get_doctest(body, {}, self.page.name, str(self.page), 0)
        whole.globs = self.scope
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(whole, out=said.append, clear_globs=False)
        assert not runner.failures, "".join(said)


@named([page for page in PAGES if page not in TWINS and RUN.search(page.read_text("utf-8"))])
def test_what_is_shown_happens(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of a page prints what the page says, and every line of Python gives what it says."""
    monkeypatch.chdir(tmp_path)
    if "examples/old-site" in page.read_text("utf-8"):
        shutil.copytree(ROOT / "docs/examples/old-site", tmp_path / "examples/old-site")
    Player(page, tmp_path).play()


@named([*TWINS])
def test_french_pages_show_what_english_ones_do(page: Path) -> None:
    """Block by block, the same commands and answers, which are run there; ``TOTEM_UPDATE=1`` copies them."""
    text = page.read_text("utf-8")
    blocks = [match[0] for match in BLOCK.finditer(TWINS[page].read_text("utf-8"))]
    assert [match[0].partition("\n")[0] for match in BLOCK.finditer(text)] == [one.partition("\n")[0] for one in blocks]
    if os.environ.get("TOTEM_UPDATE"):
        rest = iter(blocks)
        page.write_text(BLOCK.sub(lambda _: next(rest), text), "utf-8")
    assert [match[0] for match in BLOCK.finditer(page.read_text("utf-8"))] == blocks


@named([*TWINS])
def test_french_is_set_as_french(page: Path) -> None:
    """No-break spaces before ``: ; ! ?`` and within guillemets, typographic apostrophes."""
    prose = re.sub(r"`[^`\n]*`|\]\([^)]*\)", "x", BLOCK.sub("", page.read_text("utf-8")))
    assert re.findall(r".{12}(?: [:;!?»]|« |'|\w[;!?»](?!\w)).{0,12}", prose) == []


def test_a_page_that_lies_is_found(tmp_path: Path) -> None:
    """A block whose output differs fails, so that the test above can."""
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n```\n", "utf-8")
    player = Player(page, tmp_path)
    player.update = False

    with pytest.raises(AssertionError, match="echo one"):
        player.play()


# What can be made is made


def test_made_parts_are_up_to_date(reference: ModuleType) -> None:
    """What ``make docs`` writes is what stands there."""
    for path, made in reference.pages().items():
        assert path.read_text("utf-8") == made, f"{path.name}: run make docs"


def test_every_part_is_somewhere(reference: ModuleType) -> None:
    """No made part is forgotten."""
    whole = "".join(page.read_text("utf-8") for page in PAGES)

    assert [name for name in reference.PARTS if f"<!-- made: {name} -->" not in whole] == []


# Nothing is left out


def test_every_command_has_help_and_is_documented(reference: ModuleType) -> None:
    """Each verb and noun says what it does, each option of it what it means, and the reference has them."""
    text = text_of("commands.md")
    for words, command, context in reference.all_commands():
        name = f"totem {' '.join(words)}"
        assert command.help or getattr(command, "commands", None), name
        assert re.search(rf"^#+ {re.escape(name)}$", text, re.MULTILINE), name
        options = [one for one in command.get_params(context) if one.param_type_name == "option"]
        assert [one.name for one in options if not one.help] == [], name


def test_every_command_has_a_twin_in_python(reference: ModuleType) -> None:
    """``library.md`` names a method for every command that works on an archive, and each of them exists."""
    twins = dict(re.findall(r"^\| `(totem [^`]+)` \| (.+?) \|", text_of("library.md"), re.MULTILINE))
    leaves = {
        f"totem {' '.join(words)}" for words, command, _ in reference.all_commands() if not hasattr(command, "commands")
    }
    assert set(twins) == leaves
    methods = {name for twin in twins.values() for name in re.findall(r"(?<![\w.])(?:archive|Archive)\.(\w+)", twin)}
    assert [name for name in methods if not hasattr(Archive, name)] == []


def test_every_error_is_documented(reference: ModuleType) -> None:
    """Exit codes and code words, each class of the family."""
    text = text_of("exit-codes.md")
    for error in reference.error_classes():
        assert issubclass(error, TotemError)
        assert f"| `{error.code}` | `{error.exit_code}` |" in text
    for code in range(7):
        assert f"| `{code}` |" in text


def test_every_setting_is_documented() -> None:
    """Each key of ``totem.toml``, by its whole name, and no other."""
    known = {key for key in settings_keys(Settings, "") if key != "extra"}

    assert set(FIRST_CELL.findall(section(text_of("format.md"), "Settings"))) == known


def settings_keys(cls: type[Struct], prefix: str) -> Iterator[str]:
    """The keys of a table of settings, those of its own tables with a dot."""
    for field, name in zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True):
        default = getattr(cls(), field)
        if isinstance(default, Struct):
            yield from settings_keys(type(default), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def section(text: str, heading: str) -> str:
    """What stands under a heading, down to the next of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert found, heading
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def test_every_format_is_documented() -> None:
    """Exporters and importers have their heading; those of other packages are not ours to describe."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    for page, group in {"exports.md": "totem.exporters", "imports.md": "totem.importers"}.items():
        headings = " ".join(heading for _, heading in HEADING.findall(text_of(page)))
        missing = [name for name in not_empty(points[group]) if f"`{name}`" not in headings]
        assert missing == [], f"write a section on each in docs/{page}"


def test_everything_a_theme_may_change_is_documented() -> None:
    """Each built-in template, and each custom property of the style sheet."""
    text = text_of("themes.md")
    html = ROOT / "totem_cli" / "exporters" / "html"
    style = (html / "static" / "site.css").read_text("utf-8")
    names = {file.name for file in (html / "templates").iterdir()} | set(re.findall(r"(?<![\w-])--([a-z-]+):", style))

    assert sorted(name for name in names if f"`{name}`" not in text) == []


def test_every_public_name_is_documented() -> None:
    """What ``totem_cli`` gives is in ``library.md``."""
    text = text_of("library.md")

    assert [name for name in totem_cli.__all__ if f"`{name}`" not in text] == []


# Every link leads somewhere


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    plain = (re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading) for _, heading in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


@named(ALL)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link is to a file of the project, its fragment to a heading there; others are whole addresses."""
    broken = []
    for match in LINK.finditer(CODE.sub("", BLOCK.sub("", page.read_text("utf-8")))):
        target = unquote(match["target"] or match["source"])
        if re.match(r"[a-z]+:", target):
            if not re.fullmatch(r"https?://[\w.-]+\.[a-z]+(?:[/?#]\S*)?|mailto:\S+@\S+", target):
                broken.append(target)
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        found = file.exists() and (ROOT in file.parents or file == ROOT)
        if not found or (fragment and fragment not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_changelog_is_kept() -> None:
    """Keep a Changelog 1.1: a heading for what is not released, sections by their six names only."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    headings = HEADING.findall(text)

    assert ("##", "[Unreleased]") in headings
    assert {title for level, title in headings if level == "###"} <= kinds
