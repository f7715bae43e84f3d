"""What documents from outside are allowed to be, what is known of one, and how one is refused."""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.errors import LocalError

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg", ".jpe"), PNG: (".png",), TIFF: (".tif", ".tiff")}
"""What is taken, and how its names end; the first ending is put to a name that has none of them."""

MAX_BYTES = 50 << 20
MAX_PAGES = 5_000
MAX_PIXELS = 100_000_000
NAME_CHARS = 120
NAME_BYTES = 230  # UTF-8; a name of a file has at most 255

How = Literal["pdf", "ocr", "failed"]


class NotTaken(LocalError):
    """A document that is not taken, or a thing asked of it that cannot be had.

    Codes: paper_empty, paper_too_large (limit_bytes), paper_not_pdf (name, seems: a word of `kinds.SEEMS`),
    paper_locked (a password is needed), paper_broken (it cannot be opened, or no page of it drawn), paper_pages
    (limit), paper_pixels (limit), paper_slow (given up after so many `seconds`), paper_busy (too many at once: try
    again), paper_no_page (page).
    """

    code = "paper_broken"


class Looked(msgspec.Struct, frozen=True):
    """What a document is by its content; `name` is safe to show and to save under, `size` in bytes."""

    media_type: str
    pages: int
    size: int
    name: str


class PageText(msgspec.Struct, frozen=True):
    """The words of one page, counted from 1; `how` they were found: failed means that nobody knows what it says."""

    page: int
    text: str
    how: How


class RawText(msgspec.Struct, frozen=True):
    """The text that a page of a PDF carries itself; `drawn`: it shows something that is not text (a scan, a curve)."""

    text: str
    drawn: bool
