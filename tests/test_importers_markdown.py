"""Importing folders of Markdown with TOML front matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from totem_cli.errors import InvalidError, NotFoundError
from totem_cli.importers import Imported, Options
from totem_cli.importers.markdown import read


def fill(folder: Path, files: dict[str, str]) -> Path:
    """A folder with those files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def refs(found: Imported) -> list[str]:
    """Where each episode would go."""
    return [f"{episode.series}/{episode.slug}" for episode in found.episodes]


def test_archive(tmp_path: Path) -> None:
    """A folder with a totem.toml is an archive: its private folders are left, its comments are not."""
    fill(
        tmp_path,
        {
            "totem.toml": 'version = 1\ntitle = "T"\n',
            "series/s/series.md": '+++\ntitle = "S"\n+++\n\nIntro.\n',
            "series/s/01-a.md": '+++\ntitle = "A"\n+++\n\nRecap.\n',
            "people/p.md": '+++\nname = "P"\n+++\n\nBio.\n',
            "comments/s/01-a/x.md": '+++\nauthor = "C"\n+++\n\nHi.\n',
            "media/a/b.txt": "x",
            "private/secrets.md": '+++\ntitle = "secret"\n+++\n',
        },
    )
    found = read(tmp_path, Options())
    assert refs(found) == ["s/01-a"]
    assert found.episodes[0].recap == "Recap."
    assert found.episodes[0].number == 1
    assert found.series[0].introduction == "Intro."
    assert found.persons[0].biography == "Bio."
    assert found.settings == {"title": "T", "subtitle": None, "language": "fr", "base_url": None}
    assert found.media == {"a/b.txt": tmp_path / "media/a/b.txt"}
    assert [(one.author, one.text, one.target) for one in found.comments] == [("C", "Hi.", found.episodes[0].id)]
    assert found.notes == ()


def test_bare_folder(tmp_path: Path) -> None:
    """In any other folder each folder is a series; what has no front matter is told."""
    fill(
        tmp_path,
        {
            "Été 2020/Mon Premier.md": '+++\ntitle = "A"\n+++\n',
            "Été 2020/series.md": '+++\ntitle = "Été"\n+++\n',
            "top.md": '+++\ntitle = "B"\n+++\n',
            "README.md": "# Nothing\n",
            "yaml.md": "---\ntitle: C\n---\n",
            ".git/x.md": '+++\ntitle = "D"\n+++\n',
            "notes.txt": "+++",
        },
    )
    found = read(tmp_path, Options())
    assert sorted(refs(found)) == ["/top", "/yaml", "ete-2020/mon-premier"]
    assert [series.slug for series in found.series] == ["ete-2020"]
    assert found.settings is None
    assert [(note.what, note.why.partition(",")[0]) for note in found.notes] == [
        ("README.md", "no front matter"),
        ("notes.txt", "no text refers to it"),
    ]


def test_one_file(tmp_path: Path) -> None:
    """One file is one episode, from a path or from bytes."""
    content = '+++\ntitle = "A"\n+++\n\nB\n'
    fill(tmp_path, {"Un.md": content})
    assert refs(read(tmp_path / "Un.md", Options())) == ["/un"]
    assert read(content.encode(), Options(name="un.md")).episodes == read(tmp_path / "Un.md", Options()).episodes


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A symbolic link, to a file or a folder, is told and not followed."""
    fill(tmp_path, {"out/secret.md": '+++\ntitle = "A"\n+++\n', "in/a.md": '+++\ntitle = "B"\n+++\n'})
    (tmp_path / "in" / "b.md").symlink_to(tmp_path / "out" / "secret.md")
    (tmp_path / "in" / "c").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "media").mkdir()
    (tmp_path / "in" / "media" / "passwd").symlink_to("/etc/passwd")
    found = read(tmp_path / "in", Options())
    assert [episode.title for episode in found.episodes] == ["B"]
    assert found.media == {}
    told = [(str(note.location), note.why.partition(",")[0]) for note in found.notes]
    assert told == [(str(tmp_path / "in" / name), "is a symbolic link") for name in ("b.md", "c", "media/passwd")]


def test_errors_have_places(tmp_path: Path) -> None:
    """A bad field and bad TOML are told with file and line."""
    fill(tmp_path, {"a.md": '+++\ntitle = "A"\nnumber = "gone"\n+++\n'})
    with pytest.raises(InvalidError) as raised:
        read(tmp_path, Options())
    assert str(raised.value).startswith(f"{tmp_path / 'a.md'}:3:")
    fill(tmp_path, {"a.md": '+++\ntitle = "A\n+++\n'})
    with pytest.raises(InvalidError) as raised:
        read(tmp_path, Options())
    assert str(raised.value).startswith(f"{tmp_path / 'a.md'}:2:")


def test_nothing_there(tmp_path: Path) -> None:
    """A source that is not there is told; a folder in which nothing can be read is refused with what it holds."""
    with pytest.raises(NotFoundError):
        read(tmp_path / "none", Options())
    with pytest.raises(InvalidError, match="it holds no file"):
        read(tmp_path, Options())
    fill(tmp_path, {"a.txt": "A", "b.txt": "B", "c.md": "C", "LICENSE": ""})
    with pytest.raises(InvalidError, match=r"it holds 2 \.txt, 1 \.md, 1 LICENSE"):
        read(tmp_path, Options())
