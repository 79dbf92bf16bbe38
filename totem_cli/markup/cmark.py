"""The C renderer of Markdown, called so that it frees what it allocates.

The wheel of cmarkgfm holds GitHub's cmark whole, but its Python functions never free the tree nor the string they
made: some 20 times the size of each text, for ever. The same library is called here through :mod:`ctypes`, which
can. ``PyDLL`` keeps the interpreter's lock during a call, because cmark-gfm changes one global table while it parses.
"""

from __future__ import annotations

import ctypes
import re
from ctypes import c_char_p, c_int, c_size_t, c_uint16, c_void_p
from typing import ClassVar

from cmarkgfm import _cmark
from cmarkgfm.cmark import Options
from msgspec import Struct

_EXTENSIONS = (b"table", b"strikethrough", b"autolink")
_OPTIONS = Options.CMARK_OPT_FOOTNOTES
_PLAIN = 1 << 14  # CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE: one tilde is a tilde
_FOOTNOTE = re.compile(r"\[\^[^\]\n]*\]:")
_PRIVATE = range(0xE000, 0xF900)
_NUMBERED = 2  # CMARK_ORDERED_LIST
_DEEPEST = 100
"""How many nodes stand in one another at most; what is deeper is left out."""


class Node(Struct, frozen=True, gc=False):
    """A piece of a text, by what cmark calls it: ``heading``, ``emph``… ``text`` is its own, without its children's.

    ``number`` is a heading's level, or what a numbered list begins with (-1: it has no numbers). ``detail`` is an
    address, or the words after a fence, or how each column of a table is aligned, a letter each.
    """

    kind: str
    children: tuple[Node, ...]
    text: str = ""
    number: int = -1
    detail: str = ""


class CodeBlock(Struct, frozen=True, gc=False):
    """A code block: its first and last line in the source, counted from 1, its text, the words after a fence."""

    first: int
    last: int
    text: str
    info: str


class _Allocator(ctypes.Structure):
    _fields_: ClassVar = [
        ("calloc", c_void_p),
        ("realloc", c_void_p),
        ("free", ctypes.PYFUNCTYPE(None, c_void_p)),
    ]


def _declare(name: str, result: type | None, *arguments: type) -> ctypes._NamedFuncPointer:
    function: ctypes._NamedFuncPointer = getattr(_library, name)
    function.restype, function.argtypes = result, list(arguments)
    return function


_library = ctypes.PyDLL(_cmark.__file__)
_allocator = _declare("cmark_get_default_mem_allocator", ctypes.POINTER(_Allocator))
_register = _declare("cmark_gfm_core_extensions_ensure_registered", None)
_find_extension = _declare("cmark_find_syntax_extension", c_void_p, c_char_p)
_new_parser = _declare("cmark_parser_new", c_void_p, c_int)
_attach = _declare("cmark_parser_attach_syntax_extension", c_int, c_void_p, c_void_p)
_feed = _declare("cmark_parser_feed", None, c_void_p, c_char_p, c_size_t)
_finish = _declare("cmark_parser_finish", c_void_p, c_void_p)
_extensions_of = _declare("cmark_parser_get_syntax_extensions", c_void_p, c_void_p)
_free_parser = _declare("cmark_parser_free", None, c_void_p)
_render = _declare("cmark_render_html", c_void_p, c_void_p, c_int, c_void_p)
_free_node = _declare("cmark_node_free", None, c_void_p)
_consolidate = _declare("cmark_consolidate_text_nodes", None, c_void_p)
_kind = _declare("cmark_node_get_type_string", c_char_p, c_void_p)
_first = _declare("cmark_node_first_child", c_void_p, c_void_p)
_next = _declare("cmark_node_next", c_void_p, c_void_p)
_literal = _declare("cmark_node_get_literal", c_char_p, c_void_p)
_level = _declare("cmark_node_get_heading_level", c_int, c_void_p)
_list_kind = _declare("cmark_node_get_list_type", c_int, c_void_p)
_list_start = _declare("cmark_node_get_list_start", c_int, c_void_p)
_start_line = _declare("cmark_node_get_start_line", c_int, c_void_p)
_end_line = _declare("cmark_node_get_end_line", c_int, c_void_p)
_info = _declare("cmark_node_get_fence_info", c_char_p, c_void_p)
_url = _declare("cmark_node_get_url", c_char_p, c_void_p)
_columns = _declare("cmark_gfm_extensions_get_table_columns", c_uint16, c_void_p)
_alignments = _declare("cmark_gfm_extensions_get_table_alignments", c_void_p, c_void_p)

_register()
_attached = tuple(_find_extension(name) for name in _EXTENSIONS)
_free = _allocator().contents.free


def render(source: bytes, *, raw_html: bool) -> bytes:
    """Markdown in UTF-8 in, HTML in UTF-8 out: CommonMark 0.29 with GFM's tables, strikethrough, autolinks, footnotes.

    Without ``raw_html`` each piece of raw HTML is ``<!-- raw HTML omitted -->``. The result is not safe as it is.
    """
    options = _OPTIONS | Options.CMARK_OPT_UNSAFE if raw_html else _OPTIONS
    parser = _new_parser(options)
    for extension in _attached:
        _attach(parser, extension)
    _feed(parser, source, len(source))
    root = _finish(parser)
    text = _render(root, options, _extensions_of(parser))
    html = ctypes.string_at(text)
    _free(text)
    _free_node(root)
    _free_parser(parser)
    return html


def parse(markdown: str) -> Node:
    """Markdown as a tree: CommonMark 0.29 with GFM's tables, and strikethrough by two tildes.

    Footnotes are text, also where they would be taken for the addresses of links.
    """
    guard = ""
    if "[^" in markdown:
        guard = next(letter for letter in map(chr, _PRIVATE) if letter not in markdown)
        markdown = _FOOTNOTE.sub(guard + r"\g<0>", markdown)
    source = markdown.encode("utf-8", "replace")
    parser = _new_parser(_PLAIN)
    for extension in _attached[:2]:
        _attach(parser, extension)
    _feed(parser, source, len(source))
    root = _finish(parser)
    _consolidate(root)
    tree = _node(root, guard, 0)
    _free_node(root)
    _free_parser(parser)
    return tree


def code_blocks(markdown: str) -> list[CodeBlock]:
    """The code blocks that stand in no list, quotation or footnote, in the order of the source."""
    source = markdown.encode("utf-8", "replace")
    parser = _new_parser(_OPTIONS)
    for extension in _attached:
        _attach(parser, extension)
    _feed(parser, source, len(source))
    root = _finish(parser)
    found = []
    child = _first(root)
    while child:
        if _kind(child) == b"code_block":
            text, info = _literal(child).decode(), _info(child).decode()
            found.append(CodeBlock(_start_line(child), _end_line(child), text, info))
        child = _next(child)
    _free_node(root)
    _free_parser(parser)
    return found


def _node(node: int, guard: str, depth: int) -> Node:
    kind = _kind(node).decode()
    children = []
    child = _first(node) if depth < _DEEPEST else None
    while child:
        children.append(_node(child, guard, depth + 1))
        child = _next(child)
    number, detail = -1, b""
    if kind == "heading":
        number = _level(node)
    elif kind == "list" and _list_kind(node) == _NUMBERED:
        number = _list_start(node)
    elif kind == "code_block":
        detail = _info(node)
    elif kind in ("link", "image"):
        detail = _url(node)
    elif kind == "table":
        detail = ctypes.string_at(_alignments(node), _columns(node)).replace(b"\0", b" ")
    return Node(kind, tuple(children), _said(_literal(node), guard), number, _said(detail, guard))


def _said(text: bytes | None, guard: str) -> str:
    said = (text or b"").decode()
    return said.replace(guard, "") if guard else said
