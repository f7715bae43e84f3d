"""The conversation of two ends, sans-IO: bytes in, messages out; who may speak when is a literal table.

    node:  SPEAK --(U O Q E)--> LISTEN --(D T V W L)--> SPEAK
    hub:   LISTEN --(U O Q E)--> SPEAK --(D T V W L)--> LISTEN

An end is given bytes as they come, cut anywhere; it hands out a message only when the whole bundle is there and
believed. What is not whole has no effect.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from protocol import bundle
from protocol import messages as ms
from protocol.bundle import BadBundle, Envelope
from protocol.errors import LocalError


class Role(Enum):
    """Which end this is."""

    NODE = "node"
    HUB = "hub"


class Turn(Enum):
    """Whose turn it is, as seen from this end."""

    SPEAK = "speak"
    LISTEN = "listen"


class NeedData:
    """The bundle is not whole yet."""


NEED_DATA = NeedData()

FIRST_TURN = {Role.NODE: Turn.SPEAK, Role.HUB: Turn.LISTEN}
SAYS = {Role.NODE: ms.FROM_NODE, Role.HUB: ms.FROM_HUB}
HEARS = {Role.NODE: ms.FROM_HUB, Role.HUB: ms.FROM_NODE}


class OutOfTurn(LocalError):
    """This end spoke when it had to listen, or said what it may not."""

    code = "out_of_turn"


class Heard(msgspec.Struct, frozen=True):
    """A believed message and the envelope it came in (kept as evidence)."""

    message: ms.Message
    envelope: Envelope


class End:
    """One end of a conversation. `sign` and `verify` are the node's own; see bundle.Sign, bundle.Verify."""

    def __init__(self, role: Role, me: str, sign: bundle.Sign, verify: bundle.Verify) -> None:
        self.role = role
        self.turn = FIRST_TURN[role]
        self._me = me
        self._sign = sign
        self._verify = verify
        self._buffer = bytearray()

    def say(self, message: ms.Message) -> bytes:
        """The bytes of a message; the other end's turn begins. Raises OutOfTurn."""
        if self.turn is not Turn.SPEAK or message.letter not in SAYS[self.role]:
            raise OutOfTurn(letter=message.letter, turn=self.turn.value)
        self.turn = Turn.LISTEN
        return ms.encode_message(message, self._sign)

    def receive_data(self, data: bytes) -> None:
        """Takes bytes as they came."""
        self._buffer += data

    def next_event(self) -> Heard | NeedData:
        """The message that came, believed, or NEED_DATA. Raises PeerErrors; then the conversation is over."""
        if self.turn is not Turn.LISTEN:
            if self._buffer:
                raise BadBundle(what="turn")
            return NEED_DATA
        if not self._buffer:
            return NEED_DATA
        found = bundle.split(bytes(self._buffer))
        if found is None:
            return NEED_DATA
        envelope, length = found
        if length != len(self._buffer):
            raise BadBundle(what="length")
        message = ms.decode_message(envelope, self._verify, self._me, HEARS[self.role])
        self._buffer.clear()
        self.turn = Turn.SPEAK
        return Heard(message, envelope)


def hear(end: End, data: bytes) -> Heard:
    """The message of one whole bundle. Raises BadBundle when it is not whole."""
    end.receive_data(data)
    heard = end.next_event()
    if isinstance(heard, NeedData):
        raise BadBundle(what="length")
    return heard
