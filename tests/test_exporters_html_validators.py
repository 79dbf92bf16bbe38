"""The pages are HTML by two validators, of every kind, whatever text is in them; their links lead somewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.html_browser import written
from tests.html_hostile import ATTACKS, hostile
from tests.html_site import everything, publication, site
from tests.html_validators import html_validate, nu
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options
from totem_cli.exporters.html import export
from totem_cli.model.settings import Settings
from totem_cli.publishing.publisher import publish
from totem_cli.publishing.site_check import check_site

BROKEN = '<!DOCTYPE html><html lang="fr"><title>x</title><p id="a"><p id="a"><img src="x.png"><div><li></div>'


def _sites() -> dict[str, Publication]:
    return {"whole": everything(), "hostile": hostile(*ATTACKS), "empty": publication(Settings(), episodes=())}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sites of every kind of page, whole and in one file."""
    root = tmp_path_factory.mktemp("sites")
    for name, given in _sites().items():
        written(site(given), root / name)
        written(site(given, single=True), root / f"{name}-single")
    return root


def test_nu_finds_nothing(folder: Path) -> None:
    """The Nu HTML Checker has no error and no warning."""
    assert nu(folder) == []


def test_html_validate_finds_nothing(folder: Path) -> None:
    """Nor has html-validate, by its recommended rules."""
    assert html_validate(folder) == []


def test_validators_see(tmp_path: Path) -> None:
    """Both do find what is wrong."""
    (tmp_path / "x.html").write_text(BROKEN)
    assert any("Duplicate ID" in fault for fault in nu(tmp_path))
    assert any("no-dup-id" in fault for fault in html_validate(tmp_path))


def test_naughty_strings_make_valid_pages(real_data: Path, tmp_path: Path) -> None:
    """Strings that others found to break programs, many in each field of each episode."""
    file = real_data / "hostile" / "blns" / "blns.json"
    if not file.is_file():
        pytest.skip(f"no naughty strings at {file}; set TOTEM_REAL_DATA")
    texts = [text for text in json.loads(file.read_text("utf-8")) if text.strip()]
    step = 1 if os.environ.get("TOTEM_FAULTS") == "full" else 10
    written(site(hostile(*texts[::step], together=4)), tmp_path)
    assert nu(tmp_path, warnings=False) == []
    assert html_validate(tmp_path) == []


@pytest.mark.parametrize("name", ["whole", "empty"])
def test_links_lead_somewhere(name: str, tmp_path: Path) -> None:
    """Every link and fragment of a published site has its file and its place."""
    publish(export(_sites()[name], Options()), tmp_path / "site", format="html", filters={})
    assert check_site(tmp_path / "site") == []
