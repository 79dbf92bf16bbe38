"""One part of a page, taken apart: who takes part, who leads, what is asked, and the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from totem_cli.importers.guests import Sentence, read_guest, read_guests
from totem_cli.importers.names import like_person
from totem_cli.importers.page_blocks import PSEUDO, Block
from totem_cli.importers.page_content import RULE, Section
from totem_cli.importers.page_facts import DateOptions, field_of, medium_of, moment_in
from totem_cli.importers.page_lines import Lines
from totem_cli.importers.page_people import (
    LinkedNames,
    guest_or_guests,
    is_credible,
    people_of_table,
)
from totem_cli.importers.page_questions import (
    QUESTION_NUMBER,
    SAID,
    add_answer,
    answered,
    ends_the_questions,
    is_question,
    question,
    question_items,
)
from totem_cli.importers.page_words import (
    furniture_line,
    guests_inside,
    hosts_inside,
    is_dateline,
    is_furniture_heading,
    is_furniture_line,
    label_kind,
    lead_in,
)
from totem_cli.importers.roles import newsroom

_MOST_ABOVE = 8
"""The most words of a line before the title that is no part of the text."""

_UNDER_HEADINGS = ("date", "place", "duration")
"""The fields whose value may stand in the paragraph under a heading of their name."""

_GOES_ON = re.compile(r",?\s(?:a|ont|est|sont|était|étaient|s['’]est|se|qui|has|have|was|were|who|is|are)\s")
_LONGEST_ROLE = 150
_ASKS = re.compile(
    r"(?:#+ |[*_]{1,2})[^\n]{0,60}(?:question|demand|ask|frage|pregunt|domand)[^\n]{0,60}", re.IGNORECASE
)
_DASH = re.compile(r" [–—|-] ")
_ADDRESS = re.compile(r"https?://\S+")


def read_section(
    blocks: Sequence[Block],
    names: LinkedNames,
    dates: DateOptions,
    *,
    above: Sequence[Block] = (),
    title: str = "",
    episode: bool = True,
    mapped: Mapping[str, str] | None = None,
) -> Section:
    """The content of the blocks of one episode; with ``episode`` false, of what is before all episodes.

    ``above`` are the blocks before its ``title``: of these, short ones that say nothing are left out. ``mapped`` are
    the fields that the user says, by folded labels.
    """
    reader = _Reader(names, dates, title, episode, mapped)
    reader.read_above(above)
    return reader.read(blocks)


def _may_be_label(block: Block, kind: str) -> bool:
    """Whether a short paragraph may announce what follows: it ends with a colon, or is a word for tags."""
    is_short = block.kind == "text" and len(block.text) < 40
    return is_short and (block.text.rstrip().endswith(":") or kind == "tags")


class _Reader:
    def __init__(
        self, names: LinkedNames, dates: DateOptions, title: str, episode: bool, mapped: Mapping[str, str] | None
    ) -> None:
        self.section = Section()
        self._lines = Lines(self.section, names, dates, title=title, is_episode=episode, mapped=mapped)
        self._names = names
        self._dates = dates
        self._episode = episode
        self._label, self._level = "", 0  # what the last label announced, and its level as a heading
        self._heading: tuple[str, Block] | None = None  # a heading that is the name of a field, and the field
        self._card = ""  # a heading that is the name of a person
        self._is_among_cards = False  # what follows a card may tell more of the person, and another card may follow
        self._mapped = mapped or {}
        self._furniture_heading = ""
        self._may_answer = False  # whether a paragraph is the answer to the last question
        self._is_said = False  # whether questions begin with a word, under no label
        self._answers: list[int] = []  # the number of paragraphs that answer each question
        self._announced: dict[str, Callable[[Block], bool]] = {
            "furniture": self._furniture,
            "guests": partial(self._roster, "guests"),
            "hosts": partial(self._roster, "hosts"),
            "partners": partial(self._roster, "partners"),
            "questions": self._questions,
            "tags": self._tags,
            "links": self._links,
        }

    def read_above(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if not (self._is_left_out(block) or self._lines.take(block, self._label)):
                if len(block.text.split()) > _MOST_ABOVE:
                    self.section.text.append(block.markdown)
                elif shown := block.text or block.markdown.strip():
                    self.section.leave_out(shown, "it stands before the title")
        if self.section.text == [RULE]:
            self.section.text.clear()

    def read(self, blocks: Sequence[Block]) -> Section:
        for block in [*blocks, Block("end", "")]:
            if self._under_heading(block) or block.kind == "end":
                continue
            if self._is_label(block):
                self.section.understood.append(block.text)
                continue
            if self._is_left_out(block) or self._lines.take(block, self._label):
                continue
            if self._label and self._announced[self._label](block):
                continue
            if self._episode and self._unannounced(block):
                continue
            is_about_card = self._is_among_cards and block.kind == "text"
            if self._label in ("guests", "hosts", "partners", "links") and block.text and not is_about_card:
                self._label = ""
            self.section.text.append(block.markdown)
            self._hosts_inside(block)
            if self._episode and block.kind == "text":
                self._lines.when.date_inside(block.text)
                self._guests_inside(block)
        self._lines.finish()
        return self.section

    def _under_heading(self, block: Block) -> bool:
        """Take the value of a field whose name is the heading before it; a heading without one stays in the text."""
        if not self._heading:
            return False
        (meant, heading), self._heading = self._heading, None
        if block.kind == "text" and self._lines.value(meant, heading.text, block.text, block):
            self.section.understood += [heading.text, block.text]
            return True
        self.section.text.append(heading.markdown)
        return False

    def _is_label(self, block: Block) -> bool:
        """Whether it is a heading that is only a label, or begins what is no part of the text."""
        text, is_heading = block.text, block.kind == "heading"
        kind = label_kind(text)
        if not is_heading and not _may_be_label(block, kind):
            return False
        if self._label == "furniture" and is_heading and self._level < min(block.level, PSEUDO):
            return False
        if is_heading and not kind and (self._is_card(block) or self._names_a_field(block)):
            return self._heading is not None
        if kind:
            if not self._episode and kind in ("questions", "guests"):
                return False
            self._label = {"contents": "furniture", "recap": "", "intro": ""}.get(kind, kind)
            self._level = block.level
            return True
        if is_heading and is_furniture_heading(text):
            self._label, self._level, self._furniture_heading = "furniture", block.level, text
            self.section.leave_out(text, "it announces no part of the text")
            return True
        if is_heading and self._label == "questions":
            if text.endswith("?") or QUESTION_NUMBER.match(text):
                return False
            if self._level < block.level < PSEUDO:
                self.section.leave_out(text, "it is a heading among the questions")
                return True
        self._label = "" if is_heading and not lead_in(text) else self._label
        return False

    def _is_card(self, block: Block) -> bool:
        """Whether a heading is the name of a person under a label for people."""
        return self._label in ("guests", "hosts") and block.level > self._level and like_person(block.text)

    def _names_a_field(self, block: Block) -> bool:
        """Note a heading that is the name of a field whose value may follow."""
        meant = field_of(block.text, self._mapped) if self._episode else ""
        if meant in _UNDER_HEADINGS:
            self._label, self._heading = "", (meant, block)
        return self._heading is not None

    def _is_left_out(self, block: Block) -> bool:
        if block.kind == "rule":
            self._label, self._may_answer = "" if self._label == "questions" else self._label, False
            if self._label != "furniture":
                self.section.text.append(RULE)
            return True
        if self._label == "furniture":
            return self._furniture(block)
        if block.kind == "text" and is_furniture_line(block.text):
            self.section.leave_out(block.text, furniture_line(block.text))
            return True
        if block.kind == "text" and is_dateline(block.text):
            self._publication(block)
            return True
        is_short_link = block.linked and len(block.text.split()) < 6
        if is_short_link and not self._episode and block.text == " ".join(text for text, _ in block.linked):  # a byline
            self.section.leave_out(block.text, "a line about the page")
            return True
        if block.kind == "list" and all(is_furniture_line(item.text) for item in block.items):
            self.section.leave_out(block.text, "share links or a menu")
            return True
        return self._plays(block)

    def _publication(self, block: Block) -> None:
        """Take the day of publication of a line that tells it; the line is told."""
        found = moment_in(block.text, self._dates, block.times, most=20)
        if found:
            self.section.fields.setdefault("published", found.date.date)
        self.section.leave_out(block.text, "a line about the page" + (", but for its date" if found else ""))

    def _plays(self, block: Block) -> bool:
        """Take what plays something, and holds no words, as media."""
        if block.text or not block.players or not self._episode:
            return False
        found = [{"url": url, "kind": kind} for url, tag in block.players if (kind := medium_of(url, tag))]
        self.section.media += [one for one in found if one not in self.section.media]
        return len(found) == len(block.players)

    def _furniture(self, block: Block) -> bool:
        """Leave it out; text under a heading for comments may be a reader's."""
        heading = self._furniture_heading
        self.section.leave_out(block.text, f"it stands under “{heading}”" if heading else "a list of contents")
        return True

    # What a label announced

    def _roster(self, kind: str, block: Block) -> bool:
        if block.kind == "heading" and like_person(block.text):  # a card: the name, then who it is
            self._card, self._is_among_cards = block.text, True
            return self._lines.people(kind, block.text, labelled=True, item=True)
        card, self._card = self._card, ""
        people = getattr(self.section, kind)
        if card and block.kind == "text" and len(block.text) <= _LONGEST_ROLE and people:
            found = read_guest(f"{card}, {block.text}", *self._names)
            if found and found["name"] == people[-1]["name"] and len(found) > 1:
                people[-1] = found
                self.section.understood.append(block.text)
                return True
        if block.kind == "list":
            for item in block.items:
                text = ", ".join([item.text, *(words for _, words in item.notes)])
                if not self._lines.people(kind, text, labelled=True, item=True):
                    self.section.leave_out(text, f"among the {kind}, it names nobody")
            self._label = ""
            return True
        if block.kind == "table":
            return self._table(block, kind)
        lines = block.lines or (block.text,)
        if block.kind not in ("text", "heading") or len(block.text) > 600:
            return False
        if not all(line[:1].isupper() or newsroom(line) for line in lines):
            return False
        taken = [self._lines.people(kind, line, item=len(lines) > 1 or bool(_DASH.search(line))) for line in lines]
        return all(taken)

    def _questions(self, block: Block) -> bool:
        """Take questions under their label, or the answer to the last of them."""
        items = question_items(block, is_labelled=True)
        if items and self.section.questions and not any(is_question(item.text) for item in items):
            is_other = block.kind == "list" and all(is_question(one["text"]) for one in self.section.questions)
            items = () if is_other else items
        if items:
            self.section.questions += map(question, items)
            self.section.understood.append(block.text)
            self._may_answer = len(items) == 1 and not items[-1].notes
            self._answers.append(0)
            return True
        if block.kind in ("text", "heading") and not block.text:  # a picture, which answers nothing
            return False
        if self.section.questions and block.kind == "text" and self._may_answer:
            if not ends_the_questions(block, self._answers):
                if self._is_said and self._answers == [1]:
                    self.section.assume(block.text, "after the one question: taken as more of its answer")
                self._answers[-1] += 1
                add_answer(self.section.questions[-1], block.markdown)
                self.section.understood.append(block.text)
                return True
            if self._answers[-1]:
                self.section.assume(block.text, "after the questions: it stays in the recap, and answers none")
        self._label = ""
        return False

    def _tags(self, block: Block) -> bool:
        if block.kind not in ("text", "list") or len(block.text) > 300:
            return False
        linked, listed = [text for text, _ in block.linked], [item.text for item in block.items]
        self.section.add_tags(linked or listed or block.text.split(","))
        self._label = ""
        return True

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
                self.section.leave_out(item.text, "among the links, it has no address")
        return True

    # Blocks without a label before them

    def _unannounced(self, block: Block) -> bool:
        if SAID.match(block.text) and is_question(block.text) and block.kind in ("text", "heading"):
            self._label, self._level, self._is_said = "questions", block.level or PSEUDO, True
            return self._questions(block)
        asked = answered(block)
        if items := [asked] if asked else question_items(block, is_labelled=False):
            self.section.questions += map(question, items)
            self.section.understood.append(block.text)
            if self.section.text and _ASKS.fullmatch(self.section.text[-1]):  # the heading that announced them
                self.section.leave_out(self.section.text.pop().strip("#*_ "), "it announces the questions")
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
        found = people_of_table(block.rows, announced=self._label == kind)
        if not found:
            return False
        people, read = found
        self._lines.add(kind, people)
        self.section.understood += read
        return bool(people.guests or people.partners)

    def _guests_inside(self, block: Block) -> None:
        """Take the guests that a paragraph names inside, which it keeps."""
        if self.section.guests or block.kind != "text":
            return
        read = ([guest_or_guests(one, self._names) for one in phrases] for phrases in guests_inside(block.text))
        for one in next((found for found in read if all(map(is_credible, found))), []):
            self._lines.add("guests", one)

    def _hosts_inside(self, block: Block) -> None:
        """Take the hosts that the introduction names inside a longer sentence, which it keeps."""
        phrase = hosts_inside(block.text) if not self.section.hosts and block.kind == "text" else ""
        if self._episode:  # the sentence goes on
            phrase = _GOES_ON.split(phrase, maxsplit=1)[0]
        found = read_guests(phrase, *self._names) if phrase else Sentence()
        if found.guests and like_person(found.guests[0]["name"]):
            self._lines.add("hosts", Sentence(found.guests[:1] if found.unread else found.guests))
