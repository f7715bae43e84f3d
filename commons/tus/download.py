"""Downloading by Range, going on from what is here."""

import contextlib
from collections.abc import Callable, Iterator

import requests
from msgspec import Struct

from commons.papers import Incoming, Paper, PaperStore, Upload, UploadExists, UploadMissing
from commons.tus.line import Line, NotThePeer, PeerMisbehaved, TransferCut, TransferRefused, cut_is_clear, short_body
from commons.tus.throttle import Throttle
from commons.tus.wire import parse_content_range


class Wanted(Struct, frozen=True):
    """What to download: `size` bytes that hash to `sha256`, under the id `download_id` while they arrive."""

    download_id: str
    sha256: bytes
    size: int


def _ignore(_offset: int) -> None:
    """Tell nobody."""


def fetch_whole(
    line: Line,
    url: str,
    incoming: Incoming,
    wanted: Wanted,
    on_progress: Callable[[int], None] = _ignore,
) -> None:
    """Bring all of it into `incoming`, unverified, going on where any earlier process was cut.

    Raises TransferCut (what came is kept: call again later), TransferRefused, PeerMisbehaved, DiskFull.
    """
    state = _begun(incoming, wanted)
    if state.whole:
        return
    headers = {"Range": f"bytes={state.offset}-", "If-Range": f'"{wanted.sha256.hex()}"'} if state.offset else {}
    with line.request("GET", url, headers) as response:
        take_whole(response, incoming, wanted, line.throttle, on_progress)


def take_whole(
    response: requests.Response,
    incoming: Incoming,
    wanted: Wanted,
    throttle: Throttle,
    on_progress: Callable[[int], None] = _ignore,
) -> None:
    """Take the rest, or all, from an answer to a request for it. Raises what `fetch_whole` does."""
    state = _begun(incoming, wanted)
    offset = _starts_at(response, state.offset, wanted.size)
    if offset != state.offset:
        incoming.discard(wanted.download_id)
        _begun(incoming, wanted)
    told = body_of_answer(response, wanted.size - offset, offset, throttle, on_progress)
    if incoming.append(wanted.download_id, offset, told) < wanted.size:
        raise TransferCut


def range_download(
    line: Line,
    url: str,
    incoming: Incoming,
    store: PaperStore,
    wanted: Wanted,
    on_progress: Callable[[int], None] = _ignore,
) -> Paper:
    """Bring a paper into the store, going on where any earlier process was cut; it is visible only when verified.

    Raises what `fetch_whole` does, and PaperMismatch if the peer's bytes are not the paper's (they are discarded).
    """
    fetch_whole(line, url, incoming, wanted, on_progress)
    return incoming.finish_into(store, wanted.download_id, wanted.sha256)


def _begun(incoming: Incoming, wanted: Wanted) -> Upload:
    """Find the download, or begin it; one that was begun with another size or content is begun anew."""
    with contextlib.suppress(UploadMissing):
        state = incoming.state(wanted.download_id)
        if (state.total_bytes, state.meta) == (wanted.size, wanted.sha256):
            return state
        incoming.discard(wanted.download_id)
    with contextlib.suppress(UploadExists):
        incoming.create(wanted.download_id, wanted.size, wanted.sha256)
    return incoming.state(wanted.download_id)


def _starts_at(response: requests.Response, asked: int, size: int) -> int:
    """Say at which offset the answer's body begins."""
    if response.status_code in (200, 206) and "ETag" not in response.headers:
        raise NotThePeer(response.status_code)
    if response.status_code == 200:
        if response.headers.get("Content-Length", str(size)) != str(size):
            raise PeerMisbehaved("Content-Length")
        return 0
    if response.status_code != 206:
        raise TransferRefused(response.status_code, short_body(response))
    found = parse_content_range(response.headers.get("Content-Range"))
    if found is None or found[0].start != asked or found[1] != size:
        raise PeerMisbehaved("Content-Range")
    return asked


def body_of_answer(
    response: requests.Response, left: int, offset: int, throttle: Throttle, on_progress: Callable[[int], None]
) -> Iterator[bytes]:
    """Give what has come as soon as it has; a body that is too long ends the transfer."""
    while True:
        with cut_is_clear():
            chunk: bytes = response.raw.read1(throttle.step())
        if not chunk:
            return
        left -= len(chunk)
        if left < 0:
            raise PeerMisbehaved("Content-Length")
        yield chunk
        offset += len(chunk)
        on_progress(offset)
        throttle.spend(len(chunk))
