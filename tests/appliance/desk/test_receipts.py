"""Receipts at the desk: one diary number for one letter, its papers with it wherever it goes."""

from __future__ import annotations

import io
import threading
from datetime import datetime

import pytest

from appliance.desk import reading, receipt_lists, receipts, scans, verbs
from appliance.desk.days import INDIA
from appliance.desk.receipt_rules import LetterIn
from appliance.desk.refused import Refused
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from protocol import events as ev
from tests.support.district import TestClock, actor, make_district
from tests.support.line import DirectLine
from tests.support.scans import locked_pdf, pdf

DA, HEAD = actor("moth.da1"), actor("moth.head")
LETTER = LetterIn(title="हैंडपंप की मरम्मत", sender="ग्राम प्रधान, उदाहरणपुर", letter_no="12/2026")


def scan(unit: Unit, content: bytes, *, bulk: bool = False) -> scans.Scan:
    return scans.take_scan(unit, DA, "पत्र.pdf", "application/pdf", io.BytesIO(content), bulk=bulk)


def iso_today(clock: TestClock) -> str:
    return datetime.fromtimestamp(clock.ms / 1000, INDIA).date().isoformat()


def entry(unit: Unit, receipt: str) -> ev.Diarise:
    found = receipts.diary_entry(unit, receipt)
    assert found is not None
    return found


def test_a_letter_gets_the_next_number_of_the_office_and_its_scan(unit: Unit) -> None:
    kept = scan(unit, pdf("one", 2))
    first = receipts.diarise(unit, DA, LETTER, scan=kept.id)
    second = receipts.diarise(unit, DA, LETTER)
    numbers = [entry(unit, receipt).number for receipt in (first, second)]
    year = reading.today(unit).year
    assert numbers == [f"MOTH/D/{year}/000001", f"MOTH/D/{year}/000002"]
    page = reading.file_page(unit, DA, first)
    assert [(paper.pages, paper.first_page, paper.here) for paper in page.papers] == [(2, 1, True)]
    assert scans.scan_of(unit, DA, kept.id).receipt == first
    assert page.state == "desk"


def test_one_form_makes_one_entry_however_often_and_by_however_many_it_is_sent(unit: Unit) -> None:
    made: list[str] = []

    def press() -> None:
        made.append(receipts.diarise(unit, DA, LETTER, token="form-1"))
        unit.db.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert unit.db.value("SELECT count(*) FROM receipt") == 1
    assert receipts.diarise(unit, DA, LETTER, token="form-2") != made[0]


def test_a_scan_becomes_one_receipt_only(unit: Unit) -> None:
    kept = scan(unit, pdf("two"))
    first = receipts.diarise(unit, DA, LETTER, token="a", scan=kept.id)
    with pytest.raises(Refused) as raised:
        receipts.diarise(unit, DA, LETTER, token="b", scan=kept.id)
    assert (raised.value.code, raised.value.values["receipt"]) == ("scan_used", first)
    assert unit.db.value("SELECT count(*) FROM receipt") == 1


def test_another_posts_scan_is_not_there(unit: Unit) -> None:
    kept = scan(unit, pdf("mine"))
    with pytest.raises(Refused, match="no_such_scan"):
        receipts.diarise(unit, HEAD, LETTER, scan=kept.id)


def test_a_letter_of_tomorrow_is_refused_and_taken_when_the_clock_has_fallen_back(unit: Unit, clock: TestClock) -> None:
    tomorrow = datetime.fromtimestamp(clock.ms / 1000 + 86_400, INDIA).date().isoformat()
    letter = LetterIn(title="कल", sender="प्रधान", received=tomorrow)
    with pytest.raises(Refused, match="received_in_future"):
        receipts.diarise(unit, DA, letter)
    receipts.diarise(unit, DA, LETTER)
    clock.ms -= 3 * 86_400_000
    receipt = receipts.diarise(unit, DA, letter)
    assert not entry(unit, receipt).clock_ok
    clock.ms += 4 * 86_400_000
    assert entry(unit, receipts.diarise(unit, DA, letter)).clock_ok


def test_a_double_is_told_of_and_does_not_stand_in_the_way(unit: Unit) -> None:
    first = receipts.diarise(unit, DA, LETTER)
    again = receipts.diarise(unit, DA, LETTER)
    page = receipt_lists.receipt_page(unit, DA, again)
    assert page is not None
    assert [double.file for double in page.doubles] == [first]
    other = receipts.diarise(unit, DA, LetterIn(title="x", sender="कोई और", letter_no="12/2026"))
    page = receipt_lists.receipt_page(unit, DA, other)
    assert page is not None
    assert page.doubles == []


def test_a_copy_has_a_number_of_its_own_and_the_same_papers(unit: Unit) -> None:
    first = receipts.diarise(unit, DA, LETTER, scan=scan(unit, pdf("copied", 3)).id)
    made = receipts.copy_receipt(unit, HEAD, first, token="c")
    assert receipts.copy_receipt(unit, HEAD, first, token="c") == made
    assert entry(unit, made).copy_of == first
    assert entry(unit, made).number != entry(unit, first).number
    one, two = (reading.file_page(unit, HEAD, receipt).papers for receipt in (first, made))
    assert [(paper.sha256, paper.first_page) for paper in one] == [(paper.sha256, paper.first_page) for paper in two]
    page = receipt_lists.receipt_page(unit, HEAD, made)
    assert page is not None
    assert page.copy_of is not None
    assert page.copy_of.file == first
    assert page.doubles == []


def test_put_in_a_file_it_joins_the_correspondence_and_moves_no_more(unit: Unit) -> None:
    file = verbs.open_file(unit, DA, subject="हैंडपंप", section="moth.dev", language="hi")
    verbs.attach(unit, DA, file, name="a.pdf", media_type="", stream=io.BytesIO(pdf("before", 2)))
    receipt = receipts.diarise(unit, DA, LETTER, scan=scan(unit, pdf("letter", 3)).id)
    receipts.put_in_file(unit, DA, receipt, file)
    papers = reading.file_page(unit, DA, file).papers
    assert [(paper.first_page, paper.pages) for paper in papers] == [(1, 2), (3, 3)]
    assert reading.file_page(unit, DA, receipt).state == "filed"
    told = [body for _, _, body in reading_log(unit, file) if isinstance(body, ev.Enclose | ev.Attach)]
    assert isinstance(told[-2], ev.Enclose)
    assert (told[-2].receipt, told[-2].letter_no) == (receipt, "12/2026")
    assert isinstance(told[-1], ev.Attach)
    assert told[-1].from_subject == receipt
    with pytest.raises(Refused):
        receipts.put_in_file(unit, DA, receipt, file)
    with pytest.raises(Refused):
        verbs.send(unit, DA, receipt, to_post="moth.head", how="up")


def reading_log(unit: Unit, file: str) -> list[tuple[object, object, object]]:
    return [
        (node, seq, ev.decode_body(kind, bytes(body)))
        for node, seq, kind, body in unit.db.rows(
            "SELECT node, seq, kind, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
        )
    ]


def test_it_is_put_in_no_file_that_lies_elsewhere(unit: Unit) -> None:
    file = verbs.open_file(unit, HEAD, subject="साहब की पत्रावली", section="moth.dev", language="hi")
    receipt = receipts.diarise(unit, DA, LETTER)
    for wrong in (file, "moth.nothing", receipt):
        with pytest.raises(Refused, match="file_not_here"):
            receipts.put_in_file(unit, DA, receipt, wrong)
    assert reading.file_page(unit, DA, receipt).state == "desk"


def test_sent_received_returned_parked_closed_and_reopened_as_files_are(unit: Unit) -> None:
    receipt = receipts.diarise(unit, DA, LETTER)
    verbs.send(unit, DA, receipt, to_post="moth.head", how="up")
    verbs.pull_back(unit, DA, receipt)
    verbs.send(unit, DA, receipt, to_post="moth.head", how="up")
    verbs.receive(unit, HEAD, receipt)
    verbs.send(unit, HEAD, receipt, to_post="moth.da1", how="return", remarks="जाँच करें")
    verbs.receive(unit, DA, receipt)
    verbs.park(unit, DA, receipt, "उत्तर की प्रतीक्षा")
    verbs.reopen(unit, DA, receipt, "")
    verbs.close(unit, DA, receipt, "निस्तारित")
    assert receipt_lists.receipts(unit, DA, "open") == []
    verbs.reopen(unit, DA, receipt, "")
    assert [row.file for row in receipt_lists.receipts(unit, DA, "open")] == [receipt]


def test_lists_find_by_number_sender_letter_number_and_subject(unit: Unit, clock: TestClock) -> None:
    receipt = receipts.diarise(unit, DA, LETTER)
    receipts.diarise(unit, DA, LetterIn(title="सड़क", sender="अन्य", letter_no="7%_x", received="2026-01-05"))
    for words in ("MOTH/D", "प्रधान", "12/2026", "हैंडपंप", "मरम्मत प्रधान"):
        assert receipt in [row.file for row in receipt_lists.receipts(unit, DA, "all", words)], words
    assert receipt not in [row.file for row in receipt_lists.receipts(unit, DA, "all", "7%_x")]
    assert receipt_lists.receipts(unit, DA, "all", "%") != receipt_lists.receipts(unit, DA, "all", "")
    assert [row.received for row in receipt_lists.receipts(unit, DA, "today")] == [iso_today(clock)]


def test_a_graded_receipt_is_seen_by_its_chain_only(unit: Unit) -> None:
    receipt = receipts.diarise(unit, DA, LetterIn(title="गोपनीय", sender="x", grading="confidential", letter_no="9"))
    other = actor("moth.da2")
    assert receipt_lists.receipts(unit, other, "all") == []
    with pytest.raises(Refused, match="graded"):
        receipt_lists.receipt_page(unit, other, receipt)
    with pytest.raises(Refused, match="graded"):
        receipts.copy_receipt(unit, other, receipt)
    verbs.send(unit, DA, receipt, to_post="moth.da2", how="down")
    assert [row.file for row in receipt_lists.receipts(unit, other, "all")] == [receipt]
    assert receipt_lists.senders(unit) == []


def test_what_was_diarised_is_there_after_a_rebuild_of_the_views(unit: Unit, clock: TestClock) -> None:
    file = verbs.open_file(unit, DA, subject="हैंडपंप", section="moth.dev", language="hi")
    receipt = receipts.diarise(unit, DA, LETTER, scan=scan(unit, pdf("kept")).id)
    receipts.put_in_file(unit, DA, receipt, file)
    before = receipt_lists.receipts(unit, DA, "all")
    waiting = scan(unit, pdf("waiting"), bulk=True)
    rebuild(unit.db, clock.ms)
    assert receipt_lists.receipts(unit, DA, "all") == before
    assert [one.id for one in scans.waiting(unit, "moth.da1")] == [waiting.id]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "paper_empty"), (b"MZ\x90\x00 program", "paper_not_pdf"), (locked_pdf(), "paper_locked")],
)
def test_a_scan_that_is_none_is_refused_and_leaves_nothing(unit: Unit, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as raised:
        scan(unit, content, bulk=True)
    assert raised.value.code == code
    assert scans.waiting(unit, "moth.da1") == []


def test_scans_wait_in_their_turn_for_their_post_until_thrown_away(unit: Unit) -> None:
    kept = [scan(unit, pdf(str(number)), bulk=True) for number in range(3)]
    assert [one.id for one in scans.waiting(unit, "moth.da1")] == [one.id for one in kept]
    assert scans.waiting(unit, "moth.head") == []
    scans.skip_scan(unit, DA, kept[0].id)
    assert [one.id for one in scans.waiting(unit, "moth.da1")] == [kept[1].id, kept[2].id, kept[0].id]
    with pytest.raises(Refused, match="no_such_scan"):
        scans.throw_away(unit, HEAD, kept[1].id)
    scans.throw_away(unit, DA, kept[1].id)
    assert not unit.papers.has(kept[1].sha256)
    assert scans.count_waiting(unit, "moth.da1") == 2


def test_throwing_a_scan_away_keeps_a_paper_that_a_receipt_has_too(unit: Unit) -> None:
    content = pdf("same bytes")
    receipts.diarise(unit, DA, LETTER, scan=scan(unit, content).id)
    twin = scan(unit, content, bulk=True)
    scans.throw_away(unit, DA, twin.id)
    assert unit.papers.has(twin.sha256)


def test_a_letter_of_another_office_is_diarised_where_it_arrives(tmp_path_factory: pytest.TempPathFactory) -> None:
    district = make_district(tmp_path_factory.mktemp("district"))
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    letter = issue_letter(moth)
    verbs.send(moth, DA, letter, to_post="chirgaon.head", how="up")
    for unit in (moth, chirgaon):
        from appliance.link.carry import exchange_all

        line = DirectLine(district.hub, unit.node)
        exchange_all(unit, line, line)
    head = actor("chirgaon.head")
    verbs.receive(chirgaon, head, letter)
    page = receipt_lists.receipt_page(chirgaon, head, letter)
    assert page is not None
    assert page.letter is not None
    assert page.entry is None
    with pytest.raises(Refused):
        receipts.put_in_file(chirgaon, head, letter, letter)
    made = receipts.diarise(
        chirgaon, head, LetterIn(title="पत्र", sender="मोंठ", mode="office", letter_no="M/I/1"), arrived=letter
    )
    assert made == letter
    assert entry(chirgaon, letter).number.startswith("CHIRGAON/D/")
    assert [row.file for row in receipt_lists.receipts(chirgaon, head, "open")] == [letter]
    with pytest.raises(Refused):
        receipts.diarise(chirgaon, head, LetterIn(title="पत्र", sender="मोंठ"), arrived=letter)
    district.close()


def issue_letter(unit: Unit) -> str:
    from appliance.desk.acting import finish, who_of, working_book

    with unit.db.writing():
        book = working_book(unit)
        body = ev.Letter("MOTH/I/2026/000001", "सूचना भेजें", "खण्ड विकास अधिकारी, मोंठ", "2026-11-18")
        return str(finish(unit, book, book.write(None, body, who_of(DA))))
