"""One episode as a page shows it, with its recap, whether alone or among others."""

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
from totem_cli.exporters.html.media import MediaItem, local_path, media_item
from totem_cli.exporters.html.share import ShareLink
from totem_cli.language.labels import direction
from totem_cli.markup.addresses import file_name

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.exporters.html.pictures import Picture
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.html.view import Labels
    from totem_cli.model.parts import Link, Question

MANY_GUESTS = 3
"""A sentence that names more of them is set smaller."""

_NOTHING = Markup()


class QuestionView(Struct, frozen=True):
    """A question as a page shows it: its id there, a label for the link to it, HTML."""

    anchor: str
    label: Markup
    text: Markup
    asked_by: Markup
    answer: Markup


class Chapter(Struct, frozen=True):
    """One episode ready to be shown. ``anchor`` is its id on a page of several, ``prefix`` that of the ids within.

    ``href`` leads to its own page; ``lang`` are the attributes of an element in its language.
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
    title: Markup
    subtitle: Markup
    sentence: Markup
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
    """The episode at ``index`` of the publication, for a page whose way to the site's root is ``root``.

    ``labels`` are the page's. ``prefix`` tells its ids from others' on a page of several episodes, ``level`` is that of
    its headings. ``alone`` makes the sentences of a page that has no site around it.
    """
    view = site.new_episode_view(index, alone) if alone else site.episode_view(index)
    record, item = view.episode, site.entries[index]
    files = [name for name in site.publication.media if not alone or site.pictures[name]]
    image = local_path(record.image, files)
    media = [media_item(one, root, files, site.pictures) for one in record.media]
    same = [one for one in media if one.picture and one.picture.name == image]
    anchor = anchor_of(f"{prefix or ''}{record.slug}")
    inner = "" if prefix is None else f"{anchor}-"
    return Chapter(
        episode=record,
        entry=item,
        anchor=anchor,
        prefix=inner,
        language=view.language,
        direction=direction(view.language),
        lang=labels.lang(view.language),
        href=root + file_of(item.address),
        number=labels("episode_number", number=record.number) if record.number is not None else _NOTHING,
        title=site.typo(record.title, view.language),
        subtitle=site.typo(record.subtitle, view.language) if record.subtitle else _NOTHING,
        sentence=credited(view.sentence, root),
        has_many_guests=len(record.guests) > MANY_GUESTS,
        hosts=credited(view.hosts, root),
        recap=view.recap.html(root, pictures=site.pictures, level=level, ids=inner),
        contents=view.recap.contents(inner),
        questions=[_question(site, question, labels, view.language, inner) for question in record.questions],
        tags=view.tags,
        media=[one for one in media if one not in same],
        links=[named(link) for link in record.links],
        share=view.share,
        image=site.pictures[image] if image else None,
        image_alt=same[0].alt if same else "",
    )


def _question(site: Site, question: Question, labels: Labels, language: str, prefix: str) -> QuestionView:
    return QuestionView(
        anchor=f"{prefix}question-{question.number}",
        label=labels("question_number", number=question.number),
        text=site.typo(question.text, language),
        asked_by=labels("asked_by", name=question.asked_by) if question.asked_by else _NOTHING,
        answer=site.typo(question.answer, language) if question.answer else _NOTHING,
    )


def linked_tags(site: Site, tags: Iterable[tuple[str, str]], labels: Labels, root: str) -> Sequence[tuple[str, Markup]]:
    """The links to the pages of these tags, of a page in the language of ``labels``."""
    return [(root + file_of(address), site.typo(name, labels.language)) for name, address in tags]


def prose(site: Site, html: str, language: str, root: str) -> Markup:
    """Clean HTML from content, set with the spacing of its language."""
    return fragment(html, language, site.typography).html(root, pictures=site.pictures)


def anchor_of(slug: str) -> str:
    """The slug as an id, which holds no space (HTML, 3.2.6), and begins with a letter for the sake of style sheets."""
    return f"episode-{'_'.join(slug.split())}"


def named(link: Link) -> tuple[str, str | None]:
    """What a link says, and where it may lead."""
    return link.label or file_name(link.url), outward(link.url)
