"""Papers over the line: whole, or as a patch on an earlier version that both ends have."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator

from appliance.link import crossing
from appliance.link.https import HttpsCarrier
from appliance.link.papers import UNAUTHORISED
from appliance.store.turns import earlier_versions
from appliance.store.unit import Unit
from commons.papers import PaperMismatch, PaperMissing, UploadMissing, downloads_of, patch_between
from commons.tus.client import WITH_CREATION_BYTES, Outgoing, tus_upload
from commons.tus.download import Wanted, range_download
from commons.tus.line import PeerMisbehaved, TransferRefused
from commons.tus.patched import patch_download
from protocol.patch import BadPatch

log = logging.getLogger("patravali.link")

WHOLE = b""


class Papers:
    """The carrier of papers over HTTPS."""

    def __init__(self, carrier: HttpsCarrier) -> None:
        self._carrier = carrier

    def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Raises TransferError. A patch that the hub does not take gives way to the whole paper at once."""
        before = crossing.crossing_of(unit, sha256)
        bases = earlier_versions(unit.db, sha256) if before is None else [before.base] if before.base else []
        base, patch = _least(unit, bases, sha256)
        if patch:
            try:
                self._send_patch(unit, sha256, patch, base, token, fresh=before is None)
            except TransferRefused as error:
                if error.status == UNAUTHORISED:
                    raise
                log.warning("patch_refused", extra={"status": error.status, "code": error.reason[:40]})
            else:
                return
        crossing.begin(unit, sha256, up=True, base=WHOLE, crossing=size)
        outgoing = Outgoing(sha256.hex(), size, lambda offset: unit.papers.open(sha256, offset))
        self._put(unit, outgoing, sha256, token, fresh=before is None and not patch)

    def _send_patch(self, unit: Unit, sha256: bytes, patch: bytes, base: bytes, token: str, *, fresh: bool) -> None:
        crossing.begin(unit, sha256, up=True, base=base, crossing=len(patch))

        def read(offset: int) -> Iterable[bytes]:
            yield patch[offset:]

        early = base.hex() if len(patch) > WITH_CREATION_BYTES else ""
        outgoing = Outgoing(sha256.hex(), len(patch), read, {"patch-of": early})
        self._put(unit, outgoing, sha256, token, fresh=fresh)

    def _put(self, unit: Unit, outgoing: Outgoing, sha256: bytes, token: str, *, fresh: bool) -> None:
        line, url = self._carrier.line(token), self._carrier.url("/papers/upload")
        with crossing.Progress(unit, sha256, 0 if fresh else None) as progress:
            tus_upload(line, url, outgoing, crossing.pieces(unit), progress, fresh=fresh)

    def bring_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
        """Raises TransferError, PaperMismatch. A patch that does not lead to the paper gives way to it whole."""
        wanted = Wanted(downloads_of(sha256)[0], sha256, size)
        line, url = self._carrier.line(token), self._carrier.url(f"/papers/{sha256.hex()}")
        with crossing.Progress(unit, sha256) as progress:
            for base in self._base_down(unit, wanted):
                crossing.begin(unit, sha256, up=False, base=base, crossing=size)
                try:
                    patch_download(line, url, unit.incoming, unit.papers, wanted, earlier=base, on_progress=progress)
                except (BadPatch, PaperMismatch, PaperMissing, PeerMisbehaved) as error:
                    log.warning("patch_refused", extra={"code": error.code})
                else:
                    return
            crossing.begin(unit, sha256, up=False, base=WHOLE, crossing=size)
            range_download(line, url, unit.incoming, unit.papers, wanted, progress)

    @staticmethod
    def _base_down(unit: Unit, wanted: Wanted) -> Iterator[bytes]:
        """The earlier version to name, none once the paper has begun to come whole."""
        with contextlib.suppress(UploadMissing):
            if unit.incoming.offset(wanted.download_id):
                return
        before = crossing.crossing_of(unit, wanted.sha256)
        bases = earlier_versions(unit.db, wanted.sha256)
        if before is None:
            yield from bases[:1]
        elif before.base in bases:
            yield before.base


def _least(unit: Unit, bases: Iterable[bytes], sha256: bytes) -> tuple[bytes, bytes]:
    """The base whose patch is the smallest, with the patch; both empty if none is worth while."""
    patches = [(patch, base) for base in bases if (patch := patch_between(unit.papers, base, sha256)) is not None]
    if not patches:
        return WHOLE, b""
    patch, base = min(patches, key=lambda pair: len(pair[0]))
    return base, patch
