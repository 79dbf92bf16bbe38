"""What compiled templates need when they run: of Jinja2's own runtime as much as ours use.

Jinja2 takes longer to load than a few pages to render. Whatever is not here raises :class:`UnableError`: then it is
Jinja2 that renders the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import getitem
from types import CodeType, SimpleNamespace
from typing import Any, NoReturn

from markupsafe import Markup, escape, soft_str

_SOME = 10_000
_NO_NAME = re.compile(r"[^\w-]", re.ASCII).search
_SPECIAL = re.compile("[&<>'\"]").search


class UnableError(Exception):
    """A template asks for something that only Jinja2 has."""


def shown(value: Any) -> str:
    """A value as HTML; what is HTML already comes back as it is."""
    kind = type(value)
    return value if kind is Markup or (kind is str and not _SPECIAL(value)) else escape(value)


def joined(pieces: Iterable[str]) -> str:
    """The page. A list of a hundred thousand episodes is a million pieces: they are joined some at a time."""
    rest, whole = iter(pieces), []
    while some := [*islice(rest, _SOME)]:
        whole.append("".join(some))
    return "".join(whole)


class _Missing:
    """In the place of what was not given."""


missing: Any = _Missing()


class _Loop:
    """``loop`` of a template: the number of the round, whether it is the last."""

    def __init__(self, items: Iterable[Any], _undefined: object) -> None:
        self._items = [*items]
        self.index = 0

    def __iter__(self) -> Iterator[tuple[Any, _Loop]]:
        for item in self._items:
            self.index += 1
            yield item, self

    @property
    def last(self) -> bool:
        return self.index == len(self._items)

    def __getattr__(self, name: str) -> NoReturn:
        raise UnableError(name)


class _Macro:
    def __init__(
        self,
        _environment: object,
        function: Callable[..., str],
        name: str,
        arguments: Sequence[str],
        keywords: bool,
        more: bool,
        caller: bool,
        _autoescape: bool,
    ) -> None:
        if keywords or more or caller:
            raise UnableError(name)
        self._function, self._arguments = function, arguments

    def __call__(self, *given: Any, **named: Any) -> Markup:
        rest = [named.pop(name, missing) for name in self._arguments[len(given) :]]
        if named:
            raise UnableError(*named)
        return Markup(self._function(*given, *rest))  # noqa: S704 - a template's


def _join_markup(values: Iterable[Any]) -> str:
    """Jinja2's ``~``: HTML where any of the values is."""
    rest, found = map(soft_str, values), list[str]()
    for value in rest:
        found.append(value)
        if hasattr(value, "__html__"):
            return Markup("").join(chain(found, rest))
    return "".join(found)


_RUNTIME: dict[str, Any] = {
    "LoopContext": _Loop,
    "Macro": _Macro,
    "Markup": Markup,
    "escape": escape,
    "identity": lambda value: value,
    "internalcode": lambda function: function,
    "markup_join": _join_markup,
    "missing": missing,
    **dict.fromkeys(("Namespace", "TemplateNotFound", "TemplateReference", "TemplateRuntimeError", "Undefined")),
    "str_join": lambda values: "".join(map(str, values)),
}
"""By the names under which Jinja2 has them; a template takes all, and uses some."""


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> NoReturn:
        raise UnableError(name)


class _Context:
    """Where a template's names are looked up."""

    eval_ctx = SimpleNamespace(autoescape=True)

    def __init__(self, given: Mapping[str, Any], blocks: Mapping[str, Any]) -> None:
        self._given = given
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()
        self.blocks = {name: [block] for name, block in blocks.items()}

    def resolve_or_missing(self, name: str) -> Any:
        found = self.vars.get(name, missing)
        return self._given.get(name, missing) if found is missing else found


class Ready:
    """A template that was compiled before."""

    def __init__(self, bare: Bare, code: CodeType) -> None:
        names: dict[str, Any] = {"environment": bare}
        try:
            exec(code, names)  # noqa: S102 - kept where Python keeps its own
        except AttributeError as error:
            raise UnableError(str(error)) from None
        self.root_render_func, self.blocks = names["root"], names["blocks"]
        self._module: SimpleNamespace | None = None

    def render(self, given: Mapping[str, Any]) -> str:
        """The page."""
        return joined(self.root_render_func(_Context(given, self.blocks)))

    def _get_default_module(self, _: object) -> SimpleNamespace:
        """The macros of a template that others import."""
        if self._module is None:
            context = _Context({}, self.blocks)
            joined(self.root_render_func(context))
            self._module = SimpleNamespace(**{name: context.vars[name] for name in context.exported_vars})
        return self._module


class Bare:
    """In the place of Jinja2's environment; ``find`` gives a template's code, None where it is not at hand."""

    runtime = SimpleNamespace(**_RUNTIME)
    concat = staticmethod("".join)
    shown = staticmethod(shown)
    getitem = staticmethod(getitem)

    def __init__(
        self,
        find: Callable[[str], CodeType | None],
        filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        self._find = find
        self.filters = _Known({"length": len, "join": _join, "xmlattr": _attributes, **filters})
        self.tests = _Known({"none": lambda value: value is None})
        self._ready: dict[str, Ready] = {}

    def get_template(self, name: str, _: str = "") -> Ready:
        """A template that is at hand. Raises UnableError."""
        if name not in self._ready:
            code = self._find(name)
            if code is None:
                raise UnableError(name)
            self._ready[name] = Ready(self, code)
        return self._ready[name]

    def undefined(self, name: str = "", **_: object) -> NoReturn:
        """Nothing was given of this name: Jinja2 tells what that means."""
        raise UnableError(name)


def _join(_: object, values: Iterable[Any], between: str = "") -> str:
    """Jinja2's ``join``, which escapes text among HTML, for text."""
    found = [*values]
    if any(hasattr(value, "__html__") for value in (between, *found)):
        raise UnableError("join")
    return between.join(map(str, found))


def _attributes(_: object, values: Mapping[str, Any]) -> Markup:
    """Jinja2's ``xmlattr``, for values that are known and keys that are names."""
    if any(_NO_NAME(key) for key in values):
        raise UnableError("xmlattr")
    return Markup("").join(Markup(' {}="{}"').format(key, one) for key, one in values.items() if one is not None)
