"""The programme of a season on one page: a table, or a list, in which each row is a talk with its date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from totem_cli.importers.guests import read_guests
from totem_cli.importers.names import like_person
from totem_cli.importers.page_blocks import Block
from totem_cli.importers.page_facts import DateOptions, field_of, moment_in
from totem_cli.importers.page_words import label_kind
from totem_cli.importers.words import phrases
from totem_cli.language.fold import fold

TALK = "talk"
"""The kind of the block that holds the title of a talk."""

_FEWEST = 3
"""Talks in a programme; fewer dates in a list are no season."""

_SHARE = 0.4
"""The part of a page's words that its programme has at least: beside a text, a list of dates is only announced."""

_MOST_BEFORE_REST = 10
"""Words in which the date that begins an item ends."""

_DAY = re.compile(r"\d{1,2}|[^\W\d_]{2,10}\.?")
_SEASON = re.compile(r"(?<!\d)(?P<first>20\d\d)(?:\s?[-–/]\s?(?P<second>20\d\d|\d\d))?(?![\d/-])")
_LAST_OF_A_SEASON = 7
_DAY_AND_MONTH = re.compile(
    r"(?:[^\W\d_]{2,10}\.?,? )?(?:(?P<number>\d{1,2}[/.]\d{1,2})\.?(?![\d/])|(?:\d{1,2}(?:er|st|nd|rd|th|\.)? "
    r"(?:de |di )?(?P<month>[^\W\d_]{3,10})\.?|(?P<first>[^\W\d_]{3,10}) \d{1,2}(?:st|nd|rd|th)?)(?!,? \d{4}))"
)
_TITLES = frozenset(map(fold, phrases("columns")["titles"]))
_PRESENTERS = frozenset(map(fold, [*phrases("columns")["presenters"], *phrases("columns")["authors"]]))
_UNKNOWN = frozenset(map(fold, phrases("columns")["unknown"]))
_NO_TALK = re.compile(
    r"\b(?:annule|relache|vacances|ferie|pas de (?:seance|seminaire)|no (?:seminar|talk|meeting|session)|cancel|"
    r"holiday|break\b|reading week|fallt aus|entfallt|ausfall|ferien|feiertag|"
    r"suspendid|cancelad|no hay|festivo|annullat|sospes)"
)
_ABSTRACT = re.compile(r"\s(?=(?:Résumé|Abstract|Summary|Zusammenfassung|Resumen|Riassunto|Sommario)\s?[:.])")
_QUOTED = re.compile(
    r"«\s?(?P<a>[^«»]{3,200}?)\s?»|“(?P<b>[^“”]{3,200})”|„(?P<c>[^„“”]{3,200})[“”]|\"(?P<d>[^\"]{3,200})\""
)
_EMPHASISED = re.compile(r"(?<![\w*_])(?P<mark>\*\*|[*_])(?P<words>[^*_\n]{3,200})(?P=mark)(?![\w*_])")
_WITH_PLACE = re.compile(r"(?P<name>[^(),:;]{3,60} \([^()]{2,120}\))\s?[,:;.–—-]{1,2}\s(?P<title>\S.*)")
_PARTED = re.compile(r"(?:\s[–—|-]\s|\s?:\s)")
_JOINTS = " ,;:.|–—-·"


class _Talk(NamedTuple):
    """A row of a programme: its title, its values by their labels, and what else it says."""

    title: str
    values: tuple[tuple[str, str], ...]
    more: str = ""


class Programme(NamedTuple):
    """The blocks of a page, its talks apart; ``season`` are the years that were given to dates without one."""

    blocks: list[Block]
    season: str = ""


def programme(blocks: Sequence[Block], title: str = "") -> Programme:
    """The blocks of a page with the talks of its programme apart, after all others; a page without one as it is.

    Dates without a year have that of the season that a heading, or the ``title`` of the page, names.
    """
    dated = _with_years(blocks, title)
    return max((_apart(blocks), dated), key=lambda one: sum(block.kind == TALK for block in one.blocks))


def _with_years(blocks: Sequence[Block], title: str) -> Programme:
    """The programme of a page whose dates have no year."""
    heads = (block.text for block in blocks if block.kind == "heading")
    season = next((match for text in (*heads, title) if (match := _SEASON.search(text))), None)
    if not season:
        return Programme([])
    first = int(season["first"])
    second = first + 1 if season["second"] else first
    made = _apart([_dated(block, first, second) for block in blocks])
    return made._replace(season=season[0])


def _dated(block: Block, first: int, second: int) -> Block:
    """A table or a list whose days have their year."""
    if block.kind == "table":
        rows = [tuple(_in_year(cell, first, second) if len(cell) < 60 else cell for cell in row) for row in block.rows]
        return replace(block, rows=tuple(rows))
    if block.kind == "list":
        return replace(block, items=tuple(replace(one, text=_in_year(one.text, first, second)) for one in block.items))
    return block


def _in_year(text: str, first: int, second: int) -> str:
    """A text that begins with a day and a month, with the year after them: the second from January to July."""
    match = _DAY_AND_MONTH.match(text)
    if not match:
        return text
    day = match[0].rstrip(" ,.:;–—-")
    sign = " " if not match["number"] else "/" if "/" in day else "."
    found = DateOptions(day_first=True).parse(f"{day}{sign}{first}")
    if not found:
        return text
    year = first if int(found.date[5:7]) > _LAST_OF_A_SEASON else second
    return f"{day}{sign}{year}{text[len(day) :]}"


def _apart(blocks: Sequence[Block]) -> Programme:
    found = {index: talks for index, block in enumerate(blocks) if (talks := _talks(block))}
    length = sum(len(block.text) for block in blocks)
    count = sum(sum(one.title != "" for one in talks) for talks in found.values())
    if count < _FEWEST or sum(len(blocks[index].text) for index in found) < _SHARE * length:
        return Programme([*blocks])
    kept: list[Block] = []
    apart: list[Block] = []
    for index, block in enumerate(blocks):
        while index in found and kept and kept[-1].kind == "heading" and kept[-1].level > 1:
            kept.pop()  # it stands above the list, and is told as not placed
        for talk in found.get(index, ()):
            line = " ".join(value for _, value in talk.values)
            if talk.title:
                apart += _blocks_of(talk, block)
            else:
                kept.append(Block("text", line, line, lines=(line,)))
        if index not in found:
            kept.append(block)
    return Programme([*kept, *apart])


def _blocks_of(talk: _Talk, block: Block) -> Iterator[Block]:
    """The title of a talk, its values, and its text with the links that its row has."""
    yield Block(TALK, talk.title)
    yield Block("fields", " ".join(value for _, value in talk.values), rows=talk.values)
    text = f"{talk.title} {talk.more} {' '.join(value for _, value in talk.values)}"
    links = [
        f"[{words}]({to})" for words, to in block.linked if words and words in text and not to.startswith("mailto:")
    ]
    if talk.more and talk.more not in (words for words, _ in block.linked):
        yield Block("text", talk.more, talk.more, lines=(talk.more,))
    if links:
        yield Block("text", "", " · ".join(dict.fromkeys(links)))


def _talks(block: Block) -> list[_Talk]:
    """The talks of a table or a list that is a programme; a row that says that there is none has no title."""
    if block.kind == "table":
        return _of_table(block.rows)
    if block.kind == "list":
        written = _items(block)
        found = [_of_item(item.text, mark) for item, mark in zip(block.items, written, strict=True)]
        return [one for one in found if one] if all(found) else []
    return []


def _items(block: Block) -> list[str]:
    """The Markdown of each item of a list."""
    parts = re.split(r"^(?:[-*]|\d{1,4}[.)]) ", block.markdown, flags=re.MULTILINE)[1:]
    return parts if len(parts) == len(block.items) else ["" for _ in block.items]


# Tables


def _of_table(rows: Sequence[Sequence[str]]) -> list[_Talk]:
    if len(rows) < 2:
        return []
    fields = [_column(cell) for cell in rows[0]]
    body, labels = rows[1:], [*rows[0]]
    if "date" not in fields:
        fields, body = _columns_by_content(rows), rows
        labels = fields
    if "date" not in fields or not {"title", "guests"} & {*fields}:
        return []
    date = fields.index("date")
    title = fields.index("title") if "title" in fields else fields.index("guests")
    dated = [row for row in body if len(row) > date and _is_date(row[date])]
    return [_of_row(row, labels, fields, title) for row in body if any(row)] if 4 * len(dated) >= 3 * len(body) else []


def _column(cell: str) -> str:
    """What a column holds, by its name."""
    field = field_of(cell)
    if fold(cell) in _TITLES:
        return "title"
    return "guests" if fold(cell) in _PRESENTERS or label_kind(cell) == "guests" else field


def _columns_by_content(rows: Sequence[Sequence[str]]) -> list[str]:
    """What the columns of a table without names hold: days, people, and the longest texts, which are titles."""
    width = min(map(len, rows))
    columns = [[row[index] for row in rows] for index in range(width)]
    fields = ["" for _ in columns]
    for index, column in enumerate(columns):
        if "date" not in fields and 4 * sum(map(_is_date, column)) >= 3 * len(column):
            fields[index] = "date"
        elif 2 * sum(like_person(cell.partition("(")[0].strip()) for cell in column) > len(column):
            fields[index] = "guests"
    rest = [index for index, field in enumerate(fields) if not field]
    if rest:
        fields[max(rest, key=lambda index: sum(map(len, columns[index])))] = "title"
    return fields


def _of_row(row: Sequence[str], labels: Sequence[str], fields: Sequence[str], title: int) -> _Talk:
    cells = [*row, *[""] * (len(fields) - len(row))]
    if _NO_TALK.search(fold(" ".join(cells))) or not any(map(_is_date, cells)):
        return _Talk("", tuple(("", cell.replace("\n", " ")) for cell in cells if cell))
    name, *more = _ABSTRACT.split(cells[title].replace("\n", " "), maxsplit=1)
    values = tuple(
        (labels[index], cell)
        for index, cell in enumerate(cells[: len(labels)])
        if cell and index != title and fold(cell.strip("()")) not in _UNKNOWN
    )
    if not name or fold(name) in _UNKNOWN:
        named = [cell for index, cell in enumerate(cells) if fields[index] == "guests" and fold(cell) not in _UNKNOWN]
        name = named[0] if named else cells[fields.index("date")]
    return _Talk(name, values, *more)


def _is_date(text: str) -> bool:
    found = moment_in(text.replace("\n", " "), DateOptions(), most=6)
    return found is not None


# Lists


def _of_item(text: str, written: str) -> _Talk | None:
    """The talk that an item of a list is: its date, who speaks, its title; None where it begins with no date."""
    begins = text.split()[:_MOST_BEFORE_REST]
    if not begins or not _DAY.match(begins[0]):
        return None
    found = moment_in(" ".join(begins), DateOptions(), most=_MOST_BEFORE_REST)
    if not found or not text.startswith(found.words):
        return None
    rest = text[len(found.words) :].strip(_JOINTS)
    if not rest or _NO_TALK.search(fold(rest[:80])):
        return _Talk("", (("", text),))
    name, speaker, more = _taken_apart(rest, written)
    return _Talk(name, (("date", found.words), *((("guests", speaker),) if speaker else ())), more)


def _taken_apart(rest: str, written: str) -> tuple[str, str, str]:
    """The title, the speakers and the rest of what an item says after its date."""
    rest, *abstract = _ABSTRACT.split(rest, maxsplit=1)
    marked = [match["words"].strip(_JOINTS) for match in _EMPHASISED.finditer(written.replace("\n", " "))]
    quoted = next((match for match in _QUOTED.finditer(rest)), None)
    title = next(filter(None, quoted.groups())) if quoted else ""
    title = title or next((one for one in marked if one in rest and not like_person(one) and not _is_date(one)), "")
    if not title and (match := _WITH_PLACE.fullmatch(rest)):
        title = match["title"].strip(_JOINTS)
    if not title:
        parts = [part.strip(_JOINTS) for part in _PARTED.split(rest, maxsplit=1)]
        people = [part for part in parts if _are_people(part)]
        title = next((part for part in parts if part not in people), rest) if len(parts) == 2 else rest
    whole = quoted[0] if quoted else title
    before, _, after = rest.partition(whole)
    speaker = before.strip(_JOINTS)
    after = after.strip(_JOINTS)
    if not speaker and _are_people(after):
        speaker, after = after, ""
    if speaker and not _are_people(speaker):
        speaker, after = "", f"{speaker} {after}".strip()
    return title, speaker, " ".join([after, *abstract]).strip()


def _are_people(text: str) -> bool:
    found = read_guests(text)
    return found.certain and bool(found.guests) and all(like_person(one["name"]) for one in found.guests)
