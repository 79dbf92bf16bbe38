"""Where a page's episodes begin: its title, what introduces them, and the blocks of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from totem_cli.importers.page_blocks import Block
from totem_cli.importers.page_words import (
    LEAD_INS,
    counted_heading,
    episode_heading,
    is_dateline,
    is_furniture_heading,
    is_furniture_line,
    label_kind,
    numbered_heading,
)
from totem_cli.language.fold import fold


@dataclass
class Part:
    """An episode as the page has it: its number and title, then its blocks."""

    number: int | None
    title: str
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Outline:
    """A page in parts. ``series`` is its title where it holds several episodes, or where one names it."""

    series: str
    before: list[Block]
    parts: list[Part]
    after: list[Block] = field(default_factory=list)


@dataclass
class _Mark:
    """A heading that begins an episode: where it stands, where its text begins."""

    place: int
    after: int
    level: int
    number: int | None
    title: str
    series: str = ""


def outline(blocks: Sequence[Block], title: str, episodes: Sequence[str] = ()) -> Outline:
    """The parts of a page; ``title`` and ``episodes`` are what its head says of it, for want of headings."""
    top = _top(blocks)
    marks = _marks(blocks) or _counted(blocks) or _titled(blocks, episodes) or _numbered(blocks) or _untold(blocks)
    if len(marks) == 1 and (top is None or marks[0].place <= top < marks[0].after):
        mark = marks[0]
        part = Part(mark.number, mark.title or title, list(blocks[mark.after :]))
        return Outline(mark.series, list(blocks[: mark.place]), [part])
    if not marks:
        heading = blocks[top].text if top is not None else title
        if not heading:
            top, heading = _first_line(blocks)
        return Outline("", [], [Part(None, heading, list(blocks[(top if top is not None else -1) + 1 :]))])
    if top is None or top >= marks[0].place:
        top, heading = _first_line(blocks[: marks[0].place])
        heading = title or heading if top is None or not title else _same(title, blocks[: marks[0].place], heading)
    else:
        heading = blocks[top].text
    found = Outline(heading or marks[0].series, [], [])
    start = -1 if top is None else top
    found.before = _without_contents(blocks[start + 1 : marks[0].place], marks)
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        inside = list(blocks[mark.after : following.place if following else len(blocks)])
        cut = _end(inside, mark.level) if following is None else len(inside)
        found.parts.append(Part(mark.number, mark.title, inside[:cut]))
        found.after += inside[cut:]
    return found


def _top(blocks: Sequence[Block]) -> int | None:
    """The page's own heading: its first h1."""
    return next((place for place, block in enumerate(blocks) if block.kind == "heading" and block.level == 1), None)


def _marks(blocks: Sequence[Block]) -> list[_Mark]:
    found: list[_Mark] = []
    for place, block in enumerate(blocks):
        if block.kind not in ("heading", "text") or (block.kind == "text" and len(block.text) > 200):
            continue
        told = episode_heading(block.text)
        if not told or (block.kind == "text" and (block.text.endswith((".", ",", ";")) or told[2])):
            continue
        number, title, series = told
        after, level = place + 1, block.level
        if not title:
            if after >= len(blocks) or not _may_be_title(blocks[after], block):
                continue
            title, level, after = blocks[after].text, blocks[after].level, after + 1
        found.append(_Mark(place, after, level or 6, number, title, series))
    return _main(found)


def _counted(blocks: Sequence[Block]) -> list[_Mark]:
    """Headings of one level that count with a word of their own: ``Mardi 1 : …``, ``Mardi 2 : …``."""
    found: dict[tuple[int, str], dict[int | None, _Mark]] = {}
    for place, block in enumerate(blocks):
        told = counted_heading(block.text) if block.kind == "heading" and block.level > 1 else None
        if told:
            word, number, title = told
            found.setdefault((block.level, word), {})[number] = _Mark(place, place + 1, block.level, number, title)
    best = max(found.values(), key=len, default={})
    return list(best.values()) if len(best) > 1 else []


def _titled(blocks: Sequence[Block], titles: Sequence[str]) -> list[_Mark]:
    """Headings that are the titles of several episodes known beforehand."""
    wanted = {fold(title) for title in titles}
    found = [
        _Mark(place, place + 1, block.level, None, block.text)
        for place, block in enumerate(blocks)
        if block.kind == "heading" and block.level > 1 and fold(block.text) in wanted
    ]
    return found if len(found) > 1 else []


def _main(marks: list[_Mark]) -> list[_Mark]:
    """Those of the highest level, each number once: a page may name its episodes again in a list of contents."""
    if not marks:
        return []
    levels = [mark.level for mark in marks]
    level = max(set(levels), key=lambda one: (levels.count(one), -one))
    kept: dict[object, _Mark] = {}
    for mark in marks:
        if mark.level == level:
            kept[(mark.number, fold(mark.title))] = mark  # the later one has the text
    return sorted(kept.values(), key=lambda mark: mark.place)


def _may_be_title(block: Block, before: Block) -> bool:
    if block.kind == "heading":
        return not label_kind(block.text) and not is_furniture_heading(block.text)
    return (
        before.kind != "other"
        and block.kind == "text"
        and len(block.text) < 200
        and not block.text.endswith((".", ":"))
        and not _says_who(block)
    )


def _says_who(block: Block) -> bool:
    return block.kind in ("text", "heading") and any(LEAD_INS[kind].match(block.text) for kind in ("guests", "hosts"))


def _numbered(blocks: Sequence[Block]) -> list[_Mark]:
    """Headings ``1. …``, ``2. …`` of one level; in a text without headings, such lines with guests right after them."""
    found: list[_Mark] = []
    asking = 0  # the level of the label above the questions, which may be numbered headings too
    for place, block in enumerate(blocks):
        if block.kind == "heading":
            told = numbered_heading(block.text)
            if not told or block.level < asking:
                asking = block.level if label_kind(block.text) == "questions" else 0
            if told and not asking:
                found.append(_Mark(place, place + 1, block.level, *told))
        elif block.kind == "list" and block.ordered and len(block.items) == 1 and _next_says_who(blocks, place):
            found.append(_Mark(place, place + 1, 6, len(found) + 1, block.items[0].text))
    level = min((mark.level for mark in found), default=0)
    kept = [mark for mark in found if mark.level == level]
    numbers = [mark.number for mark in kept]
    with_people = any(_says_who(block) or label_kind(block.text) == "guests" for block in blocks)
    return kept if len(kept) > 1 and with_people and numbers == sorted(set(numbers), key=numbers.index) else []


def _next_says_who(blocks: Sequence[Block], place: int) -> bool:
    return place + 1 < len(blocks) and _says_who(blocks[place + 1])


def _untold(blocks: Sequence[Block]) -> list[_Mark]:
    """Headings of one level under each of which guests are named, for a page that numbers nothing."""
    places = [place for place, block in enumerate(blocks) if block.kind == "heading" and block.level > 1]
    found = []
    for place in places:
        block = blocks[place]
        if label_kind(block.text) or is_furniture_heading(block.text) or _says_who(block):
            continue
        following = blocks[place + 1 : place + 3]
        if any(_says_who(one) or label_kind(one.text) == "guests" for one in following[:1]) or (
            len(following) > 1 and following[0].kind == "text" and _says_who(following[1])
        ):
            found.append(_Mark(place, place + 1, block.level, None, block.text))
    level = min((mark.level for mark in found), default=0)
    kept = [mark for mark in found if mark.level == level]
    return kept if len(kept) > 1 else []


def _first_line(blocks: Sequence[Block], least: int = 3) -> tuple[int | None, str]:
    """The first line of a text that could be its title; one of a word or two only where there is no other."""
    for place, block in enumerate(blocks):
        if block.kind not in ("text", "heading") or is_furniture_line(block.text) or is_dateline(block.text):
            continue
        if (
            len(block.text.split()) >= least
            and len(block.text) < 180
            and not block.text.endswith((".", ","))
            and not _says_who(block)
        ):
            return place, block.text
    return _first_line(blocks, 1) if least > 1 else (None, "")


def _same(title: str, blocks: Sequence[Block], heading: str) -> str:
    return heading if any(fold(block.text) == fold(heading) for block in blocks) else title


def _without_contents(blocks: Sequence[Block], marks: Sequence[_Mark]) -> list[Block]:
    """The blocks without a list of what follows."""
    titles = [fold(mark.title) for mark in marks]
    kept: list[Block] = []
    for block in blocks:
        named = [any(title in fold(item.text) for title in titles) for item in block.items]
        if block.kind == "list" and named and all(named):
            if kept and (label_kind(kept[-1].text) == "contents"):
                kept.pop()
            continue
        if (
            block.kind in ("text", "heading")
            and len(block.text) < 220
            and any(title and fold(block.text).endswith(title) for title in titles)
        ):
            continue
        kept.append(block)
    return kept


def _end(blocks: Sequence[Block], level: int) -> int:
    """Where the last episode ends: at a heading as high as its own that is no label of its parts."""
    for place, block in enumerate(blocks):
        if (
            block.kind == "heading"
            and block.level <= level < 6
            and not label_kind(block.text)
            and not block.text.endswith("?")
        ):
            return place
    return len(blocks)
