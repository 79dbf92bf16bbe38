"""The sentence that names who takes part, as people write it: ``Avec la rédaction de X, A, fondatrice de Y, et B``.

A heuristic: commas and ``et`` separate people, roles and organisations alike. Capitals, words for roles, prepositions
and the grammar of a list (``et`` is before the last) decide; phrases that none of them explains are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from totem_cli.importers import filled
from totem_cli.importers.names import is_full_name, is_in_last_name, is_name, like_person, without_courtesy
from totem_cli.importers.roles import (
    ARTICLES,
    FIRST_ORGANISATION,
    FIRST_PERSON,
    MARK,
    PARTICLES,
    PREFIXES,
    SUFFIXES,
    Marks,
    RoleAndName,
    details,
    is_first_name,
    is_institution,
    is_organisation,
    is_plural,
    is_role,
    is_sure,
    is_undivided,
    joined,
    newsroom,
    role_and_name,
    split_role,
    starts_as_role,
    without_article,
)

_LONGEST = 4000
"""Characters; no list of guests is longer."""

_AND = r"(?:et|and|und|sowie|y|ed|e|ainsi que|as well as|así como|nonché)"
_WITH = r"(?:(?:avec|with|par|by|mit|con|enfin) )?"
_SEPARATOR = re.compile(
    rf"(?P<comma> ?[,;] ?(?:puis|{_AND}|&|plus) {_WITH}(?:(?:de |d['’])(?=[A-ZÀ-Þ]))?)"
    r"|(?P<plain> ?,(?!\d) ?| ?; ?)"
    rf"|(?P<et>(?<=\)) {_AND} (?:de |d['’])(?=[A-ZÀ-Þ])| {_AND} {_WITH}|(?<=\)) & )"
)
"""The texts are tidied: between two words stands one space."""

_OPEN, _CLOSE = "([«“", ")]»”"
_REVERSED_MARK = re.compile(
    rf"(?:l['’]|la |le |the |notre |our )?(?P<role>[^\W\d_A-Z][^,()]*) (?P<name>[{FIRST_PERSON}-\ue7ff])"
)
_OF = re.compile(
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w.’'-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w.’'-]*){1,3})\s+(?:of|at|from|chez|@)\s*(?P<of>[A-ZÀ-ÖØ-Þ0-9].*)"
)
_DANGLING = re.compile(
    r"(?:^|[\s’'])(?:de|du|des|d|l|la|le|les|à|au|aux|chez|pour|of|at|for|the|from|in|with|en|sur|@|et|and)$",
    re.IGNORECASE,
)
_OF_SOMETHING = re.compile(r"\s(?:de|du|des|of|der|del|della|di)\s")
_CAPITAL_INSIDE = re.compile(r"[a-zà-ÿ] [A-ZÀ-Þ]")
_NICKNAME = re.compile(r"[\"“«'‘]|[^\x00-\u024f]")
_DASHED = re.compile(r" [–—|-] | ?: | \| ?")


_OF_SEVERAL = frozenset({"mm", "mmes", "mlles", "messieurs", "mesdames"})
"""Courtesies before several names, which belong to none of them."""

_CONJUNCTIONS = ("et", "and", "und", "y", "e")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Who takes part: tables for the model, in order, the phrases that fit nowhere, whether all is sure."""

    guests: tuple[dict[str, Any], ...] = ()
    partners: tuple[dict[str, Any], ...] = ()
    unread: tuple[str, ...] = ()
    doubts: bool = False

    @property
    def certain(self) -> bool:
        """Whether every phrase was read, and at least one person or partner found."""
        return not self.unread and bool(self.guests or self.partners)


class _Chunk(NamedTuple):
    """The text between two separators; ``before`` is the one before it: ``,``, ``et``, or both, or nothing."""

    before: str
    text: str

    @property
    def joint(self) -> str:
        return " et " if self.before == "et" else ", "


@dataclass
class _Person:
    name: str
    role: str = ""
    organisations: list[str] = field(default_factory=list)
    conjoined: bool = False

    def add(self, role: str, organisations: Iterable[str], joint: str) -> None:
        self.role = joined(self.role, role, joint=joint)
        self.organisations += [name for name in organisations if name not in self.organisations]

    def table(self, marks: Marks, text: str) -> dict[str, Any]:
        """The person for the model; the role is joined as the text joins: ``co-founder and CEO`` stays English."""
        role = marks.take(self.role)
        written = next((word for word in _CONJUNCTIONS if f" {word} " in text), "et")
        if written != "et":
            role = role.replace(" et ", f" {written} ")
        organisations = [marks.take(name) for name in self.organisations]
        billed = marks.take(self.name)
        name = without_courtesy(billed)
        is_of_several = billed.partition(" ")[0].casefold().rstrip(".") in _OF_SEVERAL
        told = {"billed_as": billed} if name != billed and not is_of_several else {}
        return filled({"name": name, "role": role, "organisations": organisations} | told)


def read_guests(text: str, persons: Iterable[str] = (), organisations: Iterable[str] = ()) -> Sentence:
    """Everybody that a list in words names, without its ``Avec``.

    ``persons`` and ``organisations`` are names known beforehand (a page links them): each is taken whole, and the
    brackets beside a known person are not divided further.
    """
    text = _tidy(text)
    if len(text) > _LONGEST:
        return Sentence(unread=(text,))
    marks = Marks(persons, organisations)
    found = _List(_chunks(marks.put(text)), marks)
    found.read()
    people = tuple(person.table(marks, text) for person in found.people)
    return Sentence(people, tuple(found.partners), tuple(found.unread), found.doubts or any(map(_is_doubtful, people)))


def _is_doubtful(person: dict[str, Any]) -> bool:
    """Whether what was read of a person looks unlike what people write: a role that is none, a verb in a name."""
    role, names = person.get("role", ""), person.get("organisations", ())
    parts = re.split(r",\s| (?:et|and|und|y|e) ", role) if role else []
    known = PARTICLES | PREFIXES | ARTICLES
    return (
        any(not any(map(is_role, part.split()[:3])) for part in parts)
        or bool(_DANGLING.search(role))
        or (not names and _names_work(role) and not is_undivided(role))
        or any(name[0].islower() and not is_institution(name) and "." not in name for name in names)
        or any(word[0].islower() and word.casefold() not in known for word in person["name"].split())
        or len(person["name"].split()) > 5
    )


def _names_work(role: str) -> bool:
    """Whether a role is of something whose name has a capital inside: ``auteur de La Marée``."""
    of_something = _OF_SOMETHING.search(role)
    return of_something is not None and _CAPITAL_INSIDE.search(role, of_something.end()) is not None


def read_guest(
    text: str, persons: Iterable[str] = (), organisations: Iterable[str] = (), *, exact: bool = False
) -> dict[str, Any] | None:
    """The one person that an item or a cell names, as a table for the model; None where it names no one.

    ``exact`` reads ``name (role, organisation et organisation)`` as totem writes it: the role is left whole.
    """
    text = _tidy(text)
    if not text or len(text) > _LONGEST:
        return None
    marks = Marks(persons, organisations)
    marked = marks.put(text)
    head, inside = _last_group(marked)
    rest = inside or ""
    if inside is None and (dash := _DASHED.search(marked)):
        head, rest = marked[: dash.start()], _DASHED.sub(", ", marked[dash.end() :])
    elif not (exact and inside is not None):
        (_, first), *others = _chunks(head)
        if inside is None or (others and others[0].text.casefold() not in SUFFIXES):
            head, rest = first, joined(head[len(first) :].lstrip(" ,;"), rest)
    if found := role_and_name(head):
        head, rest = found.name, joined(found.role, rest)
    if not head.strip(" ,"):
        return None
    person = _Person(head.strip(" ,"))
    while (suffix := rest.partition(",")[0].strip()).casefold() in SUFFIXES:
        person.name += f", {suffix}"
        rest = rest.partition(",")[2].strip()
    is_whole_role = inside is not None and (exact or bool(MARK.search(head)))
    person.add(*details(_chunks(rest), exact=is_whole_role), ", ")
    return person.table(marks, text)


def _tidy(text: str) -> str:
    """One line with plain spaces, without the full stop at its end."""
    text = " ".join(text.replace("\u00ad", "").split())
    return text[:-1].rstrip() if text.endswith((".", ";", ",")) and not re.search(r"\b[A-Z]\.$|\bJr\.$", text) else text


def _chunks(text: str) -> list[_Chunk]:
    """The text between its separators, outside brackets and quotation marks, each with the separator before it."""
    depths = _depths(text)
    found: list[_Chunk] = []
    start, before = 0, ""
    for match in _SEPARATOR.finditer(text):
        if depths[match.start()] or depths[match.end() - 1]:
            continue
        if is_in_last_name(text[start : match.start()].strip(), match[0].strip(), text[match.end() :]):
            continue
        if piece := text[start : match.start()].strip():
            found.append(_Chunk(before, piece))
        start, before = match.end(), {"comma": ", et", "plain": ",", "et": "et"}[match.lastgroup or "plain"]
    if piece := text[start:].strip():
        found.append(_Chunk(before, piece))
    return found or [_Chunk("", "")]


def _depths(text: str) -> list[int]:
    """The depth of brackets at each character, closing ones inside; 0 throughout where the brackets do not match."""
    after = list(accumulate((letter in _OPEN) - (letter in _CLOSE) for letter in text))
    if min(after, default=0) < 0 or after[-1:] != [0]:
        return [0] * len(text)
    return [depth + (letter in _CLOSE) for letter, depth in zip(text, after, strict=True)]


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


class _List:
    """One reading of one list, from left to right."""

    def __init__(self, parts: Sequence[_Chunk], marks: Marks) -> None:
        self.parts = [part for part in parts if part.text]
        self.marks = marks
        self.people: list[_Person] = []
        self.partners: list[dict[str, Any]] = []
        self.unread: list[str] = []
        self.doubts = False
        self.current: _Person | None = None

    def read(self) -> None:
        for index, chunk in enumerate(self.parts):
            if not (self._partner(chunk) or self._bracketed(chunk) or self._role(chunk) or self._name(index, chunk)):
                self.unread.append(self.marks.take(chunk.text))

    def _begin(self, chunk: _Chunk, name: str, role: str = "", organisations: Iterable[str] = ()) -> bool:
        self.current = _Person(name, role, list(organisations), conjoined="et" in chunk.before)
        self.people.append(self.current)
        return True

    def _partner(self, chunk: _Chunk) -> bool:
        if not (partner := newsroom(self.marks.take(chunk.text))):
            return False
        self.partners.append(partner)
        self.doubts = self.doubts or (self.current is not None and chunk.before == ",")  # it may say what they are
        self.current = None
        return True

    def _bracketed(self, chunk: _Chunk) -> bool:
        head, inside = _last_group(chunk.text)
        if inside is None:
            return False
        role, names = details(_chunks(inside), exact=len(head) == 1 and FIRST_PERSON <= head < FIRST_ORGANISATION)
        if found := _reversed(head):
            return self._begin(chunk, found.name, joined(found.role, role), names)
        if self.current and starts_as_role(head):
            own_role, more = split_role(head)
            self.current.add(own_role, [*more, *([inside] if not names and not more else names)], chunk.joint)
            return True
        return self._begin(chunk, head, role, names)

    def _role(self, chunk: _Chunk) -> bool:
        text = chunk.text
        if self.current and text.casefold() in SUFFIXES:
            self.current.name += f", {text}"
            return True
        if (found := _reversed(text)) and not self._continues(text, found.name):
            return self._begin(chunk, found.name, found.role)
        if self.current is None or not starts_as_role(text) or is_full_name(text):
            return False
        phrase = without_article(text)
        role, names = split_role(phrase)
        sharing = self._sharing() if not self.current.role and is_plural(role) else []
        for person in (*sharing, self.current):
            person.add(role, names, chunk.joint)
        self.doubts = self.doubts or not is_sure(phrase) or (bool(sharing) and not role.endswith("s"))
        return bool(role or names)

    def _sharing(self) -> list[_Person]:
        """Those named just before the current person who have no role yet: ``A, B et C, fondateurs de D``."""
        found: list[_Person] = []
        for person in reversed(self.people[:-1]):
            if person.role or person.organisations or not self.people[-1].conjoined:
                break
            found.append(person)
        return found

    def _continues(self, text: str, name: str) -> bool:
        """Whether the capitals are in the role of the person before: ``ingénieur du masque Bulle de Varech``."""
        current = self.current
        if current is None or current.role or current.organisations or MARK.match(name):
            return False
        return text == without_article(text) and not is_first_name(name.partition(" ")[0])

    def _name(self, index: int, chunk: _Chunk) -> bool:
        text = chunk.text
        if found := _OF.fullmatch(text):
            return self._begin(chunk, found["name"], "", [found["of"]])
        if not is_name(text):
            return False
        is_person = text < FIRST_ORGANISATION if MARK.fullmatch(text) else self._is_person(index, chunk)
        if is_person or self.current is None:
            return self._begin(chunk, text)
        self.doubts = self.doubts or (chunk.before == "et" and bool(self.current.organisations))
        self.current.organisations.append(text)
        return True

    def _is_person(self, index: int, chunk: _Chunk) -> bool:
        current, text = self.current, chunk.text
        if current is None:
            return True
        following = self.parts[index + 1] if index + 1 < len(self.parts) else _Chunk("", "")
        if "," in following.before and starts_as_role(following.text):
            return True
        is_one_word, is_person_name = " " not in text, like_person(text)
        if not current.role and not current.organisations:
            is_last_person = "et" in chunk.before and not is_organisation(text)
            return is_person_name or (is_one_word and " " not in current.name) or is_last_person
        if not is_one_word and not is_person_name:
            return False
        if is_person_name and text.count(" ") == 1 and text.split()[0].casefold() in ARTICLES and chunk.before == ",":
            return bool(current.organisations)  # Le Fil, beside a role, is where they work
        if chunk.before == ", et" or (is_person_name and is_first_name(text.split()[0])):
            return True
        if chunk.before == "et":
            return self._closes(index) if is_person_name else not current.organisations
        return is_person_name

    def _closes(self, index: int) -> bool:
        """Whether the ``et`` here is the one that a list has before its last name."""
        later = any("et" in part.before for part in self.parts[index + 1 :])
        return not later and not any(person.conjoined for person in self.people)


def _reversed(text: str) -> RoleAndName | None:
    """A role before its name (``l’économiste Ada Brun``), apart, where the words are those of a role and a name."""
    found = role_and_name(text)
    if not found:
        match = _REVERSED_MARK.fullmatch(text)
        first, _, rest = text.partition(" ")
        is_title = first[0].isupper() and not first.isupper() and rest[:1].isupper()  # Steinmetzmeister Uwe Lang
        is_title = is_title and first.casefold() not in PREFIXES
        if not match and is_title and is_role(first) and like_person(rest):
            return RoleAndName(first, rest)
        return RoleAndName(match["role"], match["name"]) if match else None
    role, name = found
    return found if not _DANGLING.search(role) and is_role(role.split()[0]) and like_person(name) else None
