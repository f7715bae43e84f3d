"""Several documents made one PDF: photos of a letter's pages, or PDFs."""

from __future__ import annotations

import io
import mmap
from collections.abc import Sequence
from contextlib import ExitStack

import pypdfium2 as pdfium
from PIL import Image

from commons.documents.inside import pdfs, pictures
from commons.documents.values import JPEG, MAX_PAGES, NotTaken

A4 = (595.28, 841.89)  # points
A4_PIXELS = (1654, 2339)  # at 200 dpi
QUALITY = 75
SMALL_BYTES = 700_000  # a JPEG of at most this many is taken as it is
Content = bytes | mmap.mmap


def pictures_as_pdf(documents: Sequence[tuple[Content, str]]) -> bytes:
    """One A4 page a picture (or page of a TIFF), upright or on its side as it is itself, about 200 dpi.

    Gray stays gray. A JPEG that is small, upright and carries nothing else goes in as it is; what is made anew leaves
    the camera's data (place, time, serial number) behind.
    """
    made = pdfium.PdfDocument.new()
    for content, kind in documents:
        with pictures.opened(content, kind) as picture:
            count = pictures.pages_of(picture, kind)
            if len(made) + count > MAX_PAGES:
                raise NotTaken("paper_pages", limit=MAX_PAGES)
            if kind == JPEG and _goes_in_as_it_is(picture, len(content)):
                picture.load()
                _add(made, bytes(content), picture.size)
                continue
            for page in range(1, count + 1):
                on_side = _is_on_side(picture)
                drawn = pictures.upright(picture, kind, page, A4_PIXELS[::-1] if on_side else A4_PIXELS)
                _add(made, _jpeg(drawn), drawn.size)
    return _saved(made)


def pdfs_as_one(documents: Sequence[Content]) -> bytes:
    """The pages of all, in their order. Raises NotTaken as `pdfs.opened`."""
    made = pdfium.PdfDocument.new()
    with ExitStack() as stack:
        for content in documents:
            given = stack.enter_context(pdfs.opened(content))
            if len(made) + len(given) > MAX_PAGES:
                raise NotTaken("paper_pages", limit=MAX_PAGES)
            try:
                made.import_pages(given)
            except pdfium.PdfiumError as error:
                raise NotTaken("paper_broken") from error
        return _saved(made)


def _goes_in_as_it_is(picture: Image.Image, size: int) -> bool:
    short, long = sorted(picture.size)
    return (
        size <= SMALL_BYTES
        and picture.format == "JPEG"
        and picture.mode in {"L", "RGB"}
        and not picture.info.keys() & {"exif", "xmp", "comment", "photoshop"}
        and short <= A4_PIXELS[0]
        and long <= A4_PIXELS[1]
    )


def _is_on_side(picture: Image.Image) -> bool:
    turned = picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    return (picture.width > picture.height) is not turned


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _add(made: pdfium.PdfDocument, jpeg: bytes, size: tuple[int, int]) -> None:
    across, down = A4[::-1] if size[0] > size[1] else A4
    scale = min(across / size[0], down / size[1])
    wide, high = size[0] * scale, size[1] * scale
    page = made.new_page(across, down)
    image = pdfium.PdfImage.new(made)
    image.load_jpeg(io.BytesIO(jpeg), inline=True)
    image.set_matrix(pdfium.PdfMatrix(wide, 0, 0, high, (across - wide) / 2, (down - high) / 2))
    page.insert_obj(image)
    page.gen_content()
    page.close()


def _saved(made: pdfium.PdfDocument) -> bytes:
    out = io.BytesIO()
    made.save(out)
    made.close()
    return out.getvalue()
