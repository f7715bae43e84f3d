"""The chain: how events are hashed, appended and checked.

    e = SHA-256("PV1e" . lp(node) . epoch . u64be(seq) . lp(header) . SHA-256(body))     one event
    h = SHA-256("PV1h" . h_before . e)                                                   a node's journal
    f = SHA-256("PV1f" . f_before . e)                                                   a file's own log

lp() is a two-byte big-endian length and the bytes. Chains begin with 32 zero bytes; a new epoch begins with them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import Struct

from protocol.words import ZERO_HASH, EventId

_SEQ_LEN = Struct(">QH")


def event_prefix(node: str, epoch: bytes) -> bytes:
    """What the hashes of all events of one epoch begin with."""
    name = node.encode()
    return b"PV1e" + len(name).to_bytes(2, "big") + name + epoch


def hash_event(prefix: bytes, seq: int, header: bytes, body: bytes) -> bytes:
    """The e of the event `seq` under `event_prefix()`."""
    return sha256(prefix + _SEQ_LEN.pack(seq, len(header)) + header + sha256(body).digest()).digest()


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
        event_hash = sha256(prefix + pack(seq, len(header)) + header + sha256(body).digest()).digest()
        before = sha256(b"PV1h" + before + event_hash).digest()
        own.append(event_hash)
        heads.append(before)
    return own, heads


def file_hash(event_hashes: Iterable[bytes], before: bytes = ZERO_HASH) -> bytes:
    """The f after these events."""
    for event_hash in event_hashes:
        before = file_chain(before, event_hash)
    return before
