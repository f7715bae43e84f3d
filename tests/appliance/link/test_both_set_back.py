"""An office and the hub put back to copies of different days (custody sections 5 and 6 together)."""

from __future__ import annotations

import pytest

from appliance.desk import reading, verbs
from appliance.desk.values import Stage
from appliance.link.restore import begin_restore
from appliance.store.rebuild import VIEWS, rebuild
from appliance.store.unit import Unit
from tests.support.copies import copy, meet, put_back, put_hub_back
from tests.support.district import HUB_CODE, District, actor

CLERK = actor("moth.da1")


def noted(unit: Unit, file: str, words: str) -> None:
    verbs.save_yellow(unit, CLERK, file, f"<p>{words}</p>", 0)
    verbs.confirm_note(unit, CLERK, file)


def notes(unit: Unit, file: str) -> list[str]:
    return [paragraph.html for paragraph in reading.file_page(unit, CLERK, file).paragraphs]


def restored(district: District, unit: Unit) -> Unit:
    begin_restore(unit, district.clock.ms)
    meet(district, "moth")
    assert unit.db.value("SELECT mode FROM node") == "working"
    return unit


def asides_of(district: District) -> tuple[bytes, bytes]:
    """Bodies that stand beside, at the hub and at the office."""
    hub, moth = district.hub.db, district.units["moth"].db
    return (
        b"".join(bytes(body) for (body,) in hub.rows("SELECT body FROM aside ORDER BY node, epoch, seq")),
        b"".join(bytes(body) for (body,) in moth.rows("SELECT body FROM aside ORDER BY epoch, seq")),
    )


@pytest.fixture
def file(district: District) -> str:
    """A file whose first events the hub has inside a log alone: it closed their epoch without them.

    The office came back from a copy in the stretch that the hub then lost; its former self reported to the hub, but
    never handed in its journal.
    """
    moth = district.units["moth"]
    hub_copy = copy(district, HUB_CODE)
    file = verbs.open_file(moth, CLERK, subject="to and fro", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    meet(district, "moth")
    verbs.pull_back(moth, CLERK, file)
    meet(district, "moth")
    before = copy(district, "moth")
    moth = restored(district, put_back(district, "moth", before))
    noted(moth, file, "in the second epoch")
    meet(district, "moth")
    after = copy(district, "moth")
    put_hub_back(district, hub_copy)
    put_back(district, "moth", before)
    meet(district, "moth", "chirgaon")
    assert district.hub.db.value("SELECT recovering FROM hub") == 0
    put_back(district, "moth", after)
    meet(district, "moth")
    return file


def test_a_ticket_brings_what_the_journal_at_the_hub_has_not(district: District, file: str) -> None:
    moth, hub = district.units["moth"], district.hub.db
    assert hub.value("SELECT count(*) FROM event WHERE subject=? AND pos IS NOT NULL AND h IS NULL", file) == 4
    assert moth.db.value("SELECT mode FROM node") == "working"
    assert moth.db.row("SELECT phase, log_len FROM efile WHERE file=?", file) == ("held", 4)
    assert notes(moth, file) == []
    at_hub, at_office = asides_of(district)
    assert b"in the second epoch" in at_hub
    assert at_hub == at_office
    noted(moth, file, "and on it goes")
    meet(district, "moth")
    assert hub.row("SELECT holder, log_len FROM efile WHERE file=?", file) == ("moth", 5)


@pytest.mark.usefixtures("file")
def test_the_senders_list_is_whole_and_a_rebuild_changes_nothing(district: District) -> None:
    moth = district.units["moth"]
    assert [row.stage for row in reading.sent(moth, "moth.da1")] == [Stage.TAKEN_BACK]
    before = {view: sorted(moth.db.rows(f"SELECT * FROM {view}"), key=repr) for view in VIEWS}
    rebuild(moth.db, district.clock.ms)
    assert {view: sorted(moth.db.rows(f"SELECT * FROM {view}"), key=repr) for view in VIEWS} == before


def test_the_office_can_be_put_back_once_more(district: District, file: str) -> None:
    moth = district.units["moth"]
    noted(moth, file, "before the next copy")
    meet(district, "moth")
    place = copy(district, "moth")
    noted(moth, file, "after the next copy")
    meet(district, "moth")
    moth = restored(district, put_back(district, "moth", place))
    assert notes(moth, file) == ["<p>before the next copy</p>", "<p>after the next copy</p>"]
    at_hub, at_office = asides_of(district)
    assert at_hub == at_office


@pytest.mark.usefixtures("file")
def test_what_stood_beside_is_handed_in_again_when_an_epoch_is_opened(district: District) -> None:
    """The hub lost what it had set aside, and the office reports no more."""
    moth = district.units["moth"]
    district.hub.db.execute_sql("DELETE FROM aside")
    restored(district, moth)
    at_hub, at_office = asides_of(district)
    assert b"in the second epoch" in at_hub
    assert at_hub == at_office
