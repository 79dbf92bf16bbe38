"""No pattern of totem takes time that grows with the square of a text: each is judged by its structure."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import totem_cli
from tests.patterns import ambiguity

ROOT = Path(totem_cli.__file__).parent
SEARCHES = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
USES = SEARCHES | {"match", "fullmatch", "scanner"}

_OWN = "it reads files of the package, or of a theme, which its owner trusts"
ALLOWED = {
    "totem_cli.exporters.html.assets._COMMENT": _OWN,
    "totem_cli.exporters.html.assets._AROUND": _OWN,
    "totem_cli.exporters.html.assets._SCRIPT_COMMENT": _OWN,
    "totem_cli.exporters.posts._PRE": "it reads clean HTML, in which each <pre> has its end",
    "totem_cli.importers.wordpress.content._SHORTCODE": (
        "what is inside stops at the next mark of the same name, so that a character is read at most once for each name"
    ),
}
"""Patterns that look slow and are not, by module and name, each with the reason."""


class Used(NamedTuple):
    """A pattern, where it stands, and whether any use of it begins at every place of a text."""

    name: str
    pattern: re.Pattern[Any]
    searched: bool


@cache
def patterns() -> dict[str, Used]:
    """Every pattern that the modules of totem hold, by module and name, and those that are written in a call."""
    found: dict[str, Used] = {}
    names = [one.name for one in pkgutil.walk_packages([str(ROOT)], "totem_cli.") if "__main__" not in one.name]
    modules = [importlib.import_module(name) for name in names]
    trees = {module: ast.parse(Path(str(module.__file__)).read_text("utf-8")) for module in modules}
    everywhere = {use for tree in trees.values() for use in _called(tree)}
    held = {name for module in modules for name, value in vars(module).items() if [*_held(value)]}
    for module, tree in trees.items():
        # A pattern that is used by no name of its own is used by that of a variable.
        here = {*_called(tree)}
        by_variable = any(name not in held and use in SEARCHES for name, use in here)
        for name, value in vars(module).items():
            called = here if name.startswith("_") else everywhere
            for key, pattern in _held(value):
                ours = not any(
                    name in vars(other) and vars(other)[name] is value for other in modules if other != module
                )
                is_searched = any((name, use) in called for use in SEARCHES)
                is_used = any((name, use) in called for use in USES)
                where = f"{module.__name__}.{name}{key}"
                if ours or is_used:
                    found[where] = Used(where, pattern, is_searched or (not is_used and by_variable))
        for line, method, text in _written(tree):
            where = f"{module.__name__}:{line}"
            found[where] = Used(where, re.compile(text), method in SEARCHES)
    return found


def _held(value: Any) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, dict):
        yield from ((f"[{key}]", one) for key, one in value.items() if isinstance(one, re.Pattern))
    elif isinstance(value, tuple | list | frozenset):
        for place, one in enumerate(value):
            if isinstance(one, re.Pattern):
                yield f"[{place}]", one
            elif isinstance(one, tuple):
                yield from ((f"[{place}]", inner) for inner in one if isinstance(inner, re.Pattern))


def _called(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The names of what a method of patterns is asked of, with the method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in USES:
            held = node.value.value if isinstance(node.value, ast.Subscript) else node.value
            name = held.id if isinstance(held, ast.Name) else held.attr if isinstance(held, ast.Attribute) else ""
            yield name, node.attr


def _written(tree: ast.AST) -> Iterator[tuple[int, str, str | bytes]]:
    """The patterns that stand in calls of ``re``: line, method, text."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        is_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        first = node.args[0]
        if is_re and node.func.attr in USES and isinstance(first, ast.Constant):
            yield node.lineno, node.func.attr, first.value


def test_there_are_patterns_to_judge() -> None:
    """The modules are found, and what is written in calls."""
    assert len(patterns()) > 100


@pytest.mark.parametrize("name", patterns())
def test_a_pattern_takes_time_by_length(name: str) -> None:
    """Nothing in a pattern can be matched in more and more ways as the same run of characters grows."""
    if name in ALLOWED:
        pytest.skip(ALLOWED[name])
    used = patterns()[name]
    run = ambiguity(used.pattern, searched=used.searched)
    assert run is None, f"{used.pattern.pattern!r} is slow on repetitions of {run!r}"


@pytest.mark.parametrize(
    ("text", "searched", "slow"),
    [
        (r"a*a*$", False, True),
        (r"\s*x?\s*$", False, True),
        (r"a*ba*$", False, False),
        (r".*=.*$", False, True),
        (r"(?:a+)+$", False, True),
        (r"(?:a|aa)+$", False, True),
        (r"a*+a*$", False, False),
        (r"a+x", True, True),
        (r"a+x", False, False),
        (r"[\t\n]+", True, False),
        (r"<[^>]*>", True, True),
        (r"<[^<>]*>", True, False),
        (r"[a-z]+(?:-[a-z]+)*$", False, False),
        (r"[^a]{2,120}?,?$", False, False),
        (rb"[ \t]*\s*\n", False, True),
    ],
)
def test_the_judge_is_right(text: str | bytes, searched: bool, slow: bool) -> None:
    """Patterns that are known to be slow, and those that are not."""
    assert (ambiguity(re.compile(text), searched=searched) is not None) == slow
