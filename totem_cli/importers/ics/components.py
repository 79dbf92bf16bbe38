"""Divide an iCalendar file into its components, each with its line; the library ``icalendar`` reads them.

Events are read one by one, so that one that is malformed has its line, and the others their place.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from warnings import catch_warnings, simplefilter

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.note_list import NoteList
from totem_cli.markup.characters import allowed

if TYPE_CHECKING:
    from icalendar import Component as Parsed

LARGEST = 64 * 1024 * 1024
_CALENDAR = "VCALENDAR"


class _Line(NamedTuple):
    number: int
    text: str


class Component:
    """An event, a zone or another part of a calendar; what cannot be read in it is noted."""

    def __init__(self, name: str, text: str, location: Location, notes: NoteList) -> None:
        self.name = name
        self.location = location
        self.parsed = _parsed(name, text, location, notes)
        for part, message in self.parsed.errors:
            notes.left_out(message if part is None else f"{part}: {message}", "it cannot be read", location)
            if part is not None:
                self.parsed.pop(part, None)

    def value(self, name: str) -> str:
        """The text of the first property with this name; empty where there is none."""
        value = self.parsed.get(name, "")
        return str(value[0] if isinstance(value, list) else value).strip()


class Calendar:
    """The properties of a calendar, in their order, and its components."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.values: list[tuple[str, str]] = []
        self.components: list[Component] = []
        self._parameters: dict[tuple[str, str], str] = {}

    def add(self, line: str, location: Location, notes: NoteList) -> None:
        """Add a property by its line; one that is malformed is noted."""
        from icalendar import vText
        from icalendar.parser import Contentline

        try:
            name, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError:
            notes.left_out(line, "it is not a line of a calendar", location)
            return
        self.values.append((name.upper(), str(vText.from_ical(value)).strip()))
        self._parameters |= {(name.upper(), key.upper()): str(one) for key, one in parameters.items()}

    def value(self, name: str) -> str:
        """The first property with this name; empty where there is none."""
        return next((value for key, value in self.values if key == name), "")

    def parameter(self, name: str, key: str) -> str:
        """A parameter of the last property with this name; empty where there is none."""
        return self._parameters.get((name, key), "")


def calendars(content: bytes, name: str, encoding: str | None, notes: NoteList) -> Iterator[Calendar]:
    """Every calendar of a file; components that stand outside of one are a calendar of their own.

    Raises InvalidError with the line where the file is none, is larger than 64 MB, or ends too early.
    """
    if len(content) > LARGEST:
        raise InvalidError(f"a calendar larger than {LARGEST >> 20} MB is not read", location=Location(name))
    lines = list(_lines(_decoded(content, name, encoding, notes)))
    if not any(_mark(line.text, "BEGIN") for line in lines):
        begins = f": it begins with {lines[0].text[:40]!r}" if lines else ": it is empty"
        hint = "a calendar (.ics) begins with BEGIN:VCALENDAR"
        raise InvalidError(f"this is not a calendar{begins}", hint=hint, location=Location(name))
    divider = _Divider(name, notes)
    for line in lines:
        divider.take(line)
    yield from divider.finish()


class _Divider:
    """Gives the lines of a file to the calendars and components that they are in."""

    def __init__(self, name: str, notes: NoteList) -> None:
        self._name = name
        self._notes = notes
        self._calendars: list[Calendar] = []
        self._parts: list[tuple[Calendar, str, list[str], Location]] = []
        self._open: list[tuple[str, int]] = []  # the components that the line is in, with their lines

    def take(self, line: _Line) -> None:
        """Take the next line. Raises InvalidError where it ends another component than the open one."""
        location = Location(self._name, line.number)
        ends = _mark(line.text, "END")
        if begins := _mark(line.text, "BEGIN"):
            self._begin(begins, location)
        if self._open and self._open[-1][0] != _CALENDAR:
            self._parts[-1][2].append(line.text)
        elif not (begins or ends) and self._open:
            self._calendars[-1].add(line.text, location, self._notes)
        elif not (begins or ends):
            self._notes.left_out(line.text, "it stands outside of the calendar", location)
        if ends:
            if not self._open or self._open[-1][0] != ends:
                open_one = f"{self._open[-1][0]} (line {self._open[-1][1]})" if self._open else "nothing"
                raise InvalidError(f"END:{ends} ends {open_one}", location=location)
            self._open.pop()

    def _begin(self, name: str, location: Location) -> None:
        if (name == _CALENDAR and not self._open) or not self._calendars:
            self._calendars.append(Calendar(location))
        is_outermost = all(one == _CALENDAR for one, _ in self._open)
        self._open.append((name, location.line or 1))
        if is_outermost and name != _CALENDAR:
            self._parts.append((self._calendars[-1], name, [], location))

    def finish(self) -> list[Calendar]:
        """The calendars with their components. Raises InvalidError where one is not ended."""
        if self._open:
            name, line = self._open[-1]
            hint, location = "it was cut off: export it again", Location(self._name, line)
            raise InvalidError(f"the file ends in the middle of this {name}", hint=hint, location=location)
        self._parts.sort(key=lambda part: part[1] != "VTIMEZONE")  # events refer to the zones
        for calendar, kind, text, location in self._parts:
            try:
                component = Component(kind, "\r\n".join([*text, ""]), location, self._notes)
            except InvalidError as error:
                if kind == "VEVENT":
                    raise
                self._notes.left_out(kind, error.message, location)
            else:
                calendar.components.append(component)
        return self._calendars


def _decoded(content: bytes, name: str, encoding: str | None, notes: NoteList) -> str:
    for mark, known in ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            content, encoding = content.removeprefix(mark), known
    try:
        text = content.decode(encoding or "utf-8")
    except LookupError:
        raise InvalidError(f"the encoding {encoding} is not known", location=Location(name)) from None
    except UnicodeDecodeError as error:
        if encoding:
            location = Location(name, content[: error.start].count(b"\n") + 1)
            raise InvalidError(f"the file is not in {encoding}", location=location) from None
        location = Location(name, content[: error.start].count(b"\n") + 1)
        notes.assumed("Windows-1252", "the file is not in UTF-8: it is read in this encoding", location)
        text = content.decode("cp1252", "replace")
    clean = allowed(text)
    if len(clean) != len(text.replace("\r\n", "\n")):
        notes.left_out("control characters", "no text holds them", Location(name))
    return clean


def _lines(text: str) -> Iterator[_Line]:
    """The content lines: a line that begins with a space or a tab goes on from the one before (RFC 5545, 3.1)."""
    number, parts = 0, [""]
    for at, line in enumerate(text.split("\n"), 1):
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        if joined := "".join(parts):
            yield _Line(number, joined)
        number, parts = at, [line]
    if joined := "".join(parts):
        yield _Line(number, joined)


def _mark(line: str, word: str) -> str:
    """The name of the component that a line begins or ends; empty for other lines."""
    start, _, name = line.partition(":")
    return name.strip().upper() if start.strip().upper() == word else ""


def _parsed(name: str, text: str, location: Location, notes: NoteList) -> Parsed:
    from icalendar import Component as Parsed

    try:
        with catch_warnings(record=True) as guesses:
            simplefilter("always")
            parsed = Parsed.from_ical(text)
        for guess in guesses:
            notes.assumed(str(guess.message), "the library that reads calendars says so", location)
        return parsed
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError) as error:
        raise InvalidError(f"this {name} cannot be read: {error}", location=location) from None
