"""A citation: what is said of an episode where somebody refers to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from totem_cli.archive.names import Names
from totem_cli.archive.publication import Publication
from totem_cli.archive.record import episode_address
from totem_cli.language.dates import date_label
from totem_cli.language.labels import has_labels, is_french
from totem_cli.language.sentence import join
from totem_cli.markup.characters import allowed
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Cited:
    """A person who is cited; ``family`` and ``given`` are known only where a person's ``sort_name`` tells them."""

    name: str
    family: str | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An episode as others refer to it.

    ``authors`` are its guests, else its hosts; ``hosts`` the hosts beside guests. ``key`` never changes while the
    episode stands at its address.
    """

    key: str
    title: str
    container: str
    archive: str
    authors: Sequence[Cited]
    hosts: Sequence[Cited]
    date: str | None
    url: str | None
    number: int | None
    place: str | None
    language: str
    summary: str | None
    recorded: bool


def citations(publication: Publication) -> Iterator[Citation]:
    """Every episode of a publication as a citation."""
    names = Names(publication.persons)
    series = {one.slug: one for one in publication.series}
    for episode in publication.episodes:
        yield citation(episode, series.get(episode.series), publication.settings, names)


def citation(episode: Episode, series: Series | None, settings: Settings, names: Names) -> Citation:
    """An episode as a citation. Its date is when it took place, else when it was published."""
    from totem_cli.exporters.html.links import absolute

    hosts = [_cited(host, names) for host in episode.hosts]
    guests = [_cited(guest, names) for guest in episode.guests]
    title = plain(episode.title)
    if episode.subtitle:
        title += f"{' : ' if is_french(episode.language or settings.language) else ': '}{plain(episode.subtitle)}"
    return Citation(
        key=_key(episode),
        title=title,
        container=plain(series.title if series else episode.series),
        archive=plain(settings.title),
        authors=guests or hosts,
        hosts=hosts if guests else [],
        date=episode.moment,
        url=absolute(settings.base_url, episode_address(episode)),
        number=episode.number,
        place=plain(episode.place) if episode.place else None,
        language=episode.language or settings.language,
        summary=plain(episode.summary) if episode.summary else None,
        recorded=any(media.kind in ("audio", "video") for media in episode.media),
    )


def plain(words: str) -> str:
    """Words in one line, without control characters."""
    return " ".join(allowed(words).split("\n")).strip()


def text(cited: Citation) -> str:
    """The citation as a line to read, in its own language: French, or English where totem does not speak it."""
    language = cited.language if has_labels(cited.language) else "en"
    french = is_french(language)
    title = f"«\u00a0{cited.title}\u00a0»" if french else f"“{cited.title}”"
    number = None if cited.number is None else f"n\u00ba\u00a0{cited.number}" if french else f"no. {cited.number}"
    parts = [
        join([person.name for person in cited.authors], language),
        title,
        cited.container,
        number,
        date_label(cited.date[:10], language) if cited.date else None,
        cited.place,
        cited.url,
    ]
    said = ", ".join(part for part in parts if part)
    return said if cited.url else f"{said}."


def date_parts(moment: str) -> list[int]:
    """The year, and where known the month and day, of a moment."""
    return [int(part) for part in moment[:10].split("-")]


def _key(episode: Episode) -> str:
    """``series:slug``; where a slug holds what a BibTeX key may not, the beginning of the id in its place."""
    slug = episode.slug if _is_plain(episode.slug) else episode.id[:8]
    return f"{episode.series if _is_plain(episode.series) else 'series'}:{slug}"


def _is_plain(slug: str) -> bool:
    return slug.isascii() and all(letter.isalnum() or letter in "-_." for letter in slug)


def _cited(appearance: Appearance, names: Names) -> Cited:
    person = names.person(appearance)
    name = plain(appearance.name)
    family, comma, given = plain(person.sort_name if person and person.sort_name else "").partition(",")
    if comma and family.strip() and given.strip() and "," not in given:
        return Cited(name, family.strip(), given.strip())
    return Cited(name)
