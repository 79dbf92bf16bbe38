"""The console that pages and diffs are printed to, and its pager."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO

from rich.console import Console, RenderableType
from rich.text import Text

from totem_cli.language.visible import visible

NARROWEST = 20
"""A ``COLUMNS`` below this is ignored."""

_STYLES = (("---", "bold"), ("+++", "bold"), ("@@", "magenta"), ("-", "red"), ("+", "green"))


class Terminal(Console):
    """A Rich console. ``hyperlinks`` is whether links may be OSC 8 escapes; None: on a terminal with colours."""

    hyperlinks: bool | None = None


def console(stream: IO[str], environ: Mapping[str, str] | None = None) -> Terminal:
    """Return a console that prints text literally: no markup, no emoji codes, no highlighting.

    It respects ``NO_COLOR``, ``COLUMNS``, ``LINES`` and ``TERM=dumb``.
    """
    variables = dict(os.environ if environ is None else environ)
    for name, least in (("COLUMNS", NARROWEST), ("LINES", 1)):
        value = variables.get(name, "")
        if not (value.isascii() and value.isdigit() and len(value) < 6 and int(value) >= least):
            variables.pop(name, None)
    return Terminal(
        file=stream, markup=False, emoji=False, highlight=False, legacy_windows=False, safe_box=True, _environ=variables
    )


def coloured_diff(diff: str) -> Text:
    """Return a diff as Rich text: removals red, additions green, control characters visible, tabs as spaces."""
    lines = [
        Text(visible(line.expandtabs(4)), next((style for start, style in _STYLES if line.startswith(start)), ""))
        for line in diff.removesuffix("\n").split("\n")
    ]
    return Text("\n").join(lines)


def needs_pager(lines: int, console: Console) -> bool:
    """Return whether so many lines and the prompt after them do not fit on the terminal."""
    return console.is_terminal and lines >= console.height


def show_paged(on: Terminal, page: RenderableType, *, pager: bool | None = None) -> None:
    """Print a page, through a pager if it is longer than the terminal, or as ``pager`` says.

    The pager is ``$PAGER``, or ``less``. If it cannot be run, is empty or ``cat``, the page is printed directly.
    """
    command = _command()
    if pager is False or not command or not on.is_terminal:
        on.print(page)
        return
    on.hyperlinks = _is_less(command)
    with on.capture() as capture:
        on.print(page)
    text = capture.get()
    if (pager or needs_pager(text.count("\n"), on)) and _run(command, text):
        return
    on.hyperlinks = None
    on.print(page)


def _command() -> list[str]:
    """Return the pager and its arguments; empty for none. ``less`` gets the option that keeps styles."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:
        return []
    if command and _is_less(command):
        return [*command, "-R"]
    return command if command != ["cat"] else []


def _is_less(command: list[str]) -> bool:
    return PurePath(command[0]).name == "less"


def _run(command: list[str], text: str) -> bool:
    """Run the pager; return whether it could be started. Quitting it before the end is no failure."""
    environ = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"} | os.environ
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environ, encoding="utf-8", errors="replace")  # noqa: S603
    except OSError:
        return False
    unsent: str | None = text
    while True:
        try:
            process.communicate(unsent)
        except KeyboardInterrupt:  # the pager handles it; the rest of the text is still sent
            unsent = None
            continue
        return True
