"""Says by its first bytes what a file is, or what a refused one seems to be."""

from __future__ import annotations

import codecs

import puremagic

from commons.documents.values import JPEG, PDF, PNG, TIFF

HEAD_BYTES = 4096
_STARTS = {
    b"%PDF-": PDF,
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
}
SEEMS = frozenset(
    {"word", "sheet", "slides", "zip", "web_page", "program", "picture", "sound", "text", "unknown", "late_pdf"}
)
_ZIP_PARTS = ((b"word/", "word"), (b"xl/", "sheet"), (b"ppt/", "slides"), (b"opendocument.text", "word"),
              (b"opendocument.spreadsheet", "sheet"), (b"opendocument.presentation", "slides"))  # fmt: skip
_MIMES = (
    ("word", ("msword", "wordprocessing", "rtf", "opendocument.text")),
    ("sheet", ("excel", "spreadsheet")),
    ("slides", ("powerpoint", "presentation")),
    ("zip", ("zip", "rar", "7z", "gzip", "x-tar", "compress")),
    ("web_page", ("html", "svg", "xml", "javascript")),
    ("program", ("executable", "dosexec", "x-elf", "shellscript", "x-sh", "x-msi")),
    ("picture", ("image/",)),
    ("sound", ("audio/", "video/")),
    ("text", ("text/",)),
)


def kind_of(head: bytes) -> str:
    """The media type of a PDF, JPEG, PNG or TIFF that begins so, "" for everything else; its name does not count.

    A PDF begins with its first byte: what has another format before it is two files in one.
    """
    return next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")


def seems(head: bytes) -> str:
    """What a file that is not taken seems to be, one word of `SEEMS`, for the sentence that refuses it."""
    head = head[:HEAD_BYTES]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")):
        return "web_page"
    if head.startswith(b"PK\x03\x04"):
        return next((word for mark, word in _ZIP_PARTS if mark in head), "zip")
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in {b"heic", b"heix", b"mif1", b"avif", b"msf1"} else "sound"
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return "program"
    if b"%PDF-" in head[:1024]:
        return "late_pdf"
    return _by_puremagic(head) or ("text" if _is_text(head) else "unknown")


def _by_puremagic(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    mime = next((match.mime_type for match in found if match.mime_type), "")
    return next((word for word, parts in _MIMES if any(part in mime for part in parts)), "")


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
