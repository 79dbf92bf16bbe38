"""The lines of a page that say something of an episode: labelled values, when and where, who takes part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from totem_cli.importers.guests import Sentence
from totem_cli.importers.names import like_person
from totem_cli.importers.page_blocks import Block, Item
from totem_cli.importers.page_content import Section
from totem_cli.importers.page_facts import (
    DateOptions,
    field_of,
    is_moment,
    labelled,
    moment_in,
    names_a_series,
    simple_value,
)
from totem_cli.importers.page_people import (
    LinkedNames,
    is_credible,
    partners_of_line,
    people_of_item,
    people_of_line,
    told,
)
from totem_cli.importers.page_questions import question
from totem_cli.importers.page_when import When
from totem_cli.importers.page_words import (
    LABELLED,
    first_sentence,
    furniture_line,
    is_furniture_line,
    label_kind,
    lead_in,
)
from totem_cli.language.fold import fold
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import vocabulary

_MOST_BEFORE = 3
"""The most words before the names of who takes part that only introduce them."""

_PEOPLE = ("guests", "hosts", "partners")
_WITH_GUESTS = re.compile(
    r",? (?:en présence d(?:e |['’])|en compagnie d(?:e |['’])|avec la participation d(?:e |['’]))|, avec "
)
_ATTENDING = re.compile(
    r"(?:les |the |nos )?(?:(?:personnes |etaient )?presente?s?|participante?s?|attendees|anwesende?|teilnehm\w{1,10}|"
    r"presenti|partecipanti|asistentes)\s?:"
)
"""Who was there, which in minutes is everybody."""

_MOST_LISTED = 6
_PICTURED = re.compile(r"(?P<sign>[\U0001F300-\U0001FAFF\u2600-\u27BF\u23F0-\u23FA])[\uFE0F\u200D]*\s+(?=\w)")
_PINS = ("\U0001f4cd", "\U0001f4cc", "\U0001f5fa", "\U0001f3e0", "\U0001f3db")
_LEADS = re.compile(r"https?://|media/")
_PINNED = "Lieu : "


def _sentences(line: str, mapped: Mapping[str, str], dates: DateOptions) -> list[str]:
    """The sentences of a line that say a fact each, ``Host: A. Guests: B and C``, by themselves; else the line."""
    parts = []
    while True:
        sentence, after = first_sentence(line)
        is_fact = bool(after) and (labelled(line, mapped) or moment_in(sentence, dates, most=6))
        if not is_fact or not (labelled(after, mapped) or lead_in(after)):
            break
        parts.append(sentence)
        line = after
    return [*parts, line]


def _without_sign(line: str) -> str:
    """A line without the picture before it: a pin says where, others say nothing."""
    match = _PICTURED.match(line)
    return f"{_PINNED if match['sign'] in _PINS else ''}{line[match.end() :]}" if match else line


def _led_to(meant: str, text: str, block: Block) -> list[dict[str, str]] | None:
    """The links or recordings that a text leads to, a file beside the page by its name; None where it has none."""
    found = [(words, to) for words, to in block.linked if words in text and _LEADS.match(to)]
    if meant == "links":
        return [{"url": to, "label": words} for words, to in found] or None
    media = [{"path": unquote(to[6:])} if to.startswith("media/") else {"url": to} for _, to in found]
    return media if meant == "media" and media else None


def _is_name(text: str) -> bool:
    """Whether a text under a label names a person: it is like one, or one word."""
    return text[:1].isupper() and (like_person(text) or " " not in text)


class Lines:
    """Takes lines into a section."""

    def __init__(
        self,
        section: Section,
        names: LinkedNames,
        dates: DateOptions,
        *,
        title: str,
        is_episode: bool,
        mapped: Mapping[str, str] | None = None,
    ) -> None:
        self.section = section
        self._names = names
        self.when = When(section, dates, is_episode=is_episode)
        self._title = title
        self._episode = is_episode
        self._label = ""
        self._mapped = mapped or {}
        self._attending: list[str] = []  # lines that name who was there

    def take(self, block: Block, label: str) -> bool:
        """Take labelled values, the line of the date, sentences such as ``Avec …``; False where the block has none.

        ``label`` is what the last label announced.
        """
        self._label = label
        if rows := self._labelled_rows(block):
            block = replace(block, kind="terms", rows=rows)
        if block.kind in ("terms", "fields", "front"):
            return self._terms(block)
        if block.kind == "other" and re.match(r"> .*\Z", block.markdown) and self._lead_in(block.text):
            self.section.understood.append(block.text)
            return True
        if block.kind not in ("text", "heading"):
            return False
        lines = [
            part for line in block.lines or (block.text,) for part in _sentences(line, self._mapped, self.when.dates)
        ]
        lines = [_without_sign(line) for line in lines]
        left = [
            line for line in lines if not (self._fact(line, block) or self._lead_in(line) or self.when.day(line, block))
        ]
        if len(left) == len(lines):
            return False
        self.section.understood += [line for line in lines if line not in left]
        for line in left:
            if is_furniture_line(line):
                self.section.leave_out(line, furniture_line(line))
            else:
                self.section.text.append(line)
        return True

    def _labelled_rows(self, block: Block) -> tuple[tuple[str, ...], ...]:
        """The labels and values of a list or a table whose items or rows are such; else nothing."""
        if block.kind == "list" and not block.ordered:
            found = [LABELLED.fullmatch(item.text) for item in block.items]
            stated = tuple((one["label"], one["value"].strip()) for one in found if one)
            if len(stated) == len(found) and all(field_of(one, self._mapped) or label_kind(one) for one, _ in stated):
                return stated
            return () if self.section.text else self._listed(block)
        if block.kind == "table" and all(len(row) == 2 for row in block.rows):
            known = sum(bool(field_of(row[0], self._mapped)) for row in block.rows)
            rows = tuple((label, *value.split("\n")) for label, value in block.rows)
            return rows if known > 1 and 2 * known >= len(rows) else ()
        return ()

    def _listed(self, block: Block) -> tuple[tuple[str, ...], ...]:
        """When and where as a list of both, as page builders have it above the text."""
        items = [item.text for item in block.items]
        is_when = 1 < len(items) < _MOST_LISTED and "date" not in self.section.fields and self._episode
        first = moment_in(items[0], self.when.dates, block.times, most=0) if is_when else None
        return (("date", ", ".join(items)),) if first else ()

    def _terms(self, block: Block) -> bool:
        taken = [self._term(row, block) for row in block.rows]
        if not any(taken) and block.kind == "terms":
            return False
        self.section.understood += [" ".join(row) for row, done in zip(block.rows, taken, strict=True) if done]
        self.section.understood += [words for words, _ in block.times if any(taken)]
        for row, done in zip(block.rows, taken, strict=True):
            if done:
                continue
            if block.kind == "terms":
                self.section.text.append(" : ".join(row))
            else:
                self._keep_aside(row, block.kind)
        return True

    def _keep_aside(self, row: Sequence[str], kind: str) -> None:
        """Keep a field that an episode does not have, under its own name; tell a key of front matter."""
        label, *values = row
        if kind == "front" or not self._episode or vocabulary(EpisodeFields).find(label) or not any(values):
            self.section.leave_out(" : ".join(row), "no field has this name, or this value")
            return
        self.section.extra[label] = ", ".join(values)

    def _term(self, row: Sequence[str], block: Block) -> bool:
        kind = label_kind(row[0])
        if kind in _PEOPLE or field_of(row[0], self._mapped) in _PEOPLE:
            row = [row[0], "; ".join(row[1:])] if len(row) > 1 else row
        if kind == "questions" and len(row) > 1:
            self.section.questions += [question(Item(text)) for text in row[1:]]
            return True
        if kind in _PEOPLE and len(row) > 1:
            taken = [self.people(kind, text, labelled=True) for text in row[1:]]
            return all(taken)
        if self._episode and len(row) > 1 and row[0].endswith("?"):
            self.section.questions.append({"text": row[0], "answer": "\n\n".join(row[1:])})
            return True
        if self._label in ("guests", "hosts"):
            return self.people(self._label, " – ".join(row), labelled=True, item=True)
        if len(row) < 2:
            return is_furniture_line(row[0]) or not row[0]
        meant = field_of(row[0], self._mapped)
        if meant and all(self.value(meant, row[0], text, block) for text in row[1:]):
            return True
        return self._lead_in(f"{row[0]} : {row[1]}")

    def _fact(self, line: str, block: Block) -> bool:
        """Take a line ``Label: value`` whose label means a field."""
        found = labelled(line, self._mapped)
        return bool(found) and self.value(found.field, found.label, found.value, block)  # type: ignore[union-attr]

    def value(self, meant: str, label: str, text: str, block: Block) -> bool:
        """Take the value under a label that means a field; False where it is none."""
        if meant == "-" or meant.startswith("extra."):
            self.section.extra |= {meant.removeprefix("extra."): text} if meant != "-" else {}
            return True
        is_taken = self._field(meant, label, text, block)
        if is_taken:
            self.section.labels[label.strip(" :*")] = meant
        return is_taken

    def _field(self, meant: str, label: str, text: str, block: Block) -> bool:
        """Take the value of a field, where the text is one."""
        fields = self.section.fields
        if meant in _PEOPLE:
            return (self._episode or meant != "guests") and self.people(meant, text, labelled=True)
        if fold(text) == fold(self._title):  # what the page is about, which is its title
            return True
        if meant == "title" and self._title and self._is_speaker(text):  # Vortrag: Dr. Ada Brun (Hafenamt)
            return self.people("guests", text)
        if meant == "title" and ((self._episode and not self._title) or fold(text) == fold(self._title)):
            return bool(fields.setdefault("title", text) == text)
        if not self._episode:
            return False
        if is_moment(meant):
            return meant not in fields and self.when.moment(meant, text, block, most=8)
        if meant == "series" and names_a_series(label) and len(text) < 150:
            return bool(fields.setdefault("series", text) == text)
        value = simple_value(meant, text)
        value = _led_to(meant, text, block) if value is None else value
        if value is None:
            return False
        if isinstance(value, list):
            getattr(self.section, meant).extend(value)
            return True
        return bool(fields.setdefault(meant, value) == value)

    def _is_speaker(self, text: str) -> bool:
        """Whether a text names people, each with what they do, where nobody else is named."""
        found = people_of_line(text, self._names) if self._episode and not self.section.guests else Sentence()
        return is_credible(found) and bool(found.guests) and all(len(one) > 1 for one in found.guests)

    def finish(self) -> None:
        """Take those who were there as the guests, unless others are: then the line stays in the text."""
        waiting, self._attending = self._attending, []
        for text in reversed(waiting):
            if self.section.guests or not self._lead_in(text, is_last=True):
                self.section.text.insert(0, text)

    def _lead_in(self, text: str, *, is_last: bool = False) -> bool:
        kind, rest = lead_in(text) or ("", "")
        if kind == "guests" and self._episode and not is_last and _ATTENDING.match(fold(text)):
            self._attending.append(text)
            return True
        if kind == "tags":
            self.section.add_tags(re.split(r"[,;]", rest))
            return True
        if not kind or (kind == "guests" and not self._episode):
            return False
        sentence, after = first_sentence(rest)
        before = text[: len(text) - len(rest)]
        named, *guests = _WITH_GUESTS.split(sentence, maxsplit=1) if kind == "hosts" and self._episode else [sentence]
        is_label = before.rstrip().endswith(":")
        if guests and not (self.people("guests", guests[0]) and self.people(kind, named)):
            return False
        if not guests and not self.people(kind, sentence, labelled=is_label):
            return False
        if len(before.split()) > _MOST_BEFORE:  # it says more than who takes part
            self.when.date_inside(text)
            self.section.text.append(f"{before}{sentence}".rstrip(".") + "." * (text.endswith(".") or bool(after)))
        if after and not self._lead_in(after):
            self.section.text.append(after)
        return True

    def people(self, kind: str, text: str, *, labelled: bool = False, item: bool = False) -> bool:
        """Whether the text was read as people or partners; one that a label announces always is."""
        if kind == "partners":
            found = partners_of_line(text)
        else:
            found = people_of_item(text, self._names) if item else people_of_line(text, self._names)
        is_named = found.certain and all(_is_name(one["name"]) for one in found.guests)
        if not is_credible(found) and not (labelled and (is_named or kind == "partners" or item)):
            return False
        self.add(kind, found)
        if found.doubts:
            self.section.assume(text, f"read as {told(found)}")
        if not found.unread:
            self.section.understood.append(text)
        return True

    def add(self, kind: str, found: Sentence) -> None:
        """Add the people and partners that were read."""
        section = self.section
        for listed, more in ((getattr(section, kind), found.guests), (section.partners, found.partners)):
            known = {one["name"]: one for one in listed}
            listed += [one for one in more if one["name"] not in known]
            for one in more:
                before = known.get(one["name"], one)
                if any(before.get(key) != value for key, value in one.items()):
                    section.leave_out(told(Sentence((one,))), "somebody of this name is there already")
        for phrase in found.unread:
            section.leave_out(phrase, f"among the {kind}, it is no name, role or organisation")
