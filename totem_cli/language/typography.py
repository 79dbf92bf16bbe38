"""French microtypography: the no-break spaces of punctuation, guillemets, numbers, units, dialogue.

Sources: the *Lexique des règles typographiques en usage à l'Imprimerie nationale* for where a space stands; Unicode
(U+202F, U+00A0) for which one. Applied on output only, and once: applying it again changes nothing.
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
    rf"|(?<=[;:])(?={_BOUND}|[”\"…]+(?:{_BOUND}|[!?;:]{_CLOSERS}(?:{_BOUND})))"  # no brackets: ";)" and ":]" are faces
    "|(?<![!?;:]))"
)
"""Marks that may ask for a space; of ``! ? ; :`` those that end a word: not ``a?b=c;d``, ``12:30``, ``:-)``."""
_ASKING = re.compile("[!?;:«»%‰€$£°—]|[0-9][ <]")
"""HTML without any of these has nothing to be set: most names and roles."""
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

_Edit = tuple[int, int, str]
"""Spaces from one place up to another, and the one to stand for them."""


class Typography(NamedTuple):
    """Which space stands where; an empty one stands for none."""

    apply: bool = True
    before_colon: str = NO_BREAK
    inside_guillemets: str = NO_BREAK
    before_high: str = NARROW


def microtypography(text: str, language: str, rules: Typography) -> str:
    """Return plain text with French spacing, never within an address; any other language comes back as it is."""
    if not (rules.apply and is_french(language)):
        return text
    return _edited(text, _edits(text, rules))


def microtypography_html(html: str, language: str, rules: Typography) -> str:
    """Return sanitised HTML with French spacing in its text: never in tags, code, addresses, entities."""
    if not (rules.apply and is_french(language) and _ASKING.search(html)):
        return html
    shadow, starts, shifts = _shadow(html)

    def place(letter: int) -> int:
        return letter + shifts[bisect_right(starts, letter) - 1]

    edits = []
    for start, stop, space in _edits(shadow, rules):
        if stop - start == 1:
            at = place(start)
            edits.append((at, at + 1, space))
        elif start == stop:
            at = place(start - 1) + 1 if shadow[start - 1] == "«" else place(start)
            edits.append((at, at, space))
        elif place(stop - 1) - place(start) == stop - 1 - start:
            edits.append((place(start), place(start) + stop - start, space))
        else:  # spaces on both sides of a tag: the first one stands for all
            places = [place(letter) for letter in range(start, stop)]
            edits += [(at, at + 1, "" if order else space) for order, at in enumerate(places)]
    return _edited(html, edits)


def _shadow(html: str) -> tuple[str, list[int], list[int]]:
    """Return what is read in one go, ``mot :`` for ``<em>mot</em> :``; where its pieces start, how far off in HTML.

    Code is words in it, an entity what it stands for, each as long as in HTML; blocks are apart, as is a note's number.
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
        if not name:  # a comment, or the end
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
    """Return what to change, in order.

    A space that is there becomes the right one. One that is missing is put in only where the mark closes a word.
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
    """Return what ``«``, a unit, ``n°`` or the dash that opens a line of dialogue asks for."""
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
    """Whether a mark without space closes a word."""
    if kind == "»":
        return True
    stop = mark
    while stop and text[stop - 1] in "\"'":  # a straight quote closes only what has a letter before it
        stop -= 1
    if not stop or not (text[stop - 1].isalnum() or text[stop - 1] in _AFTER_WORD):
        return False
    if kind == ":":  # the second one of ":smile:" or "12:30:" does not
        while stop and (text[stop - 1].isalnum() or text[stop - 1] in "_+-"):
            stop -= 1
        return not stop or text[stop - 1] != ":"
    return True


def _is_group(text: str, last: int) -> bool:
    """Whether the digits up to ``last`` may come before three more: ``10 000``, not ``2020 300``."""
    return not text[max(0, last - 3) : last + 1].isdecimal() or last < 3
