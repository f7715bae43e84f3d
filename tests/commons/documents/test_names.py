from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.documents.names import plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("पत्र.pdf", "पत्र.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\letter.PDF", "letter.PDF"),
        ("a\u2215b\uff0fc.pdf", "c.pdf"),
        ("\x00pass\nwd\t.pdf", "pass wd .pdf"),
        ("letter\u202efdp.exe", "letterfdp.exe.pdf"),
        ("letter.pdf.exe", "letter.pdf.exe.pdf"),
        ("CON", "_CON.pdf"),
        ("lpt1.pdf", "_lpt1.pdf"),
        ("console.pdf", "console.pdf"),
        ("", "paper.pdf"),
        (" . . ", "paper.pdf"),
        ("....pdf", "pdf.pdf"),
        ("/", "paper.pdf"),
        ("\u200d", "paper.pdf"),
        ('a"<b>|c?*:.pdf', "a--b--c---.pdf"),
        ("दि. 12.11.2026", "दि. 12.11.2026.pdf"),
        ("शक्ति\u200dयाँ.pdf", "शक्ति\u200dयाँ.pdf"),
    ],
)
def test_tricks_in_a_name(name: str, plain: str) -> None:
    assert plain_name(name, "application/pdf") == plain


def test_a_long_name_is_cut_before_its_ending_and_not_within_a_letter() -> None:
    for count in range(60, 90):
        name = plain_name("क" * (count % 7) + "कि" * count + ".pdf", "application/pdf")
        assert name.endswith("कि.pdf")
        assert len(name) <= 120
        assert len(name.encode()) <= 230


@given(st.text(max_size=400), st.sampled_from(["", "application/pdf", "image/jpeg"]))
def test_any_name_becomes_a_plain_one_that_stays(name: str, media_type: str) -> None:
    plain = plain_name(name, media_type)
    assert plain
    assert len(plain) <= 120
    assert len(plain.encode()) <= 230
    assert not set(plain) & set('/\\<>:"|?*')
    assert all(unicodedata.category(ch)[0] != "C" or ch in "\u200c\u200d" for ch in plain)
    assert plain == plain.strip()
    assert plain_name(plain, media_type) == plain
