"""JPEG, PNG and TIFF by Pillow: opened, counted, drawn."""

from __future__ import annotations

import io
import mmap
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from commons.documents.inside import encode
from commons.documents.values import JPEG, MAX_PAGES, MAX_PIXELS, PNG, TIFF, NotTaken

READERS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
_FORMATS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), TIFF: ("TIFF",)}
_HIGHEST = 4
_FAULTS = (OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, EOFError, struct.error, OverflowError)

Image.MAX_IMAGE_PIXELS = None  # our own bound is told in our own words
warnings.simplefilter("ignore")


@contextmanager
def opened(content: bytes | mmap.mmap, kind: str) -> Iterator[Image.Image]:
    """The picture, not yet decoded, small enough to be. Raises NotTaken: paper_broken, paper_pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS[kind]) as picture:
            check_size(picture)
            yield picture
    except _FAULTS as error:
        raise NotTaken("paper_broken") from error


def look(content: bytes | mmap.mmap, kind: str) -> int:
    """How many pages it has: one, or those of a TIFF; the first was decoded whole."""
    with opened(content, kind) as picture:
        pages = pages_of(picture, kind)
        picture.draft("RGB", (200, 200))
        picture.load()
        return pages


def draw(content: bytes | mmap.mmap, kind: str, pages: tuple[int, ...], width: int, *, gray: bool) -> Iterator[bytes]:
    """Pictures of these pages (from 1), upright. Raises NotTaken: paper_no_page, paper_broken, paper_pixels."""
    with opened(content, kind) as picture:
        count = pages_of(picture, kind)
        for page in pages:
            if not 1 <= page <= count:
                raise NotTaken("paper_no_page", page=page)
            drawn = upright(picture, kind, page, (width, width * _HIGHEST))
            yield encode.as_png(drawn) if gray else encode.as_webp(drawn)


def upright(picture: Image.Image, kind: str, page: int, within: tuple[int, int]) -> Image.Image:
    """One page decoded, turned as its camera held it, on white, no larger than `within` (pixels)."""
    if kind == TIFF:
        picture.seek(page - 1)
        check_size(picture)
    longest = max(within)
    picture.draft(None, (longest, longest))
    turned = ImageOps.exif_transpose(picture)
    plain = on_white(turned)
    plain.thumbnail(within, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return plain


def on_white(picture: Image.Image) -> Image.Image:
    """In gray or in colour, without transparency."""
    if picture.mode in {"1", "L"} and "transparency" not in picture.info:
        return picture.convert("L")
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value / 256).convert("L") if picture.mode != "I" else picture.convert("L")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    return picture.convert("RGB")


def pages_of(picture: Image.Image, kind: str) -> int:
    """Pages of a TIFF, else one (a phone's second picture in a JPEG is a depth map or a preview)."""
    count = getattr(picture, "n_frames", 1) if kind == TIFF else 1
    if count > MAX_PAGES:
        raise NotTaken("paper_pages", limit=MAX_PAGES)
    return count


def check_size(picture: Image.Image) -> None:
    """Raises NotTaken paper_pixels for a picture that would fill the memory."""
    if picture.width * picture.height > MAX_PIXELS:
        raise NotTaken("paper_pixels", limit=MAX_PIXELS)
