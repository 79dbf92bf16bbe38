"""The public record in pieces, as JSON under ``api/``, each where its page is on the site."""

from __future__ import annotations

from msgspec.structs import replace

from totem_cli.archive.record import SCHEMA_VERSION, schema, to_json
from totem_cli.exporters.html.site import Site


def episode_record(site: Site, place: int) -> bytes:
    """The record of the episode at a place."""
    return to_json(site.read(place))


def person_record(site: Site, key: str) -> bytes:
    """The record of a person, by their key."""
    return to_json(site.outline.directory.appearing(key).person)


def organisation_record(site: Site, key: str) -> bytes:
    """The record of an organisation, by its key."""
    return to_json(site.outline.directory.involved(key).organisation)


def series_record(site: Site, slug: str) -> bytes:
    """The record of a series with its episodes."""
    return to_json(replace(site.series[slug], episodes=tuple(map(site.read, site.of_series[slug]))))


def archive_record(site: Site) -> bytes:
    """The head of the record: the archive, its series, the address of every episode."""
    return to_json(
        {
            "schema_version": SCHEMA_VERSION,
            "schema": "schema.json",
            "archive": site.archive,
            "series": list(site.series.values()),
            "episodes": [row.address for row in site.structure.rows],
        }
    )


def record_schema() -> bytes:
    """The record as JSON Schema."""
    return to_json(schema())
