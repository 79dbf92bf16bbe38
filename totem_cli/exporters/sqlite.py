"""The public record as an SQLite database, with full-text search: for queries, and for Datasette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.exporters import Options, one_file
from totem_cli.exporters.selection import check_parameters, comments_key, selection_key
from totem_cli.publishing.page import Page
from totem_cli.publishing.plugins import needed

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

VERSION = "sqlite 1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``archive.db``.

    Raises PluginError where sqlite-utils is not installed, InvalidError for a parameter: it takes none.
    """
    check_parameters(options, "sqlite", {})
    needed("sqlite_utils", extra="sqlite", what="the export format 'sqlite'")

    def render() -> bytes:
        from totem_cli.exporters.database import database

        return database(publication)

    yield Page("archive.db", selection_key(VERSION, publication, options, comments_key(publication)), render)
