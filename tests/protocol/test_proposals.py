"""What an office adds to its own directory: which additions are allowed, and how they lie over the signed one."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from protocol.directory import Charge, Directory, DirectoryIndex, Employee, Post, Section
from protocol.proposals import (
    CHARGE,
    EMPLOYEE,
    END_CHARGE,
    KINDS,
    LOCAL_CHARGE,
    POST,
    SECTION,
    BadProposal,
    Proposal,
    Record,
    check,
    mobile,
    overlay,
    proposal,
)
from tests.provisioning.authority.district import people

SIGNED = people()
FROM, TO = date(2026, 5, 1), date(2026, 5, 20)
NEW = Employee("E9", "नया", "hi", "9800000009")
CLERK = Post("moth.nazir", "moth", "NZR", "नाज़िर", "Nazir", "moth.bdo", 6)
GIVEN = Charge(LOCAL_CHARGE + 1, "E9", "moth.nazir", FROM)


def laid(*said: tuple[str, Record], signed: Directory = SIGNED) -> tuple[DirectoryIndex, frozenset[tuple[str, str]]]:
    found = overlay(signed, [proposal(what, record) for what, record in said], "moth")
    return DirectoryIndex(found.directory), found.unconfirmed


def refusal(what: str, record: Record, *said: tuple[str, Record]) -> str:
    index, unconfirmed = laid(*said)
    try:
        check(index, what, record, node="moth", unconfirmed=unconfirmed)
    except BadProposal as error:
        return error.code
    return ""


def test_additions_are_there_at_once_and_wait_for_the_district() -> None:
    index, unconfirmed = laid((EMPLOYEE, NEW), (POST, CLERK), (CHARGE, GIVEN))
    assert [post.code for post in index.posts_of_employee("E9", FROM)] == ["moth.nazir"]
    assert index.node_of_post("moth.nazir") == "moth"
    assert unconfirmed == {("employee", "E9"), ("post", "moth.nazir"), ("charge", str(GIVEN.id))}
    assert index.directory.certificates == SIGNED.certificates


def test_without_additions_nothing_changes() -> None:
    assert overlay(SIGNED, [], "moth") == (SIGNED, frozenset())


def test_what_the_district_says_takes_its_place() -> None:
    signed = replace(SIGNED, version=2, employees=(*SIGNED.employees, Employee("E9", "पक्का नाम")))
    index, unconfirmed = laid((EMPLOYEE, NEW), signed=signed)
    found = index.employee("E9")
    assert found is not None
    assert found.name == "पक्का नाम"
    assert unconfirmed == frozenset()


def test_the_districts_own_number_of_the_same_charge_takes_its_place() -> None:
    given = Charge(LOCAL_CHARGE + 7, "E002", "moth.da", FROM)
    signed = replace(SIGNED, charges=(*SIGNED.charges, Charge(44, "E002", "moth.da", FROM)))
    index, unconfirmed = laid((CHARGE, given), signed=signed)
    assert [charge.id for charge in index.holders("moth.da", FROM)] == [44]
    assert unconfirmed == frozenset()


def test_an_end_counts_until_the_district_has_one() -> None:
    ended = Charge(1, "E001", "moth.bdo", date(2026, 1, 1), TO)
    index, unconfirmed = laid((END_CHARGE, ended))
    assert index.holders("moth.bdo", date(2026, 5, 21)) == ()
    assert unconfirmed == {("charge", "1")}
    earlier = replace(ended, to_date=FROM)
    signed = replace(SIGNED, charges=(earlier, *SIGNED.charges[1:]))
    index, unconfirmed = laid((END_CHARGE, ended), signed=signed)
    assert index.charge(1) == earlier
    assert unconfirmed == frozenset()


def test_a_later_addition_corrects_an_earlier_one() -> None:
    index, _ = laid((EMPLOYEE, NEW), (EMPLOYEE, replace(NEW, name="सुधरा नाम")))
    assert [one.name for one in index.directory.employees if one.code == "E9"] == ["सुधरा नाम"]
    assert refusal(EMPLOYEE, replace(NEW, name="सुधरा नाम"), (EMPLOYEE, NEW)) == ""


@pytest.mark.parametrize(
    "said",
    [
        Proposal("employee", "E9", b"\xc1"),
        Proposal("employee", "E9", msgspec.msgpack.encode("x")),
        Proposal("employee", "other-key", msgspec.msgpack.encode(NEW)),
        Proposal("office", "x", msgspec.msgpack.encode(NEW)),
        proposal(POST, Post("chirgaon.x", "chirgaon", "X", "x", "x", None, 9)),
        proposal(SECTION, Section("jhansi-hq.x", "jhansi-hq", "x", "x")),
        proposal(CHARGE, Charge(LOCAL_CHARGE, "E002", "chirgaon.bdo", FROM)),
        proposal(EMPLOYEE, Employee("E001", "दूसरा")),
    ],
)
def test_what_is_not_the_offices_own_is_left_out(said: Proposal) -> None:
    assert overlay(SIGNED, [said], "moth") == (SIGNED, frozenset())


@pytest.mark.parametrize(
    ("what", "record", "code"),
    [
        (SECTION, Section("moth.nazarat", "moth", "नज़ारत", "Nazarat"), ""),
        (SECTION, Section("moth.accounts", "moth", "x", "x"), "key_taken"),
        (SECTION, Section("chirgaon.x", "chirgaon", "x", "x"), "other_office"),
        (SECTION, Section("moth.A B", "moth", "x", "x"), "bad_word"),
        (SECTION, Section("moth.../x", "moth", "x", "x"), "bad_word"),
        (SECTION, Section("moth.x", "moth", " ", "x"), "no_name"),
        (SECTION, Section("moth.x", "moth", "अ" * 81, "x"), "name_too_long"),
        (SECTION, Section("moth.x", "moth", "999941057058", "x"), "aadhaar"),
        (POST, CLERK, ""),
        (POST, replace(CLERK, code="moth.bdo"), "key_taken"),
        (POST, replace(CLERK, mark=" "), "bad_mark"),
        (POST, replace(CLERK, rank=3), "bad_rank"),
        (POST, replace(CLERK, rank=100), "bad_rank"),
        (POST, replace(CLERK, rank=-1), "bad_rank"),
        (POST, replace(CLERK, superior="moth.none"), "no_such_post"),
        (POST, replace(CLERK, superior="moth.nazir"), "no_such_post"),
        (POST, replace(CLERK, section="moth.none"), "no_such_section"),
        (EMPLOYEE, NEW, ""),
        (EMPLOYEE, replace(NEW, code="E001"), "key_taken"),
        (EMPLOYEE, replace(NEW, code="99<script>"), "bad_employee_code"),
        (EMPLOYEE, replace(NEW, code="../etc"), "bad_employee_code"),
        (EMPLOYEE, replace(NEW, code=""), "bad_employee_code"),
        (EMPLOYEE, replace(NEW, code="999941057058"), "aadhaar"),
        (EMPLOYEE, replace(NEW, name="नाम 9999 4105 7058"), "aadhaar"),
        (EMPLOYEE, replace(NEW, phone="9999 4105 7058"), "aadhaar"),
        (EMPLOYEE, replace(NEW, phone="12345"), "bad_phone"),
        (EMPLOYEE, replace(NEW, name=""), "no_name"),
        (EMPLOYEE, replace(NEW, language="fr"), "bad_language"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.da", FROM), ""),
        (CHARGE, Charge(LOCAL_CHARGE, "E404", "moth.da", FROM), "no_such_employee"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.none", FROM), "no_such_post"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "chirgaon.bdo", FROM), "other_office"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.da", TO, FROM), "ends_before_start"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.bdo", FROM), "charge_held"),
        (CHARGE, Charge(LOCAL_CHARGE, "E001", "moth.bdo", FROM), "charge_known"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.bdo", FROM, TO, "link"), ""),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.bdo", FROM, None, "link"), "leave_needs_end"),
        (CHARGE, Charge(LOCAL_CHARGE, "E001", "moth.bdo", FROM, TO, "link"), "own_link"),
        (CHARGE, Charge(LOCAL_CHARGE, "E002", "moth.bdo", FROM, TO, "boss"), "bad_kind"),
        (END_CHARGE, Charge(1, "E001", "moth.bdo", date(2026, 1, 1), TO), ""),
        (END_CHARGE, Charge(1, "E002", "moth.bdo", date(2026, 1, 1), TO), "no_such_charge"),
        (END_CHARGE, Charge(99, "E001", "moth.bdo", date(2026, 1, 1), TO), "no_such_charge"),
        (END_CHARGE, Charge(1, "E001", "moth.bdo", date(2026, 1, 1), date(2025, 1, 1)), "ends_before_start"),
        (END_CHARGE, Charge(2, "E002", "chirgaon.bdo", date(2026, 1, 1), FROM), "other_office"),
    ],
)
def test_each_rule(what: str, record: Record, code: str) -> None:
    assert what in KINDS
    assert refusal(what, record) == code


def test_clashes_with_earlier_additions_are_told() -> None:
    assert refusal(EMPLOYEE, Employee("E10", "दूसरा", "hi", "+91 98000 00009"), (EMPLOYEE, NEW)) == "phone_taken"
    ended = Charge(GIVEN.id, "E9", "moth.nazir", FROM, TO)
    said = ((EMPLOYEE, NEW), (POST, CLERK), (CHARGE, GIVEN))
    assert refusal(END_CHARGE, replace(ended, to_date=TO), *said) == ""
    assert refusal(END_CHARGE, ended, *said, (END_CHARGE, ended)) == "charge_over"
    circle = (POST, replace(CLERK, superior=None))
    under = (POST, Post("moth.x", "moth", "X", "x", "x", "moth.nazir", 7))
    assert refusal(POST, replace(CLERK, superior="moth.x"), circle, under) == "post_cycle"


@pytest.mark.parametrize(
    ("text", "digits"),
    [("", ""), (" 98000 00001 ", "9800000001"), ("+91-98000-00001", "9800000001"), ("०98000००००१", "9800000001")],
)
def test_mobile_numbers_are_brought_to_ten_digits(text: str, digits: str) -> None:
    assert mobile(text) == digits
