"""What a bad line and strange servers do to the carrier: always a word for it, never a surprise."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from appliance.desk import reading, verbs
from appliance.link.carry import carry
from appliance.link.https import HttpsCarrier, HubRefused, LineDown, NotTheHub
from protocol.errors import PatravaliError
from tests.benchmarks.relay import Relay
from tests.support.district import District, actor
from tests.support.server import serve_hub

CLERK = actor("moth.da1")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-patravali\r\n"


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads one request to its end and then does what the case says."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                read = b""
                while not read.endswith(b"0\r\n\r\n"):
                    piece = line.recv(65536)
                    if not piece:
                        break
                    read += piece
                answer(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def sending(data: bytes) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(data)


def reset(line: socket.socket) -> None:
    line.sendall(OK + b"Content-Length: 500\r\n\r\nPV")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


CASES: dict[str, tuple[Callable[[socket.socket], None], type[PatravaliError], str]] = {
    "closed without an answer": (sending(b""), LineDown, ""),
    "cut in the head": (sending(b"HTTP/1."), LineDown, ""),
    "cut in the answer": (sending(OK + b"Content-Length: 500\r\n\r\nPV\x01D" + bytes(100)), LineDown, ""),
    "cut before the answer": (sending(OK + b"Content-Length: 500\r\n\r\n"), LineDown, ""),
    "reset in the answer": (reset, LineDown, ""),
    "cut in a chunk": (sending(OK + b"Transfer-Encoding: chunked\r\n\r\n50\r\nPV\x01D"), LineDown, ""),
    "nonsense instead of HTTP": (sending(b"\x00\x01\x02\r\n\r\n"), LineDown, ""),
    "a redirect to a log-in page": (
        sending(b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n"),
        NotTheHub,
        "captive",
    ),
    "a portal that says so": (
        sending(b"HTTP/1.1 511 N\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"),
        NotTheHub,
        "captive",
    ),
    "a proxy's page of what it blocks": (
        sending(b"HTTP/1.1 403 F\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 6\r\n\r\n<html>"),
        NotTheHub,
        "captive",
    ),
    "a gateway behind which the hub is down": (
        sending(b"HTTP/1.1 502 B\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<html>bad gw"),
        LineDown,
        "",
    ),
    "a page": (sending(OK + b"Content-Length: 6\r\n\r\n<html>"), NotTheHub, "captive"),
    "an empty answer": (sending(OK + b"Content-Length: 0\r\n\r\n"), NotTheHub, "captive"),
    "refused with a word": (sending(b"HTTP/1.1 403 F\r\nContent-Length: 7\r\n\r\nrevoked"), HubRefused, "revoked"),
    "an error that nobody explains": (
        sending(b"HTTP/1.1 502 B\r\nContent-Length: 12\r\n\r\n<html>bad gw"),
        HubRefused,
        "refused",
    ),
    "no bundle": (sending(OK + b"Content-Length: 6\r\n\r\nPV\x01Dxx"), PatravaliError, "bad_bundle"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_failure_has_a_word_and_the_line_bar_says_it(district: District, name: str) -> None:
    answer, kind, trouble = CASES[name]
    moth = district.units["moth"]
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    before = moth.db.value("SELECT acked_seq FROM node")
    with server(answer) as url, pytest.raises(kind):
        carry(moth, HttpsCarrier(url, moth.incoming))
    state = reading.line_state(moth)
    assert (state.up, state.trouble) == (False, trouble)
    assert state.waiting_movements == 1
    assert moth.db.value("SELECT acked_seq FROM node") == before
    assert reading.file_page(moth, CLERK, file).state == "released"


def test_nobody_there_costs_nobody_the_right_to_withdraw(district: District) -> None:
    moth = district.units["moth"]
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(LineDown):
        carry(moth, HttpsCarrier(f"http://127.0.0.1:{port}", moth.incoming))
    assert reading.file_page(moth, CLERK, file).state == "queued"
    assert reading.line_state(moth).up is False


@pytest.fixture
def relay(district: District) -> Iterator[Relay]:
    with serve_hub(district.folder) as server, Relay(int(server.url.rpartition(":")[2])) as made:
        yield made


@pytest.mark.parametrize("kept_too_long", [True, False])
def test_a_kept_connection_that_died_costs_nobody_the_right_to_withdraw(
    district: District, relay: Relay, kept_too_long: bool
) -> None:
    """Only right after an answer is it taken for one that stands."""
    moth = district.units["moth"]
    carrier = HttpsCarrier(relay.url, moth.incoming, proven_seconds=0 if kept_too_long else 600)
    carry(moth, carrier)
    relay.take()
    relay.cut_at(0)
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    with pytest.raises(LineDown):
        carry(moth, carrier)
    assert reading.file_page(moth, CLERK, file).state == ("queued" if kept_too_long else "released")


def test_over_a_kept_connection_that_stands_what_is_queued_goes_a_turn_later(district: District, relay: Relay) -> None:
    moth = district.units["moth"]
    carrier = HttpsCarrier(relay.url, moth.incoming, proven_seconds=0)
    carry(moth, carrier)
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    carry(moth, carrier)
    assert reading.line_state(moth).waiting_movements == 0
