"""The scanner of TOML source finds what tomllib reads, where it is written."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from totem_cli.documents.toml_source import ScanError, Source, sections
from totem_cli.documents.toml_write import same

if TYPE_CHECKING:
    from pathlib import Path


def check(text: str) -> None:
    """Each value the scanner finds is the one that tomllib has at that path, and each leaf is found."""
    data = tomllib.loads(text)
    source = Source(text)
    for path, value in source.values.items():
        assert same(tomllib.loads(f"v = {text[value.start : value.end]}")["v"], at(data, path)), path
    for path in leaves(data):
        assert path in source.values, path


def at(data: Any, path: tuple[Any, ...]) -> Any:
    """What the path leads to."""
    for part in path:
        data = data[part]
    return data


def leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything that is neither a table nor a list."""
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in leaves(value, (*path, key))]
    if isinstance(data, list):
        return [leaf for key, value in enumerate(data) for leaf in leaves(value, (*path, key))]
    return [path]


def test_the_published_suite_is_scanned(real_data: Path) -> None:
    """Every valid document of toml-test is scanned as tomllib reads it."""
    files = sorted((real_data / "toml-test" / "valid").rglob("*.toml"))
    assert files
    for file in files:
        text = file.read_bytes().decode("utf-8-sig")
        check(text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "# above\n[[a]] # h\nx = 1\n# below\n\n# apart\n\n[b]\n",
            ["", "# above\n[[a]] # h\nx = 1\n# below\n", "[b]\n"],
        ),
        ("x = 1\n# of a\n[a]\n# of b\n[b]", ["x = 1\n", "# of a\n[a]\n", "# of b\n[b]"]),
        ("# alone\n\n[a]\n  # in\n", ["# alone\n", "[a]\n  # in\n"]),
    ],
)
def test_comments_without_a_blank_line_between_belong_to_a_table(text: str, spans: list[str]) -> None:
    """A table takes the comments directly above its header and directly below its last line."""
    assert [text[section.start : section.end] for section in sections(text)[0]] == spans


@pytest.mark.parametrize(
    ("text", "at", "unclosed"),
    [('a = """x', 4, "string"), ("a = [1,", 4, "array"), ("a = {b = 1", 4, "table"), ("a = [{b = 'c", 10, "string")],
)
def test_what_has_no_end_is_named(text: str, at: int, unclosed: str) -> None:
    """The innermost thing that is never closed is where the error is."""
    with pytest.raises(ScanError) as caught:
        sections(text)
    assert (caught.value.at, caught.value.unclosed) == (at, unclosed)
