"""The hub's door for bags that an office passes on for a neighbour without a line.

An enrolled node alone may stand here, by its signature over what it brings, so that strangers fill nothing; the bag is
believed by its own seal and by the signatures inside, whoever brings it.
"""

from __future__ import annotations

import logging
import threading

from flask import Blueprint, Response, request

from central.hub.neighbour import answer_to
from central.hub.unit import HubUnit
from central.web.statuses import status_of
from commons.papers import PapersError
from commons.room import DiskFull
from protocol import carried
from protocol.errors import PeerError

log = logging.getLogger("patravali.hub")

AT_ONCE = 4


def door(hub: HubUnit) -> Blueprint:
    """POST /neighbour."""
    blueprint = Blueprint("neighbour", __name__)
    places = threading.BoundedSemaphore(AT_ONCE)
    blueprint.add_url_rule("/neighbour", "take", lambda: _take(hub, places), methods=["POST"])
    return blueprint


def _take(hub: HubUnit, places: threading.BoundedSemaphore) -> Response:
    """200 with the answer; 400 garbage, 401 unknown or wrongly signed, 403 revoked, 413, 503 too many, 507 no room."""
    if (request.content_length or 0) > carried.MAX_PARCEL_BYTES:
        return _refuse("too_large", 413)
    try:
        read = request.environ["wsgi.input"].read
        label = carried.read_label(read, hub.node, _verifier(hub))
        bag = carried.read_bag(read, label)
        if not places.acquire(blocking=False):
            return _refuse("busy", 503)
        try:
            answer = answer_to(hub, bag)
        finally:
            places.release()
    except PeerError as error:
        return _refuse(error.code, status_of(error), str(error.values.get("node", "")))
    except DiskFull:
        return _refuse("disk_full", 507)
    except PapersError as error:
        return _refuse(error.code, 400)
    return Response(answer, mimetype="application/x-patravali")


def _verifier(hub: HubUnit) -> carried.Verify:
    when = hub.clock.now_ms() // 1000
    trust = hub.trust()
    return lambda node, purpose, message, signature: trust.verify(node, purpose, message, signature, when)


def _refuse(code: str, status: int, node: str = "") -> Response:
    log.warning("refused", extra={"code": code, "status": status, "node": node[:20], "source": request.remote_addr})
    return Response(code, status=status, mimetype="text/plain")
