"""Episodes as an e-book (EPUB 3): one chapter an episode, with its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.exporters import Options, one_file
from totem_cli.exporters.dates import warn_undated
from totem_cli.exporters.selection import check_parameters, comments_key, media_digests, selection_key
from totem_cli.publishing.page import Page

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

VERSION = "epub 1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``archive.epub``. Raises InvalidError for any parameter.

    The archive's pictures are included, other media are linked. A picture in a format that reading systems need not
    support (SVG, AVIF) is replaced by its text, with a warning.
    """
    check_parameters(options, "epub", {})
    if publication.episodes and not any(one.updated or one.published or one.date for one in publication.episodes):
        warn_undated(options, publication.episodes)

    def render() -> bytes:
        from totem_cli.exporters.book import Book
        from totem_cli.exporters.epub.container import container

        book = Book(publication)
        content = container(book)
        book.warn(options, "an EPUB")
        return content

    depends = (*media_digests(publication), comments_key(publication))
    yield Page("archive.epub", selection_key(VERSION, publication, options, *depends), render)
