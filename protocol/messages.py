"""The messages of an exchange, one struct each, and their bytes.

Each is a signed statement and a payload (see bundle.py). Field order is the order on the wire; fields are only ever
added at the end of a payload.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec

from protocol import bundle
from protocol.items import (
    AnyItem,
    AsideItem,
    Call,
    Decided,
    Grant,
    Item,
    LogEntry,
    Parcel,
    RefusedItem,
    Status,
    Tombstone,
    Weeded,
    decode_item,
    encode_item,
    stream_chain,
)
from protocol.words import EPOCH_BYTES, HASH_BYTES, ZERO_HASH

MAX_EVENTS = 1_000_000
MAX_NAMES = 100_000

Events = Annotated[tuple[bytes, ...], msgspec.Meta(max_length=MAX_EVENTS)]
"""A column of events; msgspec looks at the length before it makes room, so that many tiny ones fill no memory."""

Names = Annotated[tuple[bytes, ...], msgspec.Meta(max_length=MAX_NAMES)]
Marks = Annotated[tuple[tuple[bytes, int, bytes], ...], msgspec.Meta(max_length=MAX_NAMES)]

Proofs = Annotated[tuple[tuple[str, bytes, bytes], ...], msgspec.Meta(max_length=4)]
"""(letter, statement, signature) of the hub's own."""

Pairs = tuple[tuple[bytes, bytes], ...]
"""(header, body) of consecutive events."""


class Chapter(msgspec.Struct, frozen=True, array_like=True):
    """Events of one epoch from `first` on. `closed` is the last seq of a closed epoch, -1 for the open one."""

    epoch: bytes
    first: int
    base: bytes
    headers: Events
    bodies: Events
    closed: int = -1

    def pairs(self) -> Pairs:
        """Its events as (header, body). Raises BadBundle when the columns differ in length."""
        if len(self.headers) != len(self.bodies):
            raise bundle.BadBundle(what="columns")
        return tuple(zip(self.headers, self.bodies, strict=True))


class Message(msgspec.Struct, frozen=True):
    """What both ends state in every message."""

    letter: ClassVar[str] = ""
    sender: str
    recipient: str


class UpPayload(msgspec.Struct, frozen=True, array_like=True):
    """Events in columns, papers wanted, health, and what a stopped node's copy has."""

    headers: Events = ()
    bodies: Events = ()
    need: Names = ()  # SHA-256 of papers that are wanted
    health: bytes = b""
    have: Marks = ()  # of a stopped node: (epoch, last seq, hash there) of its copy


class Up(Message, frozen=True):
    """What a node says: my events after `base_seq`, and how far I have your stream. Without events `head` is empty.

    Flags: 1 stopped (asks for a ticket), 2 wants a token.
    """

    letter: ClassVar[str] = "U"
    epoch: bytes
    life: int
    base_seq: int
    base_hash: bytes
    count: int
    head: bytes
    cursor: int
    cursor_hash: bytes
    now_ms: int
    directory: int
    flags: int = 0
    payload: UpPayload = UpPayload()


class DownPayload(msgspec.Struct, frozen=True, array_like=True):
    """Deliveries, papers that can be fetched, a newer directory, a token, papers that the hub lacks."""

    parcel: Parcel = Parcel()
    ready: Names = ()  # of the papers that are needed, those that can be fetched
    directory: bytes = b""
    token: str = ""
    wanted: Names = ()  # of the papers that this node attached, those that are not here
    beyond: tuple[int, bytes] | None = None  # (seq, e) of the first event of yours beyond ack_seq that a log has here


class Down(Message, frozen=True):
    """What the hub says: how far I have your journal, my stream from `stream_base` on, my time, my own head.

    Flags: 1 there is more.
    """

    letter: ClassVar[str] = "D"
    life: int
    epoch: bytes
    ack_seq: int
    ack_hash: bytes
    stream_base: int
    count: int
    stream_hash: bytes  # after the last item of this bundle
    now_ms: int
    hub_seq: int
    hub_hash: bytes
    flags: int = 0
    payload: DownPayload = DownPayload()


class TicketPayload(msgspec.Struct, frozen=True, array_like=True):
    """What the node's copy lacks of its journal and of its stream."""

    chapters: tuple[Chapter, ...] = ()  # past epochs in order, then the open one
    parcel: Parcel = Parcel()
    token: str = ""
    beyond: tuple[int, bytes] | None = None  # as in Down


class Ticket(Message, frozen=True):
    """To a stopped node (custody rule 5.3): all that the hub has of it."""

    letter: ClassVar[str] = "T"
    life: int
    epoch: bytes
    head_seq: int
    head_hash: bytes
    stream_count: int
    stream_hash: bytes
    now_ms: int
    payload: TicketPayload = TicketPayload()


class OpenPayload(msgspec.Struct, frozen=True, array_like=True):
    """Events of the node that do not join on; what its copy has, as in Up, so that the ticket brings the rest only."""

    aside: tuple[Chapter, ...] = ()
    have: Marks = ()
    cursor: int = 0
    cursor_hash: bytes = ZERO_HASH


class OpenEpoch(Message, frozen=True):
    """A stopped node begins a new epoch (custody rule 5.4), compare-and-swap on what the ticket said was open."""

    letter: ClassVar[str] = "O"
    life: int
    epoch: bytes
    closes: bytes
    closes_seq: int
    closes_hash: bytes
    now_ms: int
    payload: OpenPayload = OpenPayload()


class Notice(Message, frozen=True):
    """The hub recovers in a new life (custody section 6) and has of your stream and journal only this."""

    letter: ClassVar[str] = "V"
    life: int
    stream_count: int
    stream_hash: bytes
    epochs: tuple[tuple[bytes, int], ...]  # (epoch, last seq) that the copy knows
    now_ms: int


class ReportPayload(msgspec.Struct, frozen=True, array_like=True):
    """Deliveries beyond the hub's copy, each file's last grant with its whole log; epochs unknown as closed."""

    parcel: Parcel = Parcel()
    chapters: tuple[Chapter, ...] = ()  # of closed epochs, what the hub lacks
    aside: tuple[Chapter, ...] = ()  # events of this node that stand in no journal, kept beside
    proofs: Proofs = ()  # of the end of the stream, and of the last life that it worked in


class Report(Message, frozen=True):
    """A node's answer to a notice: the stream items that it holds beyond, its epochs."""

    letter: ClassVar[str] = "Q"
    life: int
    epoch: bytes
    stream_base: int
    stream_count: int  # that it holds in all
    stream_hash: bytes
    worked: int  # the last life in which the hub answered it as one that works
    now_ms: int
    payload: ReportPayload = ReportPayload()


class Prove(Message, frozen=True):
    """You are ahead of me in my own life: show me what I signed (custody rule 6.7)."""

    letter: ClassVar[str] = "W"
    life: int
    now_ms: int


class Large(Message, frozen=True):
    """The answer is over what fits into one: fetch these bytes by Range; they are a bundle."""

    letter: ClassVar[str] = "L"
    sha256: bytes
    size: int
    token: str
    now_ms: int


class Evidence(Message, frozen=True):
    """A statement of the hub's own (D, T or V by its letter) with its signature, that it no longer remembers."""

    letter: ClassVar[str] = "E"
    life: int
    about: str
    statement: bytes
    signature: bytes
    now_ms: int


_PAYLOADS: dict[str, type[msgspec.Struct]] = {
    "U": UpPayload, "D": DownPayload, "T": TicketPayload, "O": OpenPayload, "Q": ReportPayload,
}  # fmt: skip
_decoders = {letter: msgspec.msgpack.Decoder(payload) for letter, payload in _PAYLOADS.items()}
_TYPES: dict[str, type[Message]] = {
    message.letter: message for message in (Up, Down, Ticket, OpenEpoch, Notice, Report, Prove, Evidence, Large)
}
FROM_NODE = frozenset("UOQE")
FROM_HUB = frozenset("DTVWL")

UP_STOPPED, UP_WANTS_TOKEN = 1, 2
DOWN_MORE, DOWN_WEIGHED = 1, 2


def encode_message(message: Message, sign: bundle.Sign) -> bytes:
    """The bundle of a message."""
    fields = [getattr(message, name) for name in message.__struct_fields__ if name != "payload"]
    payload = getattr(message, "payload", None)
    empty = payload is None or payload == type(payload)()
    return bundle.pack(message.letter, tuple(fields), b"" if empty else bundle.squeeze(payload), sign)


def _fields_of(message: type[Message]) -> tuple[tuple[Any, str], ...]:
    return tuple((field.type, field.name) for field in msgspec.structs.fields(message) if field.name != "payload")


_STATEMENTS: dict[str, msgspec.msgpack.Decoder[Any]] = {
    letter: msgspec.msgpack.Decoder(
        msgspec.defstruct(
            f"{message.__name__}Statement",
            [(name, kind) for kind, name in _fields_of(message)] + [("payload_hash", bytes)],
            frozen=True,
            array_like=True,
            forbid_unknown_fields=False,
        )
    )
    for letter, message in _TYPES.items()
}


def decode_message(envelope: bundle.Envelope, verify: bundle.Verify, me: str, allowed: frozenset[str]) -> Message:
    """The message of a bundle, believed: signed by the node that it names, addressed to `me`, of an allowed kind.

    Raises BadBundle, or what `verify` raises.
    """
    if envelope.kind not in allowed:
        raise bundle.BadBundle(what="kind", kind=envelope.kind)
    stated = _read_statement(envelope.kind, envelope.statement)
    verify(stated.sender, bundle.signed_bytes(envelope.kind, envelope.statement), envelope.signature)
    if stated.recipient != me:
        raise bundle.BadBundle(what="recipient", recipient=stated.recipient[:40])
    bundle.check_payload(envelope, stated.payload_hash)
    kind = _TYPES[envelope.kind]
    fields = {name: getattr(stated, name) for _, name in _fields_of(kind)}
    if envelope.payload:
        fields["payload"] = bundle.unsqueeze(envelope.payload, _decoders[envelope.kind])
    message = kind(**fields)
    _check_shape(message)
    return message


def decode_statement(letter: str, statement: bytes) -> Message:
    """A statement by itself, without its payload. Raises BadBundle. Its signature is the caller's to check."""
    stated = _read_statement(letter, statement)
    kind = _TYPES[letter]
    return kind(**{name: getattr(stated, name) for _, name in _fields_of(kind)})


def _read_statement(letter: str, statement: bytes) -> Any:
    try:
        return _STATEMENTS[letter].decode(statement)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bundle.BadBundle(what="statement") from error


def _check_shape(message: Message) -> None:
    """Lengths that types do not say. Raises BadBundle."""
    for name in message.__struct_fields__:
        value = getattr(message, name)
        if isinstance(value, int) and not 0 <= value < 1 << 62:
            raise bundle.BadBundle(what=name)
    if isinstance(message, Up):
        if len(message.epoch) != EPOCH_BYTES or len(message.base_hash) != HASH_BYTES:
            raise bundle.BadBundle(what="sizes")
        if not len(message.payload.headers) == len(message.payload.bodies) == message.count:
            raise bundle.BadBundle(what="count")
    if isinstance(message, Up | OpenEpoch):
        numbers = [seq for _, seq, _ in message.payload.have]
        numbers += [message.payload.cursor] if isinstance(message, OpenEpoch) else []
        if not all(0 <= number < 1 << 62 for number in numbers):
            raise bundle.BadBundle(what="have")
    if isinstance(message, Down) and len(message.payload.parcel.items) != message.count:
        raise bundle.BadBundle(what="count")


__all__ = [
    "DOWN_MORE",
    "DOWN_WEIGHED",
    "FROM_HUB",
    "FROM_NODE",
    "UP_STOPPED",
    "UP_WANTS_TOKEN",
    "AnyItem",
    "AsideItem",
    "Call",
    "Chapter",
    "Decided",
    "Down",
    "DownPayload",
    "Evidence",
    "Grant",
    "Item",
    "Large",
    "LogEntry",
    "Message",
    "Notice",
    "OpenEpoch",
    "OpenPayload",
    "Pairs",
    "Parcel",
    "Prove",
    "RefusedItem",
    "Report",
    "ReportPayload",
    "Status",
    "Ticket",
    "TicketPayload",
    "Tombstone",
    "Up",
    "UpPayload",
    "Weeded",
    "decode_item",
    "decode_message",
    "decode_statement",
    "encode_item",
    "encode_message",
    "stream_chain",
]  # fmt: skip
