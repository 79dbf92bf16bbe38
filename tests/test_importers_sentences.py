"""Sixty sentences that name people, of all makes, in five languages: thirty to build for, thirty held out."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pytest

from totem_cli.importers import Options
from totem_cli.importers.page import read

FOLDER = Path(__file__).parent / "sentences"


def sentences(name: str) -> list[dict[str, Any]]:
    """The sentences of a file, each with whom it names and as what."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def outcome(row: dict[str, Any]) -> str:
    """Whether a page with the sentence gives its people (``right``), or else tells of it (``told``)."""
    text = f"<h1>Les digues</h1><p>{escape(row['sentence'], quote=False)}</p><p>La mer monte, et nul ne dort.</p>"
    found = read(text.encode(), Options(name="page.html"))
    (episode,) = found.episodes
    people, others = episode.guests, episode.hosts
    if row["as"] == "hosts":
        people, others = (*episode.hosts, *(host for one in found.series for host in one.hosts)), episode.guests
    read_as = [[one.name, one.role or "", list(one.organisations)] for one in people]
    if read_as == row["people"] and not others:
        return "right"
    return "told" if found.notes else "silent"


@pytest.mark.parametrize("row", sentences("built_for"), ids=lambda row: row["sentence"][:40])
def test_sentences_that_the_reader_was_built_for(row: dict[str, Any]) -> None:
    """They are read right, or told: one is, whose organisation is a place name only."""
    assert outcome(row) == ("told" if "Portofino" in row["sentence"] else "right")


def test_sentences_that_were_held_out() -> None:
    """They were written with their answers before the reader, and not looked at while it was made."""
    outcomes = [outcome(row) for row in sentences("held_out")]
    assert (outcomes.count("right"), outcomes.count("silent")) == (28, 0)
