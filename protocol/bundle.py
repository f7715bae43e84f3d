"""Bundles: the sealed bytes that carry events, the same on every carrier.

    "PV" . version (1) . kind (one letter) . signature (64) . u16be length . statement . u32be length . payload

The signature is Ed25519 over "PV1s" . kind . statement; the statement is a MessagePack array that ends with the SHA-256
of the payload (empty without one). So a statement and its signature are by themselves evidence of what was stated, and
nothing is unpacked before its sender is known.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import Any, NamedTuple

import msgspec

from protocol.dictionary import DICTIONARY_V1, compress, decompress
from protocol.errors import PeerError

MAGIC = b"PV\x01"
SIGNATURE_BYTES = 64
_FIXED = len(MAGIC) + 1 + SIGNATURE_BYTES + 2
MAX_PAYLOAD_BYTES = 64 << 20  # as it travels
MAX_UNPACKED_BYTES = 192 << 20
DICTIONARY = DICTIONARY_V1

LEVELS = ((16 << 10, 19), (256 << 10, 12), (MAX_UNPACKED_BYTES * 2, 9))
"""(raw bytes up to, zstd level): 10,000 events at level 19 would take longer than the line saves."""

Sign = Callable[[bytes], bytes]
Verify = Callable[[str, bytes, bytes], None]
"""(node, message, signature): returns, or raises a PeerError that says why this node is not believed."""


class BadBundle(PeerError):
    """Bytes that are not a bundle."""

    code = "bad_bundle"


class TooLarge(PeerError):
    """A bundle over the size that is taken. Values: limit_bytes."""

    code = "too_large"


class Envelope(NamedTuple):
    """A bundle taken apart, nothing of it believed yet."""

    kind: str
    signature: bytes
    statement: bytes
    payload: bytes


def signed_bytes(kind: str, statement: bytes) -> bytes:
    """What the signature of a bundle is over."""
    return b"PV1s" + kind.encode() + statement


def pack(kind: str, fields: tuple[Any, ...], payload: bytes, sign: Sign) -> bytes:
    """A signed bundle: `fields` are the statement's, without the payload's hash; `payload` is already compressed."""
    statement = msgspec.msgpack.encode((*fields, sha256(payload).digest() if payload else b""))
    signature = sign(signed_bytes(kind, statement))
    return b"".join(
        (
            MAGIC, kind.encode(), signature, len(statement).to_bytes(2, "big"), statement,
            len(payload).to_bytes(4, "big"), payload,
        )
    )  # fmt: skip


def split(data: bytes, max_payload: int = MAX_PAYLOAD_BYTES) -> tuple[Envelope, int] | None:
    """The first bundle of `data` and how many bytes it took; None while it is not whole. Raises BadBundle, TooLarge."""
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise BadBundle(what="magic")
    if len(data) < _FIXED:
        return None
    kind = chr(data[len(MAGIC)])
    end = _FIXED + int.from_bytes(data[_FIXED - 2 : _FIXED], "big")
    if len(data) < end + 4:
        return None
    size = int.from_bytes(data[end : end + 4], "big")
    if size > max_payload:
        raise TooLarge(limit_bytes=max_payload)
    if len(data) < end + 4 + size:
        return None
    signature = data[len(MAGIC) + 1 : _FIXED - 2]
    return Envelope(kind, signature, data[_FIXED:end], data[end + 4 : end + 4 + size]), end + 4 + size


def check_payload(envelope: Envelope, stated: bytes) -> None:
    """Raises BadBundle unless the payload is the one that the statement names."""
    actual = sha256(envelope.payload).digest() if envelope.payload else b""
    if not compare_digest(actual, stated):
        raise BadBundle(what="payload")


def squeeze(value: Any) -> bytes:
    """A payload: MessagePack under zstd; the smaller it is, the more the dictionary and a high level gain."""
    raw = msgspec.msgpack.encode(value)
    return compress(raw, next(level for limit, level in LEVELS if len(raw) <= limit))


def unsqueeze(payload: bytes, decoder: msgspec.msgpack.Decoder[Any]) -> Any:
    """What `squeeze` packed, read with `decoder`. Raises BadBundle."""
    try:
        return decoder.decode(decompress(payload, MAX_UNPACKED_BYTES, DICTIONARY))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBundle(what="payload") from error
