"""The door for appliances of this network that have no line: their sealed post is taken along to the hub.

Everyone in the network may knock. Who asks is greeted, and nothing is remembered of it; only an office of this district
is carried for, by its signature over what it hands in, a fresh word of ours in it.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request

from appliance.link.carrying import Carrying, NotCarried
from appliance.web.session import this_unit
from commons.web.marks import open_to_all
from protocol import carried
from protocol.bag import Read
from protocol.errors import PeerError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

log = logging.getLogger("patravali.neighbour")

blueprint = Blueprint("neighbour", __name__)
READ_SECONDS = 30.0
"""For the whole of a parcel: it comes through the office's own network."""

MIME = "application/x-patravali"


@blueprint.get("/neighbour")
@open_to_all
def greet() -> ResponseReturnValue:
    """Who we are: signed over the word of who asks, with a challenge for what it hands in. 404 if we carry nothing."""
    try:
        word = bytes.fromhex(request.args.get("word", "")[:64])
    except ValueError:
        word = b""
    if not _carries():
        return _plain("neighbour.off", 404)
    if len(word) != carried.WORD_BYTES:
        return _plain("neighbour.bad", 400)
    return Response(_carrying().greet(word), mimetype=MIME)


@blueprint.post("/neighbour")
@open_to_all
def carry() -> ResponseReturnValue:
    """200 with the hub's sealed answer; 400, 401, 413 for what no office would hand in; 503 with why not now."""
    if not _carries():
        return _plain("neighbour.off", 404)
    if (request.content_length or 0) > carried.MAX_PARCEL_BYTES:
        return _plain("too_large", 413)
    with _ends_in(current_app.config.get("NEIGHBOUR_READ_SECONDS", READ_SECONDS)) as read_in_time:
        try:
            answer = _carrying().carry(read_in_time)
        except NotCarried as error:
            return _plain(error.code, 503)
        except PeerError as error:
            log.warning("refused", extra={"code": error.code, "source": request.remote_addr})
            if error.code.startswith(("trust.", "keys.")):
                return _plain("neighbour.unknown", 401)
            return _plain("neighbour.bad", 400)
    log.info("carried", extra={"bytes": len(answer)})
    return Response(answer, mimetype=MIME)


def _carries() -> bool:
    settings = this_unit().settings
    return settings.neighbour_carries and bool(settings.hub_url)


def _carrying() -> Carrying:
    found: Carrying = current_app.extensions["carrying"]
    return found


def _plain(code: str, status: int) -> Response:
    """A refusal; the connection ends with it where not all that was sent has been read."""
    answer = Response(code, status=status, mimetype="text/plain")
    if status != 503:
        answer.headers["Connection"] = "close"
    return answer


@contextmanager
def _ends_in(seconds: float) -> Iterator[Read]:
    """Reading of the request that comes to its end after so many seconds, whoever sends however slowly.

    Once the end was read, what follows may take longer. Needs gunicorn's socket; without one there is no limit.
    """
    sock: socket.socket | None = request.environ.get("gunicorn.socket")
    stream = request.environ["wsgi.input"]

    def end() -> None:
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RD)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()

    def read(count: int) -> bytes:
        data: bytes = stream.read(count)
        if len(data) < count:
            timer.cancel()
        return data

    try:
        yield read
    finally:
        timer.cancel()
