"""The view of hand-overs that began at this node: how far each has come.

A stage only ever gives way to a later one, so the order in which news arrives does not matter.
"""

from __future__ import annotations

from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.efile import FileState
from protocol.words import EventId, Term

RANK = {
    "waiting": 0, "on_its_way": 1, "delivered": 2, "opened": 3, "taken_back": 4, "returned": 4, "moved_by_order": 4,
}  # fmt: skip
_RANK_SQL = "CASE stage " + " ".join(f"WHEN '{stage}' THEN {rank}" for stage, rank in RANK.items()) + " END"


def own(db: Database, file: str, event_id: EventId, header: ev.Header, body: ev.Body | None, before: FileState) -> None:
    """What one of our own events says of the hand-overs of its file. `before`: the file's state before it."""
    match body:
        case ev.Send():
            local = body.to_node == event_id.node
            db.run(
                "INSERT OR IGNORE INTO movement (event, file, life, number, from_post, to_post, to_node, remarks,"
                " sent_hlc, stage, stage_hlc, opened_by, opened_post, reason) VALUES (?,?,?,?,?,?,?,?,?,?,?,'','','')",
                str(event_id), file, *header.term, header.post, body.to_post, body.to_node, body.remarks, header.hlc,
                "delivered" if local else "waiting", header.hlc,
            )  # fmt: skip
        case ev.Withdraw() if before.sending is not None:
            _advance(db, before.sending.event, "taken_back", header.hlc)
        case ev.Draw() if before.sending is not None and before.standing in ("tray", "on_the_way"):
            _advance(db, before.sending.event, "moved_by_order", header.hlc, reason="pulled_up")
        case ev.Release() if before.sending is not None:
            stage = "moved_by_order" if body.cause else "on_its_way"
            waiting = "event=? AND to_node<>? AND release_seq IS NULL"
            db.run(
                f"UPDATE movement SET release_epoch=?, release_seq=? WHERE {waiting}",
                event_id.epoch, event_id.seq, before.sending.event, event_id.node,
            )  # fmt: skip
            if not body.cause or before.standing == "on_the_way":
                _advance(db, before.sending.event, stage, header.hlc)
        case ev.Receive() if before.sending is not None and before.standing == "tray":
            _advance(db, before.sending.event, "opened", header.hlc, header.employee, header.post)


def granted(db: Database, file: str, sent_term: Term, grant: ms.Grant, node: str) -> None:
    """A ruling of the district: what we sent in `sent_term` came back, or was moved by order."""
    if grant.holder == node and grant.cause in ("askback", "answer"):
        stage, reason = "taken_back", ""
    elif grant.holder == node and grant.cause == "undelivered":
        stage, reason = "returned", "no_such_destination"
    elif grant.cause in ("force", "pullup"):
        stage, reason = "moved_by_order", grant.cause
    else:
        return
    for (event,) in db.rows(
        "SELECT event FROM movement WHERE file=? AND life=? AND number=? AND to_node<>?", file, *sent_term, node
    ):
        _advance(db, event, stage, 0, reason=reason, below=RANK["opened"])


def told(db: Database, status: ms.Status) -> None:
    """News of a hand-over: delivered or opened."""
    for (event,) in db.rows(
        "SELECT event FROM movement WHERE file=? AND life=? AND number=? AND release_seq IS NOT NULL",
        status.file, status.life, status.number,
    ):  # fmt: skip
        _advance(db, event, status.stage, status.at_hlc, status.employee, status.post)


def refused(db: Database, item: ms.RefusedItem, asked_in: Term) -> None:
    """A request of ours was refused: why stands with the hand-over that it was about."""
    db.run(
        "UPDATE movement SET reason=?, opened_by=CASE WHEN ?<>'' THEN ? ELSE opened_by END "
        "WHERE file=? AND life=? AND number=? AND release_seq IS NOT NULL",
        item.why, item.employee, item.employee, item.file, *asked_in,
    )  # fmt: skip


def _advance(
    db: Database,
    event: str,
    stage: str,
    hlc: int,
    employee: str = "",
    post: str = "",
    *,
    reason: str = "",
    below: int = 9,
) -> None:
    if stage not in RANK:
        return
    db.run(
        "UPDATE movement SET stage=?, stage_hlc=?, opened_by=?, opened_post=?, "
        "reason=CASE WHEN ?<>'' THEN ? ELSE reason END "
        f"WHERE event=? AND {_RANK_SQL} < ? AND {_RANK_SQL} < ?",
        stage, hlc, employee, post, reason, reason, event, RANK[stage], below,
    )  # fmt: skip
