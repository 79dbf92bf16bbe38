"""What leaves comes back: totem reads its own exports, and gets what each format can hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import asdict, replace

from tests.html_site import FIRST, SEA, SECOND, publication
from totem_cli.exporters import Options, find_exporter
from totem_cli.importers import Options as Reading
from totem_cli.importers import find_importer
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Link, Question

DATE = "2020-04-09T18:30:00+02:00"
COMMON = {"id", "title", "language", "status"}
KEPT: Mapping[tuple[str, str], set[str]] = {
    ("jsonl", "json"): {*Episode.__struct_fields__} - {"absent"},
    ("json", "json"): {*Episode.__struct_fields__} - {"absent"},
    ("csv", "csv"): COMMON
    | {"number", "slug", "series", "subtitle", "summary", "date", "published", "updated", "hosts", "guests", "tags",
       "recap", "image", "place", "duration", "licence", "aliases"},
    ("schedule", "schedule"): COMMON | {"subtitle", "summary", "date", "place", "duration"},
    ("wxr", "wordpress"): COMMON - {"language"} | {"series", "summary"},
    ("rss", "feed"): COMMON - {"language"} | {"tags"},
    ("atom", "feed"): COMMON | {"tags"},
}  # fmt: skip
"""The fields of an episode that come back the same, by the format and what reads it."""


@pytest.mark.parametrize(("format_", "reader"), KEPT)
def test_read_back(format_: str, reader: str, tmp_path: Path) -> None:
    """Every episode is there again, under its own id, with all that its format can hold."""
    recap = "La mer **monte**.\n\nElle descend.\n\n- un\n- deux"
    plain = {
        "date": DATE,
        "duration": "PT40M",
        "place": "Le port",
        "recap": recap,
        "image": None,
        "summary": "Au port.",
    }
    questions = (Question(number=1, text="Et demain ?"),)
    links = (Link(url="https://carte.example/"),)
    first = replace(FIRST, **plain, questions=questions, media=(), aliases=("ancien",), links=links, subtitle="Un soir")
    given = publication(episodes=(first, replace(SECOND, **plain), replace(SEA, **plain)))
    (page,) = find_exporter(format_)(given, Options())
    path = tmp_path / page.path
    path.write_bytes(page.render())
    read = find_importer(reader)(path, Reading())
    homes = {series.slug: series for series in read.series}
    found = {episode.id: episode for episode in read.episodes}
    for episode in given.episodes:
        back = found[episode.id]
        back = back.inherit(homes[back.series]) if back.series in homes else back
        expected = asdict(replace(episode, recap=given.recap_of(episode)))
        told = asdict(back)
        differing = {name for name in KEPT[format_, reader] if told[name] != expected[name]}
        assert not differing, {name: (expected[name], told[name]) for name in differing}
        named = {guest.name for guest in back.guests} | {host.name for host in back.hosts}
        if format_ != "atom":
            assert named >= {guest.name for guest in episode.guests} or format_ == "wxr"
        if format_ == "csv":
            assert [one.text for one in back.questions] == [one.text for one in episode.questions]
