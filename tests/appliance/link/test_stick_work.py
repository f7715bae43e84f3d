"""One stick at a time, behind the screens: one press, and what is said of a stick that is not as it should be."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.link.stick_work import OfficeSticks, Round
from appliance.store.unit import Unit
from commons.mounting import asking
from commons.mounting.values import Owner, State, Telling, Told
from commons.stick import FOLDER, Stick, StickGone
from commons.stick.plugged import Present
from commons.stick.work import Work
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


def ended(work: OfficeSticks) -> Work[Round]:
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
    work = OfficeSticks(unit, sticks)
    assert work.state() is None
    assert [one.name for one in work.present()] == ["blue"]
    assert work.begin_round("blue")
    state = ended(work)
    assert (state.step, state.name) == ("done", "blue")
    assert state.result is not None
    assert state.result.out is not None
    (bag,) = Stick(sticks / "blue").bags(HUB_CODE)
    assert bag.size == state.result.out.size
    assert OfficeSticks(unit, sticks).present()[0].written == 1
    district.close()


@pytest.mark.parametrize("name", ["", "..", "../blue", "green", "/etc", "blue/PATRAVALI"])
def test_only_a_stick_that_is_shown_can_be_chosen(district: District, sticks: Path, name: str) -> None:
    work = OfficeSticks(district.units["moth"], sticks)
    with pytest.raises(StickGone):
        work.begin_round(name)
    assert work.state() is None
    district.close()


def test_what_is_no_stick_is_shown_with_its_fault(district: District, sticks: Path) -> None:
    (sticks / "blue" / FOLDER).symlink_to("/etc")
    (sticks / "green").symlink_to(sticks / "blue")
    (one,) = OfficeSticks(district.units["moth"], sticks).present()
    assert one.fault == "stick.unfit"
    district.close()


def test_a_stick_that_fails_half_way_is_told_and_can_be_tried_again(district: District, sticks: Path) -> None:
    work = OfficeSticks(district.units["moth"], sticks)
    (sticks / "blue" / FOLDER).write_bytes(b"a file in the folder's place")
    work.begin_round("blue")
    assert ended(work).code == "stick.unfit"
    (sticks / "blue" / FOLDER).unlink()
    assert work.begin_round("blue")
    assert ended(work).step == "done"
    district.close()


def test_a_second_press_changes_nothing_while_the_first_works(district: District, sticks: Path) -> None:
    unit = district.units["moth"]
    clerk = actor("moth.da1")
    file = verbs.open_file(unit, clerk, subject="पेंशन", section="moth.dev", language="hi")
    verbs.send(unit, clerk, file, to_post="chirgaon.head", how="up")
    work = OfficeSticks(unit, sticks)
    (sticks / "green").mkdir()
    with unit.db.writing():  # it waits for us with its release
        assert work.begin_round("blue")
        assert not work.begin_round("blue")
        assert not work.begin_round("green")
    assert ended(work).step == "done"
    assert Stick(sticks / "green").bags(HUB_CODE) == []
    assert work.begin_round("green")
    assert ended(work).name == "green"
    district.close()


def test_no_folder_of_sticks_means_no_stick(district: District, tmp_path: Path) -> None:
    assert OfficeSticks(district.units["moth"], tmp_path / "nothing").present() == []
    district.close()


def tell(sticks: Path, *said: tuple[str, State]) -> None:
    """What a helper would say of the sticks."""
    told = tuple(Told(name, state, "stick.empty" if state == "fault" else "") for name, state in said)
    asking.tell(sticks, Telling(told), Owner(os.geteuid(), os.getegid()))


def test_where_a_helper_runs_only_what_it_mounted_is_a_stick(district: District, sticks: Path) -> None:
    tell(sticks, ("blue", "coming"), ("red", "fault"), ("old", "out"))
    work = OfficeSticks(district.units["moth"], sticks)
    assert [(one.name, one.state, one.fault) for one in work.present()] == [
        ("blue", "coming", ""), ("red", "fault", "stick.empty"), ("old", "out", ""),
    ]  # fmt: skip
    for name in ("blue", "red", "old"):
        with pytest.raises(StickGone):
            work.begin_round(name)
    tell(sticks, ("blue", "here"))
    assert work.names() == ["blue"]
    (one,) = work.present()
    assert isinstance(one, Present)
    assert one.helped
    district.close()


def test_a_helper_that_does_not_answer_holds_up_nothing(district: District, sticks: Path) -> None:
    tell(sticks, ("blue", "here"))
    work = OfficeSticks(district.units["moth"], sticks)
    assert work.begin_round("blue")
    state = ended(work)
    assert (state.step, state.safe) == ("done", False)
    district.close()


def test_what_a_helper_would_say_is_read_with_care(district: District, sticks: Path) -> None:
    asking.told_path(sticks).write_bytes(b'{"sticks": 5}')
    assert OfficeSticks(district.units["moth"], sticks).names() == ["blue"]
    district.close()
