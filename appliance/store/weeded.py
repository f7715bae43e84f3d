"""The view of what was weeded: by which order, where, when. From then on nothing of what an order destroys is shown.

A row comes from the subject's own log, or, where this node has only an older copy of that, from the district's word.
"""

from __future__ import annotations

from typing import NamedTuple

from appliance.store import index
from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.words import EventId

VIEWS = ("weeded",)


class WeededRow(NamedTuple):
    """A weeded subject. `event` is empty where the log here does not have it; `paper` is the order's SHA-256."""

    file: str
    event: str
    paper: bytes
    number: str
    remarks: str
    node: str
    post: str
    employee: str
    hlc: int


def read(db: Database, file: str) -> WeededRow | None:
    """How a subject was weeded; None for one that was not."""
    row = db.row("SELECT file, event, paper, number, remarks, node, post, employee, hlc FROM weeded WHERE file=?", file)
    return None if row is None else WeededRow(row[0], row[1], bytes(row[2]), *row[3:])


def forget(db: Database, file: str) -> None:
    """Before a subject's log is folded again; what only the district said stays."""
    db.run("DELETE FROM weeded WHERE file=? AND event<>''", file)


def keep(db: Database, event_id: EventId, file: str, header: ev.Header, body: ev.Body | None) -> None:
    """One event has joined a log."""
    if isinstance(body, ev.Weed):
        _keep(
            db,
            WeededRow(
                file, str(event_id), body.order, body.order_number, body.remarks, event_id.node, header.post,
                header.employee, header.hlc,
            ),
        )  # fmt: skip


def told(db: Database, item: ms.Weeded) -> None:
    """The district's word about a subject that this node does not hold."""
    _keep(db, WeededRow(item.file, "", item.order, item.order_number, "", item.node, "", "", item.at_hlc))
    index.hide(db, item.file, item.order)


def _keep(db: Database, row: WeededRow) -> None:
    db.run(
        "INSERT OR REPLACE INTO weeded (file, event, paper, number, remarks, node, post, employee, hlc)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        *row,
    )
    db.run("DELETE FROM paper WHERE file=? AND sha256<>?", row.file, row.paper)
