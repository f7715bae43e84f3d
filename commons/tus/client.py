"""Uploading by tus 1.0, going on from what the server has."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

from msgspec import Struct, field

from commons.tus.line import Answer, Body, Line, NotThePeer, PeerMisbehaved, TransferCut
from commons.tus.piece import Piece
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


class Pieces:
    """How much each request of a line carries: `piece` now; `keep` hears of every change, to begin there next time."""

    def __init__(self, piece: Piece, keep: Callable[[Piece], None]) -> None:
        self.piece = piece
        self._keep = keep

    @contextmanager
    def watched(self, body: "_Body | None") -> Iterator[None]:
        """Learn from one request with this body; one without teaches nothing."""
        try:
            yield
        except TransferCut:
            if body is not None:
                self._change(self.piece.broke())
            raise
        if body is not None:
            self._change(self.piece.arrived(len(body)))

    def _change(self, piece: Piece) -> None:
        if piece != self.piece:
            self.piece = piece
            self._keep(piece)


class _Whole(Pieces):
    """Requests of a size that nothing changes."""

    def __init__(self, size: int) -> None:
        super().__init__(Piece(size), lambda _piece: None)

    def _change(self, piece: Piece) -> None:
        """Stay."""


def tus_upload(
    line: Line,
    url: str,
    outgoing: Outgoing,
    pieces: Pieces | int | None = None,
    on_progress: Callable[[int], None] = _ignore,
    *,
    fresh: bool = False,
) -> Uploaded:
    """Upload to the creation address `url`, going on where any earlier process was cut.

    A request carries up to `pieces` bytes: a size that adapts, a fixed one, or None for all that is left.
    `on_progress` gets each offset that the server has acknowledged. `fresh`: none of it was ever sent, so the first
    piece goes with the creation and saves a round trip. Raises TransferCut (call again later), TransferRefused,
    PeerMisbehaved, NotThePeer, and what the line's throttle raises.
    """
    if not isinstance(pieces, Pieces):
        pieces = _Whole(pieces or outgoing.size)
    first = min(outgoing.size, pieces.piece.bytes)
    with_creation = first > 0 and (fresh or first == outgoing.size <= WITH_CREATION_BYTES)
    sending = _Body(outgoing, 0, first) if with_creation else None
    metadata = encode_metadata({"sha256": outgoing.sha256_hex, **outgoing.extra_metadata})
    headers = {**_TUS, "Upload-Length": str(outgoing.size), "Upload-Metadata": metadata}
    if sending is not None:
        headers["Content-Type"] = CHUNK_TYPE
    with pieces.watched(sending):
        reply = _ask(line, "POST", url, headers, sending)
    if reply.status != 201:
        raise reply.refusal()
    location = _same_site(url, reply.headers.get("Location", ""))
    offset = reply.number("Upload-Offset") if "Upload-Offset" in reply.headers else 0
    sent = sending.given if sending else 0
    mismatches = 0
    on_progress(offset)
    while offset < outgoing.size:
        body = _Body(outgoing, offset, min(outgoing.size, offset + pieces.piece.bytes))
        headers = {**_TUS, "Content-Type": CHUNK_TYPE, "Upload-Offset": str(offset)}
        with pieces.watched(body):
            reply = _ask(line, "PATCH", location, headers, body)
        sent += body.given
        if reply.status == 204:
            offset = _forward(reply.number("Upload-Offset"), offset, outgoing.size)
        elif reply.status == 409 and mismatches < MAX_MISMATCHES:
            mismatches += 1
            reply = _ask(line, "HEAD", location, _TUS)
            if reply.status != 200:
                raise reply.refusal()
            offset = reply.number("Upload-Offset")
        else:
            raise reply.refusal()
        on_progress(offset)
    return Uploaded(reply.headers.get(ANSWER_HEADER, ""), sent)


def _ask(line: Line, method: str, url: str, headers: Mapping[str, str], body: Body | None = None) -> Answer:
    """Ask, and believe only an answer that is of tus: its specification wants the header in every one."""
    reply = line.ask(method, url, headers, body)
    if "Tus-Resumable" not in reply.headers:
        raise NotThePeer(reply.status) if reply.status < 500 else TransferCut
    return reply


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


class _Body:
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
