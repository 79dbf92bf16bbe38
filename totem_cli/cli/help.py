"""How a command's help is printed: usage, what it does, an example, its arguments, its options."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from totem_cli.cli.options import COMMON, FILTERS
from totem_cli.terminal.console import console

WIDEST_NAME = 30
"""A name that is wider, in cells, has a line of its own."""

WIDEST_PAGE = 100
"""Longer lines are hard to read."""

Row = tuple[str, str]
"""A name (of an argument, an option, a command) and what it means."""


def print_help(command: Any, context: Any) -> None:
    """Print the help of a command, or of a group of commands, to standard output."""
    on = console(sys.stdout)
    on.print(_page(command, context), width=min(on.width, WIDEST_PAGE))


def usage(command: Any, context: Any) -> str:
    """How a command is written: its words, its arguments, its options."""
    pieces = [placeholder(one) for one in command.get_params(context) if one.param_type_name == "argument"]
    if hasattr(command, "commands"):
        pieces = ["NOUN …"] if context.parent else ["VERB", "[NOUN]", "…"]
    return " ".join([context.command_path, *pieces, "[OPTIONS]"])


def placeholder(argument: Any, *, bare: bool = False) -> str:
    """An argument as the usage shows it: what may be left out stands in brackets, unless it is to be ``bare``."""
    name = str(argument.metavar or argument.name.upper())
    name = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    return name if argument.required or bare else f"[{name}]"


def option(one: Any) -> str:
    """An option with what it takes: ``-o, --output PATH``."""
    names = ", ".join(sorted((*one.opts, *one.secondary_opts), key=lambda name: len(name) > 2))
    return names if one.is_flag else f"{names} {metavar(one)}"


def metavar(one: Any) -> str:
    """What an option takes: a word of the field, or the words to choose from."""
    choices = getattr(one.type, "choices", None)
    return str(one.metavar or "|".join(map(str, choices or (one.name.upper(),))))


def meaning(one: Any) -> str:
    """What the help says of a parameter, with its choices and its default where the text does not say them."""
    if one.name == "help":
        return "Print this help."
    text = one.help or ""
    choices = getattr(one.type, "choices", None)
    if one.param_type_name == "argument" and choices and "|" not in one.metavar:
        text += f" One of {', '.join(choices)}."
    if one.default not in (None, True, False, "", [], ()) and not callable(one.default) and one.show_default:
        text += f" Default: {one.default}."
    return text.strip()


def _page(command: Any, context: Any) -> Group:
    parts: list[RenderableType] = [_indented(Text.assemble("Usage: ", (usage(command, context), "bold")))]
    parts += [_indented(Text(" ".join(words.split()))) for words in (command.help or "").split("\n\n")]
    if getattr(command, "example", ""):
        parts.append(_indented(Text.assemble("Example: ", (command.example, "green"))))
    panels = list(_panels(command, context))
    widest = max((cell_len(name) for _, rows in panels for name, _ in rows), default=0)
    parts += [_panel(heading, rows, min(widest, WIDEST_NAME)) for heading, rows in panels]
    return Group(*parts)


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 1, 1, 1))


def _panels(command: Any, context: Any) -> Iterator[tuple[str, list[Row]]]:
    """The headings of a help in order: what stands in the sentence, then what may be added to it."""
    found: dict[str, list[Row]] = {}
    for one in command.get_params(context):
        if one.param_type_name == "argument" and one.help:
            found.setdefault("Arguments", []).append((placeholder(one, bare=True), meaning(one)))
    for name, inner in getattr(command, "commands", {}).items():
        found.setdefault(inner.rich_help_panel or "Nouns", []).append((name, inner.short_help))
    options: dict[str, list[Row]] = {"Options": [], FILTERS: [], COMMON: []}
    for one in command.get_params(context):
        if one.param_type_name == "option" and not one.hidden:
            heading = COMMON if one.name in ("help", "version") else one.rich_help_panel or "Options"
            options[heading].append((option(one), meaning(one)))
    yield from found.items()
    yield from ((heading, rows) for heading, rows in options.items() if rows)


def _panel(heading: str, rows: Iterable[Row], width: int) -> Panel:
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=width, style="cyan", overflow="fold")
    grid.add_column(ratio=1)
    for name, words in rows:
        lines = [name] if cell_len(name) <= width else list(_parted(name, width))
        grid.add_row("\n".join(lines), words)
    return Panel(grid, title=heading, title_align="left", border_style="dim", box=box.ROUNDED, padding=(0, 1))


def _parted(name: str, width: int) -> Iterator[str]:
    """A name that is too wide, parted where a word of it ends; the rest indented."""
    line = ""
    for word in name.split(" "):
        if line and cell_len(f"{line} {word}") > width:
            yield line
            line = f"  {word}"
        else:
            line = f"{line} {word}".strip() if line else word
    yield line
