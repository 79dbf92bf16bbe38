"""The bibliographic data of an episode, as BibTeX, CSL-JSON and plain-text citations need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from totem_cli.archive.names import Names
from totem_cli.archive.publication import Publication
from totem_cli.language.dates import date_label
from totem_cli.language.labels import has_labels, is_french
from totem_cli.language.sentence import join
from totem_cli.markup.characters import allowed
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Contributor:
    """An author or host; ``family`` and ``given`` are set only where the person's file has a ``sort_name``."""

    name: str
    family: str | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An episode as others cite it. Texts are one line each.

    ``authors`` are the guests, or the hosts where there is no guest; ``hosts`` are the hosts where there are guests.
    ``key`` stays the same while the episode keeps its address. ``date`` is when the episode took place, else when it
    was published.
    """

    key: str
    title: str
    container: str
    archive: str
    authors: Sequence[Contributor]
    hosts: Sequence[Contributor]
    date: str | None
    url: str | None
    number: int | None
    place: str | None
    language: str
    summary: str | None
    recorded: bool

    @property
    def date_parts(self) -> list[int]:
        """The year and, where known, the month and day; empty without a date."""
        return [int(part) for part in self.date[:10].split("-")] if self.date else []


def citations(publication: Publication) -> Iterator[Citation]:
    """Yield a citation for every episode of a publication."""
    names = Names(publication.persons)
    series = {one.slug: one for one in publication.series}
    for episode in publication.episodes:
        yield citation(episode, series.get(episode.series), publication.settings, names)


def citation(episode: Episode, series: Series | None, settings: Settings, names: Names) -> Citation:
    """Build the citation of one episode; ``names`` resolves people to their files."""
    from totem_cli.exporters.html.links import absolute

    hosts = [_contributor(host, names) for host in episode.hosts]
    guests = [_contributor(guest, names) for guest in episode.guests]
    language = episode.language or settings.language
    title = one_line(episode.title)
    if episode.subtitle:
        title += f"{' : ' if is_french(language) else ': '}{one_line(episode.subtitle)}"
    return Citation(
        key=_key(episode),
        title=title,
        container=one_line(series.title if series else episode.series),
        archive=one_line(settings.title),
        authors=guests or hosts,
        hosts=hosts if guests else [],
        date=episode.moment,
        url=absolute(settings.base_url, episode.address),
        number=episode.number,
        place=one_line(episode.place) if episode.place else None,
        language=language,
        summary=one_line(episode.summary) if episode.summary else None,
        recorded=any(media.kind in ("audio", "video") for media in episode.media),
    )


def one_line(text: str) -> str:
    """The text without control characters and with a space for each line feed."""
    return allowed(text).replace("\n", " ").strip()


def text(citation: Citation) -> str:
    """The citation as one line of text, in its own language where totem has labels for that, else in English."""
    language = citation.language if has_labels(citation.language) else "en"
    french = is_french(language)
    number_sign = "nº\u00a0" if french else "no. "
    parts = [
        join([person.name for person in citation.authors], language),
        f"«\u00a0{citation.title}\u00a0»" if french else f"“{citation.title}”",
        citation.container,
        "" if citation.number is None else f"{number_sign}{citation.number}",
        date_label(citation.date[:10], language) if citation.date else "",
        citation.place,
        citation.url,
    ]
    return ", ".join(part for part in parts if part) + ("" if citation.url else ".")


def _key(episode: Episode) -> str:
    """``series:slug``; ``series`` or the first 8 digits of the id in place of a slug that a BibTeX key cannot hold."""
    series = episode.series if _is_bibtex_key(episode.series) else "series"
    return f"{series}:{episode.slug if _is_bibtex_key(episode.slug) else episode.id[:8]}"


def _is_bibtex_key(slug: str) -> bool:
    return slug.isascii() and all(character.isalnum() or character in "-_." for character in slug)


def _contributor(appearance: Appearance, names: Names) -> Contributor:
    person = names.person(appearance)
    sort_name = one_line(person.sort_name if person and person.sort_name else "")
    family, _, given = (part.strip() for part in sort_name.partition(","))
    if family and given and "," not in given:
        return Contributor(one_line(appearance.name), family, given)
    return Contributor(one_line(appearance.name))
