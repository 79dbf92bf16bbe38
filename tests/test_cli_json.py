"""Every command prints one JSON document with ``--json``, which its schema describes; an error is one document too."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from signal import SIGINT
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from totem_cli.cli.main import main
from totem_cli.cli.outputs import OUTPUTS, output_schema
from totem_cli.cli.root import VERBS

jsonschema = pytest.importorskip("jsonschema")

GOOD: list[list[str]] = [
    ["init", "b"],
    ["add", "series", "Mers"],
    ["add", "episode", "Eau", "--date", "2020-04-09"],
    ["add", "episode", "Sel", "--recap", "recap.md"],
    ["add", "guest", "mers/1", "Ada Brun", "--role", "géographe"],
    ["add", "guest", "mers/1", "Luc Roy"],
    ["add", "host", "mers", "Zoé"],
    ["add", "host", "mers/1", "Yan"],
    ["add", "partner", "mers", "Le Fil"],
    ["add", "question", "mers/1", "Pourquoi ?"],
    ["add", "question", "mers/1", "-"],
    ["add", "tag", "mers/1", "eau", "sel"],
    ["add", "tag", "mers", "mer"],
    ["add", "link", "mers/1", "https://a.example"],
    ["add", "media", "mers/1", "https://a.example/a.mp3"],
    ["add", "person", "Ada Brun", "--alias", "A. Brun"],
    ["add", "comment", "mers/1", "Bien", "--author", "Ali"],
    ["add", "comment", "mers/1", "Bien aussi", "--author", "Bob"],
    ["set", "episode", "mers/1", "place=Lyon", "-n"],
    ["set", "episode", "mers/1", "place=Lyon"],
    ["set", "episode", "all", "place=Lyon", "--yes"],
    ["set", "episode", "all", "place=Lyon", "--yes", "--series", "none"],
    ["set", "series", "mers", "subtitle=x"],
    ["set", "person", "Ada Brun", "sort_name=Brun"],
    ["set", "guest", "mers/1", "Ada Brun", "role=x"],
    ["set", "host", "mers", "Zoé", "role=x"],
    ["set", "question", "mers/1", "1", "answer=x"],
    ["edit", "episode", "mers/1"],
    ["edit", "series", "mers"],
    ["edit", "person", "Ada Brun"],
    ["move", "question", "mers/1", "1", "2"],
    ["move", "guest", "mers/1", "1", "2"],
    ["list"],
    ["list", "--fields", "title,guests"],
    *(["list", noun] for noun in ("series", "guests", "organisations", "questions", "tags", "comments")),
    ["list", "--tag", "none"],
    ["show", "mers"],
    ["show", "mers/1"],
    ["show", "COMMENT"],
    *(["show", "mers", "--only", part] for part in ("recap", "guests", "questions")),
    ["show", "mers/1", "--only", "recap"],
    ["search", "eau"],
    ["search", "nothing-at-all"],
    ["stats"],
    ["cite", "mers/1"],
    ["cite", "mers/1", "--style", "bibtex"],
    ["check"],
    ["check", "--strict"],
    ["check", "--fix"],
    ["check", "--fix", "-n"],
    ["undo", "--list"],
    ["undo", "-n"],
    ["undo"],
    ["redo"],
    ["report", "person", "Ada Brun"],
    ["doctor"],
    ["schema"],
    ["schema", "check"],
    ["completion", "bash"],
    ["export", "html", "--output", "site"],
    ["export", "html", "--output", "site", "-n"],
    ["export", "html", "--output", "site", "--explain", "index.html"],
    ["export", "json", "--output", "x.json"],
    ["export", "json"],
    ["check", "site", "site"],
    ["deploy", "./served"],
    ["deploy", "./served", "-n"],
    ["import", "json", "x.json", "--if-exists", "skip"],
    ["import", "json", "x.json", "--if-exists", "update", "-n"],
    ["apply", "x.json"],
    ["apply", "x.json", "-n"],
    ["unpublish", "mers/1"],
    ["publish", "mers/1"],
    ["withdraw", "mers/2"],
    ["approve", "comment", "COMMENT"],
    ["reject", "comment", "COMMENT", "COMMENT2"],
    ["rename", "episode", "mers/1", "vague"],
    ["rename", "person", "Luc Roy", "Luc Roi"],
    ["merge", "person", "Luc Roi", "Ada Brun"],
    ["forget", "Zoé", "--yes", "-n"],
    ["forget", "Zoé", "--yes"],
    ["add", "series", "Vents"],
    ["move", "episode", "mers/2", "vents"],
    ["rename", "series", "vents", "brises"],
    ["add", "guest", "mers/1", "Ivo"],
    ["add", "host", "mers", "Ivo"],
    ["remove", "guest", "mers/1", "Ivo"],
    ["remove", "host", "mers", "Ivo"],
    ["remove", "partner", "mers", "Le Fil"],
    ["remove", "tag", "mers/1", "eau"],
    ["remove", "link", "mers/1", "https://a.example"],
    ["remove", "question", "mers/1", "1"],
    ["remove", "comment", "COMMENT"],
    ["remove", "episode", "brises/1"],
    ["remove", "series", "brises"],
]

BAD: list[tuple[list[str], int]] = [
    (["list", "--fields", "none"], 4),
    (["list", "nothing"], 2),
    (["show", "none"], 3),
    (["show"], 3),
    (["no-command"], 2),
    (["set", "episode", "none", "a=b"], 3),
    (["rename", "person", "Luc", "Lou"], 4),
    (["forget", "Luc", "--yes"], 4),
    (["export", "html", "--output", "site"], 4),
    (["export", "none"], 3),
    (["import", "json", "none.json"], 3),
    (["apply", "bad.json"], 4),
    (["add", "episode", "X", "--date", "hier"], 4),
    (["undo"], 3),
    (["schema", "none"], 4),
    (["completion", "none"], 2),
    (["add"], 2),
]


def commands() -> set[str]:
    """The words of every command."""
    modules = {group.module for group in VERBS}
    return {words for name in modules for words in import_module(f"totem_cli.cli.{name}").commands._registered}


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command in this process with ``--json``: exit code and what it printed."""
    try:
        code = main([*arguments, "--json"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    said = capsys.readouterr()
    return code, said.out, said.err


def valid(value: Any, command: str) -> None:
    """Check a value by the schema of what a command prints."""
    schema = output_schema(command)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(value)


def notices(err: str) -> list[dict[str, Any]]:
    """What is on standard error beside an error: an object a line, each by the schema."""
    found = [json.loads(line) for line in err.splitlines()]
    for one in found:
        valid(one, "notice")
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with an archive of nothing, and an editor that changes a title."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "archive", "--title", "T", "-q"]) == 0
    (tmp_path / "recap.md").write_text("# A\n\n![x](media/none.jpg)\n", "utf-8")
    (tmp_path / "bad.json").write_text("{", "utf-8")
    editor = tmp_path / "edit.sh"
    editor.write_text('#!/bin/sh\nsed -i "s/^+++$/+++/;2i extra_key = 1" "$1"\n', "utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    capsys.readouterr()
    return tmp_path


def test_every_command_prints_one_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands on an archive that makes each say something: the document is as ``totem schema COMMAND`` tells."""
    comments: list[str] = []
    done = {"error", "notice", "serve", "push wordpress", "pull comments"}  # those are tested with a server
    for arguments in GOOD:
        given = [comments[0] if one == "COMMENT" else comments[-1] if one == "COMMENT2" else one for one in arguments]
        if "-" in given:
            stream = io.TextIOWrapper(io.BytesIO(b"Un ?\nDeux ?\n"))
            monkeypatch.setattr("sys.stdin", stream)
        code, out, err = run(given, capsys)
        assert code in ((0, 4) if given[0] == "check" else (0,)), (given, code, err)
        assert [one["exit"] for one in notices(err)] == [0] * len(err.splitlines())
        value = json.loads(out)
        command = " ".join(given[:2]) if " ".join(given[:2]) in OUTPUTS else given[0]
        valid(value, command)
        done.add(command)
        if command == "add comment":
            comments.append(value["id"])
    assert done == set(OUTPUTS) == (commands() | {"error", "notice"}) - {"browse"}


def test_findings_are_one_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What ``check`` finds, errors and warnings, with places; on a site, too."""
    for arguments in GOOD[1:4]:
        assert run(arguments, capsys)[0] == 0
    file = folder / "archive/series/mers/01-eau.md"
    file.write_text(file.read_text("utf-8").replace("+++\n", '+++\ncolour = "red"\n', 1), "utf-8")
    shutil.copy(folder / "archive/series/mers/02-sel.md", folder / "archive/series/mers/03-x.md")
    (folder / "archive/series/mers/04-y.md").write_text("+++\ntitle = = 1\n+++\n", "utf-8")
    code, out, _ = run(["check"], capsys)
    found = json.loads(out)
    valid(found, "check")
    assert code == 4
    assert {one["level"] for one in found} == {"error", "warning"}
    assert {"unknown-key", "duplicate-id", "unreadable"} <= {one["code"] for one in found}
    assert all(one["line"] for one in found if one["code"] == "unknown-key")
    (folder / "site").mkdir()
    (folder / "site/index.html").write_text('<a href="none.html">x</a>', "utf-8")
    code, out, _ = run(["check", "site", "site"], capsys)
    valid(json.loads(out), "check")
    assert (code, json.loads(out) != []) == (4, True)


@pytest.mark.parametrize(("arguments", "code"), BAD)
def test_an_error_is_one_document(
    arguments: list[str], code: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its exit code is in it; nothing is on standard output."""
    if code == 4:
        assert run(["add", "series", "Mers"], capsys)[0] == 0
    if code == 4 and arguments[0] in ("rename", "forget", "export"):
        (folder / "archive/series/mers/01-x.md").write_text("+++\ntitle = = 1\n+++\n", "utf-8")
        (folder / "archive/series/mers/02-x.md").write_text("+++\ntitle = = 1\n+++\n", "utf-8")
    found, out, err = run(arguments, capsys)
    assert (found, out) == (code, ""), err
    error = json.loads(err)
    valid(error, "error")
    assert error["exit"] == code


def test_a_warning_is_an_object_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be read is told with its place; a note has none."""
    for arguments in GOOD[1:4]:
        assert run(arguments, capsys)[0] == 0
    file = "archive/series/mers/02-sel.md"
    (folder / file).write_text('+++\ntitle = "Sel\u202e"\nnumber = = 2\n+++\n', "utf-8")
    code, out, err = run(["list"], capsys)
    (warning,) = notices(err)
    assert (code, len(json.loads(out))) == (0, 1)
    assert [warning[key] for key in ("code", "file", "line")] == ["warning", file, 3]
    assert warning["column"] > 1
    assert not warning["message"].startswith(file)
    assert run(["list", "-q"], capsys)[2] == ""
    (folder / file).unlink()
    assert [one["code"] for one in notices(run(["list", "--tag", "none"], capsys)[2])] == ["note"]


@pytest.mark.parametrize("options", [(), ("--comments",)])
def test_a_server_prints_its_address(
    options: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``serve --json`` prints one document when it listens, and nothing more until Ctrl-C ends it."""
    pytest.importorskip("uvicorn")
    assert run(["add", "series", "Mers"], capsys)[0] == 0
    (folder / "archive/series/mers/01-x.md").write_text("+++\ntitle = = 1\n+++\n", "utf-8")
    command = [sys.executable, "-m", "totem_cli", "serve", "--json", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            value = json.loads("".join(iter(lambda: server.stdout.read(1), "}")) + "}")
            valid(value, "serve")
            with suppress(HTTPError), urlopen(value["address"]) as page:  # what it answers is told elsewhere
                assert page.read()
        finally:
            server.send_signal(SIGINT)
        out, err = server.communicate(timeout=60)
    assert out.strip() == ""
    assert "Traceback" not in err
    assert [one["code"] for one in notices(err)] == ([] if options else ["error"])
