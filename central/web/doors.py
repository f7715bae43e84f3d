"""The doors of the hub on the line: the exchange, uploads, downloads. Everyone who knocks is hostile until believed."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Generator
from dataclasses import dataclass

from flask import Blueprint, Request, Response, request

from central.hub.arriving import note_beginning
from central.hub.exchange import exchange, may_fetch
from central.hub.papers import paper_arrived
from central.hub.unit import HubUnit
from central.web import neighbour
from central.web.statuses import status_of
from commons.papers import PaperDamaged, PaperMissing, PaperStore, most_patch_bytes, patch_between, put_patched
from commons.room import DiskFull
from commons.tus.ranges import send_paper
from commons.tus.server import create_blueprint, upload_id_of
from commons.tus.values import Done, Existing, Refusal
from commons.tus.wire import PATCHED, parse_available
from protocol.bundle import MAX_PAYLOAD_BYTES
from protocol.errors import PeerError
from protocol.patch import BadPatch, earlier_of

log = logging.getLogger("patravali.hub")

POST_BYTES = 128 * 1024
PAPER_BYTES = 64 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class NodePrincipal:
    """A node that showed a token."""

    id: str


def blueprints(hub: HubUnit) -> list[Blueprint]:
    """All doors, to be registered as they are."""
    doors = Blueprint("doors", __name__)
    doors.add_url_rule("/exchange", "exchange", lambda: _exchange(hub), methods=["POST"])
    doors.add_url_rule("/exchange/down/<sha256>", "down", lambda sha256: _down(hub, sha256), methods=["GET"])
    doors.add_url_rule("/papers/<sha256>", "paper", lambda sha256: _paper(hub, sha256), methods=["GET"])
    bundles = create_blueprint(
        "bundle_upload", hub.incoming, lambda r: _who(hub, r), lambda _who, meta, _size: _accept_bundle(meta),
        lambda who, upload, _meta: _complete_bundle(hub, who, upload), MAX_PAYLOAD_BYTES,
    )  # fmt: skip
    papers = create_blueprint(
        "paper_upload", hub.incoming, lambda r: _who(hub, r),
        lambda who, meta, size: _accept_paper(hub, who, meta, size),
        lambda who, upload, meta: _complete_paper(hub, who, upload, meta), PAPER_BYTES,
    )  # fmt: skip
    outer = Blueprint("line", __name__)
    outer.register_blueprint(doors)
    outer.register_blueprint(neighbour.door(hub))
    outer.register_blueprint(bundles, url_prefix="/exchange/upload")
    outer.register_blueprint(papers, url_prefix="/papers/upload")
    return [outer]


def _plain(code: str, status: int) -> Response:
    return Response(code, status=status, mimetype="text/plain")


def _exchange(hub: HubUnit) -> Response:
    """200 with a bundle; 400 garbage, 401 unknown or wrongly signed, 403 revoked, 413 too large, 507 no room."""
    if (request.content_length or 0) > POST_BYTES:
        return _refuse("too_large", 413)
    data = request.environ["wsgi.input"].read(POST_BYTES + 1)
    if len(data) > POST_BYTES:
        return _refuse("too_large", 413)
    try:
        answer = exchange(hub, data, "https")
    except PeerError as error:
        return _refuse(error.code, status_of(error), node=str(error.values.get("node", "")))
    except DiskFull:
        return _refuse("disk_full", 507)
    return Response(answer.data, mimetype="application/x-patravali")


def _refuse(code: str, status: int, node: str = "") -> Response:
    log.warning("refused", extra={"code": code, "status": status, "node": node[:20], "source": request.remote_addr})
    return _plain(code, status)


def _who(hub: HubUnit, asked: Request) -> NodePrincipal | None:
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        return None
    try:
        node = hub.node_of_token(token.strip())
    except PeerError as error:
        log.warning("refused", extra={"code": error.code, "status": 401})
        return None
    return None if node is None else NodePrincipal(node)


def _down(hub: HubUnit, sha256: str) -> Response:
    who = _who(hub, request)
    if who is None:
        return _refuse("token", 401)
    if not _SHA256.fullmatch(sha256):
        return _plain("unknown", 404)
    return _send(hub.bundles, bytes.fromhex(sha256))


def _paper(hub: HubUnit, sha256: str) -> Response:
    who = _who(hub, request)
    if who is None:
        return _refuse("token", 401)
    if not _SHA256.fullmatch(sha256) or not may_fetch(hub, who.id, bytes.fromhex(sha256)):
        return _plain("unknown", 404)
    return _patched(hub, who.id, bytes.fromhex(sha256)) or _send(hub.papers, bytes.fromhex(sha256))


def _patched(hub: HubUnit, node: str, sha256: bytes) -> Response | None:
    """What makes the paper of the earlier version that the node says it has; None if it says none or it saves little.

    Only of a paper that it may have: how long a patch is would tell of one that it may not.
    """
    earlier = parse_available(request.headers.get("Available-Dictionary"), request.headers.get("Accept-Encoding"))
    if earlier is None or not may_fetch(hub, node, earlier):
        return None
    patch = patch_between(hub.papers, earlier, sha256)
    if patch is None:
        return None

    def chunks(offset: int) -> Generator[bytes, None, None]:
        yield patch[offset:]

    etag = hashlib.sha256(patch).hexdigest()
    return send_paper(request, len(patch), etag, chunks, more_headers={"Content-Encoding": PATCHED})


def _send(store: PaperStore, sha256: bytes) -> Response:
    try:
        size = store.size(sha256)
    except PaperMissing:
        return _plain("unknown", 404)
    return send_paper(request, size, sha256.hex(), lambda offset: store.open(sha256, offset))


def _accept_bundle(meta: dict[str, str]) -> Refusal | Existing | None:
    if not _SHA256.fullmatch(meta.get("sha256", "")):
        return Refusal(400, "sha256")
    return None


def _complete_bundle(hub: HubUnit, who: NodePrincipal, upload: str) -> Refusal | Done | None:
    """The whole bundle runs the exchange; its answer comes with the next POST."""
    data = b"".join(hub.incoming.read(upload))
    try:
        answer = exchange(hub, data, "https")
    except PeerError as error:
        log.warning("refused", extra={"code": error.code, "status": status_of(error), "node": who.id})
        return Refusal(status_of(error), error.code)
    if answer.node != who.id:
        log.warning("bundle_of_another", extra={"node": who.id})
    return Done()


def _accept_paper(hub: HubUnit, who: NodePrincipal, meta: dict[str, str], size: int) -> Refusal | Existing | None:
    """Only papers that a file speaks of, with the size that it says, or as a patch on one that the node may have."""
    sha256 = meta.get("sha256", "")
    if not _SHA256.fullmatch(sha256):
        return Refusal(400, "sha256")
    row = hub.db.row("SELECT size, here FROM paper WHERE sha256=?", bytes.fromhex(sha256))
    if row is None:
        return Refusal(404, "unknown_paper")
    if "patch-of" in meta:
        refusal = _unfit_patch(hub, who, meta["patch-of"], size, row[0])
        if refusal is not None:
            return refusal
    elif row[0] != size:
        return Refusal(400, "size")
    if row[1]:
        return Existing()
    note_beginning(hub, bytes.fromhex(sha256), who.id, upload_id_of(who, meta, size))
    return None


def _unfit_patch(hub: HubUnit, who: NodePrincipal, earlier: str, patch_bytes: int, size: int) -> Refusal | None:
    """`earlier` is empty if the patch alone names the earlier version."""
    if earlier and not _SHA256.fullmatch(earlier):
        return Refusal(400, "patch_of")
    if earlier and not may_fetch(hub, who.id, bytes.fromhex(earlier)):
        return Refusal(409, "no_earlier_version")
    return None if patch_bytes <= most_patch_bytes(size) else Refusal(413, "too_large")


def _complete_paper(hub: HubUnit, who: NodePrincipal, upload: str, meta: dict[str, str]) -> Refusal | Done | None:
    sha256 = bytes.fromhex(meta["sha256"])
    if "patch-of" in meta:
        refusal = _complete_patch(hub, who, upload, sha256)
        if refusal is not None:
            return refusal
    else:
        hub.incoming.finish_into(hub.papers, upload, sha256)
    paper_arrived(hub, sha256)
    return Done()


def _complete_patch(hub: HubUnit, who: NodePrincipal, upload: str, sha256: bytes) -> Refusal | None:
    """The paper is put together and verified before anybody hears that it is here."""
    size = hub.db.value("SELECT size FROM paper WHERE sha256=?", sha256)
    if size is None:
        return Refusal(404, "unknown_paper")
    patch = b"".join(hub.incoming.read(upload))
    try:
        if not may_fetch(hub, who.id, earlier_of(patch)):
            return Refusal(409, "no_earlier_version")
        put_patched(hub.papers, patch, sha256, size)
    except BadPatch as error:
        return Refusal(422, error.code)
    except (PaperMissing, PaperDamaged):
        return Refusal(409, "no_earlier_version")
    return None
