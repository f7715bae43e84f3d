"""Which earlier paper a new one is tried as a patch on."""

from __future__ import annotations

from protocol.versions import Known, likely_earlier

PDF = "application/pdf"
NEW = Known(b"new", 1_000, "letter.pdf", PDF)
MOST = 5_000


def test_the_same_name_goes_before_the_nearest_size() -> None:
    others = [
        Known(b"near", 1_001, "other.pdf", PDF),
        Known(b"same", 1_900, "letter.pdf", PDF),
        Known(b"far", 1_240, "third.pdf", PDF),
    ]
    assert likely_earlier(NEW, others, MOST) == [b"same", b"near"]
    assert likely_earlier(NEW, reversed(others), MOST) == [b"same", b"near"]


def test_what_cannot_be_an_earlier_version() -> None:
    others = [
        NEW,
        Known(b"photo", 1_000, "letter.pdf", "image/jpeg"),
        Known(b"large", 4_001, "letter.pdf", PDF),
        Known(b"small", 249, "letter.pdf", PDF),
        Known(b"other", 1_251, "other.pdf", PDF),
        Known(b"empty", 0, "letter.pdf", PDF),
    ]
    assert likely_earlier(NEW, others, MOST) == []
    assert likely_earlier(NEW, [Known(b"fits", 4_000, "letter.pdf", PDF)], MOST) == [b"fits"]


def test_a_paper_that_is_too_large_is_never_patched() -> None:
    same = Known(b"same", 900, "letter.pdf", PDF)
    assert likely_earlier(NEW, [same], 999) == []
    assert likely_earlier(NEW, [Known(b"same", 1_001, "letter.pdf", PDF)], 1_000) == []
    assert likely_earlier(Known(b"new", 0, "letter.pdf", PDF), [same], MOST) == []
