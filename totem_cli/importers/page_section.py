"""One part of a page, taken apart: who takes part, who leads, what is asked, and the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from totem_cli.importers.guests import Sentence, like_person, read_guest, read_guests
from totem_cli.importers.page_blocks import PSEUDO, Block, Item
from totem_cli.importers.page_people import (
    LinkedNames,
    is_credible,
    partners_of_line,
    people_of_item,
    people_of_line,
    people_of_table,
)
from totem_cli.importers.page_words import (
    first_sentence,
    hosts_inside,
    is_dateline,
    is_furniture_heading,
    is_furniture_line,
    label_kind,
    lead_in,
    unquoted,
)
from totem_cli.importers.roles import newsroom

_QUESTION_NUMBER = re.compile(
    r"(?:(?:question|q)\s?)?(?:n°\s?)?\d{1,3}\s?(?:[.):–—-]|\s:)\s*|(?:question|q)\s?:\s*", re.IGNORECASE
)
_NEXT_QUESTION = re.compile(r"\s(?=(?:Q|Question )\d{1,2}\s?[:.)])")
_ASKED_BY = re.compile(r"\((?:posée? par|asked by|question de) (?P<name>[^()]+)\)$", re.IGNORECASE)
_ASKER = re.compile(r"(?:posée? par|asked by) (?P<name>.+)", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|réaction|reaction|répons|respons|avis|repl", re.IGNORECASE)
_DASH = re.compile(r" [–—|-] ")
_DASHES = ("—", "–", "- ")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass
class Section:
    """The content of a part of a page. ``unplaced`` are phrases that looked like something and fit nowhere."""

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


def read_section(blocks: Sequence[Block], names: LinkedNames, *, episode: bool = True) -> Section:
    """The content of the blocks of one episode; with ``episode`` false, of what is before all episodes."""
    return _Reader(names, episode).read(blocks)


def shortened(text: str) -> str:
    """A text as a message quotes it: 120 characters at most."""
    return text if len(text) <= 120 else f"{text[:119]}…"


class _Reader:
    def __init__(self, names: LinkedNames, episode: bool) -> None:
        self._names = names
        self._episode = episode
        self._label, self._level = "", 0  # what the last label announced, and its level as a heading
        self._furniture_heading = ""
        self._may_answer = False  # whether a paragraph is the answer to the last question
        self._announced: dict[str, Callable[[Block], bool]] = {
            "furniture": self._furniture,
            "guests": partial(self._roster, "guests"),
            "hosts": partial(self._roster, "hosts"),
            "partners": partial(self._roster, "partners"),
            "questions": self._questions,
            "tags": self._tags,
            "links": self._links,
        }
        self.section = Section()

    def read(self, blocks: Sequence[Block]) -> Section:
        for block in blocks:
            if self._is_label(block) or self._is_left_out(block) or self._lead_ins(block):
                continue
            if self._label and self._announced[self._label](block):
                continue
            if self._episode and self._unannounced(block):
                continue
            if self._label in ("guests", "hosts", "partners", "links"):
                self._label = ""
            self.section.text.append(block.markdown)
            if not self._episode:
                self._hosts_inside(block)
        return self.section

    def _is_label(self, block: Block) -> bool:
        """Whether it is a heading that is only a label, or begins what is no part of the text."""
        text, is_heading = block.text, block.kind == "heading"
        kind = label_kind(text)
        if not is_heading and not (
            block.kind == "text" and len(text) < 40 and (text.rstrip().endswith(":") or kind == "tags")
        ):
            return False
        if self._label == "furniture" and is_heading and self._level < min(block.level, PSEUDO):
            return True
        if kind:
            self._label = {"contents": "furniture", "recap": "", "intro": ""}.get(kind, kind)
            self._level = block.level
            return True
        if is_heading and is_furniture_heading(text):
            self._label, self._level, self._furniture_heading = "furniture", block.level, text
            return True
        if is_heading and self._label == "questions":
            if text.endswith("?") or _QUESTION_NUMBER.match(text):
                return False
            if self._level < block.level < PSEUDO:
                self.section.unplaced.append(f"a heading among the questions: {shortened(text)}")
                return True
        if is_heading and not lead_in(text):
            self._label = ""
        return False

    def _is_left_out(self, block: Block) -> bool:
        if self._label == "furniture":
            return self._furniture(block)
        if block.kind == "text" and (is_furniture_line(block.text) or is_dateline(block.text)):
            return True
        is_short_link = block.linked and len(block.text.split()) < 6
        if is_short_link and not self._episode and block.text == " ".join(text for text, _ in block.linked):  # a byline
            return True
        return block.kind == "list" and all(is_furniture_line(item.text) for item in block.items)

    def _furniture(self, block: Block) -> bool:
        """Leave it out; text under a heading for comments may be a reader's, so it is reported."""
        is_text = len(block.text.split()) > 12 and not is_furniture_line(block.text)
        if is_text and _COMMENTS.search(self._furniture_heading):
            self.section.unplaced.append(f"under “{self._furniture_heading}”: {shortened(block.text)}")
        return True

    def _lead_ins(self, block: Block) -> bool:
        """Take a sentence with a lead-in: ``Avec …``, ``Animé par …``; False where the block has none."""
        if block.kind == "terms":
            taken = [self._term(row) for row in block.rows]
            left = [" : ".join(row) for row, done in zip(block.rows, taken, strict=True) if not done]
            self.section.unplaced += left if any(taken) else []
            return any(taken)
        if block.kind == "other" and re.match(r"> .*\Z", block.markdown):
            return self._lead_in(block.text)
        if block.kind not in ("text", "heading"):
            return False
        lines = block.lines or (block.text,)
        left = [line for line in lines if not self._lead_in(line)]
        if len(left) == len(lines):
            return False
        self.section.text += [line for line in left if not is_furniture_line(line)]
        return True

    def _term(self, row: Sequence[str]) -> bool:
        kind = label_kind(row[0])
        if kind == "questions" and len(row) > 1:
            self.section.questions += [_question(Item(text)) for text in row[1:]]
            return True
        if kind in ("guests", "hosts", "partners") and len(row) > 1:
            taken = [self._people(kind, text, labelled=True) for text in row[1:]]
            return all(taken)
        if self._label in ("guests", "hosts"):
            return self._people(self._label, " – ".join(row), labelled=True, item=True)
        return len(row) > 1 and self._lead_in(f"{row[0]} : {row[1]}")

    def _lead_in(self, text: str) -> bool:
        kind, rest = lead_in(text) or ("", "")
        if kind == "tags":
            self._add_tags(re.split(r"[,;]", rest))
            return True
        if not kind or (kind == "guests" and not self._episode):
            return False
        sentence, after = first_sentence(rest)
        if not self._people(kind, sentence):
            return False
        if after and not self._lead_in(after):
            self.section.text.append(after)
        return True

    def _people(self, kind: str, text: str, *, labelled: bool = False, item: bool = False) -> bool:
        """Whether the text was read as people or partners; one that a label announces always is."""
        if kind == "partners":
            found = partners_of_line(text)
        else:
            found = people_of_item(text, self._names) if item else people_of_line(text, self._names)
        if not labelled and not is_credible(found):
            return False
        self._add(kind, found)
        return True

    def _add(self, kind: str, found: Sentence) -> None:
        section = self.section
        for listed, more in ((getattr(section, kind), found.guests), (section.partners, found.partners)):
            names = {one["name"] for one in listed}
            listed += [one for one in more if one["name"] not in names]
        section.unplaced += [f"among the {kind}: {shortened(phrase)}" for phrase in found.unplaced]

    # What a label announced

    def _roster(self, kind: str, block: Block) -> bool:
        if block.kind == "list":
            for item in block.items:
                text = ", ".join([item.text, *(words for _, words in item.notes)])
                if not self._people(kind, text, labelled=True, item=True):
                    self.section.unplaced.append(f"among the {kind}: {shortened(text)}")
            self._label = ""
            return True
        if block.kind == "table":
            return self._table(block, kind)
        lines = block.lines or (block.text,)
        if block.kind not in ("text", "heading") or len(block.text) > 600:
            return False
        if not all(line[:1].isupper() or newsroom(line) for line in lines):
            return False
        taken = [self._people(kind, line, item=len(lines) > 1 or bool(_DASH.search(line))) for line in lines]
        return all(taken)

    def _questions(self, block: Block) -> bool:
        """Take questions under their label, or the answer to the last of them."""
        if items := _question_items(block, labelled=True):
            self.section.questions += map(_question, items)
            self._may_answer = not items[-1].notes
            return True
        if block.kind in ("text", "heading") and not block.text:  # a picture, which answers nothing
            return False
        if self.section.questions and block.kind == "text" and self._may_answer:
            _add_answer(self.section.questions[-1], block.markdown)
            return True
        self._label = ""
        return False

    def _tags(self, block: Block) -> bool:
        if block.kind not in ("text", "list") or len(block.text) > 300:
            return False
        linked, listed = [text for text, _ in block.linked], [item.text for item in block.items]
        self._add_tags(linked or listed or block.text.split(","))
        self._label = ""
        return True

    def _add_tags(self, tags: Iterable[str]) -> None:
        self.section.tags += filter(None, (tag.strip(" #.") for tag in tags))

    def _links(self, block: Block) -> bool:
        if block.kind != "list":
            return False
        for item in block.items:
            linked = (to for text, to in block.linked if text and text in item.text and _ADDRESS.match(to))
            written = _ADDRESS.search(item.text)
            url, label = next(linked, ""), item.text
            if not url and written:
                url, label = written[0].rstrip(".,;)"), item.text.replace(written[0], "").strip(" :–—-")
            if url:
                self.section.links.append({"url": url} | ({"label": label} if label not in ("", url) else {}))
            else:
                self.section.unplaced.append(f"among the links: {shortened(item.text)}")
        return True

    # Blocks without a label before them

    def _unannounced(self, block: Block) -> bool:
        if items := _question_items(block, labelled=False):
            self.section.questions += map(_question, items)
            return True
        if self.section.guests or self.section.text[1:]:
            return False
        if block.kind == "table":
            return self._table(block, "guests")
        if block.kind == "list" and not block.ordered:
            others = [item.text for item in block.items if not newsroom(item.text)]
            people = [read_guest(text, *self._names) for text in others]
            if people and all(one and like_person(one["name"]) and len(one) > 1 for one in people):
                return self._roster("guests", block)
        return False

    def _table(self, block: Block, kind: str) -> bool:
        found = people_of_table(block.rows, announced=self._label == kind) or Sentence()
        self._add(kind, found)
        return bool(found.guests or found.partners)

    def _hosts_inside(self, block: Block) -> None:
        """Take the hosts that the introduction names inside a longer sentence, which it keeps."""
        phrase = hosts_inside(block.text) if not self.section.hosts and block.kind == "text" else ""
        found = read_guests(phrase) if phrase else Sentence()
        if found.guests and like_person(found.guests[0]["name"]):
            self._add("hosts", Sentence(found.guests[:1] if found.unplaced else found.guests))


def _question(item: Item) -> dict[str, Any]:
    text = unquoted(_QUESTION_NUMBER.sub("", item.text, count=1).strip())
    question: dict[str, Any] = {"text": text}
    if asker := _ASKED_BY.search(text):
        question = {"text": text[: asker.start()].rstrip(), "asked_by": asker["name"]}
    for classes, words in item.notes:
        asker = _ASKER.match(words)
        if asker or "asker" in classes:
            question["asked_by"] = asker["name"] if asker else words
        else:
            _add_answer(question, words)
    return question


def _add_answer(question: dict[str, Any], text: str) -> None:
    question["answer"] = "\n\n".join(filter(None, (question.get("answer", ""), text)))


def _question_items(block: Block, *, labelled: bool) -> Sequence[Item]:
    """The questions that a block holds, where it holds nothing else; under a label, their form matters less."""
    if block.kind == "list":
        count = sum(map(_is_question, (item.text for item in block.items)))
        are_questions = count == len(block.items) or (block.ordered and 2 * count > len(block.items))
        return block.items if labelled or are_questions else ()
    if block.kind != "text" and not (labelled and block.kind == "heading"):
        return ()
    lines = [part for line in block.lines or (block.text,) for part in _NEXT_QUESTION.split(line)]
    needed = any if labelled else all
    if all(needed((_QUESTION_NUMBER.match(line), _is_question(line))) for line in lines):
        return [Item(line) for line in lines]
    if (
        not labelled
        and len(block.lines) > 1
        and all(one.startswith(_DASHES) and _is_question(one) for one in block.lines)
    ):
        return [Item(line.lstrip("—–- \u00a0")) for line in block.lines]
    return ()


def _is_question(text: str) -> bool:
    return text.rstrip(' »”").').endswith("?")
