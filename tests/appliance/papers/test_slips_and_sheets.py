import io
from datetime import date
from itertools import pairwise

import pypdfium2
import pytest
from PIL import Image

from appliance.papers.guides import Role, guide
from appliance.papers.join import Leaf
from appliance.papers.letters import Language, letter
from appliance.papers.sheets import CoverSlip, GreenNote, Listed, NoteSheet, Paragraph, file_package, note_sheet
from appliance.papers.slips import Acknowledgement, acknowledgement, receipt_slip
from tests.appliance.papers.values import AT, BODY, HEAD, a_letter
from tests.support.pdf import claims_of, facts_of, pages_of, text_of

SLIP = Acknowledgement(
    "hi", HEAD, "moth/d/2026/000045", AT, "ग्राम प्रधान,\nउदाहरणपुर", "हैण्डपम्प मरम्मत", "12/2026", date(2026, 11, 12), "डाक",
    "2",     "पटल सहायक-2", "पटल सहायक-1", "moth/d/2026/000045",
)  # fmt: skip
SHEET = NoteSheet(
    "hi",
    HEAD,
    "moth/vikas/2026/000123",
    "हैण्डपम्प मरम्मत",
    "विकास",
    (
        GreenNote((Paragraph(1, "<p>पत्र <b>अवलोकनार्थ</b>।</p>"), Paragraph(2, BODY)), "उदाहरण देवी", "पटल सहायक-1", AT),
        GreenNote((Paragraph(3, "<p>अनुमोदित।</p>"),), "दृष्टान्त शर्मा", "खण्ड विकास अधिकारी", AT, False, "valid"),
    ),
    (Listed(1, 2, "ग्राम प्रधान का पत्र", date(2026, 11, 13)), Listed(3, 3, "फोटो.jpg", date(2026, 11, 14))),
)
COVER = CoverSlip("विकास खण्ड मोंठ", "उदाहरण निर्माण खण्ड", "तकनीकी मत हेतु", date(2026, 11, 20), date(2026, 11, 30), "", "x")


def test_the_acknowledgement_is_half_a_page_and_says_what_came() -> None:
    pdf = acknowledgement(SLIP, at=AT)
    text = text_of(pdf)
    for words in (
        "पावती",
        SLIP.diary_number,
        "20-11-2026, 14:04",
        "ग्राम प्रधान, उदाहरणपुर",
        "12/2026",
        "12-11-2026",
        SLIP.subject,
    ):
        assert words in text
    assert facts_of(pdf)["Page size"].startswith("595.276 x 420.945")
    assert pages_of(pdf) == 1
    assert claims_of(pdf)["part"] == "2"


def test_the_receipt_slip_fits_its_size_whatever_it_holds() -> None:
    assert SLIP.diary_number in text_of(receipt_slip(SLIP, at=AT))
    long = Acknowledgement("en", HEAD, "moth/d/2026/000045", AT, "long sender " * 60, "s", qr="x")
    assert pages_of(receipt_slip(long, at=AT)) == 1


def test_the_note_sheet_has_every_paragraph_with_who_and_when() -> None:
    text = text_of(note_sheet(SHEET, at=AT), "-layout")
    for words in (
        "1. पत्र अवलोकनार्थ।",
        "2. हैण्डपम्प मरम्मत हेतु ₹18,620",
        "3. अनुमोदित।",
        "उदाहरण देवी",
        "खण्ड विकास अधिकारी",
        "हस्ताक्षर मान्य",
    ):
        assert words in text
    assert "20-11-2026, 14:04 · बिना हस्ताक्षर" in text
    assert "20-11-2026, 14:04 · समय कार्यालय की अपनी घड़ी से" in text
    assert "1 ग्राम प्रधान का पत्र 1-2 13-11-2026" in text
    assert "पृष्ठ 1 / 1" in text


def picture(width: int, height: int, mode: str = "RGB", kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), 0).save(out, kind)
    return out.getvalue()


def locked() -> bytes:
    out = io.BytesIO()
    Image.new("L", (10, 10)).save(out, "PDF")
    whole = out.getvalue()
    trailer = whole.rindex(b"trailer")
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /O ("
        + b"o" * 32
        + b") /U ("
        + b"u" * 32
        + b") /P -4 >> /ID [(a) (a)] "
    )
    opened = whole.index(b"<<", trailer) + 2
    return whole[:opened] + lock + whole[opened:]


def test_a_package_is_slip_sheet_and_papers_in_order() -> None:
    leaves = [
        Leaf("पत्र.pdf", "application/pdf", letter(a_letter(), at=AT)),
        Leaf("चौड़ा.jpg", "image/jpeg", picture(400, 300)),
        Leaf("लम्बा.png", "image/png", picture(30, 400, "RGBA", "PNG")),
        Leaf("टूटा.pdf", "application/pdf", b"%PDF-1.7 broken"),
        Leaf("बन्द.pdf", "application/pdf", locked()),
        Leaf("टूटा.jpg", "image/jpeg", picture(40, 40)[:60]),
        Leaf("रास्ते में.pdf", "application/pdf", None),
    ]
    pdf = file_package(SHEET, COVER, leaves, at=AT)
    pages = [text_of(pdf, "-f", str(page), "-l", str(page)) for page in range(1, pages_of(pdf) + 1)]
    starts = [
        "पत्रावली प्रेषण पर्ची",
        "टिप्पणी पत्र",
        "भवदीय",
        "",
        "",
        "पढ़ा नहीं जा सका",
        "पासवर्ड से बंद",
        "पढ़ा नहीं जा सका",
        "नहीं पहुँचा था",
    ]
    assert len(pages) == len(starts)
    assert all(words in page for words, page in zip(starts, pages, strict=True))
    assert "टिप्पणी पत्र: 3 प्रस्तर" in pages[0]
    assert "पत्राचार:2पत्र,कुल3पृष्ठ" in pages[0].replace(" ", "")
    sizes = [page.get_size() for page in pypdfium2.PdfDocument(pdf)]
    assert all(max(size) <= 843 for size in sizes)
    assert sizes[3][0] > sizes[3][1]


def test_a_long_sheet_goes_on_over_pages_with_its_number_on_each() -> None:
    notes = tuple(
        GreenNote((Paragraph(n, "<p>" + "कार्यवाही प्रगति पर है। " * 30 + "</p>"),), "क", "ख", AT) for n in range(1, 41)
    )
    pdf = note_sheet(NoteSheet("hi", HEAD, "moth/vikas/2026/000123", "विषय", "विकास", notes, ()), at=AT)
    pages = [text_of(pdf, "-layout", "-f", str(page), "-l", str(page)) for page in range(1, pages_of(pdf) + 1)]
    assert len(pages) > 5
    assert all("moth/vikas/2026/000123" in page for page in pages)
    whole = " ".join(pages)
    places = [whole.index(f" {n}. कार्यवाही") for n in range(1, 41)]
    assert all(before < after for before, after in pairwise(places))


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("role", Role)
def test_a_guide_is_one_page_of_a4(role: Role, language: Language) -> None:
    pdf = guide(role, language)
    assert pages_of(pdf) == 1
    assert facts_of(pdf)["Page size"].endswith("(A4)")
    assert len(text_of(pdf)) > 1000
    assert claims_of(pdf) == {"part": "2", "conformance": "A", "ua": "1"}
