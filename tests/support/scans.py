"""Papers as scanners and phones make them."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def pdf(words: str = "", pages: int = 1) -> bytes:
    """A PDF of so many pages; other bytes for other words."""
    pictures = [_page(f"{words} {number}") for number in range(1, pages + 1)]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], title=words)
    return out.getvalue()


def photo(words: str = "", size: tuple[int, int] = (600, 800)) -> bytes:
    """A photo of a page, JPEG."""
    out = io.BytesIO()
    _page(words, size).save(out, "JPEG", quality=80)
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that says it is encrypted."""
    body = pdf("locked")
    at = body.rindex(b"trailer")
    return body[:at] + body[at:].replace(
        b"<<",
        b"<</Encrypt<</Filter/Standard/V 1/R 2/O("
        + b"x" * 32
        + b")/U("
        + b"y" * 32
        + b")/P -4>>/ID[(0123456789abcdef)(0123456789abcdef)]",
        1,
    )


def _page(words: str, size: tuple[int, int] = (420, 594)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for line in range(4, 26):
        draw.line((40, line * 20, size[0] - 40, line * 20), fill="black")
    draw.text((40, 40), words.encode("ascii", "replace").decode(), fill="black")
    return picture
