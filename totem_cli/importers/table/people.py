"""The people of a cell: several names in it, last names first; what cannot be kept is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from totem_cli.importers.guests import read_guest, read_guests
from totem_cli.importers.names import is_in_last_name, like_person
from totem_cli.importers.notes import Kind
from totem_cli.importers.roles import PARTICLES, is_first_name, is_organisation, is_role, newsroom
from totem_cli.importers.table.told import Told

_JOINTS = re.compile(
    r" ?(?:[&|+/;]|,(?= ?(?:et|and|und|y|e) )) ?(?:(?<=[ ,])(?:et|and|und|y|e) )?"
    r"| (?:et|and|und|y|e|sowie|ainsi que|as well as|oltre a) |(?<=\)) [–—-] ",
    re.IGNORECASE,
)
"""What may stand between two people; a comma may also stand before a role, and is left to the grammar of a sentence."""

_BULLET = re.compile(r"(?:\d{1,2}\s?[.)]|[-•*–])\s+")
_ADDRESS = re.compile(r"[<(\[]?\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[>)\]]?")
_WEB = re.compile(r"[ (<\[]{1,3}(https?://[^\s()<>\[\],;]+)[)>\]]?", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:,| ) ?(?:et al|and others|and more|et (?:d['’])?autres|u\. ?a|und andere|y otros|e altri)\b\.?", re.IGNORECASE
)
"""Says that there are others, whom nobody names."""

_SQUARE = re.compile(r"\[([^\[\]]*)\]")


_LAST_FIRST = "the last name is taken to stand first"


class People:
    """Reads the cells of the columns of people of one table, and tells what it decides and leaves out."""

    def __init__(self, cells: Sequence[str], told: Told, *, exact: bool, turned: Collection[str] = ()) -> None:
        """``cells`` are all cells that will be read: where one is ``Brun, Ada``, all have the last name first.

        So have all ``BRUN Ada`` where several are such.

        ``exact`` reads people as totem writes them. ``turned`` are the cells of columns whose name says that last names
        stand first, which people who fill in a form heed or not: the first names that are known decide.
        """
        names = [name for cell in turned for part in lines_of(cell) if like_person(name := _head(part))]
        known = {_turn(name) for name in names}
        self._turned = frozenset(names)
        self._turns = True in known and False not in known
        self._exact = exact
        self._reversed = not exact and any(
            is_last_first(part) for cell in cells for part in lines_of(cell) if len(part) < _LONGEST
        )
        capitals = {cell for cell in cells if _CAPITALS_FIRST.fullmatch(cell.strip())}
        self._capitals = len(capitals) > 1
        self._told = told

    def read(self, cell: str) -> list[dict[str, Any]]:
        """The people, and the newsrooms that are partners, of a cell."""
        if self._exact:
            return [one for item in items_of(cell) if (one := newsroom(item) or read_guest(item, exact=True))]
        found: list[dict[str, Any]] = []
        for line in (part for one in lines_of(cell) for part in _unquoted(one)):
            if item := self._without_asides(without_bullet(line)).strip(" ,"):
                found += self._line(item)
        return found

    def _without_asides(self, line: str) -> str:
        """A line without what names nobody, and without addresses of people."""
        for match in _OTHERS.finditer(line):
            self._told.tell(Kind.LEFT_OUT, match[0].strip(" ,"), "nobody is named")
        line = _SQUARE.sub(r"(\1)", _OTHERS.sub("", line))
        line, count = _ADDRESS.subn("", line) if "@" in line else (line, 0)
        if count:
            self._told.tell(Kind.LEFT_OUT, "e-mail addresses beside names", "they look personal")
        return line

    def _line(self, item: str) -> list[dict[str, Any]]:
        """The people of a line; the last one before an address has it."""
        *addressed, rest = _WEB.split(item) if "://" in item else [item]
        found: list[dict[str, Any]] = []
        for text, address in zip(addressed[::2], addressed[1::2], strict=True):
            people = self._sentence(text.strip(" ,;&")) if text.strip(" ,;&") else []
            if people and "billed_as" not in people[-1]:
                people[-1] = {**people[-1], "url": address}
            else:
                self._told.tell(Kind.LEFT_OUT, address, "it stands beside no name")
            found += people
        return [*found, *(self._sentence(rest.strip(" ,;&")) if rest.strip(" ,;&") else [])]

    def _sentence(self, item: str) -> list[dict[str, Any]]:
        if partner := newsroom(item):
            return [partner]
        if len(item) < _LONGEST:
            parts = _parts(item)
            if len(parts) > 1 and all(map(self._is_person, parts)) and not any(map(self._lists_more, parts)):
                spanish = _SPANISH.fullmatch(item)
                if spanish and not is_first_name(spanish["after"].split()[0]):
                    self._doubt(item)
                if _SLANTED.search(item) and not all(is_first_name(part.split()[0]) for part in parts):
                    self._doubt(item)
                return [one for part in parts if (one := self._one(part))]
            is_dashed = len(parts) == 1 and bool(_DASH.match(item.removeprefix(_head(item))))
            if self._is_turned(item) or (is_dashed and self._is_person(item)):
                return [one] if (one := self._one(item)) else []
            if (pairs := _pairs(item)) and (self._reversed or all(map(is_last_first, pairs))):
                return [one for pair in pairs if (one := self._one(pair))]
        sentence = read_guests(item)
        if sentence.certain:
            found = [*sentence.partners, *map(self._cleaned, sentence.guests)]
        else:
            found = [one] if (one := self._one(item)) else []
        names = [one["name"] for one in found]
        if any(map(_DOUBTFUL.search, names)) or (len(names) > 1 and any(" " not in name for name in names)):
            self._doubt(item)
        return found

    def _doubt(self, item: str) -> None:
        self._told.tell(Kind.ASSUMED, item, "it may name other people than these", "part people with a semicolon")

    def _one(self, text: str) -> dict[str, Any] | None:
        if self._is_turned(text):
            self._told.tell(Kind.ASSUMED, text, _LAST_FIRST)
            text = first_last(text)
        one = read_guest(text)
        return self._cleaned(one) if one else None

    def _capitals_first(self, head: str) -> str:
        """``BRUN Ada`` as ``Ada Brun``; empty for other names."""
        match = _CAPITALS_FIRST.fullmatch(head)
        if (
            not match
            or not (self._capitals or is_first_name(match["first"].split()[0]))
            or any(map(is_organisation, head.split()))
        ):
            return ""
        return f"{match['first']} {_capitalised(match['last'])}"

    def _cleaned(self, one: dict[str, Any]) -> dict[str, Any]:
        name = one["name"]
        if found := self._capitals_first(name) or self._turned_name(name):
            self._told.tell(Kind.ASSUMED, name, _LAST_FIRST)
        elif name in self._turned and _turn(name) is None:
            self._told.tell(Kind.ASSUMED, name, "the name is read as it stands, though its column has last names first")
        return {**one, "name": found or name}

    def _turned_name(self, name: str) -> str:
        """A name of a column of last names first, turned; empty where it stands as it is said."""
        words = name.split()
        if name not in self._turned or _turn(name) is False or not (_turn(name) or (self._turns and len(words) == 2)):
            return ""
        at = next((index for index, word in enumerate(words) if index and is_first_name(word)), 1)
        return " ".join([*words[at:], *words[:at]])

    def whole(self, cells: Sequence[str], found: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
        """The one person of a cell that was read as two for the ``y`` in a last name (Ramón y Cajal), if it may be."""
        if len(cells) != 1 or len(found) != 2:
            return None
        match = _SPANISH.fullmatch(" ".join(cells[0].split()))
        is_one = match and match["before"] == found[0]["name"] and match["after"] == found[1]["name"]
        return {"name": match[0]} if match and is_one and not is_first_name(match["after"].split()[0]) else None

    def _is_person(self, part: str) -> bool:
        return like_person(_head(part)) or self._is_turned(part)

    def _lists_more(self, part: str) -> bool:
        """Whether commas part people here too: ``Ada Brun, Luc Mer`` before ``et Nina Aubry``."""
        _, *others = _outside(part).split(",")
        return not self._is_turned(part) and any(like_person(other.strip()) for other in others)

    def _is_turned(self, text: str) -> bool:
        return is_last_first(text) or (self._reversed and _may_be_reversed(text))


_LONGEST = 4000
_CAPITALS_FIRST = re.compile(r"(?P<last>[A-ZÀ-Þ'’-]{2,}(?: [A-ZÀ-Þ'’-]{2,})*) (?P<first>[A-ZÀ-Þ][a-zà-ÿ][\w '’-]*)")
_DASH = re.compile(r" [–—-] | ?: ")
_SLANTED = re.compile(r"[/|]")
"""What may also stand between a name and an organisation."""
_SPANISH = re.compile(r"(?P<before>[^,;(]{2,80}?) [ye] (?P<after>[^,;(]{2,80})")
_DOUBTFUL = re.compile(r"\s(?:[&+/|]|et|and|und)\s")


def _turn(name: str) -> bool | None:
    """Whether known first names say that a name has its last name first; None where they do not decide it."""
    first, *others = name.split()
    is_first, is_last = is_first_name(first), any(map(is_first_name, others))
    return None if is_first == is_last else is_last


_QUOTED = re.compile(r'"[^"]+"|[^",]+')


def _unquoted(line: str) -> list[str]:
    """The names of a list in which some stand in quotation marks, as Airtable has it; else the line."""
    parts = [part for one in _QUOTED.findall(line) if (part := one.strip())] if '"' in line else []
    is_list = any(part.startswith('"') for part in parts) and re.sub(r"\s", "", ",".join(parts)) == re.sub(
        r"\s", "", line
    )
    return [part.strip('"').strip() for part in parts] if is_list else [line]


def without_bullet(text: str) -> str:
    """An item of a list without its dash or number."""
    return text[match.end() :] if (match := _BULLET.match(text)) else text


def lines_of(cell: str) -> list[str]:
    """The lines of a cell, and the parts between its semicolons, with single spaces."""
    return [" ".join(line.split()) for line in re.split(r"[;\n]", cell) if line.strip()]


def items_of(cell: str) -> list[str]:
    """The items of a cell: its lines, or the parts between semicolons where it has one line (``a ; b`` is one part)."""
    parts = cell.split("\n") if "\n" in cell else re.split(r"(?<!\s);\s*|;\s*$", cell)
    return [" ".join(part.split(" ")).strip() for part in parts if part.strip()]


def names_of(cell: str) -> list[str]:
    """The parts of a cell that holds first names, or last names: as many as its joints part."""
    return [part for line in lines_of(cell) for part in _parts(line)]


def values_of(cell: str, wanted: int) -> list[str]:
    """The values of a cell beside one of ``wanted`` people, parted as their names may be; else of the cell as it is."""
    found = items_of(cell)
    if len(found) == wanted:
        return found
    lines = lines_of(cell)
    for pattern in (r"(?!)", r" [&|+/] ", r"[&|+/]", r", ", r",", r" (?:et|and|und|y|e) "):
        parts = [part.strip() for line in lines for part in re.split(pattern, line) if part.strip()]
        if len(parts) == wanted:
            return parts
    return found


def _head(text: str) -> str:
    """The name that a text begins with: what stands before brackets, a comma or a dash."""
    return re.split(r"[(\[,:]|\s[–—-]\s", text, maxsplit=1)[0].strip()


def _parts(text: str) -> list[str]:
    """The text at its joints, outside brackets."""
    found, depth, start = [], 0, 0
    joints = {match.start(): match.end() for match in _JOINTS.finditer(text)}
    skip = 0
    for index, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth <= 0 and index >= skip and index in joints:
            found.append(text[start:index])
            start = skip = joints[index]
    found.append(text[start:])
    parts = [part.strip(" ,") for part in found if part.strip(" ,")]
    for index in range(len(parts) - 1, 0, -1):
        before, after = parts[index - 1 : index + 1]
        joint = next((word for word in ("y", "e") if f"{before} {word} {after}" in text), "")
        if is_in_last_name(before, joint, after):
            parts[index - 1 : index + 1] = [f"{before} {joint} {after}"]
    return parts


def _outside(text: str) -> str:
    """The text without what is in brackets."""
    return re.sub(r"\([^()]*\)?", "", text)


def _two(text: str) -> tuple[list[str], list[str]] | None:
    """The words on both sides of the only comma, where each may be a part of a name."""
    before, comma, after = text.partition(",")
    after = after.partition("(")[0]
    if not comma or "," in after:
        return None
    last, first = before.split(), after.split()
    if not 1 <= len(last) <= 4 or not 1 <= len(first) <= 3:
        return None
    words = [*last, *first]
    if any(not (word[:1].isupper() or word.casefold().strip("'’") in PARTICLES) for word in words):
        return None
    if any(is_role(word) or is_organisation(word) or re.search(r"[\d&@/+]", word) for word in words):
        return None
    return last, first


def is_last_first(text: str) -> bool:
    """Whether a text is surely a last name, a comma and a first name: ``Brun, Ada``, ``LE GUEN, Nora``."""
    two = _two(text)
    if not two:
        return False
    last, first = two
    if is_first_name(last[0]) and (len(last) > 1 or not is_first_name(first[0]) or len(first) > 1):
        return False
    is_capitals = all(word.isupper() and len(word) > 1 for word in last) and not any(map(str.isupper, first))
    starts_with_particle = last[0].casefold() in PARTICLES or last[0] in ("Le", "La")
    single = len(last) == 1 and len(first) == 1 and not is_first_name(last[0])
    known = is_first_name(first[0]) and not is_first_name(last[0]) and (len(first) == 1 or len(last) == 1)
    return is_capitals or (starts_with_particle and len(last) > 1 and len(first) <= 2) or single or known


def first_last(text: str) -> str:
    """``BRUN, Ada (CEO)`` as ``Ada Brun (CEO)``."""
    last, _, first = text.partition(",")
    first, bracket, rest = first.strip().partition("(")
    return f"{first.strip()} {_capitalised(last.strip())}{' (' + rest if bracket else ''}"


def _may_be_reversed(text: str) -> bool:
    two = _two(text)
    return two is not None and not (len(two[0]) > 1 and (len(two[1]) > 1 or is_first_name(two[0][0])))


def _pairs(text: str) -> list[str]:
    """``Brun, Ada, Mer, Luc`` as last and first names; nothing where the words do not alternate so."""
    words = [part.strip() for part in text.split(",") if part.strip()]
    if len(words) < 4 or len(words) % 2 or any(len(word.split()) > 2 for word in words):
        return []
    pairs = [f"{last}, {first}" for last, first in zip(words[::2], words[1::2], strict=True)]
    return pairs if all(map(_may_be_reversed, pairs)) else []


def _capitalised(last: str) -> str:
    """A last name in capitals as it is written elsewhere; others as they are."""
    words = last.split()
    if not all(word.isupper() and len(word) > 1 for word in words):
        return last
    return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in words)
