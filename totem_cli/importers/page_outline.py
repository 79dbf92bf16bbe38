"""The outline of a page: its title, its introduction, and the blocks of each of its episodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from totem_cli.importers.page_blocks import PSEUDO, Block
from totem_cli.importers.page_facts import DateOptions, labelled, moment_in
from totem_cli.importers.page_programme import TALK
from totem_cli.importers.page_words import (
    LABELLED,
    LEAD_INS,
    Heading,
    counted_heading,
    episode_heading,
    is_dateline,
    is_furniture_heading,
    is_furniture_line,
    label_kind,
    number_in,
    numbered_heading,
)
from totem_cli.language.fold import fold

_UNLEVELLED = 6
"""The level of a line of text that begins an episode."""

_MOST_REPEATED = 10
"""Blocks at the beginning of a page, which may repeat its title or say what it is about."""

_MINUTES = re.compile(
    r"compte[- ]rendu|proces[- ]verbal|releve de (?:notes|decisions)|minutes\b|protokoll|verbale|acta\b|"
    r"notes? (?:de|of|from)"
)
_TOPICS = frozenset("theme thema topic sujet subject tema argomento betreff objet".split())
_MOST_LISTED = 1000
"""Titles of a list of contents that are compared."""


@dataclass
class Part:
    """An episode as the page has it: its number and title, its blocks, the heading that its title is from.

    ``above`` are the blocks before the title of a page of one episode.
    """

    number: int | None
    title: str
    blocks: list[Block] = field(default_factory=list)
    heading: str = ""
    above: list[Block] = field(default_factory=list)


@dataclass
class Outline:
    """A page in parts. ``series`` is its title where it holds several episodes, or where one names it.

    ``above`` are the blocks before that title, ``contents`` the texts of a list of the episodes.
    """

    series: str
    before: list[Block]
    parts: list[Part]
    after: list[Block] = field(default_factory=list)
    above: list[Block] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Start:
    """The heading of an episode: its index, and the index at which the episode's text begins."""

    index: int
    text: int
    level: int
    heading: Heading
    above: tuple[Block, ...] = ()
    """The line above the heading that says when."""


def outline(blocks: Sequence[Block], title: str, episodes: Sequence[str] = ()) -> Outline:
    """The parts of a page; ``title`` and ``episodes`` come from its structured data."""
    top = next((index for index, one in enumerate(blocks) if one.level == 1 and _is_title(one)), None)
    title = "" if label_kind(title) else title
    ways = (_named, _programmed, _counted, lambda blocks: _titled(blocks, episodes), _numbered, _with_guests)
    starts = _from_dates(blocks, next(filter(None, (find(blocks) for find in ways)), []))
    if not starts:
        heading = blocks[top].text if top is not None else title
        if not heading:
            top, heading = _first_line(blocks)
        elif top is None:
            top = next((index for index, one in enumerate(blocks) if fold(one.text) == fold(heading)), None)
        above, below = _parted(blocks, top)
        return Outline("", [], [Part(number_in(heading), heading, _without_repeats(below, heading), above=above)])
    first = starts[0]
    if len(starts) == 1 and (top is None or first.index <= top < first.text):
        number, own_title, series = first.heading
        heading = " ".join(block.text for block in blocks[first.index : first.text])
        part = Part(number, own_title or title, list(blocks[first.text :]), heading)
        return Outline(series, list(blocks[: first.index]), [part])
    before = blocks[: first.index]
    if top is None or top >= first.index:
        top, heading = _first_line(before)
        if title and not any(fold(block.text) == fold(heading) for block in before):
            heading = title
    else:
        heading = blocks[top].text
    ends = [*(start.index for start in starts[1:]), len(blocks)]
    parts = [
        Part(
            start.heading.number,
            start.heading.title,
            [*start.above, *blocks[start.text : end]],
            " ".join(block.text for block in blocks[start.index : start.text]),
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    last = parts[-1]
    cut = _end(last.blocks, starts[-1].level)
    last.blocks, after = last.blocks[:cut], last.blocks[cut:]
    above, below = _parted(before, top)
    introduction, contents = _without_contents(below, starts)
    return Outline(heading or first.heading.name, introduction, parts, after, above, contents)


def _without_repeats(blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks without those near the beginning that say the title, or a line above them, again."""
    seen = {fold(title)} - {""}
    first = next((at for at, one in enumerate(blocks) if _is_paragraph(one)), len(blocks))
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        is_line = block.kind in ("heading", "text") and at < min(first, _MOST_REPEATED) and bool(block.text)
        if is_line and fold(block.text) in seen:
            while kept and kept[-1].kind == "rule":  # it parts what is said twice
                kept.pop()
            continue
        seen |= {fold(block.text)} if is_line else set()
        kept.append(block)
    return kept


def is_of_minutes(title: str) -> bool:
    """Whether a title says only that its page is minutes, and when: ``Compte rendu de la rencontre du 12 janvier``."""
    return bool(_MINUTES.match(fold(title))) and len(title) < 120 and " : " not in title


def topic_of(blocks: Sequence[Block]) -> str:
    """What a page says under a label that it is about; empty where it says nothing, or several things."""
    lines = (line for block in blocks[:_MOST_REPEATED] for line in (block.lines or map(" : ".join, block.rows)))
    matches = (LABELLED.fullmatch(line) for line in lines)
    found = [match["value"].strip() for match in matches if match and fold(match["label"]) in _TOPICS]
    return found[0] if len(found) == 1 and len(found[0]) < 150 else ""


def _is_title(block: Block) -> bool:
    """Whether a heading may be the title of a page: ``Compte rendu`` is only a label."""
    return block.kind == "heading" and not label_kind(block.text) and not is_furniture_heading(block.text)


def _parted(blocks: Sequence[Block], title: int | None) -> tuple[list[Block], list[Block]]:
    """The blocks before the title and those after it; all are after a title that is none of them."""
    return ([], list(blocks)) if title is None else (list(blocks[:title]), list(blocks[title + 1 :]))


def _named(blocks: Sequence[Block]) -> list[_Start]:
    """Headings and lines such as ``Épisode 1 : …``.

    Only those of the most frequent level, each once: a page may name its episodes again in a list of contents.
    """
    found = list(_named_anywhere(blocks))
    levels = Counter(start.level for start in found)
    level = max(levels, key=lambda one: (levels[one], -one), default=0)
    # the later one has the text
    kept = {(start.heading.number, fold(start.heading.title)): start for start in found if start.level == level}
    return sorted(kept.values(), key=lambda start: start.index)


def _named_anywhere(blocks: Sequence[Block]) -> Iterator[_Start]:
    for index, block in enumerate(blocks):
        is_text = block.kind == "text"
        if not (block.kind == "heading" or (is_text and len(block.text) <= 200)):
            continue
        heading = episode_heading(block.text)
        if not heading or (is_text and (block.text.endswith((".", ",", ";")) or heading.name)):
            continue
        if heading.title:
            yield _Start(index, index + 1, block.level or _UNLEVELLED, heading)
        elif index + 1 < len(blocks) and _may_be_title(following := blocks[index + 1]):
            yield _Start(index, index + 2, following.level or _UNLEVELLED, heading._replace(title=following.text))


def _from_dates(blocks: Sequence[Block], starts: list[_Start]) -> list[_Start]:
    """The starts, each from the line above it where all have one that is a date and no more."""
    dated = [start.index > 0 and _is_when(blocks[start.index - 1]) for start in starts]
    if len(starts) < 2 or not all(dated):
        return starts
    return [replace(start, index=start.index - 1, above=(_as_line(blocks[start.index - 1]),)) for start in starts]


def _is_when(block: Block) -> bool:
    return block.kind in ("heading", "text") and len(block.text) < 80 and _is_date(block.text, may_say_more=True)


def _as_line(block: Block) -> Block:
    return replace(block, kind="text", lines=(block.text,))


def _programmed(blocks: Sequence[Block]) -> list[_Start]:
    """The talks of a programme."""
    return [
        _Start(index, index + 1, _UNLEVELLED, Heading(None, block.text))
        for index, block in enumerate(blocks)
        if block.kind == TALK
    ]


def _may_be_title(block: Block) -> bool:
    if block.kind == "heading":
        return not label_kind(block.text) and not is_furniture_heading(block.text)
    is_short = block.kind == "text" and len(block.text) < 200
    return is_short and not block.text.endswith((".", ":")) and not _names_people(block)


def _headings(blocks: Sequence[Block]) -> Iterator[tuple[int, Block]]:
    """The headings below the title of the page, each with its index."""
    return ((index, one) for index, one in enumerate(blocks) if one.kind == "heading" and one.level > 1)


def _counted(blocks: Sequence[Block]) -> list[_Start]:
    """Headings of one level that count with a word of their own: ``Mardi 1 : …``, ``Mardi 2 : …``."""
    found: dict[tuple[int, str], dict[int | None, _Start]] = {}
    for index, block in _headings(blocks):
        if heading := counted_heading(block.text):
            start = _Start(index, index + 1, block.level, heading._replace(name=""))
            found.setdefault((block.level, fold(heading.name)), {})[heading.number] = start
    return _several(max(found.values(), key=len, default={}).values())


def _titled(blocks: Sequence[Block], titles: Sequence[str]) -> list[_Start]:
    """Headings that are the titles of episodes known from structured data."""
    wanted = {fold(title) for title in titles}
    return _several(
        _Start(index, index + 1, block.level, Heading(None, block.text))
        for index, block in _headings(blocks)
        if fold(block.text) in wanted
    )


def _numbered(blocks: Sequence[Block]) -> list[_Start]:
    """Headings ``1. …``, ``2. …`` of one level; in a text without headings, such lines with guests right after them."""
    first = next((at for at, one in enumerate(blocks) if one.kind == "heading" and numbered_heading(one.text)), 0)
    if not any(_names_people(block) or label_kind(block.text) == "guests" for block in blocks[first:]):
        return []
    found: list[_Start] = []
    questions = 0  # the level of the label above the questions, which may be numbered headings too
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            heading = numbered_heading(block.text)
            if not heading or block.level < questions:
                questions = block.level if label_kind(block.text) == "questions" else 0
            if heading and not questions:
                found.append(_Start(index, index + 1, block.level, heading))
        elif block.ordered and len(block.items) == 1 and any(map(_names_people, blocks[index + 1 : index + 2])):
            found.append(_Start(index, index + 1, _UNLEVELLED, Heading(len(found) + 1, block.items[0].text)))
    kept = _of_highest_level(found)
    return kept if len({start.heading.number for start in kept}) == len(kept) else []


def _with_guests(blocks: Sequence[Block]) -> list[_Start]:
    """Headings of one level under each of which guests are named, for a page that numbers nothing."""
    found = []
    for index, block in _headings(blocks):
        if label_kind(block.text) or is_furniture_heading(block.text) or _names_people(block):
            continue
        first, second, *_ = [*blocks[index + 1 : index + 3], Block("", ""), Block("", "")]
        is_named = _names_people(first) or (first.kind == "text" and _names_people(second))
        if is_named or label_kind(first.text) == "guests":
            found.append(_Start(index, index + 1, block.level, Heading(None, block.text)))
    return _of_highest_level(found)


def _of_highest_level(starts: Sequence[_Start]) -> list[_Start]:
    level = min((start.level for start in starts), default=0)
    return _several(start for start in starts if start.level == level)


def _several(starts: Iterable[_Start]) -> list[_Start]:
    found = list(starts)
    return found if len(found) > 1 else []


def _names_people(block: Block) -> bool:
    return block.kind in ("text", "heading") and any(LEAD_INS[kind].match(block.text) for kind in ("guests", "hosts"))


def labelled_title(blocks: Sequence[Block]) -> str:
    """The title that a page without a heading for it states under a label; empty where it states none."""
    if any(one.level == 1 and _is_title(one) for one in blocks):
        return ""
    lines = (line for block in blocks for line in (block.lines or map(" : ".join, block.rows)))
    found = (labelled(line) for line in lines)
    return next((one.value for one in found if one and one.field == "title" and len(one.value) < 200), "")


def _first_line(blocks: Sequence[Block]) -> tuple[int | None, str]:
    """The first line of a text that could be its title; one of a word or two only where there is no other.

    Lines after the first paragraph are none, unless nothing before it is.
    """
    start = next((at for at, one in enumerate(blocks) if one.kind == "text"), 0)
    lines = [
        (index, block.text)
        for index, block in enumerate(blocks)
        if block.kind in ("text", "heading")
        and len(block.text) < 180
        and not block.text.endswith((".", ","))
        and not (is_furniture_line(block.text) or is_dateline(block.text) or _names_people(block))
        and not (label_kind(block.text) or labelled(block.text) or _is_date(block.text, may_say_more=index == start))
    ]
    end = next((at for at, one in enumerate(blocks) if one.ordered or _is_paragraph(one)), len(blocks))
    lines = [line for line in lines if line[0] < end] or lines
    several_words = [line for line in lines if len(line[1].split()) > 2 or 0 < blocks[line[0]].level < PSEUDO]
    return next(iter(several_words or lines), (None, ""))


def _is_paragraph(block: Block) -> bool:
    return block.kind == "text" and len(block.text) > 60 and block.text.endswith((".", "!", "…"))


def _is_date(text: str, *, may_say_more: bool) -> bool:
    """Whether a line says when, and nothing more than where; with ``may_say_more``, whether it says nothing else."""
    return moment_in(text, DateOptions(), most=0 if may_say_more else 4) is not None


def _without_contents(blocks: Sequence[Block], starts: Sequence[_Start]) -> tuple[list[Block], list[str]]:
    """The blocks without a list of what follows, and the texts of that."""
    titles = [fold(start.heading.title) for start in starts[:_MOST_LISTED] if start.heading.title]
    kept: list[Block] = []
    contents: list[str] = []
    for block in blocks:
        if 0 < len(block.items) <= _MOST_LISTED and all(
            any(title in fold(item.text) for title in titles) for item in block.items
        ):
            contents.append(block.text)
            if kept and label_kind(kept[-1].text) == "contents":
                contents.append(kept.pop().text)
        elif block.kind in ("text", "heading") and len(block.text) < 220 and fold(block.text).endswith(tuple(titles)):
            contents.append(block.text)
        else:
            kept.append(block)
    return kept, contents


def _end(blocks: Sequence[Block], level: int) -> int:
    """The index at which the last episode ends: a heading as high as its own that is no label of its parts."""
    for index, block in enumerate(blocks):
        is_heading = block.kind == "heading" and block.level <= level < _UNLEVELLED
        if is_heading and not label_kind(block.text) and not block.text.endswith("?"):
            return index
    return len(blocks)
