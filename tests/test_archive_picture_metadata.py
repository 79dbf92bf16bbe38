"""What cameras write into pictures is not published; the picture itself stays byte for byte."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Shell
from tests.pictures import ADOBE, FRAME, ICC, JFIF, SCANS, exif, jpeg, png, png_chunk, segment, webp, webp_chunk
from totem_cli.archive.picture_boxes import BrokenPictureError
from totem_cli.archive.picture_metadata import without_metadata
from totem_cli.archive.picture_tiff import holds_place, may_hold_metadata
from totem_cli.exporters.html.picture_head import size_of

XMP = b"<x:xmpmeta exif:GPSLatitude='48,0N'/>"
SIDEWAYS = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
SECRETS = (b"GPS", b"Me\0", b"N\0\0\0\0", b"secret")


def test_jpeg() -> None:
    """Exif, XMP, IPTC, comments, makers' segments and what follows the end go; colours and orientation stay."""
    secrets = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP) + segment(0xED, b"Photoshop 3.0\0secret")
    secrets += segment(0xFE, b"secret") + segment(0xE2, b"MPF\0secret") + segment(0xE5, b"secret")
    picture = jpeg(exif(6), secrets, after=jpeg(exif(1)))
    assert holds_place(picture)
    bare = without_metadata(picture)
    oriented = segment(0xE1, b"Exif\0\0" + SIDEWAYS)
    assert bare == b"\xff\xd8" + JFIF + ICC + ADOBE + oriented + FRAME + SCANS + b"\xff\xd9"
    assert not holds_place(bare)
    assert size_of("image/jpeg", bare) == size_of("image/jpeg", picture) == (4, 3)
    assert without_metadata(bare) == bare
    assert without_metadata(jpeg(exif(1))) == jpeg()


def test_jpeg_with_reserved_segments() -> None:
    """What no decoder knows says nothing of how a picture looks."""
    assert without_metadata(jpeg(exif(1), segment(0x02, b"secret") + segment(0xF7, b"secret"))) == jpeg()


def test_jpeg_without_an_end() -> None:
    """A file that breaks off is taken as far as it goes."""
    assert without_metadata(jpeg(exif(1))[:-2]) == jpeg()[:-2]


def test_png() -> None:
    """Text, time, Exif and unknown chunks go; what decides the look stays."""
    kept = png_chunk(b"gAMA", b"\0\0\xb1\x8f"), png_chunk(b"tRNS", b"\0\0")
    secrets = [png_chunk(kind, b"secret") for kind in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"prVt")]
    picture = png(*kept, *secrets, png_chunk(b"eXIf", exif(1))) + b"secret"
    assert holds_place(picture)
    assert without_metadata(picture) == png(*kept)
    turned = without_metadata(png(png_chunk(b"eXIf", exif(6))))
    assert png_chunk(b"eXIf", SIDEWAYS) in turned


def test_webp() -> None:
    """Exif and XMP go, with what announces them."""
    size = b"\3\0\0\7\0\0"
    shown = webp_chunk(b"ICCP", b"odd"), webp_chunk(b"VP8L", b"\x2f\3\xc0\1\0\0")
    flags = 0x20 | 0x08 | 0x04
    secrets = webp_chunk(b"EXIF", exif(1)), webp_chunk(b"XMP ", XMP), webp_chunk(b"note", b"secret")
    picture = webp(webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size), *shown, *secrets)
    assert holds_place(picture)
    assert without_metadata(picture) == webp(webp_chunk(b"VP8X", bytes([0x20, 0, 0, 0]) + size), *shown)
    turned = without_metadata(
        webp(webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size), *shown, webp_chunk(b"EXIF", exif(6)))
    )
    assert without_metadata(turned) == webp(
        webp_chunk(b"VP8X", bytes([0x28, 0, 0, 0]) + size), *shown, webp_chunk(b"EXIF", SIDEWAYS)
    )


def test_gif() -> None:
    """Comments and the data of applications go; what loops an animation stays."""
    begin, loop = b"GIF89a\1\0\1\0\x80\0\0" + bytes(6), b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
    image = b"\x21\xf9\4\0\0\0\0\0" + b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    secrets = b"\x21\xfe\6secret\0" + b"\x21\xff\x0bXMP DataXMP\6secret\0"
    assert without_metadata(begin + loop + secrets + image + b";" + b"secret") == begin + loop + image + b";"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("progressive", [False, True])
def test_pixels_stay(format_: str, progressive: bool) -> None:
    """A library that reads pictures finds the same pixels, the same orientation, and no metadata."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    if format_ == "AVIF" and not pytest.importorskip("PIL.features").check("avif"):
        pytest.skip("this Pillow writes no AVIF")
    told = image.Exif()
    told[0x0112], told[0x010F] = 6, "secret"
    told.get_ifd(0x8825)[1] = "N"
    drawn = image.effect_noise((80, 60), 50).convert("RGB")
    file = io.BytesIO()
    drawn.save(
        file, format_, **({} if format_ == "GIF" else {"exif": told}), **({"progressive": True} if progressive else {})
    )
    bare = without_metadata(file.getvalue())
    with image.open(io.BytesIO(bare)) as after, image.open(io.BytesIO(file.getvalue())) as before:
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif()) == ({} if format_ == "GIF" else {0x0112: 6})
    assert b"secret" not in bare
    assert not holds_place(bare)


def test_what_viewers_show_all_the_same() -> None:
    """Bytes between segments, or an end that is missing, stop no viewer: such a picture says nothing of its maker."""
    secret = exif(1) + segment(0xFE, b"secret")
    odd = jpeg(secret).replace(segment(0xFE, b"secret"), b"\0\0odd" + segment(0xFE, b"secret") + b"\0")
    assert without_metadata(odd) == jpeg()
    for whole in (jpeg(secret), png(png_chunk(b"tEXt", b"secret"), png_chunk(b"eXIf", exif(1)))):
        for end in range(12, len(whole)):
            bare = without_metadata(whole[:end])
            assert not any(words in bare for words in SECRETS)
            assert not holds_place(bare)
    webped = webp(webp_chunk(b"VP8L", b"\x2f\3\xc0\1\0\0"), webp_chunk(b"EXIF", exif(1)))
    assert b"GPS" not in without_metadata(webped[:-9])
    gif = b"GIF89a\1\0\1\0\0\0\0!\xfe\6secret\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    assert without_metadata(gif[:-4]) == gif[:-4].replace(b"!\xfe\6secret\0", b"") + b";"


@given(st.sampled_from([jpeg(exif()), png(png_chunk(b"eXIf", exif())), b"GIF89a" + bytes(20), webp()]), st.data())
def test_what_is_broken(picture: bytes, data: st.DataObject) -> None:
    """Bytes that are changed or missing are no error, and what is left of them stays as it is."""
    at = data.draw(st.integers(0, len(picture) - 1))
    broken = data.draw(
        st.sampled_from([picture[:at], picture[:at] + data.draw(st.binary(max_size=4)) + picture[at + 1 :]])
    )
    try:
        once = without_metadata(broken)
    except BrokenPictureError:  # what no viewer knows as a picture
        assert may_hold_metadata(broken)
    else:
        assert without_metadata(once) == once
        holds_place(once)


@pytest.mark.parametrize("format_", ["html", "markdown", "epub"])
def test_no_export_says_where(totem: Shell, format_: str) -> None:
    """A picture is published without its place, unless the settings keep it; then ``check`` says so."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    totem("add", "episode", "E", "--quiet")
    (totem.folder / "port.jpg").write_bytes(jpeg(exif(1)))
    totem("add", "media", "1", "port.jpg", "--alt", "x", "--quiet")
    totem("set", "episode", "1", "image=port.jpg", "--quiet")
    assert _published(totem, format_) == jpeg()
    (found,) = [line for line in totem("check").out.splitlines() if "says where" in line]
    assert "exports leave it out" in found
    with (totem.folder / "archive" / "totem.toml").open("a") as file:
        file.write("\n[html]\nkeep_metadata = true\n")
    assert _published(totem, format_) == jpeg(exif(1))
    assert "exports hold it too" in totem("check").out


def _published(totem: Shell, format_: str) -> bytes:
    """The picture as an export has it, after one into the same place."""
    assert totem("export", format_, "--output", "out").code == 0
    output = totem.folder / "out"
    if output.is_file():
        from zipfile import ZipFile

        with ZipFile(output) as book:
            (name,) = [one for one in book.namelist() if one.endswith(".jpg")]
            return book.read(name)
    return Path(output, "media", "port.jpg").read_bytes()


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an AVIF or HEIC."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def heic(tiff: bytes, xmp: bytes, more: bytes = b"") -> bytes:
    """A HEIC with three items, pixels, Exif, XMP, and ``more`` boxes."""
    kinds = (b"hvc1", b""), (b"Exif", b""), (b"mime", b"application/rdf+xml\0")
    infos = b"".join(
        box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + kind + b"\0" + more)
        for number, (kind, more) in enumerate(kinds, 1)
    )
    contents = b"pixels", b"\0\0\0\6Exif\0\0" + tiff, xmp

    def whole(begin: int) -> bytes:
        places, at = b"", begin
        for number, content in enumerate(contents, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(content))
            at += len(content)
        location = box(b"iloc", b"\0\0\0\0\x44\0" + struct.pack(">H", 3) + places)
        meta = box(b"meta", b"\0\0\0\0" + box(b"iinf", b"\0\0\0\0" + struct.pack(">H", 3) + infos) + location)
        return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", b"".join(contents)) + more

    return whole(len(whole(0)) - sum(map(len, contents)) - len(more))


def test_heic() -> None:
    """In a HEIC nothing moves; its Exif is empty, its XMP blank, its pixels as they were."""
    picture = heic(exif(1), XMP)
    assert holds_place(picture)
    bare = without_metadata(picture)
    assert (len(bare), bare.count(b"pixels"), holds_place(bare)) == (len(picture), 1, False)
    assert bare[: picture.index(b"pixels") + 6] == picture[: picture.index(b"pixels") + 6]
    assert b"Me\0" not in bare
    assert without_metadata(bare) == bare


def jxl(*boxes: bytes) -> bytes:
    """A JPEG XL of these boxes."""
    return box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ") + b"".join(boxes)


def test_what_else_a_heic_carries() -> None:
    """Boxes of makers and editors become free space, at the top and in a film's tracks; nothing moves."""
    told = box(b"uuid", b"sixteen bytes id" + b"secret") + box(b"free", b"secret")
    film = box(b"moov", box(b"trak", box(b"udta", b"secret") + box(b"meta", b"secret") + box(b"tkhd", b"track")))
    picture = heic(exif(1), XMP, told + film)
    bare = without_metadata(picture)
    assert (len(bare), b"secret" in bare, b"track" in bare) == (len(picture), False, True)
    assert without_metadata(bare) == bare


def test_exif_beside_the_list_of_items() -> None:
    """Items may lie in the box ``idat``: those are found there."""
    infos = box(b"iinf", b"\0\0\0\0\0\1" + box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 1, 0) + b"Exif\0"))
    content = b"\0\0\0\6Exif\0\0" + exif(1)
    place = box(b"iloc", b"\1\0\0\0\x44\0" + struct.pack(">HHHHHII", 1, 1, 1, 0, 1, 3, len(content)))
    meta = box(b"meta", b"\0\0\0\0" + infos + place + box(b"idat", b"abc" + content + b"xyz"))
    picture = box(b"ftyp", b"avif\0\0\0\0mif1") + meta
    bare = without_metadata(picture)
    assert (len(bare), b"abc" in bare, bare[-3:]) == (len(picture), True, b"xyz")
    assert b"Me\0" not in bare
    elsewhere = picture.replace(struct.pack(">HHHH", 1, 1, 1, 0), struct.pack(">HHHH", 1, 1, 2, 0))
    with pytest.raises(BrokenPictureError):
        without_metadata(elsewhere)


def test_jpeg_xl() -> None:
    """Of a JPEG XL the boxes with pixels stay; without a box around it, it holds no metadata."""
    pixels = box(b"jxlc", b"\xff\x0apixels")
    picture = jxl(box(b"Exif", b"\0\0\0\0" + exif(1)), box(b"xml ", XMP), pixels, box(b"brob", b"Exif" + b"secret"))
    assert without_metadata(picture) == jxl(pixels)
    with pytest.raises(BrokenPictureError):
        without_metadata(picture[:-20])
    assert without_metadata(b"\xff\x0apixels") == b"\xff\x0apixels"


def test_what_cannot_be_taken_out_is_refused() -> None:
    """A TIFF, and an AVIF or HEIC that is cut or damaged: either nothing of its maker is left, or nothing at all."""
    with pytest.raises(BrokenPictureError):
        without_metadata(exif(1))
    whole = heic(exif(1), XMP)
    refused = 0
    for end in range(12, len(whole)):
        damaged = whole[:end] + b"\xff" + whole[end + 1 :]
        for broken in (whole[:end], damaged):
            try:
                assert not holds_place(without_metadata(broken)), end
            except BrokenPictureError:
                refused += 1
    assert refused > len(whole)


def test_many_headers_take_little_time() -> None:
    """What looks like Exif a million times is looked at a bounded number of times."""
    assert not holds_place(b"II*\0" * 1_000_000)


@pytest.mark.parametrize(
    ("name", "picture"), [("port.heic", heic(exif(1), XMP)[:-40]), ("port.tif", exif(1)), ("port", jpeg())]
)
def test_a_picture_that_keeps_its_metadata_is_left_out(totem: Shell, name: str, picture: bytes) -> None:
    """An export leaves it out, and says which, and what to do; so does ``check``. Settings may keep it all the same."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    totem("add", "episode", "E", "--quiet")
    (totem.folder / name).write_bytes(jpeg(exif(1)) if name == "port" else picture)
    totem("add", "media", "1", name, "--alt", "x", "--quiet")
    told = "what cameras wrote into the picture cannot be taken out of it, and no export has it"
    for format_ in ("html", "markdown"):
        done = totem("export", format_, "--output", format_)
        found = totem.folder / format_ / "media" / name
        assert done.code == 0
        if name == "port":  # without an ending, it is a JPEG all the same
            assert found.read_bytes() == picture
        else:
            assert f"archive/media/{name}: {told}; save it anew" in done.err
            assert not found.exists()
    checked = totem("check")
    assert (checked.code, told in checked.out) == (0, name != "port")
    with (totem.folder / "archive" / "totem.toml").open("a") as file:
        file.write("\n[html]\nkeep_metadata = true\n")
    done = totem("export", "html", "--output", "html")
    assert (done.code, "cameras" in done.err) == (0, False)
    assert b"Me\0" in (totem.folder / "html" / "media" / name).read_bytes()


def test_a_film_is_no_picture(totem: Shell) -> None:
    """What is neither a picture by its name nor by its first bytes is copied as it is."""
    film = box(b"ftyp", b"isom\0\0\0\0mp42") + box(b"uuid", exif(1))
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    totem("add", "episode", "E", "--quiet")
    (totem.folder / "talk.mp4").write_bytes(film)
    totem("add", "media", "1", "talk.mp4", "--quiet")
    assert totem("export", "html", "--output", "out").code == 0
    assert (totem.folder / "out/media/talk.mp4").read_bytes() == film
