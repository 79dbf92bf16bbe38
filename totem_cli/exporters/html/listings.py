"""The home page, and the pages that list people, organisations, tags and questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from markupsafe import Markup

from totem_cli.archive.record import AppearanceRecord
from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import named, prose
from totem_cli.exporters.html.episode_view import opening
from totem_cli.exporters.html.index_groups import index_groups
from totem_cli.exporters.html.links import orcid_page, root_of
from totem_cli.exporters.html.list_item_view import list_item_view, list_items
from totem_cli.exporters.html.roles import role_of
from totem_cli.exporters.html.series_card import SeriesCard
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.html.structure import questions_path
from totem_cli.language.sentence import shortened
from totem_cli.model.media_names import local_path

if TYPE_CHECKING:
    from totem_cli.exporters.html.plan import IndexRow, Span

T = TypeVar("T")


def home_page(site: Site, newest: Sequence[int], spans: Mapping[str, Span]) -> bytes:
    """Return the home page; ``newest`` are the indexes of the episodes that it lists.

    Where there are many series it lists them by year, the newest first, by the ``spans`` of their dates.
    """
    series = [(record, len(site.series_indexes[slug])) for slug, record in site.series.items()]
    series.sort(key=lambda one: not one[1])  # series without episodes come last
    view = site.view(
        "index.html",
        site.settings.title,
        description=site.settings.subtitle or "",
        jsonld=jsonld.script(jsonld.website(site.archive, site.absolute)),
        search=bool(spans) and site.settings.html.search,
    )
    cards = [
        SeriesCard(
            record,
            site.language_of(record),
            site.credits.people(record.hosts, site.language, ""),
            count=count,
            opening=opening(record.introduction_html),
            dates=view.labels.span(*spans[record.slug]) if record.slug in spans else Markup(),
        )
        for record, count in series
    ]
    listed = list_items(site, newest, view.labels, "")
    return site.html("home.html", view, shelves=cards, newest=listed, years=_by_year(cards, spans))


def _by_year(cards: Sequence[SeriesCard], spans: Mapping[str, Span]) -> Sequence[tuple[str, Sequence[SeriesCard]]]:
    """The series by the year of their newest episode, the newest first; none where they have no spans."""
    if not spans:
        return ()
    places = {slug: place for place, slug in enumerate(spans)}  # the newest first
    ordered = sorted(cards, key=lambda card: places.get(card.series.slug, len(places)))
    dated = groupby(ordered, key=lambda card: spans[card.series.slug].last[:4] if card.series.slug in spans else "")
    return [(year, list(group)) for year, group in dated]


def _appearance_note(site: Site, appearance: AppearanceRecord) -> str:
    """Host or guest, with the role and organisations of that episode."""
    kind = site.labels(site.language).text(appearance.kind)
    role = role_of(appearance)
    return f"{kind}, {role}" if role else kind


def _in_time(site: Site, found: Iterable[tuple[int, T]]) -> list[tuple[int, T]]:
    """Indexes of episodes, each with what is said of it there, in the order of time; the undated last."""
    ranks = site.outline.ranks
    return sorted(found, key=lambda one: (site.list_items[one[0]].moment is None, -ranks[one[0]]))


def person_page(site: Site, key: str) -> bytes:
    """Return the page of a person, by their key; appearances are in the order of time, the undated last."""
    indexes, person = site.outline.directory.appearing(key)
    appearances = _in_time(site, zip(indexes, person.appearances, strict=True))
    image = site.pictures[local_path(person.image, site.publication.media) or ""] if person.image else None
    path, orcid = f"{person.address}index.html", orcid_page(person.orcid)
    view = site.view(
        path,
        person.name,
        kind="profile",
        description=opening(person.biography_html),
        jsonld=jsonld.script(jsonld.person(person, site.absolute)),
        feeds=site.feeds(person.address, person.name) if site.settings.feeds.people else (),
        image=f"media/{image.name}" if image else None,
    )
    return site.html(
        "person.html",
        view,
        person=person,
        roles=[*dict.fromkeys(filter(None, (role_of(one) for _, one in appearances)))],
        biography=prose(site, person.biography_html, site.language, root_of(path)),
        links=[*map(named, person.links), *([(f"ORCID {person.orcid}", orcid)] if orcid else [])],
        appearances=[
            list_item_view(site, site.list_items[index], view.labels, view.root, _appearance_note(site, appearance))
            for index, appearance in appearances
        ],
        image=image,
    )


def organisation_page(site: Site, key: str) -> bytes:
    """Return the page of an organisation, by its key; episodes are in the order of time, the undated last."""
    indexes, organisation = site.outline.directory.involved(key)
    view = site.view(f"{organisation.address}index.html", organisation.name)
    members: list[list[str]] = [[] for _ in indexes]
    for position, name, role in site.outline.directory.members[key]:
        members[position].append(f"{name} ({role})" if role else name)
    found = [
        list_item_view(site, site.list_items[index], view.labels, view.root, shortened(names, view.labels.language))
        for index, names in _in_time(site, zip(indexes, members, strict=True))
    ]
    return site.html("organisation.html", view, organisation=organisation, found=found)


def tag_page(site: Site, key: str) -> bytes:
    """Return the page of a tag, by its key; episodes are in the order of time, the undated last."""
    name, address, indexes = site.tags[key]
    feeds = site.feeds(address, name) if site.settings.feeds.tags else ()
    view = site.view(f"{address}index.html", name, feeds=feeds)
    ordered = [index for index, _ in _in_time(site, ((index, None) for index in indexes))]
    entries = list_items(site, ordered, view.labels, view.root)
    return site.html("tag.html", view, tag=name, entries=entries)


def index_page(site: Site, section: str, rows: Sequence[IndexRow]) -> bytes:
    """Return an alphabetical list."""
    by_family = section == "people" and site.settings.html.people_order == "family"
    groups = index_groups(rows, site.language, by_family=by_family)
    view = site.view(f"{section}/index.html", site.labels(site.language).text(section))
    return site.html("index.html", view, section=section, groups=groups, count=len(rows))


def questions_page(site: Site, number: int, count: int, indexes: Sequence[int]) -> bytes:
    """Return page ``number`` of ``count`` pages of questions: those of the episodes at these indexes."""
    view = site.view(questions_path(number), site.labels(site.language).text("questions"))
    listed = [(site.list_items[index], site.publication.episodes[index].questions) for index in indexes]
    groups = [(slug, list(group)) for slug, group in groupby(listed, key=lambda item: item[0].series)]
    return site.html(
        "questions.html",
        view,
        groups=groups,
        series=site.series,
        number=number + 1,
        addresses=[questions_path(page).removesuffix("index.html") for page in range(count)],
    )
