"""The environment of a theme's templates: they get what a page shows, and run no other code (Jinja2's sandbox).

The sandbox refuses attributes that lead to Python itself, and every change of a value. What it does not refuse is
limited here: how often loops and macros are run, and how long a text that is repeated or filled up becomes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_STEPS = 1_000_000
"""How often the loops and macros of the templates of one page may be run, all in all."""

LONGEST = 1_000_000
"""The longest text or list that an operator makes of a shorter one, in characters or items."""

WIDEST = 1_000
"""How wide a text is filled up to."""

_WIDTH = re.compile(r"[0-9]{4,}|\*")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, with limits. :meth:`begin` must be called before each page."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._steps = 0
        self.globals.pop("lipsum", None)
        self.filters.update({name: _limited(FILTERS[name]) for name in ("center", "indent", "format", "wordwrap")})

    def begin(self) -> None:
        """Count from here what a page does."""
        self._steps = 0

    def step(self) -> str:
        """Count one run of a loop or macro. Raises SecurityError where there are too many."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise SecurityError(f"the loops of a page are run more than {MOST_STEPS:,} times")
        return ""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator gives, within limits."""
        if operator == "%" and isinstance(left, str):
            _check_widths(left)
        elif operator == "**" and (abs(left) > LONGEST or abs(right) > WIDEST):
            raise SecurityError(f"{left} ** {right} is too large a number")
        elif operator == "*":
            for value, times in ((left, right), (right, left)):
                if hasattr(value, "__len__") and isinstance(times, int) and len(value) * times > LONGEST:
                    raise SecurityError(f"a text or a list is repeated {times:,} times")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Return what stands for ``str.format``, within limits; None for anything else."""
        wrapped = super().wrap_str_format(value)
        if wrapped is not None:
            _check_widths(value.__self__)
        return wrapped

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for node in _repeated(template):
            call = nodes.Call(nodes.EnvironmentAttribute("step"), [], [], None, None)
            node.body.insert(0, nodes.ExprStmt(call, lineno=node.lineno).set_lineno(node.lineno))
        return template


def _repeated(template: nodes.Template) -> Iterator[nodes.For | nodes.Macro]:
    yield from template.find_all((nodes.For, nodes.Macro))  # type: ignore[misc]


def _limited(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what would fill up a text without end."""

    def limited(*arguments: Any, **named: Any) -> Any:
        for value in (*arguments, *named.values()):
            if isinstance(value, int) and abs(value) > WIDEST:
                raise SecurityError(f"a text cannot be {value:,} characters wide")
            if isinstance(value, str) and function is FILTERS["format"]:
                _check_widths(value)
        return function(*arguments, **named)

    limited.__dict__.update(function.__dict__)  # what Jinja2 is to pass to it
    return limited


def _check_widths(pattern: str) -> None:
    if _WIDTH.search(pattern):
        raise SecurityError(f"a text cannot be filled up to more than {WIDEST:,} characters")
