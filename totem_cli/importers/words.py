"""The lists of words of ``words.toml``, by which importers know people, roles and the parts of a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import tomli


@cache
def _lists() -> dict[str, dict[str, str | list[str]]]:
    return tomli.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def phrases(section: str) -> dict[str, list[str]]:
    """The lists of a section: a text is a list of its words."""
    return {key: value.split() if isinstance(value, str) else value for key, value in _lists()[section].items()}
