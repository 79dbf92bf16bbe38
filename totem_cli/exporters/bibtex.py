"""Episodes as a BibTeX bibliography."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.citation import Citation, Contributor, citations
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.publishing.page import Page

VERSION = "bibtex 1"
"""Changed when the same publication would give other bytes."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # not \{: BibTeX counts escaped braces too
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
_SEPARATOR = re.compile(r"(?:^|\s)and(?:\s|$)|,|^others$", re.IGNORECASE)
"""What BibTeX would take for more than one name, for the parts of a name, or for "et al."."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``archive.bib``, in UTF-8. Raises InvalidError for any parameter."""
    check_parameters(options, "bibtex", {})

    def render() -> bytes:
        return "\n".join(map(bibtex, citations(publication))).encode()

    yield Page("archive.bib", selection_key(VERSION, publication, options), render)


def bibtex(citation: Citation) -> str:
    """The entry of one episode, with a final line feed.

    It is ``@inproceedings`` where the fields that this type requires are known (author, title, booktitle, year), else
    ``@misc`` (Oren Patashnik, "BibTeXing", 3.1).
    """
    date = citation.date_parts
    proceedings = bool(citation.authors and date)
    fields = {
        "author": _names(citation.authors),
        "title": f"{{{tex(citation.title)}}}",  # the inner braces keep BibTeX styles from changing capitals
        "booktitle" if proceedings else "howpublished": tex(citation.container),
        "editor": _names(citation.hosts) if proceedings else None,
        "number": None if citation.number is None else str(citation.number),
        "year": f"{date[0]:04d}" if date else None,
        "month": _MONTHS[date[1] - 1] if len(date) > 1 else None,
        "address": tex(citation.place or ""),
        "publisher" if proceedings else "note": tex(citation.archive),
        "language": citation.language,
        "abstract": tex(citation.summary or ""),
        "url": citation.url,
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value]
    return f"@{'inproceedings' if proceedings else 'misc'}{{{citation.key},\n{''.join(lines)}}}\n"


def tex(text: str) -> str:
    """The text with TeX's special characters escaped."""
    return text.translate(_ESCAPES)


def _names(people: Sequence[Contributor]) -> str:
    """A list of names ("BibTeXing", 4)."""
    return " and ".join(map(_name, people))


def _name(person: Contributor) -> str:
    """``Family, Given`` where both are known; a name that BibTeX would split is put in braces."""
    if person.family and person.given and not _SEPARATOR.search(f"{person.family} {person.given}"):
        return f"{tex(person.family)}, {tex(person.given)}"
    return f"{{{tex(person.name)}}}" if _SEPARATOR.search(person.name) else tex(person.name)
