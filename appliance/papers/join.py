"""Papers behind a page of ours, as one PDF for the printer (not PDF/A: a scan may be anything)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Final, Literal

import msgspec
import pypdfium2 as pdfium
from PIL import Image, ImageOps

from commons.typeset import typeset

Why = Literal["absent", "unreadable", "locked"]

PIXELS: Final = 80_000_000
"""An image beyond this (A3 at 600 dpi) counts as unreadable: it would not fit into the machine."""
_A4: Final = (595.28, 841.89)  # points
_FPDF_ERR_PASSWORD: Final = 4
_one_at_a_time = Lock()  # PDFium may be called by one thread of a process


class Leaf(msgspec.Struct, frozen=True):
    """One paper; `content` None: it has not reached this office yet."""

    name: str
    media_type: str  # application/pdf, image/jpeg, image/png
    content: bytes | None


class _Missing(msgspec.Struct, frozen=True):
    language: str
    name: str
    why: Why


def join(front: bytes, leaves: Sequence[Leaf], *, language: Literal["hi", "en"], at: datetime) -> bytes:
    """`front` and behind it every leaf in order; for one that cannot be printed, a page that says why."""
    parts = [front]
    for leaf in leaves:
        got = _pdf(leaf)
        parts.append(got if isinstance(got, bytes) else typeset("missing", _Missing(language, leaf.name, got), at=at))
    with _one_at_a_time:
        whole = pdfium.PdfDocument.new()
        try:
            for part in parts:
                document = pdfium.PdfDocument(part)
                try:
                    whole.import_pages(document)
                finally:
                    document.close()
            out = io.BytesIO()
            whole.save(out)
            return out.getvalue()
        finally:
            whole.close()


def _pdf(leaf: Leaf) -> bytes | Why:
    if leaf.content is None:
        return "absent"
    if leaf.media_type != "application/pdf":
        return _image(leaf.content)
    with _one_at_a_time:
        try:
            document = pdfium.PdfDocument(leaf.content)
        except pdfium.PdfiumError as error:
            return "locked" if error.err_code == _FPDF_ERR_PASSWORD else "unreadable"
        try:
            if not len(document):
                return "unreadable"
            pdfium.PdfDocument.new().import_pages(document)
        except pdfium.PdfiumError:
            return "unreadable"
        finally:
            document.close()
    return leaf.content


def _image(content: bytes) -> bytes | Why:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as found:
            if found.width * found.height > PIXELS:
                return "unreadable"
            image = ImageOps.exif_transpose(found)
            if image.mode not in {"L", "RGB", "1"}:
                clear = image.convert("RGBA")
                image = Image.new("RGB", clear.size, "white")
                image.paste(clear, mask=clear)
            wide, high = (max(_A4), min(_A4)) if image.width > image.height else _A4
            dpi = max(image.width * 72 / wide, image.height * 72 / high)
            out = io.BytesIO()
            image.save(out, format="PDF", resolution=dpi)
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "unreadable"
