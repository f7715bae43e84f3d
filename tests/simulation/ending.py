"""What must hold once all is quiet, as far as live nodes show it; the checker then reads the folders for itself."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from protocol import events as ev
from protocol.journal import is_stub
from tests.simulation.offices import HUB_CODE
from tests.simulation.record import holds
from tests.simulation.truth import Excused
from tests.simulation.world import Node, World

"""Kinds that speak of a file without holding it."""


def check_end(world: World) -> None:
    """Invariants 1, 2, 4 and 6 at rest."""
    _one_custodian(world)
    _nothing_lost(world)
    _nobody_healthy_aside(world)
    _orders_stand(world)
    life = world.hub.unit.db.value("SELECT life FROM hub")
    for node in world.live():
        if node.unit.db.value("SELECT life FROM node") != life:
            world.record.wrong(4, "behind_in_life", f"{node.key} is not in the hub's life {life}")
    for (file,) in world.hub.unit.db.rows("SELECT file FROM efile ORDER BY file"):
        _moved_as_asked(world, file)


def _one_custodian(world: World) -> None:
    hub = world.hub.unit.db
    record = world.record
    live = {node.code: node for node in world.live()}
    for file, holder, life, number, log_hash in hub.rows(
        "SELECT file, holder, life, number, log_hash FROM efile ORDER BY file"
    ):
        holding = [node.code for node in live.values() if _holds(node, file)]
        if holding != [holder]:
            record.wrong(1, "not_one_custodian", f"{file}: hub says {holder} {life},{number}, held by {holding}")
        for node in live.values():
            row = node.unit.db.row("SELECT life, number, log_hash, holder FROM efile WHERE file=?", file)
            if row is None or node.code != holder:
                continue
            if row[:2] != (life, number):
                record.wrong(1, "other_term", f"{file} at {node.key}")
            if bytes(row[2]) != bytes(log_hash) or row[3] != holder:
                record.wrong(
                    4, "different_file", f"{file} at {node.key} and at the hub {life},{number} {holder} {row[3]}"
                )
    known = {file for (file,) in hub.rows("SELECT file FROM efile")}
    for node in live.values():
        for (file,) in node.unit.db.rows("SELECT file FROM efile"):
            if file not in known:
                record.wrong(4, "file_unknown_to_hub", f"{file} at {node.key}")


def _orders_stand(world: World) -> None:
    """Rule 4.1: what a person of the district ordered since the hub's disk was last set back is in the file's log.

    Only an order of a hub that did not know of its set-back may lose against a later ruling of the stretch that it had
    lost (rule 6.5: the highest term holds). Then it is kept beside, and the district's page shows it (section 7).
    """
    hub = world.hub.unit
    shown = {
        (f"{node}.{bytes(epoch).hex()}.{seq}", kind, subject)
        for node, epoch, seq, kind, subject in hub.db.rows("SELECT node, epoch, seq, kind, subject FROM aside")
    }
    for order in world.record.orders:
        name = f"{HUB_CODE}.{order.epoch.hex()}.{order.seq}"
        pos = hub.db.value("SELECT pos FROM event WHERE node=? AND epoch=? AND seq=?", HUB_CODE, order.epoch, order.seq)
        if pos is not None:
            continue
        overruled = (hub.db.row("SELECT life, number FROM efile WHERE file=?", order.file) or (0, 0)) > order.term
        if not (order.blind and overruled and (name, "force", order.file) in shown):
            world.record.wrong(2, "order_lost", f"{order.file}: {name}, blind: {order.blind}, overruled: {overruled}")


def _holds(node: Node, file: str) -> bool:
    return (
        node.unit.db.row("SELECT 1 FROM efile WHERE file=? AND phase='held' AND holder=?", file, node.code) is not None
    )


def _nothing_lost(world: World) -> None:
    hub = world.hub.unit
    for event in world.record.acknowledged:
        if not holds(hub.db, event):
            world.record.wrong(2, "event_lost", f"{event.node} {event.epoch.hex()} {event.seq} {event.kind}")
    for paper in world.record.papers:
        attached = hub.db.value(
            "SELECT body FROM event WHERE node=? AND epoch=? AND seq=?", paper.node, paper.epoch, paper.seq
        )
        if attached is not None and is_stub(bytes(attached)):
            continue  # whether an order stands there, the checker asks
        if not (hub.papers.has(paper.sha256) and hub.papers.verify(paper.sha256)):
            world.record.wrong(2, "paper_lost", f"{paper.node} {paper.sha256.hex()[:16]}")


class _Entry(NamedTuple):
    """One event of a file's log, as far as hand-overs go."""

    id: str
    node: str
    term: tuple[int, int]
    kind: str
    post: str
    cause: str


def _log(world: World, file: str) -> list[_Entry]:
    found = []
    for node, epoch, seq, header_bytes, body_bytes in world.hub.unit.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
    ):
        header = ev.decode_header(bytes(header_bytes))
        body = ev.decode_body(header.kind, bytes(body_bytes))
        cause = body.cause if isinstance(body, ev.Release) else ""
        entry_id = f"{node}.{bytes(epoch).hex()}.{seq}"
        found.append(_Entry(entry_id, node, (header.life, header.number), header.kind, header.post, cause))
    return found


def _moved_as_asked(world: World, file: str) -> None:
    """Invariant 3: an ask back moves only the hand-over that it names, and never what a person worked on since."""
    log = _log(world, file)
    asks = {entry.id: entry for entry in log if entry.kind == "askback"}
    release: _Entry | None = None
    for before, entry in pairwise([None, *log]):
        if entry is None:
            continue
        if entry.kind == "askback":
            named = (
                before is not None
                and before.kind == "release"
                and ((before.node, before.term) == (entry.node, entry.term) or before.cause == entry.id)
            )
            if not named:
                world.record.wrong(3, "stale_ask", f"{file}: {entry.id} moved another hand-over")
        if entry.kind == "release":
            ask = asks.get(entry.cause)
            if ask is not None and (release is None or (release.node, release.term) != (ask.node, ask.term)):
                world.record.wrong(3, "stale_call", f"{file}: {entry.id} answers {entry.cause}")
            if ask is not None and any(_by_person(e, entry) for e in log):
                world.record.wrong(6, "worked_on", f"{file}: {entry.id} gave back what a person had opened")
            release = entry


def _by_person(entry: _Entry, release: _Entry) -> bool:
    """Whether a person of the releasing office did this on the file in that stay."""
    same_stay = (entry.node, entry.term) == (release.node, release.term)
    return same_stay and bool(entry.post) and entry.kind not in ev.BESIDE_THE_CHAIN and entry != release


def _nobody_healthy_aside(world: World) -> None:
    for node, epoch, seq, subject, header, reason in world.hub.unit.db.rows(
        "SELECT node, epoch, seq, subject, header, reason FROM aside ORDER BY node, epoch, seq"
    ):
        term = tuple(ev.decode_header(bytes(header)).term)
        forced = any(
            (f.file, f.from_node) == (subject, node) and term < (f.life, f.number) for f in world.record.forced
        )
        blind = world.record.hub_set_backs and reason in ("older_term", "does_not_join")
        if not forced and not excused(world.record.excused, node, bytes(epoch), seq) and not blind:
            world.record.wrong(6, "healthy_set_aside", f"{node} {seq} of {subject}: {reason}")


def excused(among: list[Excused], node: str, epoch: bytes, seq: int) -> bool:
    """Whether an event's node was set back, cloned or forced there."""
    return any(one.node == node and one.epoch == epoch and seq >= one.from_seq for one in among)
