"""One exchange with a node: its bundle in, the hub's answer out. Every carrier ends here."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from central.hub import deliver, ingest, originals, recover, reports, weeding
from central.hub.ledger import Ledger
from central.hub.stated import Stated, stated
from central.hub.unit import HubUnit
from protocol import messages as ms
from protocol.bundle import Envelope
from protocol.exchange import End, Role, hear
from protocol.words import ZERO_HASH

ANSWER_BYTES = 64 * 1024
"""A bundle over this is not put into an answer but fetched by Range."""

PARCEL_BYTES = 4 << 20
"""Raw bytes of deliveries in one bundle; what is over comes with the next."""


class Answer(NamedTuple):
    """What goes back, whose bundle it answers, and the papers that this node asked for.

    `ordinary`: acknowledgement and deliveries, which `unasked` gives as well.
    """

    data: bytes
    node: str
    needs: tuple[bytes, ...] = ()
    ordinary: bool = False


class Unasked(NamedTuple):
    """What a node is told that has not asked, and the papers of the files that come with it.

    `end` is how far its stream goes with this; `more`: it goes on, from there.
    """

    data: bytes
    papers: tuple[bytes, ...] = ()
    end: int = 0
    deliveries: int = 0
    more: bool = False


def exchange(hub: HubUnit, data: bytes, carrier: str, *, whole: bool = False) -> Answer:
    """Takes one bundle whole or not at all. Raises PeerErrors; then nothing of it was kept.

    A large answer is put by to be fetched; `whole` for a carrier that has room for it.
    """
    end = End(Role.HUB, hub.node, hub.sign, hub.verify)
    heard = hear(end, data)
    message, envelope = heard.message, heard.envelope
    token = ""
    if isinstance(message, ms.Up) and message.flags & ms.UP_WANTS_TOKEN:
        token = hub.new_token(message.sender)
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        reply = _reply(hub, ledger, message, envelope, carrier, token)
        ledger.flush()
    weeding.remove_bytes(hub)
    originals.remake(hub)
    needs = message.payload.need if isinstance(message, ms.Up) else ()
    packed = end.say(reply) if whole else _pack(hub, end, reply)
    ordinary = isinstance(reply, ms.Down) and not reply.flags & ms.DOWN_WEIGHED
    return Answer(packed, message.sender, needs, ordinary)


def unasked(hub: HubUnit, code: str, after: int | None = None, budget_bytes: int = PARCEL_BYTES) -> Unasked:
    """What the hub would tell a node now that has not asked: its acknowledgement, its deliveries, the directory.

    `after`: what goes on where an earlier one ended. `budget_bytes` of deliveries before they are packed.
    """
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        node = ingest.node_row(ledger, code)
        if ledger.hub.recovering and node.reported is None:
            notice = recover.notice(ledger, node)
            ledger.flush()
            return Unasked(ms.encode_message(notice, hub.sign))
        reply = _down(hub, ledger, node, None, "", after=after, budget_bytes=budget_bytes)
        if after is None and ledger.db.value("SELECT directory FROM node WHERE code=?", code) < hub.directory_version():
            reply = replace(reply, payload=replace(reply.payload, directory=hub.signed_directory()))
        ledger.flush()
        items = map(ms.decode_item, reply.payload.parcel.items)
        files = dict.fromkeys(item.file for item in items if isinstance(item, ms.Grant))
        papers = [sha for file in files for sha in _papers_here(ledger, file)]
    count = len(reply.payload.parcel.items)
    return Unasked(
        ms.encode_message(reply, hub.sign), tuple(dict.fromkeys(papers)), reply.stream_base + count, count,
        bool(reply.flags & ms.DOWN_MORE),
    )  # fmt: skip


def _papers_here(ledger: Ledger, file: str) -> list[bytes]:
    return [
        bytes(sha)
        for (sha,) in ledger.db.rows(
            "SELECT sha256 FROM paper_use JOIN paper USING (sha256) WHERE file=? AND here=1 ORDER BY paper.size", file
        )
    ]


def _reply(
    hub: HubUnit, ledger: Ledger, message: ms.Message, envelope: Envelope, carrier: str, token: str
) -> ms.Message:
    node = ingest.node_row(ledger, message.sender)
    _note_contact(ledger, message, carrier)
    weighed = False
    match message:
        case ms.Evidence():
            weighed = _weigh_evidence(hub, ledger, message, node)
        case ms.Report() if not reports.take_report(ledger, message, node, _proofs(hub, message)):
            return recover.notice(ledger, node, whole=True)
    life = getattr(message, "life", 0)
    if life > ledger.hub.life and not isinstance(message, ms.Evidence):
        return ms.Prove(hub.node, node.code, ledger.hub.life, ledger.now_ms)
    late = node.reported is None and 0 < life < ledger.hub.life and not isinstance(message, ms.Evidence)
    if late or (ledger.hub.recovering and node.reported is None):
        return recover.notice(ledger, node)
    match message:
        case ms.Up() if ledger.hub.recovering:
            return _down(hub, ledger, node, message, token)
        case ms.Up():
            return _take_up(hub, ledger, message, envelope, node, token)
        case ms.OpenEpoch() if not ledger.hub.recovering:
            _open_epoch(ledger, message, node)
            has = message.payload
            return deliver.ticket(ledger, node, has.cursor, has.cursor_hash, has.have)
    return _down(hub, ledger, node, None, token, flags=ms.DOWN_WEIGHED if weighed else 0)


def _proofs(hub: HubUnit, report: ms.Report) -> list[Stated]:
    """What a report shows of the hub's own words."""
    found = (stated(hub.verify_own, *proof, report.sender) for proof in report.payload.proofs)
    return [one for one in found if one is not None]


def _take_up(
    hub: HubUnit, ledger: Ledger, up: ms.Up, envelope: Envelope, node: ingest.NodeRow, token: str
) -> ms.Message:
    if _ahead(ledger, up, node):
        return ms.Prove(hub.node, up.sender, ledger.hub.life, ledger.now_ms)
    before = node.head_seq
    ingest.take_up(ledger, up, node)
    ingest.move_cursor(ledger, node, up.cursor, up.cursor_hash)
    if up.epoch == node.epoch and before < node.head_seq == up.base_seq + up.count:
        ledger.db.run(
            "INSERT OR IGNORE INTO taken (node, epoch, seq, at_ms, statement, signature) VALUES (?,?,?,?,?,?)",
            node.code, node.epoch, node.head_seq, ledger.now_ms, envelope.statement, envelope.signature,
        )  # fmt: skip
    if up.flags & ms.UP_STOPPED:
        return deliver.ticket(ledger, node, up.cursor, up.cursor_hash, up.payload.have, token)
    return _down(hub, ledger, node, up, token)


def _ahead(ledger: Ledger, up: ms.Up, node: ingest.NodeRow) -> bool:
    """Whether a node knows of doings of the hub that the hub does not (custody rule 6.7)."""
    if up.life != ledger.hub.life:
        return False
    if up.cursor > node.offered or ingest.stream_hash(ledger, node.code, up.cursor) != up.cursor_hash:
        return True
    if node.epoch is None:
        return up.base_seq > 0
    if up.epoch == node.epoch:
        return up.base_seq > node.head_seq
    return not ledger.db.row("SELECT 1 FROM epoch WHERE node=? AND epoch=?", node.code, up.epoch)


def _weigh_evidence(hub: HubUnit, ledger: Ledger, evidence: ms.Evidence, node: ingest.NodeRow) -> bool:
    """The hub's own signature on what it does not remember: it was set back, and begins a new life.

    True when it remembers all that is shown, and goes by a report that a machine of that name made after a recovery.
    """
    said = stated(hub.verify_own, evidence.about, evidence.statement, evidence.signature, node.code)
    if said is None:
        return False
    if said.life > ledger.hub.life or (not ledger.hub.recovering and recover.is_forgotten(ledger, said, node)):
        recover.begin(ledger, "set_back", above=said.life)
    return node.reported is not None and not ledger.hub.recovering


def _open_epoch(ledger: Ledger, message: ms.OpenEpoch, node: ingest.NodeRow) -> None:
    """Rule 5.4: compare what was open with what the ticket said, and swap."""
    if ledger.db.row("SELECT 1 FROM epoch WHERE node=? AND epoch=?", node.code, message.epoch):
        return
    if (message.closes, message.closes_seq, message.closes_hash) != (
        bytes(node.epoch or b""), node.head_seq, bytes(node.head_hash),
    ):  # fmt: skip
        return
    for chapter in message.payload.aside:
        ingest.take_aside(ledger, node.code, chapter, "does_not_join")
    ordinal = ledger.db.value("SELECT count(*) FROM epoch WHERE node=?", node.code)
    ledger.db.run(
        "UPDATE epoch SET closed_seq=?, closed_hash=? WHERE node=? AND epoch=?",
        node.head_seq, node.head_hash, node.code, node.epoch,
    )  # fmt: skip
    ledger.db.run("INSERT INTO epoch (node, epoch, ordinal) VALUES (?,?,?)", node.code, message.epoch, ordinal)
    ledger.db.run("UPDATE node SET epoch=?, head_seq=0, head_hash=? WHERE code=?", message.epoch, ZERO_HASH, node.code)
    node.epoch, node.head_seq, node.head_hash = message.epoch, 0, ZERO_HASH


def _down(
    hub: HubUnit,
    ledger: Ledger,
    node: ingest.NodeRow,
    up: ms.Up | None,
    token: str,
    *,
    after: int | None = None,
    budget_bytes: int = PARCEL_BYTES,
    flags: int = 0,
) -> ms.Down:
    cursor = node.cursor if after is None else after
    ready: tuple[bytes, ...] = ()
    directory = b""
    if up is not None:
        if ingest.stream_hash(ledger, node.code, up.cursor) == up.cursor_hash:
            cursor = up.cursor
        ready = tuple(sha for sha in up.payload.need[:500] if _may_fetch(ledger, node.code, sha))
        if up.directory < hub.directory_version():
            directory = hub.signed_directory()
    ledger.flush()
    wanted = tuple(
        bytes(sha) for (sha,) in ledger.db.rows("SELECT sha256 FROM paper WHERE node=? AND here=0 LIMIT 20", node.code)
    )
    run = deliver.offer(ledger, node, cursor, budget_bytes)
    payload = ms.DownPayload(run.parcel, ready, directory, token, wanted, ingest.beyond(ledger, node))
    state = ledger.hub
    return ms.Down(
        hub.node, node.code, state.life, bytes(node.epoch or bytes(8)), node.head_seq, bytes(node.head_hash), run.base,
        len(run.parcel.items), run.hash_after, ledger.now_ms, state.head_seq, state.head_hash,
        flags | (ms.DOWN_MORE if run.more else 0), payload,
    )  # fmt: skip


def may_fetch(hub: HubUnit, node: str, sha256: bytes) -> bool:
    """Whether a paper is here and belongs to a file that this node has or had."""
    return _may_fetch(Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post), node, sha256)


def _may_fetch(ledger: Ledger, node: str, sha256: bytes) -> bool:
    return bool(
        ledger.db.row(
            "SELECT 1 FROM paper p JOIN paper_use u USING (sha256) WHERE p.sha256=? AND p.here=1 AND ("
            "EXISTS (SELECT 1 FROM stream s WHERE s.file=u.file AND s.node=? AND s.tag='G') OR "
            "EXISTS (SELECT 1 FROM efile f WHERE f.file=u.file AND f.opener=?))",
            sha256,
            node,
            node,
        )
    )


def _note_contact(ledger: Ledger, message: ms.Message, carrier: str) -> None:
    stated = getattr(message, "now_ms", ledger.now_ms)
    stopped = int(isinstance(message, ms.OpenEpoch) or (isinstance(message, ms.Up) and message.flags & ms.UP_STOPPED))
    directory = message.directory if isinstance(message, ms.Up) else 0
    health = message.payload.health if isinstance(message, ms.Up) else b""
    ledger.db.run(
        "UPDATE node SET contact_ms=?, clock_difference_ms=?, carrier=?, stopped=?, "
        "directory=max(directory, ?), health=CASE WHEN length(?)>0 THEN ? ELSE health END, trouble='' WHERE code=?",
        ledger.now_ms, stated - ledger.now_ms, carrier, stopped, directory, health, health, message.sender,
    )  # fmt: skip


def _pack(hub: HubUnit, end: End, reply: ms.Message) -> bytes:
    """The bundle; one too large for an answer is put by, and the answer names it."""
    data = end.say(reply)
    if len(data) <= ANSWER_BYTES:
        return data
    kept = hub.bundles.put(data)
    with hub.db.writing():
        hub.db.run("INSERT OR REPLACE INTO answer (sha256, at_ms) VALUES (?,?)", kept.sha256, hub.clock.now_ms())
    token = hub.new_token(reply.recipient)
    pointer = ms.Large(hub.node, reply.recipient, kept.sha256, kept.size, token, hub.clock.now_ms())
    return ms.encode_message(pointer, hub.sign)
