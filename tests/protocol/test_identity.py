from __future__ import annotations

import pytest

from protocol.identity import holds_aadhaar, passes_verhoeff

MADE_UP = "999941057058"  # UIDAI's own example for testing, of no person


def test_a_check_digit_catches_every_single_error_and_swap() -> None:
    good = MADE_UP
    assert passes_verhoeff(good)
    for place in range(len(good)):
        for digit in "0123456789":
            wrong = good[:place] + digit + good[place + 1 :]
            assert passes_verhoeff(wrong) == (wrong == good)
    for place in range(len(good) - 1):
        swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
        assert passes_verhoeff(swapped) == (swapped == good)


@pytest.mark.parametrize(
    "text",
    [MADE_UP, "9999 4105 7058", "आधार: 9999-4105-7058.", "९९९९ ४१०५ ७०५८", "code9999.4105.7058x"],
)
def test_it_is_found_however_it_is_written(text: str) -> None:
    assert holds_aadhaar(text)


@pytest.mark.parametrize(
    "text", ["", "999941057059", "99994105705", "9999410570580", "199941057058", "रमेश", "24-11-2026 / 5 / 12"]
)
def test_other_numbers_are_let_through(text: str) -> None:
    assert not holds_aadhaar(text)
