"""The C renderer of Markdown, called so that it frees what it allocates.

The wheel of cmarkgfm holds GitHub's cmark whole, but its Python functions never free the tree nor the string they
make: each call leaks some 20 times the size of its text. The same library is called here through :mod:`ctypes`, which
can. ``PyDLL`` keeps the interpreter's lock during a call, because cmark-gfm changes one global table while it parses.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_size_t, c_uint16, c_void_p
from typing import ClassVar

from cmarkgfm import _cmark
from cmarkgfm.cmark import Options
from msgspec import Struct

_EXTENSIONS = (b"table", b"strikethrough", b"autolink")
_OPTIONS = Options.CMARK_OPT_FOOTNOTES
_PLAIN = 1 << 14  # CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE: one tilde is a tilde
_FOOTNOTE = re.compile(r"(?<!\\)\[\^(?:[^\[\]\\\n]|\\[^\n])*\]:")  # no label holds a bracket that is not escaped
_PRIVATE = range(0xE000, 0xF900)
_NUMBERED = 2  # CMARK_ORDERED_LIST
_DEEPEST = 100
"""How deep nodes are nested at most; deeper ones are left out."""


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
    with _parsed(source, options, _attached) as (parser, root):
        text = _render(root, options, _extensions_of(parser))
        html = ctypes.string_at(text)
        _free(text)
    return html


def parse(markdown: str) -> Node:
    """Markdown as a tree: CommonMark 0.29 with GFM's tables, and strikethrough by two tildes.

    Footnotes are text, also where they would be taken for the addresses of links.
    """
    guard = ""
    if "[^" in markdown:
        guard = next(letter for letter in map(chr, _PRIVATE) if letter not in markdown)
        markdown = _FOOTNOTE.sub(guard + r"\g<0>", markdown)
    with _parsed(markdown.encode("utf-8", "replace"), _PLAIN, _attached[:2]) as (_, root):
        _consolidate(root)
        return _node(root, guard, 0)


def code_blocks(markdown: str) -> list[CodeBlock]:
    """The code blocks that stand in no list, quotation or footnote, in the order of the source."""
    with _parsed(markdown.encode("utf-8", "replace"), _OPTIONS, _attached) as (_, root):
        return [
            CodeBlock(_start_line(one), _end_line(one), _literal(one).decode(), _info(one).decode())
            for one in _children(root)
            if _kind(one) == b"code_block"
        ]


@contextmanager
def _parsed(source: bytes, options: int, extensions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The parser and the root of the tree of a text, which are freed at the end."""
    parser = _new_parser(options)
    for extension in extensions:
        _attach(parser, extension)
    _feed(parser, source, len(source))
    root = _finish(parser)
    try:
        yield parser, root
    finally:
        _free_node(root)
        _free_parser(parser)


def _children(node: int) -> Iterator[int]:
    child = _first(node)
    while child:
        yield child
        child = _next(child)


def _node(node: int, guard: str, depth: int) -> Node:
    kind = _kind(node).decode()
    children = tuple(_node(child, guard, depth + 1) for child in _children(node)) if depth < _DEEPEST else ()
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
    return Node(kind, children, _text(_literal(node), guard), number, _text(detail, guard))


def _text(text: bytes | None, guard: str) -> str:
    return (text or b"").decode().replace(guard, "") if guard else (text or b"").decode()
