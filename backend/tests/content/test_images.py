"""Images: what is kept of them, and what is refused."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from posthorn.content.images import MAX_WIDTH, ImageRefused, reencode


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_a_photograph_is_turned_upright_freed_of_metadata_and_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010E] = "where I live"
    kept = reencode(encoded(Image.new("RGB", (4000, 2000), "red"), "JPEG", exif=exif))
    assert kept.content_type == "image/jpeg"
    assert (kept.width, kept.height) == decoded(kept.data).size == (MAX_WIDTH, MAX_WIDTH * 2)
    assert not decoded(kept.data).getexif()
    assert b"where I live" not in kept.data


def test_transparency_is_kept() -> None:
    kept = reencode(encoded(Image.new("RGBA", (10, 10), (255, 0, 0, 0)), "WEBP"))
    assert kept.content_type == "image/png"
    assert decoded(kept.data).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_an_animation_stays_one() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    kept = reencode(data)
    assert kept.content_type == "image/gif"
    assert decoded(kept.data).n_frames == 3  # type: ignore[attr-defined]


def gif_of(count: int) -> bytes:
    """A GIF of so many tiny frames, written by hand: the library would drop equal ones."""
    frame = b"!\xf9\x04\x00\x05\x00\x00\x00," + struct.pack("<HHHH", 0, 0, 1, 1)
    frame += b"\x00\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\x00\x00" + b"\xff\x00\x00\x00\x00\xff"
    return head + frame * count + b";"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (huge_png(10_000, 10_000), "million"),
        (huge_png(100_000, 100_000), "million"),
        (gif_of(10_000), "more than 200 frames"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "no image"),
        (b"not an image at all", "no image"),
        (b"", "no image"),
        (huge_png(10, 10), "damaged"),
        (encoded(Image.new("RGB", (50, 50)), "PNG")[:60], "damaged"),
        (encoded(Image.new("RGB", (50, 50)), "BMP"), "no image"),
    ],
    ids=["100 megapixels", "10 gigapixels", "10,000 frames", "svg", "text", "nothing", "no pixels",
         "cut off", "bmp"],
)  # fmt: skip
def test_what_is_no_image_for_mail_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(ImageRefused, match=told):
        reencode(data)
