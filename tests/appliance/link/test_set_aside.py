"""What was set aside is decided once at the district, and carried out by who holds the file; all nodes agree."""

from __future__ import annotations

import io

import pytest

from appliance.desk import left_out, record, restored, say_again, verbs
from appliance.desk.file_page import file_page
from appliance.desk.refused import Refused
from appliance.link.restore import begin_restore
from appliance.store import decided
from central.hub import deciding
from central.hub.deciding import NotDone
from commons.papers import PaperMissing
from tests.support.copies import copy, meet, put_back, put_hub_back
from tests.support.district import HUB_CODE, District, actor
from tests.support.paper import pdf
from tests.support.set_aside import (
    ENCLOSED,
    KEPT,
    LOST,
    MORE,
    MOTH,
    THERE,
    Apart,
    all_is_sound,
    begun,
    compared,
    forced,
    fork,
    hashes,
    settle,
    write,
)
from tests.support.weeding import bytes_of, order_of, put_away

REASON = "दोनों मशीनें एक ही कार्यालय की थीं"


def decide(district: District, apart: Apart, how: str) -> str:
    event = deciding.decide(district.hub, apart.hashes, how, REASON, "E9", sure=True)
    settle(district)
    return event


def words_of(district: District, office: str, file: str) -> list[str]:
    who = MOTH if office == "moth" else THERE
    return [paragraph.html for paragraph in file_page(district.units[office], who, file).paragraphs]


def test_a_fork_is_shown_side_by_side_from_where_it_parted(district: District) -> None:
    apart = fork(district)
    found = compared(district, apart.file)
    assert found.group.reason == "fork"
    assert [one.words for one in found.standing] == [(KEPT,)]
    assert found.earlier == 1
    assert [(one.kind, one.words, one.name) for one in found.entries] == [
        ("note", ("अलग शाखा की पहली टिप्पणी",), ""), ("note", (MORE,), ""), ("attach", (), ENCLOSED),
    ]  # fmt: skip
    assert found.may == deciding.HOWS
    assert found.group.open == 3


def test_a_replay_is_written_by_the_custodian_in_his_own_name_and_cites_the_originals(district: District) -> None:
    apart = fork(district)
    event = decide(district, apart, deciding.REPLAY)
    moth = district.units["moth"]
    page = file_page(moth, MOTH, apart.file)
    assert (page.asked, page.set_aside) == (1, 0)
    (asked,) = left_out.asked(moth, MOTH, apart.file)
    assert asked.may
    assert asked.reason == REASON
    with pytest.raises(Refused, match="unconfirmed_again"):
        say_again.decided_replay(moth, MOTH, apart.file, event, sure=False)
    assert say_again.decided_replay(moth, MOTH, apart.file, event, sure=True) == 3
    settle(district)
    page = file_page(moth, MOTH, apart.file)
    assert [one.html for one in page.paragraphs] == [f"<p>{words}</p>" for words in (KEPT, LOST, MORE)]
    assert [one.number for one in page.paragraphs] == [1, 2, 3]
    assert [one.again_post for one in page.paragraphs] == ["", "moth.da1", "moth.da1"]
    assert [paper.name for paper in page.papers] == [ENCLOSED]
    assert page.asked == 0
    (settled,) = compared(district, apart.file).decisions
    assert settled.how == "replay"
    assert settled.done_ms
    with pytest.raises(Refused, match="nothing_again"):
        say_again.decided_replay(moth, MOTH, apart.file, event, sure=True)
    all_is_sound(district)


def test_a_second_decision_is_refused_and_so_is_one_without_reason_or_confirmation(district: District) -> None:
    apart = fork(district)
    for arguments, sure, code in (
        (("discard", " \n", "E9"), True, "no_reason"),
        (("discard", "x" * 501, "E9"), True, "reason_long"),
        (("burn", REASON, "E9"), True, "no_choice"),
        (("discard", REASON, "E9"), False, "unconfirmed"),
    ):
        with pytest.raises(NotDone, match=code):
            deciding.decide(district.hub, apart.hashes, *arguments, sure=sure)
    decide(district, apart, deciding.DISCARD)
    for how in deciding.HOWS:
        with pytest.raises(NotDone, match="already_decided"):
            deciding.decide(district.hub, apart.hashes[:1], how, REASON, "E9", sure=True)
    with pytest.raises(NotDone, match="nothing_there"):
        deciding.decide(district.hub, [bytes(32)], "discard", REASON, "E9", sure=True)
    assert district.hub.db.value("SELECT count(*) FROM event WHERE kind='decide'") == 1
    (found,) = left_out.of_office(district.units["moth"], MOTH)
    assert (found.open, found.again) == (0, ())
    with pytest.raises(Refused, match="already_decided"):
        say_again.own(district.units["moth"], MOTH, apart.hashes, sure=True)
    assert words_of(district, "moth", apart.file) == [f"<p>{KEPT}</p>"]
    all_is_sound(district)


def test_what_a_forced_office_had_not_sent_is_annexed_by_the_new_custodian(district: District) -> None:
    apart = forced(district)
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    page = file_page(moth, MOTH, apart.file)
    assert page.set_aside == 2
    assert page.ordered is not None
    assert (page.ordered.to_post, page.ordered.person) == (THERE.post, "E9")
    assert page.paragraphs == []
    (found,) = left_out.of_office(moth, MOTH)
    assert found.again == ()
    assert compared(district, apart.file).group.reason == "older_term"
    event = decide(district, apart, deciding.ANNEXE)
    assert file_page(moth, MOTH, apart.file).set_aside == 0
    verbs.receive(chirgaon, THERE, apart.file)
    (asked,) = left_out.asked(chirgaon, THERE, apart.file)
    assert [one.words for one in asked.entries] == [("अलग शाखा की पहली टिप्पणी",), (MORE,)]
    assert (asked.writer, asked.may) == ("moth", True)
    assert file_page(chirgaon, THERE, apart.file).papers == []
    say_again.annexe(chirgaon, THERE, apart.file, event, "अलग.pdf", io.BytesIO(pdf()), sure=True)
    with pytest.raises(Refused, match="already_again"):
        say_again.annexe(chirgaon, THERE, apart.file, event, "अलग.pdf", io.BytesIO(pdf()), sure=True)
    settle(district)
    assert [paper.name for paper in file_page(chirgaon, THERE, apart.file).papers] == ["अलग.pdf"]
    assert compared(district, apart.file).decisions[0].done_ms
    assert left_out.asked(chirgaon, THERE, apart.file)[0].done
    all_is_sound(district)


def test_who_gets_the_file_after_the_decision_is_asked_with_the_originals(district: District) -> None:
    """Decided while Chirgaon had it; Chirgaon sends it back to the writer, who then has it on his desk."""
    apart = forced(district)
    event = decide(district, apart, deciding.REPLAY)
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    verbs.receive(chirgaon, THERE, apart.file)
    verbs.send(chirgaon, THERE, apart.file, to_post=MOTH.post, how="down")
    settle(district)
    assert left_out.asked(chirgaon, THERE, apart.file) == ()
    verbs.receive(moth, MOTH, apart.file)
    assert say_again.decided_replay(moth, MOTH, apart.file, event, sure=True) == 2
    settle(district)
    assert words_of(district, "moth", apart.file) == [f"<p>{LOST}</p>", f"<p>{MORE}</p>"]
    assert moth.db.value("SELECT count(*) FROM item WHERE tag='J'") == 2  # told as the writer, asked as the holder
    all_is_sound(district)


def test_the_writer_writes_again_in_one_step_what_nobody_has_decided(district: District) -> None:
    apart = fork(district)
    moth = district.units["moth"]
    page = restored.last(moth, MOTH)
    assert (page.why, page.aside, page.came) == ("fork", 3, 1)
    assert [row.file for row in page.files] == [apart.file]
    (found,) = left_out.of_office(moth, MOTH)
    assert [bytes.fromhex(e) for e in found.again] == apart.hashes
    with pytest.raises(Refused, match="unconfirmed_again"):
        say_again.own(moth, MOTH, apart.hashes, sure=False)
    with pytest.raises(Refused, match="not_holder"):
        say_again.own(moth, actor("moth.da2"), apart.hashes, sure=True)
    assert words_of(district, "moth", apart.file) == [f"<p>{KEPT}</p>"]
    assert say_again.own(moth, MOTH, apart.hashes, sure=True) == 3
    with pytest.raises(Refused, match="already_again"):
        say_again.own(moth, MOTH, apart.hashes, sure=True)
    settle(district)
    assert words_of(district, "moth", apart.file) == [f"<p>{words}</p>" for words in (KEPT, LOST, MORE)]
    found_there = compared(district, apart.file)
    assert found_there.group.open == 0
    assert {(one.how, one.node, one.person) for one in found_there.decisions} == {("again", "moth", MOTH.employee)}
    with pytest.raises(NotDone, match="already_decided"):
        deciding.decide(district.hub, apart.hashes, "discard", REASON, "E9", sure=True)
    all_is_sound(district)


def test_a_file_that_was_begun_apart_can_only_be_discarded(district: District) -> None:
    place = copy(district, "moth")
    first = begun(district)
    write(district.units["moth"], first, KEPT)
    meet(district, "moth")
    moth = put_back(district, "moth", place)
    verbs.open_file(moth, MOTH, subject="पहली", section="moth.dev", language="hi")  # has the number of the true one
    file = verbs.open_file(moth, MOTH, subject="अलग पत्रावली", section="moth.dev", language="hi")
    write(moth, file, LOST)
    settle(district)
    assert compared(district, file).may == ("discard",)
    with pytest.raises(NotDone, match="no_file"):
        deciding.decide(district.hub, hashes(district, file), "replay", REASON, "E9", sure=True)
    found = left_out.of_file(moth, MOTH, file)
    assert found is not None
    assert (found.title, found.holder, found.again) == ("अलग पत्रावली", "", ())
    decide(district, Apart(file, hashes(district, file)), "discard")
    found = left_out.of_file(moth, MOTH, file)
    assert found is not None
    assert found.open == 0
    all_is_sound(district)


def test_a_hub_that_was_set_back_learns_what_was_decided_and_asks_once(district: District) -> None:
    apart = forced(district)
    place = copy(district, HUB_CODE)
    event = decide(district, apart, deciding.ANNEXE)
    put_hub_back(district, place)
    settle(district)
    settle(district)
    assert district.hub.db.value("SELECT recovering FROM hub") == 0
    assert compared(district, apart.file).group.open == 0
    with pytest.raises(NotDone, match="already_decided"):
        deciding.decide(district.hub, apart.hashes, "discard", REASON, "E9", sure=True)
    for unit in district.units.values():
        assert unit.db.value("SELECT count(*) FROM item WHERE tag='J'") == 1
        assert [row.event for row in decided.of_file(unit.db, apart.file)] == [event]
    chirgaon = district.units["chirgaon"]
    verbs.receive(chirgaon, THERE, apart.file)
    say_again.annexe(chirgaon, THERE, apart.file, event, "अलग.pdf", io.BytesIO(pdf()), sure=True)
    settle(district)
    assert compared(district, apart.file).decisions[0].done_ms
    all_is_sound(district)


def test_nothing_is_decided_before_all_reports_are_in(district: District) -> None:
    apart = forced(district)
    put_hub_back(district, copy(district, HUB_CODE))
    with pytest.raises(NotDone, match="hub_recovers"):
        deciding.decide(district.hub, apart.hashes, "discard", REASON, "E9", sure=True)
    with pytest.raises(NotDone, match="office_silent"):
        deciding.force(district.hub, apart.file, MOTH.post, REASON, "E9", sure=True)
    meet(district, "moth")
    deciding.force(district.hub, apart.file, MOTH.post, REASON, "E9", sure=True)
    settle(district)
    assert file_page(district.units["moth"], MOTH, apart.file).state == "tray"


def test_an_office_restored_after_the_decision_has_it_from_its_ticket(district: District) -> None:
    apart = forced(district)
    place = copy(district, "chirgaon")
    event = decide(district, apart, deciding.REPLAY)
    chirgaon = put_back(district, "chirgaon", place)
    begin_restore(chirgaon, district.clock.ms)
    assert restored.last(chirgaon, THERE).stopped
    settle(district)
    assert restored.last(chirgaon, THERE).why == "restored"
    verbs.receive(chirgaon, THERE, apart.file)
    assert say_again.decided_replay(chirgaon, THERE, apart.file, event, sure=True) == 2
    settle(district)
    assert [one.again_employee for one in file_page(chirgaon, THERE, apart.file).paragraphs] == [MOTH.employee] * 2
    all_is_sound(district)


def test_an_order_needs_a_post_elsewhere_a_reason_and_a_confirmation(district: District) -> None:
    file = begun(district)
    for (to_post, reason), sure, code in (
        ((THERE.post, ""), True, "no_reason"),
        ((THERE.post, REASON), False, "unconfirmed"),
        ((MOTH.post, REASON), True, "already_there"),
        (("nowhere.head", REASON), True, "no_such_post"),
    ):
        with pytest.raises(NotDone, match=code):
            deciding.force(district.hub, file, to_post, reason, "E9", sure=sure)
    with pytest.raises(NotDone, match="no_file"):
        deciding.force(district.hub, "moth.0011223344556677.1", THERE.post, REASON, "E9", sure=True)
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "moth"


def test_the_originals_go_with_the_weeding_of_their_file(district: District) -> None:
    apart = forced(district)
    decide(district, apart, deciding.ANNEXE)
    chirgaon = district.units["chirgaon"]
    (row,) = decided.of_file(chirgaon.db, apart.file)
    assert b"".join(chirgaon.papers.open(row.sha256)) == b"".join(district.hub.papers.open(row.sha256))
    verbs.receive(chirgaon, THERE, apart.file)
    put_away(chirgaon, THERE, apart.file, district.clock)
    settle(district)
    record.weed(chirgaon, THERE, apart.file, order=order_of(chirgaon), order_number="1/2027", remarks="")
    settle(district)
    settle(district)
    for node in (district.hub, chirgaon):
        with pytest.raises(PaperMissing):
            node.papers.open(row.sha256)
    for database in (district.hub.db, *(unit.db for unit in district.units.values())):
        assert MORE.encode() not in bytes_of(database)
    assert compared(district, apart.file).entries[0].destroyed
    assert left_out.own(district.units["moth"], apart.file)[0].destroyed
    settle(district)
    assert chirgaon.db.value("SELECT count(*) FROM blob WHERE here=0") == 0
    all_is_sound(district)
