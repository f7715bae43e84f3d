"""A node that writes whatever a test wants, signs it rightly, and hands it to the hub's own functions."""

from __future__ import annotations

from dataclasses import dataclass, field

from central.hub.exchange import exchange
from central.hub.unit import HubUnit
from protocol import events as ev
from protocol import messages as ms
from protocol.exchange import End, Role, hear
from protocol.journal import chain_hashes, file_hash, hash_event_id
from protocol.keys import NodeKeys
from protocol.words import ORIGIN, ZERO_HASH, EventId, Term
from tests.support.district import HUB_CODE, papers_of

OFFICES = ("moth", "chirgaon", "eraj")
PURPOSE = "bundle"


@dataclass
class Pen:
    """Journal and received stream of one node, without any rule of its own."""

    hub: HubUnit
    code: str
    epoch: bytes = b"epoch-01"
    life: int = 0
    pairs: list[tuple[bytes, bytes]] = field(default_factory=list)
    acked: int = 0
    items: list[bytes] = field(default_factory=list)
    logs: list[tuple[ms.LogEntry, ...]] = field(default_factory=list)
    cursor_hash: bytes = ZERO_HASH
    seal: tuple[str, bytes, bytes] = ("", b"", b"")  # letter, statement and signature of the hub's last answer

    @property
    def keys(self) -> NodeKeys:
        """As the district's authority certified them."""
        return papers_of(OFFICES).keys[self.code]

    def sign(self, message: bytes) -> bytes:
        return self.keys.sign(PURPOSE, message)

    # ------------------------------------------------------------ writing
    def write(
        self,
        subject: str | None,
        body: ev.Body,
        *,
        post: str = "da1",
        term: Term = ORIGIN,
        after: bytes | None = None,
        hlc: int = 0,
    ) -> str:
        """Appends an event; its id."""
        header = ev.Header(
            ev.SCHEMA,
            body.kind,
            ev.subject_field(subject, (self.code, self.epoch)),
            *term,
            hlc or (self.hub.clock.now_ms() << 16) + len(self.pairs),
            f"{self.code}.{post}" if post else "",
            "E1",
            1,
            after,
        )
        return self.write_bytes(ev.encode_header(header), ev.encode_body(body))

    def write_bytes(self, header: bytes, body: bytes) -> str:
        """Appends any bytes; their id."""
        self.pairs.append((header, body))
        return str(EventId(self.code, self.epoch, len(self.pairs)))

    def open(self, title: str = "t") -> str:
        return self.write(None, ev.Open(f"N/{len(self.pairs) + 1}", title))

    def send(self, file: str, to_node: str, *, term: Term = ORIGIN, after: bytes | None = None) -> None:
        """A send and its release, as an office writes them."""
        to_post = f"{to_node}.head"
        self.write(file, ev.Send(to_post, to_node), term=term, after=after)
        self.write(file, ev.Release(to_post, to_node), term=term)

    # ------------------------------------------------------------ speaking
    def up(self, base: int | None = None, upto: int | None = None, flags: int = 0) -> ms.Up:
        """The bundle of the events after `base` (what is acknowledged) to `upto` (all)."""
        base = self.acked if base is None else base
        _, heads = chain_hashes(self.code, self.epoch, 1, ZERO_HASH, self.pairs)
        sent = self.pairs[base:upto]
        return ms.Up(
            self.code,
            HUB_CODE,
            self.epoch,
            self.life,
            base,
            heads[base - 1] if base else ZERO_HASH,
            len(sent),
            heads[base + len(sent) - 1] if sent else b"",
            len(self.items),
            self.cursor_hash,
            self.hub.clock.now_ms(),
            1,
            flags,
            ms.UpPayload(tuple(h for h, _ in sent), tuple(b for _, b in sent)),
        )

    def say(self, message: ms.Message) -> ms.Message:
        """What the hub answers. Raises what the hub raises."""
        end = End(Role.NODE, self.code, self.sign, self.hub.verify)
        heard = hear(end, exchange(self.hub, end.say(message), "test").data)
        assert heard.message.sender == HUB_CODE
        self.seal = (heard.envelope.kind, heard.envelope.statement, heard.envelope.signature)
        return heard.message

    def meet(self, message: ms.Message | None = None) -> list[ms.AnyItem | None]:
        """An ordinary exchange; the items that came with it, taken into the stream."""
        answer = self.say(message or self.up())
        assert isinstance(answer, ms.Down)
        self.life, self.acked = answer.life, answer.ack_seq
        new = answer.payload.parcel.items[len(self.items) - answer.stream_base :]
        logs = iter(answer.payload.parcel.logs)
        for n, raw in enumerate(answer.payload.parcel.items, answer.stream_base + 1):
            item = ms.decode_item(raw)
            log = next(logs) if isinstance(item, ms.Grant) else ()
            if n > len(self.items):
                self.items.append(raw)
                self.logs.append(log)
                self.cursor_hash = ms.stream_chain(self.cursor_hash, raw)
        assert self.cursor_hash == answer.stream_hash
        return [ms.decode_item(raw) for raw in new]

    def granted(self) -> ms.Grant:
        """The last grant that came."""
        return next(item for raw in reversed(self.items) if isinstance(item := ms.decode_item(raw), ms.Grant))


def log_hash(hub: HubUnit, file: str) -> bytes:
    """A file's hash, computed from its events at the hub."""
    rows = hub.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos IS NOT NULL ORDER BY pos", file
    )
    return file_hash(
        hash_event_id(EventId(node, bytes(epoch), seq), bytes(header), bytes(body))
        for node, epoch, seq, header, body in rows
    )
