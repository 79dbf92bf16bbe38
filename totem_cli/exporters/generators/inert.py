r"""Markdown in which no Markdown parser finds HTML or a link that runs a script.

Each generator has a parser of its own: Hugo goldmark, Eleventy markdown-it, Jekyll kramdown, Astro remark, Zola
pulldown-cmark. They differ in what is code and in what is HTML, and most of them pass HTML on to the page. So this
module relies on no single parser. Outside code every ``<`` is written as an entity, which is text everywhere: a
backslash is not enough, because a bare address includes the backslash that follows it (``https://x/\\<b>``). A ``<``
stays only in code that all of them read as code, in the two forms that :func:`_fence` and :func:`_paragraph` describe.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote

from totem_cli.markup.addresses import SCHEMES
from totem_cli.markup.characters import allowed
from totem_cli.markup.file_links import page_of

_OWN_MEDIA = re.compile(r"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)(?:\.{0,2}/)*media/", re.MULTILINE)
_OWN_FILE = re.compile(r"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)([^\s<>()\"']+\.md(?:#[^\s<>()\"']*)?)", re.MULTILINE)
_BRACKETED = re.compile(r"((?:(?<!\\)\[[^\[\]\\\n]{0,999}|\))\](?:\(|:)[ \t]*)<([^<>\\\n]*)>(?=[\s)]|$)")
_AUTOLINK = re.compile(
    r"(?<!\\)<(?P<address>https?://[^\s<>`|\\\"{}^\[\]]+|(?P<mail>mailto:)?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)>",
    re.IGNORECASE,
)
# What a browser may take for a scheme that is not allowed: it drops tabs and line ends, before which a quotation has
# its mark; entities and backslashes may hide any letter.
_RUNNING_LINK = re.compile(
    rf"\]([(:])(?=[\s<>]*+(?!(?i:{'|'.join(sorted(SCHEMES))}):)"
    r"(?:[^\s/?#()\[\]\"'<>:&\\]|\t|\n[ \t>]*+)*+[:&\\])"
)
# "{" begins kramdown's attributes and extensions, and other parsers' attributes of headings; "$$" a formula.
_MARKUP = re.compile(r"(?<!\\)(\\*)(<|\{|\$(?=\$))")
_ENTITIES = {"<": "&lt;", "{": "&#123;", "$": "&#36;"}
_BLANK_LINES = re.compile(r"(\n(?:[ \t]*\n)+)")
_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_INFO = re.compile(r"[A-Za-z0-9_+#.-]{1,40}(?=\s|$)")
_SPAN = re.compile(r"(?<!`)(?P<ticks>`{1,2})(?!`)(?=\S)[^`\n]+(?<=\S)(?P=ticks)(?!`)")
_PLAIN_LINK = re.compile(r"!?\[[^\]\[`<>|\\]{0,999}\]\([^\s()<>\"'`\\|]*\)")
_NO_PLAIN_TEXT = re.compile(r"[`|\[\]$]")
_NO_PLAIN_WORD = re.compile(r"[:/.@\\]")


def inert(markdown: str, folder: str = "") -> str:
    """Return Markdown without raw HTML and without links that run scripts; media have addresses from the root.

    So have the pages of other files to which a text in a file of ``folder`` links.

    The text stays: HTML is shown as written, autolinks become explicit links. A block of code becomes a fence of tildes
    where its content needs one. In code that some parser may read as text, ``<`` is shown as ``&lt;``.
    """
    text = _OWN_MEDIA.sub(r"\1/media/", allowed(markdown))
    if ".md" in text:
        text = _OWN_FILE.sub(lambda found: found[1] + _address(found[2], folder), text)
    if _escaped(text) == text:
        return text
    from totem_cli.markup import cmark

    lines = text.split("\n")
    parts, position = [], 0
    for block in cmark.code_blocks(text):
        written = "\n".join(lines[block.first - 1 : block.last])
        if _escaped(written) != written and not _FENCE.search(block.text):
            parts += [_outside(lines[position : block.first - 1]), _fence(block.text, block.info)]
            position = block.last
    return "\n\n".join(part for part in (*parts, _outside(lines[position:])) if part)


def _address(address: str, folder: str) -> str:
    page = page_of(address, folder)
    return f"/{page}" if page else address


def _fence(code: str, info: str) -> str:
    """A block of code that every parser reads as one between blank lines.

    Its fence is of tildes, the only kind that kramdown has without extensions, and longer than any run of tildes in the
    code. A word follows the tildes, so that they cannot close a fence that another parser considers open.
    """
    tildes = "~" * max(3, 1 + max(map(len, re.findall("~+", code)), default=0))
    word = _INFO.match(info)
    return f"{tildes}{word[0] if word else 'text'}\n{code.removesuffix(chr(10))}\n{tildes}"


def _outside(lines: list[str]) -> str:
    """Lines that are not a block of code for every parser; without blank lines around."""
    filled = [number for number, line in enumerate(lines) if line.strip(" \t")]
    text = "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""
    return "".join(map(_paragraph, _BLANK_LINES.split(text)))


def _paragraph(text: str) -> str:
    """A text without blank lines; its code spans stay unchanged if every parser reads all of them as such.

    That is so if each span begins and ends in one line, has as many backticks, one or two, as the others of that line,
    and if no link, bare address, formula or table cell can contain one of the backticks.
    """
    written = []
    for line in text.split("\n"):
        spans = [*_SPAN.finditer(line)]
        ends = [0, *(end for span in spans for end in span.span()), len(line)]
        pieces = [line[start:end] for start, end in pairwise(ends)]
        plain = [_PLAIN_LINK.sub("", piece) for piece in pieces[::2]]
        last_words = [piece.replace("\t", " ").rpartition(" ")[2] for piece in plain[:-1]]
        if (
            len({span["ticks"] for span in spans}) > 1
            or "|" in line
            or any(map(_NO_PLAIN_TEXT.search, plain))
            or any(map(_NO_PLAIN_WORD.search, last_words))
        ):
            return _escaped(text)
        written.append("".join(piece if number % 2 else _escaped(piece) for number, piece in enumerate(pieces)))
    return "\n".join(written)


def _escaped(text: str) -> str:
    """The text without anything that could be HTML, run a script, or set an attribute."""
    text = _BRACKETED.sub(lambda found: found[1] + quote(found[2], safe=":/?#@!$&*+,;=%~"), text)
    text = _AUTOLINK.sub(_explicit, text)
    text = _RUNNING_LINK.sub(lambda found: f"]&#{ord(found[1])};", text)
    return _MARKUP.sub(lambda found: found[1][len(found[1]) % 2 :] + _ENTITIES[found[2]], text)


def _explicit(autolink: re.Match[str]) -> str:
    address = autolink["address"]
    target = address if autolink["mail"] or "://" in address else f"mailto:{address}"
    words = re.sub(r"[*_~&]", lambda sign: f"&#{ord(sign[0])};", address)
    return f"[{words}]({quote(target, safe=':/?#@!$&*+,;=%~')})"
