"""totem cite: the citation of an episode."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Shell


def test_cite(example: Path) -> None:
    """A line to read by default; BibTeX and CSL-JSON when asked; an unknown style is no grammar."""
    totem = Shell(example)
    said = totem("cite", "1")
    assert said.code == 0
    assert said.out.startswith("Virginie Raisson-Victor et Arthur Barillas, «\u00a0Interdépendances des marchés : ")
    assert totem("cite", "1", "--style", "bibtex").out.startswith(
        "@misc{collaboration:01-interdependances-des-marches,\n"
    )
    assert json.loads(totem("cite", "1", "--style", "csl").out)[0]["number"] == "1"
    assert totem("cite", "1", "--json").out == totem("cite", "1", "--style", "csl").out
    assert totem("cite", "1", "--style", "apa").code == 2
    assert totem("cite", "9").code == 3
