"""The carrier that is a line: HTTPS with requests. Plain HTTP is refused but on this very machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from appliance.store.unit import Unit
from commons.papers import Incoming
from commons.tus.client import Outgoing, tus_upload
from commons.tus.download import Wanted, fetch_whole
from commons.tus.line import Line
from protocol.errors import LocalError, PeerError

EXCHANGE_SECONDS = (10, 60)
"""To connect, and between two bytes."""

MAX_ANSWER_BYTES = 1 << 20


class LineDown(LocalError):
    """The hub cannot be reached: nothing left this machine, or no whole answer came."""

    code = "line_down"


class InsecureAddress(LocalError):
    """Plain HTTP to another machine is never spoken."""

    code = "insecure_address"


class HubRefused(PeerError):
    """The hub answered with an HTTP error; values: status, code."""

    code = "refused"


class NotTheHub(PeerError):
    """Something else answered, as a captive portal or a proxy does."""

    code = "captive"


def check_address(url: str) -> None:
    """Raises InsecureAddress for anything but https, or http to loopback."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if parts.scheme != "http" or not loopback:
        raise InsecureAddress(url=url)


class HttpsCarrier:
    """One session with the hub. `opened()` is told when the connection stands, before the first byte of a bundle."""

    name = "https"

    def __init__(self, url: str, incoming: Incoming, *, ca: str | None = None) -> None:
        check_address(url)
        self._url = url.rstrip("/")
        self._incoming = incoming
        self._session = requests.Session()
        self._session.trust_env = not url.startswith("http://")
        if ca:
            self._session.verify = ca

    def exchange(self, words: Callable[[], bytes]) -> bytes:
        """Raises LineDown, HubRefused, NotTheHub."""
        failure: list[BaseException] = []

        def when_connected() -> Iterator[bytes]:
            try:
                yield words()
            except BaseException as error:
                failure.append(error)
                raise

        headers = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, "Accept": None, "Connection": None}
        try:
            response = self._session.post(
                f"{self._url}/exchange", data=when_connected(), headers=headers, timeout=EXCHANGE_SECONDS,
                allow_redirects=False, stream=True,
            )  # fmt: skip
            with response:
                data = _whole_answer(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            if failure:
                raise failure[0] from error
            raise LineDown(reason=type(error).__name__) from error
        if response.status_code != 200:
            raise HubRefused(_code_of(data), status=response.status_code)
        if not data.startswith(b"PV") or len(data) > MAX_ANSWER_BYTES:
            raise NotTheHub(status=response.status_code)
        return bytes(data)

    def line(self, token: str) -> Line:
        """For papers: the same session, with the token of an answer."""
        return Line(self._session, {"Authorization": f"Bearer {token}"})

    def url(self, path: str) -> str:
        """An address at the hub."""
        return f"{self._url}{path}"

    def fetch(self, sha256: bytes, size: int, token: str) -> bytes:
        """A large answer, going on where an earlier process was cut. Raises TransferError."""
        wanted = Wanted(f"down-{sha256.hex()}", sha256, size)
        fetch_whole(self.line(token), self.url(f"/exchange/down/{sha256.hex()}"), self._incoming, wanted)
        data = b"".join(self._incoming.read(wanted.download_id))
        self._incoming.discard(wanted.download_id)
        return data

    def upload(self, sha256: bytes, size: int, read: Callable[[int], Iterable[bytes]], token: str) -> None:
        """A large bundle, going on where an earlier process was cut. Raises TransferError."""
        outgoing = Outgoing(sha256.hex(), size, read)
        tus_upload(self.line(token), self.url("/exchange/upload"), outgoing)


def _whole_answer(response: requests.Response) -> bytes:
    """The answer to its end; one that was cut raises, as a dead line does."""
    data = b""
    while len(data) <= MAX_ANSWER_BYTES:
        more = response.raw.read(MAX_ANSWER_BYTES + 1 - len(data))
        if not more:
            break
        data += more
    said = response.headers.get("Content-Length", "")
    if said.isdecimal() and len(data) < min(int(said), MAX_ANSWER_BYTES):
        raise ConnectionError
    return data


def _code_of(data: bytes) -> str:
    text = bytes(data[:64]).decode("ascii", "replace")
    return text if text.replace("_", "").replace("-", "").replace(".", "").isalnum() else "refused"


def carrier_of(unit: Unit) -> HttpsCarrier:
    """The carrier of a node that has an address of its hub."""
    return HttpsCarrier(unit.settings.hub_url, unit.incoming)
