from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from commons.documents.ask import join_pdfs, join_pictures, look, page_picture
from commons.documents.values import NotTaken
from tests.support.paper import locked_pdf, pdf

SIDEWAYS = 6  # EXIF: the top is at the right


def photo(size: tuple[int, int], mode: str = "RGB", kind: str = "JPEG", turned: int = 0) -> bytes:
    """White, with its upper left quarter black as the camera held it."""
    image = Image.new(mode, size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="black")
    out = io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
        exif[0x010F] = "a camera's maker"
        image.save(out, kind, exif=exif)
    else:
        image.save(out, kind)
    return out.getvalue()


def corners(content: bytes, page: int) -> str:
    with Image.open(io.BytesIO(page_picture(content, page, 200))) as shown:
        gray = shown.convert("L")
    wide, high = gray.size
    places = [(0.4, 0.4), (0.6, 0.4), (0.4, 0.6), (0.6, 0.6)]
    return "".join("#" if gray.getpixel((int(wide * x), int(high * y))) < 128 else "." for x, y in places)  # type: ignore[operator] # gray: a number


def images(content: bytes) -> list[tuple[int, int, str]]:
    found = []
    for page in pypdfium2.PdfDocument(content):
        (image,) = page.get_objects()
        found.append((*image.get_px_size(), image.get_filters()[0]))
    return found


def test_photos_become_one_pdf_of_upright_a4_pages() -> None:
    joined = join_pictures([photo((3000, 4000)), photo((4000, 3000), turned=SIDEWAYS), photo((4000, 3000))])
    assert look(joined).pages == 3
    assert [corners(joined, page) for page in (1, 2, 3)] == ["#...", ".#..", "#..."]
    sizes = [tuple(round(side) for side in page.get_size()) for page in pypdfium2.PdfDocument(joined)]
    assert sizes == [(595, 842), (595, 842), (842, 595)]
    assert all(max(wide, high) <= 2339 and min(wide, high) <= 1754 for wide, high, _ in images(joined))
    assert b"a camera's maker" not in joined
    assert len(joined) < 400_000


def test_gray_stays_gray_and_a_small_jpeg_goes_in_as_it_is() -> None:
    small = photo((1240, 1754), "L")
    joined = join_pictures([small, photo((1240, 1754), "1", "TIFF")])
    assert small in joined
    bitmaps = [next(page.get_objects()).get_bitmap(render=False) for page in pypdfium2.PdfDocument(joined)]
    assert [bitmap.n_channels for bitmap in bitmaps] == [1, 1]


def test_a_clear_ground_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert corners(join_pictures([out.getvalue()]), 1) == "...."


def test_pdfs_are_joined_in_their_order() -> None:
    assert look(join_pdfs([pdf(2), pdf(3)])).pages == 5


@pytest.mark.parametrize(
    ("parts", "code"),
    [([], "paper_empty"), ([pdf(), locked_pdf()], "paper_locked"), ([pdf(), photo((9, 9))], "paper_not_pdf")],
)
def test_one_bad_part_refuses_the_whole(parts: list[bytes], code: str) -> None:
    with pytest.raises(NotTaken) as found:
        join_pdfs(parts)
    assert found.value.code == code
