from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import hinlegacy
import pytest
from PIL import Image

from commons.documents import ocr
from commons.documents.ask import page_picture, texts
from commons.documents.quality import can_be_searched, soundness
from commons.documents.reading import read_text
from provisioning.demo.paper import letter
from tests.support.paper import pdf

WORDS = "ग्राम पंचायत के हैंडपंप की मरम्मत हेतु आख्या प्रस्तुत है। कृपया स्वीकृति प्रदान करने का कष्ट करें।"
SAMPLES = Path(__file__).parents[3] / "protocol" / "samples"


@pytest.fixture(scope="module")
def typed() -> bytes:
    return letter(to="खण्ड विकास अधिकारी", subject="हैंडपंप मरम्मत", paragraphs=(WORDS,), by="सहायक")


@pytest.fixture(scope="module")
def scan(typed: bytes) -> bytes:
    with Image.open(io.BytesIO(page_picture(typed, 1, 1654))) as page:
        out = io.BytesIO()
        page.convert("L").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def of_chromium(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("chromium")
    (folder / "a.html").write_text(f"<html lang=hi><meta charset=utf-8><p>{WORDS}</p><p>{WORDS}</p></html>")
    subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer", f"--print-to-pdf={folder}/a.pdf", f"file://{folder}/a.html",
        ],
        check=True, capture_output=True, timeout=90,
    )  # fmt: skip
    return (folder / "a.pdf").read_bytes()


def test_text_of_our_own_letters_is_taken_as_it_is(typed: bytes) -> None:
    (page,) = read_text(typed)
    assert page.how == "pdf"
    assert "हैंडपंप मरम्मत" in page.text
    assert texts(typed) == [page.text]


def test_a_scan_is_read_and_its_words_found(scan: bytes) -> None:
    (page,) = read_text(scan)
    assert page.how == "ocr"
    found = [word for word in WORDS.replace("।", "").split() if word in page.text]
    assert len(found) >= 0.9 * len(WORDS.split())
    assert ocr.ocr(scan) == [page.text]


def test_broken_hindi_of_a_browser_is_read_off_its_picture(of_chromium: bytes) -> None:
    (own,) = texts(of_chromium)
    if "ग्राम पंचायत के हैंडपंप" in own:
        assert can_be_searched(own)
        return
    assert not can_be_searched(own)
    (page,) = read_text(of_chromium)
    assert page.how == "ocr"
    assert "पंचायत" in page.text


def test_a_blank_page_is_not_read() -> None:
    blank = pdf(1).replace(b"0.2 g 20 20 90 90 re f", b" " * 22)
    assert [(page.text, page.how) for page in read_text(blank)] == [("", "pdf")]


def test_a_page_that_takes_too_long_is_failed_and_the_rest_goes_on(scan: bytes) -> None:
    assert [page.how for page in read_text(scan, page_seconds=0.01)] == ["failed"]
    assert ocr.ocr(scan, page_seconds=0.01) == [""]


def test_missing_data_of_a_language_is_told_before_anything_is_read(scan: bytes) -> None:
    with pytest.raises(ocr.CannotRead) as found:
        read_text(scan, ["hin", "xyz"])
    assert (found.value.code, found.value.values) == ("ocr_language_missing", {"languages": ["xyz"]})


def test_a_machine_without_tesseract_says_so(tmp_path: Path) -> None:
    (tmp_path / "only").mkdir()
    program = "from commons.documents import ocr\ntry: ocr.check()\nexcept ocr.CannotRead as e: print(e.code)"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PATH": str(tmp_path / "only")}, capture_output=True, check=True,
        timeout=60, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout == b"ocr_missing\n"


@pytest.mark.parametrize("name", [path.name for path in SAMPLES.glob("*.txt")])
def test_sound_text_is_believed(name: str) -> None:
    lines = (SAMPLES / name).read_text().replace("{", "").replace("}", "").split("\n")
    for start in range(0, len(lines), 10):
        assert soundness("\n".join(lines[start : start + 10])) >= 0.985


@pytest.mark.parametrize(
    "text",
    [
        "नि र्देशा नुसा र का र्यवा ही की स्थि ति से अवगत करा एँ",
        "ि क ा ी पत् रावल ी ाे",
        "\ue000\ue001\ue002 letter \ufffd\ufffd of the office",
        hinlegacy.encode(
            "उपर्युक्त विषयक पत्र का कृपया अवलोकन करने का कष्ट करें। पताका पर रखे पत्र का अवलोकन करना चाहें।", "krutidev_010"
        ),
    ],
)
def test_unsound_text_is_not(text: str) -> None:
    assert not can_be_searched(text)
