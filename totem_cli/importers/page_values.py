"""The words of elements of a page, and those of the cells of its tables and lists of terms."""

from __future__ import annotations

import re

from totem_cli.importers.html_tree import Element
from totem_cli.importers.page_editors import FOOTNOTE

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_PRESENTATION = re.compile(r"(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=[;:!?»%€])")


def plain(text: str) -> str:
    """Text without what is presentation: no-break spaces beside French punctuation, characters that nobody sees."""
    return _PRESENTATION.sub(" ", text.translate(_UNSEEN))


def words(element: Element) -> str:
    """The text of an element in one line, without the marks of footnotes."""
    return plain(FOOTNOTE.sub("", element.line))


def rows_of(element: Element) -> tuple[tuple[str, ...], ...]:
    """The words of the cells of a table, by rows; the paragraphs of a cell are parted by line ends."""
    return tuple(tuple(_cell(cell) for cell in row.elements) for row in element.walk("tr"))


def terms_of(element: Element) -> tuple[tuple[str, ...], ...]:
    """The terms of a list, each with what it says of them."""
    rows: list[list[str]] = []
    for one in element.walk("dt", "dd"):
        if one.line and one.tag == "dt":
            rows.append([words(one)])
        elif one.line and rows:
            label, sign, value = words(one).partition(":")
            if "article-info" in element.class_words and sign:  # Joomla labels each of its values
                rows.append([label.strip(), value.strip()])
            else:
                rows[-1].append(words(one))
    return tuple(map(tuple, rows))


def _cell(cell: Element) -> str:
    """The words of a cell; the values that Notion shows side by side in it are parted by commas."""
    paragraphs = [text for one in cell.elements if one.tag in ("p", "div") and (text := words(one))]
    items = [text for one in cell.walk("li") if (text := words(one))]
    if len(items) > 1:
        return "\n".join(items)
    if len(paragraphs) > 1 and len(paragraphs) == len(cell.elements):
        return "\n".join(paragraphs)
    chosen = [words(one) for one in cell.walk("span") if one.class_words & {"selected-value", "user"}]
    return ", ".join(chosen) if len(chosen) > 1 else words(cell)
