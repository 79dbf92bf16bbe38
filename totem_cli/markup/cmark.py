"""The C renderer of Markdown, called so that it frees what it allocates.

The wheel of cmarkgfm holds GitHub's cmark whole, but its Python functions never free the tree nor the string they
made: some 20 times the size of each text, for ever. The same library is called here through :mod:`ctypes`, which
can. ``PyDLL`` keeps the interpreter's lock during a call, because cmark-gfm changes one global table while it parses.
"""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int, c_size_t, c_void_p
from typing import ClassVar

from cmarkgfm import _cmark
from cmarkgfm.cmark import Options

_EXTENSIONS = (b"table", b"strikethrough", b"autolink")
_OPTIONS = Options.CMARK_OPT_FOOTNOTES


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
