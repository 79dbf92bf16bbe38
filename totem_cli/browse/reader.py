"""The page: what ``totem show`` sets, scrolled, with links and marked words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from totem_cli.archive.hits import spans_of
from totem_cli.browse.library import Target
from totem_cli.terminal.console import Terminal

Links = Sequence[tuple[str, Target]]


class Link(NamedTuple):
    """Where on the page a link stands: its line, and its first and last column, the last excluded."""

    line: int
    start: int
    stop: int
    target: Target


class Reader(ScrollView, can_focus=True):
    """A page. Tab goes through its links, Enter follows one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "Top", show=False),
        Binding("end,G", "scroll_end", "End", show=False),
        Binding("tab", "link(1)", "Next link", show=False),
        Binding("shift+tab", "link(-1)", "Previous link", show=False),
        Binding("enter", "follow", "Follow", show=False),
        Binding("n", "hit(1)", "Next hit", show=False),
        Binding("N", "hit(-1)", "Previous hit", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"reader--hit"}

    class Followed(Message):
        """A link was followed."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._page: Callable[[], tuple[RenderableType, Links]] | None = None
        self._name = ""
        self._words: Sequence[str] = ()
        self._strips: list[Strip] = []
        self._links: list[Link] = []
        self._hits: list[int] = []
        self._link = self._hit = -1
        self._width = 0

    def show(self, name: str, page: Callable[[], tuple[RenderableType, Links]], words: Sequence[str] = ()) -> None:
        """Show a page from its top, or from its first hit: what ``page`` gives, links by the text that they stand on.

        ``words`` are folded; where they begin words of the page, these are marked. A page of the same name and words
        is not set again until :meth:`forget`.
        """
        is_set = (name, words) == (self._name, self._words)
        self._name, self._page, self._words, self._link, self._hit = name, page, words, -1, -1
        if is_set:
            self.refresh()
        else:
            self._set()
        self.scroll_to(y=0, animate=False)
        if self._hits:
            self.action_hit(1)

    def forget(self) -> None:
        """Set the next page anew, whatever its name."""
        self._name = ""

    def on_resize(self) -> None:
        """Set the page anew in another width."""
        if self.scrollable_content_region.width != self._width:
            self._set()

    def _set(self) -> None:
        self._width = self.scrollable_content_region.width
        if self._page is None or self._width < 10:
            return
        renderable, links = self._page()
        console = Terminal(
            file=StringIO(),
            width=self._width - 2,
            markup=False,
            emoji=False,
            highlight=False,
            color_system="truecolor",
            force_terminal=True,
            legacy_windows=False,
        )
        console.hyperlinks = False
        lines = console.render_lines(renderable, console.options, pad=False)
        self._strips = [Strip([Segment(" "), *line]) for line in lines]
        self.virtual_size = Size(self._width, len(self._strips))
        self._links = sorted(_placed(self._strips, links))
        self._hits = []
        if self._words:
            self._mark()
        self.refresh()

    def _mark(self) -> None:
        style = self.get_component_rich_style("reader--hit", partial=True)
        for index, strip in enumerate(self._strips):
            text = strip.text
            spans = spans_of(self._words, text)
            if spans:
                self._hits.append(index)
                for start, stop in spans:
                    strip = _styled(strip, cell_len(text[:start]), cell_len(text[:stop]), style)  # noqa: PLW2901
                self._strips[index] = strip

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        index = y + self.scroll_offset.y
        base = self.rich_style
        if not 0 <= index < len(self._strips):
            return Strip.blank(self.size.width, base)
        strip = self._strips[index]
        for number, link in enumerate(self._links):
            if link.line == index:
                style = Style(underline=True, reverse=number == self._link)
                strip = _styled(strip, link.start, link.stop, style)
        return strip.apply_style(base).extend_cell_length(self.size.width, base).crop(0, self.size.width)

    def action_link(self, by: int) -> None:
        """Go to the next link, or the one before."""
        if self._links:
            self._link = (self._link + by) % len(self._links) if self._link >= 0 or by > 0 else len(self._links) - 1
            self._go_to(self._links[self._link].line)

    def action_follow(self) -> None:
        """Follow the link that the cursor is on."""
        if 0 <= self._link < len(self._links):
            self.post_message(self.Followed(self._links[self._link].target))

    def action_hit(self, by: int) -> None:
        """Go to the next line with a hit, or the one before."""
        if self._hits:
            self._hit = (self._hit + by) % len(self._hits)
            self._go_to(self._hits[self._hit])

    def go_to_question(self, number: int) -> bool:
        """Go to a numbered question; whether there is one."""
        mark = f"{number}."
        for index in range(len(self._strips) - 1, -1, -1):  # the questions come after the recap's own lists
            if self._strips[index].text.strip().startswith(f"{mark} "):
                self.scroll_to(y=index, animate=False)
                return True
        return False

    def on_click(self, event: events.Click) -> None:
        """Follow the link that was clicked."""
        line, column = event.y + self.scroll_offset.y, event.x
        for link in self._links:
            if link.line == line and link.start <= column < link.stop:
                self.post_message(self.Followed(link.target))
                return

    def _go_to(self, line: int) -> None:
        self.scroll_to_region(Region(0, line, 1, 1), animate=False)
        self.refresh()


def _placed(strips: Sequence[Strip], links: Links) -> list[Link]:
    """Where each link stands: where its text first is that no other link took."""
    found: list[Link] = []
    texts = [strip.text for strip in strips]
    for words, target in links:
        for index, text in enumerate(texts):
            at = text.find(words)
            while at >= 0:
                link = Link(index, cell_len(text[:at]), cell_len(text[: at + len(words)]), target)
                if not any(
                    other.line == index and other.start < link.stop and link.start < other.stop for other in found
                ):
                    break
                at = text.find(words, at + 1)
            if at >= 0:
                found.append(link)
                break
    return found


def _styled(strip: Strip, start: int, stop: int, style: Style) -> Strip:
    """The strip with a style on some of its columns."""
    parts = list(strip.divide([start, stop, strip.cell_length]))
    parts[1] = Strip(Segment.apply_style(parts[1], post_style=style))
    return Strip.join(parts)
