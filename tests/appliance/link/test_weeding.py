"""A weeded file is destroyed at its holder, at the district and at whoever had it; every chain still verifies."""

from __future__ import annotations

from hashlib import sha256

import pytest

from appliance.desk import draft_page, opinions, reading, record, verbs
from appliance.desk.file_page import file_page
from appliance.link.carry import exchange_all
from appliance.link.https import LineDown
from appliance.link.restore import begin_restore
from appliance.store.check import check_unit
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from appliance.store.weeding import destroy
from central.hub.arriving import note_beginning
from central.hub.ledger import Ledger
from central.store.check import check_hub
from commons.papers import UploadMissing, downloads_of
from protocol.bundle import BadBundle
from protocol.journal import stub_of
from tests.appliance.store.test_rebuild import views
from tests.support.copies import copy, meet, put_back, put_hub_back
from tests.support.district import HUB_CODE, District
from tests.support.line import DirectLine
from tests.support.weeding import (
    HEAD,
    LETTER,
    SCAN,
    THERE,
    WORDS,
    Recorded,
    bytes_of,
    note,
    order_of,
    put_away,
    recorded_there,
    weed_there,
    words_left,
    worked_on,
)

GONE = [sha256(content).digest() for content in (LETTER, SCAN)]


def settle(district: District) -> None:
    for _ in range(3):
        meet(district, "moth", "chirgaon")


def force(district: District, file: str, node: str, post: str) -> None:
    """Custody is moved by order of the district."""
    with district.hub.db.writing():
        ledger = Ledger(district.hub.db, district.clock.ms, district.hub.node_of_post)
        row = ledger.file(file)
        assert row is not None
        ledger.force(row, node, post, "by order", "E9")
        ledger.flush()


def destroyed_everywhere(district: District) -> None:
    """No word, no paper; folders sound, views as the journal makes them."""
    assert words_left(district.hub.db) == []
    for sha in GONE:
        assert not district.hub.papers.has(sha)
    assert check_hub(district.hub) == []
    for unit in district.units.values():
        assert words_left(unit.db) == []
        for sha in GONE:
            assert not unit.papers.has(sha)
        assert unit.db.value("SELECT count(*) FROM weeding") == 0
        assert unit.db.value("SELECT count(*) FROM paper_going") == 0
        assert check_unit(unit) == []
        grown = views(unit)
        rebuild(unit.db, unit.clock.now_ms())
        assert views(unit) == grown
        assert unit.db.value("SELECT acked_seq = head_seq FROM node")


def test_destroyed_where_it_was_and_where_it_is(district: District) -> None:
    found = recorded_there(district)
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    assert set(words_left(chirgaon.db)) == set(WORDS)
    assert set(words_left(district.hub.db)) == set(WORDS)
    weed_there(district, found)
    assert set(words_left(chirgaon.db)) == set(WORDS), "the district has not read the order"
    meet(district, "chirgaon")
    assert words_left(chirgaon.db) == []
    assert words_left(district.hub.db) == []
    assert words_left(moth.db) != []
    settle(district)
    destroyed_everywhere(district)
    page = file_page(moth, HEAD, found.file)
    assert page.weeding is not None
    assert (page.weeding.order_number, page.weeding.node, page.paragraphs) == ("12/2027", "chirgaon", [])
    assert reading.movements(moth, found.file)
    (issued,) = draft_page.issued(moth, HEAD)
    assert (issued.number, issued.title) == (found.number, "")
    there = file_page(chirgaon, THERE, found.file)
    assert [paper.name for paper in there.papers] == ["आदेश.pdf"]
    assert chirgaon.papers.has(order_of(chirgaon).sha256)
    assert moth.db.value("SELECT count(*) FROM weeded WHERE file=?", found.receipt) == 1
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_what_has_come_of_a_paper_on_its_way_goes_too(district: District) -> None:
    """Down to an office, whole and as a patch, and up to the district."""
    found = recorded_there(district)
    moth, hub = district.units["moth"], district.hub
    unfinished = [(moth.incoming, name) for name in downloads_of(GONE[0])] + [(hub.incoming, "up-1")]
    for incoming, name in unfinished:
        incoming.create(name, 1000, b"")
        incoming.append(name, 0, [WORDS[0].encode()])
    hub.db.run("UPDATE paper SET here=0 WHERE sha256=?", GONE[0])
    note_beginning(hub, GONE[0], "moth", "up-1")
    weed_there(district, found)
    settle(district)
    for incoming, name in unfinished:
        with pytest.raises(UploadMissing):
            incoming.state(name)
    destroyed_everywhere(district)


def test_without_the_line_nothing_is_destroyed_and_all_of_it_after(district: District) -> None:
    found = recorded_there(district)
    weed_there(district, found)
    chirgaon = district.units["chirgaon"]
    line = DirectLine(district.hub, "chirgaon")
    line.up = False
    with pytest.raises(LineDown):
        exchange_all(chirgaon, line, line)
    assert destroy(chirgaon) == 0
    assert set(words_left(chirgaon.db)) == set(WORDS)
    settle(district)
    destroyed_everywhere(district)


def test_a_paper_of_another_file_stays(district: District) -> None:
    moth = district.units["moth"]
    file, _, _ = worked_on(moth)
    other, _, _ = worked_on(moth)
    meet(district, "moth")
    put_away(moth, HEAD, file, district.clock)
    record.weed(moth, HEAD, file, order=order_of(moth), order_number="1")
    meet(district, "moth", "moth")
    assert [paper.here for paper in file_page(moth, HEAD, other).papers] == [True, True, True]
    for sha in GONE:
        assert moth.papers.verify(sha)
        assert district.hub.papers.verify(sha)
    assert check_unit(moth) == []
    assert check_hub(district.hub) == []


def test_unwritten_words_go_too(district: District) -> None:
    moth = district.units["moth"]
    file, _, _ = worked_on(moth)
    moth.db.run(
        "INSERT INTO yellow (file, post, html, version, saved_ms) VALUES (?,?,?,1,?)", file, "moth.da2", WORDS[1], 1
    )
    put_away(moth, HEAD, file, district.clock)
    record.weed(moth, HEAD, file, order=order_of(moth), order_number="1")
    settle(district)
    destroyed_everywhere(district)


def test_a_crash_between_commit_and_removal_leaves_nothing(district: District) -> None:
    """The process ends after the bodies are destroyed and before a paper's bytes are removed."""
    found = recorded_there(district)
    weed_there(district, found)
    chirgaon = district.units["chirgaon"]

    class PowerCut(BaseException):
        """The machine ends here."""

    def cut(statement: str) -> None:
        if statement.startswith("DELETE FROM paper_going"):
            raise PowerCut

    chirgaon.db.on_write = cut
    with pytest.raises(PowerCut):
        meet(district, "chirgaon")
    chirgaon.db.on_write = lambda _: None
    assert words_left(chirgaon.db) == []
    assert chirgaon.db.value("SELECT count(*) FROM paper_going") > 0
    settle(district)
    destroyed_everywhere(district)


def test_a_restored_copy_of_before_is_weeded_again(district: District) -> None:
    found = recorded_there(district)
    place = copy(district, "chirgaon")
    weed_there(district, found)
    settle(district)
    chirgaon = put_back(district, "chirgaon", place)
    begin_restore(chirgaon, district.clock.ms)
    assert set(words_left(chirgaon.db)) == set(WORDS)
    settle(district)
    assert file_page(chirgaon, THERE, found.file).state == "weeded"
    destroyed_everywhere(district)


def test_a_former_holder_restored_to_before_is_weeded_again(district: District) -> None:
    found = recorded_there(district)
    place = copy(district, "moth")
    weed_there(district, found)
    settle(district)
    moth = put_back(district, "moth", place)
    begin_restore(moth, district.clock.ms)
    settle(district)
    destroyed_everywhere(district)
    assert file_page(moth, HEAD, found.file).weeding is not None


def test_a_restored_copy_of_after_the_order_and_before_the_line(district: District) -> None:
    """The order stands only in the copy: it is pushed first, then it is carried out."""
    found = recorded_there(district)
    weed_there(district, found)
    chirgaon = put_back(district, "chirgaon", copy(district, "chirgaon"))
    begin_restore(chirgaon, district.clock.ms)
    settle(district)
    destroyed_everywhere(district)


def test_an_unannounced_copy_stops_and_is_weeded_again(district: District) -> None:
    found = recorded_there(district)
    place = copy(district, "chirgaon")
    weed_there(district, found)
    settle(district)
    chirgaon = put_back(district, "chirgaon", place)
    note(chirgaon, THERE, opened(chirgaon), "on the copy")
    settle(district)
    assert chirgaon.db.value("SELECT mode FROM node") == "working"
    assert file_page(chirgaon, THERE, found.file).state == "weeded"
    assert words_left(chirgaon.db) == []


def opened(unit: Unit) -> str:
    return verbs.open_file(unit, THERE, subject="s", section="chirgaon.dev", language="hi")


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("before", [True, False])
def test_a_hub_set_back_ends_weeded(district: District, before: bool, announced: bool) -> None:
    """`before`: the copy is older than the file itself, so the hub meets stubs in place of what it lost."""
    place = copy(district, HUB_CODE) if before else None
    found = recorded_there(district)
    place = place or copy(district, HUB_CODE)
    weed_there(district, found)
    settle(district)
    put_hub_back(district, place, announced=announced)
    settle(district)
    settle(district)
    assert district.hub.db.value("SELECT recovering FROM hub") == 0
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", found.file) == "chirgaon"
    destroyed_everywhere(district)
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_hub_and_holder_set_back_together_can_weed_again(district: District) -> None:
    found = recorded_there(district)
    hub_place, place = copy(district, HUB_CODE), copy(district, "chirgaon")
    weed_there(district, found)
    settle(district)
    put_hub_back(district, hub_place)
    chirgaon = put_back(district, "chirgaon", place)
    begin_restore(chirgaon, district.clock.ms)
    settle(district)
    settle(district)
    assert chirgaon.db.value("SELECT mode FROM node") == "working"
    assert file_page(chirgaon, THERE, found.file).state == "recorded"
    weed_there(district, found)
    settle(district)
    destroyed_everywhere(district)


def test_an_order_that_the_district_does_not_honour_destroys_nothing(district: District) -> None:
    """Custody was moved by order before the weeding arrived: the file stays as it was."""
    found = recorded_there(district)
    weed_there(district, found)
    force(district, found.file, "moth", HEAD.post)
    settle(district)
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    assert [p.html for p in file_page(chirgaon, THERE, found.file).paragraphs] == [
        f"<p>{word}</p>" for word in WORDS[:2]
    ]
    assert [p.html for p in file_page(moth, HEAD, found.file).paragraphs] == [f"<p>{word}</p>" for word in WORDS[:2]]
    assert file_page(chirgaon, THERE, found.file).weeding is None
    assert set(words_left(district.hub.db)) == set(WORDS)
    assert chirgaon.db.value("SELECT count(*) FROM weeding") == 0
    for unit in district.units.values():
        assert check_unit(unit) == []
    assert check_hub(district.hub) == []


def test_a_weeded_file_moved_by_order_arrives_without_what_was_destroyed(district: District) -> None:
    found = recorded_there(district)
    weed_there(district, found)
    settle(district)
    force(district, found.file, "moth", HEAD.post)
    settle(district)
    destroyed_everywhere(district)
    moth = district.units["moth"]
    page = file_page(moth, HEAD, found.file)
    assert page.weeding is not None
    assert [paper.name for paper in page.papers] == ["आदेश.pdf"]


def test_news_without_its_words_is_refused(district: District) -> None:
    """A node cannot hand in a note that never had words: the whole bundle is refused and nothing of it kept."""
    moth = district.units["moth"]
    file, _, _ = worked_on(moth)
    meet(district, "moth")
    head = district.hub.db.value("SELECT head_seq FROM node WHERE code='moth'")
    note(moth, HEAD, file, "später")
    body = bytes(moth.db.value("SELECT body FROM event WHERE kind='note' ORDER BY seq DESC LIMIT 1"))
    moth.db.run("UPDATE event SET body=? WHERE body=?", stub_of(body), body)
    with pytest.raises(BadBundle) as caught:
        meet(district, "moth")
    assert caught.value.values["what"] == "stub"
    assert district.hub.db.value("SELECT head_seq FROM node WHERE code='moth'") == head
    moth.db.run("UPDATE event SET body=? WHERE body=?", body, stub_of(body))
    meet(district, "moth")
    assert district.hub.db.value("SELECT head_seq FROM node WHERE code='moth'") > head


def test_nor_do_the_words_stand_in_the_index_of_the_search(district: District) -> None:
    """An index that is merged later keeps the words of what was deleted from it."""
    moth = district.units["moth"]
    file, _, _ = worked_on(moth)
    note(moth, HEAD, file, "zzgeheimniswort")
    put_away(moth, HEAD, file, district.clock)
    assert b"eheimniswort" in bytes_of(moth.db)
    record.weed(moth, HEAD, file, order=order_of(moth), order_number="1")
    meet(district, "moth")
    assert b"eheimniswort" not in bytes_of(moth.db)


def test_what_was_set_aside_of_the_file_goes_at_both_ends(district: District) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file, receipt, number = worked_on(moth)
    meet(district, "moth", "chirgaon")
    note(moth, HEAD, file, WORDS[1])
    force(district, file, "chirgaon", THERE.post)
    settle(district)
    assert (moth.db.value("SELECT count(*) FROM aside"), district.hub.db.value("SELECT count(*) FROM aside")) == (1, 1)
    verbs.receive(chirgaon, THERE, file)
    put_away(chirgaon, THERE, file, district.clock)
    weed_there(district, Recorded(file, receipt, number))
    assert WORDS[1] in words_left(moth.db)
    settle(district)
    destroyed_everywhere(district)
    assert (moth.db.value("SELECT count(*) FROM aside"), district.hub.db.value("SELECT count(*) FROM aside")) == (1, 1)


def test_an_opinion_that_was_taken_to_the_file_is_weeded_with_it(district: District) -> None:
    moth = district.units["moth"]
    file, _, _ = worked_on(moth)
    (opinion,) = opinions.ask(moth, HEAD, file, posts=[THERE.post], question="<p>प्रश्न</p>")
    settle(district)
    chirgaon = district.units["chirgaon"]
    verbs.receive(chirgaon, THERE, opinion)
    verbs.save_yellow(chirgaon, THERE, opinion, f"<p>{WORDS[1]}</p>", 0)
    opinions.answer(chirgaon, THERE, opinion)
    settle(district)
    verbs.receive(moth, HEAD, opinion)
    opinions.admit(moth, HEAD, opinion)
    settle(district)
    assert WORDS[1] in words_left(chirgaon.db)
    put_away(moth, HEAD, file, district.clock)
    record.weed(moth, HEAD, file, order=order_of(moth), order_number="1")
    settle(district)
    destroyed_everywhere(district)


def test_an_opinion_that_ends_after_its_file_was_weeded_is_weeded_then(district: District) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file, _, _ = worked_on(moth)
    (opinion,) = opinions.ask(moth, HEAD, file, posts=[THERE.post], question="<p>प्रश्न</p>")
    settle(district)
    put_away(moth, HEAD, file, district.clock)
    record.weed(moth, HEAD, file, order=order_of(moth), order_number="1")
    settle(district)
    verbs.receive(chirgaon, THERE, opinion)
    verbs.save_yellow(chirgaon, THERE, opinion, f"<p>{WORDS[1]}</p>", 0)
    opinions.answer(chirgaon, THERE, opinion)
    settle(district)
    verbs.receive(moth, HEAD, opinion)
    assert WORDS[1] in words_left(moth.db)
    opinions.drop(moth, HEAD, opinion, "पत्रावली की छँटाई हो चुकी")
    settle(district)
    destroyed_everywhere(district)
