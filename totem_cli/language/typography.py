"""French microtypography: the spaces before high punctuation and inside guillemets.

Sources: the *Lexique des règles typographiques en usage à l'Imprimerie nationale* for where a space stands; Unicode
(U+202F, U+00A0) for which one. Applied on output only, and once: applying it again changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from totem_cli.language.labels import is_french

NO_BREAK = "\u00a0"
NARROW = "\u202f"
_SPACE = "[ \u00a0\u202f\u2009]"
_VERBATIM = frozenset({"code", "pre", "kbd", "samp", "script", "style", "textarea", "math"})
_TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*://|www\.|mailto:)[^\s<>«»]*[^\s<>«».,;:!?)\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MARKS = re.compile("[;!?:«»%€]")


@dataclass(frozen=True, slots=True)
class Typography:
    """Which space stands where; an empty one stands for none."""

    apply: bool = True
    before_colon: str = NO_BREAK
    inside_guillemets: str = NO_BREAK
    before_high: str = NARROW


def microtypography(text: str, language: str, rules: Typography) -> str:
    """Plain text with French spacing; any other language comes back as it is. Addresses are left alone."""
    if not (rules.apply and is_french(language)) or not _MARKS.search(text):
        return text
    return "".join(part if verbatim else _spaced(part, rules) for verbatim, part in _cut(text, _ADDRESS))


def microtypography_html(html: str, language: str, rules: Typography) -> str:
    """Sanitised HTML with French spacing in its text: never in tags, code, addresses or entities."""
    if not (rules.apply and is_french(language)) or not _MARKS.search(html):
        return html
    # Text runs on across inline tags ("<em>mot</em> :"), so each text node is set knowing its neighbours' letters.
    pieces = _TAG.split(html)
    texts = {}
    skipped = 0
    for place, piece in enumerate(pieces):
        if place % 2:
            skipped = max(0, skipped + _verbatim_step(piece))
        elif piece and not skipped:
            texts[place] = piece
    places = list(texts)
    for order, place in enumerate(places):
        before = texts[places[order - 1]][-1:] if order and _inline_between(pieces, places[order - 1], place) else ""
        after = texts[places[order + 1]][:1] if order + 1 < len(places) and _inline_between(pieces, place, places[order + 1]) else ""
        pieces[place] = _set_node(texts[place], before, after, rules)
    return "".join(pieces)


def _set_node(text: str, before: str, after: str, rules: Typography) -> str:
    """A text node between two letters of its neighbours, which only look on."""
    framed = before + text + after
    parts = []
    for verbatim, part in _cut(framed, _ADDRESS):
        if verbatim:
            parts.append(part)
        else:
            parts += [inner if entity else _spaced(inner, rules) for entity, inner in _cut(part, _ENTITY)]
    result = "".join(parts)
    if before and result.startswith(before):
        result = result[len(before) :]
    if after and result.endswith(after):
        result = result[: len(result) - len(after)]
    return result


def _verbatim_step(tag: str) -> int:
    name = re.match(r"</?([a-zA-Z0-9]+)", tag)
    if not name or name[1].lower() not in _VERBATIM or tag.endswith("/>"):
        return 0
    return -1 if tag.startswith("</") else 1


_INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "cite", "del", "dfn", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u"]
)


def _inline_between(pieces: list[str], start: int, end: int) -> bool:
    names = (re.match(r"</?([a-zA-Z0-9]+)", tag) for tag in pieces[start + 1 : end] if tag.startswith("<"))
    return all(name and name[1].lower() in _INLINE for name in names)


def _cut(text: str, verbatim: re.Pattern[str]) -> list[tuple[bool, str]]:
    """The text in parts: (left as it is, part)."""
    parts, at = [], 0
    for match in verbatim.finditer(text):
        parts += [(False, text[at : match.start()]), (True, match[0])]
        at = match.end()
    parts.append((False, text[at:]))
    return [part for part in parts if part[1]]


def _spaced(text: str, rules: Typography) -> str:
    for pattern, made in _rules(rules):
        text = pattern.sub(made, text)
    return text


@lru_cache(maxsize=32)
def _rules(rules: Typography) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The patterns, each with what it makes.

    A space that is there becomes the right one. One that is missing is put in only where the mark closes a word: after a
    letter, a digit or a closing mark, and before a space, a closing mark or the end. ``12:30``, ``::``, ``:-)`` and the
    like are no punctuation.
    """
    word = r"[\w)\]»”’\"'…%°*]"
    closed = r"(?=[\s)\]»”’\"'…,.]|$)"
    high, colon, inside = (_escaped(space) for space in (rules.before_high, rules.before_colon, rules.inside_guillemets))
    return (
        (re.compile(rf"«{_SPACE}*(?=\S)"), f"«{inside}"),
        (re.compile(rf"(?<=\S){_SPACE}*»"), f"{inside}»"),
        (re.compile(rf"(?<=[^\s!?;:]){_SPACE}+(?=[!?]+(?:[^\w-]|$))"), high),
        (re.compile(rf"(?<=[^\s;:]){_SPACE}+(?=;(?:[^\w)(-]|$))"), high),
        (re.compile(rf"(?<=[^\s;:]){_SPACE}+(?=:(?:\s|[)\]»”\"]|$))"), colon),
        (re.compile(rf"(?<={word})(?=[!?]+{closed})(?<![!?])"), high),
        (re.compile(rf"(?<={word})(?=;{closed})"), high),
        (re.compile(rf"(?<={word})(?=:(?:\s|[»”\"]|$))"), colon),
        (re.compile(r"(?<=\d) (?=[%‰])"), NARROW),
        (re.compile(r"(?<=\d) (?=[€$£])"), NO_BREAK),
    )


def _escaped(space: str) -> str:
    return space.replace("\\", r"\\")
