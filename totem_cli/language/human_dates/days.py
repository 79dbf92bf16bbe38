"""Days and stretches of days, as people write them."""

from __future__ import annotations

from typing import NamedTuple

from totem_cli.language.human_dates.tokens import TokenReader, TwoWaysError


class Day(NamedTuple):
    """A day, or a month or a year where the rest is 0. ``two`` are the numbers whose order is not known."""

    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int | None = None
    two: tuple[int, int] | None = None


class DayReader(TokenReader):
    """Reads days."""

    def days(self) -> tuple[tuple[Day, ...], bool] | None:
        """Pass a day or a stretch of days; return them, and whether they are a list (``4, 5 et 6 novembre``)."""
        first = self.attempt(self.day)
        if first is None:
            return None
        days, is_list = [first], False
        while True:
            place = self.at
            comma = self.take({","})
            word = self.take(self.kinds["to_day"]) or self.take(self.kinds["and"])
            self.skip(self.kinds["before_day"])
            found = self.attempt(self.day) if comma or word else None
            if found is None or not self.continues(days[-1], found):
                self.at = place
                break
            is_list = is_list or bool(comma) or word in self.kinds["and"]
            days.append(found)
        if not days[-1].year:  # October 4-5, 2023
            place = self.at
            self.skip({","}, 1)
            if (year := self.number(4)) is not None:
                days[-1] = days[-1]._replace(year=year)
            else:
                self.at = place
        dated = any(one.month or one.two or one.year for one in days)
        return (tuple(days), is_list) if dated else None

    def continues(self, before: Day, found: Day) -> bool:
        """Whether a day may follow another in a stretch: where the first has a year, the second has one too."""
        return bool(found.day or found.two) and bool(found.year or not before.year)

    def day(self) -> Day | None:
        """Pass one day, of which the month and the year may come later."""
        place = self.at
        weekday = self.attempt(self.weekday)
        found = (
            self.attempt(self.numbers)
            or self.attempt(self.day_month)
            or self.attempt(self.month_day)
            or self.attempt(self.year_first)
            or self.attempt(self.short_numbers)
        )
        if found is None and weekday is not None:  # "mar" is Tuesday and March
            after, self.at = self.at, place
            if (month := self.attempt(self.month_day)) is not None:
                return month
            self.at = after
        found = found or self.attempt(self.bare)
        return found if found is None or weekday is None else found._replace(weekday=weekday)

    def weekday(self) -> int | None:
        """Pass the name of a day of the week; Monday is 0."""
        found = self.weekdays.get(self.peek().text)
        if found is None:
            return None
        self.at += 1
        self.skip({"."}, 1)
        self.skip({","}, 1)
        self.skip(self.kinds["before_day"], 1)
        return found

    def month(self) -> int | None:
        """Pass the name of a month."""
        found = self.months.get(self.peek().text)
        if found:
            self.at += 1
            self.skip({"."}, 1)
        return found

    def year(self, *, short: bool = False) -> int:
        """Pass a year, of four digits, or of two where ``short`` allows it; 0 for none."""
        place = self.at
        apostrophe = self.take({"'"})
        found = self.number(2) if apostrophe else self.number(4, 2) if short else self.number(4)
        if found is None or self.time_follows():
            self.at = place
            return 0
        return found if len(self.tokens[self.at - 1].text) == 4 else century(found)

    def numbers(self) -> Day | None:
        """Pass ``2023-10-05``, ``5/10/2023``, ``5.10.23``."""
        first = self.peek()
        one = self.number(1, 2, 4)
        mark = self.take({"/", ".", "-"})
        two = self.number(1, 2)
        if one is None or two is None or not mark:
            return None
        again = self.take({mark})
        if len(first.text) == 4:
            if not again or self.peek().kind != "number":
                return Day(one, two) if 1 <= two <= 12 and not again and not self.time_follows() else None
            day = self.number(1, 2)
            return None if day is None or self.date_goes_on(mark) else Day(one, two, day)
        three = self.peek()
        year = self.number(4, 2)
        if again and mark == "-" and year is not None and len(three.text) == 2:
            raise TwoWaysError("write the year with four digits")
        if again and year is not None and not self.date_goes_on(mark):
            year = year if len(three.text) == 4 else century(year)
            return Day(year, two, one) if mark == "." else Day(year, two=(one, two))
        return None

    def short_numbers(self) -> Day | None:
        """Pass ``04.11.`` and ``04/11`` before what ends the stretch, and ``10/2023``."""
        one = self.number(1, 2)
        mark = self.take({"/", "."})
        if one is None or not mark:
            return None
        if (year := self.number(4)) is not None:
            return Day(year, one) if 1 <= one <= 12 and not self.time_follows() else None
        two = self.number(1, 2)
        if two is None:
            return None
        if mark == ".":
            self.take({"."})
            if not 1 <= two <= 12:
                return None
        following = self.peek().text
        if following not in self.kinds["to_day"] and following not in self.kinds["and"]:
            return None
        return Day(0, two, one) if mark == "." else Day(two=(one, two))

    def day_month(self) -> Day | None:
        """Pass ``5 octobre 2023``, ``1st of May, 2023``, ``5-Oct-2023``."""
        day = 1 if self.take(self.kinds["first_day"]) else self.number(1, 2)
        if day is None:
            return None
        self.skip(self.kinds["ordinals"], 1)
        self.skip({"."}, 1)
        hyphen = self.take({"-", "/"})
        self.skip(self.kinds["before_month"], 1)
        month = self.month()
        if month is None:
            return None
        if hyphen:
            year = self.year(short=True) if self.take({hyphen}) else 0
            return Day(year, month, day) if year else None
        place = self.at
        self.skip({",", *self.kinds["before_year"]}, 1)
        year = self.year(short=True)
        if not year:
            self.at = place
        return Day(year, month, day)

    def month_day(self) -> Day | None:
        """Pass ``October 5, 2023`` and ``octobre 2023``."""
        month = self.month()
        if month is None:
            return None
        self.skip({"the"}, 1)
        place = self.at
        self.skip({",", *self.kinds["before_year"]}, 1)
        if year := self.year():
            return Day(year, month)
        self.at = place
        day = self.number(1, 2)
        if day is None or self.time_follows():
            return None
        self.skip(self.kinds["ordinals"], 1)
        place = self.at
        self.skip({",", "."}, 1)
        year = self.year()
        if not year:
            self.at = place
        return Day(year, month, day)

    def year_first(self) -> Day | None:
        """Pass ``2023 October 5``, ``2023-Oct-05``, or a year alone."""
        year = self.number(4)
        if year is None:
            return None
        place = self.at
        self.skip({"-", ","}, 1)
        month = self.month()
        if month is None:
            self.at = place
            return Day(year) if self.peek().kind == "end" else None
        self.skip({"-"}, 1)
        day = self.number(1, 2)
        return Day(year, month, day or 0)

    def bare(self) -> Day | None:
        """Pass the number of a day whose month comes later."""
        day = self.number(1, 2)
        if day is None or self.time_follows():
            return None
        self.skip(self.kinds["ordinals"], 1)
        self.skip({"."}, 1)
        return Day(day=day)


def century(year: int) -> int:
    """Return the year of two digits: 00 to 68 are of this century, as in POSIX (``%y`` of strptime)."""
    return year + (2000 if year <= 68 else 1900)
