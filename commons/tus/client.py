"""Uploading by tus 1.0, going on from what the server has."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from msgspec import Struct, field

from commons.tus.line import Line, PeerMisbehaved
from commons.tus.wire import ANSWER_HEADER, CHUNK_TYPE, TUS_VERSION, encode_metadata

WITH_CREATION_BYTES = 16_384
"""Up to this size the content goes with the creation: one round trip, and little is sent twice."""
MAX_MISMATCHES = 5
_TUS = {"Tus-Resumable": TUS_VERSION}


class Outgoing(Struct, frozen=True):
    """What to upload: `read(offset)` gives its bytes from there on, `size` bytes in all, hashing to `sha256_hex`."""

    sha256_hex: str
    size: int
    read: Callable[[int], Iterable[bytes]]
    extra_metadata: Mapping[str, str] = field(default_factory=dict)


class Uploaded(Struct, frozen=True):
    """The server has all of it; `answer` is what it said on completion, "" if nothing; `sent_bytes` of content."""

    answer: str
    sent_bytes: int


def _ignore(_offset: int) -> None:
    """Tell nobody."""


def tus_upload(
    line: Line,
    url: str,
    outgoing: Outgoing,
    piece_bytes: int | None = None,
    on_progress: Callable[[int], None] = _ignore,
) -> Uploaded:
    """Upload to the creation address `url`, going on where any earlier process was cut.

    A request carries up to `piece_bytes`, all that is left if None (the server keeps what came of a cut one).
    `on_progress` gets each offset that the server has acknowledged. Raises TransferCut (call again later),
    TransferRefused, PeerMisbehaved.
    """
    small = 0 < outgoing.size <= min(piece_bytes or WITH_CREATION_BYTES, WITH_CREATION_BYTES)
    sending = _Piece(outgoing, 0, outgoing.size) if small else None
    metadata = encode_metadata({"sha256": outgoing.sha256_hex, **outgoing.extra_metadata})
    headers = {**_TUS, "Upload-Length": str(outgoing.size), "Upload-Metadata": metadata}
    if small:
        headers["Content-Type"] = CHUNK_TYPE
    reply = line.ask("POST", url, headers, sending)
    if reply.status != 201:
        raise reply.refusal()
    location = _same_site(url, reply.headers.get("Location", ""))
    offset = reply.number("Upload-Offset") if "Upload-Offset" in reply.headers else 0
    sent = sending.given if sending else 0
    mismatches = 0
    on_progress(offset)
    while offset < outgoing.size:
        piece = _Piece(outgoing, offset, min(outgoing.size, offset + (piece_bytes or outgoing.size)))
        headers = {**_TUS, "Content-Type": CHUNK_TYPE, "Upload-Offset": str(offset)}
        reply = line.ask("PATCH", location, headers, piece)
        sent += piece.given
        if reply.status == 204:
            offset = _forward(reply.number("Upload-Offset"), offset, outgoing.size)
        elif reply.status == 409 and mismatches < MAX_MISMATCHES:
            mismatches += 1
            reply = line.ask("HEAD", location, _TUS)
            if reply.status != 200:
                raise reply.refusal()
            offset = reply.number("Upload-Offset")
        else:
            raise reply.refusal()
        on_progress(offset)
    return Uploaded(reply.headers.get(ANSWER_HEADER, ""), sent)


def _forward(offset: int, before: int, size: int) -> int:
    if not before < offset <= size:
        raise PeerMisbehaved("Upload-Offset")
    return offset


def _same_site(url: str, location: str) -> str:
    """Resolve the Location; the token goes to no other host."""
    full = urljoin(url, location)
    if not location or urlsplit(full)[:2] != urlsplit(url)[:2]:
        raise PeerMisbehaved("Location")
    return full


class _Piece:
    """A body of known length, so that requests sends Content-Length and no chunked framing."""

    def __init__(self, outgoing: Outgoing, start: int, end: int) -> None:
        self._outgoing = outgoing
        self._start = start
        self._end = end
        self.given = 0

    def __len__(self) -> int:
        return self._end - self._start

    def __iter__(self) -> Iterator[bytes]:
        self.given = 0
        left = len(self)
        for chunk in self._outgoing.read(self._start):
            part = chunk[:left]
            left -= len(part)
            if part:
                self.given += len(part)
                yield part
            if left == 0:
                return
        raise ValueError(left)
