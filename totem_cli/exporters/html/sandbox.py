"""The environment of a theme's templates: they get what a page shows, and run no other code (Jinja2's sandbox).

The sandbox refuses attributes that lead to Python itself, and every change of a value. What it does not refuse is
limited here: how often loops, macros and blocks are run, and how much text is made, so that a page ends and fits in
memory. An operation that multiplies is measured before it is made, any other by what it gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

VERSION = 2
"""Changed when the same template would be compiled to other code."""

MOST_STEPS = 1_000_000
"""How often the loops, macros and blocks of the templates of one page may be run, all in all."""

MOST_TEXT = 100_000_000
"""How many characters the templates of one page may write and put together, all in all."""

MOST_BITS = 100_000
"""The length of the longest whole number that is multiplied."""

ITEM = 20
"""As how many characters an item of a list counts, beside what it says."""

WIDEST = 1_000
"""How wide a text is filled up to."""

_MULTIPLYING_METHODS = frozenset("center expandtabs format format_map join ljust replace rjust translate zfill".split())
_MULTIPLYING_FILTERS = frozenset("batch center format indent join replace slice wordwrap xmlattr".split())
_SHOWING_FILTERS = frozenset("e escape forceescape pprint string tojson urlencode".split())
_WIDTH = re.compile(r"[0-9]{4,}|\*")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, with limits. :meth:`begin` must be called before each page."""

    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def __init__(self, **options: Any) -> None:
        self.begin()
        super().__init__(**options, finalize=self.finalized)
        self.globals.pop("lipsum", None)

    def limit_filters(self) -> None:
        """Limit what the filters that the environment has now make."""
        self.filters.update({name: self._limited(name, function) for name, function in self.filters.items()})

    def begin(self) -> None:
        """Count from here what a page does."""
        self._steps = self._made = 0

    def step(self, size: int) -> str:
        """Count one run of a loop, macro or block that writes ``size`` characters of its own.

        Raises SecurityError where there are too many.
        """
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise SecurityError(f"the loops of a page are run more than {MOST_STEPS:,} times")
        self._count(size)
        return ""

    def finalized(self, value: Any) -> Any:
        """Count what is written; the value itself."""
        self._count(self._weight(value))
        return value

    def joined(self, *values: Any) -> str:
        """Values put together, as ``~`` does."""
        self._count(self._weight(values))
        return markup_join(values)

    def call(self, context: Any, function: Any, *arguments: Any, **named: Any) -> Any:
        """Call what a template calls, within limits."""
        owner = getattr(function, "__self__", None)
        if isinstance(owner, str) and getattr(function, "__name__", "") in _MULTIPLYING_METHODS:
            self._check_product(owner, *arguments, *named.values())
        return self._counted(super().call(context, function, *arguments, **named))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item, or a part of a text or list, which is counted."""
        found = super().getitem(obj, argument)
        return self._counted(found) if isinstance(argument, slice) else found

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator gives, within limits."""
        if operator == "%" and isinstance(left, str):
            _check_widths(left)
            self._check_product(left, right)
        elif operator == "**" and (abs(left) > MOST_TEXT or abs(right) > WIDEST):
            raise SecurityError(f"{left} ** {right} is too large a number")
        elif operator == "*":
            self._check_times(left, right)
        elif operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            self._count(0 if isinstance(left, str) else ITEM * (len(left) + len(right)))
        return self._counted(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Return what stands for ``str.format``, within limits; None for anything else."""
        wrapped = super().wrap_str_format(value)
        if wrapped is not None:
            _check_widths(value.__self__)
        return wrapped

    def _check_times(self, left: Any, right: Any) -> None:
        for value, times in ((left, right), (right, left)):
            if isinstance(times, int) and hasattr(value, "__len__"):
                self._count((1 if isinstance(value, str) else ITEM) * len(value) * max(times, 0))
        if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > MOST_BITS:
            raise SecurityError("a number is too large to be multiplied")

    def _count(self, size: int) -> None:
        self._made += size
        if self._made > MOST_TEXT:
            raise _too_much()

    def _counted(self, value: Any) -> Any:
        if isinstance(value, str):
            self._count(len(value))
        return value

    def _check_product(self, *values: Any) -> None:
        """Refuse what may give more characters than are left, whichever of the values is repeated by the others."""
        weights = []
        for value in values:
            if isinstance(value, int) and abs(value) > WIDEST:
                raise SecurityError(f"a text cannot be {value:,} characters wide")
            weights.append(abs(value) if isinstance(value, int) else self._weight(value))
        longest = max(weights)
        if longest * max(1, sum(weights) - longest) > MOST_TEXT - self._made:
            raise _too_much()

    def _weight(self, value: Any) -> int:
        """About how many characters a value is shown with; SecurityError where that is more than are left."""
        if isinstance(value, str):
            return len(value)
        if not isinstance(value, (list, tuple, dict, set, frozenset)):
            return 1
        waiting: list[Any] = [value]
        weight = 0
        while waiting:
            one = waiting.pop()
            weight += ITEM
            if isinstance(one, (str, bytes)):
                weight += len(one)
            elif isinstance(one, dict):
                waiting += one.keys()
                waiting += one.values()
            elif isinstance(one, (list, tuple, set, frozenset)):
                waiting += one
            if weight + ITEM * len(waiting) > MOST_TEXT - self._made:
                raise _too_much()
        return weight

    def _limited(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter whose result is counted; one that multiplies is measured before."""

        def limited(*arguments: Any, **named: Any) -> Any:
            values = [*arguments, *named.values()]
            if name == "join":  # what comes one by one is measured, too
                arguments = tuple([*one] if isinstance(one, Iterator) else one for one in arguments)
                values = [*arguments, *named.values()]
            if name in _MULTIPLYING_FILTERS:
                self._check_product(*values)
            elif name in _SHOWING_FILTERS:
                for value in values:
                    self._count(self._weight(value))
            elif name == "sum" and any(isinstance(value, (list, tuple)) for value in values[2:]):
                raise SecurityError("sum adds numbers")
            if name == "format":
                for value in values:
                    _check_widths(value if isinstance(value, str) else "")
            return self._counted(function(*arguments, **named))

        limited.__dict__.update(getattr(function, "__dict__", {}))  # what Jinja2 is to pass to it
        return limited

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for node in (template, *template.find_all((nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block))):
            size = nodes.Const(sum(len(data.data) for data in node.find_all(nodes.TemplateData)))
            call = nodes.Call(nodes.EnvironmentAttribute("step"), [size], [], None, None)
            node.body.insert(0, nodes.ExprStmt(call, lineno=node.lineno).set_lineno(node.lineno))  # type: ignore[attr-defined]
        _Joined().visit(template)
        return template


class _Joined(NodeTransformer):
    """Lets ``~`` be counted."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Call:  # noqa: N802 - the name is Jinja2's
        self.generic_visit(node)
        function = nodes.EnvironmentAttribute("joined")
        return nodes.Call(function, node.nodes, [], None, None).set_lineno(node.lineno)  # type: ignore[return-value]


def _too_much() -> SecurityError:
    return SecurityError(f"the templates of a page make more than {MOST_TEXT:,} characters")


def _check_widths(pattern: str) -> None:
    if _WIDTH.search(pattern):
        raise SecurityError(f"a text cannot be filled up to more than {WIDEST:,} characters")
