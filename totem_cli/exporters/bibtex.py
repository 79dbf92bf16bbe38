"""Episodes as a bibliography in BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.citation import Citation, Cited, citations, date_parts
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.publishing.page import Page

VERSION = "bibtex 1"
"""Changed when the same publication would give other bytes."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIALS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        **{mark: f"\\{mark}" for mark in "$&#_%"},
    }
)
"""What TeX would obey; a brace as a command, since BibTeX counts every brace there is."""

_JOINS_NAMES = re.compile(r"(?:^|\s)and(?:\s|$)|,|^others$", re.IGNORECASE)


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``archive.bib``, in UTF-8. Raises InvalidError for a parameter: it takes none."""
    check_parameters(options, "bibtex", {})

    def render() -> bytes:
        return "\n".join(map(bibtex, citations(publication))).encode()

    yield Page("archive.bib", selection_key(VERSION, publication, options), render)


def bibtex(cited: Citation) -> str:
    """The entry of one episode, with its last line feed.

    ``@inproceedings`` where it has all that one must (authors, title, series, year), else ``@misc`` ("BibTeXing",
    Oren Patashnik, 3.1).
    """
    parts = date_parts(cited.date) if cited.date else []
    kind = "inproceedings" if cited.authors and parts else "misc"
    fields = {
        "author": _names(cited.authors),
        "title": f"{{{tex(cited.title)}}}",  # braces within: a style may not change its capitals
        "booktitle" if kind == "inproceedings" else "howpublished": tex(cited.container),
        "editor": _names(cited.hosts) if kind == "inproceedings" else None,
        "number": None if cited.number is None else str(cited.number),
        "year": f"{parts[0]:04d}" if parts else None,
        "month": _MONTHS[parts[1] - 1] if len(parts) > 1 else None,
        "address": tex(cited.place) if cited.place else None,
        "publisher" if kind == "inproceedings" else "note": tex(cited.archive),
        "language": cited.language,
        "abstract": tex(cited.summary) if cited.summary else None,
        "url": cited.url,
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{cited.key},\n{''.join(lines)}}}\n"


def tex(words: str) -> str:
    """Words as TeX prints them."""
    return words.translate(_SPECIALS)


def _names(people: Sequence[Cited]) -> str | None:
    """People as BibTeX parts them ("BibTeXing", 4); a name that it would part wrongly in braces, as a whole."""
    return " and ".join(map(_name, people)) or None


def _name(person: Cited) -> str:
    if person.family and person.given and not _JOINS_NAMES.search(f"{person.family} {person.given}"):
        return f"{tex(person.family)}, {tex(person.given)}"
    return f"{{{tex(person.name)}}}" if _JOINS_NAMES.search(person.name) else tex(person.name)
