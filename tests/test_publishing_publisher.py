"""The publisher: what it writes, what it refuses, and what stands when it is killed, starved or raced."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.errors import InvalidError, LockedError, RefusedError, SystemFailedError
from totem_cli.publishing import output as output_module
from totem_cli.publishing.contents import Contents
from totem_cli.publishing.manifest import NAME, Manifest, row_of
from totem_cli.publishing.one_file import write_one
from totem_cli.publishing.page import Page, key_of
from totem_cli.publishing.publisher import publish, stale
from totem_cli.storage.walk import walk

HTML = {"format": "html", "filters": {}}


def page(path: str, content: str = "x", rendered: list[str] | None = None) -> Page:
    """A page whose key is its content's; what is rendered is told to ``rendered``."""

    def render() -> bytes:
        if rendered is not None:
            rendered.append(path)
        return content.encode()

    return Page(path, key_of(content), render)


def pages(*given: tuple[str, str] | str) -> list[Page]:
    """Pages of paths, or of paths and contents."""
    return [page(*one) if isinstance(one, tuple) else page(one) for one in given]


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file of a folder with its content, every folder in it with None."""
    found = sorted(folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): None if path.is_dir() else path.read_bytes() for path in found}


def files(folder: Path) -> set[str]:
    """The names of the files in a folder, its manifest apart."""
    return {path for path, content in tree(folder).items() if content is not None} - {NAME}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A place for an output, alone in its folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "site"


def attempt(given: list[Page], site: Path) -> SystemFailedError | None:
    """How an export failed, if it did."""
    try:
        publish(given, site, **HTML)
    except SystemFailedError as error:
        return error
    return None


def beside(site: Path) -> list[str]:
    """What is left beside the output."""
    return sorted(name for name in os.listdir(site.parent) if name != site.name)


class TestWriting:
    """What is written, and when."""

    def test_first(self, site: Path) -> None:
        """The first export writes every page and a manifest, and leaves nothing beside."""
        report = publish(pages(("index.html", "home"), ("a/b/index.html", "deep")), site, **HTML)
        assert report.written == ["a/b/index.html", "index.html"]
        assert (report.removed, report.unchanged) == ([], 0)
        assert (site / "a/b/index.html").read_bytes() == b"deep"
        assert files(site) == {"a/b/index.html", "index.html"}
        assert beside(site) == []

    def test_again(self, site: Path) -> None:
        """The second renders nothing and touches nothing, the folder's own time included."""
        rendered: list[str] = []
        given = [page("index.html", "home", rendered), page("a/x.html", "x", rendered)]
        publish(given, site, **HTML)
        before = os.stat(site).st_mtime_ns
        report = publish(given, site, **HTML)
        assert (report.written, report.removed, report.unchanged) == ([], [], 2)
        assert len(rendered) == 2
        assert os.stat(site).st_mtime_ns == before

    def test_only_what_differs(self, site: Path) -> None:
        """Only the page with another key is rendered; the others keep their inodes."""
        publish(pages("a", "b"), site, **HTML)
        inode = (site / "a").stat().st_ino
        report = publish(pages("a", ("b", "new")), site, **HTML)
        assert (report.written, report.unchanged) == (["b"], 1)
        assert (site / "a").stat().st_ino == inode

    def test_same_bytes_of_another_key(self, site: Path) -> None:
        """A page rendered for another key to the same bytes leaves its file alone."""
        publish([Page("a", "1", lambda: b"x")], site, **HTML)
        inode = (site / "a").stat().st_ino
        assert publish([Page("a", "2", lambda: b"x")], site, **HTML).written == []
        assert (site / "a").stat().st_ino == inode
        assert stale([Page("a", "2", lambda: b"x")], site, **HTML) == []

    def test_stale_files_go(self, site: Path) -> None:
        """What the last export wrote and this one does not is removed, with the folders it leaves empty."""
        publish(pages("a/b/c", "a/d", "e"), site, **HTML)
        report = publish(pages("e"), site, **HTML)
        assert report.removed == ["a/b/c", "a/d"]
        assert set(tree(site)) == {"e", NAME}

    def test_strangers_stay(self, site: Path) -> None:
        """Files that totem did not write stay, and the folders they are in."""
        publish(pages("a/b", "c"), site, **HTML)
        (site / "a" / "mine.txt").write_text("mine")
        (site / "CNAME").write_text("example.org")
        publish(pages("c"), site, **HTML)
        assert files(site) == {"a/mine.txt", "c", "CNAME"}

    @pytest.mark.parametrize("remembered", [True, False])
    def test_altered_and_deleted_by_hand(self, site: Path, remembered: bool, tmp_path: Path) -> None:
        """Outputs altered (to the same size, with their old time) or deleted by hand are made again."""
        stats = tmp_path / "known.stats" if remembered else None
        given = pages(("a", "one"), ("b", "two"), ("c", "six"))
        publish(given, site, **HTML, stats=stats)
        os.utime(site / "c", ns=(1, 1))
        publish(given, site, **HTML, stats=stats)
        found = (site / "a").stat()
        (site / "a").write_text("ONE")
        os.utime(site / "a", ns=(found.st_atime_ns, found.st_mtime_ns))
        (site / "b").unlink()
        assert stale(given, site, **HTML, stats=stats) == ["a", "b"]
        assert publish(given, site, **HTML, stats=stats).written == ["a", "b"]
        assert (site / "a").read_text() == "one"

    @pytest.mark.parametrize("damage", [b"", b"\x92", b"\x92\xc4\x01a\xc4\x00", b"\xff", b"\x91" * 100_000])
    def test_damaged_memory(self, site: Path, tmp_path: Path, damage: bytes) -> None:
        """A damaged memory of stats changes no answer."""
        stats = tmp_path / "known.stats"
        publish(pages("a"), site, **HTML, stats=stats)
        stats.write_bytes(damage)
        assert publish(pages("a"), site, **HTML, stats=stats).unchanged == 1

    def test_memory_spares_reading(self, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """With a memory of stats, files older than it are not read again."""
        stats = tmp_path / "known.stats"
        now = 4_000_000_000_000_000_000
        monkeypatch.setattr("totem_cli.publishing.contents.time.time_ns", lambda: now)
        publish(pages("a"), site, **HTML, stats=stats)
        monkeypatch.setattr("totem_cli.publishing.contents.Contents._read", lambda *_: pytest.fail("a file was read"))
        assert publish(pages("a"), site, **HTML, stats=stats).unchanged == 1

    def test_times_of_another_age(self, site: Path, tmp_path: Path) -> None:
        """A file whose times few systems know is read each time."""
        given, stats = pages("a", "b"), tmp_path / "known.stats"
        publish(given, site, **HTML, stats=stats)
        for path in ("a", "b"):
            os.utime(site / path, ns=(1, 1 << 63))
        assert publish(given, site, **HTML, stats=stats).unchanged == 2
        contents = Contents(str(site), str(stats))
        rows = [row_of(path, "", b"x") for path in "ab"]
        assert contents.altered(rows) == set()
        (site / "b").write_text("B")
        os.utime(site / "b", ns=(1, 1 << 63))
        assert contents.altered(rows) == {"b"}
        assert publish(given, site, **HTML, stats=stats).written == ["b"]

    def test_lost_memory(self, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A memory of stats that was deleted is made again by an export that has nothing to write."""
        stats = tmp_path / "known.stats"
        monkeypatch.setattr("totem_cli.publishing.contents.time.time_ns", lambda: 4_000_000_000_000_000_000)
        publish(pages("a"), site, **HTML, stats=stats)
        stats.unlink()
        assert publish(pages("a"), site, **HTML, stats=stats).unchanged == 1
        monkeypatch.setattr("totem_cli.publishing.contents.Contents._read", lambda *_: pytest.fail("a file was read"))
        assert publish(pages("a"), site, **HTML, stats=stats).unchanged == 1

    def test_equal_outputs(self, tmp_path: Path) -> None:
        """Two outputs of one archive are equal, the manifest included, whatever their history."""
        for name, history in (("one", ["x", "y"]), ("two", ["z"])):
            for old in history:
                publish(pages("a", (f"{old}/old", old)), tmp_path / name, **HTML)
            publish(pages("b/é", "a"), tmp_path / name, **HTML)
        assert tree(tmp_path / "one") == tree(tmp_path / "two")

    def test_modes_by_umask(self, site: Path) -> None:
        """Files and folders get their modes by the umask."""
        old = os.umask(0o027)
        try:
            publish(pages("a/b"), site, **HTML)
        finally:
            os.umask(old)
        assert [(path.stat().st_mode & 0o777) for path in (site, site / "a", site / "a/b")] == [0o750, 0o750, 0o640]

    def test_dry_run(self, site: Path) -> None:
        """A dry run and a check tell what would be done, and do nothing."""
        publish(pages("a", "b"), site, **HTML)
        before = tree(site.parent)
        report = publish(pages("a", "c"), site, **HTML, dry_run=True)
        assert (report.written, report.removed, report.unchanged) == (["c"], ["b"], 1)
        assert stale(pages("a", "c"), site, **HTML) == ["b", "c"]
        assert tree(site.parent) == before
        assert stale(pages("a"), site.parent / "none" / "at", **HTML) == ["a"]
        assert beside(site) == []

    def test_file_becomes_folder_and_back(self, site: Path) -> None:
        """A page may take the place of a folder of the last export, or a folder that of a page."""
        publish(pages("a", "b/c/d"), site, **HTML)
        publish(pages("a/x", "b"), site, **HTML)
        assert files(site) == {"a/x", "b"}

    def test_case_only_rename(self, site: Path) -> None:
        """A page renamed in case only is there afterwards."""
        publish(pages("Makers/index.html"), site, **HTML)
        publish(pages("makers/index.html"), site, **HTML)
        assert files(site) == {"makers/index.html"}


class TestRefusing:
    """What is refused, with nothing changed."""

    def test_stranger_in_the_way(self, site: Path) -> None:
        """A file that totem did not write is overwritten only when asked; the same bytes are taken over."""
        site.mkdir()
        (site / "a").write_text("mine")
        (site / "b").write_text("x")
        with pytest.raises(RefusedError, match="site/a is in the way"):
            publish(pages("a", "b", "c"), site, **HTML)
        assert files(site) == {"a", "b"}
        assert publish(pages("a", "b", "c"), site, **HTML, replace=True).written == ["a", "c"]
        assert publish(pages("c"), site, **HTML).removed == ["a", "b"]

    def test_same_bytes_adopted(self, site: Path) -> None:
        """A stranger's file with just a page's bytes becomes the page."""
        site.mkdir()
        (site / "a").write_text("x")
        assert publish(pages("a"), site, **HTML).unchanged == 1
        assert publish([], site, **HTML).removed == ["a"]

    def test_manifest_is_no_file(self, site: Path) -> None:
        """A pipe in the manifest's place is not waited for; replace puts a manifest there."""
        site.mkdir()
        os.mkfifo(site / NAME)
        with pytest.raises(RefusedError, match="not a file"):
            publish(pages("a"), site, **HTML)
        assert publish(pages("a"), site, **HTML, replace=True).written == ["a"]
        assert publish(pages("a"), site, **HTML).unchanged == 1

    @pytest.mark.parametrize(
        "other", [{"format": "markdown", "filters": {}}, {"format": "html", "filters": {"tags": ("x",)}}]
    )
    def test_another_export(self, site: Path, other: dict) -> None:
        """Another format or selection over an export is refused without replace."""
        publish(pages("a", "b"), site, **HTML)
        before = tree(site)
        with pytest.raises(RefusedError):
            publish(pages("a"), site, **other)
        assert tree(site) == before
        assert publish(pages("a"), site, **other, replace=True).removed == ["b"]
        assert publish(pages("a"), site, **other).unchanged == 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("a", "a"),
            ("a/B", "a/b"),
            ("é", "e\u0301"),
            ("straße", "STRASSE"),
            ("a", "a/b"),
            ("A", "a/b/c"),
            ("ﬁn", "fin"),
        ],
    )
    def test_collisions(self, site: Path, one: str, other: str) -> None:
        """Two pages that would be one file, on some file system, are refused before anything is written."""
        with pytest.raises(InvalidError) as raised:
            publish(pages(one, other), site, **HTML)
        assert other in raised.value.message
        assert one in raised.value.message
        assert not site.exists()

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "/a",
            "a/",
            "../a",
            "a/../b",
            "./a",
            "a//b",
            "a\0b",
            "a\nb",
            "a\\b",
            "x" * 256,
            "é" * 128,
            "a\x85",
            ".totem-x",
            "\ud800",
        ],
    )
    def test_bad_paths(self, site: Path, path: str) -> None:
        """A path that leads elsewhere, or holds what file systems misread, is refused."""
        with pytest.raises(InvalidError):
            publish(pages(path), site, **HTML)
        assert not site.exists()

    def test_long_and_odd_paths(self, site: Path) -> None:
        """Names of 255 bytes, hidden names, spaces and any script are fine."""
        odd = ["x" * 255, ".htaccess", "a b", "日本/語", "-rf", "...", ".well-known/x", "é" * 127]
        publish(pages(*odd), site, **HTML)
        assert files(site) == set(odd)

    def test_targets(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No export goes to the root, a home, a file, an archive, or among an archive's sources."""
        home, archive = tmp_path / "home" / "me", tmp_path / "archive"
        home.mkdir(parents=True)
        (archive / "series").mkdir(parents=True)
        (archive / "totem.toml").write_text("")
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.chdir(archive)
        before = tree(tmp_path)
        for target in (
            "/",
            home,
            home.parent,
            archive,
            ".",
            archive / "series/x",
            archive / "people",
            archive / ".totem/x",
        ):
            with pytest.raises(RefusedError):
                publish(pages("a"), target, **HTML, replace=True)
        with pytest.raises(RefusedError):
            publish(pages("totem.toml"), archive, **HTML, archive=archive, replace=True)
        with pytest.raises(InvalidError):
            publish(pages("a"), tmp_path / "file", **HTML)
        assert tree(tmp_path) == before
        publish(pages("a"), "site", **HTML, archive=".")
        assert (archive / "site/a").exists()

    @pytest.mark.parametrize(
        "content",
        [b"", b"{}", b"\xff", b"[]\n", b'{"totem_manifest":3,"format":"html","filters":{}}\n', b"[" * 100_000],
    )
    def test_damaged_manifest(self, site: Path, content: bytes) -> None:
        """A manifest that cannot be read is refused, since nobody knows what is ours; replace starts anew."""
        publish(pages("a"), site, **HTML)
        (site / NAME).write_bytes(content)
        with pytest.raises(RefusedError):
            publish(pages("a"), site, **HTML)
        publish(pages("a"), site, **HTML, replace=True)
        assert publish(pages("a"), site, **HTML).unchanged == 1

    def test_hostile_manifest(self, site: Path) -> None:
        """A manifest that names files elsewhere is refused, and they stay."""
        (site.parent / "precious").write_text("x")
        publish(pages("a"), site, **HTML)
        with open(site / NAME, "a") as file:
            file.write('["../precious","k","d",1]\n')
        with pytest.raises(RefusedError):
            publish(pages("a"), site, **HTML)
        publish(pages("a"), site, **HTML, replace=True)
        assert (site.parent / "precious").exists()


class TestLinks:
    """Symbolic links: the output's own is followed, none inside is."""

    def test_output_is_a_link(self, site: Path, tmp_path: Path) -> None:
        """An output that is a link is written where it leads, and stays a link."""
        (tmp_path / "real").mkdir()
        site.symlink_to(tmp_path / "real")
        publish(pages("a"), site, **HTML)
        assert site.is_symlink()
        assert files(tmp_path / "real") == {"a"}

    def test_file_became_a_link(self, site: Path, tmp_path: Path) -> None:
        """A link in the place of our file is replaced or removed, and what it leads to stays."""
        (tmp_path / "precious").write_text("x")
        publish(pages("a", "b"), site, **HTML)
        for name in "ab":
            (site / name).unlink()
            (site / name).symlink_to(tmp_path / "precious")
        report = publish(pages("a"), site, **HTML)
        assert (report.written, report.removed) == (["a"], ["b"])
        assert not (site / "a").is_symlink()
        assert (tmp_path / "precious").read_text() == "x"

    def test_folder_became_a_link(self, site: Path, tmp_path: Path) -> None:
        """Nothing is written or removed through a link in the place of a folder."""
        (tmp_path / "elsewhere").mkdir()
        publish(pages("a/x", "a/y"), site, **HTML)
        (site / "a").rename(tmp_path / "kept")
        (site / "a").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "elsewhere" / "y").write_text("x")
        for replace in (False, True):
            with pytest.raises(RefusedError, match="site/a is in the way"):
                publish(pages(("a/x", "new"), "a/y"), site, **HTML, replace=replace)
        assert publish([], site, **HTML).removed == []
        assert files(tmp_path / "elsewhere") == {"y"}

    def test_stranger_link_and_folder(self, site: Path, tmp_path: Path) -> None:
        """A stranger's link is in the way like any file of theirs; a folder is even when all is to be replaced."""
        (tmp_path / "precious").write_text("x")
        (site / "b").mkdir(parents=True)
        (site / "a").symlink_to(tmp_path / "precious")
        with pytest.raises(RefusedError):
            publish(pages("a"), site, **HTML)
        with pytest.raises(RefusedError):
            publish(pages("b"), site, **HTML, replace=True)
        assert (site / "a").is_symlink()


class TestFailing:
    """Failures leave the old output whole; kills are finished by the next export."""

    def test_render_raises(self, site: Path) -> None:
        """What a page raises comes through, and nothing has changed."""

        def fail() -> bytes:
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            publish([page("a"), Page("b", "k", fail)], site, **HTML)
        assert not site.exists()
        publish(pages("a", "b"), site, **HTML)
        before = tree(site.parent)
        with pytest.raises(ValueError, match="no"):
            publish([page("a", "new"), Page("b", "k", fail)], site, **HTML)
        assert tree(site.parent) == before

    @pytest.mark.parametrize(
        "call", ["replace", "unlink", "link", "mkdir", "rmdir", "write", "fsync", "open", "fstat", "lstat"]
    )
    def test_any_call_fails(self, site: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whichever system call fails, at whichever time, the output is as it was and the error names a path."""
        publish(pages("a", ("b/c", "b"), ("d/e/f", "gone")), site, **HTML)
        before = tree(site)
        true = getattr(os, call)
        fails = 0
        for nth in range(1, 200):
            count = 0

            def failing(*given: object, true: object = true, nth: int = nth, **more: object) -> object:
                nonlocal count
                count += 1
                if count == nth:
                    raise OSError(28, "No space left on device", given[0] if isinstance(given[0], str) else None)
                return true(*given, **more)  # type: ignore[operator]

            with monkeypatch.context() as patch:
                patch.setattr(os, call, failing)
                error = attempt(pages(("a", "A"), ("b/c", "B"), "g/h"), site)
            if error is None and count < nth:
                break
            if error is not None:
                fails += 1
                assert str(site.parent) in str(error)
                assert tree(site) == before
            publish(pages("a", ("b/c", "b"), ("d/e/f", "gone")), site, **HTML)
            assert tree(site) == before
            assert beside(site) == []
        else:
            pytest.fail("it never came to an end")
        assert fails

    def test_without_hard_links(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a file system without hard links all goes well, too."""

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        publish(pages("a", "b"), site, **HTML)
        assert publish(pages(("a", "new"), "c"), site, **HTML).removed == ["b"]
        assert files(site) == {"a", "c"}

    def test_parent_cannot_be_written(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where nothing can stand beside the output (a mount point, a permission), it is staged inside."""

        def refuse(*_: object, **__: object) -> None:
            raise OSError(18, "Invalid cross-device link")

        monkeypatch.setattr(os, "rename", refuse)
        publish(pages("a"), site, **HTML)
        assert set(tree(site)) == {"a", NAME}

    def test_leftovers(self, site: Path) -> None:
        """What a killed export left, beside or inside, is swept; what only looks alike is not."""
        publish(pages("a"), site, **HTML)
        left = [site.parent / ".site.totem-0123456789abcdef", site / ".totem-0123456789abcdef"]
        alike = [site.parent / ".site.totem-notes", site.parent / ".other.totem-0123456789abcdef"]
        for folder in left + alike:
            folder.mkdir()
            (folder / "1").write_text("x")
        publish(pages("a"), site, **HTML)
        assert [folder.exists() for folder in left + alike] == [False, False, True, True]

    def test_two_at_once(self, site: Path) -> None:
        """Many exports at once into one folder: each comes through, and the last one's output is whole."""
        errors: list[BaseException] = []

        def run(name: str) -> None:
            try:
                for number in range(5):
                    publish(pages("same", (f"{name}/{number}", name)), site, **HTML)
            except BaseException as error:  # told below
                errors.append(error)

        threads = [threading.Thread(target=run, args=(name,)) for name in "abcdef"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        manifest = Manifest.decode((site / NAME).read_bytes(), "")
        assert files(site) == set(manifest.rows)
        assert len(files(site)) == 2
        assert beside(site) == []

    def test_locked_too_long(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who waits too long is told."""
        monkeypatch.setattr(output_module, "LOCK_WAIT", 0.1)
        with output_module.Output(str(site)), pytest.raises(LockedError):
            publish(pages("a"), site, **HTML)

    @pytest.mark.faults
    def test_killed_anywhere(self, site: Path, tmp_path: Path) -> None:
        """Killed before any changing call, the old output or a mixture that the next export finishes stands."""
        from shutil import rmtree, which

        strace = which("strace")
        if strace is None:
            pytest.skip("strace is not installed")
        script = tmp_path / "export.py"
        script.write_text(
            "import sys\n"
            "from totem_cli.publishing.page import Page, key_of\n"
            "from totem_cli.publishing.publisher import publish\n"
            "given = [one.split('=') for one in sys.argv[2:]]\n"
            "pages = [Page(path, key_of(text), lambda text=text: text.encode()) for path, text in given]\n"
            "publish(pages, sys.argv[1], format='html', filters={})\n"
        )
        new = ["a=A", "b/c=B", "g/h=x"]
        wanted = {"a": b"A", "b/c": b"B", "g/h": b"x"}
        kills = 0
        for call in (
            "rename,renameat,renameat2",
            "unlink,unlinkat",
            "mkdir,mkdirat",
            "link,linkat",
            "fsync",
            "rmdir",
            "write",
        ):
            for nth in range(1, 40):
                rmtree(site, ignore_errors=True)
                publish(pages("a", ("b/c", "b"), ("d/e", "gone")), site, **HTML)
                fault = f"-qq -f -o /dev/null -e trace={call} -e inject={call}:signal=KILL:when={nth}".split()
                done = subprocess.run(
                    [strace, *fault, sys.executable, str(script), str(site), *new],
                    cwd=Path(__file__).parent.parent,
                    env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONDONTWRITEBYTECODE": "1"},
                    capture_output=True,
                    check=False,
                )
                if done.returncode == 0:
                    break
                assert b"Error" not in done.stderr, done.stderr
                kills += 1
                for path, old in (("a", b"x"), ("b/c", b"b")):
                    assert (site / path).read_bytes() in (old, wanted[path])
                changed = [page(path, text.decode() + "!") for path, text in wanted.items()]
                publish(changed, site, **HTML)
                assert {path: (site / path).read_bytes() for path in files(site)} == {
                    path: text + b"!" for path, text in wanted.items()
                }
                assert beside(site) == []
        assert kills > 15


class TestOneFile:
    """A single file."""

    def test_written_once(self, tmp_path: Path) -> None:
        """It is written with missing folders, and not again with the same content."""
        target = tmp_path / "new" / "archive.json"
        assert write_one(b"1", target)
        inode = target.stat().st_ino
        assert not write_one(b"1", target)
        assert target.stat().st_ino == inode
        assert write_one(b"2", target)
        assert os.listdir(target.parent) == ["archive.json"]

    def test_mode_and_link_kept(self, tmp_path: Path) -> None:
        """The mode of what is there is kept, and a link is followed."""
        real, link = tmp_path / "real", tmp_path / "link"
        real.write_text("old")
        real.chmod(0o600)
        link.symlink_to(real)
        write_one(b"new", link)
        assert link.is_symlink()
        assert real.read_bytes() == b"new"
        assert real.stat().st_mode & 0o777 == 0o600

    def test_refused(self, tmp_path: Path) -> None:
        """A folder, and an archive's own files, are refused."""
        (tmp_path / "totem.toml").write_text("")
        (tmp_path / "people").mkdir()
        for target in ("totem.toml", "people/x.md"):
            with pytest.raises(RefusedError):
                write_one(b"x", tmp_path / target)
        with pytest.raises(InvalidError):
            write_one(b"x", tmp_path)
        assert write_one(b"x", tmp_path / "archive.json")

    def test_disk_full(self) -> None:
        """A full device is told."""
        with pytest.raises(SystemFailedError, match="/dev/full"):
            write_one(b"x", "/dev/full")

    def test_failure_leaves_the_old(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A failure leaves the old file, and nothing beside it."""
        target = tmp_path / "a"
        target.write_text("old")

        def fail(*_: object) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(SystemFailedError):
            write_one(b"new", target)
        assert os.listdir(tmp_path) == ["a"]
        assert target.read_text() == "old"


NAMES = st.sampled_from(["a", "b", "c/d", "c/e", "f/g/h", "i"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(NAMES, st.sampled_from(["1", "2"])), min_size=1, max_size=4))
def test_any_history_ends_alike(history: list[dict[str, str]]) -> None:
    """Whatever was exported before, the output holds just what is exported last."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        for contents in history:
            publish(pages(*contents.items()), Path(folder, "site"), **HTML)
        site = Path(folder, "site")
        assert {path: (site / path).read_text() for path in files(site)} == history[-1]
        assert stale(pages(*history[-1].items()), site, **HTML) == []


@pytest.mark.parametrize(
    ("age", "whole", "trusted"), [(0, False, False), (1, False, True), (0, True, False), (4, True, True)]
)
def test_an_output_as_young_as_a_clock_ticks_is_read_again(
    tmp_path: Path, age: int, whole: bool, trusted: bool
) -> None:
    """A write in the same tick would not show; where a file system keeps whole seconds, that is long."""
    second = 1_000_000_000
    now = time.time_ns() - age * second
    mtime = now // second * second if whole else now | 1
    (tmp_path / "a").write_bytes(b"here")
    os.utime(tmp_path / "a", ns=(mtime, mtime))
    contents = Contents(str(tmp_path), None)
    contents.wrote("a", row_of("a", "key", b"else"), mtime)
    found = [contents.digest(file) for file in walk(tmp_path, "", {})]
    assert found == [row_of("a", "key", b"else" if trusted else b"here").digest]
