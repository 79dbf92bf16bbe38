"""The settings of a format's own, as ``--param key=value``."""

from __future__ import annotations

from collections.abc import Iterable

from totem_cli.errors import InvalidError


def parameters(given: Iterable[str] | None) -> dict[str, str]:
    """The settings by name; InvalidError for what is none."""
    found = {}
    for one in given or ():
        key, sign, value = one.partition("=")
        if not (key and sign):
            raise InvalidError(f"--param {one!r} is not a setting", hint="write --param key=value")
        found[key] = value
    return found
