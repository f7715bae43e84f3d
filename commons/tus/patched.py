"""Downloading a new version as a patch on an earlier one that is here, going on where it was cut."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

import msgspec
import requests

from commons.papers import (
    PATCH_ENDING,
    Incoming,
    Paper,
    PapersError,
    PaperStore,
    Upload,
    UploadMissing,
    most_patch_bytes,
    put_patched,
)
from commons.tus.download import Wanted, body_of_answer, take_whole
from commons.tus.line import Line, PeerMisbehaved, TransferCut, TransferRefused, short_body
from commons.tus.wire import PATCHED, encode_available, parse_content_range
from protocol.patch import BadPatch

_LENGTH = re.compile(r"[0-9]{1,9}")
_ETAG = re.compile(r'"[!#-~]{1,80}"')


class _Origin(msgspec.Struct, frozen=True, array_like=True):
    """What is kept with a patch that is still arriving."""

    etag: str
    earlier: bytes


def _ignore(_offset: int, _size: int) -> None:
    """Tell nobody."""


def patch_download(
    line: Line,
    url: str,
    incoming: Incoming,
    store: PaperStore,
    wanted: Wanted,
    *,
    earlier: bytes,
    on_progress: Callable[[int, int], None] = _ignore,
) -> Paper:
    """Bring a paper into the store by what differs from `earlier` (its SHA-256), or whole if the peer sends it so.

    `on_progress` gets how much of how many bytes has come. Raises what `range_download` does, and BadPatch; after
    BadPatch and PaperMismatch nothing of the patch is left, and the paper is to be fetched whole.
    """
    arriving = _Arriving(incoming, wanted, earlier)
    try:
        if not arriving.whole and arriving.fetch(line, url, on_progress):
            return incoming.finish_into(store, wanted.download_id, wanted.sha256)
        paper = put_patched(store, arriving.patch(), wanted.sha256, wanted.size)
    except (BadPatch, PapersError, PeerMisbehaved):
        incoming.discard(arriving.id)
        raise
    incoming.discard(arriving.id)
    return paper


class _Arriving:
    """A patch that is on its way into `incoming`, perhaps since an earlier process."""

    def __init__(self, incoming: Incoming, wanted: Wanted, earlier: bytes) -> None:
        self.id = f"{wanted.download_id}{PATCH_ENDING}"
        self._incoming = incoming
        self._wanted = wanted
        self._earlier = earlier
        self._state: Upload | None = None
        with contextlib.suppress(UploadMissing):
            self._state = incoming.state(self.id)
            if _origin(self._state).earlier != earlier:
                self._forget()

    @property
    def whole(self) -> bool:
        """Whether all of the patch is here."""
        return self._state is not None and self._state.whole

    def patch(self) -> bytes:
        """What is here of it."""
        return b"".join(self._incoming.read(self.id))

    def fetch(self, line: Line, url: str, on_progress: Callable[[int, int], None]) -> bool:
        """Bring the rest of it; true if the peer sent the paper itself, which is then in `incoming` instead."""
        headers = {"Accept-Encoding": PATCHED, "Available-Dictionary": encode_available(self._earlier)}
        if self._state is not None and self._state.offset:
            headers |= {"Range": f"bytes={self._state.offset}-", "If-Range": _origin(self._state).etag}
        with line.request("GET", url, headers) as response:
            if response.headers.get("Content-Encoding") != PATCHED:
                _require_all(response)
                self._forget()
                whole = self._wanted.size
                take_whole(
                    response, self._incoming, self._wanted, line.throttle, lambda offset: on_progress(offset, whole)
                )
                return True
            state = self._joined(response)
            size = state.total_bytes
            told = body_of_answer(
                response, size - state.offset, state.offset, line.throttle, lambda offset: on_progress(offset, size)
            )
            if self._incoming.append(self.id, state.offset, told) < size:
                raise TransferCut
        return False

    def _joined(self, response: requests.Response) -> Upload:
        """Where the answer's body goes on: begun anew unless the peer goes on with the same patch."""
        etag = response.headers.get("ETag", "")
        if response.status_code == 206 and self._state is not None:
            found = parse_content_range(response.headers.get("Content-Range"))
            if found is None or (found[0].start, found[1]) != (self._state.offset, self._state.total_bytes):
                raise PeerMisbehaved("Content-Range")
            if etag != _origin(self._state).etag:
                raise PeerMisbehaved("ETag")
            return self._state
        _require_all(response)
        length = response.headers.get("Content-Length", "")
        if not _LENGTH.fullmatch(length) or not 0 < int(length) <= most_patch_bytes(self._wanted.size):
            raise PeerMisbehaved("Content-Length")
        if not _ETAG.fullmatch(etag):
            raise PeerMisbehaved("ETag")
        self._forget()
        self._incoming.create(self.id, int(length), msgspec.msgpack.encode(_Origin(etag, self._earlier)))
        self._state = self._incoming.state(self.id)
        return self._state

    def _forget(self) -> None:
        self._incoming.discard(self.id)
        self._state = None


def _origin(state: Upload) -> _Origin:
    return msgspec.msgpack.decode(state.meta, type=_Origin)


def _require_all(response: requests.Response) -> None:
    if response.status_code != 200:
        raise TransferRefused(response.status_code, short_body(response))
