"""The door for neighbours, on a real server: who may hand something in, how much, how slowly; what it costs others."""

from __future__ import annotations

import http.client
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from appliance.link.carrying import HOUR_BYTES, OFFICE_HOUR_BYTES, OFFICE_HOUR_TIMES, Carriage, has_had_enough
from appliance.link.neighbour import hand_over
from appliance.link.neighbour_way import NextDoor
from appliance.store.unit import Unit
from commons.stick import End, Load, packed_bag
from protocol import carried
from protocol.keys import NodeKeys
from tests.support.district import HUB_CODE, papers_of
from tests.support.neighbours import OFFICES, open_office, serve_office
from tests.support.server import Server, serve_hub

KEYS = papers_of(OFFICES).keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def moth(folder: Path) -> Iterator[Unit]:
    unit = open_office(folder, "moth")
    yield unit
    unit.db.close()


@pytest.fixture
def silent_hub() -> Iterator[str]:
    """Takes connections, never answers: whoever waits for it is busy."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def ask(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request(method, path, body or None, headers)
    response = connection.getresponse()
    said = response.read()
    connection.close()
    return response.status, said


def challenge(server: Server) -> bytes:
    status, said = ask(server, "GET", f"/neighbour?word={secrets.token_hex(16)}")
    assert status == 200
    return said[: carried.CHALLENGE_BYTES]


def bag(unit: Unit, to: str = HUB_CODE) -> bytes:
    end = End(unit.node, unit.keys, unit.trust(), unit.papers, unit.incoming)
    now = unit.clock.now_ms()
    return b"".join(packed_bag(end, Load(to, [b"x" * 100]), [], now, now))


def parcel(what: bytes, server: Server, sender: str = "moth", keys: NodeKeys | None = None) -> bytes:
    return carried.pack_parcel(what, sender, "chirgaon", challenge(server), (keys or KEYS[sender]).sign)


def test_who_may_hand_something_in(folder: Path, moth: Unit, silent_hub: str) -> None:
    with serve_office(folder, "chirgaon", silent_hub) as server:
        mine = bag(moth)
        stranger = NodeKeys.from_bytes(bytes([7]) * 64)
        cases = {
            "a stranger": (parcel(mine, server, "stranger", stranger), 401),
            "a stranger under a name": (parcel(mine, server, "moth", stranger), 401),
            "for another neighbour": (carried.pack_parcel(mine, "moth", "bamaur", bytes(24), KEYS["moth"].sign), 400),
            "another office's bag": (parcel(mine, server, "bamaur"), 400),
            "to another office": (parcel(bag(moth, "bamaur"), server), 400),
            "no bag": (parcel(b"x" * 900, server), 400),
            "garbage": (b"\x00" * 900, 400),
            "another word than ours": (
                carried.pack_parcel(mine, "moth", "chirgaon", bytes(24), KEYS["moth"].sign),
                503,
            ),
        }
        for name, (body, status) in cases.items():
            assert ask(server, "POST", "/neighbour", body)[0] == status, name
        assert ask(server, "POST", "/neighbour", cases["another word than ours"][0])[1] == b"neighbour.stale"
        assert ask(server, "POST", "/neighbour", bytes(carried.MAX_PARCEL_BYTES + 1))[0] == 413
        assert ask(server, "GET", "/neighbour?word=00")[0] == 400
        assert ask(server, "GET", "/neighbour?word=xyz")[0] == 400


def test_it_is_no_way_into_the_screens(folder: Path, silent_hub: str) -> None:
    with serve_office(folder, "chirgaon", silent_hub) as server:
        assert ask(server, "GET", "/neighbour/../inbox")[0] in (303, 404)
        assert ask(server, "DELETE", "/neighbour")[0] == 405


def test_one_at_a_time_and_the_screens_go_on(folder: Path, moth: Unit, silent_hub: str) -> None:
    with serve_office(folder, "chirgaon", silent_hub) as server:
        first, second = parcel(bag(moth), server), parcel(bag(moth), server)
        with sent(server, first):
            until = time.monotonic() + 60
            while not _is_busy(server, second):
                assert time.monotonic() < until
                second = parcel(bag(moth), server)
            began = time.monotonic()
            assert ask(server, "GET", "/healthz")[0] == 200
            assert time.monotonic() - began < 2


def _is_busy(server: Server, parcel_of_another: bytes) -> bool:
    """Whether one is on its way; if it was this one that came first, it is now, and waits for the hub."""
    with suppress(TimeoutError):
        return ask(server, "POST", "/neighbour", parcel_of_another) == (503, b"neighbour.busy")
    return False


@contextmanager
def sent(server: Server, body: bytes, drip: float = 0.0, last: int = 0) -> Iterator[socket.socket]:
    """A parcel on its way, all at once or a byte at a time; `last`: only so many bytes at its end drip."""
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    assert parts.port is not None
    head = b"POST /neighbour HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
        line.sendall(head + (body[:-last] if last else b""))
        if not drip:
            line.sendall(body)
            yield line
            return
        ending = threading.Event()

        def slowly() -> None:
            for place in range(len(body) - last if last else 0, len(body)):
                if ending.wait(drip):
                    return
                try:
                    line.sendall(body[place : place + 1])
                except OSError:
                    return

        thread = threading.Thread(target=slowly, daemon=True)
        thread.start()
        yield line
        ending.set()
        thread.join(10)


@pytest.mark.parametrize("known", [True, False])
def test_who_drips_is_cut_off(folder: Path, moth: Unit, silent_hub: str, known: bool) -> None:
    """A stranger's label, an office's bag; the limit is one second here."""
    with serve_office(folder, "chirgaon", silent_hub, read_seconds=1.0) as server:
        body = parcel(bag(moth), server) if known else bytes(400)
        began = time.monotonic()
        dripping = body if known else carried.PARCEL_MAGIC + bytes(400)
        with sent(server, dripping, drip=0.05, last=200 if known else 0) as line:
            assert line.recv(64).startswith(b"HTTP/1.1 40")
        assert time.monotonic() - began < 6
        if known:
            assert ask(server, "POST", "/neighbour", body) == (503, b"neighbour.stale"), "what drips counts too"


def test_the_same_parcel_again_is_not_carried_again(folder: Path, moth: Unit) -> None:
    with serve_hub(folder, TEST_OFFICES=",".join(OFFICES)) as hub, serve_office(folder, "chirgaon", hub.url) as server:
        handed: list[bytes] = []

        class Listens(NextDoor):
            def _ask(self, method: str, path: str, body: bytes, seconds: float, most: int) -> bytes:
                handed.append(body)
                return super()._ask(method, path, body, seconds, most)

        hand_over(moth, Listens(moth, "chirgaon", server.url))
        assert ask(server, "POST", "/neighbour", handed[-1]) == (503, b"neighbour.stale")


def test_there_is_a_measure_for_each_office_and_for_all() -> None:
    def past(office: str, size: int, times: int = 1, at: float = 0.0) -> list[Carriage]:
        return [Carriage(office, at, bytes([number]) * 32, size) for number in range(times)]

    new = b"n" * 32
    assert has_had_enough([], "moth", new, 1, 0.0) == ""
    assert has_had_enough(past("moth", OFFICE_HOUR_BYTES), "moth", new, 1, 10.0) == "neighbour.enough"
    assert has_had_enough(past("moth", OFFICE_HOUR_BYTES), "bamaur", new, 1, 10.0) == ""
    assert has_had_enough(past("moth", OFFICE_HOUR_BYTES), "moth", new, 1, 3600.0) == ""
    assert has_had_enough(past("moth", 1, OFFICE_HOUR_TIMES), "moth", new, 1, 10.0) == "neighbour.enough"
    assert has_had_enough(past("babina", HOUR_BYTES), "moth", new, 1, 10.0) == "neighbour.enough"
    assert has_had_enough(past("moth", 1), "moth", bytes(32), 1, 10.0) == "neighbour.stale"
    assert has_had_enough(past("bamaur", 1), "moth", bytes(32), 1, 10.0) == ""
