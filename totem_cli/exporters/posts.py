"""Episodes as posts of WordPress: their HTML and their texts, as its filters keep them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from totem_cli.archive.outline import unique_slugs
from totem_cli.archive.publication import Publication
from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.citation import one_line
from totem_cli.language.fold import fold
from totem_cli.language.labels import label
from totem_cli.language.sentence import appearance_phrase, join, with_sentence
from totem_cli.markup.addresses import is_remote
from totem_cli.markup.tree import Node, elements, parse
from totem_cli.model.parts import Question

STATUSES = {"published": "publish", "draft": "draft", "withdrawn": "private"}
"""What WordPress calls the status of an episode."""

Place = Callable[[str], str | None]
"""Where a local address of a text leads on a site; None where the site does not have it."""

_PRE = re.compile(r"(<pre(?: [^>]*)?>.*?</pre>)", re.DOTALL)


def post_content(
    record: EpisodeRecord, language: str, base: str | None, *, place: Place | None = None, level: int = 2
) -> str:
    """The post's HTML: guests and partners, hosts, recap, questions.

    ``base`` is where the archive's own site is, if it is anywhere; ``place`` is asked first where a local link or
    picture leads. ``level`` is the level of the highest headings.
    """
    partners = [escape(partner.billed_as or partner.name, quote=False) for partner in record.partners]
    guests, hosts = (
        [
            escape(appearance_phrase(one.name, one.role, one.organisations, one.billed_as, language), quote=False)
            for one in group
        ]
        for group in (record.guests, record.hosts)
    )
    sentences = [with_sentence([*partners, *guests], language)]
    if hosts:
        sentences.append(label("hosts_sentence", language, names=join(hosts, language)))
    parts = [f"<p>{sentence}</p>" for sentence in sentences if sentence]
    parts.append(_placed(record.recap_html, base, record.address, place, level))
    if record.questions:
        items = "".join(f"<li>{_question(question, language)}</li>" for question in record.questions)
        parts.append(f"<h{level}>{label('questions', language)}</h{level}><ol>{items}</ol>")
    return post_html(parts)


def introduction_content(html: str, base: str | None, address: str, *, place: Place | None = None) -> str:
    """The HTML of a series' introduction, for its page."""
    return post_html([_placed(html, base, address, place, 2)])


def post_html(parts: Iterable[str]) -> str:
    """Pieces of clean HTML as the content of a post: no line feed becomes a ``br``, nothing is a shortcode."""
    return _without_shortcodes("\n\n".join(_without_line_feeds(part) for part in parts if part))


def post_text(text: str) -> str:
    """Text as HTML, as WordPress stores titles and terms."""
    return _without_shortcodes(escape(one_line(text), quote=False))


def post_tags(publication: Publication) -> dict[str, tuple[str, str]]:
    """The name and slug of each tag by its folded name; the name is the first spelling."""
    names: dict[str, str] = {}
    for episode in publication.episodes:
        for tag in episode.tags:
            names.setdefault(fold(tag), one_line(tag))
    slugs = unique_slugs(names)
    return {key: (name, slugs[key]) for key, name in names.items()}


def _placed(html: str, base: str | None, address: str, place: Place | None, level: int) -> str:
    from totem_cli.exporters.html.fragment import prepared

    if not base and not place:
        return html
    nodes = parse(html)
    if place:
        _place(nodes, place)
    return prepared(nodes).html(base or "", f"{base}{address}" if base else "", level=level)


def _place(nodes: Iterable[Node], place: Place) -> None:
    for element in elements(nodes):
        for name in ("href", "src"):
            address = element.attributes.get(name)
            if address and not is_remote(address) and not address.startswith("#"):
                element.attributes[name] = place(address) or address


def _question(question: Question, language: str) -> str:
    asked_by = f" ({label('asked_by', language, name=question.asked_by)})" if question.asked_by else ""
    answer = f"<p>{escape(one_line(question.answer), quote=False)}</p>" if question.answer else ""
    return escape(one_line(question.text + asked_by), quote=False) + answer


def _without_line_feeds(html: str) -> str:
    """HTML without line feeds outside ``pre``: WordPress's ``wpautop`` makes a ``br`` of each."""
    return "".join(part if part.startswith("<pre") else part.replace("\n", " ") for part in _PRE.split(html)).strip()


def _without_shortcodes(html: str) -> str:
    """HTML with ``[`` escaped, so that WordPress runs no shortcode; with three digits, as its ``kses`` writes it."""
    return html.replace("[", "&#091;")
