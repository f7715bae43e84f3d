"""The hub was restored from a copy: a new life, reports from all nodes, then work (custody section 6)."""

from __future__ import annotations

from central.hub import decisions, heard
from central.hub import rule as rules
from central.hub.ingest import NodeRow, decode, journal_hash, known_events, stream_hash
from central.hub.ledger import Ledger
from central.hub.rows import FILE_COLUMNS, read_row
from central.hub.rule import CustodyRow
from central.hub.stated import Stated
from protocol import messages as ms
from protocol.journal import hash_event_id
from protocol.words import ORIGIN, ZERO_HASH, EventId, next_term


def begin(ledger: Ledger, alarm: str, above: int = 0) -> None:
    """A new life, higher than any that is known; from now on the hub takes reports only (rule 6.2)."""
    hub = ledger.hub
    hub.life = max(ledger.now_ms // 1000, hub.life + 1, above + 1)
    hub.epoch, hub.head_seq, hub.head_hash = hub.life.to_bytes(8, "big"), 0, ZERO_HASH
    hub.recovering = True
    hub.alarm = alarm
    ledger.db.run(
        "UPDATE hub SET life=?, recovering=1, epoch=?, head_seq=0, head_hash=?, alarm=?",
        hub.life, hub.epoch, hub.head_hash, alarm,
    )  # fmt: skip
    ledger.db.run("UPDATE node SET reported=NULL")
    ledger.db.run("DELETE FROM backlog")
    end_if_all_reported(ledger)


def excuse(ledger: Ledger, node: str) -> None:
    """A person states that this node has never worked (it was not set up yet): the hub does not wait for it."""
    ledger.db.run("UPDATE node SET reported=0 WHERE code=? AND reported IS NULL", node)
    ledger.forget_nodes()
    end_if_all_reported(ledger)


def end_if_all_reported(ledger: Ledger) -> None:
    """Waits for every node of an open office, also for those that the copy has not met: they may hold files by now."""
    waits = ledger.db.value("SELECT count(*) FROM node WHERE reported IS NULL AND (expected=1 OR epoch IS NOT NULL)")
    if ledger.hub.recovering and not waits:
        end(ledger)


def notice(ledger: Ledger, node: NodeRow, *, whole: bool = False) -> ms.Notice:
    """Tells a node of the new life and what the copy has of it; `whole`: nothing of its stream, so it tells it all."""
    length, stand = (0, ZERO_HASH) if whole else (node.offered, bytes(node.offered_hash))
    epochs = tuple(
        (bytes(epoch), node.head_seq if closed is None else closed)
        for epoch, closed in ledger.db.rows(
            "SELECT epoch, closed_seq FROM epoch WHERE node=? ORDER BY ordinal", node.code
        )
    )
    return ms.Notice(ledger.hub.node, node.code, ledger.hub.life, length, stand, epochs, ledger.now_ms)


def is_forgotten(ledger: Ledger, said: Stated, node: NodeRow) -> bool:
    """Whether the hub does not remember what it said in its own life."""
    if said.life != ledger.hub.life:
        return False
    if stream_hash(ledger, node.code, said.n) != said.stream:
        return True
    if not any(said.epoch):
        return False
    if not ledger.db.row("SELECT 1 FROM epoch WHERE node=? AND epoch=?", node.code, said.epoch):
        return True
    return bool(said.seq) and journal_hash(ledger, node.code, said.epoch, said.seq) != said.journal


def end(ledger: Ledger) -> None:
    """Rule 6.5: all have reported. Whoever had a file and lacks its last grant gets it; then the hub works."""
    ledger.flush()
    ledger.hub.recovering = False
    ledger.forget_nodes()
    ledger.db.run("UPDATE hub SET recovering=0")
    for found in ledger.db.rows(f"SELECT {FILE_COLUMNS} FROM efile WHERE (life, number) <> (?, ?)", *ORIGIN):
        row = ledger.adopt(read_row(found))
        tell_all(ledger, row)
    decisions.tell_again(ledger)
    rule_backlog(ledger)
    ledger.flush()


def rule_backlog(ledger: Ledger) -> None:
    """Events of epochs that were opened and closed in the lost life: ruled on now, in their order."""
    forked: set[tuple[str, bytes]] = set()
    for node, epoch, seq, header, body, h in ledger.db.rows(
        "SELECT b.node, b.epoch, b.seq, b.header, b.body, b.h FROM backlog b JOIN epoch e USING (node, epoch) "
        "ORDER BY b.node, e.ordinal, b.seq"
    ):
        event_id = EventId(node, bytes(epoch), seq)
        e = hash_event_id(event_id, bytes(header), bytes(body))
        ledger.flush_events()
        known = known_events(ledger, node, bytes(epoch), seq - 1).get(seq)
        event = decode(event_id, bytes(header), bytes(body), e)
        if (node, bytes(epoch)) in forked or (known is not None and known.other_than(event)):
            if (node, bytes(epoch)) not in forked:
                forked.add((node, bytes(epoch)))
                ledger.db.run(
                    "UPDATE epoch SET closed_seq=?, closed_hash=? WHERE node=? AND epoch=?",
                    seq - 1, journal_hash(ledger, node, bytes(epoch), seq - 1), node, epoch,
                )  # fmt: skip
            ledger.set_aside(event, rules.FORK)
            continue
        ledger.take(event, bytes(h), known_pos=known.pos if known else None, known=known is not None)
    ledger.db.run("DELETE FROM backlog")


def tell_all(ledger: Ledger, row: CustodyRow) -> None:
    """Everyone who had the file learns who has it.

    Two rulings of one term (a hub that was set back and wrote on) make a new one.
    """
    having = {row.opener, row.holder}
    last: dict[str, int] = {}
    for node, n, raw in ledger.db.rows(
        "SELECT node, n, item FROM stream WHERE file=? AND tag='G' ORDER BY n", row.file
    ):
        grant = ms.decode_item(bytes(raw))
        having.add(node)
        if not isinstance(grant, ms.Grant) or grant.term != row.term:
            continue
        if grant.holder != row.holder or heard.hash_at(ledger, row, grant.start + grant.count) != grant.base:
            last.clear()
            row.term = next_term(row.term, ledger.hub.life)
        else:
            last[node] = n
    row.delivery = 0
    for node in sorted(having):
        place = last.get(node) or ledger.deliver(row, node, row.state.post)
        if node == row.holder:
            row.delivery = place
    row.dirty = True
