"""The pages to find things by: home, people, organisations, tags, questions."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from totem_cli.archive.record import AppearanceRecord, OrganisationRecord, PersonRecord, SeriesRecord
from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import named, prose
from totem_cli.exporters.html.episode_view import opening
from totem_cli.exporters.html.links import orcid_page, root_of
from totem_cli.exporters.html.list_item import ListItem, list_item_view, list_items
from totem_cli.exporters.html.media import local_path
from totem_cli.exporters.html.series_card import SeriesCard
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.publishing.page import Page

NEWEST = 10
"""Episodes that the home page names as the newest."""

Row = tuple[str, str, str, str, int]
"""A line of an alphabetical list: address, name, what it sorts by, a note, the number of episodes."""


def pages(site: Site) -> Iterator[Page]:
    """Home, then each kind of list with its index."""
    yield from _home_page(site)
    yield from _people_pages(site)
    yield from _organisation_pages(site)
    yield from _tag_pages(site)
    yield from _question_pages(site)


def _home_page(site: Site) -> Iterator[Page]:
    places = site.publication.newest_places[:NEWEST]
    if not site.names(places):
        return
    newest = [site.entries[place] for place in places]
    series = [(record, len(site.of_series[slug])) for slug, record in site.series.items()]
    series.sort(key=lambda one: not one[1])  # what has nothing to read comes last
    links = [site.credits.addresses(record) for record, _ in series]
    yield site.page("index.html", partial(_home, site, series, newest), encoded(series, newest, links))


def _home(site: Site, series: Sequence[tuple[SeriesRecord, int]], newest: Sequence[ListItem]) -> bytes:
    shelves = [
        SeriesCard(
            record,
            site.language_of(record),
            site.credits.people(record.hosts, site.language, ""),
            count=count,
            opening=opening(record.introduction_html),
        )
        for record, count in series
    ]
    view = site.view(
        "index.html",
        site.settings.title,
        description=site.settings.subtitle or "",
        jsonld=jsonld.script(jsonld.website(site.archive, site.absolute)),
    )
    shown = [list_item_view(site, item, view.labels, "") for item in newest]
    return site.html("home.html", view, shelves=shelves, newest=shown)


def _people_pages(site: Site) -> Iterator[Page]:
    yield from _index_page(site, "people", _people_rows)
    for at, (places, person) in enumerate(site.people):
        if not site.names(places):
            continue
        image = site.pictures[local_path(person.image, site.publication.media) or ""] if person.image else None
        yield site.page(
            f"{person.address}index.html",
            partial(_person, site, at),
            encoded(person, repr(image), site.pictures.key(person.biography), _series_titles(site, places)),
            site.lead(places),
        )


def _people_rows(site: Site) -> Iterator[Row]:
    for _, person in site.people:
        yield person.address, person.name, person.sort_name or person.name, *_latest(person)


def _latest(person: PersonRecord) -> tuple[str, int]:
    """What a person did when last seen, and in how many episodes."""
    episodes = {appearance.episode for appearance in person.appearances}
    return _role(person.appearances[-1]), len(episodes)


def _role(appearance: AppearanceRecord) -> str:
    return ", ".join((*([appearance.role] if appearance.role else []), *appearance.organisations))


def _as_then(site: Site, appearance: AppearanceRecord) -> str:
    """Host or guest, the role and organisations of that episode."""
    kind = site.labels(site.language).text(appearance.kind)
    role = _role(appearance)
    return f"{kind}, {role}" if role else kind


def _person(site: Site, at: int) -> bytes:
    places, person = site.people[at]
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
        biography=prose(site, person.biography_html, site.language, root_of(path)),
        links=[*map(named, person.links), *([(f"ORCID {person.orcid}", orcid)] if orcid else [])],
        appearances=[
            list_item_view(site, site.entries[place], view.labels, view.root, _as_then(site, appearance))
            for place, appearance in zip(places, person.appearances, strict=True)
        ],
        image=image,
    )


def _organisation_pages(site: Site) -> Iterator[Page]:
    yield from _index_page(site, "organisations", _organisation_rows)
    for at, (places, organisation) in enumerate(site.organisations):
        if not site.names(places):
            continue
        found = [(place, _members(site, organisation, place)) for place in places]
        yield site.page(
            f"{organisation.address}index.html",
            partial(_organisation, site, at),
            encoded(organisation, found, _series_titles(site, places)),
            site.lead(places),
        )


def _organisation_rows(site: Site) -> Iterator[Row]:
    for _, one in site.organisations:
        yield one.address, one.name, one.name, "", len(one.episodes)


def _members(site: Site, organisation: OrganisationRecord, place: int) -> list[tuple[str, str | None]]:
    """Name and role of those who appear in an episode for an organisation."""
    episode, key = site.publication.episodes[place], site.fold(organisation.name)
    return [
        (person.name, person.role)
        for person in (*episode.hosts, *episode.guests)
        for name in person.organisations
        if site.fold(name) == key
    ]


def _organisation(site: Site, at: int) -> bytes:
    places, organisation = site.organisations[at]
    view = site.view(f"{organisation.address}index.html", organisation.name)
    found = []
    for place in places:
        names = ", ".join(f"{name} ({role})" if role else name for name, role in _members(site, organisation, place))
        found.append(list_item_view(site, site.entries[place], view.labels, view.root, names))
    return site.html("organisation.html", view, organisation=organisation, found=found)


def _tag_pages(site: Site) -> Iterator[Page]:
    yield from _index_page(site, "tags", _tag_rows)
    for key, (name, address, places) in site.tags.items():
        if not site.names(places):
            continue
        yield site.page(
            f"{address}index.html",
            partial(_tag, site, key),
            encoded(name, _series_titles(site, places)),
            site.lead(places),
        )


def _tag_rows(site: Site) -> Iterator[Row]:
    for name, address, places in site.tags.values():
        yield address, name, name, "", len(places)


def _tag(site: Site, key: str) -> bytes:
    name, address, places = site.tags[key]
    feeds = site.feeds(address, name) if site.settings.feeds.tags else ()
    view = site.view(f"{address}index.html", name, feeds=feeds)
    entries = list_items(site, places, view.labels, view.root)
    return site.html("tag.html", view, tag=name, entries=entries)


def _index_page(site: Site, section: str, rows: Callable[[Site], Iterable[Row]]) -> Iterator[Page]:
    """An alphabetical list, which names no episode."""
    if site.changes is None:
        yield site.page(f"{section}/index.html", partial(_index, site, section, rows), encoded([*rows(site)]))


def _index(site: Site, section: str, rows: Callable[[Site], Iterable[Row]]) -> bytes:
    named = [*rows(site)]
    groups = [(letter, list(group)) for letter, group in groupby(named, key=lambda row: _letter(site.fold(row[2])))]
    view = site.view(f"{section}/index.html", site.labels(site.language).text(section))
    return site.html("index.html", view, section=section, groups=groups, count=len(named))


def _letter(folded: str) -> str:
    """What a name is filed under: its first letter in an alphabet; digits, signs and other scripts each together."""
    first = folded[:1].upper()
    if first.isdigit():
        return "0–9"
    return "#" if not first.isalpha() else first if first < "\u1100" else "…"


def _question_pages(site: Site) -> Iterator[Page]:
    where = site.outline.where if site.changes else None
    asked = array("L", where.asked if where else _asked(site))
    size = site.settings.html.page_size
    parts = [asked[start : start + size] for start in range(0, len(asked), size)] or [asked]
    for number, places in enumerate(parts):
        if not site.names(places):
            continue
        questions = [site.publication.episodes[place].questions for place in places]
        yield site.page(
            _questions_path(number),
            partial(_questions, site, number, len(parts), places),
            encoded(number, len(parts), questions, _series_titles(site, places)),
            site.lead(places),
        )


def _asked(site: Site) -> Iterator[int]:
    return (place for place, episode in enumerate(site.publication.episodes) if episode.questions)


def _questions(site: Site, number: int, count: int, places: Sequence[int]) -> bytes:
    view = site.view(_questions_path(number), site.labels(site.language).text("questions"))
    asked = [(site.entries[place], site.publication.episodes[place].questions) for place in places]
    groups = [(slug, list(group)) for slug, group in groupby(asked, key=lambda item: item[0].series)]
    return site.html(
        "questions.html",
        view,
        groups=groups,
        series=site.series,
        number=number + 1,
        addresses=[_questions_path(place).removesuffix("index.html") for place in range(count)],
    )


def _questions_path(number: int) -> str:
    return f"questions/page/{number + 1}/index.html" if number else "questions/index.html"


def _series_titles(site: Site, places: Sequence[int]) -> tuple[bool, list[tuple[str, str | None]]]:
    """What lists of the episodes at these places say of their series, if anything, for their key."""
    shelf_of = site.shelf_of
    series = [site.series[slug] for slug in dict.fromkeys([shelf_of[place] for place in places])]
    return len(site.series) > 1, [(record.title, record.language) for record in series]
