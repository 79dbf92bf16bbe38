"""The reader's screen: a list at the left, a page at the right, or one of them in a narrow terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Input, Static

from totem_cli.archive.archive import Archive
from totem_cli.browse.keys import Keys, key_line
from totem_cli.browse.library import Library, Target, View
from totem_cli.browse.listing import Listing
from totem_cli.browse.reader import Links, Reader
from totem_cli.errors import TotemError
from totem_cli.language.fold import search_words
from totem_cli.language.visible import visible
from totem_cli.model.episode_row import EpisodeRow

NARROW = 90
"""Columns below which one pane is shown at a time."""
_PREVIEW_AFTER = 0.12
"""Seconds for which the cursor stands on an episode before its page is set."""


class State(NamedTuple):
    """Where a reader is: the view, the episode that is read (None: the view's own page), whether it is read."""

    view: View = View()
    position: int | None = None
    reading: bool = False


class Browser(App[None]):
    """The application. ``edit`` lets the user edit an episode's file, by its reference."""

    TITLE = "totem"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #bar { height: 1; background: $panel; color: $foreground; padding: 0 1; text-style: bold; }
    #keys {
        dock: bottom; height: 1; padding: 0 1; background: $footer-background; color: $footer-foreground;
        link-style: none; link-color: $footer-foreground; link-background: $footer-background;
    }
    #left { width: 40%; min-width: 36; border-right: solid $panel-lighten-2; }
    #field { height: 1; border: none; padding: 0 1; background: $surface-lighten-1; display: none; }
    #field.-shown { display: block; }
    #list, #page { scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    .listing--cursor { background: $primary; color: $text; }
    .listing--series { text-style: bold; color: $text-accent; }
    .reader--hit { background: $warning; color: black; }
    Screen.-one-pane #left { width: 100%; border-right: none; }
    Screen.-one-pane #page { display: none; }
    Screen.-one-pane.-reading #left { display: none; }
    Screen.-one-pane.-reading #page { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "Filter"),
        Binding("slash", "search", "Search", key_display="/"),
        Binding("escape,backspace,alt+left", "go_back", "Back", key_display="Esc"),
        Binding("alt+right", "go_forward", "Forward", show=False),
        Binding("left,h", "focus_list", "To the list", show=False),
        Binding("right,l", "focus_page", "To the page", show=False),
        Binding("o", "open_site", "Site"),
        Binding("e", "edit", "Edit"),
        Binding("y", "copy_address", "Copy address", show=False),
        Binding("c", "copy_citation", "Cite"),
        Binding("d", "dark", "Light or dark", show=False),
        Binding("r", "reload", "Read again", show=False),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "quit", "Quit"),
        *(Binding(str(number), f"question({number})", f"Question {number}", show=False) for number in range(1, 10)),
    ]

    def __init__(self, archive: Archive, *, edit: Callable[[str], None]) -> None:
        super().__init__()
        self.library = Library(archive)
        self._edit = edit
        self._state = State()
        self._past: list[State] = []
        self._future: list[State] = []
        self._waiting: Timer | None = None
        self._searching = False

    # The screen

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Static(id="bar", markup=False)
        with Horizontal():
            with Vertical(id="left"):
                yield Input(id="field", compact=True)
                yield Listing(id="list")
            yield Reader(id="page")
        yield Static(key_line(self.BINDINGS), id="keys")

    @property
    def listing(self) -> Listing:
        """The list."""
        return self.query_one("#list", Listing)

    @property
    def reader(self) -> Reader:
        """The page."""
        return self.query_one("#page", Reader)

    @property
    def field(self) -> Input:
        """Where a filter or a search is typed."""
        return self.query_one("#field", Input)

    def on_mount(self) -> None:
        """Show all episodes."""
        self.theme = "textual-light" if os.environ.get("COLORFGBG", "").endswith((";15", ";7")) else "textual-dark"
        self.listing.label = self.library.label
        self.listing.focus()
        self.call_after_refresh(self._begin)

    def on_resize(self, event: Resize) -> None:
        """One pane or two."""
        self.screen_stack[0].set_class(event.size.width < NARROW, "-one-pane")  # also below the keys
        self._arrange()

    def _arrange(self) -> None:
        """Show the page instead of the list where one pane is shown; two are not painted anew for a class."""
        screen = self.screen_stack[0]
        screen.set_class(self._state.reading and screen.has_class("-one-pane"), "-reading")

    def _begin(self) -> None:
        """Show the list; the first page, which needs who appears where, when that is on the screen."""
        self._list(self._state)
        self._preview_soon(self.listing.position)

    # Where the reader is

    def go(self, state: State) -> None:
        """Go somewhere, from where :meth:`action_go_back` comes back."""
        if state != self._state:
            self._past.append(self._here())
            self._future.clear()
        self._enter(state)

    def _here(self) -> State:
        position = self._state.position
        if not self._state.reading and self.listing.position is not None and self.listing.position >= 0:
            position = self.listing.position
        return self._state._replace(position=position)

    def _enter(self, state: State) -> None:
        self._forget_preview()
        if state.view != self._state.view or not self.listing.entries:
            self._list(state)
        self._state = state
        self._arrange()
        if not state.reading and state.view.kind in ("all", "search"):
            self._preview_soon(self.listing.position)  # the list first
        else:
            self._show_page(state.position)
        (self.reader if state.reading else self.listing).focus()

    def _list(self, state: State) -> None:
        """List the episodes of a view, and say above how many they are."""
        entries = self.library.entries(state.view)
        self.listing.show(entries, state.position)
        count = sum(entry.position >= 0 for entry in entries)
        shown = f"{visible(self.library.title(state.view))}: {count} episode{'' if count == 1 else 's'}"
        narrowed = f", filter “{visible(state.view.filter)}”" if state.view.filter else ""
        self.query_one("#bar", Static).update(Text(shown + narrowed))

    def _show_page(self, position: int | None) -> None:
        view = self._state.view
        words = search_words(view.key) if view.kind == "search" else []
        if position is not None and 0 <= position < len(self.library.rows):
            self.reader.show(str(position), lambda: self._episode(position), words)
        elif view.kind not in ("all", "search"):
            self.reader.show(f"{view.kind} {view.key}", lambda: self._about(view))
        else:
            self.reader.show("nothing", lambda: (Text("Nothing was found."), ()))

    def _episode(self, position: int) -> tuple[RenderableType, Links]:
        """The page of an episode, and what it leads to: in its text, and listed at its end."""
        from msgspec.structs import replace

        from totem_cli.terminal.pages import episode_page

        archive, row = self.library.archive, self.library.rows[position]
        try:
            episode = archive.episodes[f"{row.series}/{row.slug}"]
        except TotemError as error:
            return Text(visible(str(error))), ()
        episode = replace(episode, recap=archive.workspace.index.recap(row.series, row.slug))
        page = episode_page(episode, archive.series.of(episode), archive.settings)
        related: list[RenderableType] = [Text(""), Text("─" * 20, style="dim")]
        links: list[tuple[str, Target]] = []
        for name, target in dict.fromkeys(self.library.links(position)):
            links.append((visible(name), target))
            count = self.library.counted(target)
            if count > 1:
                told = f"→ {visible(name)}: {count} episodes"
                related.append(Text(told))
                links.append((told, target))
        return Group(page, *related) if len(related) > 2 else page, links

    def _about(self, view: View) -> tuple[RenderableType, Links]:
        lines = self.library.page(view)
        texts = [
            Text(line.text, style="bold" if number == 0 or line.target else "") for number, line in enumerate(lines)
        ]
        return Group(*texts), [(line.text, line.target) for line in lines if line.target]

    # What happens

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Show the page of the episode that the cursor stands on, where there are two panes."""
        self._preview_soon(event.position)

    def _preview_soon(self, position: int | None) -> None:
        self._forget_preview()
        if not self.screen.has_class("-one-pane"):
            self._waiting = self.set_timer(_PREVIEW_AFTER, lambda: self._preview(position))

    def _forget_preview(self) -> None:
        if self._waiting:
            self._waiting.stop()

    def _preview(self, position: int | None) -> None:
        if self.is_running and not self._state.reading and self.listing.position == position:
            self._show_page(position)

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Read an episode."""
        self.go(self._state._replace(position=event.position, reading=True))

    def on_reader_followed(self, event: Reader.Followed) -> None:
        """Follow a link."""
        target = event.target
        if target.kind == "episode":
            self.go(State(self._state.view, int(target.key), reading=True))
        else:
            self.go(State(View(target.kind, target.key), None, reading=True))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if not self._searching and self.field.has_class("-shown"):
            view = self._state.view._replace(filter=event.value)
            self._state = self._state._replace(view=view, position=None, reading=False)
            self._list(self._state)
            self._preview_soon(self.listing.position)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search, or go to the filtered list."""
        self._close_field()
        if self._searching and event.value.strip():
            self.go(State(View("search", event.value.strip())))
        else:
            self._enter(self._state)
        self._searching = False

    def _open_field(self, placeholder: str, value: str) -> None:
        self.screen.remove_class("-reading")
        self.field.placeholder = placeholder
        self.field.value = value
        self.field.add_class("-shown")
        self.field.focus()

    def _close_field(self) -> None:
        self.field.remove_class("-shown")
        self.listing.focus()

    # Keys

    def action_filter(self) -> None:
        """Type what the listed episodes must hold: title, series, number, date, guests, tags."""
        self._searching = False
        self._open_field("Filter: title, guest, tag, date", self._state.view.filter)

    def action_search(self) -> None:
        """Type what is searched in all recaps."""
        self._searching = True
        self._open_field("Search in all recaps", "")

    def action_go_back(self) -> None:
        """Go back to where the reader was; first close what is open, then leave the page, the filter."""
        if self.field.has_class("-shown"):
            self._close_field()
            self._enter(self._state._replace(view=self._state.view._replace(filter="")))
        elif self._past:
            self._future.append(self._here())
            self._enter(self._past.pop())
        elif self._state.reading or self._state.view.filter:
            self._enter(State())

    def action_go_forward(self) -> None:
        """Go forward to where the reader was before it went back."""
        if self._future:
            self._past.append(self._here())
            self._enter(self._future.pop())

    def action_focus_list(self) -> None:
        """Go to the list."""
        if self._state.reading:
            self.go(self._state._replace(reading=False))

    def action_focus_page(self) -> None:
        """Go to the page."""
        if self.listing.has_focus:
            self.listing.action_open()

    def action_question(self, number: int) -> None:
        """Go to a question of the page."""
        if not self.reader.go_to_question(number):
            self.notify(f"This page has no question {number}.")

    def action_open_site(self) -> None:
        """Open the page of the site in the user's browser."""
        if address := self._address():
            self.open_url(address)

    def action_copy_address(self) -> None:
        """Copy the address of the page of the site."""
        if address := self._address():
            self._copy(address)

    def action_copy_citation(self) -> None:
        """Copy the citation of the episode."""
        from totem_cli.exporters.citation import citation, text

        row = self._current()
        if row is not None:
            archive = self.library.archive
            episode = archive.episodes[f"{row.series}/{row.slug}"]
            self._copy(text(citation(episode, archive.series.of(episode), archive.settings, archive.names)))

    def _copy(self, text: str) -> None:
        self.copy_to_clipboard(visible(text))
        self.notify(visible(text), title="Copied", markup=False)

    def action_edit(self) -> None:
        """Edit the episode's file; the page then shows what was saved."""
        row = self._current()
        if row is None:
            return
        try:
            with self.suspend():
                self._edit(f"{row.series}/{row.slug}")
        except SuspendNotSupported:
            self.notify("This terminal cannot be left for an editor: totem edit episode", severity="error")
            return
        except TotemError as error:
            self.notify(visible(str(error)), severity="error", markup=False)
        self.action_reload()

    def action_reload(self) -> None:
        """Read the archive again."""
        state, row = self._state, self._current()
        self.library.archive.refresh()
        self.library.reload()
        self.reader.forget()
        position = state.position
        if row is not None:
            position = next((at for at, one in enumerate(self.library.rows) if one.id == row.id), None)
        state = state._replace(position=position)
        self._list(state)
        self._enter(state)

    def action_dark(self) -> None:
        """Change between light and dark."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_help(self) -> None:
        """Show every key."""
        self.push_screen(Keys(self.BINDINGS, Listing.BINDINGS, Reader.BINDINGS))

    def _current(self) -> EpisodeRow | None:
        position = self._state.position if self._state.reading else self.listing.position
        if position is None or not 0 <= position < len(self.library.rows):
            self.notify("Choose an episode first.")
            return None
        return self.library.rows[position]

    def _address(self) -> str | None:
        """The address of the episode's page; tells where there is none."""
        from totem_cli.exporters.html.links import absolute

        row = self._current()
        if row is None:
            return None
        address = absolute(self.library.archive.settings.base_url, row.address)
        if address is None:
            self.notify('totem.toml does not say where the site is: base_url = "https://…"', markup=False)
        return address
