"""totem cite: the citation of an episode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_nothing_unseen_is_printed(example: Path) -> None:
    """A piped diff and a piped citation show what a reader would not see."""
    totem = Shell(example.parent)
    title = "Un\u2060e \u202eetixe"
    done = totem("set", "episode", "1", f"title={title}", "--dry-run")
    assert done.code == 0
    assert "Un\\u2060e \\u202eetixe" in done.out
    totem("set", "episode", "1", f"title={title}")
    for style in ("bibtex", "text"):
        assert "Un\\u2060e \\u202eetixe" in totem("cite", "1", "--style", style).out


@pytest.mark.parametrize(
    ("settings", "column"),
    [
        ('base_url = "https://user:pass@a.example/"', 12),
        ('base_url = "https://user@a.example/"', 12),
        ('base_url = "//a.example/"', 12),
        ("base_url = '\\\\a.example/'", 12),
        ('comments = { receiver = "https://user:pass@a.example/" }', 25),
        ('comments = { receiver = " //a.example/x" }', 25),
    ],
)
def test_an_address_of_the_settings_holds_no_password(totem: Shell, settings: str, column: int) -> None:
    """A name, a password or a missing scheme in an address of the settings is refused, with its place."""
    totem("init", "archive", "--quiet")
    path = totem.folder / "archive" / "totem.toml"
    path.write_text(f"{settings}\n{path.read_text('utf-8')}", "utf-8")
    done = totem("export", "html", "--output", "site")
    assert (done.code, done.err.startswith(f"error: archive/totem.toml:1:{column}: ")) == (4, True), done.err
    path.write_text(path.read_text("utf-8").replace("user:pass@", "").replace("user@", ""), "utf-8")


@pytest.mark.parametrize(
    "address", ["https://a.example/@b", "https://a.example/?mail=a@b", "/comments", "mailto:a@b.example"]
)
def test_other_addresses_of_the_settings_stay(totem: Shell, address: str) -> None:
    """An at sign elsewhere is no password."""
    totem("init", "archive", "--quiet")
    with (totem.folder / "archive" / "totem.toml").open("a") as file:
        file.write(f'\n[comments]\nreceiver = "{address}"\n')
    assert totem("export", "html", "--output", "site").code == 0
