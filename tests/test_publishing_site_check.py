"""Checking an exported folder: what is missing, altered or leads nowhere is told, whatever stands there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from totem_cli.errors import NotFoundError
from totem_cli.publishing.manifest import NAME
from totem_cli.publishing.page import Page, key_of
from totem_cli.publishing.publisher import publish
from totem_cli.publishing.site_check import check_site

INDEX = '<a href="talks/">talks</a> <a href="talks/#q1">a question</a> <a href="https://example.org/">far</a>'
TALKS = '<h1 id="q1">one</h1> <a href="../index.html">home</a> <a href="#q1">here</a> <img src="../a%20b.png">'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small exported site without a fault."""
    given = {"index.html": INDEX, "talks/index.html": TALKS, "a b.png": "picture"}
    pages = [Page(path, key_of(text), text.encode) for path, text in given.items()]
    publish(pages, tmp_path / "site", format="html", filters={})
    return tmp_path / "site"


def told(site: Path) -> list[tuple[str, str]]:
    """Every fault as its path and its message."""
    return [(fault.path, fault.message) for fault in check_site(site)]


def test_whole(site: Path) -> None:
    """A site as it was written has no fault."""
    assert told(site) == []


def test_one_of_several_formats(site: Path, tmp_path: Path) -> None:
    """A site that was exported together with other formats is known by the manifest beside it."""
    pages = [Page(f"site/{path}", key_of(text), text.encode) for path, text in {"a.html": "a", "b.html": "b"}.items()]
    publish(pages, tmp_path / "all", format="all", filters={})
    assert told(tmp_path / "all/site") == []
    (tmp_path / "all/site/a.html").write_bytes(b"another")
    assert told(tmp_path / "all/site") == [("a.html", "was altered since the export")]
    (tmp_path / "all/else").mkdir()
    assert told(tmp_path / "all/else")[0][0] == "."


def test_altered(site: Path) -> None:
    """What is missing, altered, or no file any more is told apart, a page in whose folder's place a file stands too."""
    (site / "a b.png").write_bytes(b"another")
    (site / "talks/index.html").unlink()
    (site / "talks").rmdir()
    (site / "talks").write_bytes(b"")
    (site / "index.html").unlink()
    (site / "index.html").mkdir()
    assert told(site) == [
        ("a b.png", "was altered since the export"),
        ("index.html", "was altered since the export"),
        ("talks/index.html", "is missing"),
    ]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere/", "leads nowhere: nowhere/"),
        ("../outside.html", "leads nowhere: ../outside.html"),
        ("/etc/passwd", "leads nowhere: /etc/passwd"),
        ("talks/#q2", "leads to no such place: talks/#q2"),
        ("http://[x", "is no address: http://[x"),
        ("a" * 300, f"leads nowhere: {'a' * 300}"),
        ("%00", "leads nowhere: %00"),
    ],
)
def test_dead_link(site: Path, address: str, message: str) -> None:
    """A link that leads nowhere is a fault of its page, whatever the address looks like."""
    with (site / "index.html").open("a") as file:
        file.write(f'<a href="{address}">')
    assert told(site) == [("index.html", "was altered since the export"), ("index.html", message)]


@pytest.mark.parametrize("end", [b"\xff\xfe", b"<![never[", b"<a href='", b"\x00"])
def test_broken_page(site: Path, end: bytes) -> None:
    """A page that is not HTML, nor even text, is read as far as it goes."""
    (site / "index.html").write_bytes(INDEX.encode() + end)
    assert told(site) == [("index.html", "was altered since the export")]


def test_manifest(site: Path) -> None:
    """A manifest that is damaged, a link, no file, or not there is a fault."""
    (site / NAME).write_bytes(b"{}")
    assert told(site) == [(".", f"{NAME} is damaged")]
    (site / NAME).unlink()
    assert told(site) == [(".", "there is no manifest: totem did not write this folder, or not to its end")]
    os.mkfifo(site / NAME)
    assert told(site) == [(".", f"{site / NAME} is not a file")]


def test_no_folder(tmp_path: Path) -> None:
    """Without a folder there is nothing to check."""
    with pytest.raises(NotFoundError):
        check_site(tmp_path / "site")


def test_where_a_form_posts_to_is_no_file(tmp_path: Path) -> None:
    """A program of the server answers at a form's address, also to a reply; a form that only asks leads to a file."""
    text = (
        '<form method="post" action="/comments"></form> <a href="/comments?parent=1">reply</a> <a href="/other">x</a>'
    )
    asks = '<form action="search/index.html"></form>'
    pages = [Page(path, key_of(text), content.encode) for path, content in (("a.html", text), ("b.html", asks))]
    publish(pages, tmp_path / "site", format="html", filters={})
    assert told(tmp_path / "site") == [
        ("a.html", "leads nowhere: /other"),
        ("b.html", "leads nowhere: search/index.html"),
    ]
