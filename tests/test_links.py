"""Symbolic links, FIFOs and devices in an archive: nothing that they lead to is read, published or waited for."""

from __future__ import annotations

import os
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.html_site import png
from totem_cli import Archive
from totem_cli.archive import media as carried
from totem_cli.errors import ChangedError, InvalidError, TotemError
from totem_cli.importers import Imported, Options
from totem_cli.importers.markdown import read
from totem_cli.importers.pyvideo import read as read_pyvideo
from totem_cli.storage import walk as walking
from totem_cli.storage.walk import open_beneath, read_beneath, walk

SECRET = b"TOP-SECRET"
LINKED = "is a symbolic link, which totem does not follow"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with an episode that names media, and a folder of secrets beside it."""
    root, outside = tmp_path / "archive", tmp_path / "outside"
    for path, text in {
        "totem.toml": 'version = 1\ntitle = "A"\n',
        "series/s/series.md": '+++\ntitle = "S"\n+++\n',
        "series/s/01-e.md": (
            '+++\ntitle = "E"\ndate = 2020-01-01\nimage = "id.png"\n[[media]]\npath = "id.png"\nalt = ""\n'
            "+++\n\n![](media/id.png) [a](media/in/id.png)\n"
        ),
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for folder in ("", "in", "static", "templates"):
        (outside / folder).mkdir(exist_ok=True)
        (outside / folder / "id.png").write_bytes(png(4, 3) + SECRET)
        (outside / folder / "id.txt").write_bytes(SECRET)
    (outside / "t.md").write_text('+++\nsummary = "TOP-SECRET"\n+++\n')
    (outside / "templates/episode.html").write_text("TOP-SECRET")
    return root


def linked(root: Path, path: str, target: str = "") -> None:
    """A link at ``path`` of the archive to what is outside."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(root.parent / "outside" / target)


def findings(root: Path) -> dict[str, str]:
    """What is found unreadable, by path."""
    with Archive(root) as archive:
        return {
            one.location.file.removeprefix(f"{root}/"): one.message
            for one in archive.check()
            if one.code == "unreadable"
        }


def exported(root: Path) -> bytes:
    """All bytes of the exports that carry media or the theme."""
    from totem_cli.exporters import Options as Exporting
    from totem_cli.exporters import find_exporter
    from totem_cli.publishing.page import all_pages

    out = b""
    with Archive(root) as archive:
        for format_, options in (
            ("html", Exporting()),
            ("html", Exporting(single=True)),
            ("markdown", Exporting()),
            ("markdown", Exporting(parameters={"for": "hugo"})),
            ("epub", Exporting()),
        ):
            for page in all_pages(find_exporter(format_)(archive.publication(), options)):
                content = page.render()
                out += f"\n{page.path}\n".encode() + (_unzipped(content) if format_ == "epub" else content)
    return out


def _unzipped(content: bytes) -> bytes:
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


PLACES = {
    "media": "",
    "theme": "",
    "media/in": "in",
    "media/a/b/c": "in",
    "media/id.png": "id.png",
    "media/dead": "nowhere",
    "theme/static": "static",
    "theme/templates": "templates",
    "theme/templates/episode.html": "templates/episode.html",
    "theme/static/id.txt": "id.txt",
    "templates": "",
    "templates/t.md": "t.md",
    "people": "",
    "comments": "",
    "series/x": "in",
}


@pytest.mark.parametrize(("path", "target"), PLACES.items())
def test_a_link_is_named_and_not_followed(root: Path, path: str, target: str) -> None:
    """At any level, to a file or a folder or nothing: check names it by its path, no export holds what it leads to."""
    linked(root, path, target)

    assert findings(root) == {path: LINKED}
    assert SECRET not in exported(root)


def test_a_medium_behind_a_link_is_not_there(root: Path) -> None:
    """Check says so of the episode that names it."""
    linked(root, "media")

    with Archive(root) as archive:
        assert [one.message for one in archive.check() if one.code == "no-media"] == ["media/id.png is not there"]


def test_what_is_no_link_is_published(root: Path) -> None:
    """Files and hard links are carried; an archive may itself be reached by a link."""
    (root / "media/in").mkdir(parents=True)
    (root / "media/in/id.png").write_bytes(png(4, 3) + b"OWN")
    os.link(root.parent / "outside/id.png", root / "media/id.png")
    (root.parent / "way").symlink_to(root)
    with (root / "totem.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[html]\nall_media = true\nkeep_metadata = true\n")

    for at in (root, root.parent / "way"):
        assert findings(at) == {}
        out = exported(at)
        assert b"OWN" in out
        assert SECRET in out


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero, which never ends
    except OSError:
        pytest.skip("only root makes devices")


def _socket(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


@pytest.mark.parametrize("make", [os.mkfifo, _device, _socket], ids=["fifo", "device", "socket"])
@pytest.mark.parametrize("path", ["media/id.png", "media/in/x", "theme/static/x", "templates/t.md", "media"])
def test_what_is_no_file_is_named_and_not_opened(root: Path, path: str, make: Callable[[Path], None]) -> None:
    """Neither an export nor a check waits for it."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    make(root / path)

    (found,) = findings(root).items()
    assert found[0] == path
    assert "neither a file" in found[1] or "Not a directory" in found[1]
    exported(root)


@pytest.mark.parametrize("top", ["templates", "templates/t.md"])
def test_a_template_behind_a_link_is_refused(root: Path, top: str) -> None:
    """A new episode begins with nothing from elsewhere."""
    linked(root, top, "" if top == "templates" else "t.md")

    with Archive(root) as archive, pytest.raises(InvalidError, match=LINKED):
        archive.episodes.add("N", series="s", template="t")


def test_a_file_that_is_a_link_is_not_edited(root: Path) -> None:
    """Its content is not shown to an editor."""
    linked(root, "series/s/02-t.md", "t.md")

    with Archive(root) as archive, pytest.raises(OSError, match="symbolic links"):
        _ = archive.files["series/s/02-t.md"]


def test_what_is_private_behind_a_link_is_not_reported(root: Path) -> None:
    """Nor removed."""
    linked(root, "private")

    with Archive(root) as archive, pytest.raises(TotemError):
        archive.people.report("TOP-SECRET")


def _once(do: Callable[[], None]) -> Callable[[], None]:
    done: list[int] = []

    def now() -> None:
        if not done:
            done.append(1)
            do()

    return now


def _exchange(root: Path, path: str, target: str) -> Callable[[], None]:
    """Puts a link in the place of a file or folder, once."""

    def do() -> None:
        (root / path).rename(root.parent / "away")
        linked(root, path, target)

    return _once(do)


@pytest.mark.parametrize(("path", "target"), [("media", ""), ("media/in", "in"), ("media/in/id.png", "id.png")])
@pytest.mark.parametrize("when", ["between walk and read", "between walk and digest", "between stat and open"])
def test_a_link_that_comes_meanwhile_is_not_followed(
    root: Path, monkeypatch: pytest.MonkeyPatch, path: str, target: str, when: str
) -> None:
    """An export fails, or does not hold the file; what the link leads to is in no byte of it."""
    (root / "media/in").mkdir(parents=True)
    (root / "media/in/id.png").write_bytes(png(4, 3) + b"OWN")
    exchange = _exchange(root, path, target)
    if when == "between stat and open":
        opened = os.open

        def late(name: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
            if dir_fd is not None and name in ("media", "in", "id.png") and name == Path(path).name:
                exchange()
            return opened(name, flags, *rest, dir_fd=dir_fd)

        monkeypatch.setattr(os, "open", late)
    else:
        place, name = (carried, "_read") if when == "between walk and read" else (carried.Digests, "of")
        before = getattr(place, name)

        def after(*arguments: object) -> object:
            exchange()
            return before(*arguments)

        monkeypatch.setattr(place, name, after)
    out = b""
    with suppress(TotemError):  # which says that the file is not there any more
        out = exported(root)
    assert SECRET not in out
    assert (root / path).is_symlink()


def test_a_series_that_becomes_a_link_meanwhile_is_not_read(root: Path) -> None:
    """Neither the file nor a folder above it is followed."""
    linked(root, "series/x/01-t.md", "t.md")
    linked(root, "series/y", "")

    for path in ("series/x/01-t.md", "series/y/t.md"):
        with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
            read_beneath(root, path)


# Imports


@pytest.fixture(params=[True, False], ids=["archive", "bare"])
def source(request: pytest.FixtureRequest, root: Path) -> Path:
    """A folder to import: an archive, or another generator's content."""
    if not request.param:
        (root / "totem.toml").unlink()
        for path in (root / "series/s").iterdir():
            path.rename(root / path.name)
        (root / "series.md").unlink()
    return root


def taken(imported: Imported, into: Path) -> None:
    """Take an import into a new archive."""
    into.mkdir()
    (into / "totem.toml").write_text('version = 1\ntitle = "B"\n')
    with Archive(into) as archive:
        archive.series.add("I", slug="i")
        archive.import_(episodes=imported.episodes, media=imported.media, media_root=imported.media_root, into="i")


@pytest.mark.parametrize(("path", "target"), [("media", ""), ("media/in", "in"), ("media/id.png", "id.png")])
def test_an_import_follows_no_link(source: Path, tmp_path: Path, path: str, target: str) -> None:
    """It is told, and nothing of what it leads to comes along."""
    linked(source, path, target)

    imported = read(source, Options())

    assert imported.media == {}
    assert f"{source / path}: {LINKED}" in [f"{note.location}: {note.why}" for note in imported.notes]
    taken(imported, tmp_path / "new")
    assert not (tmp_path / "new/media").exists()


@pytest.mark.parametrize(("path", "target"), [("media", ""), ("media/in", "in"), ("media/in/id.png", "id.png")])
def test_an_import_follows_no_link_that_comes_meanwhile(source: Path, tmp_path: Path, path: str, target: str) -> None:
    """The media are read after they were found."""
    (source / "media/in").mkdir(parents=True)
    (source / "media/in/id.png").write_bytes(b"OWN")
    imported = read(source, Options())
    assert set(imported.media) == {"in/id.png"}
    _exchange(source, path, target)()

    with pytest.raises(TotemError, match="symbolic link"):
        taken(imported, tmp_path / "new")
    assert not (tmp_path / "new/media").exists()


def test_an_import_follows_no_link_that_comes_before_the_commit(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written has the digest of what was read, or nothing is."""
    (root / "media/in").mkdir(parents=True)
    (root / "media/in/id.png").write_bytes(b"OWN")
    imported = read(root, Options())
    exchange = _exchange(root, "media", "")
    from totem_cli.storage.transaction import Transaction

    commit = Transaction.commit

    def late(self: Transaction) -> object:
        if any(change.path.startswith("media/") for change in self.changes):
            exchange()
        return commit(self)

    monkeypatch.setattr(Transaction, "commit", late)
    with pytest.raises((ChangedError, TotemError)):
        taken(imported, tmp_path / "new")
    assert not list((tmp_path / "new").rglob("id.png"))
    assert all(SECRET not in path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file())


def test_a_fifo_in_media_is_not_imported(source: Path) -> None:
    """Nor waited for."""
    (source / "media").mkdir()
    os.mkfifo(source / "media/id.png")

    imported = read(source, Options())

    assert imported.media == {}
    why = "is neither a file nor a folder, and is not read"
    assert (str(source / "media/id.png"), why) in [(str(note.location), note.why) for note in imported.notes]


def test_talks_behind_links_are_not_read(tmp_path: Path) -> None:
    """Of pyvideo's data, too: neither a talk, nor a folder of talks, nor a category."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/talk.json").write_text('{"title": "TOP-SECRET"}')
    (tmp_path / "data/conf/videos").mkdir(parents=True)
    (tmp_path / "data/conf/videos/a.json").write_text('{"title": "A"}')
    (tmp_path / "data/conf/videos/b.json").symlink_to(tmp_path / "outside/talk.json")
    (tmp_path / "data/conf/category.json").symlink_to(tmp_path / "outside/talk.json")
    (tmp_path / "data/other").symlink_to(tmp_path / "outside")

    imported = read_pyvideo(tmp_path / "data", Options())

    assert [one.title for one in imported.episodes] == ["A"]
    assert [one.title for one in imported.series] == ["conf"]


# The walk


def test_a_walk_goes_folder_by_folder(tmp_path: Path) -> None:
    """Files first, then folders, by name; what is hidden only where it is asked for."""
    for path in ("b/c", "b/a/x", "a", "z", ".h", "b/.i"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)

    def walked(top: str, *, hidden: bool = False) -> list[tuple[str, bytes]]:
        return [(file.path, file.read()) for file in walk(tmp_path, top, {}, hidden=hidden)]

    assert walked("") == [(path, path.encode()) for path in ("a", "z", "b/c", "b/a/x")]
    assert walked("b") == [(path, path.encode()) for path in ("b/c", "b/a/x")]
    assert [path for path, _ in walked("", hidden=True)] == [".h", "a", "z", "b/.i", "b/c", "b/a/x"]
    assert walked("nowhere") == []
    assert list(walk(tmp_path / "nowhere", "", {})) == []


def test_a_walk_leaves_no_descriptor_open(tmp_path: Path) -> None:
    """Also where it is not walked to its end."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/c").write_text("")
    before = os.listdir("/proc/self/fd")

    walked: Iterator[walking.Found] = walk(tmp_path, "a", {})
    next(walked)
    walked.close()  # type: ignore[attr-defined]
    with pytest.raises(OSError, match=r"symbolic links|Not a directory|No such"):
        open_beneath(tmp_path, "a/x/y")

    assert os.listdir("/proc/self/fd") == before


def test_a_walk_that_goes_too_deep_is_told(tmp_path: Path) -> None:
    """Folders without end neither use up descriptors nor the stack."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(120):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    problems: dict[str, TotemError] = {}

    assert list(walk(tmp_path, "", problems)) == []
    (told,) = problems.values()
    assert "folders deep" in told.message
