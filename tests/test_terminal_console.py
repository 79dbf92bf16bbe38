"""The terminal itself: what it is told by the environment, its pager, errors and diffs on it."""

from __future__ import annotations

import io
import os
import pty
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from rich.console import Group
from rich.text import Text

from totem_cli.errors import InvalidError, Location, NotFoundError
from totem_cli.terminal.console import coloured_diff, console, needs_pager, show_paged
from totem_cli.terminal.plain import error_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = Group(*(Text(f"ligne {number}") for number in range(200)))
SHORT = Text("une ligne")


def on_terminal(work: Callable[[io.TextIOWrapper], None]) -> str:
    """What ``work`` sends to a terminal of 24 lines."""
    master, slave = pty.openpty()
    sent: list[bytes] = []

    def read() -> None:
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                return
            if not piece:
                return
            sent.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    with open(slave, "w", encoding="utf-8") as stream:
        work(stream)
    reader.join(10)
    os.close(master)
    return b"".join(sent).decode().replace("\r\n", "\n")


def paged(monkeypatch: pytest.MonkeyPatch, pager: str, page: object, *, told: bool | None = None) -> str:
    """What reaches the terminal itself when the page goes through this pager."""
    monkeypatch.setenv("PAGER", pager)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLUMNS", raising=False)
    environ = {"TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    return on_terminal(lambda stream: show_paged(console(stream, environ), page, pager=told))  # type: ignore[arg-type]


def catcher(tmp_path: Path, code: str) -> str:
    """A pager of ours, as ``$PAGER`` names it."""
    script = tmp_path / "pager.py"
    script.write_text(code, "utf-8")
    return f"'{sys.executable}' '{script}'"


def test_a_long_page_goes_to_the_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is longer than the terminal is sent to ``$PAGER``, and only there; what is not is simply shown."""
    out = tmp_path / "out"
    pager = catcher(tmp_path, f"import sys\nopen({str(out)!r}, 'w').write(sys.stdin.read())")
    assert paged(monkeypatch, pager, LONG) == ""
    assert out.read_text("utf-8").count("\n") == 200
    out.unlink()
    assert paged(monkeypatch, pager, SHORT) == "une ligne\n"
    assert not out.exists()


def test_the_reader_may_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--pager`` pages a short page, ``--no-pager`` shows a long one."""
    out = tmp_path / "out"
    pager = catcher(tmp_path, f"import sys\nopen({str(out)!r}, 'w').write(sys.stdin.read())")
    assert paged(monkeypatch, pager, SHORT, told=True) == ""
    assert out.read_text("utf-8") == "une ligne\n"
    out.unlink()
    assert paged(monkeypatch, pager, LONG, told=False).count("\n") == 200
    assert not out.exists()


@pytest.mark.parametrize("pager", ["no-such-program-here", "", "cat", "'unclosed", "/"])
def test_a_pager_that_is_not_there_is_done_without(pager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is shown as it is, whole."""
    assert paged(monkeypatch, pager, LONG).count("\n") == 200


def test_a_pager_left_early_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who quits after one line, or at once, or a pager that fails, ends the command in peace."""
    huge = Group(*[Text("x" * 78)] * 9000)
    for code in ("import sys; sys.stdin.readline()", "", "raise SystemExit(3)"):
        assert paged(monkeypatch, catcher(tmp_path, code), huge) == ""


def test_nothing_is_paged_in_a_pipe() -> None:
    """Where standard output is no terminal there is no pager, even when asked."""
    stream = io.StringIO()
    show_paged(console(stream, {}), LONG, pager=True)
    assert stream.getvalue().count("\n") == 200
    assert not needs_pager(1000, console(stream, {}))


@pytest.mark.parametrize("value", ["0", "-3", "abc", "²", "", "9999999", "3"])
def test_columns_that_make_no_sense_are_not_believed(value: str) -> None:
    """A broken COLUMNS gives the default width and no failure."""
    assert console(io.StringIO(), {"COLUMNS": value}).width == 80


def test_columns_are_honoured() -> None:
    """COLUMNS=52 is 52 columns."""
    assert console(io.StringIO(), {"COLUMNS": "52"}).width == 52


def test_an_error_says_where_what_and_how_to_mend() -> None:
    """Place, message and hint, in two lines."""
    error = InvalidError("title is missing", hint='add title = "…"', location=Location("series/a/01.md", 3, 1))
    assert error_text(error) == 'error: series/a/01.md:3:1: title is missing\nhint: add title = "…"\n'


def test_an_error_is_shown_and_never_obeyed() -> None:
    """Escapes in a file's name, a message or a hint are visible; colour is ours alone."""
    error = NotFoundError("no \x1b[31m[/nope]", hint="\x9b1m\u202e", location=Location("a\x07\nb"))
    plain = error_text(error)
    assert plain == "error: a\\x07\\nb: no \\x1b[31m[/nope]\nhint: \\x9b1m\\u202e\n"
    assert error_text(error, colour=True).startswith("\x1b[1;31merror:\x1b[0m a")


def test_a_diff_is_coloured_and_safe() -> None:
    """Lines that go are red, that come green; an escape is shown, a tab is spaces, and nothing is lost."""
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    on = console(stream, {"TERM": "xterm", "COLUMNS": "40"})
    on.print(coloured_diff("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\ta\x1b[2J\n+[/nope] " + "x" * 90 + "\n"), soft_wrap=True)
    assert "\x1b[31m-   a\\x1b[2J\x1b[0m\n" in stream.getvalue()
    assert "\x1b[32m+[/nope] " + "x" * 90 + "\x1b[0m\n" in stream.getvalue()
    assert stream.getvalue().count("\n") == 5
