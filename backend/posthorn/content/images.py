"""Images made fit for mail: decoded, bounded, turned upright, freed of metadata, encoded anew."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

MAX_PIXELS = 40_000_000
#: Of an animation, all frames together.
MAX_ANIMATED_PIXELS = 100_000_000
MAX_FRAMES = 200
#: Twice what a mail is wide, for dense screens.
MAX_WIDTH = 1600
MAX_HEIGHT = 8000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


class ImageRefused(Exception):
    """What is no image that mail programs show; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An image as it is kept. Sizes in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int


def reencode(data: bytes) -> Encoded:
    """Raises ImageRefused. JPEG stays JPEG, GIF stays GIF, the others become PNG."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ImageRefused(
                    f"The image has {width} by {height} pixels; at most {MAX_PIXELS // 1_000_000}"
                    " million fit. Make it smaller."
                )
            if image.format == "GIF":
                return _gif(image)
            return _still(image)
    except UnidentifiedImageError:
        raise ImageRefused(
            "This is no image that mail programs show. Upload PNG, JPEG, GIF or WebP."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageRefused(
            f"The image has more than {MAX_PIXELS // 1_000_000} million pixels. Make it smaller."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageRefused(f"The image is damaged: {error}. Save it anew.") from None


def _still(image: Image.Image) -> Encoded:
    jpeg = image.format == "JPEG"
    upright = ImageOps.exif_transpose(image)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    upright = upright.convert("RGBA" if see_through and not jpeg else "RGB")
    upright.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    out = BytesIO()
    if jpeg:
        upright.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    else:
        upright.save(out, "PNG", optimize=True)
    return Encoded(out.getvalue(), "image/jpeg" if jpeg else "image/png", *upright.size)


def _gif(image: Image.Image) -> Encoded:
    width, height = image.size
    most = min(MAX_FRAMES, max(1, MAX_ANIMATED_PIXELS // (width * height)))
    frames: list[Image.Image] = []
    durations: list[int] = []
    for frame in ImageSequence.Iterator(image):
        if len(frames) == most:
            raise ImageRefused(
                f"The animation has more than {most} frames of this size. Shorten it or make it"
                " smaller."
            )
        still = frame.convert("RGBA")
        still.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
        frames.append(still)
        durations.append(max(20, int(frame.info.get("duration", 100))))
    out = BytesIO()
    if len(frames) == 1:
        frames[0].save(out, "GIF")
    else:
        loops = int(image.info.get("loop", 0))
        frames[0].save(
            out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=loops,
            disposal=2,
        )  # fmt: skip
    return Encoded(out.getvalue(), "image/gif", *frames[0].size)
