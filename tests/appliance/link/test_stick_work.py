"""One stick at a time, behind the screens: one press, and what is said of a stick that is not as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.link.stick_work import OfficeSticks
from appliance.store.unit import Unit
from commons.mounting import asking
from commons.mounting.values import Told
from commons.stick import FOLDER, Stick, StickGone
from commons.stick.plugged import Present
from tests.support.district import HUB_CODE, District, actor
from tests.support.sticks import BLUE, ended, folder_of_sticks, met_district, tell

__all__ = ["folder_of_sticks", "met_district"]


def test_one_press_takes_in_and_puts_out(district: District, root: Path) -> None:
    unit: Unit = district.units["moth"]
    work = OfficeSticks(unit, root)
    assert work.state() is None
    assert [one.name for one in work.present()] == [BLUE]
    assert work.begin_round(BLUE)
    state = ended(work)
    assert (state.step, state.name) == ("done", BLUE)
    assert state.result is not None
    assert state.result.out is not None
    (bag,) = Stick(root / BLUE).bags(HUB_CODE)
    assert bag.size == state.result.out.size
    assert OfficeSticks(unit, root).present()[0].written == 1


@pytest.mark.parametrize("name", ["", "..", f"../{BLUE}", "green", "/etc", f"{BLUE}/PATRAVALI"])
def test_only_a_stick_that_is_shown_can_be_chosen(district: District, root: Path, name: str) -> None:
    work = OfficeSticks(district.units["moth"], root)
    with pytest.raises(StickGone):
        work.begin_round(name)
    assert work.state() is None


def test_what_is_no_stick_is_shown_with_its_fault(district: District, root: Path) -> None:
    (root / BLUE / FOLDER).symlink_to("/etc")
    (root / "green").symlink_to(root / BLUE)
    (one,) = OfficeSticks(district.units["moth"], root).present()
    assert one.fault == "stick.unfit"


def test_a_stick_that_fails_half_way_is_told_and_can_be_tried_again(district: District, root: Path) -> None:
    work = OfficeSticks(district.units["moth"], root)
    (root / BLUE / FOLDER).write_bytes(b"a file in the folder's place")
    work.begin_round(BLUE)
    assert ended(work).code == "stick.unfit"
    (root / BLUE / FOLDER).unlink()
    assert work.begin_round(BLUE)
    assert ended(work).step == "done"


def test_a_second_press_changes_nothing_while_the_first_works(district: District, root: Path) -> None:
    unit = district.units["moth"]
    clerk = actor("moth.da1")
    file = verbs.open_file(unit, clerk, subject="पेंशन", section="moth.dev", language="hi")
    verbs.send(unit, clerk, file, to_post="chirgaon.head", how="up")
    work = OfficeSticks(unit, root)
    (root / "green").mkdir()
    with unit.db.writing():  # it waits for us with its release
        assert work.begin_round(BLUE)
        assert not work.begin_round(BLUE)
        assert not work.begin_round("green")
    assert ended(work).step == "done"
    assert Stick(root / "green").bags(HUB_CODE) == []
    assert work.begin_round("green")
    assert ended(work).name == "green"


def test_no_folder_of_sticks_means_no_stick(district: District, tmp_path: Path) -> None:
    assert OfficeSticks(district.units["moth"], tmp_path / "nothing").present() == []


def test_where_a_helper_runs_only_what_it_mounted_is_a_stick(district: District, root: Path) -> None:
    tell(root, Told(BLUE, "coming"), Told("red", "fault", "stick.empty"), Told("old", "out"))
    work = OfficeSticks(district.units["moth"], root)
    assert [(one.name, one.state, one.fault) for one in work.present()] == [
        (BLUE, "coming", ""), ("red", "fault", "stick.empty"), ("old", "out", ""),
    ]  # fmt: skip
    for name in (BLUE, "red", "old"):
        with pytest.raises(StickGone):
            work.begin_round(name)
    tell(root, Told(BLUE, "here"))
    assert work.names() == [BLUE]
    (one,) = work.present()
    assert isinstance(one, Present)
    assert one.helped


def test_a_helper_that_does_not_answer_holds_up_nothing(district: District, root: Path) -> None:
    tell(root, Told(BLUE, "here"))
    work = OfficeSticks(district.units["moth"], root)
    assert work.begin_round(BLUE)
    state = ended(work)
    assert (state.step, state.safe) == ("done", False)


def test_what_a_helper_would_say_is_read_with_care(district: District, root: Path) -> None:
    asking.told_path(root).write_bytes(b'{"sticks": 5}')
    assert OfficeSticks(district.units["moth"], root).names() == [BLUE]
