"""The whole public record as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import SCHEMA_VERSION, archive_record, to_json
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.selection import check_parameters
from totem_cli.publishing.page import Page, key_of

VERSION = "1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``archive.json``: :meth:`Publication.record` as JSON (RFC 8259). It takes no parameters."""
    check_parameters(options, "json", {})
    comments = tuple(publication.all_comments)
    values = (archive_record(publication.settings), publication.series, publication.persons, comments)
    digests = (row.full for row in publication.rows)
    key = key_of(f"json {VERSION} {SCHEMA_VERSION}", msgspec.msgpack.encode(values), *digests)
    yield Page("archive.json", key, lambda: to_json(publication.record()) + b"\n")
