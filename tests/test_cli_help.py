"""Help: each command explains itself, with an example that works, in 80 columns; what is misspelt is recognised."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.conftest import Shell
from totem_cli.archive.archive import Archive
from totem_cli.cli.help import metavar, option, placeholder
from totem_cli.cli.root import VERBS, command

BIN = Path(sys.executable).parent
WIDTH = 80


def commands(found: Any = None, parent: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, Any]]:
    """The root, each verb and each noun: its words, the command, its context."""
    root = found or command()
    context = typer.Context(root, info_name=words[-1] if words else "totem", parent=parent)
    yield " ".join(words), root, context
    for name, inner in getattr(root, "commands", {}).items():
        yield from commands(inner.callback(), context, (*words, name))


ALL = list(commands())
LEAVES = [(words, found) for words, found, _ in ALL if not hasattr(found, "commands")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive, and the files that the examples name."""
    folder = tmp_path_factory.mktemp("help")
    with Archive.create(folder / "archive", title="Nos conférences") as archive:
        archive.series.add("Demo")
        archive.series.add("Archives")
        archive.episodes.add("Lire et relire", series="demo", date="2023-05-04", tags=["lecture"])
        archive.episodes.add("À venir", series="demo", draft=True)
        for name in ("Jeanne Roy", "Paul Vidal"):
            archive.guests.add("demo/1", name)
        archive.guests.add("demo/2", "J. Roy")
        archive.hosts.add("demo", "Luc Morel")
        archive.partners.add("demo/1", "Librairie du Port")
        archive.questions.add("demo/1", "Faut-il relire un texte ?", "Combien de fois ?")
        archive.links.add("demo/1", "https://example.org/programme")
        archive.people.add("Luc Morel")
        archive.comments.add("demo/1", "Merci pour ce texte.", author="Zoé Petit")
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "programme.csv").write_text("title,date\nÉcrire,2024-01-02\n", "utf-8")
    (folder / "records.json").write_text('{"series": "demo", "title": "Dire"}', "utf-8")
    return folder


def example_in(folder: Path, example: str) -> str:
    """The example with the id of the comment that the archive there holds."""
    with Archive(folder / "archive") as archive:
        return example.replace("0c1d2e3f", archive.comments.find()[0].id[:8])


ENVIRONMENT = {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "TOTEM_WORDPRESS_PASSWORD": "abcd efgh",
    "EDITOR": "true",
    "LANG": "C.UTF-8",
    "COLUMNS": "80",
}


@pytest.mark.parametrize(("words", "found"), LEAVES, ids=[words for words, _ in LEAVES])
def test_each_command_has_an_example_that_works(words: str, found: Any, prepared: Path, tmp_path: Path) -> None:
    """It calls that command, fits in a line of the help, and ends with exit code 0.

    Those that ask a WordPress site get as far as asking: no such host is there (.example, RFC 2606), exit code 6.
    """
    assert re.match(rf"totem {words}\b", found.example)
    assert len(found.example) <= WIDTH - 2 - len("Example: ")
    folder = tmp_path / "talks"
    subprocess.run(["/bin/cp", "-R", prepared, folder], check=True)
    line = example_in(folder, found.example)
    if words in ("browse", "serve"):
        if words == "serve":
            line += " --port 0"  # the one that it names may be in use
        assert running(line, folder, "Nos conférences" if words == "browse" else "http://127.0.0.1:")
        return
    if words == "redo":
        line = f"totem undo && {line}"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=folder, env=ENVIRONMENT, capture_output=True, timeout=120)
    assert done.returncode == (6 if "talks.example" in line else 0), done.stderr.decode()


def running(line: str, folder: Path, shown: str, keys: bytes = b"") -> bool:
    """Whether a command that goes on shows something on a terminal; it is ended then."""
    ours, theirs = pty.openpty()
    environment = ENVIRONMENT | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(
        line.split(), cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    try:
        end = time.monotonic() + 60
        while shown.encode() not in seen and time.monotonic() < end and select.select([ours], [], [], 60)[0]:
            try:
                seen += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return shown.encode() in seen


@pytest.mark.parametrize(("words", "found", "context"), ALL, ids=[words or "totem" for words, *_ in ALL])
def test_each_parameter_is_told_in_words_of_the_field(words: str, found: Any, context: Any) -> None:
    """What an option takes has a name of its own, not that of a type; each parameter says what it means."""
    for one in found.get_params(context):
        assert one.help, one.name
        assert one.help.endswith((".", "…")), one.help
        if one.param_type_name == "option" and not one.is_flag:
            assert one.metavar or getattr(one.type, "choices", None), one.opts
            assert not re.search(r"[<>]|\b(TEXT|INTEGER|STR|PATH\|)", metavar(one)), one.opts
        if one.param_type_name == "argument":
            assert one.metavar
            assert "<" not in placeholder(one)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("words", "found", "context"), ALL, ids=[words or "totem" for words, *_ in ALL])
def test_help_is_set_in_its_width(
    words: str,
    found: Any,
    context: Any,
    width: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No line is wider than the terminal; no option, example or word of a name is broken in two."""
    monkeypatch.setenv("COLUMNS", str(width))
    found.get_help(context)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert getattr(found, "example", "") in shown
    for one in found.get_params(context):
        if one.param_type_name == "option" and not one.hidden:
            assert all(word in shown for word in option(one).split()), option(one)
    assert "[required]" not in shown


def test_verbs_stand_under_what_people_do() -> None:
    """Five headings, each in one piece; every verb's line fits beside its name."""
    headings = list(dict.fromkeys(group.heading for group in VERBS))
    assert headings == ["Write", "Read", "Publish", "Bring in", "Keep in order"]
    for group in VERBS:
        for verb, line in group.lines.items():
            assert len(line) <= 61, verb
            assert line.endswith((".", "…")), verb


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("lst", "did you mean list?"),
        ("add gest", "did you mean guest?"),
        ("list --sries x", "did you mean --series?"),
        ("add episode Titre --langage fr", "did you mean --language?"),
        ("list epsodes", "did you mean episodes?"),
        ("list --sort dat", "did you mean date?"),
        ("list --status publshed", "did you mean published?"),
        ("--quite list", "did you mean --quiet?"),
        ("list --frobnicate", "see: totem list --help"),
        ("list --status frobnicate", "see: totem list --help"),
        ("edit demo/1", "say what, one of episode, series, person: totem edit episode demo/1"),
        ("add guest demo/1", "write: totem add guest EPISODE NAME [OPTIONS]"),
        ("withdraw episode demo/1", "write: totem withdraw EPISODE|SERIES [OPTIONS]"),
        ("move episode demo/1", "write: totem move episode EPISODE SERIES[/NUMBER] [OPTIONS]"),
        ("frobnicate", "see: totem --help"),
    ],
)
def test_what_is_misspelt_is_recognised(line: str, hint: str, totem: Shell) -> None:
    """Commands, nouns, options, words to choose from; else how the command is written, or where its help is."""
    done = totem(*line.split())
    assert done.code == 2
    assert done.err.splitlines()[1:] == [f"hint: {hint}"]
    told = json.loads(totem(*line.split(), "--json").err)
    assert told["hint"] == hint


def test_a_usage_error_is_one_plain_sentence(totem: Shell) -> None:
    """Which option or word, and what it may be; no word of the parser's own."""
    told = {
        "list --status lost": "--status 'lost' is not one of 'draft', 'published'",
        "completion tcsh": "'tcsh' is not one of 'bash', 'zsh', 'fish'",
        "list --limit x": "--limit 'x' is not a whole number",
        "withdraw episode demo/1": "too many words: demo/1",
        "undo one two": "too many words: one two",
    }
    for line, message in told.items():
        assert totem(*line.split()).err.startswith(f"error: {message}"), line


@pytest.mark.parametrize(("verb", "kind"), [("export", "exporters"), ("import", "importers")])
def test_the_help_names_every_format(verb: str, kind: str, totem: Shell) -> None:
    """All that totem itself brings."""
    ours = {one.name for one in entry_points(group=f"totem.{kind}") if one.value.startswith("totem_cli.")}
    told = re.search("FORMAT +(What [^.]*)[.]", re.sub(r"\s*│\s*", " ", totem(verb, "--help").out))
    assert told
    assert set(re.findall("[a-z]+", told[1].partition(":")[2])) == ours


# The next step


def on_terminal(line: str, folder: Path) -> str:
    """What a command prints on a terminal."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        ["/bin/sh", "-c", line], cwd=folder, env=ENVIRONMENT, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # Linux says so of the end
            break
        if not read:
            break
        seen += read
    os.close(ours)
    assert done.wait() == 0, seen
    return seen.decode().replace("\r\n", "\n")


def test_the_next_step_is_told_at_a_terminal(prepared: Path, tmp_path: Path) -> None:
    """After init, add series, import and export; the command that is told works as it is told."""
    subprocess.run(["/bin/cp", "-R", prepared / "programme.csv", tmp_path], check=True)
    steps = [
        ("totem init talks", 'next: totem --archive talks add series "Title of the series"'),
        (
            "totem --archive talks add series Cours",
            'next: totem --archive talks add episode "Title of the episode" --series cours',
        ),
        ("totem import csv programme.csv --series cours --archive talks", "next: totem --archive talks check"),
        ("totem export html --archive talks", "next: open site/index.html in a browser"),
    ]
    for line, told in steps:
        assert on_terminal(line, tmp_path).splitlines()[-1] == told
    for quiet in ("--quiet", "--json", "--dry-run", "2>/dev/null", "| cat"):
        assert "next:" not in on_terminal(f"totem add series Essai-{len(quiet)} --archive talks {quiet}", tmp_path)


# Doctor


def test_doctor_tells_what_a_report_needs(prepared: Path) -> None:
    """Versions of totem, Python and every library, of each extra too; the terminal; nothing that the archive says."""
    done = Shell(prepared)("doctor", "--json", LANG="fr_FR.UTF-8", LC_ALL="")
    told = json.loads(done.out)
    assert done.code == 0
    assert set(told["libraries"]) >= {"typer", "rich", "msgspec"}
    assert all(told["libraries"].values())
    assert set(told["extras"]) >= {"images", "pdf", "epub", "serve", "browse", "deploy", "tables", "sqlite"}
    assert told["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "LANG=fr_FR.UTF-8" in told["locale"]
    assert told["terminal"].startswith("none: standard output is a file or a pipe")
    assert told["episodes"] == "2"
    assert "Lire et relire" not in done.out
    assert "TOTEM_DEBUG=1" in Shell(prepared)("doctor").err
    assert "120 by" in on_terminal("COLUMNS=120 LINES=40 TERM=xterm-256color totem doctor", prepared)


def test_doctor_works_where_the_archive_does_not(tmp_path: Path) -> None:
    """Without an archive, and with one whose settings cannot be read."""
    totem = Shell(tmp_path)
    assert json.loads(totem("doctor", "--json").out)["archive"].startswith("no archive")
    (tmp_path / "totem.toml").write_text("title = [", "utf-8")
    done = totem("doctor", "--json")
    assert done.code == 0
    assert "totem.toml" in json.loads(done.out)["archive"]


def test_doctor_names_a_library_that_is_not_there(prepared: Path) -> None:
    """An extra that is not installed says which package is wanted."""
    script = (
        "import importlib.metadata as m; there = m.version\n"
        "def version(name):\n"
        "    if name == 'textual': raise m.PackageNotFoundError(name)\n"
        "    return there(name)\n"
        "m.version = version\n"
        "from totem_cli.cli.main import run; run(['doctor'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=prepared, env=ENVIRONMENT, capture_output=True, text=True)
    assert "extra browse\ttextual (not installed)\n" in done.stdout
