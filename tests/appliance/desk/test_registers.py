"""Registers against what a person reckons by hand from `tests.support.office_history.play`."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.desk import register_sums, registers, verbs
from appliance.desk.register_values import Asked, Figures, months
from appliance.desk.values import Actor
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from commons.web.showing import day
from protocol import events as ev
from tests.support.district import TestClock
from tests.support.office_history import History, play

HEAD, DA1, DA2 = Actor("000", "moth.head", 1), Actor("001", "moth.da1", 2), Actor("002", "moth.da2", 3)
ALL = Asked(state="all")
NOVEMBER = Asked(since="2026-11-01", until="2026-11-30")
DECEMBER = Asked(since="2026-12-01", until="2026-12-20")
MANY = 1000


@pytest.fixture
def told(unit: Unit, clock: TestClock) -> History:
    history = History(unit, clock, "moth.dev")
    play(history, HEAD, DA1, DA2, "chirgaon.head")
    return history


def numbers(found: object) -> list[str]:
    return [row.about.number for row in found.rows]  # type: ignore[attr-defined] # rows of any register


def test_the_diary_of_a_period(unit: Unit, told: History) -> None:
    assert numbers(registers.diary(unit, DA2, NOVEMBER, MANY)) == ["D/1"]
    found = registers.diary(unit, DA2, DECEMBER, MANY)
    assert sorted(numbers(found)) == ["D/2", "D/3", "D/4", "D/5"]
    [one] = registers.diary(unit, DA2, NOVEMBER, MANY).rows
    assert one.put_in_file == told.ids["f1"]
    assert one.done_ms
    assert numbers(registers.diary(unit, DA2, Asked(words="विधायक पत्र"), MANY)) == ["D/5"]
    assert registers.diary(unit, DA2, Asked(section="moth.none"), MANY).total == 0


@pytest.mark.usefixtures("told")
def test_pages_of_a_register_join_without_gap(unit: Unit) -> None:
    whole = numbers(registers.diary(unit, DA2, ALL, MANY))
    parts = [numbers(registers.diary(unit, DA2, ALL, 2, offset)) for offset in (0, 2, 4)]
    assert [number for part in parts for number in part] == whole
    assert registers.diary(unit, DA2, ALL, 2).total == len(whole) == 5


def test_the_file_register_hides_what_it_must(unit: Unit, told: History) -> None:
    rows = {row.about.file: row for row in registers.files(unit, DA2, ALL, MANY).rows}
    assert told.ids["f3"] not in rows
    veiled = rows[told.ids["f2"]]
    assert (veiled.about.title, veiled.about.readable, veiled.post) == ("", False, "moth.head")
    assert veiled.about.number
    assert registers.files(unit, DA2, ALL, MANY).total == 4
    assert registers.files(unit, HEAD, ALL, MANY).total == 5
    assert registers.files(unit, DA2, Asked(words="गोपन"), MANY).total == 0
    assert registers.files(unit, HEAD, Asked(words="गोपन"), MANY).total == 1
    assert rows[told.ids["f1"]].standing == "recorded"
    assert rows[told.ids["f5"]].standing == "out"


def test_the_movement_register(unit: Unit, told: History) -> None:
    found = registers.movements(unit, DA1, NOVEMBER, MANY)
    told_of = [(row.about.file, row.from_post, row.to_post) for row in found.rows]
    f1, f2 = told.ids["f1"], told.ids["f2"]
    up, down = (f1, "moth.da1", "moth.head"), (f1, "moth.head", "moth.da1")
    assert told_of == [(f2, "moth.da1", "moth.head"), down, up]
    first = found.rows[-1]
    assert [day(ms) for ms in (first.sent_ms, first.opened_ms, first.left_ms)] == [
        "18-11-2026",
        "20-11-2026",
        "23-11-2026",
    ]
    [line] = registers.movements(unit, DA2, DECEMBER, MANY).rows
    assert (line.about.file, line.to_post, line.opened_ms, line.left_ms) == (told.ids["f4"], "chirgaon.head", 0, 0)
    other = registers.movements(unit, DA2, Asked(words="गोपन"), MANY)
    assert other.rows == []
    [hidden] = [row for row in registers.movements(unit, DA2, NOVEMBER, MANY).rows if not row.about.readable]
    assert (hidden.from_post, hidden.to_post, hidden.about.title) == ("", "moth.head", "")


def test_a_hand_over_by_the_line_is_one_movement(unit: Unit, told: History) -> None:
    """The view has it twice: on the line, and on the desk after it."""
    unit.db.run(
        "INSERT INTO stay (file,n,kind,post,node,from_post,from_hlc,to_hlc,opened_hlc,how,due,sort)"
        " SELECT file,n+1,'desk',post,node,from_post,from_hlc+65536,NULL,from_hlc+131072,how,due,sort FROM stay"
        " WHERE file=? AND kind='line'",
        told.ids["f4"],
    )
    unit.db.run("UPDATE stay SET to_hlc=from_hlc+65536 WHERE file=? AND kind='line'", told.ids["f4"])
    [line] = registers.movements(unit, DA2, DECEMBER, MANY).rows
    assert line.opened_ms - line.sent_ms == 2


def test_the_issue_register(unit: Unit, told: History) -> None:
    [one] = registers.issued(unit, DA2, DECEMBER, MANY).rows
    assert (one.number, one.addressee, one.dispatched, one.about.file) == ("I/1", "विधायक", "", told.ids["f1"])
    assert registers.issued(unit, DA2, NOVEMBER, MANY).total == 0


@pytest.mark.usefixtures("told")
def test_pendency_by_age(unit: Unit) -> None:
    rows = {row.post: row for row in register_sums.pendency(unit, DA2, Asked())}
    assert rows["moth.da1"].counts == (0, 0, 0, 3, 0)
    assert rows["moth.da1"].overdue == 1
    assert rows["moth.head"].counts == (0, 0, 0, 1, 0)
    assert set(rows) == {"moth.da1", "moth.head"}
    assert next(iter(rows)) == "moth.da1"
    as_head = {row.post: row for row in register_sums.pendency(unit, HEAD, Asked())}
    assert as_head["moth.head"].counts == (0, 0, 0, 2, 0)


@pytest.mark.parametrize(
    ("age", "place"), [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (15, 2), (16, 3), (30, 3), (31, 4), (300, 4)]
)
def test_each_age_falls_into_one_bucket(unit: Unit, clock: TestClock, age: int, place: int) -> None:
    verbs.open_file(unit, DA1, subject="s", section="moth.dev", language="hi")
    clock.ms += age * 86_400_000
    [row] = register_sums.pendency(unit, DA2, Asked())
    assert [at for at, count in enumerate(row.counts) if count] == [place]
    assert registers.held(unit, DA2, Asked(bucket=str(place)), MANY).total == 1
    assert registers.held(unit, DA2, Asked(bucket=str((place + 1) % 5)), MANY).total == 0


@pytest.mark.usefixtures("told")
def test_held_agrees_with_pendency(unit: Unit) -> None:
    for row in register_sums.pendency(unit, DA2, Asked()):
        assert registers.held(unit, DA2, Asked(post=row.post), MANY).total == row.total
    assert numbers(registers.held(unit, DA1, Asked(post="moth.da1"), MANY))[0] == "D/2"
    [veiled] = registers.held(unit, DA2, Asked(post="moth.head"), MANY).rows
    assert (veiled.from_post, veiled.about.title) == ("", "")


def test_what_others_hold_of_mine(unit: Unit, told: History) -> None:
    [one] = registers.lent(unit, DA1, Asked(), MANY).rows
    assert (one.about.file, one.post, one.kind, one.about.title) == (told.ids["f2"], "moth.head", "desk", "गोपन विषय")
    [line] = registers.lent(unit, DA2, Asked(), MANY).rows
    assert (line.about.file, line.post, line.kind) == (told.ids["f4"], "chirgaon.head", "line")


@pytest.mark.usefixtures("told")
def test_disposal_by_hand(unit: Unit) -> None:
    rows = register_sums.disposal(unit, DA2, Asked(since="2026-11-01", until="2026-12-31"))
    found = {
        (row.month.month, row.post.partition(".")[2], row.sort): (row.opening, row.received, row.disposed, row.closing)
        for row in rows
    }
    assert found == {
        (11, "", "receipt"): (0, 1, 1, 0),
        (11, "", "file"): (0, 2, 0, 2),
        (11, "da1", "receipt"): (0, 1, 1, 0),
        (11, "da1", "file"): (0, 3, 2, 1),
        (11, "head", "file"): (0, 2, 1, 1),
        (12, "", "receipt"): (0, 4, 1, 3),
        (12, "", "file"): (2, 2, 1, 3),
        (12, "da1", "receipt"): (0, 4, 1, 3),
        (12, "da1", "file"): (1, 0, 1, 0),
        (12, "da2", "file"): (0, 2, 2, 0),
        (12, "head", "file"): (1, 0, 0, 1),
    }
    assert rows[0].month == date(2026, 12, 1)


@pytest.mark.usefixtures("told")
def test_the_balance_is_carried_from_month_to_month(unit: Unit) -> None:
    rows = register_sums.disposal(unit, HEAD, Asked(since="2026-10-01", until="2027-01-31"))
    for row in rows:
        after = [one for one in rows if (one.post, one.sort) == (row.post, row.sort) and one.month > row.month]
        if after:
            assert min(after, key=lambda one: one.month).opening == row.closing


def test_what_was_taken_back_unopened_never_came(unit: Unit) -> None:
    file = verbs.open_file(unit, DA1, subject="s", section="moth.dev", language="hi")
    verbs.send(unit, DA1, file, to_post="moth.head", how="up")
    verbs.pull_back(unit, DA1, file)
    rows = register_sums.disposal(unit, DA2, Asked())
    assert {row.post for row in rows} == {"", "moth.da1"}


@pytest.mark.parametrize(("kind", "number"), [("rti", "D/2"), ("court", "D/3"), ("grievance", "D/4")])
@pytest.mark.usefixtures("told")
def test_special_receipts_wait(unit: Unit, kind: str, number: str) -> None:
    assert numbers(registers.special(unit, DA2, kind, Asked(), MANY)) == [number]


def test_a_special_receipt_in_a_file_waits_for_its_answer(unit: Unit, told: History) -> None:
    assert registers.special(unit, DA2, "vip", Asked(), MANY).total == 0
    [one] = registers.special(unit, DA2, "vip", Asked(state="settled"), MANY).rows
    assert one.settled_ms
    told.file("f6", DA1, "न्यायालय")
    told.put("r3", "f6", DA1)
    told.send("f6", DA1, "moth.head")
    [waiting] = registers.special(unit, DA2, "court", Asked(), MANY).rows
    assert (waiting.post, waiting.settled_ms) == ("moth.head", 0)
    verbs.receive(unit, HEAD, told.ids["f6"])
    verbs.close(unit, HEAD, told.ids["f6"], "")
    assert registers.special(unit, DA2, "court", Asked(), MANY).total == 0


def test_a_receipt_in_a_secret_file_does_not_tell_of_it(unit: Unit, told: History) -> None:
    told.file("f7", DA1, "गुप्त", "secret")
    told.put("r3", "f7", DA1)
    [one] = registers.special(unit, DA2, "court", Asked(), MANY).rows
    assert one.put_in == ""
    [same] = registers.diary(unit, DA2, Asked(words="D/3"), MANY).rows
    assert (same.put_in, same.put_in_file) == ("", "")
    [mine] = registers.diary(unit, DA1, Asked(words="D/3"), MANY).rows
    assert mine.put_in_file == told.ids["f7"]


def test_worst_first_and_a_copy_does_not_count(unit: Unit, told: History) -> None:
    told.receipt("r6", DA1, "D/6", "दूसरी", type="court", due="2026-12-03")
    told.receipt("r7", DA1, "D/7", "तीसरी", type="court")
    told.receipt("r8", DA1, "D/8", "प्रति", type="court", due="2026-11-01", copy_of=told.ids["r6"])
    assert numbers(registers.special(unit, DA2, "court", Asked(), MANY)) == ["D/6", "D/3", "D/7"]


def test_out_on_paper_and_due_for_review(unit: Unit, told: History) -> None:
    [out] = registers.out_on_paper(unit, DA1, Asked(), MANY).rows
    assert (out.about.file, out.to, out.slip, out.due) == (told.ids["f5"], "तहसील", "S/1", "2026-12-15")
    [review] = registers.reviews(unit, DA1, Asked(until="2026-12-31"), MANY).rows
    assert (review.about.file, review.review, review.retention) == (told.ids["f1"], "2026-12-31", "C")
    assert registers.reviews(unit, DA1, Asked(until="2026-12-30"), MANY).total == 0
    told.write(told.ids["f5"], ev.BackPaper(), DA2)
    assert registers.out_on_paper(unit, DA1, Asked(), MANY).total == 0


@pytest.mark.usefixtures("told")
def test_the_figures_of_the_index(unit: Unit) -> None:
    assert register_sums.figures(unit, DA1) == {
        "court": Figures(1, 1), "rti": Figures(1), "vip": Figures(0), "grievance": Figures(1),
        "pendency": Figures(4, 1), "held": Figures(3, 1), "out": Figures(1, 1), "review": Figures(0),
    }  # fmt: skip


@pytest.mark.usefixtures("told")
def test_registers_are_the_same_after_a_rebuild(unit: Unit) -> None:
    asked = Asked(since="2026-11-01", until="2026-12-31")
    before = (register_sums.disposal(unit, HEAD, asked), registers.movements(unit, HEAD, asked, MANY))
    rebuild(unit.db, unit.clock.now_ms())
    assert (register_sums.disposal(unit, HEAD, asked), registers.movements(unit, HEAD, asked, MANY)) == before


@pytest.mark.usefixtures("told")
def test_no_register_reads_the_journal_or_all_subjects(unit: Unit) -> None:
    """Each question of each register, as the database plans it: by an index, or through the register's own table."""
    asked_for = list[str]()
    unit.db.connection().set_trace_callback(asked_for.append)
    busy = Asked(since="2026-11-01", until="2026-12-31", post="moth.da1", words="x", section="moth.dev")
    for one in (Asked(), DECEMBER, busy, ALL):
        for read in (registers.diary, registers.files, registers.movements, registers.issued, registers.held,
                     registers.lent, registers.out_on_paper, registers.reviews):  # fmt: skip
            read(unit, DA1, one, 100)
        registers.special(unit, DA1, "rti", one, 100)
        register_sums.pendency(unit, DA1, one)
        register_sums.disposal(unit, DA1, one)
    register_sums.figures(unit, DA1)
    unit.db.connection().set_trace_callback(None)
    plans = [(sql, step) for sql in asked_for if sql.startswith(("SELECT", "WITH"))
             for *_, step in unit.db.rows("EXPLAIN QUERY PLAN " + sql)]  # fmt: skip
    assert len(plans) > 100
    whole = ("SCAN event", "SCAN efile", "SCAN paper", "SCAN item")
    assert [(sql, step) for sql, step in plans if step.startswith(whole) and "efile_secret" not in step] == []
    joins = [(sql, step) for sql, step in plans if step.startswith("SCAN ") and "lay" in sql and " t" in step]
    assert joins == []


def test_months_of_a_period() -> None:
    assert months(date(2026, 11, 30), date(2027, 1, 1)) == [date(2027, 1, 1), date(2026, 12, 1), date(2026, 11, 1)]
    assert len(months(date(2000, 1, 1), date(2026, 1, 31))) == 24
