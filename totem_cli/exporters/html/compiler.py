"""How our own templates are compiled: to code that asks less than a stranger's template must be asked.

Half of the time that a page takes was Jinja2's asking: whether what is called wants to know of its context, whether an
attribute is an item, whether HTML is HTML. Our templates read records and call macros and methods, never any of these.
A theme's templates are compiled as Jinja2 does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, Template, nodes, runtime
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context

from totem_cli.exporters.html import kept
from totem_cli.exporters.html.environment import THEME
from totem_cli.exporters.html.runtime import joined, shown

_IMPORT = "from jinja2.runtime import "


class Compiler(CodeGenerator):
    """Generates the Python code of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Write the whole module."""
        super().visit_Template(node, frame)
        if self._is_ours:
            self.writeline("escape = environment.shown")

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        """Write a line; ours take what they need from the environment, which may be none of Jinja2's."""
        if self._is_ours and x.startswith(_IMPORT):
            names = x.removeprefix(_IMPORT).split(", ")
            x = f"{', '.join(names)} = {', '.join(f'environment.runtime.{name}' for name in names)}"
        super().writeline(x, node, extra)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write ``record.field``."""
        if self._is_ours and not iskeyword(node.attr):
            self.write("(")
            self.visit(node.node, frame)
            self.write(f").{node.attr}")
        else:
            super().visit_Getattr(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write ``macro(page, level)``."""
        if not self._is_ours or forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    @property
    def _is_ours(self) -> bool:
        return not (self.filename or "").startswith(THEME)


class QuickTemplate(Template):
    """A template that begins a page with less ado: all templates have the same globals, those of the environment."""

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> Context:
        """What the template reads its names from."""
        if shared or locals:
            return super().new_context(vars, shared, locals)
        known = {**self.environment.globals, **(vars or {})}
        return self.environment.context_class(self.environment, known, self.name, self.blocks)

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The page."""
        return joined(self.generate(*args, **kwargs))


class QuickEnvironment(Environment):
    """An environment whose templates are compiled so."""

    code_generator_class = Compiler
    template_class = QuickTemplate
    runtime = runtime
    shown = staticmethod(shown)


class Keeping(BytecodeCache):
    """Templates by file and source. What they are compiled to depends on neither settings nor content."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The template's file: ``episode.html``, ``theme/templates/episode.html``."""
        return filename or name

    def get_source_checksum(self, source: str) -> str:
        """What tells one source from another."""
        return kept.checksum(source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is known."""
        bucket.code = kept.code_of(bucket.key, bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled just now."""
        if bucket.code:
            kept.keep(bucket.key, bucket.checksum, bucket.code)
