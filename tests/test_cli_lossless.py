"""Files written by hand: a command changes only the lines that it has to."""

from __future__ import annotations

import shutil
from difflib import ndiff
from pathlib import Path

import pytest

from tests.conftest import Shell

HEADED = """+++
# Écrit à la main.
title   =   'Eau & "forêts"'   # le titre
number=1

tags = [ 'mer',"eau" ]     # deux
questions = [
    'Qui ?',   # d'abord
    # puis
    "Quoi ?"
]
mine = { a = 1,   b = [1,
  2] }

[[guests]]   # la première
  role = 'géographe'
  name = "Ada Brun"

[[guests]]
name="Bo"
organisations = ["CNRS" , ]
+++

Un récit  \x20
avec des espaces.
"""

INLINE = """+++
number = 1
'title' = \"\"\"Eau\"\"\"
guests = [
  {name = "Ada Brun", role = 'géographe'}, # la première
  { name = 'Bo' , organisations = [ 'CNRS' ]},
]
tags = ['mer', 'eau']
questions = [{text = "Qui ?", asked_by = "Bo"}, "Quoi ?"]
+++
Un récit.
"""

ONE_LINE = """+++
title = "Eau"
number = 1
guests = ["Ada Brun", 'Bo']
tags = []
questions = ['Qui ?', 'Quoi ?']
+++
"""

TABLES = """+++
title = "Eau"
number = 1
tags = ["mer", "eau"]

[[questions]]
text = "Qui ?"   # une

[[guests]]
name = "Ada Brun"
role = "géographe"

[[questions]]
text = 'Quoi ?'

[[guests]]
name = "Bo"

[extra_table]   # la mienne
deep.key = 1
+++

Un récit.
"""

FILES = {"headed": HEADED, "inline": INLINE, "one line": ONE_LINE, "tables": TABLES}

FORMS = {
    "as it is": lambda text: text.encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no last newline": lambda text: text.rstrip("\n").encode(),
}

COMMANDS = {
    "add guest": (["add", "guest", "1", "Zoé Lac", "--role", "autrice"], 4),
    "set episode": (["set", "episode", "1", "title=Autre"], 1),
    "set new key": (["set", "episode", "1", "place=Lyon"], 1),
    "add question": (["add", "question", "1", "Où ?"], 3),
    "set questions": (["set", "episode", "1", "questions+=Où ?", "guests+=Zoé Lac"], 6),
    "set all questions": (["set", "episode", "1", 'questions=["Où ?"]'], 3),
    "add tag": (["add", "tag", "1", "neuf"], 1),
    "remove guest": (["remove", "guest", "1", "Bo"], 1),
    "remove question": (["remove", "question", "1", "1"], 1),
    "set guest": (["set", "guest", "1", "Ada Brun", "role=CEO"], 1),
    "set question": (["set", "question", "1", "2", "text=Quand ?"], 1),
}
"""Each command with the most lines that it may add."""


def written(folder: Path, data: bytes) -> Path:
    """An archive with one episode, whose file is that."""
    home = folder / "archive/series/mers"
    home.mkdir(parents=True)
    (folder / "archive/totem.toml").write_text('title = "T"\n')
    (home / "series.md").write_text('+++\ntitle = "Mers"\n+++\n')
    file = home / "01-eau.md"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", FORMS)
def test_only_the_lines_that_must_change(name: str, form: str, tmp_path: Path) -> None:
    """Each edit adds few lines, takes away those it replaces, and leaves all other bytes as they were; undo too."""
    data = FORMS[form](FILES[name])
    file = written(tmp_path, data)
    totem = Shell(tmp_path)
    for label, (arguments, most) in COMMANDS.items():
        done = totem(*arguments)
        assert done.code == 0, (label, done.err)
        changed = file.read_bytes()
        lines = list(ndiff(data.decode().splitlines(True), changed.decode().splitlines(True)))
        added = [line[2:] for line in lines if line[0] == "+"]
        removed = [line[2:] for line in lines if line[0] == "-"]
        assert len(added) <= most, (label, added)
        assert len(removed) <= max(most, 6), (label, removed)
        ends = b"\r\n" if form == "CRLF" else b"\n"
        assert changed.count(b"\n") == changed.count(ends), label
        assert changed.startswith(b"\xef\xbb\xbf") == (form == "BOM"), label
        assert changed.endswith(b"\n") == data.endswith(b"\n"), label
        assert [line for line in data.split(b"\n") if b"#" in line and b"Bo" not in line and b"Qui" not in line] == [
            line for line in changed.split(b"\n") if b"#" in line and b"Bo" not in line and b"Qui" not in line
        ] or label in ("set all questions", "set episode", "set question", "set guest", "add tag"), label
        again = totem(*arguments, "--if-exists", "skip") if arguments[0] == "add" and label != "add tag" else None
        assert again is None or (again.code, file.read_bytes()) == (0, changed), label
        assert totem("undo", "-q").code == 0
        assert file.read_bytes() == data, label


@pytest.mark.parametrize("name", FILES)
def test_what_is_there_already_writes_nothing(name: str, tmp_path: Path) -> None:
    """Setting a value that is there, adding a tag that is there: not a byte, not a time."""
    file = written(tmp_path, FILES[name].encode())
    totem = Shell(tmp_path)
    before = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)
    title = "title=" + ('Eau & "forêts"' if name == "headed" else "Eau")
    tags = [] if name == "one line" else ["tags+=MER"]

    for arguments in (
        ["set", "episode", "1", title, "number=1", *tags],
        ["publish", "1"],
        ["move", "guest", "1", "2", "2"],
    ):
        done = totem(*arguments)
        assert (done.code, done.out) == (0, "mers/1\n"), done.err

    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert totem("undo").code == 3


def test_real_files(real_data: Path, tmp_path: Path) -> None:
    """Real TOML files used as episodes: a tag and a place are added, and taken back to the same bytes."""
    sources = sorted((real_data / "frontmatter/zola-toml-en").rglob("*.md"))
    if not sources:
        pytest.skip("the real data holds no zola-toml-en")
    written(tmp_path, ONE_LINE.encode()).unlink()
    home = tmp_path / "archive/series/mers"
    files = []
    for number, source in enumerate(sources, 1):
        files.append(home / f"{number:02d}-episode.md")
        shutil.copyfile(source, files[-1])
    before = [file.read_bytes() for file in files]
    totem = Shell(tmp_path)
    held = totem("list", "--fields", "number").out.split()[1:]
    assert len(held) > len(files) * 0.9

    assert totem("set", "episode", "all", "place=Lyon", "--yes", "--skip-unreadable", "-q").code == 0

    for file, old in zip(files, before, strict=True):
        new = file.read_bytes()
        lines = [
            line for line in ndiff(old.decode().splitlines(True), new.decode().splitlines(True)) if line[0] in "+-"
        ]
        assert [line.strip() for line in lines] in ([], ['+ place = "Lyon"']), file
    assert totem("undo", "-q").code == 0
    assert [file.read_bytes() for file in files] == before
