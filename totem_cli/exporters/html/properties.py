"""The custom properties of a theme, checked by a parser of CSS: a setting sets its property, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from totem_cli.errors import InvalidError, Location

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_NEVER = re.compile(r"[;{}<>\\@\x00-\x1f\x7f]|/\*|\*/")
_LENGTHS = frozenset(
    (
        "cap",
        "ch",
        "em",
        "ex",
        "ic",
        "lh",
        "rcap",
        "rch",
        "rem",
        "rex",
        "ric",
        "rlh",
        "vw",
        "vh",
        "vi",
        "vb",
        "vmin",
        "vmax",
        "svw",
        "svh",
        "lvw",
        "lvh",
        "dvw",
        "dvh",
        "cqw",
        "cqi",
        "cm",
        "mm",
        "q",
        "in",
        "pt",
        "pc",
        "px",
    )
)
_COLOUR_FUNCTIONS = frozenset(("var", "color-mix", "light-dark", "color", "oklab", "oklch", "lab", "lch", "hwb"))
_LENGTH_FUNCTIONS = frozenset(("var", "calc", "clamp", "min", "max"))
_FUNCTIONS = _COLOUR_FUNCTIONS | _LENGTH_FUNCTIONS | {"rgb", "rgba", "hsl", "hsla"}


def check_property(name: str, value: str) -> None:
    """Raise InvalidError for a name that is none, and for a value that is not one of the right kind.

    A colour, a length and anything else is one component value (CSS Syntax 3, 5.3.7), fonts are a list of names.
    Nothing in it may load anything.
    """
    plain = name.removeprefix("dark-")
    kind, example, fits = _KINDS.get(plain, ("one value", 'accent = "#8a1c1c"', _is_value))
    problem = f"the theme cannot set {name} to {value!r}"
    if not _NAME.fullmatch(name):
        problem, example = f"{name!r} cannot be the name of a property of the theme", 'accent = "#8a1c1c"'
    elif not _NEVER.search(value) and fits(_components(value)):
        return
    raise InvalidError(
        problem,
        hint=f"write {kind}: {example}" if plain in _KINDS else f"write a CSS custom property and its value: {example}",
        location=Location("totem.toml"),
        field=f"theme.{name}",
    )


def _components(value: str) -> list[Any]:
    from tinycss2 import parse_component_value_list

    *components, end = parse_component_value_list(f"{value.strip()};")
    return components if end.type == "literal" and end.value == ";" else []  # a bracket or a quote is open


def _is_safe(components: Iterable[Any]) -> bool:
    """Whether all there is are plain values, and functions that load nothing, with such in them."""
    for one in components:
        if one.type == "function":
            if one.lower_name not in _FUNCTIONS or not _is_safe(one.arguments):
                return False
        elif one.type not in _PLAIN and not (one.type == "literal" and one.value in {",", "+", "-", "*", "/"}):
            return False
    return True


_PLAIN = frozenset(("ident", "hash", "string", "number", "percentage", "dimension", "whitespace"))


def _is_value(components: Sequence[Any]) -> bool:
    is_one = len(components) == 1 and components[0].type != "literal" and _is_safe(components)
    return is_one or _is_fonts(components)


def _is_colour(components: Sequence[Any]) -> bool:
    from tinycss2 import color5

    if len(components) != 1 or not _is_safe(components):
        return False
    (one,) = components
    return (one.type == "function" and one.lower_name in _COLOUR_FUNCTIONS) or color5.parse_color(one) is not None


def _is_length(components: Sequence[Any]) -> bool:
    if len(components) != 1 or not _is_safe(components):
        return False
    (one,) = components
    if one.type == "dimension":
        return one.lower_unit in _LENGTHS
    return (
        one.type == "percentage"
        or (one.type == "number" and one.value == 0)
        or (one.type == "function" and one.lower_name in _LENGTH_FUNCTIONS)
    )


def _is_fonts(components: Sequence[Any]) -> bool:
    """Whether these are names with commas between: each a string, or words."""
    names: list[list[str]] = [[]]
    for one in components:
        if one.type == "literal" and one.value == ",":
            names.append([])
        elif one.type in {"string", "ident"} or (one.type == "function" and one.lower_name == "var"):
            names[-1].append(one.type)
        elif one.type != "whitespace":
            return False
    return bool(components) and _is_safe(components) and all(len(name) == 1 or {*name} == {"ident"} for name in names)


_Kind = tuple[str, str, Callable[[Sequence[Any]], bool]]
_COLOUR: _Kind = ("a colour", 'accent = "#8a1c1c"', _is_colour)
_LENGTH: _Kind = ("a length", 'measure = "58ch"', _is_length)
_FONTS: _Kind = ("names of fonts", "serif = '\"Source Serif 4\", serif'", _is_fonts)
_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(("accent", "paper", "ink", "soft", "wash", "line", "field"), _COLOUR),
    **dict.fromkeys(("measure", "gutter", "side"), _LENGTH),
    **dict.fromkeys(("serif", "sans"), _FONTS),
}
