"""An office put back to a copy, announced or not, and its clone (custody section 5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.desk import reading, verbs
from appliance.desk.refused import Refused
from appliance.link.carry import exchange_all
from appliance.link.https import LineDown
from appliance.link.restore import NUMBER_GAP, begin_restore
from appliance.store.unit import Unit
from tests.support.copies import copy, meet, put_back
from tests.support.district import District, actor
from tests.support.line import DirectLine

CLERK = actor("moth.da1")


def opened(unit: Unit, subject: str) -> str:
    return verbs.open_file(unit, CLERK, subject=subject, section="moth.dev", language="en")


def noted(unit: Unit, file: str, words: str) -> None:
    verbs.save_yellow(unit, CLERK, file, f"<p>{words}</p>", 0)
    verbs.confirm_note(unit, CLERK, file)


def subjects(unit: Unit) -> list[str]:
    return sorted(row.subject for row in reading.all_files(unit, CLERK))


def mode(unit: Unit) -> str:
    found: str = unit.db.value("SELECT mode FROM node")
    return found


def test_what_the_district_had_comes_back_and_work_goes_on_in_a_new_epoch(district: District) -> None:
    moth = district.units["moth"]
    opened(moth, "before the copy")
    meet(district, "moth")
    place = copy(district, "moth")
    opened(moth, "after the copy")
    meet(district, "moth")
    old_epoch = bytes(moth.db.value("SELECT epoch FROM node"))
    moth = put_back(district, "moth", place)
    begin_restore(moth, district.clock.ms)
    assert mode(moth) == "stopped"
    with pytest.raises(Refused) as refused:
        opened(moth, "too early")
    assert refused.value.code == "stopped"
    meet(district, "moth")
    assert mode(moth) == "working"
    assert subjects(moth) == ["after the copy", "before the copy"]
    assert bytes(moth.db.value("SELECT epoch FROM node")) != old_epoch
    opened(moth, "in the new epoch")
    meet(district, "moth")
    assert district.hub.db.value("SELECT count(*) FROM efile") == 3
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_what_only_the_copy_has_is_pushed_first(district: District) -> None:
    moth = district.units["moth"]
    meet(district, "moth")
    file = opened(moth, "never exchanged")
    noted(moth, file, "nor this")
    moth = put_back(district, "moth", copy(district, "moth"))
    begin_restore(moth, district.clock.ms)
    meet(district, "moth")
    assert mode(moth) == "working"
    assert subjects(moth) == ["never exchanged"]
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0
    noted(moth, file, "and on it goes")
    meet(district, "moth")
    assert district.hub.db.value("SELECT log_len FROM efile") == 3


def test_a_set_back_that_nobody_announced_stops_the_office_at_its_next_contact(district: District) -> None:
    """Rule 5.7: what was written meanwhile on the copy is set aside and told."""
    moth = district.units["moth"]
    file = opened(moth, "a file")
    meet(district, "moth")
    place = copy(district, "moth")
    noted(moth, file, "acknowledged")
    meet(district, "moth")
    moth = put_back(district, "moth", place)
    noted(moth, file, "written in good faith")
    meet(district, "moth")
    assert mode(moth) == "working"
    page = reading.file_page(moth, CLERK, file)
    assert [paragraph.html for paragraph in page.paragraphs] == ["<p>acknowledged</p>"]
    assert page.set_aside == 1
    assert district.hub.db.rows("SELECT node, kind FROM aside") == [("moth", "note")]
    assert b"written in good faith" in bytes(moth.db.value("SELECT body FROM aside"))
    assert b"written in good faith" in bytes(district.hub.db.value("SELECT body FROM aside"))


def test_a_file_that_left_in_the_lost_stretch_is_not_written_on(district: District) -> None:
    moth = district.units["moth"]
    file = opened(moth, "sent after the copy")
    meet(district, "moth")
    place = copy(district, "moth")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    meet(district, "moth", "chirgaon")
    moth = put_back(district, "moth", place)
    begin_restore(moth, district.clock.ms)
    meet(district, "moth")
    with pytest.raises(Refused) as refused:
        verbs.park(moth, CLERK, file, "x")
    assert refused.value.code == "away"
    assert [row.file for row in reading.inbox(district.units["chirgaon"], "chirgaon.head")] == [file]


def test_a_file_that_came_in_the_lost_stretch_is_there_again(district: District) -> None:
    chirgaon, moth = district.units["chirgaon"], district.units["moth"]
    place = copy(district, "chirgaon")
    file = opened(moth, "comes after the copy")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    meet(district, "moth", "chirgaon", "chirgaon")
    verbs.receive(chirgaon, actor("chirgaon.head"), file)
    meet(district, "chirgaon")
    chirgaon = put_back(district, "chirgaon", place)
    begin_restore(chirgaon, district.clock.ms)
    meet(district, "chirgaon")
    page = reading.file_page(chirgaon, actor("chirgaon.head"), file)
    assert (page.state, page.subject) == ("desk", "comes after the copy")
    verbs.park(chirgaon, actor("chirgaon.head"), file, "works on")
    meet(district, "chirgaon")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_numbers_given_in_the_lost_stretch_are_not_given_again(district: District) -> None:
    moth = district.units["moth"]
    opened(moth, "one")
    meet(district, "moth")
    place = copy(district, "moth")
    lost = opened(moth, "two, on paper only")
    number = int(reading.file_page(moth, CLERK, lost).number.rpartition("/")[2])
    moth = put_back(district, "moth", place)
    begin_restore(moth, district.clock.ms)
    meet(district, "moth")
    after = opened(moth, "three")
    assert int(reading.file_page(moth, CLERK, after).number.rpartition("/")[2]) > number
    assert int(reading.file_page(moth, CLERK, after).number.rpartition("/")[2]) >= NUMBER_GAP


@pytest.mark.parametrize("cut_after", range(1, 6))
def test_a_restore_cut_anywhere_ends_all_the_same(district: District, cut_after: int) -> None:
    moth = district.units["moth"]
    file = opened(moth, "a file")
    meet(district, "moth")
    place = copy(district, "moth")
    noted(moth, file, "lost and found")
    meet(district, "moth")
    moth = put_back(district, "moth", place)
    begin_restore(moth, district.clock.ms)

    class Cut(DirectLine):
        """Loses the answer of one exchange."""

        def exchange(self, words: Callable[[], bytes]) -> bytes:
            answer = super().exchange(words)
            if self.bundles == cut_after:
                raise LineDown
            return answer

    line = Cut(district.hub, "moth")
    try:
        exchange_all(moth, line, line)
    except LineDown:
        meet(district, "moth")
    assert mode(moth) == "working"
    assert [p.html for p in reading.file_page(moth, CLERK, file).paragraphs] == ["<p>lost and found</p>"]
    noted(moth, file, "on")
    meet(district, "moth")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0
    assert district.hub.db.value("SELECT count(*) FROM epoch WHERE node='moth' AND closed_seq IS NULL") == 1


def test_of_two_clones_the_first_to_write_goes_on_and_nothing_of_the_other_is_lost(district: District) -> None:
    """Rule 5.8."""
    moth = district.units["moth"]
    file = opened(moth, "a file")
    meet(district, "moth")
    place = copy(district, "moth")
    noted(moth, file, "by the first")
    meet(district, "moth")
    first = moth
    clone_district = District(district.folder / "clone", district.papers, district.clock, district.hub, {})
    clone_district.folder.mkdir()
    import shutil

    from tests.support.district import open_unit

    shutil.copytree(place, clone_district.folder / "moth")
    clone = open_unit(clone_district.folder, "moth", district.papers, district.clock, seed="clone")
    noted(clone, file, "by the clone")
    clone_district.units["moth"] = clone
    meet(clone_district, "moth")
    assert mode(clone) == "working"
    assert [p.html for p in reading.file_page(clone, CLERK, file).paragraphs] == ["<p>by the first</p>"]
    assert b"by the clone" in bytes(district.hub.db.value("SELECT body FROM aside"))
    noted(first, file, "by the first, of a closed epoch")
    meet(district, "moth")
    bodies = b"".join(bytes(body) for (body,) in district.hub.db.rows("SELECT body FROM aside"))
    assert b"of a closed epoch" in bodies
    assert b"by the clone" in bodies
    clone.db.close()
