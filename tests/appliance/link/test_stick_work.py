"""One stick at a time, behind the screens: one press, and what is said of a stick that is not as it should be."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.link import stick_work
from appliance.link.stick_work import StickWork
from appliance.store.unit import Unit
from commons.stick import FOLDER, Stick, StickGone
from tests.support.copies import meet
from tests.support.district import HUB_CODE, District, actor, make_district

SECONDS = 20


@pytest.fixture
def district(tmp_path: Path) -> District:
    made = make_district(tmp_path)
    meet(made, "moth", "chirgaon")
    return made


@pytest.fixture
def sticks(tmp_path: Path) -> Path:
    root = tmp_path / "sticks"
    (root / "blue").mkdir(parents=True)
    return root


def ended(work: StickWork) -> stick_work.Work:
    """What came of it, once it has."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        state = work.state()
        if state is not None and state.step in ("done", "failed"):
            return state
        time.sleep(0.02)
    raise TimeoutError


def test_one_press_takes_in_and_puts_out(district: District, sticks: Path) -> None:
    unit: Unit = district.units["moth"]
    work = StickWork(unit, sticks)
    assert work.state() is None
    assert [one.name for one in work.present()] == ["blue"]
    assert work.begin("blue")
    state = ended(work)
    assert (state.step, state.name) == ("done", "blue")
    assert state.out is not None
    assert state.came is not None
    (bag,) = Stick(sticks / "blue").bags(HUB_CODE)
    assert bag.size == state.out.size
    district.close()


@pytest.mark.parametrize("name", ["", "..", "../blue", "green", "/etc", "blue/PATRAVALI"])
def test_only_a_stick_that_is_shown_can_be_chosen(district: District, sticks: Path, name: str) -> None:
    work = StickWork(district.units["moth"], sticks)
    with pytest.raises(StickGone):
        work.begin(name)
    assert work.state() is None
    district.close()


def test_what_is_no_stick_is_shown_with_its_fault(district: District, sticks: Path) -> None:
    (sticks / "blue" / FOLDER).symlink_to("/etc")
    (sticks / "green").symlink_to(sticks / "blue")
    (one,) = StickWork(district.units["moth"], sticks).present()
    assert one.fault == "stick.unfit"
    district.close()


def test_a_stick_that_fails_half_way_is_told_and_can_be_tried_again(district: District, sticks: Path) -> None:
    work = StickWork(district.units["moth"], sticks)
    (sticks / "blue" / FOLDER).write_bytes(b"a file in the folder's place")
    work.begin("blue")
    assert ended(work).code == "stick.unfit"
    (sticks / "blue" / FOLDER).unlink()
    assert work.begin("blue")
    assert ended(work).step == "done"
    district.close()


def test_a_second_press_changes_nothing_while_the_first_works(district: District, sticks: Path) -> None:
    unit = district.units["moth"]
    clerk = actor("moth.da1")
    file = verbs.open_file(unit, clerk, subject="पेंशन", section="moth.dev", language="hi")
    verbs.send(unit, clerk, file, to_post="chirgaon.head", how="up")
    work = StickWork(unit, sticks)
    (sticks / "green").mkdir()
    with unit.db.writing():  # it waits for us with its release
        assert work.begin("blue")
        assert not work.begin("blue")
        assert not work.begin("green")
    assert ended(work).step == "done"
    assert Stick(sticks / "green").bags(HUB_CODE) == []
    assert work.begin("green")
    assert ended(work).name == "green"
    district.close()


def test_no_folder_of_sticks_means_no_stick(district: District, tmp_path: Path) -> None:
    assert StickWork(district.units["moth"], tmp_path / "nothing").present() == []
    district.close()
