"""An episode with its recap as a page shows it: the page of the episode, of its series, or the single page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.html.credits import credited
from totem_cli.exporters.html.fragment import HEADING_BASE, fragment
from totem_cli.exporters.html.links import file_of, outward
from totem_cli.exporters.html.list_item import ListItem
from totem_cli.exporters.html.media import MediaItem, media_item
from totem_cli.exporters.html.share import ShareLink
from totem_cli.exporters.unlabelled import link_name
from totem_cli.language.labels import direction
from totem_cli.language.sentence import shortened
from totem_cli.model.media_names import local_path

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.exporters.html.pictures import Picture
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.html.view import Labels
    from totem_cli.model.parts import Link, Question

MANY_GUESTS = 3
"""A sentence that names more guests has a smaller font."""

CROWD = 24
"""The most guests that a sentence names at once; of more the first are named, and the others unfold."""

_NOTHING = Markup()


class QuestionView(Struct, frozen=True):
    """A question as a page shows it. ``anchor`` is its id on the page, ``label`` that of the link to it."""

    anchor: str
    label: Markup
    text: Markup
    asked_by: Markup
    answer: Markup


class Chapter(Struct, frozen=True):
    """An episode, prepared for a page.

    ``anchor`` is its id on a page of several episodes, ``prefix`` begins the ids of its headings and questions.
    ``href`` links to its own page; ``lang`` are the attributes of an element in its language. ``guests`` are the names
    that contents show, of many the first. ``sentence_lang`` are the attributes of an element with the sentence or the
    hosts, within one in the episode's language: those are in another where its labels are not known.
    """

    episode: EpisodeRecord
    entry: ListItem
    anchor: str
    prefix: str
    language: str
    direction: str
    lang: Markup
    href: str
    number: Markup
    time: Markup
    duration: Markup
    guests: str
    title: Markup
    subtitle: Markup
    sentence: Markup
    sentence_lang: Markup
    crowd: Markup
    has_many_guests: bool
    hosts: Markup
    recap: Markup
    contents: Sequence[tuple[str, Markup]]
    questions: Sequence[QuestionView]
    tags: Sequence[tuple[str, str]]
    media: Sequence[MediaItem]
    links: Sequence[tuple[str, str | None]]
    share: Sequence[ShareLink]
    image: Picture | None
    image_alt: str


def chapter(
    site: Site,
    index: int,
    labels: Labels,
    root: str,
    *,
    prefix: str | None = None,
    level: int = HEADING_BASE,
    alone: Credits | None = None,
) -> Chapter:
    """Return the episode at ``index``, prepared for a page with these labels; ``root`` leads to the site's root.

    ``prefix`` makes its ids unique on a page of several episodes; ``level`` is the level of its highest headings.
    ``alone`` makes the sentences of the single page, which has no other pages to link to.
    """
    view = site.new_episode_view(index, alone) if alone else site.episode_view(index)
    record, item = view.episode, site.list_items[index]
    files = [name for name in site.publication.media if not alone or site.pictures[name]]
    image = local_path(record.image, files)
    media = [media_item(one, root, files, site.pictures, site.labels(view.language).language) for one in record.media]
    lead = [one for one in media if one.picture and one.picture.name == image]
    anchor = anchor_of(f"{prefix or ''}{record.slug}")
    ids = "" if prefix is None else f"{anchor}-"
    length = record.duration if record.duration and item.days == 1 else None
    return Chapter(
        episode=record,
        entry=item,
        anchor=anchor,
        prefix=ids,
        language=view.language,
        direction=direction(view.language),
        lang=labels.lang(view.language),
        href=root + file_of(item.address),
        number=labels("episode_number", number=record.number) if record.number is not None else _NOTHING,
        time=labels.time(item.moment, item.days) if item.moment else _NOTHING,
        duration=labels.duration(length) if length else _NOTHING,
        guests=shortened(item.guests, labels.language),
        title=site.typo(record.title, view.language),
        subtitle=site.typo(record.subtitle, view.language) if record.subtitle else _NOTHING,
        sentence=credited(view.sentence, root),
        sentence_lang=site.labels(view.language).own_lang(view.language),
        crowd=_crowd(site, record, view.language),
        has_many_guests=len(record.guests) > MANY_GUESTS,
        hosts=credited(view.hosts, root),
        recap=view.recap.html(root, pictures=site.pictures, level=level, ids=ids),
        contents=view.recap.contents(ids),
        questions=[_question(site, question, labels, view.language, ids) for question in record.questions],
        tags=view.tags,
        media=[one for one in media if one not in lead],
        links=[named(link) for link in record.links],
        share=view.share,
        image=site.pictures[image] if image else None,
        image_alt=lead[0].alt if lead else "",
    )


def _crowd(site: Site, record: EpisodeRecord, language: str) -> Markup:
    """The beginning of the sentence about a crowd; empty for fewer guests."""
    if len(record.guests) <= CROWD:
        return _NOTHING
    labels = site.labels(language)
    names = [*(one.billed_as or one.name for one in record.partners), *(one.name for one in record.guests)]
    return labels.spaced(f"{labels.text('with')} {shortened(names, labels.language)}")


def _question(site: Site, question: Question, labels: Labels, language: str, prefix: str) -> QuestionView:
    return QuestionView(
        anchor=f"{prefix}question-{question.number}",
        label=labels("question_number", number=question.number),
        text=site.typo(question.text, language),
        asked_by=labels("asked_by", name=question.asked_by) if question.asked_by else _NOTHING,
        answer=site.typo(question.answer, language) if question.answer else _NOTHING,
    )


def linked_tags(site: Site, tags: Iterable[tuple[str, str]], labels: Labels, root: str) -> Sequence[tuple[str, Markup]]:
    """Return the links to the pages of these tags: ``href`` and name as HTML."""
    return [(root + file_of(address), site.typo(name, labels.language)) for name, address in tags]


def prose(site: Site, html: str, language: str, root: str) -> Markup:
    """Return clean HTML with the spacing of its language, for a page from which ``root`` leads to the site's root."""
    return fragment(html, language, site.typography).html(root, pictures=site.pictures)


def anchor_of(slug: str) -> str:
    """Return the slug as an id: without spaces (HTML, 3.2.6), and beginning with a letter, as CSS selectors need."""
    return f"episode-{'_'.join(slug.split())}"


def named(link: Link) -> tuple[str, str | None]:
    """Return the text of a link, and its address if it may be linked."""
    return link_name(link), outward(link.url)
