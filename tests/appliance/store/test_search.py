"""What is found, by whom, and that the view follows from the journal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.store import index, papertext
from appliance.store.book import Book, Who
from appliance.store.index import document_number, first_number_at
from appliance.store.rebuild import rebuild
from appliance.store.search import Filters, find
from appliance.store.unit import Unit
from commons.documents.values import PageText
from protocol import events as ev
from protocol.words import EventId
from tests.support.district import START_MS, TestClock, actor, open_unit, papers_of

CLERK, HEAD, OTHER = actor("moth.da1"), actor("moth.head"), actor("moth.da2")
ALL = frozenset({"moth.da1", "moth.head", "moth.da2"})
PAPER = b"s" * 32


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def unit(tmp_path: Path, clock: TestClock) -> Iterator[Unit]:
    opened = open_unit(tmp_path, "moth", papers_of(("moth", "chirgaon")), clock)
    yield opened
    opened.db.close()


def write(unit: Unit, subject: str | None, body: ev.Body, post: str = "moth.da1") -> str:
    """One event through the journal, as verbs do; its id."""
    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        event = str(book.write(subject, body, Who(post, "001", 1)))
        book.flush()
    return event


def open_file(unit: Unit, title: str, grading: str = "normal", number: str = "मोठ/विकास/2026/00007") -> str:
    return write(unit, None, ev.Open(number, title, "moth.dev", grading=grading))


def note(unit: Unit, file: str, html: str, post: str = "moth.da1") -> str:
    return write(unit, file, ev.Note(1, 1, html), post)


def paper(unit: Unit, file: str, sha256: bytes = PAPER, name: str = "scan.pdf") -> str:
    return write(unit, file, ev.Attach(sha256, 10, name, "application/pdf", 3, 1))


def kinds(unit: Unit, query: str, posts: frozenset[str] = ALL, **filters: object) -> list[str]:
    return [hit.kind for hit in find(unit.db, query, readable=posts, filters=Filters(**filters)).hits]  # type: ignore[arg-type] # names of fields


def instances(unit: Unit) -> list[tuple[object, ...]]:
    """All that is in the full-text index, word by word."""
    unit.db.run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.said USING fts5vocab(main, found, 'instance')")
    return sorted(unit.db.rows("SELECT term, doc, col, offset FROM temp.said"))


# -------------------------------------------------------------------- what is found
def test_everything_that_was_written_is_found_newest_first(unit: Unit, clock: TestClock) -> None:
    file = open_file(unit, "ज़िला पंचायत की जाँच")
    for body in (
        ev.Note(1, 1, "<p>जिला स्तर से</p>"),
        ev.Attach(PAPER, 10, "जिला-पत्र.pdf", "application/pdf", 1, 1),
        ev.Draft(1, 1, "<p>ज़िलाधिकारी महोदय</p>"),
        ev.Send("moth.head", "moth", remarks="जिला का पत्र"),
    ):
        clock.ms += 1000
        write(unit, file, body)
    assert kinds(unit, "जिला") == ["remark", "draft", "paper", "note", "file"]
    assert kinds(unit, "जिला ") == kinds(unit, "ज़िला")
    assert kinds(unit, '"जिला"') == ["remark", "paper", "note", "file"]
    assert kinds(unit, "जेल") == []


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("हिंदी", 1),
        ("हिन्दी", 1),
        ("12", 1),
        ("१२", 1),
        ("पत्रावली", 1),
        ("पत्राव", 1),
        ("पत्र", 1),  # the beginning of पत्रावली
        ('"पत्र"', 0),
        ("रावली", 0),
        ("जेल", 0),
        ("हिन्दी पत्रावली", 1),
        ("हिन्दी अंग्रेज़ी", 0),
        ('"हिन्दी पत्रावली"', 1),
        ('"पत्रावली हिन्दी"', 0),
        ("मोठ/विकास/2026/7", 1),
        ("मोठ/विकास/2026/00007", 1),
        ("मोंठ/विकास/2026/7", 0),
        ("विकास/2026", 1),
        ("2026/विकास", 0),
    ],
)
def test_words_are_found_in_any_spelling_and_only_whole(unit: Unit, query: str, hits: int) -> None:
    open_file(unit, "हिन्दी पत्रावली १२")
    assert len(kinds(unit, query)) == hits


def test_a_word_with_bold_letters_is_one_word_and_cells_are_several(unit: Unit) -> None:
    file = open_file(unit, "x")
    note(unit, file, "<p>निरी<b>क्षण</b></p><table><tr><td>खड़ंजा</td><td>नाली</td></tr></table>&lt;b&gt; R&amp;D")
    assert kinds(unit, "निरीक्षण") == ["note"]
    assert kinds(unit, '"खड़ंजा नाली"') == ["note"]
    assert kinds(unit, "खड़ंजानाली") == []
    assert kinds(unit, "table") == kinds(unit, "td") == []


@pytest.mark.parametrize(
    "query",
    [
        '"', '""', "'", "*", "^", "-", "+", ":", "(", ")", "{body}", "marks : open", "body:x", "NEAR(", "AND", "OR",
        "NOT", "a NEAR b", "x*", "^x", '"x" *', "😀", "\x00", "a\x00b", "; DROP TABLE doc", "\u200d", "\ud800", "%",
        "_", "\\", "क" * 10_000, "क " * 5_000, '"' * 10_000, "\u0301" * 500,
    ],
)  # fmt: skip
def test_no_question_breaks_the_index_or_says_more_than_its_words(unit: Unit, query: str) -> None:
    open_file(unit, "हिन्दी", "secret")
    assert kinds(unit, query, frozenset({"moth.da2"})) == []
    assert kinds(unit, "", kind=query) == []
    assert kinds(unit, "", sender=query, kind="file") in ([], ["file"])


def test_marks_of_the_index_are_no_words(unit: Unit) -> None:
    open_file(unit, "हिन्दी")
    assert kinds(unit, "open") == kinds(unit, "kfile") == []


# -------------------------------------------------------------------- filters and pages
def test_filters(unit: Unit, clock: TestClock) -> None:
    first = open_file(unit, "नाली निर्माण", number="मोठ/1")
    clock.ms += 86_400_000
    second = open_file(unit, "नाली सफ़ाई", number="मोठ/2")
    note(unit, first, "<p>नाली</p>")
    write(unit, None, ev.Diarise("डाक/9", "नाली", "ग्राम प्रधान हरितपुर", "hand"))
    assert sorted(kinds(unit, "नाली")) == ["file", "file", "note", "receipt"]
    assert kinds(unit, "नाली", kind="note") == ["note"]
    assert kinds(unit, "नाली", sender="हरितपुर") == ["receipt"]
    assert kinds(unit, "", sender="हरित", kind="receipt") == ["receipt"]
    assert kinds(unit, "हरितपुर") == ["receipt"]
    assert kinds(unit, "नाली", number="मोठ/2") == ["file"]
    assert kinds(unit, "नाली", until_ms=START_MS + 86_400_000) == ["file"]
    assert len(kinds(unit, "नाली", from_ms=START_MS + 86_400_000)) == 3
    assert kinds(unit, "नाली", from_ms=START_MS + 1, until_ms=START_MS + 2) == []
    verbs.send(unit, CLERK, second, to_post="moth.head", how="up")
    assert kinds(unit, "नाली", holder="moth.head") == ["file"]
    assert sorted(kinds(unit, "", holder="moth.da1", kind="file")) == ["file"]
    assert kinds(unit, "") == []


def test_pages_go_on_without_a_gap_or_a_hit_twice(unit: Unit, clock: TestClock) -> None:
    for n in range(25):
        clock.ms += n % 3
        open_file(unit, f"नाली {n}")
    seen, before = [], None
    while True:
        found = find(unit.db, "नाली", readable=ALL, before=before, limit=10)
        seen += [hit.title for hit in found.hits]
        before = found.before
        if before is None:
            break
    assert seen == [f"नाली {n}" for n in reversed(range(25))]


def test_numbers_grow_with_time_whatever_the_clock_says() -> None:
    hlc = START_MS << 16
    assert document_number(hlc, "a") < document_number(hlc | 1, "b") < document_number(hlc + (1 << 16), "c")
    assert first_number_at(START_MS) <= document_number(hlc, "a") < first_number_at(START_MS + 1)
    for absurd in (0, 5, (1 << 62) - 1):
        assert 0 <= document_number(absurd, "moth") < 1 << 63


def test_two_events_of_one_number_are_both_found(unit: Unit) -> None:
    header = ev.Header(1, "open", 0, 0, 0, 1 << 62, "moth.da1", "001", 1)
    events = [EventId("moth", bytes(8), n) for n in range(1, 4000)]
    numbers: dict[int, EventId] = {}
    pair = next(
        (numbers[number], event)
        for event in events
        for number in [document_number(header.hlc, str(event))]
        if numbers.setdefault(number, event) != event
    )
    for event in pair:
        index.enter(unit.db, str(event), event, header, ev.Open(str(event), "नाली"))
    assert {hit.event for hit in find(unit.db, "नाली", readable=ALL).hits} == set(map(str, pair))


# -------------------------------------------------------------------- rights
@pytest.mark.parametrize("grading", ["confidential", "secret"])
def test_a_graded_file_is_found_by_its_chain_alone(unit: Unit, grading: str) -> None:
    open_file(unit, "नाली साधारण", number="मोठ/1")
    file = open_file(unit, "नाली शिकायत", grading, number="मोठ/2")
    note(unit, file, "<p>नाली जाँच</p>")
    chain, stranger = frozenset({"moth.da1"}), frozenset({"moth.head"})
    assert sorted(kinds(unit, "नाली", chain)) == ["file", "file", "note"]
    for query in ("नाली", "शिकायत", "मोठ/2", "जाँच"):
        found = find(unit.db, query, readable=stranger, limit=1)
        assert all(hit.grading == "normal" for hit in found.hits)
        assert found.before is None
    assert kinds(unit, "", stranger, kind="note") == []
    assert kinds(unit, "", stranger, holder="moth.da1") == ["file"]
    verbs.send(unit, CLERK, file, to_post="moth.head", how="up", remarks="नाली")
    assert sorted(kinds(unit, "नाली", stranger)) == ["file", "file", "note", "remark"]
    assert kinds(unit, "नाली", frozenset({"moth.da2"})) == ["file"]
    assert kinds(unit, "नाली", frozenset()) == ["file"]


def test_a_post_whose_name_begins_like_anothers_does_not_find_its_files(unit: Unit) -> None:
    open_file(unit, "नाली", "secret")
    assert kinds(unit, "नाली", frozenset({"moth.da", "moth", "open", "moth.da1x"})) == []


# -------------------------------------------------------------------- papers
def test_the_text_of_a_paper_is_found_once_it_was_read(unit: Unit) -> None:
    file, secret = open_file(unit, "x"), open_file(unit, "y", "secret")
    paper(unit, file)
    paper(unit, secret)
    assert kinds(unit, "प्राक्कलन") == []
    papertext.keep(unit.db, PAPER, [PageText(1, "पहला पृष्ठ", "pdf"), PageText(2, "प्राक्कलन की प्रति", "ocr")])
    assert kinds(unit, "प्राक्कलन पहला") == ["paper", "paper"]
    assert kinds(unit, "प्राक्कलन", frozenset({"moth.da2"})) == ["paper"]
    third = open_file(unit, "z")
    paper(unit, third)
    assert len(kinds(unit, "प्राक्कलन")) == 3
    papertext.keep(unit.db, PAPER, [PageText(1, "दूसरा पाठ", "ocr")])
    assert kinds(unit, "प्राक्कलन") == []
    assert len(kinds(unit, "दूसरा")) == 3


def test_a_paper_waits_to_be_read_from_the_moment_it_is_here(unit: Unit) -> None:
    paper(unit, open_file(unit, "x"))
    assert papertext.next_wanted(unit.db) is None
    unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", PAPER)
    for _ in range(papertext.MAX_TRIES):
        assert papertext.next_wanted(unit.db) == PAPER
        assert papertext.begin(unit.db, PAPER)
    assert not papertext.begin(unit.db, PAPER)
    assert papertext.next_wanted(unit.db) is None
    unit.db.run("UPDATE blob SET here=0 WHERE sha256=?", PAPER)
    unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", PAPER)
    assert papertext.next_wanted(unit.db) == PAPER, "its bytes came anew"
    papertext.keep(unit.db, PAPER, [])
    unit.db.run("UPDATE blob SET here=0 WHERE sha256=?", PAPER)
    unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", PAPER)
    assert papertext.next_wanted(unit.db) is None


# -------------------------------------------------------------------- the view is a function of the journal
def busy(unit: Unit, clock: TestClock, seed: int) -> None:
    source = random.Random(seed)
    files = [open_file(unit, f"नाली {n}", source.choice(("normal", "confidential", "secret"))) for n in range(6)]
    for n in range(60):
        clock.ms += source.randrange(3)
        file = source.choice(files)
        match source.randrange(4):
            case 0:
                note(unit, file, f"<p>टिप्पणी {n} नाली</p>", source.choice(sorted(ALL)))
            case 1:
                paper(unit, file, bytes([n]) * 32)
            case 2:
                papertext.keep(unit.db, bytes([source.randrange(60)]) * 32, [PageText(1, f"पाठ {n}", "pdf")])
            case _:
                write(unit, file, ev.Send(source.choice(sorted(ALL)), "moth", remarks=f"अभ्युक्ति {n}"))


@pytest.mark.parametrize("seed", range(4))
def test_the_index_rebuilt_is_the_index_that_grew_word_by_word(unit: Unit, clock: TestClock, seed: int) -> None:
    busy(unit, clock, seed)
    grown = instances(unit)
    assert len(grown) > 200
    rebuild(unit.db, clock.ms)
    assert instances(unit) == grown


def test_a_cut_log_leaves_nothing_behind(unit: Unit, clock: TestClock) -> None:
    busy(unit, clock, 1)
    file = unit.db.value("SELECT subject FROM doc WHERE kind='note' LIMIT 1")
    with unit.db.writing():
        book = Book(unit.db, clock.ms)
        row = book.file(file)
        assert row is not None
        book._cut_log(row, 1)
    assert unit.db.rows("SELECT kind FROM doc WHERE subject=?", file) == [("file",)]
    graded = unit.db.value("SELECT grading FROM doc_cover WHERE subject=?", file) != "normal"
    assert unit.db.rows("SELECT post FROM chain_post WHERE subject=?", file) == [("moth.da1",)] * graded
    ids = {row[0] for row in unit.db.rows("SELECT id FROM doc")}
    assert {row[1] for row in instances(unit)} == ids


def test_a_database_from_before_the_search_is_indexed_at_its_first_start(unit: Unit, clock: TestClock) -> None:
    busy(unit, clock, 2)
    unit.db.run("DELETE FROM paper_text")
    rebuild(unit.db, clock.ms)
    grown = instances(unit)
    unit.db.run("DROP TABLE temp.said")
    for table in ("found", "doc", "doc_cover", "chain_post", "paper_text", "paper_reading", "search_state"):
        unit.db.run(f"DROP TABLE {table}")
    unit.db.run("DROP TRIGGER blob_came")
    unit.db.run("DROP TRIGGER blob_made")
    unit.db.run("UPDATE blob SET here=1")
    papers = unit.db.value("SELECT count(*) FROM blob")
    unit.db.run("DELETE FROM schema_migration WHERE name LIKE '%search%'")
    folder = unit.folder.parent
    unit.db.close()
    again = open_unit(folder, "moth", papers_of(("moth", "chirgaon")), clock)
    assert instances(again) == grown
    assert again.db.value("SELECT count(*) FROM paper_reading WHERE state='wanted'") == papers > 0
    again.db.close()


def test_another_version_of_the_index_is_made_anew(unit: Unit, clock: TestClock) -> None:
    busy(unit, clock, 3)
    grown = instances(unit)
    unit.db.run("DELETE FROM doc")
    unit.db.run("UPDATE search_state SET version=0")
    index.bring_up_to_date(unit.db)
    assert instances(unit) == grown
