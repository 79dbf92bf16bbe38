"""The JSON files under ``api/``: one record for each page of the site, at the same path."""

from __future__ import annotations

from msgspec.structs import replace

from totem_cli.archive.record import SCHEMA_VERSION, schema, to_json
from totem_cli.exporters.html.site import Site


def episode_record(site: Site, index: int) -> bytes:
    """Return the record of the episode at an index."""
    return to_json(site.read(index))


def person_record(site: Site, key: str) -> bytes:
    """Return the record of a person, by their key."""
    return to_json(site.outline.directory.appearing(key).person)


def organisation_record(site: Site, key: str) -> bytes:
    """Return the record of an organisation, by its key."""
    return to_json(site.outline.directory.involved(key).organisation)


def series_record(site: Site, slug: str) -> bytes:
    """Return the record of a series with those of its episodes."""
    return to_json(replace(site.series[slug], episodes=tuple(map(site.read, site.series_indexes[slug]))))


def archive_record(site: Site) -> bytes:
    """Return the record of the archive: its settings, its series and the address of every episode."""
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
    """Return the JSON Schema of the record."""
    return to_json(schema())
