"""When and where an episode took place, by the lines of its page."""

from __future__ import annotations

import re
from datetime import date

from totem_cli.importers.names import like_person
from totem_cli.importers.page_blocks import Block
from totem_cli.importers.page_content import Section
from totem_cli.importers.page_facts import EVENT_ON, DateOptions, Moment, duration_between, moment_in
from totem_cli.importers.roles import is_place, names_a_place, without_article
from totem_cli.language.fold import fold

_NEAR = 2
"""The paragraphs of the recap before which a line that is a date is that of the episode."""

_MOST_OF_A_PLACE = 14
_LONGEST_HOURS = 40
_HIGH = re.compile(r"[A-ZÀ-Þ0-9][\w’'.-]*")
_PARTICLES = frozenset("the de du des la le les et of and der del di da".split())
_MOST_WORDS = 5

_BEGINS = re.compile(r"(?:(?:le|ce|on|am|el|il) )?(?P<rest>[^,.;:(]{6,40}),", re.IGNORECASE)
_YEAR = re.compile(r"\b20\d\d\b")
_MOST_OF_A_DAY = 5
_SOON = 366
"""Days after an evening in which its recap is published."""

_ACADEMIC = ("c.t", "s.t", "c.t.", "s.t.")
"""How German universities say whether an hour begins a quarter later."""


def _is_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _is_address(line: str) -> bool:
    """Whether a line is two or three names of places parted by commas: ``The Old Dairy, Stroud``."""
    parts = line.split(", ")
    return 2 <= len(parts) <= 3 and all(map(_is_name, parts))


def _is_name(part: str) -> bool:
    words = [re.sub("^d['’]", "", word) for word in part.split()]
    names = [word for word in words if word not in _PARTICLES]
    is_whole = bool(words) and words[-1] not in _PARTICLES
    return is_whole and len(names) <= _MOST_WORDS and all(map(_HIGH.fullmatch, names))


def day_named(text: str, dates: DateOptions) -> str:
    """The words of the first date that a text names with its year and month; empty where it names none."""
    words = text.split()
    year = next((index for index, word in enumerate(words) if _YEAR.search(word)), -1)
    for start in range(max(year - _MOST_OF_A_DAY, 0), year):
        named = " ".join(words[start : year + 1]).strip(" ,;:.!?()*_")
        if dates.parse(named):
            return named
    return ""


class When:
    """Takes the dates and places of lines into a section."""

    def __init__(self, section: Section, dates: DateOptions, *, is_episode: bool) -> None:
        self.section, self.dates = section, dates
        self._episode = is_episode
        self._day = ""  # the words of the date

    def day(self, line: str, block: Block) -> bool:
        """Take a line near the beginning that says when, and maybe where, and nothing else."""
        is_near = len(self.section.text) < _NEAR or bool(block.times)
        if not self._episode or not is_near:
            return False
        if "date" in self.section.fields:
            return self._hours(line) or self._where(line)
        if self._is_of_a_name(line, block):
            return False
        if any(when[:10] == self.dates.published[:10] for _, when in block.times):
            self.section.leave_out(line, "a line about the page, but for its date")
            return True
        if line.endswith(".") and not line.endswith(".."):  # a sentence is one where it says where, and no more
            found = moment_in(line[:-1], self.dates, block.times, most=10)
            is_all = found is not None and (found.is_place or not found.rest)
            return is_all and self.moment("date", line[:-1], block, most=10)
        if self.moment("date", line, block, most=6):
            return True
        found = moment_in(line, self.dates, block.times, most=_MOST_OF_A_PLACE)
        is_where = found is not None and (found.is_place or names_a_place(found.rest))
        return is_where and self.moment("date", line, block, most=_MOST_OF_A_PLACE)

    def _is_of_a_name(self, line: str, block: Block) -> bool:
        """Whether the year or month in a line goes on its words: ``The fire of 1893``, ``the twelfth of May 2018``."""
        found = moment_in(line, self.dates, block.times, most=_MOST_OF_A_PLACE)
        before = line.partition(found.words)[0].rstrip() if found else ""
        return bool(found and found.rest and len(found.date.date) < len("2020-01-01") and before[-1:].isalpha())

    def date_inside(self, text: str) -> None:
        """Take the date of an event that a paragraph names inside, and keeps: ``Séance du 9 février, suivie de…``."""
        match = (
            EVENT_ON.search(fold(text))
            if len(self.section.text) <= _NEAR and "date" not in self.section.fields
            else None
        )
        if match and (found := self.dates.parse(match["rest"].strip())):
            self.section.fields["date"] = found.date
        elif "date" not in self.section.fields and len(self.section.text) <= _NEAR:
            self._date_that_begins(text)

    def _date_that_begins(self, text: str) -> None:
        """Take the date that a paragraph begins with, where the page was published in the year after it."""
        match = _BEGINS.match(text)
        found = self.dates.parse(match["rest"]) if match and _YEAR.search(match["rest"]) else None
        if not found or len(found.date) < len("2020-01-01") or not _is_day(self.dates.shown):
            return
        days = (date.fromisoformat(self.dates.shown) - date.fromisoformat(found.date[:10])).days
        if match and 0 <= days < _SOON:
            self.section.fields["date"] = found.date
            self.section.assume(match["rest"], "the text begins with it: taken as the date")

    def _hours(self, line: str) -> bool:
        """Take a line as the hours of the day that the line before it states."""
        fields = self.section.fields
        is_next = not self.section.text and self._day and "T" not in fields["date"] and line[:1].isdigit()
        found = self.dates.parse(f"{self._day}, {line}") if is_next and len(line) < _LONGEST_HOURS else None
        if not found or found.date[:10] != fields["date"] or "T" not in found.date:
            return False
        fields["date"] = found.date
        fields |= {"duration": found.duration} if found.duration else {}
        return True

    def _where(self, line: str) -> bool:
        """Take a line as the place that comes after the date, with nothing between them, and names one."""
        is_short = len(line) < 90 and line[:1].isupper() and not line.endswith((".", ":"))
        is_place_line = is_short and (names_a_place(line) or _is_address(line))
        if self.section.text or "place" in self.section.fields or not is_place_line:
            return False
        self.section.fields["place"] = line
        self.section.assume(line, "it stands after the date: taken as the place")
        return True

    def moment(self, meant: str, line: str, block: Block, *, most: int) -> bool:
        """Take the date of a line for a field, and what else it says, of at most so many words, as place or text."""
        found = moment_in(line, self.dates, block.times, most=most)
        if not found or found.rest.endswith(("?", "!", ".")):
            return False
        rest, fields = found.rest, self.section.fields
        is_where = found.is_place or names_a_place(rest)
        rest = without_article(rest) if is_where else rest
        rest = self._without_end(found, rest, block) if meant == "date" else rest
        if fold(rest) in _ACADEMIC:  # a quarter past, or sharp
            self.section.leave_out(rest, "how German universities say when exactly")
            rest = ""
        if found.lead:
            self.section.assume(found.lead, "it leads to the date, and says no more")
        fields[meant] = found.date.date
        self._day = found.words if meant == "date" else self._day
        if found.date.duration and meant == "date":
            fields.setdefault("duration", found.date.duration)
        if found.date.time_dropped:
            self.section.leave_out(found.words, found.date.why or "its hour has no zone", "--timezone states the zone")
        if len(found.date.date) < len("2020-01-01") and rest and not (found.is_place or is_where):
            self.section.assume(line, f"read as {found.date.date}, without a day")
        if found.date.assumed:
            self.section.assume(found.words, found.date.assumed)
        self._beside(rest, meant, is_where=is_where)
        return True

    def _beside(self, rest: str, meant: str, *, is_where: bool) -> None:
        """Take what stands beside a date as the place, else as text; where it may be a place, that is told."""
        fields = self.section.fields
        may_be = meant == "date" and "place" not in fields and (rest[:1].isupper() or is_where)
        if may_be and (is_where or is_place(rest) or not like_person(rest)):
            fields["place"] = rest
            self.section.assume(rest, "it stands beside the date: taken as the place")
        elif rest:
            self.section.text.append(rest)
            if may_be:
                self.section.assume(rest, "it stands beside the date: it stays in the text, and may be the place")

    def _without_end(self, found: Moment, rest: str, block: Block) -> str:
        """What else a line says, without the end that an element of it states, which tells how long the event was."""
        for words, stated in block.times:
            end = self.dates.parse(stated)
            duration = duration_between(found.date.date, end.date) if end and words in rest else ""
            if duration:
                self.section.fields.setdefault("duration", duration)
                rest = rest.replace(words, "", 1).strip(" –—-→,")
        return rest
