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
from appliance.reader import Reader, read_next, take_up
from appliance.store.papertext import MAX_TRIES
from appliance.store.unit import Unit
from commons.documents.held import Source, hold
from commons.documents.ocr import CannotRead
from commons.documents.reading import read_text
from commons.documents.values import PageText
from provisioning.demo import paper
from tests.support.district import TestClock, actor, open_unit, papers_of
from tests.support.paper import pdf
from tests.support.waiting import becomes

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


def test_every_paper_that_is_here_is_read_and_found(unit: Unit) -> None:
    attach(unit, LETTER)
    attach(unit, pdf(1))
    assert search(unit, CLERK, "estimate").hits == 0
    while read_next(unit):
        pass
    assert search(unit, CLERK, "estimate").hits == 1
    assert unit.db.rows("SELECT state, tries FROM paper_reading") == [("read", 1), ("read", 1)]


def test_a_paper_at_which_the_reader_dies_is_given_up_and_those_behind_it_are_read(unit: Unit) -> None:
    attach(unit, pdf(1, b"deadly"))
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


def _deadly(document: Source) -> list[PageText]:
    with hold(document) as held:
        content = b"".join(held.chunks())
    if b"deadly" in content:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_text(content)


def test_a_scan_waits_until_scans_can_be_read_here(unit: Unit) -> None:
    attach(unit, pdf(1))
    attach(unit, LETTER)

    def without_tesseract(document: Source) -> list[PageText]:
        with hold(document) as held:
            content = b"".join(held.chunks())
        if content == pdf(1):
            raise CannotRead("ocr_missing")
        return read_text(content)

    while read_next(unit, without_tesseract):
        pass
    assert sorted(unit.db.rows("SELECT state FROM paper_reading")) == [("put_off",), ("read",)]
    take_up(unit)
    while read_next(unit):
        pass
    assert unit.db.rows("SELECT DISTINCT state FROM paper_reading") == [("read",)]


def test_a_paper_whose_bytes_are_gone_holds_up_nobody(unit: Unit) -> None:
    attach(unit, pdf(2))
    unit.papers.delete(bytes(unit.db.value("SELECT sha256 FROM blob")))
    assert read_next(unit)
    assert not read_next(unit)


def test_the_thread_reads_and_ends_when_asked(unit: Unit) -> None:
    attach(unit, LETTER)
    reader = Reader(unit)
    reader.start()
    assert becomes(lambda: search(unit, CLERK, "estimate").hits == 1)
    reader.stop()
    reader.join(timeout=10)
    assert not reader.is_alive()
