"""What the hub delivers: numbered items, one stream for each node, chained by hash.

s = SHA-256("PV1d" . s_before . item)
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

import msgspec

from protocol.bundle import BadBundle
from protocol.words import Term


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One numbered delivery of the hub to one node; subclasses by tag."""


class Grant(Item, frozen=True, array_like=True, tag="G"):
    """The hub's ruling: `holder` has the file from now on, at `post`.

    `start` and `count` say which part of the file's log travels with it, `base` is the log's hash after that part.
    `cause`: release, answer, askback, pullup, force, undelivered. A grant that names another node is a notice.
    """

    file: str
    life: int
    number: int
    holder: str
    post: str
    cause: str
    cause_node: str
    cause_life: int
    cause_number: int
    start: int
    count: int
    base: bytes

    @property
    def term(self) -> Term:
        """The term that begins."""
        return Term(self.life, self.number)


class Call(Item, frozen=True, array_like=True, tag="C"):
    """The hub's request to the holder in that term to give the file up; `why` is back or up; `cause` an event id."""

    file: str
    life: int
    number: int
    to_node: str
    to_post: str
    why: str
    cause: str

    @property
    def term(self) -> Term:
        """The only stay that this call is about."""
        return Term(self.life, self.number)


class RefusedItem(Item, frozen=True, array_like=True, tag="X"):
    """What you asked for (event id `cause`) cannot be: why, and where the file is."""

    file: str
    cause: str
    why: str
    node: str
    post: str
    employee: str
    at_hlc: int


class Tombstone(Item, frozen=True, array_like=True, tag="T"):
    """A delivery that was taken back before anyone could have seen it."""


class Status(Item, frozen=True, array_like=True, tag="F"):
    """How far the hand-over that you began in this term has come: delivered or opened, by whom, when."""

    file: str
    life: int
    number: int
    stage: str
    node: str
    post: str
    employee: str
    at_hlc: int


class AsideItem(Item, frozen=True, array_like=True, tag="A"):
    """An event of yours was set aside whole; `event` its id, `reason` a code."""

    event: str
    reason: str


class Weeded(Item, frozen=True, array_like=True, tag="W"):
    """A subject of which you have a copy was weeded by its holder `node`: destroy what an order destroys of it.

    `order` is the SHA-256 of the order's paper; `at_hlc` when it was weeded.
    """

    file: str
    order: bytes
    order_number: str
    node: str
    at_hlc: int


class Decided(Item, frozen=True, array_like=True, tag="J"):
    """A person decided about entries of this subject that were set aside: the hub's `decide`, verbatim, and its id.

    `sha256` and `size` name the paper of the originals, for whom the decision asks to write; else empty.
    """

    file: str
    node: str
    epoch: bytes
    seq: int
    header: bytes
    body: bytes
    sha256: bytes = b""
    size: int = 0


class Vouched(Item, frozen=True, array_like=True, tag="V"):
    """The district confirms or refuses whose a certificate is: the hub's `vouch`, verbatim, and its id."""

    file: str
    node: str
    epoch: bytes
    seq: int
    header: bytes
    body: bytes


class Trusting(Item, frozen=True, array_like=True, tag="K"):
    """A paper by which signatures are judged is at the district: fetch it as any paper.

    `what`: certificate (of an authority) or list (of revoked ones), DER; `issuer` SHA-256 of its issuer's name, DER. A
    list is from `at_ms` and the next is due at `until_ms`; a certificate is good from and until then.
    """

    sha256: bytes
    size: int
    what: str
    issuer: bytes
    at_ms: int
    until_ms: int


AnyItem = Grant | Call | RefusedItem | Tombstone | Status | AsideItem | Weeded | Decided | Vouched | Trusting

_item_decoder = msgspec.msgpack.Decoder(AnyItem)


def encode_item(item: Item) -> bytes:
    """The bytes that the stream's hash is over."""
    return msgspec.msgpack.encode(item)


def decode_item(data: bytes) -> AnyItem | None:
    """An item; None for one that this release does not know (it is kept, and passed over)."""
    try:
        item: AnyItem = _item_decoder.decode(data)
    except msgspec.ValidationError:
        if not isinstance(msgspec.msgpack.decode(data), list):
            raise BadBundle(what="item") from None
        return None
    except msgspec.DecodeError as error:
        raise BadBundle(what="item") from error
    return item


def stream_chain(before: bytes, item: bytes) -> bytes:
    """The next s of a delivery stream: SHA-256("PV1d" . s_before . item)."""
    return sha256(b"PV1d" + before + item).digest()


class LogEntry(msgspec.Struct, frozen=True, array_like=True):
    """An event of a file's log as a grant carries it: verbatim bytes under the writer's id."""

    node: str
    epoch: bytes
    seq: int
    header: bytes
    body: bytes


MAX_ITEMS = 1_000_000
"""In one message."""


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """A run of stream items; `logs` has one list of entries for each grant among them, in order."""

    items: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=MAX_ITEMS)] = ()
    logs: Annotated[tuple[tuple[LogEntry, ...], ...], msgspec.Meta(max_length=MAX_ITEMS)] = ()
