"""The sentence that names who takes part, as people write it: ``Avec la rédaction de X, A, fondatrice de Y, et B``.

A heuristic: commas and ``et`` separate people, roles and organisations alike. Capitals, words for roles, prepositions
and the grammar of a list (``et`` is before the last) decide; phrases that none of them explains are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from totem_cli.importers import filled
from totem_cli.importers.guest_marks import FIRST_ORGANISATION, MARK, PERSON_MARK, Marks
from totem_cli.importers.guest_role import conjoined_as_in, details, split_role, starts_as_role, without_article
from totem_cli.importers.guest_words import (
    NEWSROOM,
    NEWSROOM_AFTER,
    PARTICLES,
    PREFIXES,
    SUFFIXES,
    is_first_name,
    is_organisation,
    is_role,
)

LONGEST = 4000
"""Characters; no list of guests is longer."""

_SEPARATOR = re.compile(
    r"(?P<comma>\s*[,;]\s*(?:puis|et|and|ainsi que|as well as|&|plus)\s+"
    r"(?:avec\s+|with\s+|par\s+|by\s+|(?:de\s+|d['’])(?=[A-ZÀ-Þ]))?)"
    r"|(?P<plain>\s*,(?!\d)\s*|\s*;\s*|\s*\n\s*)"
    r"|(?P<et>(?<=\))\s+(?:et|and) (?:de\s+|d['’])(?=[A-ZÀ-Þ])|\s+(?:et|and|ainsi que|as well as)\s+"
    r"(?:avec\s+|with\s+|par\s+|by\s+|enfin\s+)?|(?<=\))\s+&\s+)"
)
_OPEN, _CLOSE = "([«“", ")]»”"
_REVERSED = re.compile(
    r"(?:l['’]|la |le |les |the |notre |our |un |une |a |"
    r"an )?(?P<role>[^\W\d_A-Z][^,()]*?)\s+(?P<name>(?:[A-ZÀ-ÖØ-Þ][\w.’'-]*)"
    r"(?:\s+(?:[A-ZÀ-ÖØ-Þ][\w.’'-]*|de|du|van|von|der|le|la|d['’][A-Z][\w-]*))+)"
)
_OF = re.compile(
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w.’'-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w.’'-]*){1,3})\s+(?:of|at|from|chez|@)\s*(?P<of>[A-ZÀ-ÖØ-Þ0-9].*)"
)
_DANGLING = re.compile(
    r"(?:^|[\s’'])(?:de|du|des|d|l|la|le|les|à|au|aux|chez|pour|of|at|for|the|from|in|with|en|sur|@|et|and)$",
    re.IGNORECASE,
)
_NICKNAME = re.compile(r"[\"“«'‘]|[^\x00-\u024f]")
_DASHED = re.compile(r"\s+[–—|-]\s+|\s*:\s+|\s*\t\s*|\s+\|\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Who takes part: tables for the model, in order, then the phrases that fit nowhere."""

    guests: tuple[dict[str, Any], ...] = ()
    partners: tuple[dict[str, Any], ...] = ()
    unplaced: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether every phrase was read, and at least one person or partner found."""
        return not self.unplaced and bool(self.guests or self.partners)


class _Chunk(NamedTuple):
    """The text between two separators; ``before`` is the one before it: ``,``, ``et``, or both, or nothing."""

    before: str
    text: str


@dataclass
class _Person:
    name: str
    role: str = ""
    organisations: list[str] = field(default_factory=list)
    conjoined: bool = False

    def add(self, role: str, organisations: Iterable[str], joint: str) -> None:
        self.role = joint.join(filter(None, (self.role, role)))
        self.organisations += [name for name in organisations if name not in self.organisations]

    def table(self) -> dict[str, Any]:
        return filled({"name": self.name, "role": self.role, "organisations": self.organisations})


def read_guests(text: str, persons: Iterable[str] = (), organisations: Iterable[str] = ()) -> Sentence:
    """Everybody that a list in words names, without its ``Avec``.

    ``persons`` and ``organisations`` are names known beforehand (a page links them): each is taken whole, and the
    brackets beside a known person are not divided further.
    """
    text = _tidy(text)
    if len(text) > LONGEST:
        return Sentence(unplaced=(text,))
    marks = Marks(persons, organisations)
    found = _List(_chunks(marks.put(text)), marks).read()
    return (
        found
        if " and " not in text
        else replace(found, guests=tuple(conjoined_as_in(one, text) for one in found.guests))
    )


def read_guest(
    text: str, persons: Iterable[str] = (), organisations: Iterable[str] = (), *, exact: bool = False
) -> dict[str, Any] | None:
    """The one person that an item or a cell names, as a table for the model; None where it names no one.

    ``exact`` reads ``name (role, organisation et organisation)`` as totem writes it: the role is left whole.
    """
    text = _tidy(text)
    marks = Marks(persons, organisations)
    marked = marks.put(text)
    if not text or len(text) > LONGEST:
        return None
    head, inside = _last_group(marked)
    rest = inside or ""
    if inside is None and (dash := _DASHED.search(marked)):
        head, rest = marked[: dash.start()], _DASHED.sub(", ", marked[dash.end() :])
    elif not (exact and inside is not None):
        (_, first), *others = _chunks(head)
        if inside is None or (others and others[0].text.casefold() not in SUFFIXES):
            head, rest = first, ", ".join(filter(None, (head[len(first) :].lstrip(" ,;"), rest)))
    if reversed_name := _REVERSED.fullmatch(head):
        head, rest = reversed_name["name"], ", ".join(filter(None, (reversed_name["role"], rest)))
    name = marks.take(head).strip(" ,")
    if not name:
        return None
    person = _Person(name)
    while (suffix := rest.partition(",")[0].strip()).casefold() in SUFFIXES:
        person.name += f", {suffix}"
        rest = rest.partition(",")[2].strip()
    role, names = details(_chunks(rest), exact=inside is not None and (exact or bool(MARK.search(head))))
    person.add(marks.take(role), map(marks.take, names), ", ")
    return conjoined_as_in(person.table(), text)


def _tidy(text: str) -> str:
    """One line with plain spaces, without the full stop at its end."""
    text = " ".join(text.replace("\u00ad", "").split())
    return text[:-1].rstrip() if text.endswith((".", ";", ",")) and not re.search(r"\b[A-Z]\.$|\bJr\.$", text) else text


def _chunks(text: str) -> list[_Chunk]:
    """The text between its separators, outside brackets and quotation marks, each with the separator before it."""
    deep = _depths(text)
    found: list[_Chunk] = []
    start, before = 0, ""
    for match in _SEPARATOR.finditer(text):
        if deep[match.start()] or deep[match.end() - 1]:
            continue
        if piece := text[start : match.start()].strip():
            found.append(_Chunk(before, piece))
        start, before = match.end(), {"comma": ", et", "plain": ",", "et": "et"}[match.lastgroup or "plain"]
    if piece := text[start:].strip():
        found.append(_Chunk(before, piece))
    return found or [_Chunk("", "")]


def _last_group(text: str) -> tuple[str, str | None]:
    """``Name (details)`` apart; the details are None where the text ends with no brackets, or they hold a nickname."""
    if not text.endswith(")"):
        return text, None
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] == ")") - (text[index] == "(")
        if depth == 0:
            head, inside = text[:index].strip(), text[index + 1 : -1].strip()
            return (text, None) if not head or _NICKNAME.match(inside) else (head, inside)
    return text, None


def _depths(text: str) -> list[int]:
    """The depth of brackets at each character; 0 throughout where the brackets do not match."""
    depth, found = 0, []
    for letter in text:
        depth += letter in _OPEN
        found.append(depth)
        depth -= letter in _CLOSE
        if depth < 0:
            break
    return found if depth == 0 and len(found) == len(text) else [0] * len(text)


class _List:
    """One reading of one list, from left to right."""

    def __init__(self, parts: list[_Chunk], marks: Marks) -> None:
        self.parts = [part for part in parts if part.text]
        self.marks = marks
        self.people: list[_Person] = []
        self.partners: list[dict[str, Any]] = []
        self.unplaced: list[str] = []
        self.current: _Person | None = None

    def read(self) -> Sentence:
        for index, chunk in enumerate(self.parts):
            if not (self._partner(chunk) or self._bracketed(chunk) or self._role(chunk) or self._name(index, chunk)):
                self.unplaced.append(self.marks.take(chunk.text))
        for person in self.people:
            person.name, person.role = self.marks.take(person.name), self.marks.take(person.role)
            person.organisations = [self.marks.take(name) for name in person.organisations]
        return Sentence(tuple(person.table() for person in self.people), tuple(self.partners), tuple(self.unplaced))

    def _begin(self, chunk: _Chunk, name: str, role: str = "", organisations: Iterable[str] = ()) -> bool:
        self.current = _Person(name, role, list(organisations), conjoined="et" in chunk.before)
        self.people.append(self.current)
        return True

    def _partner(self, chunk: _Chunk) -> bool:
        if not (partner := newsroom(self.marks.take(chunk.text))):
            return False
        self.partners.append(partner)
        self.current = None
        return True

    def _bracketed(self, chunk: _Chunk) -> bool:
        head, inside = _last_group(chunk.text)
        if inside is None:
            return False
        exact = bool(re.fullmatch(PERSON_MARK, head))
        role, names = details(_chunks(inside), exact=exact)
        if found := _reversed(head):
            return self._begin(chunk, found[1], ", ".join(filter(None, (found[0], role))), names)
        if self.current and starts_as_role(head):
            own_role, more = split_role(head)
            self.current.add(own_role, [*more, *([inside] if not names and not more else names)], _joint(chunk))
            return True
        return self._begin(chunk, head, role, names)

    def _role(self, chunk: _Chunk) -> bool:
        text = chunk.text
        if self.current and text.casefold() in SUFFIXES:
            self.current.name += f", {text}"
            return True
        if (found := _reversed(text)) and not self._continues(text, found[1]):
            return self._begin(chunk, found[1], found[0])
        if self.current is None or not starts_as_role(text):
            return False
        role, names = split_role(without_article(text))
        if not role and not names:
            return False
        self.current.add(role, names, _joint(chunk))
        return True

    def _continues(self, text: str, name: str) -> bool:
        """Whether the capitals are in the role of the person before: ``ingénieur du masque Bulle de Varech``."""
        current = self.current
        if current is None or current.role or current.organisations or MARK.match(name):
            return False
        return text == without_article(text) and not is_first_name(name.partition(" ")[0])

    def _name(self, index: int, chunk: _Chunk) -> bool:
        text, current = chunk.text, self.current
        if found := _OF.fullmatch(text):
            return self._begin(chunk, found["name"], "", [found["of"]])
        if not _is_name(text):
            return False
        mark = MARK.fullmatch(text)
        if mark:
            if text < FIRST_ORGANISATION or current is None:
                return self._begin(chunk, text)
            current.organisations.append(text)
            return True
        if self._is_person(index, chunk):
            return self._begin(chunk, text)
        assert current is not None
        current.organisations.append(text)
        return True

    def _is_person(self, index: int, chunk: _Chunk) -> bool:
        current, text = self.current, chunk.text
        following = self.parts[index + 1] if index + 1 < len(self.parts) else None
        if current is None:
            return True
        if following and "," in following.before and starts_as_role(following.text) and following.text[:1] != "(":
            return True
        several = len(text.split()) > 1
        named = several and like_person(text)
        if not current.role and not current.organisations:
            return (
                named
                or (not several and " " not in current.name)
                or ("et" in chunk.before and not is_organisation(text))
            )
        if several and not named:
            return False
        if named and is_first_name(text.split()[0]):
            return True
        if chunk.before == ", et":
            return True
        if chunk.before == "et":
            return self._closes(index) if named else not current.organisations
        return named

    def _closes(self, index: int) -> bool:
        """Whether the ``et`` here is the one that a list has before its last name."""
        later = any("et" in part.before for part in self.parts[index + 1 :])
        return not later and not any(person.conjoined for person in self.people)


def newsroom(text: str) -> dict[str, Any] | None:
    """The organisation that a phrase names by its people (``la rédaction d’Estran``), as a partner's table."""
    after = NEWSROOM_AFTER.fullmatch(text)
    if (first := re.match(r"(?:Les?|La|L['’]|The)(?=\b)", text)) and (after or NEWSROOM.fullmatch(text)):
        text = first[0].lower() + text[first.end() :]
    if after:
        return {"name": after["name"], "billed_as": text}
    match = NEWSROOM.fullmatch(text)
    if not match or not (match["name"][0].isupper() or match["name"][0].isdigit() or not match["name"][0].isascii()):
        return None
    # a title's own article is part of its name: la rédaction du Monde is that of Le Monde
    article = {"du ": "Le ", "des ": "Les ", "de la ": ""}.get((match["link"] or "").lower(), "")
    return {"name": article + match["name"], "billed_as": text}


def like_person(text: str) -> bool:
    """Whether words look like a person's name rather than an organisation's."""
    words = text.split()
    if not 2 <= len(words) <= 6 or re.search(r"[&\d@/+!]|\.\w{2,}$", text):
        return False
    if any(is_organisation(word) or is_role(word) for word in words[1:]) or is_organisation(words[0]):
        return False
    capitals = [word for word in words if word.casefold() not in PARTICLES]
    if all(word.isupper() and len(word) > 2 for word in capitals):
        return is_first_name(words[0])
    return all(_starts_high(word) for word in capitals)


def _is_name(text: str) -> bool:
    words = text.split()
    if not words or len(words) > 8 or text.endswith(("?", "!", ":")):
        return False
    while len(words) > 1 and words[0].casefold() in PREFIXES | PARTICLES:
        words = words[1:]
    return _starts_high(words[0]) or (bool(re.search(r"\w\.\w", words[0])) and len(words) == 1)


def _starts_high(word: str) -> bool:
    letter = word.lstrip("\"“«'‘(")[:1]
    if word[:2].casefold() in ("d'", "d’", "l'", "l’"):
        letter = word[2:3]
    return bool(letter) and (
        letter.isdigit() or (letter.isalpha() and letter == letter.upper()) or bool(MARK.match(letter))
    )


def _reversed(text: str) -> tuple[str, str] | None:
    """A role before its name (``l’économiste Ada Brun``), apart."""
    match = _REVERSED.fullmatch(text)
    if not match:
        mark = re.fullmatch(rf"(?:l['’]|la |le |the |notre |our )?([^\W\d_A-Z][^,()]*?)\s+({PERSON_MARK})", text)
        return (mark[1], mark[2]) if mark else None
    role, name = match["role"], match["name"]
    if _DANGLING.search(role) or not is_role(role.split()[0]) or not like_person(name):
        return None
    return role, name


def _joint(chunk: _Chunk) -> str:
    return " et " if chunk.before == "et" else ", "
