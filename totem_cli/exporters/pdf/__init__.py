"""Episodes as a book to print (PDF): a title page, contents, one chapter an episode, with its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.exporters import Options, one_file
from totem_cli.exporters.html.pictures import pillow_version
from totem_cli.exporters.selection import check_parameters, choice, comments_key, media_digests, selection_key
from totem_cli.publishing.page import Page
from totem_cli.publishing.plugins import needed

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

VERSION = "pdf 2"
"""Changed when the same publication would give other bytes."""

PAPERS = ("a4", "a5", "us-letter")


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``archive.pdf``, on the paper that the parameter ``paper`` names, one of :data:`PAPERS`.

    The archive's pictures are included, other media are linked. A picture that Typst cannot decode is replaced by its
    text, with a warning, and so are those beyond the limit of all pixels. Raises PluginError where Typst is not
    installed, InvalidError for a wrong parameter.
    """
    check_parameters(options, "pdf", {"paper": ", ".join(PAPERS)})
    paper = choice(options, "paper", *PAPERS)
    needed("typst", extra="pdf", what="the export format 'pdf'")

    def render() -> bytes:
        from totem_cli.exporters.book import Book
        from totem_cli.exporters.pdf.typesetting import MOST_PIXELS_TOGETHER, typeset

        book = Book(publication)
        done = typeset(book, paper)
        book.warn(options, "the PDF", done.broken)
        if done.beyond:
            most = f"the pictures of a PDF may have {MOST_PIXELS_TOGETHER // 1_000_000} million pixels together"
            options.warn(f"{most}, and of these it holds only the text: {', '.join(sorted(done.beyond))}")
        return done.content

    depends = (*media_digests(publication), comments_key(publication), pillow_version())
    yield Page("archive.pdf", selection_key(VERSION, publication, options, *depends), render)
