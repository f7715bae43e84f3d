"""What a note's signature is over: one text for one note, another for any other."""

from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.signing import Statement, canonical

NOTE = Statement(
    "jhansi-hub", "moth.0011223344556677.4", "MOTH/विकास/2026/00004", 3, 2, "moth.0011223344556677.9",
    1_795_357_800_123, "1005", "moth.bdo", "hi", "<p>स्वीकृत</p><p>भुगतान करें</p>", (b"\x01" * 32, b"\x02" * 32),
)  # fmt: skip


def test_it_reads_as_a_person_would_write_it() -> None:
    assert canonical(NOTE).decode() == (
        "Patravali note 1\n"
        "District: jhansi-hub\n"
        "File: MOTH/विकास/2026/00004\n"
        "File id: moth.0011223344556677.4\n"
        "Paragraphs: 3-4\n"
        "Note id: moth.0011223344556677.9\n"
        "Time: 2026-11-22T20:00:00+05:30\n"
        "Employee: 1005\n"
        "Post: moth.bdo\n"
        "Language: hi\n"
        "Papers before it: 2\n"
        f"Paper 1: sha256 {'01' * 32}\n"
        f"Paper 2: sha256 {'02' * 32}\n"
        "\n"
        "<p>स्वीकृत</p><p>भुगतान करें</p>\n"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"district": "lalitpur-hub"}, {"file": "moth.0011223344556677.5"}, {"number": "x"}, {"first": 4}, {"count": 3},
        {"event": "moth.0011223344556677.10"}, {"at_ms": NOTE.at_ms + 1000}, {"employee": "1006"}, {"post": "moth.ado"},
        {"language": "en"}, {"html": "<p>अस्वीकृत</p>"}, {"papers": ()}, {"papers": (b"\x02" * 32, b"\x01" * 32)},
    ],
)  # fmt: skip
def test_every_fact_counts(change: dict[str, object]) -> None:
    assert canonical(msgspec.structs.replace(NOTE, **change)) != canonical(NOTE)


def test_a_word_with_line_breaks_says_no_second_fact() -> None:
    forged = msgspec.structs.replace(NOTE, post="moth.da\nPost: moth.bdo\r\n\x0bPost: moth.bdo\u2028Post: x")
    assert [line for line in canonical(forged).decode().splitlines() if line.startswith("Post:")] == [
        "Post: moth.da Post: moth.bdo Post: moth.bdo Post: x"
    ]


@given(st.text(), st.text())
def test_the_same_words_in_another_composition_are_the_same_note(one: str, other: str) -> None:
    decomposed = msgspec.structs.replace(NOTE, html=unicodedata.normalize("NFD", one), number=other)
    composed = msgspec.structs.replace(NOTE, html=unicodedata.normalize("NFC", one), number=other)
    assert canonical(decomposed) == canonical(composed)
