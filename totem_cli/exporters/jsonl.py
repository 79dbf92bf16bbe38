"""Episodes as JSON Lines: one record a line, for tools that read a stream."""

from __future__ import annotations

from collections.abc import Iterator

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.publishing.page import Page

VERSION = "jsonl 1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``episodes.jsonl``: each episode's record as JSON in UTF-8, ended by a line feed (jsonlines.org).

    A line holds what ``list --json`` holds of an episode. Raises InvalidError for a parameter: it takes none.
    """
    check_parameters(options, "jsonl", {})

    def render() -> bytes:
        return b"".join(to_json(publication.read(one), indent=0) + b"\n" for one in publication.episodes)

    yield Page("episodes.jsonl", selection_key(VERSION, publication, options), render)
