"""Times of day, stretches of hours and zones, as people write them."""

from __future__ import annotations

from typing import NamedTuple

from totem_cli.language.human_dates.tokens import TokenReader, TwoWaysError


class Clock(NamedTuple):
    """A time of day; ``half`` is ``am``, ``pm`` or empty."""

    hour: int
    minute: int = 0
    second: int = 0
    half: str = ""


Hours = tuple[Clock, Clock | None, str]
"""When it starts, when it ends, and the zone (or an empty text)."""


class HourReader(TokenReader):
    """Reads hours."""

    def hours(self) -> Hours | None:
        """Pass a time or a stretch of hours, and its zone, after the words that lead to it."""
        led = ""
        while word := self.take(self.kinds["before_time"]):
            led = word
        stretch = self.attempt(self.stretch_of_hours)
        start = stretch[0] if stretch else self.clock(bare=led in self.kinds["before_hour"])
        if start is None:
            return None
        self.skip({")"})
        return start, stretch[1] if stretch else None, self.attempt(self.zone) or ""

    def stretch_of_hours(self) -> tuple[Clock, Clock] | None:
        """Pass ``19h30-21h``."""
        start = self.clock(bare=True)
        if start is None or self.offset_follows(start) or not self.take(self.kinds["to_time"]):
            return None
        self.skip(self.kinds["before_time"])
        end = self.clock() or self.attempt(self.last_hour)
        return (start, end) if end else None

    def last_hour(self) -> Clock | None:
        """Pass a number alone that ends a stretch of hours, and the text."""
        end = self.clock(bare=True)
        return end if self.peek().kind in ("end", "zone") or self.peek().text == ")" else None

    def clock(self, *, bare: bool = False) -> Clock | None:
        """Pass a time of day; a number alone is one where it may be ``bare``."""
        return self.attempt(lambda: self.clock_here(bare=bare))

    def clock_here(self, *, bare: bool) -> Clock | None:
        """Pass a time of day."""
        if self.take(self.kinds["noon"]):
            return Clock(12)
        hour = self.number(1, 2)
        if hour is None:
            return None
        minute, second = 0, 0
        if self.peek().text == ":" or (self.peek().text == "." and not self.peek(1).gap):
            mark = self.take({":", "."})
            found = self.number(2)
            if found is None or (mark == "." and self.date_goes_on(".")):
                return None
            minute = found
            if mark == ":" and self.take({":"}):
                found = self.number(2)
                if found is None:
                    return None
                second = found
                if self.peek().text in (".", ",") and self.peek(1).kind == "number" and not self.peek(1).gap:
                    self.at += 2
            self.take(self.kinds["hour"])
        elif self.take(self.kinds["hour"]):
            if self.peek().kind == "number" and len(self.peek().text) == 2:
                minute = self.number(2) or 0
                self.take(self.kinds["minute"])
        else:
            half = self.half()
            return Clock(hour, half=half) if half or bare else None
        return Clock(hour, minute, second, self.half())

    def half(self) -> str:
        """Pass ``am`` or ``p.m.``; an empty text where neither is next."""
        if found := self.take({"am", "pm"}):
            return found
        letter, place = self.take({"a", "p"}), self.at - 1
        if letter and (self.take({"."}) or True) and self.take({"m"}):
            self.take({"."})
            return f"{letter}m"
        if letter:
            self.at = place
        return ""

    def offset_follows(self, start: Clock) -> bool:
        """Whether ``-05:00`` or ``-0500`` follows a time and is its offset, not the hour that ends a stretch."""
        sign, hours, colon, minutes = (self.peek(place) for place in range(4))
        if sign.text != "-" or hours.kind != "number" or hours.gap:
            return False
        if len(hours.text) == 4:
            return True
        if len(hours.text) != 2 or colon.text != ":" or len(minutes.text) != 2 or int(hours.text) > 12:
            return False
        if self.tokens[self.at - 2].text == ":" and self.tokens[self.at - 4].text == ":":  # with seconds
            return True
        if (start.hour, start.minute) < (int(hours.text), int(minutes.text)):
            return False
        raise TwoWaysError("write ' - ' between two hours, or the seconds too before an offset: 19:30:00-05:00")

    def zone(self) -> str | None:
        """Pass a zone, in brackets or not, and return its text: ``+02:00``, ``utc+2``, ``europe/paris``, ``cest``."""
        bracket = self.take({"(", "["})
        found = self.zone_itself()
        if found is None or (bracket and not self.take({")", "]"})):
            return None
        if not bracket and self.peek().text in ("(", "["):  # +02:00 (CEST): the second name says the same
            place = self.at
            while self.peek().kind != "end" and not self.take({")", "]"}):
                self.at += 1
            if self.tokens[self.at - 1].text not in (")", "]"):
                self.at = place
        return found

    def zone_itself(self) -> str | None:
        """Pass a zone without brackets."""
        token = self.peek()
        if token.kind == "zone":
            self.at += 1
            return token.text
        if not self.peek(1).gap and (sign := self.take({"+", "-"})):
            hours = self.number(1, 2, 4)
            if hours is None:
                return None
            text = self.tokens[self.at - 1].text
            minutes = ""
            if len(text) < 4 and self.peek().text == ":" and len(self.peek(1).text) == 2:
                minutes = self.peek(1).text
                self.at += 2
            return f"{sign}{text[:2]}:{text[2:] or minutes or '00'}"
        for count in range(7, 0, -1):
            phrase = self.phrase(count)
            if phrase in self.zones:
                self.at += count
                return phrase
        return None

    def phrase(self, count: int) -> str:
        """Return so many tokens, with the spaces between them."""
        tokens = self.tokens[self.at : self.at + count]
        return "".join(f"{' ' * token.gap}{token.text}" for token in tokens).strip()
