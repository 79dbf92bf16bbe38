"""Formats of other packages: found by name, blamed by name, and never able to spoil what is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Shell
from tests.publications import EPISODE, publication
from totem_cli import Archive
from totem_cli.errors import InvalidError, NotFoundError, PluginError
from totem_cli.exporters import Options, exporter_names, find_exporter, is_one_file, one_file
from totem_cli.exporters.json import export
from totem_cli.importers import Imported, find_importer
from totem_cli.importers import Options as Reading
from totem_cli.publishing.page import Page
from totem_cli.publishing.plugins import needed

EXAMPLE = ROOT / "docs" / "examples" / "plugin"


class Point:
    """An entry point as importlib.metadata gives it."""

    def __init__(self, name: str, package: str, value: object) -> None:
        self.name = name
        self.value = f"{package}:{name}"
        self.dist = type("Dist", (), {"name": package})()
        self._loaded = value

    def load(self) -> object:
        """What it stands for, or its failure."""
        if isinstance(self._loaded, BaseException):
            raise self._loaded
        return self._loaded


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[Point]:
    """The entry points there are, in either group, to be filled in."""
    found = [Point("json", "totem-cli", export), Point("html", "totem-cli", export)]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found)
    return found


def test_found_by_name(points: list[Point]) -> None:
    """An exporter is found by its name; the names are sorted."""
    assert find_exporter("json") is export
    assert exporter_names() == ["html", "json"]


def test_not_found(points: list[Point]) -> None:
    """A name that is none is answered with what was meant, or what there is."""
    with pytest.raises(NotFoundError) as raised:
        find_exporter("jsn")
    assert "json" in (raised.value.hint or "")
    with pytest.raises(NotFoundError) as raised:
        find_exporter("zzz")
    assert raised.value.hint == "there are: html, json"


@pytest.mark.parametrize("value", [ImportError("no lib"), ValueError("odd"), SystemExit(0), "not a function"])
def test_broken_plugin(points: list[Point], value: object) -> None:
    """A plugin that does not load is told with its package."""
    points.append(Point("epub", "totem-epub", value))
    with pytest.raises(PluginError, match="totem-epub"):
        find_exporter("epub")


def test_a_clash_is_refused(points: list[Point]) -> None:
    """Of two packages that claim one name neither wins, not even totem; twice the same is no clash."""
    points.append(Point("json", "totem-other", export))
    with pytest.raises(PluginError, match="totem-cli, totem-other"):
        find_exporter("json")
    points[-1] = Point("html", "totem-cli", export)
    assert find_exporter("html") is export


def _fails(publication: Any, options: Options) -> list[Page]:
    raise KeyError("gone")


def _fails_midway(publication: Any, options: Options) -> Iterator[Page]:
    yield Page("a", "1", lambda: b"")
    sys.exit(0)


def _fails_rendering(publication: Any, options: Options) -> Iterator[Page]:
    yield Page("a", "1", lambda: 1 // 0)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    "function",
    [
        _fails,
        _fails_midway,
        _fails_rendering,
        lambda publication, options: None,
        lambda publication, options: ["a page?"],
        lambda publication, options: [Page("a", "1", lambda: "text")],  # type: ignore[arg-type,return-value]
        one_file(lambda publication, options: []),
        one_file(lambda publication, options: [Page(name, "1", lambda: b"") for name in "ab"]),
    ],
)
def test_whatever_an_exporter_does_is_its_own_fault(points: list[Point], function: Callable[..., Any]) -> None:
    """An exporter that raises, exits, or yields what is no page is blamed by its package's name."""
    points.append(Point("odd", "totem-odd", function))
    found = find_exporter("odd")
    assert is_one_file(found) == is_one_file(function)
    with pytest.raises(PluginError, match="'odd' of totem-odd"):
        [page.render() for page in found(publication(), Options())]


def test_a_plugin_says_what_is_wrong_with_the_source(points: list[Point]) -> None:
    """An error of totem's own family is told as it is."""

    def refuse(source: Any, options: Any) -> Any:
        raise InvalidError("line 3 is no title")

    points.append(Point("titles", "totem-titles", refuse))
    with pytest.raises(InvalidError, match="line 3"):
        find_importer("titles")(b"", Reading())


def _episodes_that_fail() -> Iterator[Any]:
    yield EPISODE
    raise ZeroDivisionError


class _Late:
    def __iter__(self) -> Iterator[Any]:
        return _episodes_that_fail()


@pytest.mark.parametrize(
    "function",
    [
        lambda source, options: 1 // 0,
        lambda source, options: {"episodes": []},
        lambda source, options: Imported(episodes=_Late()),
    ],
)
def test_whatever_an_importer_does_is_its_own_fault(points: list[Point], function: Callable[..., Any]) -> None:
    """An importer that raises, at once or while its episodes are read, or gives something else, is blamed by name."""
    points.append(Point("odd", "totem-odd", function))
    with pytest.raises(PluginError, match="'odd' of totem-odd"):
        list(find_importer("odd")(b"", Reading()).episodes)


def test_our_own_bug_stays_one(points: list[Point]) -> None:
    """A fault of totem's own formats is no plugin's."""
    points.append(Point("own", "totem-cli", _fails))
    with pytest.raises(KeyError):
        find_exporter("own")(publication(), Options())


def test_an_extra_that_is_not_installed() -> None:
    """What is missing is told with the command that installs it."""
    with pytest.raises(PluginError, match="PDF needs no_such_module") as raised:
        needed("no_such_module", extra="pdf", what="PDF")
    assert raised.value.hint == "pip install 'totem-cli[pdf]'"
    assert raised.value.exit_code == 6


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example package, installed by pip in a folder of its own, without a network."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(EXAMPLE, folder / "source")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run(
        [*pip, "--no-build-isolation", "--target", str(folder / "site"), str(folder / "source")],
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / "site"


def test_the_example_package(installed: Path, totem: Shell) -> None:
    """Installed by pip, its formats are there; when one fails, the exit code is 6 and the old output stays."""
    archive = Archive.create(totem.folder / "archive", title="Le port")
    archive.series.add("Marées", slug="marees")
    (totem.folder / "titles.txt").write_text("Le flot\nLe jusant\n", "utf-8")
    path = {"PYTHONPATH": str(installed)}
    assert totem("import", "titles", "titles.txt", "--series", "marees", **path).code == 0
    assert totem("set", "episode", "marees/titre-1", "recap=La mer monte.", **path).code == 0
    done = totem("export", "words", "--output", "out.tsv", **path)
    assert (done.code, done.out) == (0, "out.tsv\n")
    before = (totem.folder / "out.tsv").read_bytes()
    assert before == b"marees/titre-1/\t3\nmarees/titre-2/\t0\n"
    assert "words" in totem("doctor", **path).out

    broken = totem.folder / "broken"
    shutil.copytree(installed, broken)
    module = broken / "totem_words.py"
    module.write_text(module.read_text("utf-8").replace("len(one.recap.split())", "1 // 0"), "utf-8")
    module.write_text(module.read_text("utf-8").replace("content.decode()", "content.decoded()"), "utf-8")
    path = {"PYTHONPATH": str(broken)}
    done = totem("set", "episode", "marees/titre-2", "recap=Elle descend.", **path)
    done = totem("export", "words", "--output", "out.tsv", **path)
    assert (done.code, done.out) == (6, "")
    assert "'words' of totem-words failed: ZeroDivisionError" in done.err
    assert (totem.folder / "out.tsv").read_bytes() == before
    listed = totem("list", **path).out
    assert totem("import", "titles", "titles.txt", "--series", "marees", **path).code == 6
    assert totem("list", **path).out == listed


@pytest.mark.parametrize("name", ["totem_words.py", "pyproject.toml"])
def test_the_example_is_what_the_documentation_shows(name: str) -> None:
    """The files of the example package are those in docs/plugins.md."""
    page = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    (shown,) = re.findall(rf"^```[a-z]+ {re.escape(name)}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert (EXAMPLE / name).read_text("utf-8") == shown
