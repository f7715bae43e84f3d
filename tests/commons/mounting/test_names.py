from __future__ import annotations

import pytest

from commons.mounting.names import MOST_BYTES, free_name, label_of, safe_name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("POST", "POST"),
        ("नीली स्टिक", "नीली स्टिक"),
        ("BLUE 16GB", "BLUE 16GB"),
        ("a/b", "a-b"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "stick X1"),
        (".", "stick X1"),
        ("", "stick X1"),
        ("   ", "stick X1"),
        (".hidden", "hidden"),
        ("two\nlines", "two-lines"),
        ("nul\0byte", "nul-byte"),
        ("<script>", "script"),
        ("\u202egnp.exe", "gnp.exe"),
        ("-rf", "rf"),
        ("$(reboot)", "reboot"),
        ("x" * 300, "x" * 32),
    ],
)
def test_a_label_is_a_name_as_far_as_it_is_harmless(label: str, name: str) -> None:
    assert safe_name(label, "X1") == name


def test_a_name_is_never_empty_and_never_too_long_for_a_folder() -> None:
    assert safe_name("///", "///") == "stick"
    assert len(safe_name("𑀓" * 200, "").encode()) <= MOST_BYTES


def test_two_sticks_of_one_label_have_two_names() -> None:
    assert free_name("A", "", {"A", "A 2"}) == "A 3"


@pytest.mark.parametrize(
    ("encoded", "label"),
    [
        ("POST", "POST"),
        (r"BLUE\x2016GB", "BLUE 16GB"),
        (r"\x2e\x2e\x2fetc", "../etc"),
        ("नीली", "नीली"),
        (r"\xff\xfe", "��"),
        (r"a\x0ab", "a\nb"),
    ],
)
def test_labels_are_read_as_udev_writes_them(encoded: str, label: str) -> None:
    assert label_of(encoded) == label
