"""Every writing command: tried, made, taken back, made again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, Shell

ID = re.compile(r"(?!11111111)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COMMENT = "11111111-1111-4111-8111-111111111111"
COMMANDS = {
    "add series": ["add", "series", "Une autre série", "--intro", "text.md"],
    "add episode": [
        "add",
        "episode",
        "Un nouvel épisode",
        "--series",
        "collaboration",
        "--tag",
        "essai",
        "--recap",
        "text.md",
        "--draft",
    ],
    "add episode again": [
        "add",
        "episode",
        "Autre",
        "--series",
        "collaboration",
        "--number",
        "1",
        "--date",
        "2020-04-09",
        "--if-exists",
        "update",
    ],
    "add guest": ["add", "guest", "1", "Ada Brun", "--role", "géographe", "--organisation", "Lyon 3", "--at", "1"],
    "add host": ["add", "host", "1", "Ada Brun"],
    "add partner": ["add", "partner", "collaboration", "La Revue", "--url", "https://example.org/"],
    "add question": ["add", "question", "1", "Et maintenant ?", "--asked-by", "Ada Brun"],
    "add tag": ["add", "tag", "1", "essai", "Essai", "autre"],
    "add link": ["add", "link", "1", "https://example.org/", "--label", "Ici"],
    "add person": ["add", "person", "Ada Brun", "--alias", "A. Brun", "--bio", "text.md"],
    "set episode": ["set", "episode", "1", "date=2020-04-09", "recap=@text.md", "tags+=essai", "extra.humeur=gaie"],
    "set all": ["set", "episode", "all", "place=Lyon", "--yes"],
    "set series": ["set", "series", "collaboration", "subtitle=Un essai", "introduction=@text.md"],
    "set guest": ["set", "guest", "1", "Arthur Barillas", "role=marin", "organisations+=Ifremer"],
    "set host": ["set", "host", "2", "Thierry Keller", "role=marin"],
    "set question": ["set", "question", "1", "1", "answer=Oui.", "text=Pourquoi ?"],
    "move question": ["move", "question", "1", "1", "2"],
    "move guest": ["move", "guest", "1", "1", "2"],
    "move episode": ["move", "episode", "1", "autre/7"],
    "renumber": ["move", "episode", "1", "collaboration/9"],
    "rename episode": ["rename", "episode", "1", "nouveau"],
    "rename series": ["rename", "series", "collaboration", "nouvelle"],
    "rename person": ["rename", "person", "Thierry Keller", "T. Keller"],
    "add comment": ["add", "comment", "1", "Non.", "--author", "Jo", "--date", "2021-02-03"],
    "approve comment": ["approve", "comment", COMMENT],
    "reject comment": ["reject", "comment", COMMENT],
    "remove comment": ["remove", "comment", COMMENT],
    "remove episode": ["remove", "episode", "1"],
    "remove series": ["remove", "series", "collaboration", "--yes"],
    "remove guest": ["remove", "guest", "1", "Arthur Barillas"],
    "remove host": ["remove", "host", "1", "Thierry Keller"],
    "remove question": ["remove", "question", "1", "1"],
    "unpublish": ["unpublish", "1"],
    "withdraw series": ["withdraw", "collaboration"],
    "check fix": ["check", "--fix"],
}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's archive beside another series, with a comment and a file whose id is to be derived."""
    folder = tmp_path_factory.mktemp("start")
    archive = folder / "archive"
    shutil.copytree(ROOT / "archive", archive, ignore=shutil.ignore_patterns(".totem"))
    done = Shell(folder)("add", "series", "Autre", "--language", "en")
    assert done.code == 0, done.err
    episode = archive / "series/collaboration/01-interdependances-des-marches.md"
    comments = archive / "comments/collaboration" / episode.stem
    comments.mkdir(parents=True)
    (comments / "a.md").write_text(f'+++\nid = "{COMMENT}"\nauthor = "Ali"\n+++\n\nOui.\n', "utf-8")
    episode.write_bytes(b"".join(line for line in episode.read_bytes().splitlines(True) if b"id = " not in line[:5]))
    (folder / "text.md").write_text("Un récit.\n\nDeux.\n", "utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file of the folder's archive that is not totem's own."""
    archive = folder / "archive"
    return {
        path.relative_to(archive).as_posix(): path.read_bytes()
        for path in sorted(archive.rglob("*"))
        if path.is_file() and ".totem" not in path.parts
    }


def traces(folder: Path) -> dict[str, object]:
    """Everything beneath a folder with what a change of any kind would change."""
    found: dict[str, object] = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        stat = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (stat.st_mode, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, data)
    return found


def without_ids(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files without what differs from run to run: a new random id, which names a comment's file too."""
    return {
        ID.sub("id", path): b"\n".join(line for line in data.split(b"\n") if not line.startswith(b"id = "))
        for path, data in files.items()
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_tried_made_undone_redone(name: str, start: Path, tmp_path: Path) -> None:
    """A dry run leaves no trace and its diff applies; undo gives back the very bytes, redo brings the change again."""
    folder, other = tmp_path / "made", tmp_path / "patched"
    shutil.copytree(start, folder, copy_function=shutil.copy2)
    totem = Shell(folder)
    before, untouched = content(folder), traces(folder)

    tried = totem(*COMMANDS[name], "--dry-run")

    assert (tried.code, traces(folder) == untouched) == (0, True), tried.err
    shutil.copytree(folder, other)
    patch = ["git", "apply", "-p1", "--whitespace=nowarn", "-"]
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    subprocess.run(patch, cwd=other / "archive", input=tried.out.encode(), check=True, env=environment)
    made = totem(*COMMANDS[name])
    after = content(folder)
    assert (made.code, made.out != "", after != before) == (0, True, True), made.err
    assert without_ids(content(other)) == without_ids(after)
    undone = totem("undo")
    assert (undone.code, content(folder)) == (0, before), undone.err
    redone = totem("redo")
    assert (redone.code, content(folder)) == (0, after), redone.err
    assert totem("check").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "--if-exists", "update", "--title", "Autre"],
        ["init", "new"],
        ["add", "media", "1", "text.md"],
        ["undo"],
        ["export", "html", "--output", "site"],
        ["export", "json", "--output", "all.json"],
        ["import", "markdown", "archive/series", "--if-exists", "skip"],
    ],
    ids=" ".join,
)
def test_dry_run_of_the_rest(arguments: list[str], start: Path, tmp_path: Path) -> None:
    """A dry run of what is no change of front matter leaves no trace either, beside the archive neither."""
    folder = tmp_path / "work"
    shutil.copytree(start, folder)
    untouched = traces(folder)

    done = Shell(folder)(*arguments, "--dry-run", "--archive", "archive")

    assert (done.code, done.out != "" or arguments[0] == "import") == (0, True), done.err
    assert traces(folder) == untouched


def test_undo_refuses_what_was_edited_since(start: Path, tmp_path: Path) -> None:
    """What somebody wrote after the change is never lost by undoing it."""
    folder = tmp_path / "work"
    shutil.copytree(start, folder)
    totem = Shell(folder)
    assert totem("set", "episode", "all", "place=Lyon", "--yes").code == 0
    file = folder / "archive/series/collaboration/02-makers-et-industriels.md"
    file.write_bytes(file.read_bytes() + b"\nUne note.\n")
    edited = content(folder)

    done = totem("undo")

    assert (done.code, content(folder)) == (5, edited)
