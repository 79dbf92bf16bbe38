"""Where an archive keeps what: paths to slugs and back, the walk over the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest

from totem_cli.errors import InvalidError, SystemFailedError, TotemError
from totem_cli.storage.layout import Located, episode_path, locate, person_path, read, scan, series_path

if TYPE_CHECKING:
    from pathlib import Path


def put(root: Path, path: str, text: str = "") -> None:
    """Write a file with the folders it needs."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def paths(root: Path) -> list[str]:
    """What a scan finds, and nothing of what it notes."""
    return [*scan(root)]


@pytest.mark.parametrize(
    ("path", "located"),
    [
        ("totem.toml", Located("settings")),
        ("series/talks/series.md", Located("series", None, "talks")),
        ("series/talks/01-prime.md", Located("episode", "talks", "01-prime")),
        ("people/ada-brun.md", Located("person", None, "ada-brun")),
        ("comments/talks/c1.md", Located("comment", "talks", "c1")),
        ("comments/talks/01-prime/c1.md", Located("comment", "talks", "c1")),
    ],
)
def test_each_place_holds_one_kind(path: str, located: Located) -> None:
    """A path says what its file holds."""
    assert locate(path) == located


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "series", "series/x.md", "series/a/b/c.md", "people/a/b.md", "comments/x.md", "comments/a/b/c/d.md"),
        *(
            "series/a/.md",
            "series/a/.x.md",
            "series/.a/x.md",
            "series/a/x.md~",
            "series/a/.x.md.swp",
            "series/a/#x.md#",
        ),
        *(
            "series/a/x.txt",
            "series/a/x.MD",
            "series/a/x",
            "series//x.md",
            "series/../x.md",
            "./totem.toml",
            "/totem.toml",
        ),
        *("media/x.md", "private/x.md", ".totem/x.md", "a/totem.toml", "people/\udcff.md"),
    ],
)
def test_elsewhere_nothing_is_kept(path: str) -> None:
    """Other names, hidden files and what editors leave behind hold nothing."""
    assert locate(path) is None


def test_paths_and_places_agree() -> None:
    """What is written for a slug is found as that slug."""
    assert locate(series_path("talks")) == Located("series", None, "talks")
    assert locate(episode_path("talks", "02-é")) == Located("episode", "talks", "02-é")
    assert locate(person_path("ada")) == Located("person", None, "ada")


def test_a_decomposed_name_is_the_same_slug() -> None:
    """A file system that decomposes accents does not change a slug."""
    assert locate(normalize("NFD", "series/été/01-école.md")) == locate("series/été/01-école.md")


def test_scan_finds_the_files_in_order(tmp_path: Path) -> None:
    """Every file is found once, folder by folder, each by name; other files and folders are passed over."""
    wanted = [
        *("totem.toml", "series/a/01.md", "series/a/series.md", "series/b/02.md", "people/x.md"),
        *("comments/a/01/c2.md", "comments/a/c1.md"),
    ]
    for path in (
        *reversed(wanted),
        "series/x.md",
        "series/a/.b.md",
        "series/a/b.md~",
        "series/a/in/x.md",
        "media/x.md",
    ):
        put(tmp_path, path)
    (tmp_path / "series/a/folder.md").mkdir()
    os.mkfifo(tmp_path / "series/a/fifo.md")

    problems: dict[str, TotemError] = {}

    assert [*scan(tmp_path, problems)] == wanted
    assert problems == {}


def test_scan_gives_stamps(tmp_path: Path) -> None:
    """Size, mtime, ctime, inode and device are those of the file."""
    put(tmp_path, "totem.toml", "four")
    stat = (tmp_path / "totem.toml").stat()

    assert scan(tmp_path) == {"totem.toml": (4, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev)}


def test_an_archive_without_anything_is_empty(tmp_path: Path) -> None:
    """Missing folders, or a missing root, are no problem of the scan."""
    assert paths(tmp_path) == []
    assert paths(tmp_path / "nowhere") == []


def test_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    """A symbolic link where a file or folder of the archive would be is a problem; elsewhere it does not matter."""
    put(tmp_path, "outside/secret.md", "secret")
    put(tmp_path, "series/a/01.md")
    (tmp_path / "series/a/02.md").symlink_to(tmp_path / "outside/secret.md")
    (tmp_path / "series/a/notes").symlink_to(tmp_path / "outside")
    (tmp_path / "series/b").symlink_to(tmp_path / "outside")
    (tmp_path / "series/dead").symlink_to("nowhere")
    (tmp_path / "people").symlink_to(tmp_path / "outside")
    (tmp_path / "totem.toml").symlink_to(tmp_path / "outside/secret.md")
    problems: dict[str, TotemError] = {}

    assert [*scan(tmp_path, problems)] == ["series/a/01.md"]
    assert sorted(problems) == ["people", "series/a/02.md", "series/b", "totem.toml"]
    assert all(isinstance(problem, InvalidError) for problem in problems.values())
    assert str(problems["series/b"]) == "series/b: is a symbolic link, which totem does not follow"


def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One unreadable folder hides nothing else."""
    put(tmp_path, "series/a/01.md")
    put(tmp_path, "series/b/01.md")
    opened = os.open

    def refuse(path: str, flags: int, *, dir_fd: int | None = None) -> int:
        if path == "a":
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    problems: dict[str, TotemError] = {}

    assert [*scan(tmp_path, problems)] == ["series/b/01.md"]
    assert str(problems["series/a"]) == "series/a: cannot read the folder series/a: Permission denied"
    assert isinstance(problems["series/a"], SystemFailedError)


def test_a_file_in_a_folders_place_is_a_problem(tmp_path: Path) -> None:
    """A file called series is told, not crashed on."""
    put(tmp_path, "series")
    problems: dict[str, TotemError] = {}

    assert scan(tmp_path, problems) == {}
    assert list(problems) == ["series"]


def test_a_name_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    """Such a name can be printed, escaped, and does not become a slug."""
    put(tmp_path, "people/x.md")
    try:
        (tmp_path / os.fsdecode(b"people/\xff.md")).write_text("")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    problems: dict[str, TotemError] = {}

    assert [*scan(tmp_path, problems)] == ["people/x.md"]
    assert list(problems) == ["people/\\xff.md"]
    str(problems["people/\\xff.md"]).encode()


def test_read_gives_content_with_its_times(tmp_path: Path) -> None:
    """What is read is described as the scan describes it."""
    put(tmp_path, "people/x.md", "text")

    stamp, content = read(tmp_path, "people/x.md") or (None, b"")

    assert {"people/x.md": stamp} == scan(tmp_path)
    assert content == b"text"


def test_read_takes_regular_files_only(tmp_path: Path) -> None:
    """What is gone, or is a folder or a FIFO, is no file; a link is refused."""
    put(tmp_path, "people/x.md", "text")
    (tmp_path / "people/folder.md").mkdir()
    os.mkfifo(tmp_path / "people/fifo.md")
    (tmp_path / "people/link.md").symlink_to("x.md")

    assert read(tmp_path, "people/gone.md") is None
    assert read(tmp_path, "people/x.md/y.md") is None
    assert read(tmp_path, "people/folder.md") is None
    assert read(tmp_path, "people/fifo.md") is None
    with pytest.raises(SystemFailedError, match=r"cannot read people/link\.md"):
        read(tmp_path, "people/link.md")
