"""The chain: how events are hashed, appended and checked.

    e = SHA-256("PV1e" . lp(node) . epoch . u64be(seq) . lp(header) . SHA-256(body))     one event
    h = SHA-256("PV1h" . h_before . e)                                                   a node's journal
    f = SHA-256("PV1f" . f_before . e)                                                   a file's own log

lp() is a two-byte big-endian length and the bytes. Chains begin with 32 zero bytes; a new epoch begins with them again.

A body that was destroyed by a weeding order leaves a stub in its place, wherever it was kept and however it travels:
the byte C1, with which no MessagePack begins, and the SHA-256 of the body. All chains verify with it as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import Struct

from protocol.words import ZERO_HASH, EventId

_SEQ_LEN = Struct(">QH")
_STUB_MARK = 0xC1
STUB_BYTES = 33


def is_stub(body: bytes) -> bool:
    """Whether a body was destroyed, and this stands in its place."""
    return len(body) == STUB_BYTES and body[0] == _STUB_MARK


def stub_of(body: bytes) -> bytes:
    """What stays of a body that is destroyed; of a stub itself."""
    return body if is_stub(body) else bytes((_STUB_MARK,)) + sha256(body).digest()


def body_digest(body: bytes) -> bytes:
    """The SHA-256 of a body, also of one that was destroyed."""
    if len(body) == STUB_BYTES and body[0] == _STUB_MARK:
        return body[1:]
    return sha256(body).digest()


def is_same(header: bytes, body: bytes, other_header: bytes, other_body: bytes) -> bool:
    """Whether two that stand under one id are the same event, be it that one body of them was destroyed."""
    return header == other_header and (body == other_body or body_digest(body) == body_digest(other_body))


def event_prefix(node: str, epoch: bytes) -> bytes:
    """What the hashes of all events of one epoch begin with."""
    name = node.encode()
    return b"PV1e" + len(name).to_bytes(2, "big") + name + epoch


def hash_event(prefix: bytes, seq: int, header: bytes, body: bytes) -> bytes:
    """The e of the event `seq` under `event_prefix()`."""
    return sha256(prefix + _SEQ_LEN.pack(seq, len(header)) + header + body_digest(body)).digest()


def hash_event_id(event_id: EventId, header: bytes, body: bytes) -> bytes:
    """The e of one event by itself."""
    return hash_event(event_prefix(event_id.node, event_id.epoch), event_id.seq, header, body)


def chain(before: bytes, event_hash: bytes) -> bytes:
    """The next hash of a node's journal."""
    return sha256(b"PV1h" + before + event_hash).digest()


def file_chain(before: bytes, event_hash: bytes) -> bytes:
    """The next hash of a file's log."""
    return sha256(b"PV1f" + before + event_hash).digest()


def chain_hashes(
    node: str, epoch: bytes, first: int, before: bytes, events: Sequence[tuple[bytes, bytes]]
) -> tuple[list[bytes], list[bytes]]:
    """(e, h) of consecutive events, each given as (header, body), the first of them numbered `first`."""
    prefix = event_prefix(node, epoch)
    own: list[bytes] = []
    heads: list[bytes] = []
    pack = _SEQ_LEN.pack
    for seq, (header, body) in enumerate(events, first):
        digest = body[1:] if len(body) == STUB_BYTES and body[0] == _STUB_MARK else sha256(body).digest()
        event_hash = sha256(prefix + pack(seq, len(header)) + header + digest).digest()
        before = sha256(b"PV1h" + before + event_hash).digest()
        own.append(event_hash)
        heads.append(before)
    return own, heads


def file_hash(event_hashes: Iterable[bytes], before: bytes = ZERO_HASH) -> bytes:
    """The f after these events."""
    for event_hash in event_hashes:
        before = file_chain(before, event_hash)
    return before
