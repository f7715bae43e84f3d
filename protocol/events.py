"""Every event, one struct each, and the header that all of them carry.

Header and body are MessagePack arrays. They are written once and kept as they are: whoever receives them stores the
bytes, so fields that a newer node appends survive an older one. A node that meets a kind it does not know keeps it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from protocol.errors import PeerError
from protocol.words import HASH_BYTES, MAX_INT, EventId, Term, parse_event_id

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


class Body(msgspec.Struct, frozen=True, array_like=True):
    """What an event says; one subclass a kind."""

    kind: ClassVar[str] = ""


class Open(Body, frozen=True, array_like=True):
    """A file is opened (CSMOP: opening of a new file). Priority 0-3."""

    kind: ClassVar[str] = "open"
    number: str
    title: str
    section: str = ""
    language: str = "hi"
    priority: int = 0
    grading: str = "normal"
    receipts: tuple[str, ...] = ()


class Note(Body, frozen=True, array_like=True):
    """A green note: `count` paragraphs from number `first` on, allow-listed HTML in NFC, and its papers."""

    kind: ClassVar[str] = "note"
    first: int
    count: int
    html: str
    language: str = "hi"
    papers: tuple[bytes, ...] = ()


class Attach(Body, frozen=True, array_like=True):
    """A paper joins the correspondence at page `first_page`. Size in bytes."""

    kind: ClassVar[str] = "attach"
    sha256: bytes
    size: int
    name: str
    media_type: str
    pages: int
    first_page: int


class Draft(Body, frozen=True, array_like=True):
    """A version of a draft for approval."""

    kind: ClassVar[str] = "draft"
    draft: int
    version: int
    text: str


class Diarise(Body, frozen=True, array_like=True):
    """A letter is diarised; it is a subject of its own."""

    kind: ClassVar[str] = "diarise"
    number: str
    title: str
    sender: str
    mode: str


class Send(Body, frozen=True, array_like=True):
    """A person sends the file to a post. Within the node it is there at once; else it waits for a carrier.

    `how` is up, down or return; `due` an ISO date or empty; priority -1 leaves it as it was.
    """

    kind: ClassVar[str] = "send"
    to_post: str
    to_node: str
    how: str = "up"
    remarks: str = ""
    due: str = ""
    priority: int = -1


class Withdraw(Body, frozen=True, array_like=True):
    """The sender takes back what waits here or was not yet opened on a desk of the same node."""

    kind: ClassVar[str] = "withdraw"


class Release(Body, frozen=True, array_like=True):
    """Written by the machine: the file leaves this node's hands. `cause` is the call that it answers, or empty."""

    kind: ClassVar[str] = "release"
    to_post: str
    to_node: str
    cause: str = ""


class Receive(Body, frozen=True, array_like=True):
    """A person opens what has arrived on his desk. `upto` is the last paragraph that he was shown."""

    kind: ClassVar[str] = "receive"
    upto: int = 0


class Park(Body, frozen=True, array_like=True):
    """Put away until a date."""

    kind: ClassVar[str] = "park"
    reason: str = ""
    until: str = ""


class Close(Body, frozen=True, array_like=True):
    """The matter is settled."""

    kind: ClassVar[str] = "close"
    remarks: str = ""


class Reopen(Body, frozen=True, array_like=True):
    """A parked or closed file is taken up again."""

    kind: ClassVar[str] = "reopen"
    remarks: str = ""


class AskBack(Body, frozen=True, array_like=True):
    """The sender asks for the hand-over of the header's term back (custody rule 3.3)."""

    kind: ClassVar[str] = "askback"


class PullUp(Body, frozen=True, array_like=True):
    """A superior draws the file to his post (custody rule 3.5)."""

    kind: ClassVar[str] = "pullup"
    to_post: str
    reason: str = ""


class Answer(Body, frozen=True, array_like=True):
    """Written by the machine: a call was not obeyed; why, and who had opened the file when."""

    kind: ClassVar[str] = "answer"
    cause: str
    why: str
    employee: str = ""
    post: str = ""
    at_hlc: int = 0


class Force(Body, frozen=True, array_like=True):
    """The hub moves custody by order of a person (custody section 4)."""

    kind: ClassVar[str] = "force"
    to_node: str
    to_post: str
    reason: str
    person: str


class Undelivered(Body, frozen=True, array_like=True):
    """The hub could not deliver a release and gives the file back (custody rule 2.3)."""

    kind: ClassVar[str] = "undelivered"
    to_post: str
    reason: str


BODIES: dict[str, type[Body]] = {
    body.kind: body
    for body in (
        Open, Note, Attach, Draft, Diarise, Send, Withdraw, Release, Receive, Park, Close, Reopen, AskBack, PullUp,
        Answer, Force, Undelivered,
    )
}  # fmt: skip

BESIDE_THE_CHAIN = frozenset({"askback", "pullup", "answer"})
"""Kinds that speak of a file without holding it: they join the file only in the grant that they caused."""

CALLS = frozenset({"askback", "pullup"})
"""Kinds that the hub may turn into a call."""

BY_HUB = frozenset({"force", "undelivered"})

_encoder = msgspec.msgpack.Encoder()
_INT_FIELDS = {
    kind: tuple(field.name for field in msgspec.structs.fields(body) if field.type is int)
    for kind, body in BODIES.items()
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
    """The bytes of a body."""
    return _encoder.encode(body)


def decode_body(kind: str, data: bytes) -> Body | None:
    """The body of a known kind; None for a kind that this release does not know. Raises BadEvent."""
    decoder = _body_decoders.get(kind)
    if decoder is None:
        return None
    try:
        body: Body = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEvent(what="body", kind=kind) from error
    for name in _INT_FIELDS[kind]:
        if not -1 <= getattr(body, name) < MAX_INT:
            raise BadEvent(what="body", kind=kind, field=name)
    return body


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
