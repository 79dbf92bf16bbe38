"""The reader's keys: some in the last line, all on the screen that ``?`` shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

_SIGNS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "slash": "/",
    "question_mark": "?",
}
"""Keys whose names in Textual are not what stands on them; the others are capitalised where they are words."""


def key_line(bindings: Iterable[BindingType]) -> str:
    """A line of the keys that are shown, in Textual's markup; a click does what the key does.

    Textual's own footer is made anew whenever the focus moves, which takes longer than to set a page.
    """
    shown = [one for one in bindings if isinstance(one, Binding) and one.show]
    return "  ".join(
        f"[@click=app.{one.action}][b]{one.key_display or one.key}[/b] {one.description}[/]" for one in shown
    )


class Keys(ModalScreen[None]):
    """The keys of each part, under its name; any of the usual keys closes it, and so does a click."""

    CSS = """
    Keys { align: center middle; }
    #all-keys { width: auto; height: auto; max-width: 100%; padding: 0 2; background: $panel; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,enter,q,space", "close", "Close", show=False)
    ]

    def __init__(
        self, everywhere: Iterable[BindingType], in_list: Iterable[BindingType], on_page: Iterable[BindingType]
    ) -> None:
        super().__init__()
        digits = Binding("1", "", "Go to a question", key_display="1…9")
        first = [one for one in everywhere if isinstance(one, Binding) and not one.key.isdecimal()]
        self._columns = ({"Everywhere": first}, {"In the list": in_list, "On a page": [*on_page, digits]})

    def compose(self) -> ComposeResult:
        """The widgets."""
        keys = Table.grid(padding=(0, 3))
        keys.add_row(*(_column(parts) for parts in self._columns))
        yield Static(keys, id="all-keys")

    def action_close(self) -> None:
        """Go back to what was read."""
        self.dismiss()

    def on_click(self) -> None:
        """The same."""
        self.dismiss()


def _column(parts: Mapping[str, Iterable[BindingType]]) -> Table:
    column = Table.grid(padding=(0, 2))
    for number, (title, bindings) in enumerate(parts.items()):
        if number:
            column.add_row("", "")
        column.add_row("", Text(title, style="bold"))
        for one in bindings:
            if isinstance(one, Binding):
                signs = one.key_display or " ".join(map(_sign, one.key.split(",")))
                column.add_row(Text(signs, style="bold", justify="right"), Text(one.description))
    return column


def _sign(key: str) -> str:
    *held, name = key.split("+")
    sign = _SIGNS.get(name, name.capitalize() if len(name) > 1 else name)
    return "+".join([*(one.capitalize() for one in held), sign])
