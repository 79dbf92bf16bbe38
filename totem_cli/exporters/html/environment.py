"""The templates of the site: ours, and those of the archive's theme, which shadow them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from totem_cli.errors import InvalidError, Location
from totem_cli.exporters.html.links import outward, rebase
from totem_cli.exporters.html.runtime import Bare, UnableError
from totem_cli.language.labels import direction
from totem_cli.language.typography import Typography, microtypography, microtypography_html
from totem_cli.markup.characters import encoded, is_blank

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import Environment, Template
    from markupsafe import Markup

THEME = "theme/"
UNSEEN = "\ufffd"
"""What a page says for a text of characters that no page may hold: a title, a link must not be empty."""

_LINE_END = re.compile(rb"[ \t]+\n")
_HAS_LINE_END = re.compile(rb"\n(?<=[ \t]\n)").search  # what it begins with is looked for quickest
_INDENT = re.compile(r"\n\s+")


class Templates(Struct, frozen=True, dict=True):
    """Every template by name. ``theme`` holds those of the archive's own ``theme/templates``.

    A theme's template may extend ours of the same name as ``totem/NAME``. A template is compiled only when a page is
    rendered, and Jinja2 loaded only to compile one, or for a theme.
    """

    ours: Mapping[str, bytes]
    theme: Mapping[str, bytes]
    typography: Typography

    def is_ours(self, name: str) -> bool:
        """Whether a template is not shadowed by the theme's."""
        return name not in self.theme

    def render(self, name: str, context: Mapping[str, Any]) -> bytes:
        """The page that template ``name`` makes of ``context``.

        Raises :class:`InvalidError` at ``theme/templates/NAME:line`` where a theme's template is broken.
        """
        if not self.theme:
            return self._rendered(name, context)
        from jinja2 import TemplateError

        try:
            return self._rendered(name, context)
        except TemplateError as error:
            raise self._broken(error) from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            if _theme_place(error) is None:
                raise
            raise self._broken(error) from error

    def _rendered(self, name: str, context: Mapping[str, Any]) -> bytes:
        page = encoded(self._text(name, context))
        return _LINE_END.sub(b"\n", page) if _HAS_LINE_END(page) else page

    def _text(self, name: str, context: Mapping[str, Any]) -> str:
        if not self.theme:
            with suppress(UnableError):
                return self._bare.get_template(name).render(context)
        return self._compiled[name].render(context)

    def _broken(self, error: Exception) -> InvalidError:
        from jinja2 import TemplateNotFound, TemplateSyntaxError

        place = _theme_place(error)
        if isinstance(error, TemplateSyntaxError) and error.filename:
            place = Location(error.filename, error.lineno)
        hint = "the records that templates get are described by: totem schema"
        what = f"no template is called {error.name}" if isinstance(error, TemplateNotFound) else str(error)
        message = (what or type(error).__name__).splitlines()[0]
        return InvalidError(
            f"the template is broken: {message}", hint=hint, location=place or Location(f"{THEME}templates")
        )

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled(self._environment.get_template)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import FunctionLoader, StrictUndefined

        from totem_cli.exporters.html.compiler import Keeping, QuickEnvironment

        environment = QuickEnvironment(
            loader=FunctionLoader(self._source),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=Keeping(),
        )
        environment.filters.update(self._filters)
        return environment

    @cached_property
    def _bare(self) -> Bare:
        """Our own templates, as far as they were compiled before."""
        from totem_cli.exporters.html.kept import checksum, code_of

        def find(name: str) -> CodeType | None:
            found = self._source(name)
            return code_of(found[1], checksum(found[0])) if found else None

        return Bare(find, self._filters)

    @cached_property
    def _filters(self) -> Mapping[str, Callable[..., Any]]:
        from markupsafe import Markup

        return {
            "typo": typo(self.typography),
            "outward": outward,
            "direction": direction,
            "content": lambda html, language, root: Markup(  # noqa: S704 - clean HTML
                rebase(microtypography_html(html, language, self.typography), root)
            ),
        }

    def _source(self, name: str) -> tuple[str, str, None] | None:
        plain = name.removeprefix("totem/")
        if plain == name and name in self.theme:
            return _decoded(self.theme[name], f"{THEME}templates/{name}"), f"{THEME}templates/{name}", None
        if plain in self.ours:
            return _INDENT.sub("\n", self.ours[plain].decode()), plain, None
        return None


class _Compiled(dict[str, "Template"]):
    def __init__(self, get: Callable[[str], Template]) -> None:
        self._get = get

    def __missing__(self, name: str) -> Template:
        self[name] = self._get(name)
        return self[name]


def typo(rules: Typography) -> Callable[..., Markup]:
    """The filter ``typo(text, language)``: text as HTML with the language's spacing; what is HTML already stays so."""
    from markupsafe import Markup, escape

    @lru_cache(maxsize=8192)
    def of_text(text: str, language: str) -> Markup:
        if text and is_blank(text):
            text = UNSEEN
        return escape(microtypography(text, language, rules))

    def apply(text: str, language: str) -> Markup:
        if isinstance(text, Markup):
            return Markup(microtypography_html(text, language, rules))  # noqa: S704 - the text is HTML already
        return of_text(text, language)

    return apply


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidError("the template is not UTF-8", location=Location(file, line)) from None


def _theme_place(error: BaseException) -> Location | None:
    """The innermost line of a theme's template that an error passed through."""
    place = None
    traceback = error.__traceback__ or sys.exc_info()[2]
    while traceback:
        file = traceback.tb_frame.f_code.co_filename
        if file.startswith(f"{THEME}templates/"):
            place = Location(file, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place
