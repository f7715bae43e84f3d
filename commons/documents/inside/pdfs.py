"""PDFs by PDFium: opened, counted, drawn, read. One process, one thread."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pypdfium2 as pdfium
from pypdfium2 import raw

from commons.documents.inside.spaces import is_concerned, placed, spaced
from commons.documents.values import MAX_PAGES, NotTaken, RawText

TRIED_PAGES = 20  # until one of them can be drawn
TRIED_WIDTH = 40  # pixels
HIGHEST = 4  # a picture's height in its widths, for pages that are a strip
PAGE_CHARS = 100_000
SPACED_CHARS = 20_000  # of a page whose spaces are looked at, some 10 µs each


@contextmanager
def opened(content: bytes | mmap.mmap) -> Iterator[pdfium.PdfDocument]:
    """The PDF with its count of pages checked. Raises NotTaken: paper_locked, paper_broken, paper_pages."""
    given = content if isinstance(content, bytes) else (ctypes.c_char * len(content)).from_buffer(content)
    try:
        document = pdfium.PdfDocument(given)
    except pdfium.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise NotTaken("paper_locked" if locked else "paper_broken") from error
    with closing(document):
        if not len(document):
            raise NotTaken("paper_broken")
        if len(document) > MAX_PAGES:
            raise NotTaken("paper_pages", limit=MAX_PAGES)
        yield document


def look(content: bytes | mmap.mmap) -> int:
    """How many pages it has, at least one of the first of which can be drawn."""
    with opened(content) as document:
        for number in range(min(len(document), TRIED_PAGES)):
            try:
                _render(document, number, TRIED_WIDTH, gray=True).close()
            except (pdfium.PdfiumError, NotTaken):
                continue
            return len(document)
    raise NotTaken("paper_broken")


def draw(content: bytes | mmap.mmap, pages: tuple[int, ...], width: int, *, gray: bool) -> Iterator[bytes]:
    """Pictures of these pages (from 1). Raises NotTaken: paper_no_page, paper_broken."""
    from commons.documents.inside import encode

    with opened(content) as document:
        for page in pages:
            if not 1 <= page <= len(document):
                raise NotTaken("paper_no_page", page=page)
            try:
                bitmap = _render(document, page - 1, width, gray=gray)
            except pdfium.PdfiumError as error:
                raise NotTaken("paper_broken", page=page) from error
            with closing(bitmap):
                yield encode.as_png(bitmap.to_pil()) if gray else encode.as_webp(bitmap.to_pil())


def read(content: bytes | mmap.mmap, first: int, count: int) -> tuple[int, tuple[RawText, ...]]:
    """How many pages it has, and the text of those asked for; a page that cannot be read gives none, but is drawn."""
    with opened(content) as document:
        last = min(len(document), first - 1 + count)
        return len(document), tuple(_text(document, number) for number in range(first - 1, last))


def _render(document: pdfium.PdfDocument, number: int, width: int, *, gray: bool) -> pdfium.PdfBitmap:
    page = document[number]
    try:
        across, down = page.get_size()
        if across <= 0 or down <= 0:
            raise NotTaken("paper_broken")
        scale = min(width / across, width * HIGHEST / down)
        return page.render(scale=scale, grayscale=gray, may_draw_forms=False, rev_byteorder=not gray)
    finally:
        page.close()


def _text(document: pdfium.PdfDocument, number: int) -> RawText:
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return RawText("", drawn=True)
    try:
        drawn = any(True for _ in page.get_objects(_NOT_TEXT, max_depth=3))
        text = page.get_textpage()
        with closing(text):
            count = min(text.count_chars(), PAGE_CHARS)
            said = text.get_text_range(0, count)
            if count <= SPACED_CHARS and is_concerned(said):
                return RawText(spaced(placed(text, count)), drawn)
            return RawText(said.replace("\r\n", "\n"), drawn)
    except pdfium.PdfiumError:
        return RawText("", drawn=True)
    finally:
        page.close()


_NOT_TEXT = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING)
