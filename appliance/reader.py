"""Reads the papers that are here, one after the other and after everything else, so that a search finds their words."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from appliance.pdfwords import read_text
from appliance.store import papertext
from appliance.store.papertext import PageText
from appliance.store.unit import Unit
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.room import DiskFull

log = logging.getLogger("patravali.reader")

LOOK_SECONDS = 5.0
Read = Callable[[bytes], list[PageText]]


def read_next(unit: Unit, read: Read = read_text) -> bool:
    """Reads one paper that waits for it; False when none does. What a killed reader had begun is begun again."""
    paper = papertext.next_wanted(unit.db)
    if paper is None:
        return False
    if not papertext.begin(unit.db, paper):
        log.warning("paper_given_up", extra={"paper": paper.hex()})
        return True
    try:
        reader = unit.papers.open(paper)
        try:
            document = b"".join(reader)
        finally:
            reader.close()
    except (PaperMissing, PaperDamaged):
        papertext.give_up(unit.db, paper)
        return True
    papertext.keep(unit.db, paper, read(document))
    return True


class Reader(threading.Thread):
    """Reads until stopped; the work itself is done by processes of the lowest priority."""

    def __init__(self, unit: Unit, read: Read = read_text) -> None:
        super().__init__(name="reader", daemon=True)
        self._unit = unit
        self._read = read
        self._ending = threading.Event()

    def stop(self) -> None:
        """Ends after the paper that is being read."""
        self._ending.set()

    def run(self) -> None:
        """Paper after paper, then a look every few seconds."""
        while not self._ending.is_set():
            if not self._one():
                self._ending.wait(LOOK_SECONDS)

    def _one(self) -> bool:
        try:
            return read_next(self._unit, self._read)
        except DiskFull:
            log.warning("reader_waits", extra={"code": "disk_full"})
        except Exception:
            log.exception("reader_failed")
        finally:
            if not self._unit.db.is_closed():
                self._unit.db.close()
        return False
