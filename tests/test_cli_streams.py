"""Standard streams, signals, the environment, folders that cannot be written: how a command ends."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, Shell
from totem_cli.cli.main import main

TOTEM = [sys.executable, "-m", "totem_cli"]
READING = [
    ["list"],
    ["list", "--json"],
    ["show", "collaboration"],
    ["show", "1", "--json"],
    ["search", "de"],
    ["export", "json"],
    ["schema"],
    ["stats"],
    ["--help"],
    ["add", "guest", "-h"],
]


@pytest.fixture
def talks(example: Path) -> Shell:
    """A shell in the folder that holds a copy of the project's archive."""
    return Shell(example.parent)


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_full_and_closed(arguments: list[str], talks: Shell) -> None:
    """A full disk is exit code 6, a reader that has gone 141 or nothing at all; never a traceback."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*TOTEM, *arguments], cwd=talks.folder, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, b"Traceback" in done.stderr) == (6, False), done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*TOTEM, *arguments], cwd=talks.folder, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
    shell = f"exec {' '.join(TOTEM)} {' '.join(arguments)} >&-"
    done = subprocess.run(["/bin/sh", "-c", shell], cwd=talks.folder, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode in (0, 6), done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("to", ["full", "closed"])
@pytest.mark.parametrize(
    "arguments", [["check"], ["export", "html", "--output", "site"], ["list", "--tag", "none", "--json"]], ids=" ".join
)
def test_words_that_nobody_takes(arguments: list[str], to: str, talks: Shell) -> None:
    """Where standard error is full or closed, the command does and prints what it would, and ends with 0."""
    words = "2>/dev/full" if to == "full" else "2>&-"
    shell = f"exec {' '.join(TOTEM)} {' '.join(arguments)} {words}"
    done = subprocess.run(["/bin/sh", "-c", shell], cwd=talks.folder, stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == 0
    if arguments[0] == "export":
        assert (talks.folder / "site/.totem-manifest").is_file()


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments", [["show", "collaboration"], ["list", "questions"], ["export", "json"]], ids=" ".join
)
def test_what_is_cut_short_is_no_success(arguments: list[str], unbuffered: str, talks: Shell) -> None:
    """A disk that fills up in the midst of what is printed is told, whether Python buffers or not."""
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    subprocess.run([*TOTEM, *arguments], cwd=talks.folder, env=environment, capture_output=True, check=True)
    time.sleep(0.1)
    subprocess.run([*TOTEM, *arguments], cwd=talks.folder, env=environment, capture_output=True, check=True)
    with open(talks.folder / "cut", "wb") as cut:
        done = subprocess.run(
            [*TOTEM, *arguments],
            cwd=talks.folder,
            env=environment,
            stdout=cut,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
        )
    assert (done.returncode, (talks.folder / "cut").stat().st_size) == (6, 500), done.stderr


def test_no_standard_input(talks: Shell) -> None:
    """Without standard input commands work; it is as if it were empty."""
    for arguments, code in (["list", 0], ["add tag 1 essai", 0], ["add question 1 -", 0]):
        shell = f"exec {' '.join(TOTEM)} {arguments} <&-"
        done = subprocess.run(["/bin/sh", "-c", shell], cwd=talks.folder, capture_output=True, timeout=60)
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False), done.stderr


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_signals(sent: signal.Signals, code: int, talks: Shell) -> None:
    """Ctrl-C ends a waiting command with 130, and says nothing; the archive is as it was."""
    running = subprocess.Popen(
        [*TOTEM, "add", "question", "1", "-"], cwd=talks.folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdin is not None
    running.stdin.write(b"\n" * 2_000_000)  # more than a pipe holds: this returns once the command reads
    running.stdin.flush()
    running.send_signal(sent)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, b"Traceback" in said) == (code, False)
    assert talks("check").code == 0


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"TERM": "dumb"}, {"COLUMNS": "1"}]
)
def test_environments(environment: dict[str, str], talks: Shell) -> None:
    """Another locale, an ASCII stream, a poor terminal: the same exit codes, no traceback."""
    for arguments, code in ((["list"], 0), (["show", "1"], 0), (["search", "marché"], 0), (["show", "é"], 3)):
        done = talks(*arguments, **environment)
        assert (done.code, "Traceback" in done.err) == (code, False), done.err


def test_no_home(talks: Shell) -> None:
    """A home folder is not needed."""
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [*TOTEM, "add", "tag", "1", "essai"], cwd=talks.folder, env=bare, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, b"collaboration/1\n"), done.stderr


WRITING = [
    ["add", "series", "Autre"],
    ["add", "episode", "Autre"],
    ["add", "guest", "1", "Ada Brun"],
    ["set", "episode", "all", "place=Lyon", "--yes", "-q"],
    ["rename", "episode", "1", "autre"],
    ["remove", "episode", "1"],
    ["publish", "1"],
    ["unpublish", "1"],
]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting needs root")
def test_read_only(example: Path) -> None:
    """Where nothing can be written readers work, and leave nothing; writers say so with exit code 6."""
    mounted = subprocess.run(["mount", "--bind", str(example), str(example)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not permitted")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(example)], check=True)
        totem = Shell(example.parent)
        for arguments in (["list"], ["show", "1"], ["search", "marché"], ["stats"], ["check"], ["export", "json"]):
            done = totem(*arguments)
            assert (done.code, done.out != "" or arguments == ["check"]) == (0, True), done.err
        assert totem("export", "html", "--output", "site", "-q").code == 0
        for arguments in WRITING:
            done = totem(*arguments)
            assert (done.code, done.out) == (6, ""), (arguments, done.err)
            assert "Read-only file system" in done.err
            assert totem(*arguments, "--dry-run").code == 0
    finally:
        subprocess.run(["umount", str(example)], check=True)


@pytest.mark.parametrize("state", ["missing", "garbage", "file", "folder for the index"])
def test_totems_own_folder_damaged(state: str, talks: Shell) -> None:
    """``.totem`` may be missing, damaged, or not a folder: reading works, and so does writing where it can."""
    assert talks("add", "tag", "1", "essai").code == 0
    expected = talks("list", "--json").out
    own = talks.folder / "archive/.totem"
    if state == "garbage":
        for file in own.rglob("*"):
            if file.is_file():
                file.write_bytes(b"\x00garbage" * 50)
    else:
        shutil.rmtree(own)
        if state == "file":
            own.write_text("not a folder")
        elif state == "folder for the index":
            (own / "index.sqlite").mkdir(parents=True)

    done = talks("list", "--json")

    assert (done.code, done.out) == (0, expected), done.err
    done = talks("add", "tag", "1", "encore")
    assert done.code == (5 if state == "file" else 0), done.err
    assert "bug" not in done.err


def test_newer_format(talks: Shell) -> None:
    """An archive of a newer version is read, never written."""
    settings = talks.folder / "archive/totem.toml"
    settings.write_text(settings.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    assert talks("list").code == 0
    assert talks("export", "json").code == 0
    for arguments in [*WRITING, ["check", "--fix"], ["init", "archive", "--if-exists", "update", "--title", "T"]]:
        done = talks(*arguments)
        assert done.code == 5, (arguments, done.err)
        assert "newer" in done.err


def test_broken_file_and_export(talks: Shell) -> None:
    """One file that cannot be read: readers warn, an export refuses and leaves the old output whole."""
    assert talks("export", "html", "--output", "site", "-q").code == 0
    before = {path: path.read_bytes() for path in (talks.folder / "site").rglob("*") if path.is_file()}
    (talks.folder / "archive/series/collaboration/04-casse.md").write_text("+++\ntitle = \n+++\n")
    for arguments in (["list"], ["show", "1"], ["search", "marché"], ["stats"]):
        done = talks(*arguments)
        assert (done.code, "04-casse.md:2:" in done.err) == (0, True), arguments
    done = talks("export", "html", "--output", "site")
    assert done.code == 4
    assert {path: path.read_bytes() for path in (talks.folder / "site").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--json", "frobnicate"], 2, "usage"),
        (["list", "--json", "--nope"], 2, "usage"),
        (["--json", "add"], 2, "usage"),
        (["show", "nope", "--json"], 3, "not-found"),
        (["set", "episode", "1", "date=x", "--json"], 4, "invalid"),
        (["init", "archive", "--json"], 5, "exists"),
        (["remove", "series", "collaboration", "--json"], 5, "refused"),
        (["add", "question", "1", "--json"], 2, "usage"),
        (["list", "--archive", "nowhere", "--json"], 3, "not-found"),
        (["list", "--since", "x", "--json"], 4, "invalid"),
    ],
)
def test_errors_as_json(arguments: list[str], code: int, word: str, talks: Shell) -> None:
    """With ``--json`` an error is one object on standard error, of a usage error too."""
    done = talks(*arguments)
    error = json.loads(done.err)
    assert (done.code, done.out, error["exit"], error["code"]) == (code, "", code, word)
    assert list(error) == ["code", "exit", "message", "hint", "file", "line", "column"]


def test_root(talks: Shell) -> None:
    """The project's own archive is what these tests copy."""
    assert (ROOT / "archive/totem.toml").is_file()
    assert talks("list", "--quiet").code == 0


def test_only_standard_output_is_called_so(
    example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another call of the system that fails is no write to standard output; too little memory is no bug."""
    for error, words in (
        (OSError(errno.EMFILE, "Too many open files"), "cannot go on: Too many open files"),
        (OSError(errno.EIO, "Input/output error", "a/b"), "cannot use a/b: Input/output error"),
        (MemoryError(), "there is not enough memory"),
    ):

        def fail(*_: object, error: BaseException = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("totem_cli.archive.archive.Archive.find", fail)
        assert main(["list", "--archive", str(example)]) == 6
        said = capsys.readouterr().err
        assert words in said
        assert "standard output" not in said
        assert "bug" not in said


def test_a_full_standard_output_is_named(talks: Shell) -> None:
    """What cannot be written there is said to be standard output, buffered or not."""
    for environment in ({}, {"PYTHONUNBUFFERED": "1"}):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*TOTEM, "list"], cwd=talks.folder, stdout=full, stderr=subprocess.PIPE, env=os.environ | environment
            )
        assert (done.returncode, done.stderr) == (6, b"error: cannot use standard output: No space left on device\n")


def test_too_little_memory(talks: Shell) -> None:
    """A command that gets no more memory says so; it is no bug."""
    with (talks.folder / "large.json").open("wb") as file:
        file.truncate(2_000_000_000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))

    done = subprocess.run(
        [*TOTEM, "import", "json", "large.json"],
        cwd=talks.folder, capture_output=True, preexec_fn=limit,
    )  # fmt: skip
    assert (done.returncode, b"not enough memory" in done.stderr, b"bug" in done.stderr) == (6, True, False)


@pytest.mark.parametrize("command", [["apply"], ["import", "json"], ["add", "episode", "X", "--recap"]])
def test_what_cannot_be_read_is_said_so(command: list[str], talks: Shell) -> None:
    """A source that is not there, is a folder, or fails as it is read: the word is "read", and the source is named."""
    name = "a" * 300
    done = talks(*command, name)
    assert (done.code, "cannot read" in done.err) == (6, True), done.err
    done = talks(*command, "/proc/self/mem")
    assert (done.code, "cannot read /proc/self/mem" in done.err) == (6, True), done.err
    with open("/proc/self/mem", "rb") as source:
        failed = subprocess.run([*TOTEM, *command, "-"], cwd=talks.folder, stdin=source, capture_output=True)
    assert (failed.returncode, b"cannot read standard input" in failed.stderr) == (6, True), failed.stderr


@pytest.mark.parametrize("host", ["", " ", "é" * 80, "a" * 70, "a..b", ".", "256.1.1.1", "::zz", "a b"])
def test_a_host_that_is_none(host: str, talks: Shell) -> None:
    """An address that nobody can listen at is an error of the command line's author, and lets nobody in."""
    pytest.importorskip("uvicorn")
    done = talks("serve", "--comments", "--host", host, "--port", "0")
    assert done.code in (4, 6), done.out
    assert "bug" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "encoding", ["utf-9", "base64", "rot13", "idna", "undefined", "punycode", "utf-7", "hex", "a" * 70, "utf-32"]
)
@pytest.mark.parametrize("format_", ["feed", "wordpress", "schedule"])
def test_an_encoding_of_xml_that_is_none(format_: str, encoding: str, talks: Shell) -> None:
    """It is named as what is wrong with the file."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    (talks.folder / "f.xml").write_bytes(f"{head}<rss><channel><title>\xe9</title></channel></rss>".encode("latin-1"))
    done = talks("import", format_, "f.xml", "--dry-run")
    assert done.code in (0, 4), done.err
    assert "bug" not in done.err


def test_what_is_too_large_is_refused(talks: Shell) -> None:
    """A text of more than 16 MiB is no episode: it is not read whole, from a file, an input, or the archive itself."""
    with (talks.folder / "large.md").open("wb") as file:
        file.truncate(3_000_000_000)
    done = talks("add", "episode", "X", "--recap", "large.md")
    assert (done.code, "large.md: is larger than 16 MiB" in done.err) == (4, True), done.err
    with open("/dev/zero", "rb") as endless:
        failed = subprocess.run(
            [*TOTEM, "add", "episode", "X", "--recap", "-"], cwd=talks.folder, stdin=endless, capture_output=True
        )
    assert (failed.returncode, b"standard input: is larger than 16 MiB" in failed.stderr) == (4, True), failed.stderr
    (talks.folder / "large.md").rename(talks.folder / "archive/series/collaboration/09-large.md")
    listed = talks("list")
    assert (listed.code, "09-large.md: is larger than 16 MiB" in listed.err) == (0, True), listed.err
    assert talks("check").code == 4
    episode = next((talks.folder / "archive/series/collaboration").glob("01-*.md"))
    questions = "".join(f'[[questions]]\ntext = "Question {number} ?"\n' for number in range(500_000))
    episode.write_text(episode.read_text("utf-8").replace("\n+++\n", f"\n{questions}+++\n", 1), "utf-8")
    done = talks("add", "question", "collaboration/1", "Une de plus ?")
    assert (done.code, f"{episode.name}: is larger than 16 MiB" in done.err) == (4, True), done.err


@pytest.mark.parametrize("command", [["list"], ["add", "series", "Houle"], ["undo", "--list"]])
def test_what_was_edited_after_a_command_was_killed_is_named(command: list[str], talks: Shell) -> None:
    """The next command leaves that file as it is, and says where what was there before is."""
    root = talks.folder / "archive"
    file = next((root / "series/collaboration").glob("01-*.md"))
    assert talks("set", "episode", "1", "title=Nouveau").code == 0
    journal = root / ".totem/journal"
    (journal / "00000001.done").rename(journal / "applying")
    file.write_text(file.read_text("utf-8").replace("Nouveau", "Le mien"), "utf-8")
    done = talks(*command)
    what = "was edited after 'set episode 1 title=Nouveau' was killed: it stays so, and what was there before is in"
    assert done.code == 0
    assert f"{file.name} {what} archive/.totem/journal/00000001.kept/0" in done.err
    assert "Le mien" in file.read_text("utf-8")
    assert "was killed" not in talks("list").err
