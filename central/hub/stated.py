"""What the hub once stated of a node, shown to it again: believed by the hub's own signature alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from protocol import messages as ms
from protocol.bundle import signed_bytes
from protocol.words import ZERO_HASH

Verify = Callable[[bytes, bytes], None]
"""(message, signature): raises BadSignature unless the hub itself signed it."""


class Stated(NamedTuple):
    """What a statement of the hub said of a node's journal and stream."""

    life: int
    epoch: bytes
    seq: int
    journal: bytes
    n: int
    stream: bytes


def stated(verify_own: Verify, about: str, statement: bytes, signature: bytes, node: str) -> Stated | None:
    """What it says of this node; None if it speaks of another, or of nothing. Raises BadSignature, BadBundle."""
    if about not in ms.FROM_HUB:
        return None
    verify_own(signed_bytes(about, statement), signature)
    message = ms.decode_statement(about, statement)
    if message.recipient != node:
        return None
    match message:
        case ms.Down():
            end = message.stream_base + message.count
            return Stated(message.life, message.epoch, message.ack_seq, message.ack_hash, end, message.stream_hash)
        case ms.Ticket():
            return Stated(
                message.life, message.epoch, message.head_seq, message.head_hash, message.stream_count,
                message.stream_hash,
            )  # fmt: skip
        case ms.Notice():
            return Stated(message.life, b"", 0, b"", 0, ZERO_HASH)
    return None
