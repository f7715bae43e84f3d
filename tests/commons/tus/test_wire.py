import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.papers import Digest
from commons.tus.wire import (
    BadHeader,
    Span,
    encode_metadata,
    http_date,
    parse_checksum,
    parse_content_range,
    parse_metadata,
    parse_number,
    parse_range,
)


@given(st.dictionaries(st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True).filter(lambda key: key != "sha256"), st.text()))
def test_metadata_comes_back(metadata: dict[str, str]) -> None:
    assert parse_metadata(encode_metadata(metadata)) == metadata


@pytest.mark.parametrize("text", ["a !", "a YQ==,a YQ==", "a /w==", "sha256 YQ==", "a YQ"])
def test_metadata_that_is_none(text: str) -> None:
    with pytest.raises(BadHeader):
        parse_metadata(text)


def test_metadata_with_spaces_and_a_bare_key_as_others_write_it() -> None:
    assert parse_metadata("filename YS5wZGY=, private") == {"filename": "a.pdf", "private": ""}


@pytest.mark.parametrize("text", [None, "", "-1", "1.0", "१२", "1" * 16, " 1"])
def test_a_number_that_is_none(text: str | None) -> None:
    with pytest.raises(BadHeader, match="upload_length"):
        parse_number(text, "upload_length")


def test_a_checksum_in_other_letters_is_refused() -> None:
    with pytest.raises(BadHeader):
        parse_checksum("sha256 4Bvâ")


def test_checksums() -> None:
    value = hashlib.sha256(b"a").digest()
    assert parse_checksum("sha256 " + base64.b64encode(value).decode()) == Digest("sha256", value)
    assert parse_checksum(None) is None
    for text in ("md5 YQ==", "sha256 !", ""):
        with pytest.raises(BadHeader):
            parse_checksum(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("bytes=0-", Span(0, 10)),
        ("bytes=3-5", Span(3, 6)),
        ("bytes=3-99", Span(3, 10)),
        ("bytes=9-9", Span(9, 10)),
        ("bytes=-4", Span(6, 10)),
        ("bytes=-40", Span(0, 10)),
        (None, None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=a-", None),
    ],
)
def test_ranges_of_ten_bytes(text: str | None, span: Span | None) -> None:
    assert parse_range(text, 10) == span


@pytest.mark.parametrize(("text", "size"), [("bytes=10-", 10), ("bytes=11-12", 10), ("bytes=-0", 10), ("bytes=0-", 0)])
def test_ranges_past_the_end(text: str, size: int) -> None:
    with pytest.raises(BadHeader, match="range"):
        parse_range(text, size)


def test_content_range_and_date() -> None:
    assert parse_content_range("bytes 3-5/10") == (Span(3, 6), 10)
    assert parse_content_range("bytes */10") is None
    assert parse_content_range(None) is None
    assert http_date(784111777.5) == "Sun, 06 Nov 1994 08:49:37 GMT"
