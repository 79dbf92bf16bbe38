"""What ``--json`` prints: one shape of record everywhere, as ``totem schema`` describes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Shell
from totem_cli.archive.archive import Archive

jsonschema = pytest.importorskip("jsonschema")


def test_one_shape(example: Any) -> None:
    """Adding, setting, listing, showing, exporting: the same episode, valid by the schema; parts name their episode."""
    totem = Shell(example.parent)

    def data(*arguments: str) -> Any:
        done = totem(*arguments, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    schema = data("schema")

    def check(value: Any, name: str) -> None:
        jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"}).validate(value)

    jsonschema.Draft202012Validator.check_schema(schema)
    added = data("add", "episode", "Un essai", "--tag", "essai", "--date", "2020-04-09")
    guest = data("add", "guest", "4", "Ada Brun", "--role", "géographe")
    host = data("add", "host", "collaboration", "Luc Mer")
    question = data("add", "question", "4", "Pourquoi ?")
    changed = data("set", "episode", "4", "place=Lyon")
    listed = data("list")
    series = data("show", "collaboration")
    whole = data("export", "json")

    jsonschema.Draft202012Validator(schema).validate(whole)
    for episode in (added, changed, *listed, data("show", "4"), data("publish", "4"), data("add", "tag", "4", "x")):
        check(episode, "EpisodeRecord")
        assert list(episode) == list(whole["episodes"][0])
    assert listed == series["episodes"] == whole["episodes"]
    assert {key: value for key, value in series.items() if key != "episodes"} == data("list", "series")[0]
    check(series, "SeriesRecord")
    assert (guest["kind"], guest["episode"], host["kind"], host["episode"]) == (
        "guest",
        "collaboration/4",
        "host",
        None,
    )
    assert list(guest) == list(host) == list(data("list", "guests")[0])
    assert (question["number"], question["episode"]) == (1, "collaboration/4")
    assert question in data("list", "questions")
    assert [one["name"] for one in data("list", "organisations")] == sorted(
        (one["name"] for one in whole["organisations"]),
        key=[one["name"] for one in data("list", "organisations")].index,
    )
    check(data("list", "organisations")[0], "OrganisationRecord")
    assert data("add", "person", "Ada Brun")["name"] == "Ada Brun"
    assert data("set", "episode", "all", "--tag", "nulle", "place=x") == []
    for noun in ("episodes", "series", "guests", "organisations", "questions", "tags"):
        assert data("list", noun, "--tag", "nulle") == []


def test_search_shows_the_best(totem: Shell) -> None:
    """``search`` shows 50 episodes and tells how many more there are; ``--limit`` says otherwise, 0 for all."""
    with Archive.create(totem.folder / "archive", title="Essais") as archive, archive.transaction():
        archive.series.add("Canal")
        for number in range(1, 53):
            archive.episodes.add(f"L’eau {number}", series="canal")
    for limit, shown, more in (
        ((), 50, "2 more: --limit 0 shows all\n"),
        (("--limit", "0"), 52, ""),
        (("--limit", "51"), 51, "1 more: --limit 0 shows all\n"),
    ):
        done = totem("search", "eau", *limit)
        assert (done.out.count("\n"), done.err) == (shown + 1, more)
    assert totem("set", "episode", "canal/1", "place=Lyon", "--limit", "0").code == 2
