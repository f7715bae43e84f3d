"""Every event, one struct each, and the header that all of them carry.

Header and body are MessagePack arrays. They are written once and kept as they are: whoever receives them stores the
bytes, so fields that a newer node appends survive an older one. A node that meets a kind it does not know keeps it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.errors import PeerError
from protocol.journal import is_stub
from protocol.moves import (
    Answer,
    AskBack,
    Body,
    Close,
    Decide,
    Draw,
    Force,
    Park,
    PullUp,
    Receive,
    Release,
    Reopen,
    Send,
    Undelivered,
    Withdraw,
)
from protocol.words import HASH_BYTES, MAX_INT, EventId, Term, parse_event_id
from protocol.writings import (
    Amend,
    Approve,
    Ask,
    Attach,
    BackPaper,
    Bind,
    Consult,
    Diarise,
    Dispatch,
    Draft,
    Enclose,
    Issue,
    Letter,
    Link,
    Note,
    Open,
    OutPaper,
    Propose,
    Put,
    Read,
    Record,
    Review,
    Sign,
    Vouch,
    Weed,
)

__all__ = [
    "BEGINS",
    "BESIDE_THE_CHAIN",
    "BODIES",
    "BY_HUB",
    "CALLS",
    "MAX_BODY_BYTES",
    "MAX_HEADER_BYTES",
    "SCHEMA",
    "SHED",
    "Amend",
    "Answer",
    "Approve",
    "Ask",
    "AskBack",
    "Attach",
    "BackPaper",
    "BadEvent",
    "Bind",
    "Body",
    "Close",
    "Consult",
    "Decide",
    "Diarise",
    "Dispatch",
    "Draft",
    "Draw",
    "Enclose",
    "Event",
    "Force",
    "Header",
    "Issue",
    "Letter",
    "Link",
    "Note",
    "Open",
    "OutPaper",
    "Park",
    "Propose",
    "PullUp",
    "Put",
    "Read",
    "Receive",
    "Record",
    "Release",
    "Reopen",
    "Review",
    "Send",
    "Sign",
    "Undelivered",
    "Vouch",
    "Weed",
    "Withdraw",
    "decode_body",
    "decode_header",
    "encode_body",
    "encode_header",
    "is_shed",
    "subject_field",
    "subject_of",
]  # fmt: skip

SCHEMA = 1
"""Of the header. SHA-256 and Ed25519 are the algorithms of schema 1."""

MAX_HEADER_BYTES = 1024
MAX_BODY_BYTES = 1 << 20


class BadEvent(PeerError):
    """An event that cannot be read as what its kind promises."""

    code = "bad_event"


class Header(msgspec.Struct, frozen=True, array_like=True):
    """What every event says of itself.

    `subject` is 0 for the event that begins its own subject, the sequence number of that event when it is of the
    same node and epoch, else its id as text. `after` stands only in the first event that a node writes on a file in a
    term that was granted to it: the hash of the file up to there.
    """

    schema: int
    kind: str
    subject: int | str
    life: int
    number: int
    hlc: int
    post: str
    employee: str
    charge: int
    after: bytes | None = None

    @property
    def term(self) -> Term:
        """The file's term in which this was written."""
        return Term(self.life, self.number)


BODIES: dict[str, type[Body]] = {
    body.kind: body
    for body in (
        Open, Note, Attach, Draft, Diarise, Send, Withdraw, Release, Receive, Park, Close, Reopen, AskBack, PullUp,
        Answer, Force, Undelivered, Amend, Link, Enclose, Ask, Consult, Approve, Issue, Dispatch, Letter, Put, OutPaper,
        BackPaper, Record, Review, Weed, Read, Propose, Draw, Decide, Sign, Bind, Vouch,
    )
}  # fmt: skip

BESIDE_THE_CHAIN = frozenset({"askback", "pullup", "answer", "read", "decide", "vouch"})
"""Kinds that speak of a file without holding it: they join the file only in the grant that they caused, or never."""

BEGINS = frozenset({"open", "diarise", "ask", "letter", "propose", "bind"})
"""Kinds that begin a subject of their own."""

CALLS = frozenset({"askback", "pullup"})
"""Kinds that the hub may turn into a call."""

BY_HUB = frozenset({"force", "undelivered"})
"""What only the hub says in a file's log; beside it, it says `decide` and `vouch`."""

SHED = frozenset({"note", "attach", "draft", "approve", "sign"})
"""Kinds whose bodies a weeding order destroys: words and papers. The state of a weeded file says nothing of them, so it
is the same with and without; no kind is added to this set but a new one."""

_encoder = msgspec.msgpack.Encoder()
_INT_FIELDS = {
    kind: tuple(field.name for field in msgspec.structs.fields(body) if field.type is int)
    for kind, body in BODIES.items()
}

_DEFAULTS: dict[str, tuple[object, ...]] = {
    kind: tuple(field.default for field in msgspec.structs.fields(body)) for kind, body in BODIES.items()
}

_header_decoder = msgspec.msgpack.Decoder(Header)
_body_decoders = {kind: msgspec.msgpack.Decoder(body) for kind, body in BODIES.items()}


def encode_header(header: Header) -> bytes:
    """The bytes of a header; an absent `after` takes no room."""
    fields: tuple[Any, ...] = (
        header.schema, header.kind, header.subject, header.life, header.number, header.hlc, header.post,
        header.employee, header.charge,
    )  # fmt: skip
    return _encoder.encode(fields if header.after is None else (*fields, header.after))


def decode_header(data: bytes) -> Header:
    """Raises BadEvent."""
    try:
        header: Header = _header_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEvent(what="header") from error
    if not (
        0 <= header.life < MAX_INT
        and 0 <= header.number < MAX_INT
        and 0 <= header.hlc < MAX_INT
        and 0 <= header.charge < MAX_INT
        and (header.after is None or len(header.after) == HASH_BYTES)
        and (isinstance(header.subject, str) or 0 <= header.subject < MAX_INT)
    ):
        raise BadEvent(what="header", kind=header.kind[:40])
    return header


def encode_body(body: Body) -> bytes:
    """The bytes of a body; what stands at its end and says no more than the default takes no room."""
    values = msgspec.structs.astuple(body)
    defaults = _DEFAULTS[body.kind]
    end = len(values)
    while end and values[end - 1] == defaults[end - 1]:
        end -= 1
    return _encoder.encode(values[:end])


def decode_body(kind: str, data: bytes) -> Body | None:
    """The body of a known kind; None for a kind that this release does not know, and for one that was destroyed.

    Raises BadEvent, also for a destroyed body of a kind that is never destroyed.
    """
    decoder = _body_decoders.get(kind)
    if decoder is None:
        return None
    if is_stub(data):
        if kind in SHED:
            return None
        raise BadEvent(what="stub", kind=kind)
    try:
        body: Body = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEvent(what="body", kind=kind) from error
    for name in _INT_FIELDS[kind]:
        if not -1 <= getattr(body, name) < MAX_INT:
            raise BadEvent(what="body", kind=kind, field=name)
    return body


def is_shed(kind: str, body: Body | None, order: bytes) -> bool:
    """Whether a weeding by this order (the SHA-256 of its paper) destroys such a body; the order itself stays."""
    return kind in SHED and not (isinstance(body, Attach) and body.sha256 == order)


def subject_of(node: str, epoch: bytes, seq: int, subject: int | str) -> str:
    """The subject's id as text, from what a header says. Raises BadWord or BadEvent."""
    if isinstance(subject, str):
        parse_event_id(subject)
        return subject
    if not 0 <= subject < seq:
        raise BadEvent(what="subject")
    return f"{node}.{epoch.hex()}.{subject or seq}"


def subject_field(subject: str | None, epoch_id: tuple[str, bytes]) -> int | str:
    """What a header says of its subject (None: the event begins it): the short form where there is one."""
    if subject is None:
        return 0
    node, epoch, seq = parse_event_id(subject)
    return seq if (node, epoch) == epoch_id else subject


class Event(msgspec.Struct, frozen=True):
    """One event as it is kept: its id and the bytes that its node wrote. `body` is None once it was weeded."""

    id: EventId
    header_bytes: bytes
    body_bytes: bytes
