"""Two machines of one name, and a hub that was set back and believed the report of the wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.link.speak import speak
from appliance.link.stick import bring_in, take_out
from appliance.link.take import take
from appliance.store.unit import Unit
from central.hub.exchange import exchange
from central.hub.post import post
from commons.stick import Stick
from protocol import messages as ms
from protocol.exchange import End, Role, hear
from tests.support.copies import copy, meet, put_back, put_hub_back
from tests.support.district import HUB_CODE, District, actor

CLERK, THERE = actor("moth.da1"), actor("chirgaon.head")


def hear_of_the_new_life(district: District, unit: Unit) -> None:
    """The notice arrives, and what the office would report is lost on the way."""
    end = End(Role.NODE, unit.node, unit.sign, unit.verify)
    heard = hear(end, exchange(district.hub, end.say(speak(unit).message), "line").data)
    assert isinstance(heard.message, ms.Notice)
    assert take(unit, heard.message, heard.envelope).what == "report"


@pytest.fixture
def file(district: District) -> str:
    """A file that the living machine has had from Chirgaon, and written on; the other machine never saw it."""
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    meet(district, "moth", "chirgaon")
    twin, hub_copy = copy(district, "moth"), copy(district, HUB_CODE)
    file = verbs.open_file(chirgaon, THERE, subject="s", section="chirgaon.dev", language="en")
    verbs.send(chirgaon, THERE, file, to_post="moth.da1", how="down")
    meet(district, "chirgaon", "moth")
    verbs.receive(moth, CLERK, file)
    verbs.save_yellow(moth, CLERK, file, "<p>seen at moth</p>", 0)
    verbs.confirm_note(moth, CLERK, file)
    own = verbs.open_file(moth, CLERK, subject="t", section="moth.dev", language="en")
    assert own
    put_hub_back(district, hub_copy)
    hear_of_the_new_life(district, moth)
    living = copy(district, "moth")
    put_back(district, "moth", twin)
    meet(district, "moth", "chirgaon")
    assert district.hub.db.value("SELECT recovering FROM hub") == 0
    put_back(district, "moth", living)
    return file


def by_stick(district: District, root: Path) -> None:
    root.mkdir(exist_ok=True)
    for _ in range(8):
        district.clock.ms += 60_000
        take_out(district.units["moth"], Stick(root))
        district.clock.ms += 60_000
        post(district.hub, Stick(root))
        district.clock.ms += 60_000
        bring_in(district.units["moth"], Stick(root))


@pytest.mark.parametrize("way", ["line", "stick"])
def test_the_living_machine_follows_the_district_and_loses_nothing(
    district: District, file: str, tmp_path: Path, way: str
) -> None:
    moth = district.units["moth"]
    if way == "line":
        meet(district, "moth")
    else:
        by_stick(district, tmp_path / "stick")
    assert moth.db.row("SELECT mode, parted FROM node") == ("working", 0)
    assert moth.db.value("SELECT why FROM restored") == "parted"
    meet(district, "chirgaon", "moth")
    hub = district.hub.db.row("SELECT n.life, m.cursor, m.epoch FROM hub n, node m WHERE m.code='moth'")
    assert moth.db.row("SELECT life, cursor, epoch FROM node") == hub
    kept = [bytes(body) for (body,) in district.hub.db.rows("SELECT body FROM event UNION ALL SELECT body FROM aside")]
    assert any(b"seen at moth" in body for body in kept)
    assert any(b'"t"' in body or b"\xa1t" in body for body in kept)
    assert moth.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"


@pytest.mark.usefixtures("file")
def test_an_answer_that_weighed_no_proof_stops_nobody(district: District) -> None:
    """A hub that was set back without knowing it says as much; it may not cost a healthy office its deliveries."""
    moth = district.units["moth"]
    other = ms.Down(
        HUB_CODE, "moth", moth.db.value("SELECT life FROM node"), bytes(moth.db.value("SELECT epoch FROM node")), 0,
        b"\0" * 32, 0, 0, b"\x07" * 32, district.clock.ms, 0, b"\0" * 32, 0, ms.DownPayload(),
    )  # fmt: skip
    end = End(Role.NODE, moth.node, moth.sign, moth.verify)
    end.say(speak(moth).message)
    heard = hear(end, ms.encode_message(other, district.hub.sign))
    take(moth, heard.message, heard.envelope)
    assert moth.db.row("SELECT mode, parted FROM node") == ("working", 0)
