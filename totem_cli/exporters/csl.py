"""Episodes as a bibliography in CSL-JSON, which Zotero, pandoc, citeproc read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.citation import Citation, Cited, citations, date_parts
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.publishing.page import Page

VERSION = "csl 1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``archive.csl.json``: a list of items. Raises InvalidError for a parameter: it takes none."""
    check_parameters(options, "csl", {})

    def render() -> bytes:
        return to_json([csl(cited) for cited in citations(publication)]) + b"\n"

    yield Page("archive.csl.json", selection_key(VERSION, publication, options), render)


def csl(cited: Citation) -> dict[str, Any]:
    """One episode as an item (CSL 1.0.2, appendices III and IV): a speech, or a broadcast where it was recorded."""
    date = {"date-parts": [date_parts(cited.date)]} if cited.date else None
    known = {
        "title": cited.title,
        "container-title": cited.container,
        "author": _names(cited.authors),
        "host": _names(cited.hosts),
        "issued": date,
        "event-date": date,
        "event-place": cited.place,
        "number": None if cited.number is None else str(cited.number),
        "publisher": cited.archive,
        "abstract": cited.summary,
        "language": cited.language,
        "URL": cited.url,
    }
    kind = "broadcast" if cited.recorded else "speech"
    return {"id": cited.key, "type": kind, **{key: value for key, value in known.items() if value}}


def _names(people: Sequence[Cited]) -> list[dict[str, str]]:
    return [
        {"family": person.family, "given": person.given} if person.family and person.given else {"literal": person.name}
        for person in people
    ]
