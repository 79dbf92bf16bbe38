"""The list of episodes: lines drawn as they are scrolled to, so that ten thousand cost no more than those on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from totem_cli.browse.library import Entry


class Listing(ScrollView, can_focus=True):
    """Entries, one of which the cursor is on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("home,g", "end(-1)", "First", show=False),
        Binding("end,G", "end(1)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"listing--cursor", "listing--series"}
    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor came to an episode."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Opened(Message):
        """An episode was chosen."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    entries: Sequence[Entry] = ()
    label: Callable[[int], str] = str
    """The text of an episode's line, by its position."""

    def show(self, entries: Sequence[Entry], position: int | None = None) -> None:
        """Show these entries, the cursor on the episode at ``position``, else on the first."""
        self.entries = entries
        self.virtual_size = Size(self.size.width, len(entries))
        found = (
            None if position is None else next((at for at, one in enumerate(entries) if one.position == position), None)
        )
        self.set_reactive(Listing.cursor, self._step(-1, 1) if found is None else found)
        self.scroll_to(y=max(0, self.cursor - self.size.height // 2), animate=False)
        self.refresh()

    @property
    def position(self) -> int | None:
        """The episode that the cursor is on."""
        return self.entries[self.cursor].position if 0 <= self.cursor < len(self.entries) else None

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the two lines, and tell that the cursor moved."""
        self.refresh()
        self.scroll_to_region(Region(0, now, 1, 1), animate=False)
        if before != now and self.position is not None and self.position >= 0:
            self.post_message(self.Moved(self.position))

    def on_resize(self) -> None:
        """The lines are as wide as the list."""
        self.virtual_size = Size(self.size.width, len(self.entries))

    def action_move(self, by: int) -> None:
        """Go to the next episode, up or down."""
        self.cursor = self._step(self.cursor, by)

    def action_page(self, by: int) -> None:
        """Go a screen up or down."""
        target = self.cursor + by * max(1, self.size.height - 1)
        self.cursor = self._step(min(max(target, -1), len(self.entries)) - (1 if by > 0 else -1), by)

    def action_end(self, which: int) -> None:
        """Go to the first or the last episode."""
        self.cursor = self._step(-1, 1) if which < 0 else self._step(len(self.entries), -1)

    def action_open(self) -> None:
        """Open the episode that the cursor is on."""
        if self.position is not None and self.position >= 0:
            self.post_message(self.Opened(self.position))

    def on_click(self, event: events.Click) -> None:
        """Open the episode that was clicked."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self.entries) and self.entries[index].position >= 0:
            self.cursor = index
            self.action_open()

    def _step(self, index: int, by: int) -> int:
        """The next episode in a direction; where there is none, the nearest in the other, or where it was."""
        for direction, start in ((by, index + by), (-by, index if index not in (-1, len(self.entries)) else -9)):
            at = start
            while 0 <= at < len(self.entries):
                if self.entries[at].position >= 0:
                    return at
                at += 1 if direction > 0 else -1
        return 0

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if not 0 <= index < len(self.entries):
            return Strip.blank(width, self.rich_style)
        entry = self.entries[index]
        style = self.rich_style
        if entry.position < 0:
            style += self.get_component_rich_style("listing--series", partial=True)
        elif index == self.cursor:
            style += self.get_component_rich_style("listing--cursor", partial=True)
            style += Style(bold=self.has_focus)
        strip = Strip([Segment(entry.text or self.label(entry.position), style)])
        if strip.cell_length > width:
            strip = Strip([*strip.crop(0, width - 1), Segment("…", style)])
        return strip.extend_cell_length(width, style).crop(0, width)
