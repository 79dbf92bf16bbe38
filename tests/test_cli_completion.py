"""Completion: what Typer answers a shell, and what the shells make of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from totem_cli.archive.archive import Archive

TOTEM = str(Path(sys.executable).with_name("totem"))
HEAVY = ("rich", "totem_cli.model", "totem_cli.exporters", "totem_cli.archive.archive", "totem_cli.index.index")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with two series, whose index is there."""
    archive = Archive.create(tmp_path_factory.mktemp("completion") / "archive", title="Essais")
    for title in ("Canal", "Collines"):
        archive.series.add(title)
    archive.episodes.add("L’eau", series="canal", tags=["mer", "lune basse"])
    archive.guests.add("canal/1", "Ada d'Arc", organisations=["Lyon 3"])
    archive.hosts.add("canal/1", "Luc $(id) Mer")
    archive.series.find()
    archive.close()
    return archive.root


def environment(root: Path, **more: str) -> dict[str, str]:
    """Where the archive is, and totem the command."""
    return {**os.environ, "TOTEM_ARCHIVE": str(root), "PATH": f"{Path(TOTEM).parent}:{os.environ['PATH']}", **more}


def completed(root: Path, *words: str) -> list[str]:
    """What bash is told may stand in the place of the last word."""
    typed = "\n".join(["totem", *(word.replace(" ", "\\ ").replace("'", "\\'") for word in words)])
    asked = {"_TOTEM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words))}
    done = subprocess.run([TOTEM], env=environment(root, **asked), capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["unpub"], ["unpublish"]),
        (["add", "gu"], ["guest"]),
        (["--archive", "nowhere", "add", "gu"], ["guest"]),
        (["add", "--arch"], ["--archive"]),
        (["add", "guest", "--org"], ["--organisation"]),
        (["list", "--stat"], ["--status"]),
        (["list", "--status", "w"], ["withdrawn"]),
        (["list", "--status=w"], ["withdrawn"]),
        (["list", "ques"], ["questions"]),
        (["show", "ca"], ["canal", "canal/"]),
        (["show", "canal/"], ["canal/01-l-eau", "canal/1"]),
        (["add", "guest", "c"], ["canal/01-l-eau", "canal/1"]),
        (["add", "episode", "Titre", "--series", "c"], ["canal", "collines"]),
        (["add", "guest", "canal/1", ""], ["Ada d'Arc", "Luc $(id) Mer"]),
        (["set", "guest", "canal/1", "Ada d"], ["Ada d'Arc"]),
        (["list", "--tag", "l"], ["lune basse"]),
        (["add", "tag", "canal/1", "x", "m"], ["mer"]),
        (["list", "--organisation", ""], ["Lyon 3"]),
        (["export", "js"], ["json", "jsonfeed", "jsonl"]),
        (["import", "word"], ["wordpress"]),
        (["export", "markdown", "--for", "h"], ["hugo"]),
        (["completion", "z"], ["zsh"]),
        (["import", "csv", ""], []),
        (["add", "series", ""], []),
    ],
)
def test_candidates(root: Path, words: list[str], expected: list[str]) -> None:
    """Commands, nouns, options, choices, episodes, people, tags, organisations, formats; nothing where files stand."""
    assert completed(root, *words) == expected


def test_the_archive_of_the_command_line(root: Path, tmp_path: Path) -> None:
    """``--archive`` counts, before the verb and after it."""
    assert completed(tmp_path, "--archive", str(root), "list", "--tag", "m") == ["mer"]
    assert completed(tmp_path, "list", "--archive", str(root), "--tag", "m") == ["mer"]


def test_what_is_loaded(root: Path) -> None:
    """Neither Rich nor the model: an answer takes little longer than loading Typer."""
    script = "import sys; from totem_cli.cli.main import main\n"
    script += "try: main()\nexcept SystemExit: print(*sys.modules, sep='\\n')"
    asked = {"_TOTEM_COMPLETE": "complete_bash", "COMP_WORDS": "totem list --guest A", "COMP_CWORD": "3"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(root, **asked), capture_output=True, text=True, check=True
    )
    answer, *loaded = done.stdout.splitlines()
    assert answer == "Ada d'Arc"
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


def test_what_is_not_offered(tmp_path: Path) -> None:
    """Typer's script for zsh would run what a backslash hides, and a control character would end the line."""
    with Archive.create(tmp_path / "archive") as archive:
        archive.series.add("Canal")
        archive.episodes.add("L’eau", series="canal", tags=["ok", "a\\$(touch owned)", "b\tc"])
        archive.series.find()
    assert completed(tmp_path / "archive", "list", "--tag", "") == ["ok"]


# Shells

COMPLETED = "totem add guest canal/1 "
OURS = {
    "bash": 'source <(totem completion bash); COMP_WORDS=(totem add guest canal/1 ""); COMP_CWORD=4; _totem; '
    'printf "%s\\n" "${COMPREPLY[@]}"',
    "fish": f"totem completion fish | source; complete -C '{COMPLETED}'",
    "zsh": "compdef() { :; }; compadd() { print -rl -- $values_; }; source <(totem completion zsh); "
    'words=(totem add guest canal/1 ""); CURRENT=5; _totem',
}
TYPERS = {
    "bash": 'eval "$SCRIPT"; COMP_WORDS=(totem unp); COMP_CWORD=1; _totem_completion totem; echo "${COMPREPLY[@]}"',
    "fish": "echo $SCRIPT | source; complete -C 'totem unp' | string split -f1 \\t",
    "zsh": 'compdef() { :; }; _arguments() { print -r -- "$1"; }; eval "$SCRIPT"; '
    "words=(totem unp); CURRENT=2; _totem_completion",
}


def in_shell(shell: str, script: str, root: Path, **more: str) -> list[str]:
    """The lines that a script prints in a shell."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [shell, "-c", script], env=environment(root, **more), capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", OURS)
def test_our_scripts(root: Path, shell: str) -> None:
    """Each shell takes its script and completes with it; a name with blanks, or worse, is one word."""
    found = [line.replace("\\", "").strip() for line in in_shell(shell, OURS[shell], root)]
    assert found == ["Ada d'Arc", "Luc $(id) Mer"]


def test_in_bash_names_are_quoted_as_they_are_typed(root: Path) -> None:
    """What bash inserts is one word, and what was typed of it is recognised: bare, with backslashes, in quotes."""
    script = 'source <(totem completion bash); COMP_CWORD=4; _totem; printf "%s\\n" "${COMPREPLY[@]}"'

    def asked(word: str) -> list[str]:
        return in_shell("bash", f"COMP_WORDS=(totem add guest canal/1 '{word}'); {script}", root)

    assert asked("A") == ["Ada\\ d\\'Arc"]
    assert asked("Ada\\ d") == ["Ada\\ d\\'Arc"]
    assert asked('"Ada d') == ["Ada d'Arc"]
    assert asked("L") == ["Luc\\ \\$\\(id\\)\\ Mer"]


@pytest.mark.parametrize("shell", TYPERS)
def test_typers_scripts(root: Path, shell: str) -> None:
    """What ``--show-completion`` prints works, too."""
    detected = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [TOTEM, "--show-completion", shell],
        env=environment(root, **detected),
        capture_output=True,
        text=True,
        check=True,
    )
    (found,) = in_shell(shell, TYPERS[shell], root, SCRIPT=done.stdout)
    assert found == {"zsh": '*: :(("unpublish":"Set the status back to draft."))'}.get(shell, "unpublish")
