"""Neighbours that lie, drip, flood or never answer: a word for it, within a bounded time, and nothing released.

They hold the keys of a real office, the worst case: all but one greet as it would.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.link.neighbour import hand_over
from appliance.link.neighbour_way import NeighbourFailed, NextDoor
from appliance.store.unit import Unit
from protocol import carried
from protocol.keys import NodeKeys
from tests.support.district import actor, papers_of
from tests.support.neighbours import OFFICES, open_office

CLERK = actor("moth.da1", OFFICES)
OK = b"HTTP/1.1 200 OK\r\n"
Act = Callable[[socket.socket], None]


@contextmanager
def neighbour(act: Act, keys: NodeKeys, greets: bool = True) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and what it was handed. It greets who asks, and does to a parcel what the case says."""
    listener = socket.create_server(("127.0.0.1", 0))
    handed: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(line,), daemon=True).start()

    def answer(line: socket.socket) -> None:
        with line:
            try:
                asked = line.recv(65536)
                word = re.match(rb"GET /neighbour\?word=([0-9a-f]{32}) ", asked)
                if word and greets:
                    said = carried.pack_greeting(bytes.fromhex(word[1].decode()), bytes(24), "chirgaon", keys.sign)
                    line.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(said) + said)
                    return
                if not word:
                    handed.append(whole(line, asked))
                act(line)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", handed
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def whole(line: socket.socket, begun: bytes) -> bytes:
    size = int(begun.partition(b"Content-Length: ")[2].partition(b"\r")[0])
    while len(begun.partition(b"\r\n\r\n")[2]) < size and (more := line.recv(65536)):
        begun += more
    return begun


def sending(data: bytes) -> Act:
    return lambda line: line.sendall(data)


def drips_heads(line: socket.socket) -> None:
    line.sendall(OK)
    while True:
        line.sendall(b"X: y\r\n")
        time.sleep(0.1)  # the neighbour drips: slowness is what is tried


def drips_a_body(line: socket.socket) -> None:
    line.sendall(OK + b"Content-Length: 5000\r\n\r\n")
    while True:
        line.sendall(b"P")
        time.sleep(0.1)  # the neighbour drips: slowness is what is tried


def never_answers(line: socket.socket) -> None:
    line.settimeout(60)
    while line.recv(65536):
        pass


def floods(line: socket.socket) -> None:
    line.sendall(OK + b"\r\n")
    while True:
        line.sendall(bytes(1 << 20))


def floods_heads(line: socket.socket) -> None:
    line.sendall(OK)
    while True:
        line.sendall(b"X" * (1 << 16))


CASES: dict[str, tuple[Act, str]] = {
    "closed without an answer": (sending(b""), "neighbour.cut"),
    "nonsense instead of HTTP": (sending(b"\x00\x01\x02\r\n\r\n"), "neighbour.cut"),
    "a page": (sending(OK + b"Content-Length: 6\r\n\r\n<html>"), "neighbour.false"),
    "an answer that the hub did not sign": (
        sending(OK + b"Content-Length: 200\r\n\r\nPVA\x01" + bytes(196)),
        "neighbour.false",
    ),
    "a redirect": (
        sending(b"HTTP/1.1 302 F\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"),
        "neighbour.false",
    ),
    "an unknown word": (sending(b"HTTP/1.1 503 S\r\nContent-Length: 9\r\n\r\n<b>pay</b"), "neighbour.false"),
    "a known word": (sending(b"HTTP/1.1 503 S\r\nContent-Length: 14\r\n\r\nneighbour.busy"), "neighbour.busy"),
    "says 4 GB": (sending(OK + b"Content-Length: 4294967296\r\n\r\nPVA\x01"), "neighbour.false"),
    "sends 4 GB": (floods, "neighbour.cut"),
    "a head without end": (floods_heads, "neighbour.cut"),
    "never answers": (never_answers, "neighbour.cut"),
    "drips its heads": (drips_heads, "neighbour.cut"),
    "drips its body": (drips_a_body, "neighbour.cut"),
}


@pytest.fixture
def moth(tmp_path: Path) -> Iterator[Unit]:
    unit = open_office(tmp_path, "moth")
    yield unit
    unit.db.close()


def send(moth: Unit) -> str:
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="bamaur.head", how="up")
    return file


def refused(moth: Unit, url: str) -> str:
    with pytest.raises(NeighbourFailed) as refusal:
        hand_over(moth, NextDoor(moth, "chirgaon", url, greet_seconds=1.0, seconds=1.0))
    return refusal.value.code


@pytest.mark.parametrize("case", CASES)
def test_a_lying_neighbour_costs_a_second_and_no_right(moth: Unit, case: str) -> None:
    act, code = CASES[case]
    file = send(moth)
    with neighbour(act, papers_of(OFFICES).keys["chirgaon"]) as (url, handed):
        began = time.monotonic()
        assert refused(moth, url) == code
        assert time.monotonic() - began < 4
    assert len(handed) == 1
    assert reading.file_page(moth, CLERK, file).state == "queued"


@pytest.mark.parametrize(
    "act", [drips_a_body, floods, never_answers, sending(OK + b"Content-Length: 88\r\n\r\n" + bytes(88))]
)
def test_a_stranger_under_the_name_is_handed_nothing(moth: Unit, act: Act) -> None:
    file = send(moth)
    with neighbour(act, papers_of(OFFICES).keys["bamaur"], greets=False) as (url, handed):
        assert refused(moth, url) in ("neighbour.false", "neighbour.cut")
    assert handed == []
    assert reading.file_page(moth, CLERK, file).state == "queued"


def test_another_office_under_the_name_is_handed_nothing(moth: Unit) -> None:
    send(moth)
    with neighbour(never_answers, papers_of(OFFICES).keys["bamaur"]) as (url, handed):
        assert refused(moth, url) == "neighbour.false"
    assert handed == []


def test_nothing_readable_is_handed_over(moth: Unit) -> None:
    verbs.open_file(moth, CLERK, subject="Pension of a widow", section="moth.dev", language="en")
    with neighbour(never_answers, papers_of(OFFICES).keys["chirgaon"]) as (url, handed):
        assert refused(moth, url) == "neighbour.cut"
    assert b"PVN\x01" in handed[0]
    assert b"Pension" not in handed[0]
