"""French microtypography: the no-break spaces of punctuation, guillemets, numbers, units, dialogue.

Sources: the *Lexique des règles typographiques en usage à l'Imprimerie nationale* for the position of spaces, Unicode
(U+202F, U+00A0) for the characters. It is applied to output only; applying it twice changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from totem_cli.language.labels import is_french

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_BREAK = "\u00a0"
NARROW = "\u202f"

_SPACES = " \u00a0\u202f\u2009"
_BOUND = r"\s|\Z|[»—–\u2190-\u2bff\U0001f000-\U0001faff]"
_CLOSERS = r"[)\]”’\"'…,.!?;:]{0,20}"  # without a limit, each mark of a long run would look at all after it
_MARK = re.compile(
    "[!?;:«»%‰€$£°—](?:"
    rf"(?<=[!?])(?={_CLOSERS}(?:{_BOUND}))"
    rf"|(?<=[;:])(?={_BOUND}|[”\"…]{{1,20}}(?:{_BOUND}|[!?;:]{_CLOSERS}(?:{_BOUND})))"
    "|(?<![!?;:]))"
)
"""Marks that may need a space; ``! ? ; :`` only where they end a word: not in ``a?b=c;d``, ``12:30``, ``:-)``."""
_RELEVANT = re.compile("[!?;:«»%‰€$£°—]|[0-9][ <]")
_GROUP = re.compile("[0-9] (?=[0-9]{3}(?![0-9]))")
_DIALOGUE = re.compile(r"(?:\A|\n)— (?=[^\s!?;:»])")
_NUMERO = re.compile("[nN]° (?=[0-9])")
_COUNTED = re.compile(r"(?:(?<=[0-9])|(?<=[0-9]er)|(?<=[0-9] h)) (?=\w)| (?=[0-9]+\Z)")
_AFTER_WORD = frozenset(")]}»”’…%‰°€$£*+#²³")

_Edit = tuple[int, int, str]
"""Start and end of what is replaced, and the replacement."""


class Typography(Protocol):
    """Whether to apply French spacing, and the space to use in each position; an empty text for none."""

    @property
    def apply(self) -> bool: ...  # noqa: D102
    @property
    def before_colon(self) -> str: ...  # noqa: D102
    @property
    def inside_guillemets(self) -> str: ...  # noqa: D102
    @property
    def before_high(self) -> str: ...  # noqa: D102


def microtypography(text: str, language: str, rules: Typography) -> str:
    """Return plain text with French spacing, but within addresses; text in other languages is returned unchanged."""
    if not (rules.apply and is_french(language)):
        return text
    return _edited(text, _edits(text, rules))


def joined_numbers(text: str) -> str:
    """Return a label, a date or a duration with no break beside its numbers.

    Neither in ``3 épisodes``, ``1er mars`` or ``18 h 30``, nor before the last one: in ``Épisode 2``, ``mars 2024``.
    """
    return _COUNTED.sub(NO_BREAK, text)


def may_need_spacing(text: str) -> bool:
    """Return whether text, or HTML, has a character that may need a space: most names and roles have none."""
    return _RELEVANT.search(text) is not None


def microtypography_pieces(pieces: Sequence[str], language: str, rules: Typography) -> dict[int, str]:
    """Return, by index, the pieces of a text that change when the text as a whole gets French spacing.

    A piece that must not change (code) is given as letters of the same length, since only spaces ever change.
    """
    text = "".join(pieces)
    if not (rules.apply and is_french(language) and may_need_spacing(text)):
        return {}
    starts = [0, *accumulate(map(len, pieces))]
    edits: dict[int, list[_Edit]] = {}
    for start, stop, space in _edits(text, rules):
        if start == stop:  # a missing space is inserted into the piece of the mark that needs it
            piece = bisect_right(starts, start - (text[start - 1] == "«")) - 1
            at = start - starts[piece]
            edits.setdefault(piece, []).append((at, at, space))
        for letter in range(start, stop):  # the first of several spaces replaces all
            piece = bisect_right(starts, letter) - 1
            at = letter - starts[piece]
            edits.setdefault(piece, []).append((at, at + 1, space if letter == start else ""))
    return {piece: _edited(pieces[piece], own) for piece, own in edits.items()}


def _edited(text: str, edits: list[_Edit]) -> str:
    if not edits:
        return text
    parts, at = [], 0
    for start, stop, space in edits:
        parts.append(text[at:start])
        parts.append(space)
        at = stop
    parts.append(text[at:])
    return "".join(parts)


def _edits(text: str, rules: Typography) -> list[_Edit]:
    """Return the edits of a text, in order.

    Existing spaces become the right one. A missing space is inserted only where the mark closes a word.
    """
    high, inside = rules.before_high, rules.inside_guillemets
    before = {"!": high, "?": high, ";": high, ":": rules.before_colon, "»": inside}
    edits = []
    for match in _MARK.finditer(text):
        mark = match.start()
        kind = text[mark]
        if kind in before:
            start = mark
            while start and text[start - 1] in _SPACES:
                start -= 1
            last = text[start - 1] if start else "\n"
            if last == "«" or last.isspace() or (start == mark and not _closes(text, mark, kind)):
                continue
            edit: _Edit | None = (start, mark, before[kind])
        else:
            edit = _other(text, mark, kind, inside)
        if edit and text[edit[0] : edit[1]] != edit[2]:
            edits.append(edit)
    groups = [group.end() for group in _GROUP.finditer(text) if _is_group(text, group.start())]
    if groups:
        edits += [(stop - 1, stop, NO_BREAK) for stop in groups]
        edits.sort()
    return edits


def _other(text: str, mark: int, kind: str, inside: str) -> _Edit | None:
    """Return the edit for ``«``, a unit, ``n°`` or the dash that opens a line of dialogue."""
    if kind == "«":
        stop = mark + 1
        while text[stop : stop + 1] in (" ", NO_BREAK, NARROW, "\u2009"):
            stop += 1
        return (mark + 1, stop, inside) if text[stop : stop + 1].strip() else None
    if kind == "—":
        return (mark + 1, mark + 2, NO_BREAK) if _DIALOGUE.match(text, max(0, mark - 1)) else None
    if kind == "°" and _NUMERO.match(text, max(0, mark - 1)):
        return mark + 1, mark + 2, NO_BREAK
    return (
        (mark - 1, mark, NO_BREAK)
        if text[max(0, mark - 1) : mark] == " " and text[max(0, mark - 2)].isdecimal()
        else None
    )


def _closes(text: str, mark: int, kind: str) -> bool:
    """Return whether a mark without a space before it closes a word."""
    if kind == "»":
        return True
    stop = mark
    while stop and text[stop - 1] in "\"'":  # a straight quote closes a word only after a letter
        stop -= 1
    if not stop or not (text[stop - 1].isalnum() or text[stop - 1] in _AFTER_WORD):
        return False
    if kind == ":":  # but not the second colon of ":smile:" or "12:30:"
        while stop and (text[stop - 1].isalnum() or text[stop - 1] in "_+-"):
            stop -= 1
        return not stop or text[stop - 1] != ":"
    return True


def _is_group(text: str, last: int) -> bool:
    """Return whether the digits up to ``last`` may precede three more: in ``10 000``, not in ``2020 300``."""
    return not text[max(0, last - 3) : last + 1].isdecimal() or last < 3
