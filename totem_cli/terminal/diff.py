"""Unified diffs, in colour."""

from __future__ import annotations

from rich.text import Text

from totem_cli.language.visible import visible

_STYLES = (("---", "bold"), ("+++", "bold"), ("@@", "magenta"), ("-", "red"), ("+", "green"))


def coloured_diff(diff: str) -> Text:
    """Return a diff as Rich text: removals red, additions green, control characters visible, tabs as spaces."""
    lines = [
        Text(visible(line.expandtabs(4)), next((style for start, style in _STYLES if line.startswith(start)), ""))
        for line in diff.removesuffix("\n").split("\n")
    ]
    return Text("\n").join(lines)
