"""The Markdown text of a page: people, recap and questions, without HTML or templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.generators.inert import inert
from totem_cli.language.labels import has_labels, label
from totem_cli.language.sentence import appearance_phrase, join, with_sentence
from totem_cli.markup.characters import allowed
from totem_cli.model.parts import Appearance, Question
from totem_cli.model.series import Series

_MARKUP = re.compile(r"[\\`*_\[\]>#|~!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", "{": "&#123;", "}": "&#125;", "$": "&#36;"}
_BEGINNING = re.compile(r"(?:[-+=:]|[0-9]{1,9}(?=[.)]))")


class Body:
    """The texts of a publication's pages in one language."""

    def __init__(self, publication: Publication, language: str) -> None:
        fallback = publication.settings.language
        self._language = language if has_labels(language) else fallback if has_labels(fallback) else "en"

    def episode(self, record: EpisodeRecord) -> str:
        """Return the text of an episode's page."""
        phrases = [words(one.billed_as or one.name) for one in record.partners]
        phrases += [self._phrase(guest) for guest in record.guests]
        parts = [
            with_sentence(phrases, self._language),
            self._hosts(record.hosts),
            inert(record.recap, f"series/{record.series}"),
        ]
        if record.questions:
            parts.append(f"## {label('questions', self._language)}")
            parts += map(self._question, record.questions)
        return "\n\n".join(part for part in parts if part)

    def series(self, series: Series) -> str:
        """Return the text of a series' page."""
        names = join([words(one.billed_as or one.name) for one in series.partners], self._language)
        partners = label("partners_sentence", self._language, names=names) if names else ""
        return "\n\n".join(
            part
            for part in (self._hosts(series.hosts), partners, inert(series.introduction, f"series/{series.slug}"))
            if part
        )

    def _hosts(self, hosts: Iterable[Appearance]) -> str:
        names = join([self._phrase(host) for host in hosts], self._language)
        return label("hosts_sentence", self._language, names=names) if names else ""

    def _phrase(self, one: Appearance) -> str:
        if one.billed_as:
            return words(one.billed_as)
        role = words(one.role) if one.role else None
        return appearance_phrase(words(one.name), role, list(map(words, one.organisations)), None, self._language)

    def _question(self, question: Question) -> str:
        marker = f"{question.number}. "
        asked_by = f" ({label('asked_by', self._language, name=words(question.asked_by))})" if question.asked_by else ""
        answer = f"\n\n{' ' * len(marker)}{words(question.answer)}" if question.answer else ""
        return f"{marker}{words(question.text)}{asked_by}{answer}"


def words(text: str) -> str:
    """Return text in one line, escaped for Markdown and templates."""
    line = " ".join(allowed(text).split())
    escaped = "".join(_escaped(line))
    begins = _BEGINNING.match(escaped)
    if not begins:
        return escaped
    cut = begins.end() if escaped[0].isdigit() else 0
    return f"{escaped[:cut]}\\{escaped[cut:]}"


def _escaped(line: str) -> Iterator[str]:
    for letter in line:
        yield _ENTITIES.get(letter) or (f"\\{letter}" if _MARKUP.match(letter) else letter)
