"""The way to a neighbour through the office's own network: greeted, then a sealed bag handed over, bounded in all.

TLS here only keeps the curious out: the neighbour's web server has a certificate of its own making. Who the neighbour
is, it proves by its node's key; what the hub answers, by the hub's. So neither address, name nor TLS is believed.
"""

from __future__ import annotations

import http.client
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from appliance.discovery.announcement import host_of
from appliance.link.neighbour_choice import Neighbour
from appliance.store.unit import Unit
from protocol import carried
from protocol.errors import PeerError

CONNECT_SECONDS = 4.0
GREET_SECONDS = 6.0
CARRY_SECONDS = 240.0
"""For one bag to the hub and its answer back, over a slow line that the neighbour needs for itself as well."""

_READ_BYTES = 1 << 16
_CODE_BYTES = 64
KNOWN = frozenset(
    f"neighbour.{word}"
    for word in ("off", "no_line", "own_first", "busy", "enough", "stale", "refused", "resting", "unknown", "bad")
)


class NeighbourFailed(PeerError):
    """A neighbour did not carry: codes `neighbour.*`, its own for what it said, else unreachable, false or cut."""

    code = "neighbour.unreachable"


class _Said(NamedTuple):
    status: int
    data: bytes


class NextDoor:
    """A neighbour that can be asked. Raises NeighbourFailed and nothing else."""

    def __init__(
        self, unit: Unit, office: str, url: str, *, greet_seconds: float = GREET_SECONDS, seconds: float = CARRY_SECONDS
    ) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.office = office
        self._unit = unit
        self._plain = parts.scheme == "http"
        self._host, self._port = parts.hostname, parts.port or 443
        self._greet_seconds, self._seconds = greet_seconds, seconds
        self._challenge = b""

    def connect(self) -> None:
        """Returns when the neighbour has proved which office it is; nothing of ours has left."""
        word = secrets.token_bytes(carried.WORD_BYTES)
        said = self._ask("GET", f"/neighbour?word={word.hex()}", b"", self._greet_seconds, carried.GREETING_BYTES)
        try:
            self._challenge = carried.read_greeting(said, word, self.office, self._verify)
        except PeerError as error:
            raise NeighbourFailed("neighbour.false") from error

    def exchange(self, bag: bytes) -> bytes:
        """The hub's answer to a bag, proved to be the hub's answer to just this one."""
        if not self._challenge:
            self.connect()
        challenge, self._challenge = self._challenge, b""
        try:
            parcel = carried.pack_parcel(bag, self._unit.node, self.office, challenge, self._unit.keys.sign)
        except PeerError as error:
            raise NeighbourFailed("neighbour.too_large") from error
        answer = self._ask("POST", "/neighbour", parcel, self._seconds, carried.MAX_ANSWER_BYTES)
        try:
            return carried.read_answer(answer, sha256(bag).digest(), self._unit.settings.hub, self._verify)
        except PeerError as error:
            raise NeighbourFailed("neighbour.false") from error

    def _verify(self, node: str, purpose: str, message: bytes, signature: bytes) -> None:
        self._unit.trust().verify(node, purpose, message, signature, self._unit.clock.now_ms() // 1000)

    def _ask(self, method: str, path: str, body: bytes, seconds: float, most: int) -> bytes:
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, ValueError) as error:
            raise NeighbourFailed from error
        try:
            with _in_time(connection.sock, seconds):
                said = self._talk(connection, method, path, body, most)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NeighbourFailed("neighbour.cut") from error
        finally:
            connection.close()
        if said.status == 200:
            return said.data
        code = said.data[:_CODE_BYTES].decode("ascii", "replace")
        raise NeighbourFailed(code if code in KNOWN else "neighbour.false")

    def _connection(self) -> http.client.HTTPConnection:
        if self._plain:
            return http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_SECONDS)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(self._host, self._port, timeout=CONNECT_SECONDS, context=context)

    def _talk(self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes, most: int) -> _Said:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host_of(self.office))
        connection.putheader("Connection", "close")
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        with suppress(BrokenPipeError, ConnectionResetError):  # it may have refused before it had all
            connection.send(body)
        response = connection.getresponse()
        data = bytearray()
        while len(data) <= most and (more := response.read1(_READ_BYTES)):
            data += more
        if len(data) > most:
            raise http.client.HTTPException
        return _Said(response.status, bytes(data))


def way_to(unit: Unit, neighbour: Neighbour) -> NextDoor:
    """The way to an appliance that was found in the network."""
    host = f"[{neighbour.address}]" if ":" in neighbour.address else neighbour.address
    return NextDoor(unit, neighbour.office, f"https://{host}:{neighbour.port}")


@contextmanager
def _in_time(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Ends the connection after so many seconds, however slowly the other side drips. Raises TimeoutError."""
    sock.settimeout(seconds)
    over = threading.Event()

    def end() -> None:
        over.set()
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if over.is_set():
        raise TimeoutError
