"""``totem check``: every sort of finding as text and as JSON; every reading command prints JSON of such an archive."""

from __future__ import annotations

import json
import re
from pathlib import Path
from unicodedata import normalize

import pytest

import totem_cli
from tests.conftest import Shell
from tests.pictures import exif, jpeg
from totem_cli.cli.main import run

KEYS = ["level", "code", "message", "hint", "file", "line", "column"]
SORTS = dict(
    found[::-1]
    for path in Path(totem_cli.__file__).parent.rglob("*.py")
    for found in re.findall(r'[Ff]inding\(\s*"(error|warning)",\s*"([a-z-]+)"', path.read_text("utf-8"))
)
"""The level of each sort of finding, as the code makes them."""

ID = "11111111-1111-4111-8111-111111111111"
OTHER_ID = "22222222-2222-4222-8222-222222222222"
NOBODY = "99999999-9999-4999-8999-999999999999"
EVERYTHING = f"""\
id = "{ID}"
number = 1
title = "A"
colour = "red"
tags = ["x", "X"]
translation_of = "{NOBODY}"
aliases = ["02-b"]
questions = ["Why?"]
language = "martien"

[[guests]]
name = "Élodie Durand"
organisations = ["Phare"]
person = "nobody"
shoe = 1

[[links]]
url = "javascript:x"

[[media]]
path = "gone.png"
"""
FILES = {
    "series/s/series.md": ('title = "S"\ncolour = "red"', ""),
    "series/s/01-a.md": (EVERYTHING, "A recap with [a link](09-nobody.md) and ![a picture](gone.png)."),
    "series/s/02-b.md": (f'id = "{ID}"\nnumber = 1\ntitle = "B"', ""),
    "series/s/03-c.md": ("title = ", ""),
    "series/s/04 d.md": ('title = "D"\n\n[[guests]]\nname = "Elodie Durant"', ""),
    f"series/s/05-{normalize('NFD', 'é')}.md": ('title = "E"', ""),
    "series/s/06-F.md": ('title = "F"', ""),
    "series/s/06-f.md": ('title = "F"', ""),
    "series/S t/series.md": ('title = "T"', ""),
    "series/t/01-x.md": ('title = "X"', ""),
    "comments/s/01-a/a.md": (f'target = "{NOBODY}"', "x"),
    "comments/s/01-a/b.md": (f'target = "{ID}"\nparent = "{NOBODY}"\nemail = "a@b.example"', "x"),
    "comments/s/02-b/c.md": (f'id = "{OTHER_ID}"\ntarget = "{ID}"', "x"),
}


@pytest.fixture
def wrong(totem: Shell) -> Shell:
    """A shell beside an archive in which everything is wrong that may be."""
    assert totem("init", "archive").code == 0
    for path, (front, body) in FILES.items():
        target = totem.folder / "archive" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"+++\n{front}\n+++\n\n{body}\n", "utf-8")
    (totem.folder / "archive" / "media").mkdir()
    (totem.folder / "archive" / "media" / "place.jpg").write_bytes(jpeg(exif(orientation=1)))
    (totem.folder / "archive" / "media" / "place.tif").write_bytes(exif())
    return totem


def test_every_finding_as_json(wrong: Shell) -> None:
    """One document holds every sort of finding, with line and column where they are known; the text says the same."""
    done = wrong("check", "--json")
    assert (done.code, done.err) == (4, "")
    findings = json.loads(done.out)
    assert all(list(one) == KEYS for one in findings)
    assert {one["code"]: one["level"] for one in findings} == {
        code: level
        for code, level in SORTS.items()
        if code not in {"damaged", "index", "unused-media", "no-translation"}
    } | {"unreadable": "error"}
    assert {(one["line"] is None, one["column"] is None) for one in findings} == {(False, False), (True, True)}
    assert {one["hint"] is None for one in findings} == {False, True}
    by_code = {one["code"]: one for one in findings}
    name = "archive/series/s/01-a.md"
    assert by_code["twice"] == {
        "level": "warning", "code": "twice", "message": "X is there twice", "hint": None, "file": name, "line": 6,
        "column": 14,
    }  # fmt: skip
    text = wrong("check")
    assert text.code == 4
    for one in findings:
        place = ":".join(str(one[key]) for key in ("file", "line", "column") if one[key] is not None)
        assert f"{place}: {one['level']}: {one['message']}" in text.out


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--strict",), 4)])
def test_warnings_alone(option: tuple[str, ...], code: int, example: Path) -> None:
    """A warning is no failure, unless asked; nothing found is an empty list."""
    totem = Shell(example.parent)
    assert (json.loads(totem("check", "--json", *option).out), totem("check", *option).code) == ([], 0)
    path = next(example.glob("series/*/01-*.md"))
    path.write_text(path.read_text("utf-8").replace("+++\n", '+++\ncolour = "red"\n', 1), "utf-8")
    done = totem("check", "--json", *option)
    (found,) = json.loads(done.out)
    assert (done.code, found["code"], found["line"], found["column"]) == (code, "unknown-key", 2, 10)


def test_damage_as_json(
    example: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A file whose content is not what it was, though its size and time are, is found by ``--deep``."""
    assert run(["--archive", str(example), "check", "--deep", "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out) == []

    monkeypatch.setattr("totem_cli.archive.checks.digest_of", lambda content: b"other")
    assert run(["--archive", str(example), "check", "--deep", "--json"]) == 4
    findings = json.loads(capfdbinary.readouterr().out)
    assert {(one["level"], one["code"], one["line"]) for one in findings} == {("error", "damaged", None)}


def test_check_of_a_site_as_json(example: Path) -> None:
    """What is wrong with an exported site is JSON too."""
    totem = Shell(example.parent)
    assert totem("export", "html", "--output", "site").code == 0
    assert json.loads(totem("check", "site", "site", "--json").out) == []
    (example.parent / "site" / "index.html").unlink()
    done = totem("check", "site", "site", "--json")
    assert done.code == 4
    assert {*json.loads(done.out)[0]} == {"path", "message"}


READING = (
    *(["list", noun, "--status", "all"] for noun in (
        "episodes", "series", "guests", "organisations", "questions", "tags", "comments",
    )),
    ["show", "s/01-a"], ["show", "s/"], ["show", OTHER_ID], ["search", "recap"], ["stats"],
    ["cite", "s/01-a"], ["report", "person", "Élodie Durand"], ["undo", "--list"],
    ["export", "json"], ["export", "json", "--output", "out.json"], ["schema"], ["doctor"],
    ["check"], ["check", "--deep"], ["check", "--strict"],
)  # fmt: skip


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_reading_commands_say_json(arguments: list[str], wrong: Shell) -> None:
    """Of an archive in which much is wrong every reading command prints one JSON document, or nothing."""
    if arguments[0] == "export":  # which refuses files that cannot be read, and episodes of no series
        for path in ("s/03-c.md", "t/01-x.md"):
            (wrong.folder / "archive/series" / path).unlink()
    if arguments[0] == "undo":
        assert wrong("add", "series", "Z").code == 0
    done = wrong(*arguments, "--json")
    assert done.code == (4 if arguments[0] == "check" else 0), done.err
    assert "bug in totem" not in done.err
    if "--output" not in arguments:
        assert json.loads(done.out)


@pytest.mark.parametrize(
    "arguments", [["show", "s/9"], ["show", "s/3"], ["search"], ["cite", "s/99"], ["list", "x"]], ids=" ".join
)
def test_errors_of_reading_commands_are_json(arguments: list[str], wrong: Shell) -> None:
    """An error is one object on stderr, and nothing on stdout."""
    done = wrong(*arguments, "--json")
    assert (done.code in (2, 3, 4), done.out) == (True, "")
    error = json.loads(done.err.splitlines()[-1])
    assert (error["exit"], error["code"] != "bug") == (done.code, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[x](02-b.md)", None),
        ("[x](<02-b.md#un-titre>)", None),
        ("[x](../s/series.md)", None),
        ("[x](../../people/ada.md)", None),
        ("[x](series/s/02-b.md)", None),
        ("[x](s/02-b/)", None),
        ("[x](s/old/index.html)", None),
        ("[x](people/somebody/)", None),
        ("[x](../../media/a%20b.pdf)", None),
        ("[x](https://example.org/02-z.md)", None),
        ("![x](media/port.png)", None),
        ("<img src='../../media/port.png'>", None),
        ("`[x](02-z.md)`", None),
        ("[x](02-z.md)", "the link 02-z.md leads to no episode, series or person"),
        ("[x](../t/series.md)", "the link ../t/series.md leads to no episode, series or person"),
        ("[x]\n\n[x]: 03-draft.md", "the link 03-draft.md leads to a draft"),
        ("[x](s/02-z/)", "the link s/02-z/ leads to no page"),
        ("[x](media/none.pdf)", "the link media/none.pdf leads to no file"),
        ("![x](none.png)", "there is no picture none.png"),
        ("![x](port.png)", "there is no picture port.png"),
    ],
)
def test_references_of_a_text(totem: Shell, text: str, problem: str | None) -> None:
    """What a text refers to is there: a file of the archive, a page of the site, a picture."""
    totem("init", "archive", "--quiet")
    for path, content in {
        "series/s/series.md": 'title = "S"',
        "series/s/01-a.md": 'title = "A"\n\n[[media]]\npath = "port.png"\nalt = ""\n[[media]]\npath = "a b.pdf"',
        "series/s/02-b.md": 'title = "B"\naliases = ["old"]',
        "series/s/03-draft.md": 'title = "C"\nstatus = "draft"',
        "people/ada.md": 'name = "Ada"',
    }.items():
        file = totem.folder / "archive" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"+++\n{content}\n+++\n\n{text if path.endswith('01-a.md') else ''}\n", "utf-8")
    (totem.folder / "archive" / "media").mkdir()
    for name in ("port.png", "a b.pdf"):
        (totem.folder / "archive" / "media" / name).write_bytes(b"x")
    found = json.loads(totem("check", "--json").out)
    assert [one["message"] for one in found] == ([problem] if problem else [])
    if problem:
        assert (found[0]["file"], found[0]["level"], found[0]["line"]) == (
            "archive/series/s/01-a.md", "warning", 11 + 2 * ("\n" in text),
        )  # fmt: skip


def test_a_picture_of_an_episode_is_there(totem: Shell) -> None:
    """A picture that is not under media/ is named; an address elsewhere is no file that is missing."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    for title, image in (("A", "lost.png"), ("B", "https://example.org/b.png")):
        totem("add", "episode", title, "--quiet")
        totem("set", "episode", "latest", f"image={image}", "--quiet")
    assert [one["message"] for one in json.loads(totem("check", "--json").out)] == ["media/lost.png is not there"]


def test_media_that_nothing_published_names(totem: Shell) -> None:
    """A file of a draft, and one that nobody names, are named, unless all media are wanted."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    for name, options in (("shown.txt", ()), ("secret.txt", ("--draft",))):
        (totem.folder / name).write_text(name)
        number = "1" if not options else "2"
        totem("add", "episode", f"Episode {number}", *options, "--quiet")
        totem("add", "media", number, name, "--quiet")
    (totem.folder / "archive" / "media" / "nobody.txt").write_text("x")
    found = json.loads(totem("check", "--json").out)
    assert [(one["code"], one["file"]) for one in found] == [
        ("unused-media", "archive/media/nobody.txt"),
        ("unused-media", "archive/media/secret.txt"),
    ]
    with (totem.folder / "archive" / "totem.toml").open("a") as file:
        file.write("\n[html]\nall_media = true\n")
    assert json.loads(totem("check", "--json").out) == []
