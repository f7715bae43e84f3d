"""What the office added is there after every beginning anew, at this node alone, until the district says it itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from appliance.desk import administration
from appliance.desk.values import Actor
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from protocol.directory import Post
from tests.support.copies import meet
from tests.support.district import District, actor, make_district, open_unit


class PowerCut(Exception):
    """Ends a transaction."""


HEAD = actor("moth.head")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    yield made
    made.close()


def adds_a_clerk(unit: Unit, head: Actor = HEAD) -> None:
    administration.add_post(unit, head, Post("moth.nazir", "moth", "NZR", "नाज़िर", "Nazir", "moth.head", 9))
    administration.add_employee(unit, head, code="E9", name="नमूना", language="hi", phone="")
    administration.add_charge(
        unit, head, employee="E9", post="moth.nazir", from_date=date(2026, 1, 1), to_date=None
    )  # fmt: skip


def knows(unit: Unit) -> bool:
    directory = unit.directory()
    posts = directory.posts_of_employee("E9", date(2026, 11, 20))
    return [post.code for post in posts] == ["moth.nazir"]


def test_it_is_there_at_once_and_after_every_beginning_anew(district: District) -> None:
    unit = district.units["moth"]
    assert not knows(unit)
    adds_a_clerk(unit)
    assert knows(unit)
    assert len(unit.unconfirmed()) == 3
    rebuild(unit.db, unit.clock.now_ms())
    assert knows(unit)
    unit.db.close()
    again = open_unit(district.folder, "moth", district.papers, district.clock)
    assert knows(again)
    again.db.close()


def test_it_reaches_the_hub_and_counts_nowhere_else(district: District) -> None:
    adds_a_clerk(district.units["moth"])
    for _ in range(3):
        meet(district, "moth", "chirgaon")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0
    assert district.hub.db.value("SELECT count(*) FROM event WHERE kind='propose'") == 3
    assert district.units["chirgaon"].directory().employee("E9") is None
    assert not district.units["chirgaon"].unconfirmed()


def test_the_signed_directory_stays_as_it_was_signed(district: District) -> None:
    unit = district.units["moth"]
    before = unit.signed_directory().directory
    adds_a_clerk(unit)
    assert unit.signed_directory().directory == before
    assert unit.directory().directory.certificates == before.certificates


def test_a_transaction_that_failed_leaves_nothing_behind(district: District) -> None:
    unit = district.units["moth"]
    unit.directory()
    with suppress(PowerCut), unit.db.writing():
        adds_a_clerk(unit)
        assert knows(unit)
        raise PowerCut
    assert not knows(unit)
    administration.add_employee(unit, HEAD, code="E10", name="दूसरा", language="hi", phone="")
    assert unit.directory().employee("E10") is not None
    assert not knows(unit)


def test_nothing_is_laid_anew_while_nothing_changes(district: District) -> None:
    unit = district.units["moth"]
    adds_a_clerk(unit)
    assert unit.directory() is unit.directory()
