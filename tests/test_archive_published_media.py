"""Media that nothing published names stay at home, in every format; what becomes published brings them."""

from __future__ import annotations

import filecmp
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.model.media_names import file_named, named_in

FORMATS: Sequence[tuple[str, ...]] = (("html",), ("markdown",), ("markdown", "--for", "hugo"))


@pytest.fixture
def archive(totem: Shell) -> Shell:
    """An archive whose media are named in every way, and by drafts."""
    assert totem("init", "archive", "--quiet").code == 0
    files = {
        "totem.toml": 'version = 1\ntitle = "A"\nbase_url = "https://a.example/"\nlogo = "media/setting.txt"',
        "series/s/series.md": '+++\ntitle = "S"\n+++\n\n[x](media/series.txt)',
        "series/s/01-a.md": (
            '+++\ntitle = "A"\nimage = "image.txt"\n\n[[media]]\npath = "medium.txt"\n\n'
            '[[links]]\nurl = "media/link.txt"\n\n[[guests]]\nname = "Ada"\n\n'
            '[[questions]]\ntext = "Q"\nanswer = "See media/answer.txt"\n+++\n\n'
            "[x](<../../media/a b.txt>) ![x](media/with%20escape.txt) [r]\n\n[r]: media/reference.txt\n\n"
            '<img src="media/html.txt"> ![x](media/b(1).txt "t") [x](media/c[2].txt) [x](media/page.txt#two)'
        ),
        "series/s/02-b.md": '+++\ntitle = "B"\nstatus = "draft"\n\n[[media]]\npath = "draft.txt"\n+++\n',
        "series/t/series.md": '+++\ntitle = "T"\nstatus = "draft"\n+++\n\n![x](media/hidden.txt)',
        "series/t/01-a.md": '+++\ntitle = "A"\nimage = "inherited.txt"\n+++\n',
        "people/ada.md": '+++\nname = "Ada"\nimage = "person.txt"\n+++\n\n![x](media/biography.txt)',
        "people/nobody.md": '+++\nname = "Nobody"\nimage = "nobody.txt"\n+++\n',
        "theme/static/theme.css": "body { background: url(../../media/theme.txt) }",
        "theme/templates/search.html": '{% extends "totem/search.html" %}{# media/template.txt #}',
    }
    for path, content in files.items():
        file = totem.folder / "archive" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{content}\n", "utf-8")
    (totem.folder / "archive" / "media").mkdir()
    for name in (*PUBLISHED, *AT_HOME):
        (totem.folder / "archive" / "media" / f"{name}.txt").write_text(name)
    return totem


PUBLISHED = [
    *("setting", "series", "image", "medium", "link", "answer", "a b", "with escape", "reference", "html", "b(1)"),
    *("c[2]", "page", "person", "biography", "theme", "template"),
]
AT_HOME = ["draft", "hidden", "inherited", "nobody", "unnamed"]


def exported(totem: Shell, target: str, *how: str) -> set[str]:
    """The names of the media that an export has."""
    done = totem("export", *how, "--output", target, "--quiet")
    assert done.code == 0, done.err
    return {file.stem for file in (totem.folder / target).rglob("*.txt") if file.parent.name == "media"}


@pytest.mark.parametrize("how", FORMATS, ids="-".join)
def test_only_what_is_named(archive: Shell, how: tuple[str, ...]) -> None:
    """An export has the files that what it publishes names, and no others; all of them where that is asked for."""
    assert exported(archive, "out", *how) == {*PUBLISHED}
    assert {"medium", "image"} <= exported(archive, "selected", *how, "--series", "s") <= {*PUBLISHED}
    with (archive.folder / "archive" / "totem.toml").open("a") as file:
        file.write("\n[html]\nall_media = true\n")
    assert exported(archive, "out", *how) == {*PUBLISHED, *AT_HOME}


@pytest.mark.parametrize("how", FORMATS, ids="-".join)
def test_again_is_as_cold(archive: Shell, how: tuple[str, ...]) -> None:
    """What is published brings its media into an output that is there already, and takes them away as a draft."""
    exported(archive, "out", *how)
    for number, (command, expected) in enumerate((("publish", True), ("unpublish", False))):
        assert archive(command, "s/2", "--quiet").code == 0
        assert ("draft" in exported(archive, "out", *how)) == expected
        exported(archive, f"cold{number}", *how)
        assert_same(archive.folder / "out", archive.folder / f"cold{number}")


def assert_same(one: Path, other: Path) -> None:
    """Two folders hold the same files with the same contents."""
    files = [sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file()) for root in (one, other)]
    assert files[0] == files[1]
    assert filecmp.cmpfiles(one, other, map(str, files[0]), shallow=False)[1:] == ([], [])


def test_books_and_feeds(archive: Shell) -> None:
    """No format of one file tells of a file at home."""
    for format_ in ("epub", "wxr", "rss", "json", "csv", "atom", "jsonfeed"):
        done = archive("export", format_, "--output", f"out.{format_}")
        assert done.code == 0, done.err
    found = subprocess.run(
        ["grep", "-la", *(f"-e{name}.txt" for name in AT_HOME), "-r", "."],
        cwd=archive.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in found.stdout.split() if line.startswith("./out.")] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("![x](media/a.png)", "a.png"),
        ("![x](../../media/a.png 't')", "a.png"),
        ("![x](<media/a b.png>)", "a b.png"),
        ("![x](media/a\\_b.png)", "a_b.png"),
        ("![x](media/a&amp;b.png)", "a&b.png"),
        ("<video src='media/a b.mp4'>", "a b.mp4"),
        ("url(../../media/a.png)", "a.png"),
        ("[x](media/a.pdf?page=2#three)", "a.pdf"),
        ("media/Été.png", "Été.png"),
    ],
)
def test_names_in_texts(text: str, name: str) -> None:
    """However a text writes the name of a file, it is found."""
    assert [file_named(one, {name}) for one in named_in(text)] == [name]
