"""One part of a page, taken apart: who takes part, who leads, what is asked, and the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from totem_cli.importers.guest_sentence import Sentence, like_person, newsroom, read_guest, read_guests
from totem_cli.importers.page_blocks import PSEUDO, Block, Item
from totem_cli.importers.page_tables import names_in, people_in
from totem_cli.importers.page_words import (
    LEAD_INS,
    first_sentence,
    hosts_inside,
    is_dateline,
    is_furniture_heading,
    is_furniture_line,
    label_kind,
    unquoted,
)

_QUESTION_NUMBER = re.compile(
    r"(?:(?:question|q)\s?)?(?:n°\s?)?\d{1,3}\s?(?:[.):–—-]|\s:)\s*|(?:question|q)\s?:\s*", re.IGNORECASE
)
_NEXT_QUESTION = re.compile(r"\s+(?=(?:Q|Question )\d{1,2}\s?[:.)])")
_ASKED_BY = re.compile(r"\s*\((?:posée? par|asked by|question de) (?P<name>[^()]+)\)$", re.IGNORECASE)
_PERSON_LINK = re.compile(r"/(?:people|personnes?|persons?|speakers?|guests?|invites?|intervenants?)/[^/?#]")
_ORGANISATION_LINK = re.compile(r"/(?:organisations?|organizations?|companies|entreprises?)/[^/?#]")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass
class Section:
    """What a part of a page says. ``unplaced`` are phrases that looked like something and fit nowhere."""

    guests: list[dict[str, Any]] = field(default_factory=list)
    hosts: list[dict[str, Any]] = field(default_factory=list)
    partners: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)

    @property
    def recap(self) -> str:
        """The text, in Markdown."""
        return "\n\n".join(self.text)


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a page's own links tell apart."""

    persons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def known_names(blocks: Iterable[Block]) -> Known:
    """The people and organisations that the page links to pages of their own."""
    links = [link for block in blocks for link in block.linked]
    organisations = {text: None for text, to in links if _ORGANISATION_LINK.search(to) and not newsroom(text)}
    persons = {text: None for text, to in links if _PERSON_LINK.search(to) and not newsroom(text)}
    return Known(tuple(persons), tuple(organisations))


def read_section(blocks: Sequence[Block], known: Known, *, episode: bool = True) -> Section:
    """What the blocks of one episode say; of what is before all episodes, with ``episode`` false."""
    return _Reader(known, episode).read(blocks)


class _Reader:
    def __init__(self, known: Known, episode: bool) -> None:
        self._known = known
        self._episode = episode
        self._mode = ""
        self._level = 0
        self.section = Section()

    def read(self, blocks: Sequence[Block]) -> Section:
        for block in blocks:
            if self._announces(block) or self._is_left_out(block) or self._says_who(block):
                continue
            if self._mode and getattr(self, f"_{self._mode}")(block):
                continue
            if self._episode and self._listed(block):
                continue
            if self._mode in ("guests", "hosts", "partners", "links"):
                self._mode = ""
            self.section.text.append(block.markdown)
            if not self._episode:
                self._by_the_way(block)
        return self.section

    def _announces(self, block: Block) -> bool:
        """A heading that is only a label, or begins what is no part of the text."""
        heading = block.kind == "heading"
        announced = block.text.rstrip().endswith(":") or label_kind(block.text) == "tags"
        if not heading and not (block.kind == "text" and len(block.text) < 40 and announced):
            return False
        if self._mode == "furniture" and heading and block.level > self._level and self._level < PSEUDO:
            return True
        kind = label_kind(block.text)
        if kind:
            self._mode = "furniture" if kind == "contents" else kind if kind not in ("recap", "intro") else ""
            self._level = block.level
            return True
        if heading and is_furniture_heading(block.text):
            self._mode, self._level = "furniture", block.level
            self._comments = block.text
            return True
        if heading and self._mode == "questions" and (block.text.endswith("?") or _QUESTION_NUMBER.match(block.text)):
            return False
        if heading and self._mode == "questions" and self._level < block.level < PSEUDO:
            self.section.unplaced.append(f"a heading among the questions: {_short(block.text)}")
            return True
        if heading and not _lead_in(block.text):
            self._mode = ""
        return False

    _comments = ""

    def _is_left_out(self, block: Block) -> bool:
        if self._mode == "furniture":
            return self._furniture(block)
        if block.kind == "text" and (is_furniture_line(block.text) or is_dateline(block.text)):
            return True
        if (
            not self._episode
            and block.linked
            and len(block.text.split()) < 6
            and block.text == " ".join(text for text, _ in block.linked)
        ):
            return True  # a byline: the author's name, linked
        return block.kind == "list" and all(is_furniture_line(item.text) for item in block.items)

    def _furniture(self, block: Block) -> bool:
        """What stands under comments may be a reader's words: it is told."""
        text = block.text
        about = re.search(r"comment|réaction|reaction|répons|respons|avis|repl", self._comments, re.IGNORECASE)
        if about and len(text.split()) > 12 and not is_furniture_line(text):
            self.section.unplaced.append(f"under “{self._comments}”: {_short(text)}")
        return True

    def _says_who(self, block: Block) -> bool:
        """A sentence with a lead-in: ``Avec …``, ``Animé par …``."""
        if block.kind == "terms":
            told = [self._term(row) for row in block.rows]
            if any(told):
                self.section.unplaced += [
                    " : ".join(row) for row, done in zip(block.rows, told, strict=True) if not done
                ]
                return True
            return False
        if block.kind == "other" and re.match(r"> .*\Z", block.markdown):
            return self._lead(block.text)
        if block.kind not in ("text", "heading"):
            return False
        said = [self._lead(line) for line in (block.lines or (block.text,))]
        if not any(said):
            return False
        left = [line for line, done in zip(block.lines or (block.text,), said, strict=True) if not done]
        for line in left:
            if not is_furniture_line(line):
                self.section.text.append(line)
        return True

    def _term(self, row: Sequence[str]) -> bool:
        kind = label_kind(row[0])
        if kind == "questions" and len(row) > 1:
            self.section.questions += [_question(Item(text)) for text in row[1:]]
            return True
        if kind in ("guests", "hosts", "partners") and len(row) > 1:
            read = [self._people(kind, text, sure=True) for text in row[1:]]
            return all(read)
        if self._mode in ("guests", "hosts"):
            return self._people(self._mode, " – ".join(row), sure=True, one=True)
        return len(row) > 1 and self._lead(f"{row[0]} : {row[1]}")

    def _lead(self, text: str) -> bool:
        told = _lead_in(text)
        if not told:
            return False
        kind, rest = told
        if kind == "tags":
            self.section.tags += [tag.strip(" #.") for tag in re.split(r"[,;]", rest) if tag.strip(" #.")]
            return True
        if kind == "guests" and not self._episode:
            return False
        said, after = first_sentence(rest)
        if not self._people(kind, said):
            return False
        if after and not self._lead(after):
            self.section.text.append(after)
        return True

    def _people(self, kind: str, text: str, *, sure: bool = False, one: bool = False) -> bool:
        """Whether the text was read as people or partners; one that says so by its label always is."""
        section, known = self.section, self._known
        if kind == "partners":
            found = [newsroom(part) or {"name": part} for part in names_in(text)]
            if not sure and not all(part["name"][0].isupper() or "billed_as" in part for part in found):
                return False
            _extend(section.partners, found)
            return True
        if one:
            person = read_guest(text, known.persons, known.organisations)
            told = Sentence(guests=(person,) if person else ())
            if newsroom(text):
                told = Sentence(partners=(newsroom(text) or {},))
        else:
            told = _each(text, known) or read_guests(text, known.persons, known.organisations)
        if not sure and not (told.certain and _credible(told)):
            return False
        _extend(section.guests if kind == "guests" else section.hosts, told.guests)
        _extend(section.partners, told.partners)
        section.unplaced += [f"among the {kind}: {_short(phrase)}" for phrase in told.unplaced]
        return True

    # What a label announced

    def _guests(self, block: Block) -> bool:
        return self._roster("guests", block)

    def _hosts(self, block: Block) -> bool:
        return self._roster("hosts", block)

    def _partners(self, block: Block) -> bool:
        return self._roster("partners", block)

    def _roster(self, kind: str, block: Block) -> bool:
        if block.kind == "list":
            for item in block.items:
                text = ", ".join([item.text, *(words for _, words in item.notes)])
                if not self._people(kind, text, sure=True, one=True):
                    self.section.unplaced.append(f"among the {kind}: {_short(text)}")
            self._mode = ""
            return True
        if block.kind == "table":
            return self._table(block, kind)
        if block.kind not in ("text", "heading"):
            return False
        lines = block.lines or (block.text,)
        if len(block.text) > 600 or not all(line[:1].isupper() or newsroom(line) for line in lines):
            return False
        read = [self._people(kind, line, one=len(lines) > 1 or bool(re.search(r" [–—|-] ", line))) for line in lines]
        return all(read)

    def _questions(self, block: Block) -> bool:
        held = self.section.questions
        if block.kind == "list":
            held += map(_question, block.items)
            return True
        if block.kind in ("text", "heading"):
            lines = _asked(block)
            if all(_QUESTION_NUMBER.match(line) or line.rstrip(' »”"').endswith("?") for line in lines):
                held += [_question(Item(line)) for line in lines]
                return True
            if held and block.kind == "text" and held[-1].get("from") != "list":
                held[-1]["answer"] = "\n\n".join(part for part in (held[-1].get("answer", ""), block.markdown) if part)
                return True
        self._mode = ""
        return False

    def _tags(self, block: Block) -> bool:
        if block.kind not in ("text", "list") or len(block.text) > 300:
            return False
        named = [text for text, _ in block.linked] or [item.text for item in block.items] or block.text.split(",")
        self.section.tags += [tag.strip(" #.") for tag in named if tag.strip(" #.")]
        self._mode = ""
        return True

    def _links(self, block: Block) -> bool:
        if block.kind != "list":
            return False
        for item in block.items:
            match = next(
                (link for link in block.linked if link[0] and link[0] in item.text and _ADDRESS.match(link[1])), None
            )
            found = _ADDRESS.search(item.text)
            if match:
                self.section.links.append({"url": match[1]} | ({"label": item.text} if item.text != match[1] else {}))
            elif found:
                label = item.text.replace(found[0], "").strip(" :–—-")
                self.section.links.append({"url": found[0].rstrip(".,;)")} | ({"label": label} if label else {}))
            else:
                self.section.unplaced.append(f"among the links: {_short(item.text)}")
        return True

    # What is known by its looks

    def _listed(self, block: Block) -> bool:
        if block.kind == "list" and _all_questions(block):
            self.section.questions += map(_question, block.items)
            return True
        if block.kind == "text" and all(_is_numbered_question(line) for line in _asked(block)):
            self.section.questions += [_question(Item(line)) for line in _asked(block)]
            return True
        if block.kind == "text" and len(block.lines) > 1 and all(map(_is_dashed_question, block.lines)):
            self.section.questions += [_question(Item(line.lstrip("—–- \u00a0"))) for line in block.lines]
            return True
        if self.section.guests or self.section.text[1:]:
            return False
        if block.kind == "table":
            return self._table(block, "guests")
        if block.kind == "list" and not block.ordered:
            found = [read_guest(item.text, self._known.persons, self._known.organisations) for item in block.items]
            people = [one for one in found if one and like_person(one["name"]) and len(one) > 1]
            if len(people) == sum(not newsroom(item.text) for item in block.items) and people:
                return self._roster("guests", block)
        return False

    def _table(self, block: Block, kind: str) -> bool:
        found = people_in(block.rows, announced=self._mode == kind)
        if not found or not any(found):
            return False
        people, partners = found
        _extend(self.section.partners, partners)
        _extend(self.section.guests if kind == "guests" else self.section.hosts, people)
        return True

    def _by_the_way(self, block: Block) -> None:
        """Who leads, where the introduction says so inside a longer sentence, which it keeps."""
        said = hosts_inside(block.text) if not self.section.hosts and block.kind == "text" else ""
        told = read_guests(said) if said else Sentence()
        if told.guests and like_person(told.guests[0]["name"]):
            _extend(self.section.hosts, told.guests[:1] if told.unplaced else told.guests)


def _each(text: str, known: Known) -> Sentence | None:
    """Everybody of a list whose names semicolons part, so that commas and dashes belong to one of them."""
    parts = [part for part in re.split(r"\s*;\s*(?:(?:and|et|ainsi que|&) )?", text.strip(" .")) if part]
    partners = [partner for part in parts if (partner := newsroom(part))]
    found = [read_guest(part, known.persons, known.organisations) for part in parts if not newsroom(part)]
    people = [one for one in found if one and like_person(one["name"])]
    if len(parts) < 2 or len(people) != len(found):
        return None
    return Sentence(tuple(people), tuple(partners))


def _lead_in(text: str) -> tuple[str, str] | None:
    for kind, pattern in LEAD_INS.items():
        match = pattern.match(text)
        if match:
            return kind, match["rest"]
    return None


def _credible(told: Sentence) -> bool:
    """Whether what was read is people: with roles or organisations, or names of several words."""
    return all(like_person(one["name"]) or (len(one) > 1 and " " not in one["name"]) for one in told.guests)


def _extend(held: list[dict[str, Any]], found: Iterable[dict[str, Any]]) -> None:
    names = {one["name"] for one in held}
    held += [one for one in found if one["name"] not in names]


def _question(item: Item) -> dict[str, Any]:
    text = unquoted(_QUESTION_NUMBER.sub("", item.text, count=1).strip())
    told: dict[str, Any] = {"text": text, "from": "list" if item.notes else "text"}
    if asked := _ASKED_BY.search(text):
        told |= {"text": text[: asked.start()], "asked_by": asked["name"]}
    for classes, words in item.notes:
        asker = re.match(r"(?:posée? par|asked by)\s+(?P<name>.+)", words, re.IGNORECASE)
        if asker or "asker" in classes:
            told["asked_by"] = asker["name"] if asker else words
        else:
            told["answer"] = "\n\n".join(part for part in (told.get("answer", ""), words) if part)
    return told


def _all_questions(block: Block) -> bool:
    asked = sum(item.text.rstrip(' »”").').endswith("?") for item in block.items)
    return asked == len(block.items) or (block.ordered and 2 * asked > len(block.items))


def _asked(block: Block) -> list[str]:
    """The lines of a block, parted also where a next ``Q2:`` begins."""
    return [part for line in block.lines or (block.text,) for part in _NEXT_QUESTION.split(line)]


def _is_numbered_question(line: str) -> bool:
    return bool(_QUESTION_NUMBER.match(line)) and line.rstrip(' »”"').endswith("?")


def _is_dashed_question(line: str) -> bool:
    return line.startswith(("—", "–", "- ")) and line.rstrip(' »”"').endswith("?")


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
