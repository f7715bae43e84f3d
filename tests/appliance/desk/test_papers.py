from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from appliance.desk import papers, reading, verbs
from appliance.desk.refused import Refused
from appliance.store.unit import Unit
from commons.papers import PaperMissing
from tests.support.district import actor
from tests.support.paper import locked_pdf, pdf

CLERK = actor("moth.da1")


def picture(kind: str, size: tuple[int, int] = (60, 80), **said: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **said)
    return out.getvalue()


@pytest.fixture
def file(unit: Unit) -> str:
    return verbs.open_file(unit, CLERK, subject="s", section="moth.dev", language="hi")


def attach(unit: Unit, file: str, content: bytes, name: str = "a.pdf", media_type: str = "application/pdf") -> str:
    return verbs.attach(unit, CLERK, file, name=name, media_type=media_type, stream=io.BytesIO(content))


def stored(unit: Unit) -> list[Path]:
    return [path for path in (unit.folder / "papers").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "paper_empty"),
        (b"MZ\x90\x00", "paper_not_pdf"),
        (b"<html>%PDF-</html>", "paper_not_pdf"),
        (b"%PD", "paper_not_pdf"),
        (b"PK\x03\x04", "paper_not_pdf"),
        (b"\x89PNG\r\n", "paper_not_pdf"),
        (b" %PDF-1.4", "paper_not_pdf"),
    ],
)
def test_what_is_no_paper_is_refused_whatever_it_calls_itself(unit: Unit, file: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        attach(unit, file, content)
    assert refused.value.code == code
    assert stored(unit) == []
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='attach'") == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n%%EOF\n", "paper_broken"),
        (pdf(3)[:200], "paper_broken"),
        (b"%PDF-<html><script>alert(1)</script></html>" * 50, "paper_broken"),
        (b"\xff\xd8\xff\xe0 jpeg", "paper_broken"),
        (picture("JPEG", (900, 900))[:-1500], "paper_broken"),
        (b"\x89PNG\r\n\x1a\n png", "paper_broken"),
        (locked_pdf(), "paper_locked"),
        (pdf(5_001), "paper_pages"),
        (picture("PNG", (10_001, 10_000)), "paper_pixels"),
    ],
    ids=str,
)
def test_what_cannot_be_opened_is_refused_and_not_kept(unit: Unit, file: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        attach(unit, file, content)
    assert refused.value.code == code
    assert stored(unit) == []
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='attach'") == 0


@pytest.mark.parametrize(
    ("content", "kind", "ending"),
    [
        (pdf(1), "application/pdf", ".pdf"),
        (picture("JPEG"), "image/jpeg", ".jpg"),
        (picture("PNG"), "image/png", ".png"),
        (picture("TIFF"), "image/tiff", ".tif"),
    ],
)
def test_its_kind_is_read_off_its_bytes(unit: Unit, file: str, content: bytes, kind: str, ending: str) -> None:
    attach(unit, file, content, "x.exe", "application/x-dosexec")
    (paper,) = reading.file_page(unit, CLERK, file).papers
    assert (paper.media_type, paper.name, paper.size, paper.here) == (kind, f"x.exe{ending}", len(content), True)
    assert b"".join(unit.papers.open(bytes.fromhex(paper.sha256))) == content


class Endless(io.BytesIO):
    """A paper that never ends."""

    given = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        self.given += size
        return b"%PDF-" + b"x" * (size - 5)


def test_one_that_is_too_large_is_refused_without_reading_it_all(unit: Unit, file: str) -> None:
    endless = Endless()
    with pytest.raises(Refused) as refused:
        verbs.attach(unit, CLERK, file, name="a", media_type="", stream=endless)
    assert (refused.value.code, refused.value.values) == ("paper_too_large", {"limit_bytes": papers.PAPER_BYTES})
    assert endless.given <= papers.PAPER_BYTES + (1 << 20)
    assert stored(unit) == []


def test_one_of_just_the_limit_is_taken(unit: Unit, file: str) -> None:
    around = len(pdf(filling=bytes(10_000_000))) - 10_000_000
    content = pdf(filling=bytes(papers.PAPER_BYTES - around))
    assert len(content) == papers.PAPER_BYTES
    attach(unit, file, content)
    assert reading.file_page(unit, CLERK, file).papers[0].size == papers.PAPER_BYTES


@pytest.mark.parametrize(("pages", "filling"), [(1, b""), (2, b"<</Type /Page>>" * 9), (17, bytes(90_000))])
def test_pages_are_counted_and_the_correspondence_is_numbered_on(
    unit: Unit, file: str, pages: int, filling: bytes
) -> None:
    attach(unit, file, pdf(pages, filling))
    frames = [Image.new("1", (40, 60)) for _ in range(3)]
    attach(unit, file, picture("TIFF", save_all=True, append_images=frames[1:]))
    attach(unit, file, pdf(2, b"x"))
    assert [(paper.first_page, paper.pages) for paper in reading.file_page(unit, CLERK, file).papers] == [
        (1, pages),
        (pages + 1, 3),
        (pages + 4, 2),
    ]


def test_a_page_is_drawn_once_and_then_kept_sealed(unit: Unit, file: str) -> None:
    sha256 = bytes.fromhex(attach(unit, file, pdf(2)))
    drawn = papers.page_picture(unit, sha256, 2, 160)
    with Image.open(io.BytesIO(drawn)) as shown:
        assert (shown.format, shown.width) == ("WEBP", 160)
        assert min(shown.convert("L").tobytes()) < 100, "the page's rectangle is not drawn"
    (kept,) = [path for path in (unit.folder / "pictures").rglob("*") if path.is_file()]
    assert drawn[:64] not in kept.read_bytes()
    unit.papers.delete(sha256)
    assert papers.page_picture(unit, sha256, 2, 160) == drawn
    unit.pictures.forget(sha256)
    with pytest.raises(PaperMissing):
        papers.page_picture(unit, sha256, 2, 160)


def test_the_same_paper_twice_on_two_files_lies_here_once(unit: Unit, file: str) -> None:
    other = verbs.open_file(unit, CLERK, subject="o", section="moth.dev", language="hi")
    assert attach(unit, file, pdf(1)) == attach(unit, other, pdf(1))
    assert len(stored(unit)) == 1


def test_a_name_is_shown_as_one_plain_line(unit: Unit, file: str) -> None:
    attach(unit, file, pdf(1), "../../etc/\x00pass\nwd\u202e" + "x" * 300)
    name = reading.file_page(unit, CLERK, file).papers[0].name
    assert "\n" not in name
    assert "\u202e" not in name
    assert len(name) <= 120


def test_nobody_attaches_to_a_file_that_is_not_on_his_desk(unit: Unit, file: str) -> None:
    with pytest.raises(Refused) as refused:
        verbs.attach(unit, actor("moth.da2"), file, name="a", media_type="", stream=io.BytesIO(pdf(1)))
    assert refused.value.code == "not_holder"
    assert stored(unit) == []
