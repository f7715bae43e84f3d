"""The bytes of a paper at rest: a head, then segments of 64 KiB, each sealed with AES-256-GCM.

    head     magic 8 | file id 16 | sealed(sha256 32 | size u64) 56
    segment  sealed(up to 65,536 bytes), 16 more at rest; a paper of no bytes has one empty segment

The key belongs to the file id, which is random and written once, so nonces may count. A segment's nonce is
`number u64 | last u32`; the head's is twelve bytes of 0xff. What is sealed with them: the magic for the head; file id,
number and last flag for a segment. So a segment that is changed, moved, left out, or taken from another file is found,
and so is a whole file under another paper's name. Numbers are big-endian.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from commons.papers.keys import FILE_ID_BYTES, Keys

MAGIC = b"PVPAPER\x01"
SEGMENT_BYTES = 65_536
TAG_BYTES = 16
SEALED_SEGMENT_BYTES = SEGMENT_BYTES + TAG_BYTES
HASH_BYTES = 32
HEAD_BYTES = len(MAGIC) + FILE_ID_BYTES + HASH_BYTES + 8 + TAG_BYTES
_HEAD_NONCE = b"\xff" * 12


class Readable(Protocol):
    """Anything with a `read`: an open file, a form's upload."""

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes, none at the end."""
        ...


Content = bytes | Readable | Iterable[bytes]


class Head(Struct, frozen=True):
    """What a paper's head says."""

    file_id: bytes
    sha256: bytes
    size: int


class Sealer:
    """Seals one new file."""

    def __init__(self, keys: Keys, file_id: bytes) -> None:
        self._file_id = file_id
        self._cipher = keys.cipher_of(file_id)

    def head(self, sha256: bytes, size: int) -> bytes:
        """Give the head's bytes."""
        sealed = self._cipher.encrypt(_HEAD_NONCE, sha256 + size.to_bytes(8, "big"), MAGIC)
        return MAGIC + self._file_id + sealed

    def segment(self, number: int, plain: bytes, *, last: bool) -> bytes:
        """Give a segment's bytes; each number is sealed at most once."""
        place = _place(number, last=last)
        return self._cipher.encrypt(place, plain, self._file_id + place)


class Opener:
    """Opens what a Sealer sealed."""

    def __init__(self, cipher: AESGCM, head: Head) -> None:
        self.head = head
        self._cipher = cipher
        self.last_number = max(0, head.size - 1) // SEGMENT_BYTES

    @classmethod
    def of(cls, keys: Keys, raw: bytes, at_rest_bytes: int) -> "Opener | None":
        """Open a head, or give None if it is not whole or the file's length is not what it says."""
        file_id = raw[len(MAGIC) : len(MAGIC) + FILE_ID_BYTES]
        if len(raw) != HEAD_BYTES or not raw.startswith(MAGIC):
            return None
        cipher = keys.cipher_of(file_id)
        try:
            plain = cipher.decrypt(_HEAD_NONCE, raw[len(MAGIC) + FILE_ID_BYTES :], MAGIC)
        except InvalidTag:
            return None
        size = int.from_bytes(plain[HASH_BYTES:], "big")
        opener = cls(cipher, Head(file_id, plain[:HASH_BYTES], size))
        return opener if opener.at_rest_bytes == at_rest_bytes else None

    @property
    def at_rest_bytes(self) -> int:
        """How long the whole file is."""
        return HEAD_BYTES + self.head.size + (self.last_number + 1) * TAG_BYTES

    def segment(self, number: int, sealed: bytes) -> bytes | None:
        """Open a segment, or give None if it is not the one that belongs here."""
        place = _place(number, last=number == self.last_number)
        try:
            return self._cipher.decrypt(place, sealed, self.head.file_id + place)
        except InvalidTag:
            return None


def segment_position(number: int) -> int:
    """Say where in the file a segment begins."""
    return HEAD_BYTES + number * SEALED_SEGMENT_BYTES


def segments_of(content: Content) -> Iterator[tuple[bytes, bool]]:
    """Cut content into segments of 64 KiB, each with whether it is the last; no content is one empty segment."""
    held = bytearray()
    for chunk in _chunks_of(content):
        held += chunk
        while len(held) > SEGMENT_BYTES:
            yield bytes(held[:SEGMENT_BYTES]), False
            del held[:SEGMENT_BYTES]
    yield bytes(held), True


def sha256_of(chunks: Iterable[bytes]) -> bytes:
    """Hash the chunks as one."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def _chunks_of(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        for start in range(0, len(content), SEGMENT_BYTES):
            yield content[start : start + SEGMENT_BYTES]
    elif isinstance(content, Iterable):
        yield from content
    else:
        while chunk := content.read(SEGMENT_BYTES):
            yield chunk


def _place(number: int, *, last: bool) -> bytes:
    return number.to_bytes(8, "big") + int(last).to_bytes(4, "big")
