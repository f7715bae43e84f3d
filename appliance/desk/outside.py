"""A file out on paper: printed for an office that has no Patravali, awaited, and back by scan."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from appliance.desk import reading, rights
from appliance.desk.acting import check_day, decide_for, finish, who_of, working_book
from appliance.desk.file_log import log_of
from appliance.desk.numbers import SLIP, next_in_series
from appliance.desk.opening import add_papers
from appliance.desk.papers import PaperIn
from appliance.desk.refused import Refused
from appliance.desk.values import Actor, InboxRow
from appliance.desk.writing import plain
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Verb

TO_CHARS, REMARKS_CHARS = 200, 1000


class Outing(msgspec.Struct, frozen=True):
    """One printed package: with whom, under which slip, why, until when."""

    to: str
    slip: str
    remarks: str
    due: str  # ISO or ""
    sent_ms: int
    sent_by: str  # employee
    sent_post: str


class OutRow(msgspec.Struct, frozen=True):
    """A file that is out, as the list shows it; `outing` None where the reader may not know."""

    row: InboxRow
    outing: Outing | None


def send_out(unit: Unit, actor: Actor, file: str, *, to: str, remarks: str = "", due: str = "") -> str:
    """The file leaves as a printed package under the next slip number, which is given back; the custodian stays.

    Raises Refused, no_addressee, addressee_long, due_in_past, yellow_unconfirmed.
    """
    who, said = plain(to), plain(remarks)
    if not who:
        raise Refused("no_addressee")
    if len(who) > TO_CHARS:
        raise Refused("addressee_long", limit=TO_CHARS)
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    check_day(unit, due)
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.OUT_PAPER, actor)
        if unit.db.row("SELECT 1 FROM yellow WHERE file=? AND post=? AND html<>''", file, actor.post):
            raise Refused("yellow_unconfirmed")
        slip = next_in_series(unit, actor, SLIP)
        finish(unit, book, book.write(file, ev.OutPaper(who, slip, said, due), who_of(actor)))
    return slip


def come_back(unit: Unit, actor: Actor, file: str, papers: Sequence[PaperIn], *, remarks: str = "") -> None:
    """The package is back: what was written on it joins the correspondence as scans.

    Raises Refused, nothing_back when there is neither a scan nor a word of what became of it.
    """
    said = plain(remarks)
    if len(said) > REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=REMARKS_CHARS)
    if not papers and not said:
        raise Refused("nothing_back")
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.BACK_PAPER, actor)
        add_papers(book, actor, file, papers, "returned")
        finish(unit, book, book.write(file, ev.BackPaper(said), who_of(actor)))


def outing(unit: Unit, actor: Actor, file: str) -> Outing | None:
    """The package that is out now; None of a file that is here. Raises Refused no_such_file, graded."""
    rights.require_read(unit, actor, file)
    return _outing(unit, file) if unit.db.value("SELECT standing FROM efile WHERE file=?", file) == "out" else None


def files_out(unit: Unit, actor: Actor, *, limit: int = 200) -> list[OutRow]:
    """All files of this office that are out, the one that is due first on top."""
    found = []
    for (file,) in unit.db.rows(
        "SELECT file FROM efile INDEXED BY efile_out WHERE standing='out' AND phase='held'"
        " ORDER BY due='', due, file LIMIT ?",
        limit,
    ):
        row = reading.row(unit, file)
        seen = rights.veil_row(unit, actor, row) if row is not None else None
        if seen is not None:
            found.append(OutRow(seen, None if seen.veiled else _outing(unit, file)))
    return found


def count_out(unit: Unit, post: str) -> int:
    """How many files of a post are out, for the rail."""
    found: int | None = unit.db.value(
        "SELECT count(*) FROM efile WHERE post=? AND phase='held' AND standing='out'", post
    )
    return found or 0


def _outing(unit: Unit, file: str) -> Outing | None:
    for _, header, body in reversed(log_of(unit, file)):
        if isinstance(body, ev.OutPaper):
            return Outing(
                body.to, body.slip, body.remarks, body.due, hlc_ms(header.hlc), header.employee, header.post
            )  # fmt: skip
    return None
