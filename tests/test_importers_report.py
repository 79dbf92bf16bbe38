"""What all imports have in common: parameters and mapped names are checked, the report is whole, mappings are saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options
from totem_cli.importers.map_file import Reading, read_map_file, save_map_file
from totem_cli.importers.notes import Kind, Note, merged
from totem_cli.importers.placing import placed, read_source
from totem_cli.model import read

TALKS = [
    {"title": "La digue", "sujet_libre": "mer", "guests": [{"name": "Ada Brun", "twiter": "@ada"}]},
    {"title": "Le phare", "sujet_libre": "côte", "humeur": "calme"},
]


@pytest.fixture
def source(totem: Shell) -> Path:
    """A list of talks beside an empty archive."""
    totem("init", "archive", "--quiet")
    path = totem.folder / "talks.json"
    path.write_text(json.dumps(TALKS), "utf-8")
    return path


def imported(totem: Shell, *more: str) -> tuple[int, str, str]:
    """An import of the talks: its exit code, what it prints, what it says."""
    done = totem("import", "json", "talks.json", "--series", "quai", *more)
    return done.code, done.out, done.err


# The report


def test_kept_keys_are_told(totem: Shell, source: Path) -> None:
    """A line for each key that no field has, with its count, and a summary."""
    code, _, said = imported(totem)

    assert code == 0
    told = [line for line in said.splitlines() if "kept aside" in line]
    assert len(told) == 4
    assert (
        "talks.json: [1]: kept aside: 'sujet_libre' (2 times): no field has this name; it is kept as extra" in told[0]
    )
    assert "'guests.twiter'" in told[1]
    assert "of talks.json: 3 kept aside" in told[3]


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_the_report_is_data(totem: Shell, source: Path, dry: tuple[str, ...]) -> None:
    """``--json`` prints one document, with a dry run too: what was read, what became of it, every note."""
    code, out, _ = imported(totem, "--json", *dry)
    found = json.loads(out)

    assert code == 0
    assert found["added"] == ["quai/1", "quai/2"]
    assert found["report"]["read"] == {"series": 0, "episodes": 2, "persons": 0, "comments": 0, "media": 0}
    assert found["report"]["placed"] == {"added": 2, "updated": 0, "skipped": 0}
    assert found["report"]["notes"][0] == {
        "kind": "kept aside",
        "what": "sujet_libre",
        "why": "no field has this name; it is kept as extra",
        "location": {"file": "talks.json", "line": None, "column": None, "path": "[1]"},
        "hint": "--map sujet_libre=FIELD places it",
        "count": 2,
        "asked": False,
    }
    assert ("+title = " in found.get("diff", "")) == bool(dry)
    assert (totem.folder / "archive/series").exists() != bool(dry)


def test_strict_names_each(totem: Shell, source: Path) -> None:
    """``--strict`` refuses what is not placed, each by its name, and takes what was asked for."""
    code, _, said = imported(totem, "--strict", "--quiet")
    assert code == 4
    assert "3 things have no place here: 'sujet_libre', 'guests.twiter', 'humeur'" in said
    assert not (totem.folder / "archive/series").exists()

    source.write_text(json.dumps(TALKS[1:]), "utf-8")
    assert imported(totem, "--strict", "--map", "sujet_libre=tags", "--map", "humeur=-")[0] == 0
    report = json.loads(imported(totem, "--json", "--if-exists", "skip", "--map", "humeur=-")[1])["report"]
    assert [(one["kind"], one["what"]) for one in report["notes"] if one["asked"]] == [("left out", "humeur")]


def test_what_the_source_keeps_aside_itself_is_not_told(totem: Shell, source: Path) -> None:
    """An archive's own ``extra`` comes back with no word, even under ``--strict``."""
    assert imported(totem, "--quiet")[0] == 0
    for format_, path in (("json", "all.json"), ("markdown", "all")):
        assert totem("export", format_, "--output", path, "--quiet").code == 0
        assert totem("init", f"{format_}-copy", "--quiet").code == 0
        again = totem("import", format_, path, "--archive", f"{format_}-copy", "--strict")
        assert (again.code, "kept aside" in again.err) == (0, False), again.err


def test_control_characters_are_visible(totem: Shell, source: Path) -> None:
    """Names of a source cannot act on a terminal through a note."""
    source.write_text(json.dumps([{"title": "A", "\x1b[31m\u202eclé\n": 1}]), "utf-8")
    said = imported(totem)[2]

    assert "\x1b" not in said
    assert "\u202e" not in said
    assert len([line for line in said.splitlines() if "kept aside: " in line]) == 1


def test_notes_of_one_part_are_one() -> None:
    """The same said of the same part of a file is one note with a count."""
    first, other = Location("a.csv", 1), Location("b.csv", 1)
    notes = [
        Note(Kind.LEFT_OUT, "x", "because", first),
        Note(Kind.LEFT_OUT, "x", "because", Location("a.csv", 9), count=2),
        Note(Kind.LEFT_OUT, "x", "because", other),
    ]

    assert merged(notes) == [Note(Kind.LEFT_OUT, "x", "because", first, count=3), notes[2]]


# The options of an import


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--param", "bye=tag"), "json has no parameter 'bye'"),
        (("--type", "page"), "json has no types"),
        (("--map", "humeur=tagz"), "did you mean tags?"),
        (("--map", "humeur=mots-clés"), "did you mean tags?"),
        (("--map", "humeuri=tags"), "did you mean humeur?"),
        (("--map", "=tags"), "write --map NAME=FIELD"),
        (("--timezone", "Europe/Pari"), "did you mean Europe/Paris"),
        (("--encoding", "utf9"), "there is no encoding 'utf9'"),
    ],
)
def test_what_is_not_known_is_refused(totem: Shell, source: Path, given: tuple[str, ...], said: str) -> None:
    """No option's value is passed over: it is refused with what was meant, and nothing is written."""
    code, _, words = imported(totem, *given)

    assert (code, said in words) == (4, True), words
    assert not (totem.folder / "archive/series").exists()


def test_a_parameter_that_an_importer_takes_is_suggested() -> None:
    """Importers state their parameters."""
    with pytest.raises(InvalidError) as raised:
        read_source("wordpress", b"", Options(parameters={"bye": "tag"}))

    assert raised.value.hint == "did you mean by?"


def test_a_kept_key_is_placed_by_its_map() -> None:
    """A name that an importer does not look up is placed where it was kept; what it replaces is told."""
    episode = read.episode(
        {"title": "A", "place": "Quai", "Salle": "Nord", "Mots": "mer, côte", "Orateur": "Ada Brun", "Texte": "Long."},
        series="s",
        slug="a",
    )
    fields = "salle=place\nmots=tags\norateur=guests\ntexte=recap"
    found = placed(Imported(episodes=(episode,)), Options(parameters={"map": fields}), "x")
    (now,) = found.episodes

    assert (now.place, now.tags, now.guests[0].name, now.recap, now.extra) == (
        "Nord",
        ("mer", "côte"),
        "Ada Brun",
        "Long.",
        {},
    )
    assert [(note.what, note.kind) for note in found.notes] == [("Quai", Kind.LEFT_OUT)]


# Mapping files


def test_a_mapping_is_saved_and_used_again(totem: Shell, source: Path) -> None:
    """What was decided once is read from a file: names, parameters, zone, order of day and month, encoding."""
    code, *_ = imported(
        totem,
        "--map",
        "humeur=extra.mood",
        "--month-first",
        "--timezone",
        "Europe/Paris",
        "--dry-run",
        "--save-map",
        "m",
    )
    assert code == 0
    text = (totem.folder / "m").read_text("utf-8")
    assert text == 'timezone = "Europe/Paris"\nday_first = false\n\n[map]\nhumeur = "extra.mood"\n'

    assert imported(totem, "--map-file", "m", "--map", "sujet_libre=tags", "--save-map", "n")[0] == 0
    assert 'sujet_libre = "tags"' in (totem.folder / "n").read_text("utf-8")
    assert 'mood = "calme"' in (totem.folder / "archive/series/quai/02-le-phare.md").read_text("utf-8")


def test_a_saved_mapping_overwrites_nothing(totem: Shell, source: Path) -> None:
    """A file that says something else stays."""
    (totem.folder / "m").write_text("mine", "utf-8")
    code, _, said = imported(totem, "--dry-run", "--save-map", "m")

    assert (code, "m exists already" in said) == (5, True)
    assert (totem.folder / "m").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[mapp]\na = 'b'\n", "did you mean map?"),
        ("timezone = 1\n", "timezone must be text"),
        ("type = 'page'\n", "type must be a list of texts"),
        ("day_first = 'yes'\n", "day_first must be true or false"),
        ("[map]\na = 1\n", "map must be a table of texts"),
        ("[map\n", "m.toml:1"),
    ],
)
def test_a_wrong_mapping_file_is_located(tmp_path: Path, text: str, said: str) -> None:
    """Each fault of a mapping file has its line and how to mend it."""
    path = tmp_path / "m.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidError) as raised:
        read_map_file(path)

    assert said in f"{raised.value}; {raised.value.hint}"
    assert raised.value.location == Location(str(path), 1, raised.value.location.column if raised.value.location else 0)


def test_a_mapping_file_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """All that a reading states comes back."""
    reading = Reading({'a = "b"': "guests 2", "é": "-"}, {"by": "tag"}, ["page"], "+02:00", True, "cp1252")
    save_map_file(tmp_path / "m", reading)

    assert read_map_file(tmp_path / "m") == reading


@pytest.mark.parametrize("format_", ["table", "json", "feed", "page", "wordpress"])
def test_a_device_is_not_read(totem: Shell, format_: str) -> None:
    """A device may have no end: it is refused, whatever the format; a pipe is read."""
    totem("init", "a", "--quiet")
    done = totem("import", format_, "/dev/null", "--archive", "a", "--series", "x")
    assert done.code == 4
    assert "/dev/null is a device" in done.err
