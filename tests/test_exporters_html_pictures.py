"""Pictures: what they are, how large, in which smaller sizes; and what plays the other media."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.html_site import FIRST, MEDIA, png, publication, read, site
from totem_cli.archive.media import MediaFile, media_files
from totem_cli.exporters.html import pictures
from totem_cli.exporters.html.picture_head import is_animated, size_of, type_of
from totem_cli.model.parts import Media
from totem_cli.publishing.contents import Contents

EPISODE = "marees/01-episode/index.html"


@pytest.mark.parametrize("extension", ["png", "jpeg", "gif", "webp"])
@pytest.mark.parametrize("size", [(1, 1), (640, 480), (3, 5000)])
def test_type_and_size(extension: str, size: tuple[int, int]) -> None:
    """The bytes of a picture tell its type and size."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    file = io.BytesIO()
    image.new("RGB", size).save(file, extension.upper())
    head = file.getvalue()[:65536]
    assert type_of(head) == f"image/{extension}"
    assert size_of(f"image/{extension}", head) == size
    assert is_animated(f"image/{extension}", head) == (extension == "gif")


def test_a_picture_that_lies_on_its_side_is_measured_upright() -> None:
    """Exif's Orientation turns width and height, and smaller versions are upright."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    exif = image.Exif()
    exif[274] = 6
    file = io.BytesIO()
    image.new("RGB", (800, 600)).save(file, "JPEG", exif=exif)
    assert size_of("image/jpeg", file.getvalue()) == (600, 800)
    assert size_of("image/jpeg", pictures.resized(file.getvalue(), "image/jpeg", 300)) == (300, 400)


@given(st.sampled_from(["image/png", "image/jpeg", "image/gif", "image/webp"]), st.binary(max_size=80))
def test_a_head_may_be_anything(kind: str, data: bytes) -> None:
    """Whatever a file begins with, there is a size or none."""
    starts = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF89a",
              "image/webp": b"RIFF\0\0\0\0WEBP"}  # fmt: skip
    head = starts[kind] + data
    size = size_of(kind, head)
    assert type_of(head) == kind
    assert size is None or min(size) > 0


@pytest.mark.parametrize("kind", [b"VP8X", b"VP8L", b"VP8 "])
def test_a_picture_that_is_cut_has_no_size(kind: bytes) -> None:
    """A WebP of which only the beginning is there is published as it is, wherever it ends."""
    for length in range(25):
        head = b"RIFF\0\0\0\0WEBP" + kind + bytes(length)
        given_ = with_fields(
            publication(episodes=(replace(FIRST, image="x.webp"),)), media={"x.webp": lambda h=head: h}
        )
        found = pictures.Pictures(given_)["x.webp"]
        assert found is not None
        assert found.size is None or length >= 9


@pytest.mark.parametrize("kept", [30, 40, 60])
def test_what_cannot_be_made_smaller_stays(kept: int) -> None:
    """A picture that is damaged is copied as it is."""
    pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    damaged = png(600, 10)[:kept]
    assert pictures.resized(damaged, "image/png", 480) == damaged


def test_a_page_gives_pictures_room() -> None:
    """Every picture says its size; wide ones offer smaller versions, which are there and as wide as they say."""
    pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    made = site(publication())
    lead, inside = read(made[EPISODE]).all("img")
    for one in (lead, inside):
        assert (one.attributes["width"], one.attributes["height"]) == ("1000", "600")
        assert one.attributes["srcset"].startswith("../../assets/media/port-480w.png 480w, ")
        assert one.attributes["srcset"].endswith("../../media/port.png 1000w")
    assert inside.attributes["alt"] == "Le port"
    for width in (480, 960):
        assert size_of("image/png", made[f"assets/media/port-{width}w.png"]) == (width, round(width * 0.6))
    assert made["media/port.png"] == MEDIA["port.png"]()


def test_without_pillow_pictures_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pillow a picture keeps its size on the page, and comes whole."""
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    made = site(publication())
    lead = read(made[EPISODE]).all("img")[0].attributes
    assert (lead["width"], "srcset" in lead) == ("1000", False)
    assert not [path for path in made if path.startswith("assets/media/")]


@pytest.mark.parametrize(
    ("media", "content", "shown"),
    [
        (Media(path="a.png", alt="A"), png(4, 3), "img"),
        (Media(path="a.png", alt="A"), b"<script>alert(1)</script>", None),
        (Media(path="a.png", alt="A"), b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (Media(path="a.svg", alt="A"), b"<svg xmlns='http://www.w3.org/2000/svg'/>", "img"),
        (Media(path="a.pdf", kind="image", alt="A"), b"%PDF", None),
        (Media(path="a.html", type="image/png", alt="A"), b"<p>", None),
        (Media(path="a.mp3", alt="A"), b"ID3", "audio"),
        (Media(path="a.ogg", kind="video", alt="A"), b"OggS", "video"),
        (Media(path="a.bin", type="audio/mpeg", alt="A"), b"ID3", "audio"),
        (Media(path="a.pdf", alt="A"), b"%PDF", None),
    ],
)
def test_what_shows_a_medium(media: Media, content: bytes, shown: str | None) -> None:
    """A picture must look like one by name and bytes; sound and film play without a script; all else is a link."""
    episode = replace(FIRST, image=None, recap="", media=(media,))
    made = site(with_fields(publication(episodes=(episode,)), media={media.path: lambda: content}))
    found = [one for one in read(made[EPISODE]).elements if one.tag in ("img", "audio", "video")]
    assert [one.tag for one in found] == ([shown] if shown else [])
    if shown in ("audio", "video"):
        assert found[0].attributes["preload"] == "none"
        assert "controls" in found[0].attributes
    if shown == "img":
        assert found[0].attributes["alt"] == "A"
    else:
        assert f"../../media/{media.path}" in read(made[EPISODE]).values("href")


def test_a_picture_is_shown_once() -> None:
    """The episode's own picture takes the text of the medium that is the same file."""
    episode = replace(FIRST, recap="", media=(Media(path="port.png", alt="Le port, le matin"),))
    (image,) = read(site(publication(episodes=(episode,)))[EPISODE]).all("img")
    assert image.attributes["alt"] == "Le port, le matin"


def test_digests_of_media_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that did not change is not read again to know its digest; one that did is."""
    folder, memory = tmp_path / "media", tmp_path / "memory.json"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"one")
    time.sleep(0.05)  # a file as young as its stat is always read again

    def digest() -> str:
        found = media_files(tmp_path, memory)["a.bin"]
        assert isinstance(found, MediaFile)
        return found.digest()

    first = digest()
    with monkeypatch.context() as unread:
        unread.setattr(Contents, "_read", lambda *_: pytest.fail("it was read again"))
        assert digest() == first
    (folder / "a.bin").write_bytes(b"two")
    assert digest() != first
    assert media_files(tmp_path, memory)["a.bin"]() == b"two"
