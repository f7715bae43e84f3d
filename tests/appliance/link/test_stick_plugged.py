"""The whole way with real sticks: plugged in, worked on by a press, taken out by the helper, carried on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from appliance.desk import verbs
from appliance.link.stick_work import OfficeSticks
from central.hub.stick_work import DistrictSticks
from commons.stick.work import StickWork, Work
from tests.support.district import District, actor
from tests.support.plugging import Rig, image
from tests.support.sticks import ended, met_district, plugged_sticks

__all__ = ["met_district", "plugged_sticks"]

EXT4 = ("mkfs.ext4", "-q")
Result = TypeVar("Result")


def at(sticks: Rig, made: Path, work: StickWork[Result], begin: Callable[[str], bool]) -> Work[Result]:
    """Plugged in, pressed, taken out by the helper, pulled out."""
    one = sticks.plug(made, ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    assert begin("BLUE")
    state = ended(work)
    sticks.until_told("out")
    assert sticks.mounts() == []
    sticks.pull(one)
    sticks.until_told()
    return state


def test_one_stick_round_the_offices(district: District, sticks: Rig, tmp_path: Path) -> None:
    moth, clerk = district.units["moth"], actor("moth.da1")
    file = verbs.open_file(moth, clerk, subject="सड़क", section="moth.dev", language="hi")
    verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
    made = image(tmp_path, *EXT4)
    district.hub.sticks = sticks.inside
    desk = DistrictSticks(district.hub)
    offices = {code: OfficeSticks(district.units[code], sticks.inside) for code in ("moth", "chirgaon")}
    for code in ("moth", "chirgaon"):
        state = at(sticks, made, offices[code], offices[code].begin_round)
        assert (state.step, state.safe) == ("done", True)
    handed = at(sticks, made, desk, lambda name: desk.begin_round(name, ()))
    assert handed.result is not None
    assert [(one.office, one.came, one.deliveries) for one in handed.result.handled] == [
        ("chirgaon", True, 1),
        ("moth", True, 0),
    ]
    back = at(sticks, made, offices["chirgaon"], offices["chirgaon"].begin_round)
    assert back.result is not None
    assert back.result.came.deliveries == 1
    assert district.units["chirgaon"].db.value("SELECT phase FROM efile WHERE file=?", file) == "held"


def test_pulled_out_half_way_costs_one_more_press(district: District, sticks: Rig, tmp_path: Path) -> None:
    moth = district.units["moth"]
    work = OfficeSticks(moth, sticks.inside)
    bad = sticks.plug(image(tmp_path, *EXT4), ID_FS_LABEL_ENC="BLUE")
    sticks.until_told("here")
    bad.goes_bad()
    assert work.begin_round("BLUE")
    state = ended(work)
    assert state.step == "failed"
    assert state.code in ("stick.gone", "stick.read_only")
    sticks.pull(bad)
    sticks.until_told()
    state = at(sticks, image(tmp_path, *EXT4), work, work.begin_round)
    assert state.step == "done"
    assert moth.db.value("SELECT mode FROM node") == "working"
