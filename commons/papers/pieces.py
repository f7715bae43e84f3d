"""The bytes of an upload at rest: a head, then pieces as they came, each sealed with AES-256-GCM.

    head   magic 8 | file id 16 | length u32 | nonce 12 | sealed(total u64 | meta)
    piece  length u32 | nonce 12 | sealed(1 to 65,536 bytes)

`length` is that of the plain bytes. Nonces are random, because a piece that was torn is written again under the same
number. Sealed with the head: magic, file id, and the upload's id; with a piece: its number and its offset in the
content (u64 each). The whole pieces from the start on are what is held; a torn or foreign one ends it.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from commons.papers.keys import FILE_ID_BYTES, Keys

MAGIC = b"PVUPLD\x01\n"
NONCE_BYTES = 12
TAG_BYTES = 16
PIECE_HEAD_BYTES = 4 + NONCE_BYTES
MIN_PIECE_BYTES = 4096
MAX_PIECE_BYTES = 65_536
MAX_META_BYTES = 65_536


class Place(Struct, frozen=True):
    """An end of the pieces: where it is in the file, the next piece's number, and how much content is before it."""

    position: int
    number: int
    offset: int


class Opened(Struct, frozen=True):
    """An upload's head, opened, with the cipher of its pieces."""

    file_id: bytes
    cipher: AESGCM
    total_bytes: int
    meta: bytes
    start: Place


def seal_head(keys: Keys, upload_id: str, total_bytes: int, meta: bytes) -> bytes:
    """Make the head of a new upload. Raises ValueError if the meta is over 64 KiB."""
    plain = total_bytes.to_bytes(8, "big") + meta
    if len(meta) > MAX_META_BYTES:
        raise ValueError(len(meta))
    file_id = os.urandom(FILE_ID_BYTES)
    nonce = os.urandom(NONCE_BYTES)
    sealed = keys.cipher_of(file_id).encrypt(nonce, plain, MAGIC + file_id + upload_id.encode())
    return MAGIC + file_id + len(plain).to_bytes(4, "big") + nonce + sealed


def open_head(keys: Keys, upload_id: str, fd: int) -> Opened | None:
    """Open the head of the file, or give None if it is not this upload's or not whole."""
    raw = os.pread(fd, len(MAGIC) + FILE_ID_BYTES + PIECE_HEAD_BYTES + 8 + MAX_META_BYTES + TAG_BYTES, 0)
    length_at = len(MAGIC) + FILE_ID_BYTES
    file_id = raw[len(MAGIC) : length_at]
    nonce_at = length_at + 4
    sealed_at = nonce_at + NONCE_BYTES
    end = sealed_at + int.from_bytes(raw[length_at:nonce_at], "big") + TAG_BYTES
    if not raw.startswith(MAGIC) or len(raw) < end:
        return None
    cipher = keys.cipher_of(file_id)
    try:
        plain = cipher.decrypt(raw[nonce_at:sealed_at], raw[sealed_at:end], MAGIC + file_id + upload_id.encode())
    except InvalidTag:
        return None
    return Opened(file_id, cipher, int.from_bytes(plain[:8], "big"), plain[8:], Place(end, 0, 0))


def seal_piece(opened: Opened, place: Place, plain: bytes) -> tuple[bytes, Place]:
    """Make the bytes of the piece at the place, and the place after it."""
    nonce = os.urandom(NONCE_BYTES)
    raw = len(plain).to_bytes(4, "big") + nonce + opened.cipher.encrypt(nonce, plain, _binding(place))
    return raw, _after(place, len(plain))


def pieces_from(opened: Opened, fd: int, place: Place) -> Iterator[tuple[bytes, Place]]:
    """Open the whole pieces from the place on: each one's bytes with the place after it."""
    while True:
        head = os.pread(fd, PIECE_HEAD_BYTES, place.position)
        length = int.from_bytes(head[:4], "big")
        if len(head) < PIECE_HEAD_BYTES or not 1 <= length <= MAX_PIECE_BYTES:
            return
        sealed = os.pread(fd, length + TAG_BYTES, place.position + PIECE_HEAD_BYTES)
        try:
            plain = opened.cipher.decrypt(head[4:], sealed, _binding(place))
        except InvalidTag:
            return
        place = _after(place, length)
        yield plain, place


def regroup(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Give the chunks again in pieces of 4 to 64 KiB, the last one of any size.

    If the chunks break off with an error, what came before it is given first, then the error is raised.
    """
    held = bytearray()
    try:
        for chunk in chunks:
            held += chunk
            while len(held) >= MIN_PIECE_BYTES:
                yield bytes(held[:MAX_PIECE_BYTES])
                del held[:MAX_PIECE_BYTES]
    except Exception:
        if held:
            yield bytes(held)
        raise
    if held:
        yield bytes(held)


def _binding(place: Place) -> bytes:
    return place.number.to_bytes(8, "big") + place.offset.to_bytes(8, "big")


def _after(place: Place, length: int) -> Place:
    return Place(place.position + PIECE_HEAD_BYTES + length + TAG_BYTES, place.number + 1, place.offset + length)
