from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from commons.documents.ask import look
from commons.documents.held import AT_ONCE, hold
from commons.documents.values import MAX_BYTES, MAX_PAGES, Looked, NotTaken
from tests.support.paper import locked_pdf, pdf


def picture(kind: str, size: tuple[int, int] = (60, 80), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, kind)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x" * 100)
    return out.getvalue()


def refused(content: bytes, name: str = "पत्र.pdf") -> tuple[str, str]:
    with pytest.raises(NotTaken) as found:
        look(content, name)
    return found.value.code, str(found.value.values.get("seems", ""))


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (packed("a.txt"), "zip"),
        (packed("[Content_Types].xml", "word/document.xml"), "word"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "sheet"),
        (b"<!DOCTYPE html><html><body onload=alert(1)>", "web_page"),
        (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "web_page"),
        (b"MZ\x90\x00" + bytes(100), "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (b"GIF89a" + bytes(100), "picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "word"),
        ("सादा पाठ".encode() * 900, "text"),
        (b"\x00\x01\x02\x03\x04" * 50, "unknown"),
        (b"GIF89a/*" + pdf(), "late_pdf"),
        (b"<script>/*" + pdf(), "web_page"),
        (b"\n" + pdf(), "late_pdf"),
    ],
)
def test_a_file_of_another_kind_is_named_whatever_its_name_says(content: bytes, seems: str) -> None:
    assert refused(content) == ("paper_not_pdf", seems)


def test_a_pdf_with_something_packed_behind_it_is_a_pdf_and_nothing_else() -> None:
    assert look(pdf(2) + packed("a.html"), "a.html") == Looked(
        "application/pdf", 2, len(pdf(2) + packed("a.html")), "a.html.pdf"
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "paper_empty"),
        (b"%PDF-1.7", "paper_broken"),
        (b"%PDF-1.7\n" + os.urandom(5000), "paper_broken"),
        (pdf(9)[: len(pdf(9)) // 3], "paper_broken"),
        (pdf(0), "paper_broken"),
        (locked_pdf(), "paper_locked"),
        (pdf(MAX_PAGES + 1), "paper_pages"),
        (picture("JPEG", (800, 800))[:-2000], "paper_broken"),
        (picture("PNG", (800, 800))[:-900], "paper_broken"),
        (picture("TIFF", (80, 80))[:-900], "paper_broken"),
        (b"II*\x00\x08\x00\x00\x00" + b"\xff" * 300, "paper_broken"),
        (picture("PNG", (20_000, 5_001), "1"), "paper_pixels"),
        (picture("JPEG", (60_000, 1_700), "L"), "paper_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_believed_is_refused_by_its_reason(content: bytes, code: str) -> None:
    assert refused(content)[0] == code


def test_a_pdf_whose_end_is_lost_but_whose_pages_are_there_is_taken() -> None:
    whole = pdf(3)
    assert look(whole[: whole.index(b"startxref")], "a").pages == 3


def test_one_of_as_many_pages_as_are_allowed_is_taken() -> None:
    assert look(pdf(MAX_PAGES), "a").pages == MAX_PAGES


def test_200_megabytes_are_refused_at_the_first_byte_too_many(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.write(pdf())
        file.truncate(200 << 20)
    with path.open("rb", buffering=0) as file:
        with pytest.raises(NotTaken) as found:
            look(file, "a.pdf")
        assert file.tell() <= MAX_BYTES + (1 << 20)
    assert (found.value.code, found.value.values) == ("paper_too_large", {"limit_bytes": MAX_BYTES})
    with pytest.raises(NotTaken) as again:
        look(path, "a.pdf", limit_bytes=1000)
    assert again.value.values == {"limit_bytes": 1000}


def test_what_was_looked_at_cannot_be_changed_before_it_is_kept() -> None:
    with hold(pdf(2)) as held:
        with pytest.raises(OSError, match="not permitted"):
            os.pwrite(held.fd, b"x", 0)
        assert b"".join(held.chunks()) == pdf(2)


def test_a_refused_one_leaves_its_room_to_the_next() -> None:
    for _ in range(AT_ONCE + 2):
        assert refused(b"GIF89a")[0] == "paper_not_pdf"
    assert look(pdf()).pages == 1
