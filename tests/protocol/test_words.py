from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.words import BadWord, EventId, Term, is_code, next_term, parse_event_id

codes = st.from_regex(r"[a-z0-9-]{2,20}", fullmatch=True)


@given(codes, st.binary(min_size=8, max_size=8), st.integers(1, 10**18 - 1))
def test_an_id_comes_back_from_its_text(node: str, epoch: bytes, seq: int) -> None:
    event_id = EventId(node, epoch, seq)
    assert parse_event_id(str(event_id)) == event_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "moth",
        "moth.0011223344556677",
        "moth.0011223344556677.",
        "moth.0011223344556677.x",
        "m.0011223344556677.1",
        "MOTH.0011223344556677.1",
        "moth.00112233445566.1",
        "moth.00112233445566gg.1",
        "moth.0011223344556677.1.2",
        "moth.0011223344556677.-1",
        "moth.0011223344556677." + "9" * 19,
        "मोठ.0011223344556677.1",
        "moth.0011223344556677.١",
        "moth.0011223344556677.0",
        "moth.0011223344556677.01",
        "moth.00112233445566AA.1",
        "moth. 01122334455667.1",
        " moth.0011223344556677.1",
        "moth.0011223344556677.1\n",
        "moth.00 11 22 33 44 .1",
    ],
)
def test_what_is_no_id_is_a_bad_word(text: str) -> None:
    """One event has one name: no second spelling of it is taken."""
    with pytest.raises(BadWord):
        parse_event_id(text)


@given(st.text(max_size=60))
def test_any_text_is_an_id_or_a_bad_word(text: str) -> None:
    try:
        assert str(parse_event_id(text)) == text
    except BadWord:
        return


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("moth", True),
        ("jhansi-hq", True),
        ("a1", True),
        ("a", False),
        ("", False),
        ("a" * 20, True),
        ("a" * 21, False),
        ("Moth", False),
        ("mo th", False),
        ("moth\n", False),
        ("मोठ", False),
    ],
)
def test_codes(text: str, right: bool) -> None:
    assert is_code(text) is right


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 100))
def test_the_next_term_is_higher_and_of_the_present_life_or_later(life: int, number: int, present: int) -> None:
    term = Term(life, number)
    after = next_term(term, present)
    assert after > term
    assert after.life == max(life, present)
    assert after == (Term(life, number + 1) if life >= present else Term(present, 1))


def test_terms_are_compared_by_life_first() -> None:
    assert Term(1, 99) < Term(2, 1) < Term(2, 2)
