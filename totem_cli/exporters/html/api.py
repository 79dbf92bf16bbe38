"""The public record in pieces, as JSON under ``api/``, each where its page is on the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from totem_cli.archive.record import SCHEMA_VERSION, schema, series_record, to_json
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.publishing.page import Page


def pages(site: Site) -> Iterator[Page]:
    """One file for the archive, for each series, episode, person, organisation; none unless ``[html] api`` asks."""
    if not site.settings.html.api:
        return
    publication = site.publication
    yield from _episode_pages(site)
    everything = range(len(site.entries))
    if site.names(everything):
        render, lead = partial(_archive_record, site), site.lead(everything)
        yield site.page("api/index.json", render, encoded(publication.series), lead)
    if site.changes:
        return
    for at, (_, person) in enumerate(site.people):
        yield site.page(f"api/{person.address}index.json", partial(_person, site, at), encoded(person))
    for at, (_, organisation) in enumerate(site.organisations):
        path = f"api/{organisation.address}index.json"
        yield site.page(path, partial(_organisation, site, at), encoded(organisation))
    yield site.page("api/schema.json", partial(to_json, schema()), encoded(SCHEMA_VERSION))


def _episode_pages(site: Site) -> Iterator[Page]:
    """The files that hold whole episodes: one for each, one for each series."""
    for at, series in enumerate(site.publication.series):
        places = site.of_series[series.slug]
        if not site.shows(places):
            continue
        for place in places:
            if site.shows([place]):
                path = f"api/{site.entries[place].address}index.json"
                yield site.page(path, partial(_record, site, place), site.digests[place])
        yield site.page(
            f"api/{series.slug}/index.json",
            partial(_series_record, site, at, places),
            encoded(series),
            *(site.digests[place] for place in places),
        )


def _record(site: Site, place: int) -> bytes:
    return to_json(site.read(place))


def _person(site: Site, at: int) -> bytes:
    return to_json(site.people[at].person)


def _organisation(site: Site, at: int) -> bytes:
    return to_json(site.organisations[at].organisation)


def _series_record(site: Site, index: int, places: Sequence[int]) -> bytes:
    return to_json(series_record(site.publication.series[index], tuple(site.read(place) for place in places)))


def _archive_record(site: Site) -> bytes:
    """The head of the record: the archive, its series, the address of every episode."""
    return to_json(
        {
            "schema_version": SCHEMA_VERSION,
            "schema": "schema.json",
            "archive": site.archive,
            "series": list(site.series.values()),
            "episodes": [entry.address for entry in site.entries],
        }
    )
