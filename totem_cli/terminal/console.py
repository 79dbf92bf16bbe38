"""The terminal that pages are shown on, with its pager."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO

from rich.console import Console, RenderableType

NARROWEST = 20
"""A ``COLUMNS`` below this is ignored."""


class Terminal(Console):
    """A Rich console. ``hyperlinks`` says whether links may be OSC 8 escapes; None: on a terminal with colours."""

    hyperlinks: bool | None = None


def console(stream: IO[str], environ: Mapping[str, str] | None = None) -> Terminal:
    """A console that prints text as it is: no markup, no emoji codes, no highlighting.

    ``NO_COLOR``, ``COLUMNS``, ``LINES`` and ``TERM=dumb`` are honoured.
    """
    known = dict(os.environ if environ is None else environ)
    for name, least in (("COLUMNS", NARROWEST), ("LINES", 1)):
        value = known.get(name, "")
        if not (value.isascii() and value.isdigit() and len(value) < 6 and int(value) >= least):
            known.pop(name, None)
    return Terminal(
        file=stream, markup=False, emoji=False, highlight=False, legacy_windows=False, safe_box=True, _environ=known
    )


def needs_pager(lines: int, on: Console) -> bool:
    """Whether so many lines, and the prompt after them, are more than the terminal shows at once."""
    return on.is_terminal and lines >= on.height


def show_paged(on: Terminal, page: RenderableType, *, pager: bool | None = None) -> None:
    """Show a page, through a pager where it is longer than the terminal; ``pager`` true or false decides instead.

    The pager is ``$PAGER``, else ``less``. Where it cannot be run, or is empty or ``cat``, the page is shown as it is.
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
    """The pager and its arguments; ``less`` is told to let styles through."""
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
    """Whether the pager could be started. To leave it before the end is no failure."""
    environ = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"} | os.environ
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environ, encoding="utf-8", errors="replace")  # noqa: S603
    except OSError:
        return False
    unsent: str | None = text
    while True:
        try:
            process.communicate(unsent)
        except KeyboardInterrupt:  # the pager handles it; what it has not read yet is still sent
            unsent = None
            continue
        return True
