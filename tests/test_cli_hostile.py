"""Hostile text in every argument and every field: shown, never obeyed; refused or kept, never a crash."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.cli.main import main

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
NASTY = {
    "escape": "a\x1b[31mrouge\x1b]52;c;aGk=\x07b\x9b2J",
    "bidi": "a\u202etxt.exe\u2066b\ufeff",
    "markup": "[bold]a[/nope] [link=javascript:1]x[/] {{ 7*7 }} {% x %}",
    "lines": "a\nb\r\nc\td\x0b\x0c\x00e".replace("\x00", "\u2028"),
    "toml": "a\"\"\"'''\n+++\nid = 1\n[[guests]]\\",
    "dashes": "--",
    "dash": "-x",
    "spaces": "  a\u00a0\u202f ",
    "long": "é" * 50_000,
    "emoji": "👩‍👩‍👧‍👦 ｆｕｌｌ ﷽ Z͑ͫ̓ͪ",
    "path": "../../etc/passwd",
    "quote": "'\"`$(id);&|<>*?",
    "blank": "   ",
    "empty": "",
}


@dataclass(frozen=True)
class Here:
    """Runs commands in this very process, for speed; what they show must hold no control character."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """Run a command; its exit code and its data."""
        code = main(arguments)
        done = self.capture.readouterr()
        shown = done.out + done.err
        assert "Traceback" not in shown
        assert "a bug in totem" not in shown, (arguments, done.err)
        assert not CONTROL.search(shown), (arguments[:3], CONTROL.findall(shown))
        assert code in (0, 2, 3, 4, 5), (arguments[:3], code, done.err[:300])
        return code, done.out


@pytest.mark.parametrize("name", NASTY)
def test_in_every_argument(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever stands in an argument, the command succeeds or refuses, and reading shows no control character."""
    text = NASTY[name]
    monkeypatch.chdir(tmp_path)
    totem = Here(capsys)
    assert totem("init", "archive", "--title", "T")[0] == 0
    assert totem("add", "series", "Mers")[0] == 0
    assert totem("add", "episode", "Eau")[0] == 0
    for arguments in (
        ["add", "guest", "--role", text, "--organisation", text, "--url", text, "--billed-as", text, "1", "--", text],
        ["add", "host", "1", "--", text],
        ["add", "partner", "mers", "--", text],
        ["add", "question", "1", f"{text} ?", "--asked-by", text, "--answer", text],
        ["add", "tag", "1", "--", text],
        ["add", "link", "1", "--label", text, "--kind", text, "--", text],
        ["add", "media", "1", "--alt", text, "--", text],
        ["add", "person", "--alias", text, "--sort-name", text, "--", text],
        ["set", "episode", "1", f"summary={text}", f"place={text}", f"recap={text}", f"extra.{text}=1"],
        ["set", "episode", "1", f"summary={text}", f"place={text}", f"recap={text}", f"image={text}"],
        ["set", "episode", "1", f"tags+={text}", f"questions+={text}"],
        ["set", "series", "mers", f"title={text}", f"introduction={text}"],
        ["add", "episode", "--slug", text, "--", text],
        ["add", "episode", "--", text],
        ["add", "series", "--", text],
        ["rename", "episode", "1", "--", text],
        ["rename", "person", "--", text, text],
        ["show", "--", text],
        ["search", "--", text],
        ["list", "--tag", text, "--guest", text, "--series", text, "--language", text],
        ["list", "--since", text],
        ["list", "--fields", text],
        ["export", "--", text],
        [text],
        ["add", text],
    ):
        totem(*arguments)
    for arguments in (
        ["list"],
        *(["list", noun] for noun in ("series", "guests", "organisations", "questions", "tags")),
        ["show", "mers/1"],
        ["show", "mers/"],
        ["undo", "--list"],
        ["search", "a"],
        ["stats"],
        ["check"],
        ["undo"],
        ["redo"],
    ):
        assert totem(*arguments)[0] == 0, arguments
    assert json.loads(totem("export", "json", "--status", "all")[1])["episodes"]


@pytest.mark.parametrize("argument", [b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80"])
def test_arguments_that_are_not_utf8(argument: bytes, tmp_path: Path) -> None:
    """Bytes that are no text are refused, and shown as escapes."""
    totem = Shell(tmp_path)
    assert totem("init", "archive").code == 0
    for words in ([b"add", b"series", argument], [b"--archive", argument, b"list"], [argument], [b"search", argument]):
        done = subprocess.run(
            [sys.executable.encode(), b"-m", b"totem_cli", *words], cwd=tmp_path, capture_output=True, timeout=60
        )
        assert done.returncode in (2, 4)
        assert b"Traceback" not in done.stderr
        done.stderr.decode()


def test_hostile_file_names(tmp_path: Path) -> None:
    """Files that are called strangely stop nobody, and are named with escapes."""
    totem = Shell(tmp_path)
    assert totem("init", "archive").code == 0
    assert totem("add", "series", "Mers").code == 0
    home = tmp_path / "archive/series/mers"
    for name in (b"\xff.md", b"01-a\x1b[31m.md", b"02-\n.md", b"-x.md", b"03-[bold].md", " é.md".encode()):
        Path(home, name.decode(errors="surrogateescape")).write_text('+++\ntitle = "T"\n+++\n')
    for arguments in (["list"], ["check"], ["show", "mers/"], ["stats"], ["search", "T"], ["list", "--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "totem_cli", *arguments], cwd=tmp_path, capture_output=True, timeout=60
        )
        shown = (done.stdout + done.stderr).decode()
        assert done.returncode in (0, 4), (arguments, shown)
        assert "bug in totem" not in shown
        assert not CONTROL.search(shown), (arguments, shown)
