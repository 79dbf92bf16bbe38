"""The house: floors, one way; modules one can hold in the head; nothing happens on import."""

import ast
import json
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "totem_cli"
FLOORS = {
    "errors": 0,
    "version": 0,
    "language": 1,
    "markup": 1,
    "model": 2,
    "storage": 3,
    "documents": 4,
    "publishing": 4,
    "index": 5,
    "archive": 6,
    "deploy": 7,
    "exporters": 7,
    "importers": 7,
    "terminal": 7,
    "browse": 8,
    "cli": 9,
    "serve": 8,
    "wordpress": 8,
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem in {"errors", "version"})
LONGEST = 400


def room(name: str) -> str:
    """The room of a dotted module name inside the package."""
    return name.split(".")[1]


def imported(path: Path) -> set[str]:
    """Every module of the package that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "totem_cli"}
    return {name for name in found if name.startswith("totem_cli.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_down(path: Path) -> None:
    """A room imports itself and rooms on lower floors; rooms on one floor do not know each other."""
    here = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(path):
        there = room(name)
        if there.startswith("__"):
            continue
        assert there == here or FLOORS[there] < FLOORS[here], f"{here} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_are_small_and_one_thing(path: Path) -> None:
    """No module is longer than one can hold in the head; none is called utils; each says what it is."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert path.stem not in {"utils", "helpers", "misc", "common"}
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "a module says what it is"


@pytest.fixture(scope="module")
def structure() -> ModuleType:
    """``tools/structure.py``, which ``make check`` runs."""
    spec = spec_from_file_location("structure", ROOT / "tools" / "structure.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_modules_import_each_other_in_a_circle(structure: ModuleType) -> None:
    """Imports within functions and for type checkers count too."""
    assert structure.cycles(structure.imports(structure.modules())) == []


def test_a_circle_of_imports_is_found(structure: ModuleType, tmp_path: Path) -> None:
    """One import of the circle stands in a function, another is for type checkers; the fourth module is outside."""
    sources = {
        "totem_cli.a": "from totem_cli.b import thing",
        "totem_cli.b": "def function():\n    from totem_cli import c",
        "totem_cli.c": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import totem_cli.a",
        "totem_cli.d": "import totem_cli.a",
    }
    paths = {name: tmp_path / f"{name}.py" for name in sources}
    for name, source in sources.items():
        paths[name].write_text(source, "utf-8")

    assert structure.cycles(structure.imports(paths)) == [["totem_cli.a", "totem_cli.b", "totem_cli.c"]]


def test_click_is_never_imported() -> None:
    """Typer vendors Click: importing it would be another library."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert all(alias.name.split(".")[0] != "click" for alias in node.names), path
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] != "click", path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_interpreter_is_left_alone(path: Path) -> None:
    """No module is faked in ``sys.modules``, and no process ends without its clean-up (but a forked child's)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            assert ast.unparse(node.value) != "sys.modules"
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "os._exit":
            assert room(f"totem_cli.{path.relative_to(PACKAGE).parts[0]}") != "cli"


def loaded(*arguments: str, archive: Path) -> set[str]:
    """The modules that a whole command line loads, told by the process itself."""
    code = (
        "import json, sys\n"
        "from totem_cli.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "sys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--archive", str(archive)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


HEAVY = {
    "rich",
    "jinja2",
    "babel",
    "markdown_it",
    "cmarkgfm",
    "nh3",
    "tomlkit",
    "yaml",
    "frontmatter",
    "tomli_w",
    "pydantic",
}


def test_a_piped_list_loads_only_what_it_uses(example: Path) -> None:
    """With a warm index a piped list parses nothing and draws nothing."""
    loaded("list", archive=example)

    modules = loaded("list", archive=example)

    assert not HEAVY & modules
    assert not {"tomllib", "totem_cli.exporters", "totem_cli.importers", "totem_cli.cli.add"} & modules
    assert not WRITERS & modules
    assert not {"totem_cli.markup", "totem_cli.archive.record", "totem_cli.archive.hits"} & modules
    assert sys.version_info >= (3, 14) or "dataclasses" not in modules  # there, the standard library's traceback does


WRITERS = {
    "totem_cli.archive.items",
    "totem_cli.archive.front",
    "totem_cli.storage.transaction",
    "totem_cli.storage.journal",
    "totem_cli.storage.files",
    "totem_cli.storage.lock",
}
"""What a command that only reads does without."""

RENDERERS = {
    "totem_cli.exporters.html.site",
    "totem_cli.exporters.html.episodes",
    "totem_cli.exporters.html.environment",
    "totem_cli.exporters.feed_entry",
    "totem_cli.publishing.explanation",
}
"""What an export does without that renders nothing."""

PARSERS = {"totem_cli.documents.document", "totem_cli.index.parse"}


@pytest.mark.parametrize(
    ("command", "never"),
    [
        (
            ["search", "marches"],
            HEAVY - {"cmarkgfm"}
            | PARSERS
            | WRITERS
            | {"tomli", "tomllib", "totem_cli.exporters", "totem_cli.cli.add", "html.entities"},
        ),
        (
            ["show", "1"],
            HEAVY - {"cmarkgfm"} | PARSERS | WRITERS | {"tomllib", "totem_cli.exporters"},
        ),
        (["list", "--json"], HEAVY - {"cmarkgfm"} | PARSERS | WRITERS | {"tomllib", "totem_cli.exporters"}),
        (["stats"], HEAVY | PARSERS | {"tomllib", "totem_cli.exporters"}),
        (
            ["export", "html", "-o", "SITE"],
            HEAVY
            | PARSERS
            | RENDERERS
            | {"tomllib", "multiprocessing", "totem_cli.archive.items", "totem_cli.archive.front"},
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_commands_load_only_what_they_use(command: list[str], never: set[str], example: Path, tmp_path: Path) -> None:
    """Once the index is warm: a reader parses no file, and an export of what did not change renders nothing."""
    command = [str(tmp_path / "site") if word == "SITE" else word for word in command]
    loaded(*command, archive=example)
    time.sleep(0.1)  # a file as young as the index is read again
    loaded(*command, archive=example)

    assert not never & loaded(*command, archive=example)


def test_an_export_after_an_edit_loads_little(example: Path, tmp_path: Path) -> None:
    """Where a recap was edited, nothing is loaded that changes an archive, or that other processes need."""
    command = ["export", "html", "-o", str(tmp_path / "site")]
    loaded(*command, archive=example)
    file = next(example.glob("series/*/0*.md"))
    file.write_text(file.read_text("utf-8") + "\nUn mot de plus.\n", "utf-8")

    modules = loaded(*command, archive=example)

    assert "totem_cli.exporters.html.episodes" in modules
    writers = WRITERS - {"totem_cli.storage.files"}
    assert not (writers | {"multiprocessing", "rich", "nh3", "tomllib"}) & modules


def test_importing_totem_does_nothing() -> None:
    """The package names what it has and loads none of it."""
    code = "import sys; before = set(sys.modules); import totem_cli; print(sorted(set(sys.modules) - before))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['totem_cli']"
