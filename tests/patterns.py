"""Whether a regular expression may take time that grows with the square of a text, or faster, told by its structure.

A pattern becomes an automaton of positions (Glushkov). It is ambiguous without bound where two positions p and q have
a word that leads from p to p, from p to q and from q to q (Weber and Seidl, "On the degree of ambiguity of finite
automata", 1991): a backtracking matcher tries each place in a run of that word for the step from p to q. A search
adds a position that matches anything before the pattern, for it begins anew at each place. Repeats of at most ``FEW``
are no loop; possessive repeats and atomic groups are not given back.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

FEW = 200
"""A repeat of at most so many is no loop."""

_SAMPLES = [*map(chr, range(128)), *"éÀßœ«»“”‘’—–…\u00a0\u202f\u2009\u2028\u0301\u200d°º№·•›漢あ٣Ⅳ🙂\x85\u02bc\ue000"]
_DEAD = 0


@dataclass
class _Automaton:
    """Positions, each with what it matches (a bit mask of the sample characters), and which follow it."""

    masks: list[int] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    """Positions in possessive repeats and atomic groups."""

    def add(self, mask: int) -> int:
        self.masks.append(mask)
        self.follow.append(set())
        return len(self.masks) - 1


@dataclass
class _Part:
    """A piece of a pattern: the positions at its beginning and its end, and whether it may match nothing."""

    first: set[int]
    last: set[int]
    nullable: bool


class _Builder:
    def __init__(self, pattern: re.Pattern[Any], *, searched: bool) -> None:
        self.searched = searched
        text = pattern.pattern
        self.flags = pattern.flags
        self.parsed = _parser.parse(text, self.flags & ~re.DEBUG)
        self.is_bytes = isinstance(text, bytes)
        self.samples = [*dict.fromkeys([*_SAMPLES, *map(chr, _literals(self.parsed))])]
        self.automaton = _Automaton()
        self.nested: set[int] = set()
        self.everything = (1 << len(self.samples)) - 1

    def whole(self) -> _Part:
        return self._sequence(self.parsed, self.flags)

    def _mask(self, op: Any, value: Any, flags: int) -> int:
        """The samples that one item matches, asked of the real engine's parser."""
        state = _parser.State()
        state.flags = flags & ~re.LOCALE
        one = _parser.SubPattern(state, [(op, value)])
        matcher = _compiled(one, flags & (re.IGNORECASE | re.ASCII | re.DOTALL), self.is_bytes)
        found = 0
        for number, sample in enumerate(self.samples):
            if self.is_bytes and ord(sample) > 255:
                continue
            if matcher(sample.encode("latin-1") if self.is_bytes else sample):
                found |= 1 << number
        return found

    def _sequence(self, items: Any, flags: int) -> _Part:
        whole = _Part(set(), set(), True)
        for op, value in items:
            if op in (c.ASSERT, c.ASSERT_NOT) and value[0] > 0:  # what is to follow is looked at from here, each time
                part = self._sequence(value[1], flags)
                for position in whole.last:
                    self.automaton.follow[position] |= part.first
                continue
            part = self._item(op, value, flags)
            for position in whole.last:
                self.automaton.follow[position] |= part.first
            whole = _Part(
                whole.first | part.first if whole.nullable else whole.first,
                whole.last | part.last if part.nullable else part.last,
                whole.nullable and part.nullable,
            )
        return whole

    def _item(self, op: Any, value: Any, flags: int) -> _Part:
        if op in (c.LITERAL, c.NOT_LITERAL, c.ANY, c.IN):
            position = self.automaton.add(self._mask(op, value, flags))
            return _Part({position}, {position}, False)
        if op is c.SUBPATTERN:
            _, add, remove, inner = value
            return self._sequence(inner, (flags | add) & ~remove)
        if op is c.BRANCH:
            parts = [self._sequence(one, flags) for one in value[1]]
            return _Part(
                set().union(*(one.first for one in parts)),
                set().union(*(one.last for one in parts)),
                any(one.nullable for one in parts),
            )
        if op is c.ATOMIC_GROUP:
            return self._held(lambda: self._sequence(value, flags))
        if op is c.POSSESSIVE_REPEAT:
            return self._held(lambda: self._repeat(value, flags))
        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            return self._repeat(value, flags)
        if op is c.GROUPREF_EXISTS:
            parts = [self._sequence(one, flags) for one in value[1:] if one is not None]
            return _Part(set().union(*(p.first for p in parts)), set().union(*(p.last for p in parts)), True)
        if op is c.AT and value in (c.AT_BEGINNING, c.AT_BEGINNING_STRING) and self.searched:
            # A search comes to the beginning of a line after a line feed, and to that of the text only once.
            is_line = value is c.AT_BEGINNING and flags & re.MULTILINE
            position = self.automaton.add(self._mask(c.LITERAL, ord("\n"), flags) if is_line else _DEAD)
            return _Part({position}, {position}, False)
        return _Part(set(), set(), True)  # a place (^, $, \b), what stands before or after, a group again

    def _held(self, build: Any) -> _Part:
        before = len(self.automaton.masks)
        part: _Part = build()
        self.automaton.held |= set(range(before, len(self.automaton.masks)))
        return part

    def _repeat(self, value: Any, flags: int) -> _Part:
        least, most, inner = value
        is_loop = most is c.MAXREPEAT or most > FEW
        copies = max(1, min(int(least), 3)) if is_loop else min(int(most), 3)
        if not copies:
            return _Part(set(), set(), True)
        parts = [self._sequence(inner, flags) for _ in range(copies)]
        whole = parts[0]
        for part in parts[1:]:
            for position in whole.last:
                self.automaton.follow[position] |= part.first
            whole = _Part(
                whole.first | (part.first if whole.nullable else set()), whole.last | part.last, whole.nullable
            )
        if is_loop:
            for position in parts[-1].last:
                if self.automaton.follow[position] & parts[-1].first:
                    self.nested |= self.automaton.follow[position] & parts[-1].first  # a repeat of a repeat
                self.automaton.follow[position] |= parts[-1].first
            whole.last = parts[-1].last
        return _Part(whole.first, whole.last, whole.nullable or least == 0)


def _compiled(one: Any, flags: int, is_bytes: bool) -> Any:
    from re import _compiler  # type: ignore[attr-defined]

    if not is_bytes:
        flags |= 0 if flags & re.ASCII else re.UNICODE
    one.state.flags = flags
    one.state.str = b"" if is_bytes else ""
    code = _compiler._code(one, flags)
    import _sre

    compiled = _sre.compile(b"?" if is_bytes else "?", flags, code, 0, {}, (None,))
    return compiled.fullmatch


def _literals(items: Any) -> set[int]:
    """The characters that a pattern names, for each may tell two of its sets apart."""
    found: set[int] = set()
    if isinstance(items, _parser.SubPattern | list | tuple):
        for one in items:
            if isinstance(one, tuple) and len(one) == 2 and one[0] in (c.LITERAL, c.NOT_LITERAL):
                found.add(one[1])
            elif isinstance(one, tuple) and len(one) == 2 and one[0] is c.RANGE:
                found |= set(one[1])
            else:
                found |= _literals(one)
    return {code for code in found if code <= sys.maxunicode}


def ambiguity(pattern: re.Pattern[Any], *, searched: bool) -> str | None:
    """Say which run of characters makes a pattern slow, ``searched`` or matched at one place; None where none does."""
    builder = _Builder(pattern, searched=searched)
    whole, made = builder.whole(), builder.automaton
    if searched:
        start, before = made.add(builder.everything), made.add(_before(builder, whole))
        made.follow[start] = {start, before}
        made.follow[before] = set(whole.first)
    for position in builder.nested:
        if made.masks[position] and position not in made.held:
            return _sample(builder, made.masks[position])
    loops = [position for position in range(len(made.masks)) if _reaches(made, position, position)]
    ends = _ends_freely(builder.parsed, whole)
    for p in loops:
        if p in made.held:
            continue
        for q in loops:
            if q != p and not any(end == q or _is_round(made, q, end) for end in ends) and _reaches(made, p, q):
                word = _common(made, p, q)
                if word:
                    return "".join(_sample(builder, mask) for mask in word)
    return None


def _sample(builder: _Builder, mask: int) -> str:
    return builder.samples[(mask & -mask).bit_length() - 1]


def _before(builder: _Builder, whole: _Part) -> int:
    """What may stand before a match: a pattern may begin with what must not, or with the edge of a word."""
    op, value = next(iter(builder.parsed), (None, None))
    if op is c.ASSERT_NOT and value[0] < 0 and len(value[1]) == 1:
        (inner,) = value[1]
        return builder.everything & ~builder._mask(*inner, builder.flags)
    if op is c.AT and value is c.AT_BOUNDARY:
        words = builder._mask(c.IN, [(c.CATEGORY, c.CATEGORY_WORD)], builder.flags)
        if all(not builder.automaton.masks[position] & ~words for position in whole.first):
            return builder.everything & ~words
    return builder.everything


def _ends_freely(parsed: Any, whole: _Part) -> set[int]:
    """The positions after which a match is complete, so that nothing can fail after them."""
    items = list(parsed)
    if items and items[-1][0] in (c.AT, c.ASSERT, c.ASSERT_NOT):
        return set()
    return whole.last


def _reaches(made: _Automaton, start: int, end: int) -> bool:
    seen: set[int] = set()
    todo = [start]
    while todo:
        for after in made.follow[todo.pop()]:
            if after == end:
                return True
            if after not in seen and made.masks[after]:
                seen.add(after)
                todo.append(after)
    return False


def _is_round(made: _Automaton, one: int, other: int) -> bool:
    return _reaches(made, one, other) and _reaches(made, other, one)


def _common(made: _Automaton, p: int, q: int) -> list[int]:
    """The shortest word from p to p, from p to q and from q to q, as masks; empty where there is none."""
    start, goal = (p, p, q), (p, q, q)
    came: dict[tuple[int, int, int], tuple[tuple[int, int, int], int] | None] = {start: None}
    todo = [start]
    for state in todo:
        x, y, z = state
        for a in made.follow[x]:
            for b in made.follow[y]:
                both = made.masks[a] & made.masks[b]
                if not both:
                    continue
                for d in made.follow[z]:
                    mask = both & made.masks[d]
                    after = (a, b, d)
                    if not mask or after in came:
                        continue
                    came[after] = (state, mask)
                    if after == goal:
                        return _word(came, after)
                    todo.append(after)
                    if len(came) > 100_000:
                        return []
    return []


def _word(came: dict[Any, Any], state: Any) -> list[int]:
    found: list[int] = []
    while (step := came[state]) is not None:
        state, mask = step
        found.append(mask)
    return found[::-1]
