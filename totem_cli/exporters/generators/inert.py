r"""Markdown in which no parser of Markdown finds HTML, nor a link that runs.

Each generator has a parser of its own: Hugo goldmark, Eleventy markdown-it, Jekyll kramdown, Astro remark, Zola
pulldown-cmark. They differ in what is code and in what is HTML, and most of them pass HTML on to the page. So nothing
here relies on what one of them reads. Outside code every ``<`` is an entity, which is text wherever it stands: a
backslash is not enough, because a bare address takes in the backslash that follows it (``https://x/\\<b>``). A ``<``
stays only in code that all of them read as code, in the two forms that :func:`_fence` and :func:`_paragraph` describe.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote

from totem_cli.markup.addresses import SCHEMES
from totem_cli.markup.characters import allowed

_OWN_MEDIA = re.compile(r"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)(?:\.{0,2}/)*media/", re.MULTILINE)
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


def inert(markdown: str) -> str:
    """A text in Markdown without raw HTML and without links that run; its pictures and files count from the root.

    The words stay: HTML is shown as it is written, autolinks become explicit links. A block of code becomes a fence of
    tildes where its content needs one. In code that some parser may read as text, ``<`` shows as ``&lt;``.
    """
    text = _OWN_MEDIA.sub(r"\1/media/", allowed(markdown))
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


def _fence(code: str, info: str) -> str:
    """A block of code that every parser reads as one, where it stands between blank lines.

    It is of tildes, because kramdown by itself knows no other fence, and of more tildes than the code has. A word
    follows them, so that they cannot close a fence that another parser holds open.
    """
    tildes = "~" * max(3, 1 + max(map(len, re.findall("~+", code)), default=0))
    word = _INFO.match(info)
    return f"{tildes}{word[0] if word else 'text'}\n{code.removesuffix(chr(10))}\n{tildes}"


def _outside(lines: list[str]) -> str:
    """Some lines that are not, or not for every parser, a block of code; without blank lines around."""
    filled = [number for number, line in enumerate(lines) if line.strip(" \t")]
    text = "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""
    return "".join(map(_paragraph, _BLANK_LINES.split(text)))


def _paragraph(text: str) -> str:
    """A text without blank lines; spans of code stay as they are if every parser reads all of them as such.

    All do if each span begins and ends in one line, has the same number of backticks, one or two, as the others of
    that line, and if no link, bare address, formula or cell of a table may hold one of the backticks.
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
    """The text with nothing in it that could be HTML, run, or set an attribute."""
    text = _BRACKETED.sub(lambda found: found[1] + quote(found[2], safe=":/?#@!$&*+,;=%~"), text)
    text = _AUTOLINK.sub(_explicit, text)
    text = _RUNNING_LINK.sub(lambda found: f"]&#{ord(found[1])};", text)
    return _MARKUP.sub(lambda found: found[1][len(found[1]) % 2 :] + _ENTITIES[found[2]], text)


def _explicit(autolink: re.Match[str]) -> str:
    address = autolink["address"]
    target = address if autolink["mail"] or "://" in address else f"mailto:{address}"
    words = re.sub(r"[*_~&]", lambda sign: f"&#{ord(sign[0])};", address)
    return f"[{words}]({quote(target, safe=':/?#@!$&*+,;=%~')})"
