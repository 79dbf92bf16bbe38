"""What a release, a wheel and a contributor stand on: the files around the package."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.conftest import ROOT


def tool(name: str) -> ModuleType:
    """A module of ``tools/``."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The manual page and the completion scripts


def test_the_manual_is_up_to_date() -> None:
    """What ``make docs`` writes is what stands in ``share/``, and every verb is in it."""
    manual = tool("manual")
    for path, made in manual.files().items():
        assert path.read_text("utf-8") == made, f"{path.name}: run make docs"


def test_the_manual_is_read_without_a_warning() -> None:
    """By groff, whose warnings are for requests it does not know and for lines it cannot set."""
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    page = ROOT / "share" / "man" / "man1" / "totem.1"
    line = ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-rLL=78n", str(page)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "totem add episode TITLE [OPTIONS]" in re.sub(".\x08|\x1b[^m]*m", "", done.stdout)  # without what is bold


def test_a_wheel_carries_them(tmp_path: Path) -> None:
    """Where man and the shells look in a prefix; nothing else beside the package."""
    line = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "wheel"
    shutil.unpack_archive(wheel, unpacked, "zip")
    (data,) = unpacked.glob("*.data")
    carried = {path.relative_to(data / "data").as_posix() for path in data.rglob("*") if path.is_file()}
    assert carried == {
        "share/man/man1/totem.1",
        "share/bash-completion/completions/totem",
        "share/zsh/site-functions/_totem",
        "share/fish/vendor_completions.d/totem.fish",
    }
    tops = {path.name for path in unpacked.iterdir()}
    assert {name.partition("-")[0] for name in tops} == {"totem_cli"}


# Versions


def test_each_requirement_has_a_lower_bound() -> None:
    """Which ``make oldest`` installs; ``all`` has every other extra."""
    versions = tool("versions")
    assert all("==" in versions.oldest(one) for one in versions.wanted())
    with pytest.raises(ValueError, match="no lower bound"):
        versions.oldest("typer")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    (everything,) = extras.pop("all")
    assert set(everything.removeprefix("totem-cli[").removesuffix("]").split(",")) == set(extras)


# A release


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project in git that could be released as 1.2.0."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.org")
    root = tmp_path / "project"
    (root / "totem_cli").mkdir(parents=True)
    (root / "totem_cli" / "__init__.py").write_text("", "utf-8")
    (root / "totem_cli" / "version.py").write_text('__version__ = "1.2.0"\n', "utf-8")
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "totem-cli"\nversion = "1.2.0"\nrequires-python = ">=3.11"\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["totem_cli"]\n',
        "utf-8",
    )
    (root / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-30\n\n"
        "### Added\n\n- A thing.\n\n## [1.1.0] - 2026-01-01\n",
        "utf-8",
    )
    (root / ".gitignore").write_text("dist/\n", "utf-8")
    for line in ("init -q", "add -A", "commit -q -m Begin"):
        subprocess.run(["git", *line.split()], cwd=root, check=True)
    return root


def released(project: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a release of that project, without the checks of this one."""
    release = tool("release")
    monkeypatch.setattr(release, "CHECKS", ())
    monkeypatch.setattr(release, "LONG", ())
    code: int = release.main(list(arguments), project)
    return code


def tags(project: Path) -> str:
    """The tags of the project."""
    return subprocess.run(["git", "tag"], cwd=project, check=True, capture_output=True, text=True).stdout


def test_a_release(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry one builds, writes the notes and makes no tag; a real one makes it, with the notes; a second is refused."""
    assert released(project, monkeypatch, "--dry", "1.2.0") == 0
    assert tags(project) == ""
    assert (project / "dist" / "notes.md").read_text("utf-8") == "### Added\n\n- A thing.\n"
    names = {path.name for path in (project / "dist").iterdir()}
    assert names == {"totem_cli-1.2.0-py3-none-any.whl", "totem_cli-1.2.0.tar.gz", "notes.md", "SHA256SUMS"}
    sums = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=project / "dist", capture_output=True)
    assert sums.returncode == 0
    assert released(project, monkeypatch, "1.2.0") == 0
    assert tags(project) == "v1.2.0\n"
    told = subprocess.run(["git", "tag", "-l", "--format=%(contents)"], cwd=project, capture_output=True, text=True)
    assert told.stdout.strip() == "### Added\n\n- A thing."
    assert released(project, monkeypatch, "1.2.0") == 1


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("totem_cli/version.py", "1.2.0", "1.1.9", "totem_cli/version.py does not say 1.2.0"),
        ("pyproject.toml", 'version = "1.2.0"', 'version = "1.1.9"', "pyproject.toml says 1.1.9, not 1.2.0"),
        ("CHANGELOG.md", "- A thing.", "", ""),
        ("CHANGELOG.md", "### Added\n\n- A thing.\n", "", "nothing under ## [1.2.0]"),
        ("CHANGELOG.md", "[1.2.0] - 2026-11-30", "[1.2.0]", "has no date"),
    ],
)
def test_what_is_not_ready_is_refused(
    path: str,
    old: str,
    new: str,
    said: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A version that differs, a section that is missing or has no date; what is not committed."""
    file = project / path
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    assert released(project, monkeypatch, "--dry", "1.2.0") == 1
    assert "the work tree is not clean" in capsys.readouterr().err
    subprocess.run(["git", "commit", "-qam", "Change"], cwd=project, check=True)
    code = released(project, monkeypatch, "--dry", "1.2.0")
    if said:
        assert code == 1
        assert said in capsys.readouterr().err
    else:
        assert code == 0  # a heading alone is a section
    assert tags(project) == ""


# What contributors use


def test_pre_commit_fetches_nothing() -> None:
    """Every hook is local, and its program is of the virtual environment or of the system."""
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {repo["repo"] for repo in settings["repos"]} == {"local"}
    hooks = [hook for repo in settings["repos"] for hook in repo["hooks"]]
    assert {hook["id"] for hook in hooks} >= {"ruff", "ruff-format", "mypy"}
    for hook in hooks:
        assert hook["language"] == "system"
        assert hook["entry"].startswith((".venv/bin/", "sh -c '.venv/bin/"))


@pytest.mark.parametrize("name", ["problem", "wish"])
def test_issue_templates(name: str) -> None:
    """The form has what GitHub asks for: a name, a description, fields of known kinds with an id and a label."""
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text("utf-8"))
    assert {"name", "description", "body"} <= set(form)
    ids = [field["id"] for field in form["body"]]
    assert len(ids) == len(set(ids))
    for field in form["body"]:
        assert field["type"] in {"textarea", "input", "dropdown", "checkboxes", "markdown"}
        assert field["attributes"]["label"]
    assert os.access(ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml", os.R_OK)
