"""Numbers that no field can hold: each is kept as text, told, or refused with its place, and never a bug."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.placing import read_source
from totem_cli.language.human_dates.durations import parse_duration

LONG = ["9" * 19, "9" * 25, "-" + "9" * 25, "9" * 400, "9" * 5000, "1e400"]
FIELDS = ["number", "duration", "title", "weird", "id", "bytes"]


@pytest.fixture
def talks(totem: Shell) -> Shell:
    """A shell beside an archive with one episode."""
    for command in (("init", "archive"), ("add", "series", "S"), ("add", "episode", "E")):
        assert totem(*command, "--quiet").code == 0
    return totem


@pytest.mark.parametrize("number", LONG)
@pytest.mark.parametrize("field", FIELDS)
def test_in_files(tmp_path: Path, field: str, number: str) -> None:
    """In JSON, YAML, tables and front matter, bare and as text: read, or refused with words."""
    sources = {
        "json": f'[{{"name": "A", "{field}": {number}}}, {{"name": "B", "{field}": "{number}"}}]',
        "yaml": f"- name: A\n  {field}: {number}\n",
        "csv": f"name,{field}\nA,{number}\n",
    }
    for kind, text in sources.items():
        with suppress(InvalidError):
            read_source(kind, text.encode(), Options(f"x.{kind}"))
    for text in (f"---\n{field}: {number}\n---\n\nx\n", f'{{"{field}": {number}}}\n\nx\n'):
        (tmp_path / "a.md").write_text(text, "utf-8")
        with suppress(InvalidError):
            read_source("markdown", tmp_path, Options("x"))


def test_long_integers_stay_as_text(talks: Shell) -> None:
    """What JSON has as a number of more than 64 bits is the name of something: every digit of it is kept."""
    (talks.folder / "x.json").write_text(f'[{{"title": "A", "isan": {"9" * 25}, "eidr": [{2**63}, {2**63 - 1}]}}]')
    assert talks("import", "json", "x.json", "--series", "s").code == 0
    extra = json.loads(talks("show", "s/2", "--json").out)["extra"]
    assert extra == {"isan": "9" * 25, "eidr": [str(2**63), 2**63 - 1]}


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5000])
def test_in_commands(talks: Shell, number: str) -> None:
    """As a reference, beside a file that cannot be read, and as the number of an episode that moves."""
    Path(talks.folder, "archive/series/s/02-b.md").write_text("+++\ntitle = \n+++\n", "utf-8")
    assert talks("show", number).code == 3
    assert talks("show", f"s/{number}").code == 3
    assert talks("move", "episode", "1", f"s/{number}").code == 4


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), 1e300])
def test_durations(value: float) -> None:
    """A number that is no length of time is refused."""
    with pytest.raises(InvalidError, match="not a duration"):
        parse_duration(value)
