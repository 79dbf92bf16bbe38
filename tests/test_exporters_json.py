"""The JSON export: one document, the public record."""

from __future__ import annotations

import json

import pytest

from tests.publications import publication
from totem_cli.archive.record import to_json
from totem_cli.errors import NotFoundError, PluginError
from totem_cli.exporters import Options, exporter_names, find_exporter, is_one_file
from totem_cli.exporters.json import export
from totem_cli.exporters.markdown import export as export_markdown


def test_one_document() -> None:
    """It is the record as it is, and one file."""
    given = publication()
    (page,) = export(given, Options())
    assert page.path == "archive.json"
    assert json.loads(page.render()) == json.loads(to_json(given.record()))
    assert is_one_file(export)
    assert not is_one_file(export_markdown)


def test_key_follows_the_content() -> None:
    """The key is the same for the same publication, and another when a recap, a title or a person changes."""
    keys = [
        next(iter(export(one, Options()))).key
        for one in (
            publication(),
            publication(),
            publication(recap="other"),
            publication(title="other"),
            publication(biography="other"),
            publication(archive_title="other"),
        )
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5


class Point:
    """An entry point as importlib.metadata gives it."""

    def __init__(self, name: str, package: str, value: object) -> None:
        self.name = name
        self.value = f"{package}:{name}"
        self.dist = type("Dist", (), {"name": package})()
        self._loaded = value

    def load(self) -> object:
        """What it stands for, or its failure."""
        if isinstance(self._loaded, Exception):
            raise self._loaded
        return self._loaded


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[Point]:
    """The entry points there are, to be filled in."""
    found = [Point("json", "totem-cli", export), Point("html", "totem-cli", export)]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found if group == "totem.exporters" else [])
    return found


def test_found_by_name(points: list[Point]) -> None:
    """An exporter is found by its name; the names are sorted."""
    assert find_exporter("json") is export
    assert exporter_names() == ["html", "json"]


def test_not_found(points: list[Point]) -> None:
    """A name that is none is answered with what was meant, or what there is."""
    with pytest.raises(NotFoundError) as raised:
        find_exporter("jsn")
    assert "json" in (raised.value.hint or "")
    with pytest.raises(NotFoundError) as raised:
        find_exporter("zzz")
    assert raised.value.hint == "there are: html, json"


@pytest.mark.parametrize("value", [ImportError("no lib"), ValueError("odd"), "not a function"])
def test_broken_plugin(points: list[Point], value: object) -> None:
    """A plugin that does not load is told with its package."""
    points.append(Point("epub", "totem-epub", value))
    with pytest.raises(PluginError, match="totem-epub"):
        find_exporter("epub")


def test_clash(points: list[Point]) -> None:
    """Two packages that claim one name are both told, and neither is taken."""
    points.append(Point("json", "other-json", export))
    with pytest.raises(PluginError, match="other-json, totem-cli"):
        find_exporter("json")
