"""French microtypography: the no-break spaces of punctuation, guillemets, numbers, units, dialogue.

Sources: the *Lexique des règles typographiques en usage à l'Imprimerie nationale* for the position of spaces, Unicode
(U+202F, U+00A0) for the characters. It is applied to output only; applying it twice changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from totem_cli.language.labels import is_french

NO_BREAK = "\u00a0"
NARROW = "\u202f"

_SPACES = " \u00a0\u202f\u2009"
_BOUND = r"\s|\Z|[»—–\u2190-\u2bff\U0001f000-\U0001faff]"
_CLOSERS = r"[)\]”’\"'…,.!?;:]*"
_MARK = re.compile(
    "[!?;:«»%‰€$£°—](?:"
    rf"(?<=[!?])(?={_CLOSERS}(?:{_BOUND}))"
    rf"|(?<=[;:])(?={_BOUND}|[”\"…]+(?:{_BOUND}|[!?;:]{_CLOSERS}(?:{_BOUND})))"  # no brackets: ";)" is an emoticon
    "|(?<![!?;:]))"
)
"""Marks that may need a space; ``! ? ; :`` only where they end a word: not in ``a?b=c;d``, ``12:30``, ``:-)``."""
_RELEVANT = re.compile("[!?;:«»%‰€$£°—]|[0-9][ <]")
"""HTML without any of these, such as most names and roles, is unchanged."""
_GROUP = re.compile("[0-9] (?=[0-9]{3}(?![0-9]))")
_DIALOGUE = re.compile(r"(?:\A|\n)— (?=[^\s!?;:»])")
_NUMERO = re.compile("[nN]° (?=[0-9])")
_AFTER_WORD = frozenset(")]}»”’…%‰°€$£*+#²³")

_TAG = re.compile(r"""(<!--.*?-->|</?([a-zA-Z][a-zA-Z0-9]*)[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>)""", re.DOTALL)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_ENTITY_SHADOWS = {
    "&nbsp;": NO_BREAK,
    "&#160;": NO_BREAK,
    "&#xa0;": NO_BREAK,
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
}
_VERBATIM = frozenset(("code", "pre", "kbd", "samp", "script", "style", "textarea", "math"))
_INLINE = frozenset(
    (*("a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
     *("samp", "small", "span", "strong", "sub", "sup", "time", "u"))
)  # fmt: skip

Edit = tuple[int, int, str]
"""Start and end of what is replaced, and the replacement."""


class Typography(NamedTuple):
    """The space to use in each position; an empty text for none."""

    apply: bool = True
    before_colon: str = NO_BREAK
    inside_guillemets: str = NO_BREAK
    before_high: str = NARROW


def microtypography(text: str, language: str, rules: Typography) -> str:
    """Return plain text with French spacing, but within addresses; text in other languages is returned unchanged."""
    return apply_edits(text, spacing_edits(text, language, rules))


def spacing_edits(text: str, language: str, rules: Typography) -> list[Edit]:
    """Return the edits that :func:`microtypography` makes in a text, in order."""
    return _edits(text, rules) if rules.apply and is_french(language) else []


def microtypography_html(html: str, language: str, rules: Typography) -> str:
    """Return sanitised HTML with French spacing in its text, but not in tags, code, addresses and entities."""
    if not (rules.apply and is_french(language) and _RELEVANT.search(html)):
        return html
    shadow, starts, shifts = _shadow(html)

    def offset(letter: int) -> int:
        return letter + shifts[bisect_right(starts, letter) - 1]

    edits = []
    for start, stop, space in _edits(shadow, rules):
        if stop - start == 1:
            at = offset(start)
            edits.append((at, at + 1, space))
        elif start == stop:
            at = offset(start - 1) + 1 if shadow[start - 1] == "«" else offset(start)
            edits.append((at, at, space))
        elif offset(stop - 1) - offset(start) == stop - 1 - start:
            edits.append((offset(start), offset(start) + stop - start, space))
        else:  # spaces on both sides of a tag: the first one replaces all
            offsets = map(offset, range(start, stop))
            edits += [(at, at + 1, "" if order else space) for order, at in enumerate(offsets)]
    return apply_edits(html, edits)


def _shadow(html: str) -> tuple[str, list[int], list[int]]:
    """Return the text of HTML as it is read, ``mot :`` for ``<em>mot</em> :``, and how to map its offsets to HTML.

    That is, where each piece of text starts, and the difference of its offset in HTML. In the text, code is replaced by
    letters and an entity by its character, repeated to the same length; a newline separates blocks, and a note's mark.
    """
    shadows: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = read = verbatim = 0
    pieces = iter(_TAG.split(html))
    for text in pieces:
        if text:
            starts.append(length)
            shifts.append(read - length)
            shadows.append(_text_shadow(text) if not verbatim else "x" * len(text))
            length += len(text)
            read += len(text)
        tag, name = next(pieces, ""), next(pieces, None)
        read += len(tag)
        if not name:  # a comment or the end
            continue
        name = name.lower()
        closing = tag[1] == "/"
        if name in _VERBATIM:
            verbatim = max(0, verbatim - 1) if closing else verbatim + 1
        if name not in _INLINE or (name == "sup" and not closing):
            shadows.append("\n")
            length += 1
    return "".join(shadows), starts, shifts


def _text_shadow(text: str) -> str:
    return _ENTITY.sub(_entity_shadow, text) if "&" in text else text


def _entity_shadow(match: re.Match[str]) -> str:
    return _ENTITY_SHADOWS.get(match[0].lower(), "x") * len(match[0])


def apply_edits(text: str, edits: list[Edit]) -> str:
    """Return the text with its edits, which must be in order."""
    if not edits:
        return text
    parts, at = [], 0
    for start, stop, space in edits:
        parts.append(text[at:start])
        parts.append(space)
        at = stop
    parts.append(text[at:])
    return "".join(parts)


def _edits(text: str, rules: Typography) -> list[Edit]:
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
            edit: Edit | None = (start, mark, before[kind])
        else:
            edit = _other(text, mark, kind, inside)
        if edit and text[edit[0] : edit[1]] != edit[2]:
            edits.append(edit)
    groups = [group.end() for group in _GROUP.finditer(text) if _is_group(text, group.start())]
    if groups:
        edits += [(stop - 1, stop, NO_BREAK) for stop in groups]
        edits.sort()
    return edits


def _other(text: str, mark: int, kind: str, inside: str) -> Edit | None:
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
