"""Completion: what a shell is told, without loading what runs a command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from totem_cli.archive.archive import Archive

HEAVY = ("typer", "click", "rich", "totem_cli.cli.root", "totem_cli.archive", "totem_cli.model", "totem_cli.exporters")
TOTEM = str(Path(sys.executable).with_name("totem"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with two series, whose index is there."""
    archive = Archive.create(tmp_path_factory.mktemp("completion") / "archive", title="Essais")
    for title in ("Canal", "Collines"):
        archive.add_series(title)
    archive.add_episode("L’eau", series="canal", tags=["mer", "lune basse"])
    archive.add_guest("canal/1", "Ada Brun", organisations=["Lyon 3"])
    archive.add_host("canal/1", "Luc $(id) Mer")
    archive.series()
    archive.close()
    return archive.root


def completed(root: Path, *words: str, **environment: str) -> list[str]:
    """The candidates for the last word."""
    asked = {**os.environ, "TOTEM_ARCHIVE": str(root), "_TOTEM_COMPLETE": "words", **environment}
    done = subprocess.run([TOTEM, *words], env=asked, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return [line.partition("\t")[0] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["unpub"], ["unpublish"]),
        (["add", "gu"], ["guest"]),
        (["--archive", "nowhere", "add", "gu"], ["guest"]),
        (["add", "--arch"], ["--archive"]),
        (["list", "--stat"], ["--status"]),
        (["list", "--status", "w"], ["withdrawn"]),
        (["list", "--status=w"], ["--status=withdrawn"]),
        (["list", "ques"], ["questions"]),
        (["show", "ca"], ["canal", "canal/"]),
        (["show", "canal/"], ["canal/01-l-eau", "canal/1"]),
        (["add", "episode", "Titre", "--series", "c"], ["canal", "collines"]),
        (["add", "guest", "canal/1", ""], ["Ada Brun", "Luc $(id) Mer"]),
        (["set", "guest", "canal/1", "ada"], ["Ada Brun"]),
        (["list", "--tag", "l"], ["lune basse"]),
        (["add", "tag", "canal/1", "x", "m"], ["mer"]),
        (["list", "--organisation", ""], ["Lyon 3"]),
        (["export", "js"], ["json", "jsonfeed", "jsonl"]),
        (["import", "word"], ["wordpress"]),
        (["export", "markdown", "--for", "h"], ["hugo"]),
        (["import", "csv", ""], []),
        (["nonsense", ""], []),
        ([], ["init", "add"]),
    ],
)
def test_candidates(root: Path, words: list[str], expected: list[str]) -> None:
    """Commands, nouns, options, choices, episodes, people, tags, organisations, formats; nothing where files stand."""
    found = completed(root, *words)
    assert found[:2] == expected if not words else found == expected


def test_what_it_may_not_load(root: Path) -> None:
    """Neither Typer, nor the model, nor the archive: it must answer while a key is still down."""
    script = "import sys; from totem_cli.cli.main import main; main(['list', '--guest', 'A']);"
    script += "print(*sys.modules, sep='\\n')"
    asked = {**os.environ, "TOTEM_ARCHIVE": str(root), "_TOTEM_COMPLETE": "words"}
    done = subprocess.run([sys.executable, "-c", script], env=asked, capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()
    assert "Ada Brun\t" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []


def test_without_an_index_or_an_archive(root: Path, tmp_path: Path) -> None:
    """Files' names are enough for episodes and series; where nothing is, nothing is said, and nothing is made."""
    copy = tmp_path / "copy"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".totem"))
    assert completed(copy, "show", "canal/") == ["canal/01-l-eau"]
    assert completed(copy, "list", "--guest", "") == []
    assert completed(tmp_path, "show", "") == ["latest"]
    assert not (copy / ".totem").exists()
    (copy / ".totem").mkdir()
    (copy / ".totem/index.sqlite").write_bytes(b"SQLite format 3\0garbage" * 99)
    assert completed(copy, "show", "canal/") == ["canal/01-l-eau"]


def test_typers_own_protocol(root: Path) -> None:
    """What ``--show-completion`` installs is answered too."""
    bash = {"_TOTEM_COMPLETE": "complete_bash", "COMP_WORDS": "totem\nadd\nguest\ncanal/1\nAda\\ ", "COMP_CWORD": "4"}
    assert completed(root, **bash) == ["'Ada Brun'"]
    zsh = {"_TOTEM_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "totem show collin"}
    assert completed(root, **zsh)[0].startswith('_arguments \'*: :(("collines"')
    fish = {"_TOTEM_COMPLETE": "complete_fish", "_TYPER_COMPLETE_ARGS": "totem unp"}
    assert completed(root, **fish) == ["unpublish"]


SHELLS = {
    "bash": 'source <(totem completion bash); COMP_WORDS=(totem add guest canal/1 ""); COMP_CWORD=4; _totem; '
    'printf "%s\\n" "${COMPREPLY[@]}"',
    "fish": "totem completion fish | source; complete -C 'totem add guest canal/1 '",
    "zsh": "compdef() { :; }; compadd() { print -rl -- $words_; }; source <(totem completion zsh); "
    'words=(totem add guest canal/1 ""); CURRENT=5; _totem',
}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts(root: Path, shell: str) -> None:
    """Each shell takes its script and completes with it; a name with blanks, or worse, is one word."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    environment = {**os.environ, "TOTEM_ARCHIVE": str(root), "PATH": f"{Path(TOTEM).parent}:{os.environ['PATH']}"}
    done = subprocess.run([shell, "-c", SHELLS[shell]], env=environment, capture_output=True, text=True, check=True)
    found = [line.replace("\\", "").strip() for line in done.stdout.splitlines()]
    assert found == ["Ada Brun", "Luc $(id) Mer"]
