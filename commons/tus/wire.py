"""Reading and writing the headers of tus 1.0 and of Range (RFC 9110 section 14); pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from msgspec import Struct

from commons.papers import Digest

TUS_VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration"
ALGORITHMS = ("sha256", "sha1")
CHUNK_TYPE = "application/offset+octet-stream"
ANSWER_HEADER = "Upload-Answer"
PATCHED = "dcz"
"""The content coding of RFC 9842 that `protocol.patch` writes."""
_NUMBER = re.compile(r"[0-9]{1,15}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class BadHeader(ValueError):
    """A header does not say what it must; `code` names it for the client."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_number(text: str | None, code: str) -> int:
    """Read a length or an offset in bytes. Raises BadHeader with the code."""
    if text is None or not _NUMBER.fullmatch(text):
        raise BadHeader(code)
    return int(text)


def encode_metadata(metadata: Mapping[str, str]) -> str:
    """Write Upload-Metadata: `key base64(UTF-8), ...`, without the space after a comma."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".rstrip() for key, value in metadata.items())


def parse_metadata(text: str) -> dict[str, str]:
    """Read Upload-Metadata. Raises BadHeader for a repeated key, base64 or UTF-8 that is none, or a wrong `sha256`."""
    metadata: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, encoded = pair.partition(" ")
        if key in metadata:
            raise BadHeader("metadata")
        try:
            metadata[key] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            raise BadHeader("metadata") from None
    if "sha256" in metadata and not _SHA256.fullmatch(metadata["sha256"]):
        raise BadHeader("metadata_sha256")
    return metadata


def parse_checksum(text: str | None) -> Digest | None:
    """Read Upload-Checksum: `algorithm base64(digest)`. Raises BadHeader for an algorithm that is not in the list."""
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadHeader("checksum_algorithm")
    try:
        return Digest(algorithm, base64.b64decode(encoded, validate=True))
    except ValueError:  # binascii.Error is one; letters outside ASCII are another
        raise BadHeader("checksum") from None


def encode_available(sha256: bytes) -> str:
    """Write Available-Dictionary (RFC 9842 section 2.2): the earlier version that the asking side has."""
    return f":{base64.b64encode(sha256).decode()}:"


def parse_available(text: str | None, accepted: str | None) -> bytes | None:
    """Read Available-Dictionary, if the asking side also accepts the coding; None for anything else."""
    codings = {part.partition(";")[0].strip().lower() for part in (accepted or "").split(",")}
    match = re.fullmatch(r":([A-Za-z0-9+/]{43}=):", (text or "").strip())
    return base64.b64decode(match[1]) if match and PATCHED in codings else None


def http_date(unix_seconds: float) -> str:
    """Write a date as HTTP does (RFC 9110 section 5.6.7)."""
    return format_datetime(datetime.fromtimestamp(unix_seconds, UTC), usegmt=True)


class Span(Struct, frozen=True):
    """Bytes `start` to `end`, the end not included."""

    start: int
    end: int


def parse_range(text: str | None, size: int) -> Span | None:
    """Read a Range of one span of `size` bytes; None: send all (no Range, several, or one that makes no sense).

    Raises BadHeader if the span begins past the end (416).
    """
    match = _RANGE.fullmatch(text.strip()) if text else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        wanted = min(int(last), size)
        span = Span(size - wanted, size)
    elif last and int(last) < int(first):
        return None
    else:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
    if span.start >= span.end:
        raise BadHeader("range")
    return span


def parse_content_range(text: str | None) -> tuple[Span, int] | None:
    """Read `Content-Range: bytes a-b/size` as the span and the whole size, or None if it is not that."""
    match = re.fullmatch(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})", text or "")
    if match is None:
        return None
    first, last, size = (int(group) for group in match.groups())
    return Span(first, last + 1), size
