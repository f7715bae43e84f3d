"""Papers are read by a process of its own, one after the other; what cannot be read costs nobody else anything."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.desk.search import search
from appliance.pdfwords import read_text
from appliance.reader import Reader, read_next
from appliance.store.papertext import MAX_TRIES, PageText
from appliance.store.unit import Unit
from provisioning.demo import paper
from tests.appliance.test_queue import within
from tests.support.district import TestClock, actor, open_unit, papers_of

CLERK = actor("moth.da1")
LETTER = paper.letter(to="खण्ड विकास अधिकारी", subject="Drain slope", paragraphs=("The estimate is enclosed.",), by="A")


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    opened = open_unit(tmp_path, "moth", papers_of(("moth", "chirgaon")), TestClock())
    yield opened
    opened.db.close()


def attach(unit: Unit, document: bytes) -> None:
    file = verbs.open_file(unit, CLERK, subject="x", section="moth.dev", language="hi")
    verbs.attach(unit, CLERK, file, name="a.pdf", media_type="", stream=io.BytesIO(document))


def test_a_pdf_gives_its_words_page_by_page() -> None:
    pages = read_text(LETTER)
    assert pages[0].page == 1
    assert "estimate" in pages[0].text
    assert pages[0].how == "text"


@pytest.mark.parametrize(
    "document", [b"", b"%PDF-", b"%PDF-1.4\n%%EOF", b"\xff\xd8\xff\xe0", LETTER[: len(LETTER) // 3]]
)
def test_what_is_no_pdf_or_broken_gives_no_words(document: bytes) -> None:
    assert read_text(document) == []


def test_every_paper_that_is_here_is_read_and_found(unit: Unit) -> None:
    attach(unit, LETTER)
    attach(unit, b"%PDF-1.4 broken")
    assert search(unit, CLERK, "estimate").hits == 0
    while read_next(unit):
        pass
    assert search(unit, CLERK, "estimate").hits == 1
    assert unit.db.rows("SELECT state, tries FROM paper_reading") == [("read", 1), ("read", 1)]


def test_a_paper_at_which_the_reader_dies_is_given_up_and_those_behind_it_are_read(unit: Unit) -> None:
    attach(unit, b"%PDF-1.4 deadly")
    attach(unit, LETTER)
    unit.db.close()
    for _ in range(MAX_TRIES + 3):
        child = os.fork()
        if child == 0:
            while read_next(unit, _deadly):
                pass
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    assert search(unit, CLERK, "estimate").hits == 1
    assert sorted(unit.db.rows("SELECT state FROM paper_reading")) == [("failed",), ("read",)]


def _deadly(document: bytes) -> list[PageText]:
    if b"deadly" in document:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_text(document)


def test_a_paper_whose_bytes_are_gone_holds_up_nobody(unit: Unit) -> None:
    attach(unit, b"%PDF-1.4 gone")
    unit.papers.delete(bytes(unit.db.value("SELECT sha256 FROM blob")))
    assert read_next(unit)
    assert not read_next(unit)


def test_the_thread_reads_and_ends_when_asked(unit: Unit) -> None:
    attach(unit, LETTER)
    reader = Reader(unit)
    reader.start()
    assert within(20, lambda: search(unit, CLERK, "estimate").hits == 1)
    reader.stop()
    reader.join(timeout=10)
    assert not reader.is_alive()
