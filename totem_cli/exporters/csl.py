"""Episodes as a bibliography in CSL-JSON, for Zotero, pandoc and citeproc."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.citation import Citation, Contributor, citations
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.publishing.page import Page

VERSION = "csl 1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``archive.csl.json``: a list of items. Raises InvalidError for any parameter."""
    check_parameters(options, "csl", {})

    def render() -> bytes:
        return to_json([csl(citation) for citation in citations(publication)]) + b"\n"

    yield Page("archive.csl.json", selection_key(VERSION, publication, options), render)


def csl(citation: Citation) -> dict[str, Any]:
    """One episode as an item (CSL 1.0.2, appendices III and IV): a broadcast where it was recorded, else a speech."""
    date = {"date-parts": [citation.date_parts]} if citation.date else None
    item = {
        "id": citation.key,
        "type": "broadcast" if citation.recorded else "speech",
        "title": citation.title,
        "container-title": citation.container,
        "author": _names(citation.authors),
        "host": _names(citation.hosts),
        "issued": date,
        "event-date": date,
        "event-place": citation.place,
        "number": None if citation.number is None else str(citation.number),
        "publisher": citation.archive,
        "abstract": citation.summary,
        "language": citation.language,
        "URL": citation.url,
    }
    return {key: value for key, value in item.items() if value}


def _names(people: Sequence[Contributor]) -> list[dict[str, str]]:
    return [
        {"family": person.family, "given": person.given} if person.family and person.given else {"literal": person.name}
        for person in people
    ]
