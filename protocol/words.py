"""Ids and small values that all nodes share."""

from __future__ import annotations

import re
from typing import NamedTuple

from protocol.errors import PeerError

CODE = re.compile(r"[a-z0-9-]{2,20}")
EPOCH_BYTES = 8
HASH_BYTES = 32
MAX_INT = 1 << 62
"""No number in the protocol is larger; databases keep 64 bits with a sign."""

_EPOCH = re.compile(r"[0-9a-f]{16}")
_SEQ = re.compile(r"[1-9][0-9]{0,17}")
ZERO_HASH = bytes(HASH_BYTES)


class BadWord(PeerError):
    """An id that does not have the form that the protocol gives it."""

    code = "bad_word"


def is_code(text: str) -> bool:
    """True for a node or office code: 2 to 20 of `a-z`, `0-9` and `-`, given once and never reused."""
    return CODE.fullmatch(text) is not None


class EventId(NamedTuple):
    """Names one event for ever: the node that wrote it, that node's epoch, its number in the epoch (from 1)."""

    node: str
    epoch: bytes
    seq: int

    def __str__(self) -> str:
        return f"{self.node}.{self.epoch.hex()}.{self.seq}"


def parse_event_id(text: str) -> EventId:
    """The event id that `str()` wrote. Raises BadWord."""
    parts = text.split(".")
    if len(parts) != 3:
        raise BadWord(what="event id", text=text[:80])
    node, epoch, seq = parts
    if not is_code(node) or not _EPOCH.fullmatch(epoch) or not _SEQ.fullmatch(seq):
        raise BadWord(what="event id", text=text[:80])
    return EventId(node, bytes.fromhex(epoch), int(seq))


class Term(NamedTuple):
    """One stay of a file with one custodian: the life of the hub that ruled, and a number. Compared in that order."""

    life: int
    number: int


ORIGIN = Term(0, 0)
"""The opening office's own term."""


def next_term(term: Term, life: int) -> Term:
    """The term of the next custodian: one more, and never below the first of the hub's present life.

    >>> next_term(Term(0, 0), 7)
    Term(life=7, number=1)
    >>> next_term(Term(7, 3), 7)
    Term(life=7, number=4)
    """
    return Term(term.life, term.number + 1) if term.life >= life else Term(life, 1)
