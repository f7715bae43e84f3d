"""Post bags: what travels on a stick or with a neighbour, sealed to one node; the same bundles as on a line.

    "PVB" . version (1) . u16be length . head . record ...
    record: u32be length . sealed

The head is a MessagePack array: SHA-256 of the district's root certificate, sender, addressee, number, unix ms. It is
readable by whoever holds the stick: which office writes to which is on every paper envelope too. Each record is sealed
by HPKE (RFC 9180) to the addressee with SHA-256(head) and its number (u32be) as info, so that records of one bag cannot
be left out, reordered or put into another. What is inside begins with a letter: M a bundle; P a paper's hash and size
(u64be), C a part of it; Z the end, with the number of records before it. Without Z the bag was cut.

Sealing says nothing about the sender: a bundle is signed by itself, and a paper must have the hash it says.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from protocol.bundle import MAX_PAYLOAD_BYTES
from protocol.errors import PeerError
from protocol.keys import SEAL_OVERHEAD_BYTES
from protocol.words import HASH_BYTES, MAX_INT, is_code

MAGIC: Final = b"PVB\x01"
PART_BYTES: Final = 1 << 20
"""Of a paper in one record."""

MAX_HEAD_BYTES: Final = 512
MAX_MESSAGE_BYTES: Final = MAX_PAYLOAD_BYTES + (1 << 17)
MAX_PAPER_BYTES: Final = 1 << 40
SMALL_BYTES: Final = 4096
MAX_SMALL: Final = 100_000
"""So many records of a bag may be smaller than SMALL_BYTES: opening one costs the same however little is in it."""

_MAX_RECORD: Final = MAX_MESSAGE_BYTES + SEAL_OVERHEAD_BYTES + 1
_INFO: Final = b"bag\n"

Read = Callable[[int], bytes]
"""So many bytes of a bag, fewer only at its end."""

Seal = Callable[[bytes, bytes], bytes]
"""(info, plain) to sealed, for the addressee."""

Unseal = Callable[[bytes, bytes], bytes]
"""(info, sealed) to plain. Raises CannotOpen."""


class BadBag(PeerError):
    """Bytes that are no whole post bag: values `what`."""

    code = "bag.bad"


class BagOfOther(PeerError):
    """A bag of another district: values `district`, the beginning of its root's hash."""

    code = "bag.other_district"


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What stands on the outside. `district` is SHA-256 of the root certificate in DER."""

    district: bytes
    sender: str
    recipient: str
    number: int
    made_ms: int


class Bundle(NamedTuple):
    """A message, as on a line."""

    data: bytes


class PaperPart(NamedTuple):
    """A paper or its next part. `data` is empty in the first; a paper's parts follow each other."""

    sha256: bytes
    size: int
    offset: int
    data: bytes


Item = Bundle | PaperPart
_HEAD = msgspec.msgpack.Decoder(Head)


def pack_bag(head: Head, items: Iterable[Item], seal: Seal) -> Iterator[bytes]:
    """The bytes of a bag, record by record; papers in parts of at most PART_BYTES."""
    said = msgspec.msgpack.encode(head)
    yield MAGIC + struct.pack(">H", len(said)) + said
    about = _INFO + sha256(said).digest()
    number = 0
    for plain in _plain(items):
        yield _record(seal, about, number, plain)
        number += 1
    yield _record(seal, about, number, b"Z" + struct.pack(">I", number))


def paper_parts(sha: bytes, size: int, chunks: Iterable[bytes]) -> Iterator[PaperPart]:
    """A paper as it goes into a bag; `chunks` of any size."""
    yield PaperPart(sha, size, 0, b"")
    offset = 0
    for chunk in chunks:
        for at in range(0, len(chunk), PART_BYTES):
            part = bytes(chunk[at : at + PART_BYTES])
            yield PaperPart(sha, size, offset, part)
            offset += len(part)


def _plain(items: Iterable[Item]) -> Iterator[bytes]:
    for item in items:
        if isinstance(item, Bundle):
            yield b"M" + item.data
        elif item.data:
            yield b"C" + item.data
        else:
            yield b"P" + item.sha256 + struct.pack(">Q", item.size)


def _record(seal: Seal, about: bytes, number: int, plain: bytes) -> bytes:
    sealed = seal(about + struct.pack(">I", number), plain)
    return struct.pack(">I", len(sealed)) + sealed


def read_head(read: Read, district: bytes) -> Head:
    """What stands on the outside of a bag; nothing of it is believed yet. Raises BadBag, BagOfOther."""
    return _head(read, district)[0]


def open_bag(read: Read, district: bytes, me: str, unseal: Unseal) -> Iterator[Item]:
    """What is in a bag for `me`, in order. Raises BadBag, BagOfOther, CannotOpen: then what came before still holds.

    Memory: one record. A paper's parts add up to the size that it says.
    """
    head, said = _head(read, district)
    if head.recipient != me:
        raise BadBag(what="recipient", recipient=head.recipient)
    about = _INFO + sha256(said).digest()
    paper: PaperPart | None = None
    number = small = 0
    while True:
        plain = unseal(about + struct.pack(">I", number), _sealed(read))
        small += len(plain) < SMALL_BYTES
        if small > MAX_SMALL:
            raise BadBag(what="records")
        kind, rest = plain[:1], plain[1:]
        missing = 0 if paper is None else paper.size - paper.offset
        if kind == b"C" and paper is not None and 0 < len(rest) <= min(missing, PART_BYTES):
            yield paper._replace(data=rest)
            paper = paper._replace(offset=paper.offset + len(rest))
        elif missing:
            raise BadBag(what="paper")
        elif kind == b"M":
            yield Bundle(rest)
        elif kind == b"P" and len(rest) == HASH_BYTES + 8:
            paper = PaperPart(rest[:HASH_BYTES], int.from_bytes(rest[HASH_BYTES:], "big"), 0, b"")
            if not 0 < paper.size <= MAX_PAPER_BYTES:
                raise BadBag(what="size")
            yield paper
        elif kind == b"Z" and rest == struct.pack(">I", number) and not read(1):
            return
        else:
            raise BadBag(what="record")
        number += 1


def _head(read: Read, district: bytes) -> tuple[Head, bytes]:
    if read(len(MAGIC)) != MAGIC:
        raise BadBag(what="magic")
    length = int.from_bytes(_exactly(read, 2), "big")
    if length > MAX_HEAD_BYTES:
        raise BadBag(what="head")
    said = _exactly(read, length)
    try:
        head = _HEAD.decode(said)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBag(what="head") from error
    if not (is_code(head.sender) and is_code(head.recipient)) or len(head.district) != HASH_BYTES:
        raise BadBag(what="head")
    if not (0 <= head.number < MAX_INT and 0 <= head.made_ms < MAX_INT):
        raise BadBag(what="head")
    if head.district != district:
        raise BagOfOther(district=head.district[:4].hex())
    return head, said


def _sealed(read: Read) -> bytes:
    length = int.from_bytes(_exactly(read, 4), "big")
    if not SEAL_OVERHEAD_BYTES < length <= _MAX_RECORD:
        raise BadBag(what="record")
    return _exactly(read, length)


def _exactly(read: Read, count: int) -> bytes:
    data = read(count)
    if len(data) != count:
        raise BadBag(what="cut")
    return data
