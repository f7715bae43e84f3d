"""The carrier that is a line: HTTPS with requests. Plain HTTP is refused but on this very machine."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from appliance.link.way import WatchedAdapter, Way
from commons.papers import Incoming
from commons.tus.client import Outgoing, tus_upload
from commons.tus.download import Wanted, fetch_whole
from commons.tus.line import Line, NotThePeer, stranger_of
from commons.tus.throttle import FREE, Throttle
from protocol.errors import LocalError, PeerError

EXCHANGE_SECONDS = (10, 60)
"""To connect, and between two bytes."""

MAX_ANSWER_BYTES = 1 << 20

PROVEN_SECONDS = 3.0
"""So long after an answer a kept connection counts as one that stands."""


class LineDown(LocalError):
    """The hub cannot be reached: nothing left this machine, or no whole answer came.

    Codes: line_down; refused (the hub would not take a paper); certificate (what answers cannot show the hub's, as when
    someone listens in, a network wants a log-in, or this machine's clock is wrong); proxy (the office's proxy refuses);
    gateway (the hub's front answers, and does not reach the hub).
    """

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
    """One session with the hub. The words of a bundle are asked for when the connection stands.

    `way` says how the hub is reached; `throttle` holds back all bytes, both ways. `proven_seconds`: how long an answer
    proves the connection that it came by.
    """

    name = "https"

    def __init__(
        self,
        url: str,
        incoming: Incoming,
        way: Way | None = None,
        throttle: Throttle = FREE,
        proven_seconds: float = PROVEN_SECONDS,
    ) -> None:
        check_address(url)
        way = way or Way()
        self._url = url.rstrip("/")
        self._incoming = incoming
        self._throttle = throttle
        self._proven_seconds = proven_seconds
        self._answered: float | None = None  # monotonic seconds; None: nothing is kept, the next words connect first
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("https://", WatchedAdapter())
        self._session.mount("http://", WatchedAdapter())
        self._session.proxies = dict(way.proxies(self._url))
        self._session.verify = way.ca or True

    def exchange(self, words: Callable[[], bytes]) -> bytes:
        """Raises LineDown, HubRefused, NotTheHub, and what the throttle raises."""
        try:
            answer = self._exchanged(words)
        except BaseException:
            self._session.close()
            self._answered = None
            raise
        self._answered = time.monotonic()
        return answer

    def is_proven(self) -> bool:
        """As `Carrier.is_proven`."""
        return self._answered is None or time.monotonic() - self._answered < self._proven_seconds

    def _exchanged(self, words: Callable[[], bytes]) -> bytes:
        failure: list[BaseException] = []

        def when_connected() -> Iterator[bytes]:
            try:
                self._throttle.step()  # a rest that begins now still costs nobody the right to withdraw
                yield from self._throttle.paced(iter((words(),)))
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
                data = self._whole_answer(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            if failure:
                raise failure[0] from error
            raise down(error) from error
        if response.status_code == 200:
            if not data.startswith(b"PV") or len(data) > MAX_ANSWER_BYTES:
                raise NotTheHub(status=response.status_code)
            return bytes(data)
        stranger = stranger_of(response.status_code, response.headers.get("Content-Type", ""))
        if isinstance(stranger, NotThePeer):
            raise NotTheHub(status=response.status_code)
        if stranger is not None:
            raise LineDown("gateway", reason=str(response.status_code))
        raise HubRefused(_code_of(data), status=response.status_code)

    def _whole_answer(self, response: requests.Response) -> bytes:
        """The answer to its end; one that was cut raises, as a dead line does."""
        data = b""
        while len(data) <= MAX_ANSWER_BYTES:
            more = response.raw.read(min(self._throttle.step(), MAX_ANSWER_BYTES + 1 - len(data)))
            if not more:
                break
            data += more
            self._throttle.spend(len(more))
        said = response.headers.get("Content-Length", "")
        if said.isdecimal() and len(data) < min(int(said), MAX_ANSWER_BYTES):
            raise ConnectionError
        return data

    def line(self, token: str) -> Line:
        """For papers: the same session, with the token of an answer."""
        return Line(self._session, {"Authorization": f"Bearer {token}"}, throttle=self._throttle)

    def open_line(self) -> Line:
        """For what carries its own proof: the same session, without a token."""
        return Line(self._session, {}, throttle=self._throttle)

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


def down(error: BaseException) -> LineDown:
    """What a failed request says of the line."""
    if isinstance(error, requests.exceptions.SSLError):
        return LineDown("certificate", reason=type(error).__name__)
    if isinstance(error, requests.exceptions.ProxyError):
        return LineDown("proxy", reason=type(error).__name__)
    return LineDown(reason=type(error).__name__)


def _code_of(data: bytes) -> str:
    text = bytes(data[:64]).decode("ascii", "replace")
    return text if text.replace("_", "").replace("-", "").replace(".", "").isalnum() else "refused"
