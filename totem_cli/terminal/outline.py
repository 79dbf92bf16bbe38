"""The elements of a page in order, as plain data: the same for a terminal and for a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.language.dates import date_label, event_labels
from totem_cli.language.labels import label
from totem_cli.language.sentence import appearance_phrase, join, with_sentence
from totem_cli.markup.blocks import Block, BulletList, Heading, OrderedList, Paragraph, Quotation, Span, parse_blocks
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.query import visible_status
from totem_cli.model.series import Series

Only = Literal["recap", "guests", "questions"]


class Title(Struct, frozen=True):
    """The title of a page or of an episode in it, with a small line above and the subtitle."""

    text: str
    above: tuple[str, ...] = ()
    subtitle: str | None = None


class Note(Struct, frozen=True):
    """A less prominent line: the tags, the licence."""

    text: str


Element = Title | Note | Block
Outline = tuple[Element, ...]


def episode_outline(episode: Episode, series: Series, language: str, only: Only | None = None) -> Outline:
    """Return the outline of an episode. ``language`` is that of the labels if the episode has none."""
    language = episode.language or language
    if only:
        return tuple(_part(episode, language, only))
    head = _head(episode, series, language, first=series.title)
    return (head, *_body(episode, language, episode.hosts))


def series_outline(
    series: Series, episodes: Sequence[Episode], language: str, only: Only | None = None
) -> tuple[tuple[str, Outline], ...]:
    """Return the outline of a series and its episodes: parts, each with its language."""
    language = series.language or language
    parts: list[tuple[str, Outline]] = []
    if not only:
        parts.append((language, tuple(_introduction(series, language))))
    for episode in episodes:
        own = episode.language or language
        head = _head(episode, series, own)
        hosts = episode.hosts if episode.hosts != series.hosts else ()
        parts.append((own, (head, *(_part(episode, own, only) if only else _body(episode, own, hosts)))))
    return tuple(parts)


def comment_outline(comment: Comment, on: str, language: str) -> Outline:
    """Return the outline of a comment on the page with the title ``on``. Its headings become paragraphs."""
    when = date_label(comment.date, language) if comment.date else None
    above = tuple(filter(None, [on, when, _status(comment.status, language)]))
    title = Title(comment.author or label("anonymous", language), above, comment.url)
    blocks = parse_blocks(comment.text)
    return (title, *(Paragraph(block.spans) if isinstance(block, Heading) else block for block in blocks))


def _introduction(series: Series, language: str) -> Iterator[Element]:
    above = (_status(series.status, language),) if series.status != "published" else ()
    yield Title(series.title, above, series.subtitle)
    yield from _hosts(series.hosts, language)
    if series.partners:
        named = join([partner.billed_as or partner.name for partner in series.partners], language)
        yield _paragraph(label("partners_sentence", language, names=named))
    yield from parse_blocks(series.introduction)
    yield from _references(series.links, (), language)
    yield from _tags(series.tags, language)


def _head(episode: Episode, series: Series, language: str, first: str | None = None) -> Title:
    status = visible_status(episode.status, series.status)
    when, how_long = event_labels(episode.date, episode.duration, language)
    above = [
        first,
        label("episode_number", language, number=episode.number) if episode.number is not None else None,
        when,
        episode.place,
        how_long,
        _status(status, language) if status != "published" else None,
    ]
    return Title(episode.title, tuple(filter(None, above)), episode.subtitle)


def _body(episode: Episode, language: str, hosts: Sequence[Appearance]) -> Iterator[Element]:
    sentence = with_sentence([*map(_partner, episode.partners), *_guests(episode, language)], language)
    if sentence:
        yield _paragraph(sentence)
    yield from _hosts(hosts, language)
    if episode.summary:
        yield Paragraph((Span(episode.summary, emphasis=True),))
    yield from _below(parse_blocks(episode.recap))
    if episode.questions:
        yield Heading(2, (Span(label("questions", language)),))
        yield _questions(episode.questions, language)
    yield from _references(episode.links, episode.media, language)
    yield from _tags(episode.tags, language)
    for row in rows(EpisodeFields):
        value = getattr(episode, row.name) if row.field.detail else None
        if value:
            yield Note(label("field", language, name=label(row.field.label, language), value=value))


def _part(episode: Episode, language: str, only: Only) -> Iterator[Element]:
    if only == "recap":
        yield from parse_blocks(episode.recap)
    elif only == "questions" and episode.questions:
        yield _questions(episode.questions, language)
    elif only == "guests" and episode.guests:
        yield BulletList(tuple((_paragraph(phrase),) for phrase in _guests(episode, language)))


def _below(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks with their headings one level lower, below those of the page."""
    for block in blocks:
        if isinstance(block, Heading):
            yield replace(block, level=min(block.level + 1, 6))
        elif isinstance(block, Quotation):
            yield replace(block, blocks=tuple(_below(block.blocks)))
        else:
            yield block


def _hosts(hosts: Sequence[Appearance], language: str) -> Iterator[Element]:
    if hosts:
        named = join([_phrase(host, language) for host in hosts], language)
        yield _paragraph(label("hosts_sentence", language, names=named))


def _guests(episode: Episode, language: str) -> list[str]:
    return [_phrase(guest, language) for guest in episode.guests]


def _phrase(who: Appearance, language: str) -> str:
    return appearance_phrase(who.name, who.role, who.organisations, who.billed_as, language)


def _partner(partner: Partner) -> str:
    return partner.billed_as or partner.name


def _questions(questions: Sequence[Question], language: str) -> OrderedList:
    return OrderedList(tuple(tuple(_question(question, language)) for question in questions))


def _question(question: Question, language: str) -> Iterator[Block]:
    yield _paragraph(question.text)
    if question.asked_by:
        yield Paragraph((Span(label("asked_by", language, name=question.asked_by), emphasis=True),))
    if question.answer:
        yield _paragraph(question.answer)


def _references(links: Sequence[Link], media: Sequence[Media], language: str) -> Iterator[Element]:
    shown: list[tuple[str, str | None]] = [(link.label or link.url, link.url) for link in links]
    shown += [(each.alt or each.url or each.path or "", each.url) for each in media]
    if shown:
        yield Heading(2, (Span(label("links", language)),))
        yield BulletList(tuple((Paragraph((Span(text, href=url),)),) for text, url in shown))


def _tags(tags: Sequence[str], language: str) -> Iterator[Element]:
    if tags:
        yield Note(label("field", language, name=label("tags", language), value=", ".join(tags)))


def _status(status: str, language: str) -> str:
    return label(f"status_{status}", language)


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Span(text),))
