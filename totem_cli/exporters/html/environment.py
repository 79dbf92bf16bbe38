"""The templates of the site, rendered by Jinja2: the built-in ones, or those of the archive's theme instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from totem_cli.errors import InvalidError, Location
from totem_cli.exporters.html.filters import filters
from totem_cli.language.typography import Typography
from totem_cli.markup.characters import encoded
from totem_cli.storage.user_cache import user_cache

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment

    from totem_cli.exporters.html.sandbox import Sandbox

E = TypeVar("E", bound="Environment")

_THEME = "theme/templates"

_LINE_END = re.compile(rb"(?<![ \t])[ \t]+\n")
_HAS_LINE_END = re.compile(rb"\n(?<=[ \t]\n)").search  # faster for the usual page, which has none
_INDENT = re.compile(r"\n\s+")


class Templates(Struct, frozen=True, dict=True):
    """The templates by name; ``theme`` are those in the archive's ``theme/templates``.

    A theme's template may extend the built-in one of the same name as ``totem/NAME``. Where there is any, all are
    rendered in the sandbox. Jinja2 is loaded when the first page is rendered.
    """

    ours: Mapping[str, bytes]
    theme: Mapping[str, bytes]
    typography: Typography

    def is_ours(self, name: str) -> bool:
        """Whether a template is the built-in one."""
        return name not in self.theme

    def render(self, name: str, context: Mapping[str, Any]) -> bytes:
        """Render the template ``name`` with ``context``.

        Raises :class:`InvalidError` at ``theme/templates/NAME:line`` where a theme's template is broken.
        """
        from jinja2 import TemplateError

        if self._sandbox:
            self._sandbox.begin()
        try:
            page = encoded(self._environment.get_template(name).render(context))
        except TemplateError as error:
            if not self.theme:
                raise
            raise _broken(error) from error
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            if _theme_location(error) is None:
                raise
            raise _broken(error) from error
        return _LINE_END.sub(b"\n", page) if _HAS_LINE_END(page) else page

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment

        return self._sandbox or self._made(Environment, "stock")

    @cached_property
    def _sandbox(self) -> Sandbox | None:
        """The environment where there is a theme; None where there is none."""
        if not self.theme:
            return None
        from totem_cli.exporters.html.sandbox import VERSION, Sandbox

        sandbox = self._made(Sandbox, f"sandbox{VERSION}")
        sandbox.limit_filters()
        return sandbox

    def _made(self, kind: type[E], code: str) -> E:
        """An environment; ``code`` names the kind of code that it compiles templates to, for the cache."""
        from jinja2 import FunctionLoader, StrictUndefined

        environment = kind(
            loader=FunctionLoader(self._source),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=_bytecode_cache(code),
        )
        environment.filters.update(filters(self.typography))
        return environment

    def _source(self, name: str) -> tuple[str, str, None] | None:
        plain = name.removeprefix("totem/")
        if plain == name and name in self.theme:
            file = f"{_THEME}/{name}"
            return _decoded(self.theme[name], file), file, None
        if plain in self.ours:
            return _INDENT.sub("\n", self.ours[plain].decode()), plain, None
        return None


def _bytecode_cache(kind: str) -> BytecodeCache | None:
    """Jinja2's bytecode cache, in the user's cache folder; None where there is no such folder.

    Environments of a ``kind`` compile a template to the same code.
    """
    import jinja2

    class Cache(jinja2.FileSystemBytecodeCache):
        def dump_bytecode(self, bucket: Any) -> None:
            with suppress(OSError):  # where the disk is full, the next export compiles the template again
                super().dump_bytecode(bucket)

    folder = user_cache("templates")
    return Cache(folder, f"jinja2-{jinja2.__version__}-{kind}-%s") if folder else None


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidError("the template is not UTF-8", location=Location(file, line)) from None


def _broken(error: Exception) -> InvalidError:
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    location = _theme_location(error)
    if isinstance(error, TemplateSyntaxError) and error.filename:
        location = Location(error.filename, error.lineno)
    hint = "the records that templates get are described by: totem schema"
    what = f"no template is called {error.name}" if isinstance(error, TemplateNotFound) else str(error)
    message = (what or type(error).__name__).splitlines()[0]
    return InvalidError(f"the template is broken: {message}", hint=hint, location=location or Location(_THEME))


def _theme_location(error: BaseException) -> Location | None:
    """The innermost line of a theme's template in the traceback of an error."""
    location = None
    traceback = error.__traceback__
    while traceback:
        file = traceback.tb_frame.f_code.co_filename
        if file.startswith(f"{_THEME}/"):
            location = Location(file, traceback.tb_lineno)
        traceback = traceback.tb_next
    return location
