"""Citations: BibTeX, CSL-JSON, a line to read."""

from __future__ import annotations

import json
import re

import bibtexparser
import pytest
from hypothesis import given
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.html_site import BASE, FIRST, SEA, SECOND, publication
from tests.strategies import QUICK, texts
from totem_cli.exporters import Options, find_exporter
from totem_cli.exporters.bibtex import bibtex, tex
from totem_cli.exporters.citation import Citation, citations, text
from totem_cli.exporters.csl import csl
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance
from totem_cli.model.person import Person


def cited(episode: Episode, *persons: Person) -> Citation:
    """The citation of an episode."""
    (found,) = citations(with_fields(publication(episodes=(episode,)), persons=persons))
    return found


def entry(episode: Episode, *persons: Person) -> dict[str, str]:
    """Its entry in BibTeX, read by another; ``ENTRYTYPE`` and ``ID`` among its fields."""
    library = bibtexparser.parse_string(bibtex(cited(episode, *persons)))
    assert library.failed_blocks == []
    (found,) = library.entries
    return {"ENTRYTYPE": found.entry_type, "ID": found.key} | {field.key: field.value for field in found.fields}


def test_bibtex() -> None:
    """What took place is in the proceedings of its series, by its guests; the hosts are editors."""
    found = entry(FIRST)
    assert found == {
        "ENTRYTYPE": "inproceedings",
        "ID": "marees:01-episode",
        "author": "Zoé Œuvrard and Blaise Kermadec",
        "title": "{Qui regarde la mer 1 : pêcheurs ou promeneurs ?}",
        "booktitle": "Marées : une saison",
        "editor": "Maëlle Guivarc’h",
        "number": "1",
        "year": "2020",
        "month": "apr",
        "publisher": "Le port",
        "language": "fr",
        "url": f"{BASE}/marees/01-episode/",
    }


def test_undated() -> None:
    """Without a year there are no proceedings."""
    found = entry(SECOND)
    assert (found["ENTRYTYPE"], found["howpublished"]) == ("misc", "Marées : une saison")
    assert "year" not in found


@pytest.mark.parametrize(
    ("name", "sort_name", "expected"),
    [
        ("Zoé de la Mer", "Mer, Zoé de la", "Mer, Zoé de la"),
        ("Zoé de la Mer", None, "Zoé de la Mer"),
        ("Dupont and Dupond", None, "{Dupont and Dupond}"),
        ("Société X, Lyon", None, "{Société X, Lyon}"),
        ("X & Y", None, r"X \& Y"),
        ("others", None, "{others}"),
        ("Madonna", "Madonna", "Madonna"),
    ],
)
def test_names(name: str, sort_name: str | None, expected: str) -> None:
    """A name is parted only where the person's sort_name says how, and never by BibTeX against its sense."""
    person = Person(slug="x", name=name, sort_name=sort_name)
    assert entry(replace(FIRST, guests=(Appearance(name=name),)), person)["author"] == expected


@QUICK
@given(texts)
def test_tex_is_inert(words: str) -> None:
    """Every special character of TeX is a command for it, and braces balance."""
    written = tex(words)
    bare = re.sub(r"\\(?:[$&#_%]|text[a-z]+\{\})", "", written)
    assert not set(bare) & set("\\{}$&#_%^~")
    assert entry(replace(FIRST, title=f"a{words}b"))["year"] == "2020"


def test_keys_are_stable() -> None:
    """A new title or number changes no key; a slug in another script makes one of the id."""
    assert cited(replace(FIRST, title="x", number=9)).key == cited(FIRST).key
    assert cited(replace(FIRST, slug="01-мир")).key == f"marees:{FIRST.id[:8]}"


def test_csl() -> None:
    """An item says who spoke, where and when; names are parted only where it is known how."""
    item = csl(cited(FIRST, Person(slug="zoe", name="Zoé Œuvrard", sort_name="Œuvrard, Zoé")))
    assert item["id"] == "marees:01-episode"
    assert item["type"] == "broadcast"
    assert item["author"] == [{"family": "Œuvrard", "given": "Zoé"}, {"literal": "Blaise Kermadec"}]
    assert item["issued"] == {"date-parts": [[2020, 4, 9]]}
    assert csl(cited(replace(SECOND, date="2020-05")))["issued"] == {"date-parts": [[2020, 5]]}
    assert csl(cited(SECOND))["type"] == "speech"


def test_text() -> None:
    """A line to read in the episode's language."""
    assert text(cited(FIRST)) == (
        "Zoé Œuvrard et Blaise Kermadec, «\u00a0Qui regarde la mer 1 : pêcheurs ou promeneurs ?\u00a0», "
        f"Marées : une saison, nº\u00a01, 9 avril 2020, {BASE}/marees/01-episode/"
    )
    assert text(cited(SEA)).startswith("Blaise Kermadec, “Who watches the sea?”, Tides, no. 1")


def test_bibliographies() -> None:
    """The exporters write every episode, and one key once."""
    (bib,), (items,) = (find_exporter(name)(publication(), Options()) for name in ("bibtex", "csl"))
    keys = [found.key for found in bibtexparser.parse_string(bib.render().decode()).entries]
    assert keys == [item["id"] for item in json.loads(items.render())]
    assert len(set(keys)) == 4
