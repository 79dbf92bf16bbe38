"""The lists of words of ``words.toml``, by which importers know people, roles and the parts of a page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import tomli

from totem_cli.model.vocabulary import word_key


@cache
def _lists() -> dict[str, dict[str, str | list[str]]]:
    return tomli.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def phrases(section: str) -> dict[str, list[str]]:
    """The lists of a section: a text is a list of its words."""
    return {key: value.split() if isinstance(value, str) else value for key, value in _lists()[section].items()}


def any_of(patterns: Iterable[str]) -> str:
    """A regular expression that matches any of some."""
    return f"(?:{'|'.join(patterns)})"


@cache
def _values(field: str) -> dict[str, str]:
    return {word_key(word): value for value, words in phrases(field).items() for word in words}


def value_of(field: str, text: str) -> str | None:
    """The value of the field ``status`` or ``language`` that people write so: ``en`` for ``anglais``; else None."""
    return _values(field).get(word_key(text))
