"""A template's context that calls what templates call most without asking first whether it wants to know of it."""

from __future__ import annotations

from types import MethodType
from typing import Any

from jinja2.runtime import Context, Macro

from totem_cli.exporters.html.view import Labels

_QUICK = frozenset({MethodType, Labels})


class QuickContext(Context):
    """Macros, methods and labels are half of the time that a page takes, and half of that is Jinja2's asking."""

    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:
        """Call what a template calls; Jinja2 does it for whatever may ask for the context."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _QUICK or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return called(*args, **named)
