"""What a neighbour is handed: a post bag under the label of who hands it on, and the hub's answer under its signature.

    greeting    challenge (24) . signature (64)              the neighbour, before anything is handed to it
    parcel      "PVN" . version (1) . u16be length . label . signature (64) . bag
    answer      "PVA" . version (1) . signature (64) . bag   the hub's, back the same way

A label is a MessagePack array: who hands the bag on, to whom, the challenge (empty to the hub), SHA-256 and size of the
bag. Each signature has a purpose of its own, so that none can be shown as another. The answer's covers the hash of the
bag that it answers: whoever holds the bag knows by it that the hub itself had it, now, and what it said.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Final

import msgspec

from protocol.bag import Read
from protocol.bundle import TooLarge
from protocol.errors import PeerError
from protocol.words import HASH_BYTES, is_code

PARCEL_MAGIC: Final = b"PVN\x01"
ANSWER_MAGIC: Final = b"PVA\x01"
SIGNATURE_BYTES: Final = 64
CHALLENGE_BYTES: Final = 24
WORD_BYTES: Final = 16
MAX_LABEL_BYTES: Final = 256
MAX_BAG_BYTES: Final = 512 << 10
"""A bag that a neighbour carries up: a minute of its line at 64 kbit/s."""

MAX_PARCEL_BYTES: Final = len(PARCEL_MAGIC) + 2 + MAX_LABEL_BYTES + SIGNATURE_BYTES + MAX_BAG_BYTES
MAX_ANSWER_BYTES: Final = 6 << 20
"""What the hub has for a node in one turn, and some papers."""

GREETING_BYTES: Final = CHALLENGE_BYTES + SIGNATURE_BYTES
GREET, CARRY, ANSWER = "neighbour", "carry", "carried"
"""Purposes of signatures."""

Sign = Callable[[str, bytes], bytes]
"""(purpose, message) to signature."""

Verify = Callable[[str, str, bytes, bytes], object]
"""(node, purpose, message, signature): returns, or raises a PeerError."""


class BadParcel(PeerError):
    """Bytes that are no parcel, greeting or answer: values `what`."""

    code = "neighbour.bad"


class Label(msgspec.Struct, frozen=True, array_like=True):
    """Who hands which bag on to whom. `challenge`: the receiver's, so that a parcel cannot be handed in again."""

    sender: str
    to: str
    challenge: bytes
    digest: bytes
    size: int


_LABEL = msgspec.msgpack.Decoder(Label)


def pack_greeting(word: bytes, challenge: bytes, me: str, sign: Sign) -> bytes:
    """A neighbour's answer to who asks for it by a fresh random `word`."""
    return challenge + sign(GREET, _greeted(word, challenge, me))


def read_greeting(data: bytes, word: bytes, neighbour: str, verify: Verify) -> bytes:
    """The challenge of the neighbour that was asked. Raises BadParcel, or what `verify` raises for another."""
    if len(data) != GREETING_BYTES:
        raise BadParcel(what="greeting")
    challenge, signature = data[:CHALLENGE_BYTES], data[CHALLENGE_BYTES:]
    verify(neighbour, GREET, _greeted(word, challenge, neighbour), signature)
    return challenge


def _greeted(word: bytes, challenge: bytes, neighbour: str) -> bytes:
    return word + challenge + neighbour.encode()


def pack_parcel(bag: bytes, sender: str, to: str, challenge: bytes, sign: Sign) -> bytes:
    """A bag as it is handed to a neighbour, or by it to the hub. Raises TooLarge."""
    if len(bag) > MAX_BAG_BYTES:
        raise TooLarge(limit_bytes=MAX_BAG_BYTES)
    label = msgspec.msgpack.encode(Label(sender, to, challenge, sha256(bag).digest(), len(bag)))
    return b"".join((PARCEL_MAGIC, struct.pack(">H", len(label)), label, sign(CARRY, label), bag))


def read_label(read: Read, me: str, verify: Verify) -> Label:
    """The label of a parcel for `me`, believed; nothing of the bag is read. Raises BadParcel, TooLarge, `verify`'s."""
    if read(len(PARCEL_MAGIC)) != PARCEL_MAGIC:
        raise BadParcel(what="magic")
    length = int.from_bytes(_exactly(read, 2), "big")
    if length > MAX_LABEL_BYTES:
        raise BadParcel(what="label")
    said, signature = _exactly(read, length), _exactly(read, SIGNATURE_BYTES)
    try:
        label = _LABEL.decode(said)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadParcel(what="label") from error
    if not is_code(label.sender) or len(label.digest) != HASH_BYTES:
        raise BadParcel(what="label")
    verify(label.sender, CARRY, said, signature)
    if label.to != me:
        raise BadParcel(what="recipient")
    if not 0 < label.size <= MAX_BAG_BYTES:
        raise TooLarge(limit_bytes=MAX_BAG_BYTES)
    return label


def read_bag(read: Read, label: Label) -> bytes:
    """The bag that a believed label speaks of, and nothing behind it. Raises BadParcel."""
    bag = _exactly(read, label.size)
    if sha256(bag).digest() != label.digest or read(1):
        raise BadParcel(what="bag")
    return bag


def pack_answer(asked: bytes, bag: bytes, sign: Sign) -> bytes:
    """The hub's answer to the bag with the hash `asked`: a bag sealed to who wrote that."""
    return ANSWER_MAGIC + sign(ANSWER, asked + sha256(bag).digest()) + bag


def read_answer(data: bytes, asked: bytes, hub: str, verify: Verify) -> bytes:
    """The bag of an answer that the hub gave to just this bag. Raises BadParcel, TooLarge, or what `verify` raises."""
    begin = len(ANSWER_MAGIC) + SIGNATURE_BYTES
    if len(data) > MAX_ANSWER_BYTES:
        raise TooLarge(limit_bytes=MAX_ANSWER_BYTES)
    if data[: len(ANSWER_MAGIC)] != ANSWER_MAGIC or len(data) <= begin:
        raise BadParcel(what="answer")
    bag = data[begin:]
    verify(hub, ANSWER, asked + sha256(bag).digest(), data[len(ANSWER_MAGIC) : begin])
    return bag


def _exactly(read: Read, count: int) -> bytes:
    data = read(count)
    if len(data) != count:
        raise BadParcel(what="cut")
    return data
