"""Where in an episode searched words stand, as written: ``oeuvre`` is found in, and marks, ``Œuvre``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter

from totem_cli.language.fold import UNSPACED, fold, search_text
from totem_cli.markup.html import paragraphs
from totem_cli.model.episode import Episode
from totem_cli.model.hit import Field, Hit
from totem_cli.model.parts import Appearance

MOST = 3
"""How many places of one episode are shown."""

_Place = tuple[Field, int | None, str]


def find_hits(episode: Episode, words: Sequence[str]) -> list[Hit]:
    """The places that show the most of ``words``, in reading order; the title, unmarked, where no place shows any.

    ``words`` are folded, as :func:`~totem_cli.language.fold.search_words` gives them; each stands for the beginning of
    a word. The episode carries its recap.
    """
    rest = list(_found(_places(episode), words)) or list(_found(_source(episode), words))
    hits: list[tuple[int, Hit]] = []
    covered: set[str] = set()
    while rest and len(hits) < MOST:
        best = max(rest, key=lambda one: (len(one[2] - covered), len(one[2]), -one[0]))
        rest.remove(best)
        order, (field, place, text), shown = best
        if spans := spans_of(words, text):
            hits.append((order, Hit(episode=episode, field=field, place=place, text=text, spans=spans)))
            covered |= shown
    return [hit for _, hit in sorted(hits, key=itemgetter(0))] or [
        Hit(episode=episode, field="title", text=episode.title)
    ]


def spans_of(words: Sequence[str], text: str) -> tuple[tuple[int, int], ...]:
    """Where folded ``words`` begin words of ``text``, as places in it; what overlaps is one."""
    folded, places = _folded(text)
    spans: list[tuple[int, int]] = []
    for begin, end in _spans(words, folded):
        first, last = (places[begin][0], places[end - 1][1]) if places else (begin, end)
        if spans and first < spans[-1][1]:  # one character may fold to several words: ¼
            first = spans.pop()[0]
        spans.append((first, last))
    return tuple(spans)


def _spans(words: Sequence[str], folded: str) -> Iterator[tuple[int, int]]:
    """Where the words begin words of a folded text, in order; the longest where several begin at one place."""
    if not folded.isascii():
        yield from (match.span() for match in _pattern(tuple(words)).finditer(folded))
        return
    spaced, end = f" {folded}", 0
    found = []
    for word in filter(None, words):
        place = -1
        while (place := spaced.find(f" {word}", place + 1)) >= 0:
            found.append((place, -len(word)))
    for place, length in sorted(found):
        if place >= end:
            end = place - length
            yield place, end


def _found(places: Iterator[_Place], words: Sequence[str]) -> Iterator[tuple[int, _Place, set[str]]]:
    """The places that show any of the words, numbered, each with those that it shows."""
    listed = list(places)
    for order, searched in enumerate(search_text(text) for _, _, text in listed):
        if shown := _shown(words, searched):
            yield order, listed[order], shown


def _shown(words: Sequence[str], searched: str) -> set[str]:
    """Which of the words begin a word of a text, which is folded and has one space between words."""
    if searched.isascii():
        spaced = f" {searched}"
        return {word for word in words if f" {word}" in spaced}
    return set(_pattern(tuple(words)).findall(searched))


def _places(episode: Episode) -> Iterator[_Place]:
    yield "title", None, episode.title
    if episode.subtitle:
        yield "title", None, episode.subtitle
    if episode.summary:
        yield "summary", None, episode.summary
    for number, guest in enumerate(episode.guests, 1):
        yield "guest", number, _credit(guest)
    for number, host in enumerate(episode.hosts, 1):
        yield "host", number, _credit(host)
    for number, partner in enumerate(episode.partners, 1):
        yield "partner", number, ", ".join(filter(None, (partner.name, partner.billed_as)))
    for question in episode.questions:
        for text in filter(None, (question.text, question.asked_by, question.answer)):
            yield "question", question.number, text
    for number, tag in enumerate(episode.tags, 1):
        yield "tag", number, tag
    for number, text in enumerate(paragraphs(episode.recap), 1):
        yield "recap", number, text


def _source(episode: Episode) -> Iterator[_Place]:
    """What only the recap's source says: an address, the name of a picture."""
    for line in episode.recap.split("\n"):
        yield "recap", None, line.strip()


def _credit(who: Appearance) -> str:
    return ", ".join(filter(None, (who.name, who.role, *who.organisations, who.billed_as)))


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """The beginnings of words in any script; the longest first, so that one search finds them all."""
    longest_first = sorted((word for word in words if word), key=len, reverse=True)
    start = rf"(?:(?<!\w)|(?<={UNSPACED}))"
    starts = ("" if not word.isascii() and _unspaced().match(word) else start for word in longest_first)
    return re.compile("|".join(map("".join, zip(starts, map(re.escape, longest_first), strict=True))) or r"(?!)")


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(UNSPACED)


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, what is not of a word as a space, and for each of its characters where it comes from.

    No places where each character folds to one: then they are the same in both.
    """
    one_by_one = text.translate(_ONE_EACH)
    if _SEVERAL not in one_by_one:
        return one_by_one, []
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        for character in _fold(text[start:end]):
            folded.append(character)
            places.append((start, end))
        start = end
    return "".join(folded), places


@lru_cache(maxsize=1024)
def _fold(cluster: str) -> str:
    """A character folded as it is within a text: between two others, a space stays one."""
    folded = fold(f"x{cluster}x")[1:-1]
    return "".join(character if character.isalnum() else " " for character in folded)


class _OneEach(dict[int, str]):
    """What each character folds to by itself; :data:`_SEVERAL` for one that takes more thought."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        alone = len(folded) == 1 and unicodedata.category(chr(code))[0] != "M"
        self[code] = folded if alone else _SEVERAL
        return self[code]


_SEVERAL = "\0"
_ONE_EACH = _OneEach()
