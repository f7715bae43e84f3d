"""The line to a peer as the clients use it: few header bytes, errors split by what to do about them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Protocol

import requests
import urllib3
from msgspec import Struct
from requests.auth import AuthBase
from urllib3.util import SKIP_HEADER

from commons.tus.throttle import FREE, Throttle

SHORT_BODY_BYTES = 200


class TransferError(Exception):
    """A transfer did not come to its end."""

    code: ClassVar[str] = "transfer"


class TransferCut(TransferError):
    """The line broke or fell silent; what got through is kept on the other side. Try again later, it goes on."""

    code = "transfer_cut"


class TransferRefused(TransferError):
    """The peer said no: `status` as in HTTP, `reason` its code."""

    code = "transfer_refused"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


class PeerMisbehaved(TransferError):
    """The peer's answer breaks the protocol; `what` names the part."""

    code = "peer_misbehaved"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotThePeer(TransferError):
    """Something on the way answered in the peer's place: a captive portal, a proxy. `status` as in HTTP."""

    code = "captive"

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Body(Protocol):
    """A request's body whose length is known beforehand, so that it needs no chunked framing."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...


class Line(Struct, frozen=True):
    """A session with headers for every request (Authorization); a silence of `timeout_seconds` counts as cut.

    `throttle` holds bodies back, both ways, and may end a transfer by raising.
    """

    session: requests.Session
    headers: Mapping[str, str]
    timeout_seconds: float = 60.0
    throttle: Throttle = FREE

    def request(self, method: str, url: str, headers: Mapping[str, str], data: Body | None = None) -> requests.Response:
        """Send a request with these headers and no others that can be left out. Raises TransferCut, NotThePeer.

        The body of the answer is not read yet: use it in a `with`. No redirect is followed, no .netrc is read.
        """
        slim = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, "Accept": None, "Connection": None}
        with cut_is_clear():
            response = self.session.request(
                method,
                url,
                headers={**slim, **self.headers, **headers},
                data=None if data is None else _Paced(data, self.throttle),
                auth=_HeadersOnly(),
                timeout=self.timeout_seconds,
                allow_redirects=False,
                stream=True,
            )
        stranger = stranger_of(response.status_code, response.headers.get("Content-Type", ""))
        if stranger is not None:
            response.close()
            raise stranger
        return response

    def ask(self, method: str, url: str, headers: Mapping[str, str], data: Body | None = None) -> "Answer":
        """Send a request whose answer is in its headers; the connection stays open for the next. Raises TransferCut."""
        with self.request(method, url, headers, data) as response:
            return Answer(response.status_code, response.headers, short_body(response))


class _Paced:
    """A request's body of known length that keeps to the limit."""

    def __init__(self, body: Body, throttle: Throttle) -> None:
        self._body = body
        self._throttle = throttle

    def __len__(self) -> int:
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        return self._throttle.paced(iter(self._body))


def stranger_of(status: int, media_type: str) -> TransferError | None:
    """Say who answered if it was not the peer, which neither redirects nor sends pages for people to read.

    A gateway that says in a page of its own that it does not reach the peer is a line that is down (RFC 9110 15.6);
    any other page, a redirect and 511 (RFC 6585) are of a captive portal, 407 of a proxy.
    """
    is_page = media_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    if 300 <= status < 400 or status in (407, 511) or (is_page and status < 500):
        return NotThePeer(status)
    return TransferCut() if is_page else None


class Answer(Struct, frozen=True):
    """An answer read to its end: `text` is the code of a refusal."""

    status: int
    headers: Mapping[str, str]
    text: str

    def number(self, name: str) -> int:
        """Read a header that must be a number. Raises PeerMisbehaved."""
        text = self.headers.get(name, "")
        if not (text.isascii() and text.isdecimal()):
            raise PeerMisbehaved(name)
        return int(text)

    def refusal(self) -> TransferRefused:
        """Give the error that this answer is."""
        return TransferRefused(self.status, self.text)


class _HeadersOnly(AuthBase):
    """Keeps requests from putting a password of .netrc in the place of the Authorization header."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        return prepared


@contextmanager
def cut_is_clear() -> Iterator[None]:
    """Turn what requests, urllib3 and the socket say about a broken line into TransferCut."""
    try:
        yield
    except (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        urllib3.exceptions.HTTPError,
        ConnectionError,
        TimeoutError,
    ) as error:
        raise TransferCut from error


def short_body(response: requests.Response) -> str:
    """Read a body of a few bytes. Raises TransferCut."""
    with cut_is_clear():
        return response.raw.read(SHORT_BODY_BYTES).decode("ascii", "replace")
