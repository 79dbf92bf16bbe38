"""The exchange of two files: by renameat2, where there is none by hard links, where there are none by renames."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from totem_cli.storage import exchange as swaps
from totem_cli.storage.exchange import exchange, repair, swap
from totem_cli.storage.files import Folder, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Pair = tuple[Folder, Folder]


def absent(*_: object, **__: object) -> None:
    """Stand in for a call that the system lacks."""
    raise OSError(errno.ENOSYS, "no such call")


@pytest.fixture(params=["exchange", "links", "renames"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """Two folders, and each of the three ways in turn."""
    if request.param != "exchange":
        monkeypatch.setattr(swaps, "_renameat2", lambda: absent)
    if request.param == "renames":
        monkeypatch.setattr(os, "link", absent)
    (tmp_path / "slots").mkdir()
    (tmp_path / "tree/in").mkdir(parents=True)
    with Folder(tmp_path / "slots") as slots, Folder(tmp_path / "tree") as tree:
        yield slots, tree


@pytest.mark.parametrize("there", [b"there", None])
@pytest.mark.parametrize("here", [b"here", None])
def test_swap_exchanges_whatever_is_there(pair: Pair, here: bytes | None, there: bytes | None) -> None:
    """Either may be absent; nothing else is left; a second time takes it back."""
    slots, tree = pair
    for folder, path, content in ((slots, "0", here), (tree, "in/file", there)):
        if content is not None:
            folder.write(path, content)
    swap(slots, "0", tree, "in/file")
    assert (slots.read("0"), tree.read("in/file")) == (there, here)
    assert (slots.names(), tree.names("in")) == (["0"] * (there is not None), ["file"] * (here is not None))
    swap(slots, "0", tree, "in/file")
    assert (slots.read("0"), tree.read("in/file")) == (here, there)


def test_exchange_puts_back_what_was_not_expected(pair: Pair) -> None:
    """When something else comes out it is put back, and the slot holds again what it did."""
    slots, tree = pair
    slots.write("0", b"new")
    tree.write("in/file", b"edited")
    for out in (digest(b"old"), None):
        assert not exchange(slots, "0", tree, "in/file", out=out, into=digest(b"new"))
        assert (slots.read("0"), tree.read("in/file")) == (b"new", b"edited")
    assert exchange(slots, "0", tree, "in/file", out=digest(b"edited"), into=digest(b"new"))


def test_exchange_puts_back_a_link_or_a_folder(pair: Pair) -> None:
    """A symbolic link or a folder that came there meanwhile is not taken for the file, nor followed."""
    slots, tree = pair
    slots.write("0", b"new")
    (Path(tree.path) / "in/link").symlink_to("/etc/passwd")
    assert not exchange(slots, "0", tree, "in/link", out=digest(b"old"), into=digest(b"new"))
    assert os.readlink(Path(tree.path) / "in/link") == "/etc/passwd"
    assert slots.read("0") == b"new"


def test_exchange_leaves_the_newest_of_two_saves(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved once before the exchange and once more before it is taken back: the later one stays in place."""
    slots, tree = pair
    slots.write("0", b"new")
    tree.write("in/file", b"first save")
    original: Callable[..., None] = swap
    file = Path(tree.path) / "in/file"

    def swap_then_save(*arguments: object) -> None:
        original(*arguments)
        if file.read_bytes() == b"new":
            Path(f"{file}~").write_bytes(b"second save")
            os.replace(f"{file}~", file)

    monkeypatch.setattr(swaps, "swap", swap_then_save)
    assert not exchange(slots, "0", tree, "in/file", out=digest(b"old"), into=digest(b"new"))
    assert tree.read("in/file") == b"second save"
    assert slots.read("0") == b"first save"


def cut(calls: list[str], monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the process die, as it were, after so many changing calls."""
    done = []
    for name in calls:
        original = getattr(os, name)

        def call(*arguments: object, original: Callable[..., None] = original, **options: object) -> None:
            if len(done) == after:
                raise KeyboardInterrupt
            original(*arguments, **options)
            done.append(1)

        monkeypatch.setattr(os, name, call)


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("there", [b"there", None])
@pytest.mark.parametrize("links", [True, False])
def test_mend_after_a_swap_cut_in_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool, there: bytes | None, after: int
) -> None:
    """Where a swap takes more calls than one, whatever a crash leaves of it is made one state or the other."""
    monkeypatch.setattr(swaps, "_renameat2", lambda: absent)
    if not links:
        monkeypatch.setattr(os, "link", absent)
    with Folder(tmp_path) as slots, Folder(tmp_path) as tree:
        tree.make("in")
        slots.write("0", b"here")
        if there is not None:
            tree.write("in/file", there)
        with monkeypatch.context() as context:
            cut(["link", "rename", "unlink"] if links else ["rename", "unlink"], context, after)
            with suppress(KeyboardInterrupt):
                swap(slots, "0", tree, "in/file")
        repair(slots, "0", tree, "in/file")
        assert (slots.read("0"), tree.read("in/file")) in {(b"here", there), (there, b"here")}
        assert "0.old" not in slots.names()
        repair(slots, "0", tree, "in/file")
        assert (slots.read("0"), tree.read("in/file")) in {(b"here", there), (there, b"here")}
