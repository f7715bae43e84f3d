"""The words that pass on the sockets of tokens: one packet each, MessagePack, checked. A PIN is a packet of its own.

Between service and worker, and between who wants a signature and the service. A conversation is a connection.
"""

from __future__ import annotations

import socket
from typing import Final

import msgspec

from commons.tokens.values import Token
from protocol.errors import PeerError

MOST_BYTES: Final = 65_536
MOST_PIN_BYTES: Final = 64
MOST_DATA_BYTES: Final = 8_192
"""Of one thing to sign: the signed attributes of a CMS, never a document."""


class Look(msgspec.Struct, frozen=True, tag="look"):
    """What does this module show, without a PIN?"""

    module: str


class Login(msgspec.Struct, frozen=True, tag="login"):
    """Log in to the token with this certificate, once. The PIN is the next packet."""

    module: str
    serial: str
    label: str
    key_id: bytes
    certificate: bytes  # DER


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """Signatures by the key of this certificate (its SHA-256) are wanted.

    In an open PIN session, or, without one, by a PIN that is the next packet; `keep_seconds` opens a session.
    """

    certificate: bytes
    session: bytes = b""
    keep_seconds: int = 0


class Sign(msgspec.Struct, frozen=True, tag="sign"):
    """Sign these bytes with SHA-256."""

    data: bytes


class Close(msgspec.Struct, frozen=True, tag="close"):
    """End a PIN session."""

    session: bytes


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """A worker's first word."""

    pid: int


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """What the module shows."""

    tokens: tuple[Token, ...]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Logged in. `session` and its end (unix milliseconds) when one was opened."""

    session: bytes = b""
    until_ms: int = 0


class Signed(msgspec.Struct, frozen=True, tag="signed"):
    """The signature: of RSA PKCS #1 v1.5, of EC a DER sequence of r and s."""

    signature: bytes


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """Why not, a code of `CODES`; and what the token says of its tries."""

    code: str
    few_tries: bool = False
    last_try: bool = False
    locked: bool = False


CODES: Final = (
    "pin_wrong",
    "pin_locked",
    "pin_expired",
    "gone",
    "key_missing",
    "mechanism",
    "busy",
    "failed",
    "no_token",
    "no_service",
    "session_over",
    "not_attributes",
    "bad_words",
)

Asked = Look | Login | Begin | Sign | Close
Answered = Hello | Looked | Ready | Signed | Failed
_asked: msgspec.msgpack.Decoder[Asked] = msgspec.msgpack.Decoder(Asked)
_answered: msgspec.msgpack.Decoder[Answered] = msgspec.msgpack.Decoder(Answered)


class Hung(PeerError):
    """The other end has gone, or did not answer in time."""

    code = "tokens.gone"


class BadWords(PeerError):
    """What came is none of the words."""

    code = "tokens.words"


def say(line: socket.socket, words: Asked | Answered) -> None:
    """One packet. Raises Hung."""
    try:
        line.sendall(msgspec.msgpack.encode(words))
    except OSError as error:
        raise Hung from error


def hear_asked(line: socket.socket) -> Asked:
    """Raises Hung, BadWords."""
    try:
        return _asked.decode(_packet(line))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadWords from error


def hear_answer(line: socket.socket) -> Answered:
    """Raises Hung, BadWords."""
    try:
        return _answered.decode(_packet(line))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadWords from error


def hear_pin(line: socket.socket) -> bytearray:
    """The PIN, for the caller to wipe. Raises Hung, BadWords for one that is empty or too long."""
    room = bytearray(MOST_PIN_BYTES + 1)
    try:
        count = line.recv_into(room)
    except OSError as error:
        raise Hung from error
    pin = room[:count]
    wipe(room)
    if not 0 < count <= MOST_PIN_BYTES:
        wipe(pin)
        raise BadWords
    return pin


def say_pin(line: socket.socket, pin: bytearray) -> None:
    """Pass a PIN on, and wipe it here. Raises Hung."""
    try:
        line.sendall(pin)
    except OSError as error:
        raise Hung from error
    finally:
        wipe(pin)


def wipe(secret: bytearray) -> None:
    """Overwrite with zeros."""
    for place in range(len(secret)):
        secret[place] = 0


def _packet(line: socket.socket) -> bytes:
    try:
        data = line.recv(MOST_BYTES)
    except OSError as error:
        raise Hung from error
    if not data:
        raise Hung
    return data
