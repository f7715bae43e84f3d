"""An office without a line, a neighbour with one: real servers, the exact order of custody, and what a lie costs."""

from __future__ import annotations

import io
import itertools
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from appliance.desk import reading, verbs
from appliance.link.carry import carry, note_line
from appliance.link.https import HttpsCarrier
from appliance.link.neighbour import Carried, hand_over
from appliance.link.neighbour_way import NeighbourFailed, NextDoor
from appliance.status import status_of, words
from appliance.store.unit import Unit
from protocol.errors import PeerError
from tests.support.district import actor, open_hub, papers_of
from tests.support.neighbours import OFFICES, open_office, serve_office
from tests.support.paper import pdf
from tests.support.server import Server, serve_hub

CLERK, THERE = actor("moth.da1", OFFICES), actor("bamaur.head", OFFICES)


@dataclass
class World:
    """A hub on a line; Chirgaon has it, Moth does not; Bamaur is who Moth writes to."""

    folder: Path
    hub: Server
    chirgaon: Server
    moth: Unit
    bamaur: Unit

    def way(self, seconds: float = 20) -> NextDoor:
        return NextDoor(self.moth, "chirgaon", self.chirgaon.url, seconds=seconds)

    def hand_over(self) -> Carried:
        return hand_over(self.moth, self.way())

    def line(self, unit: Unit) -> None:
        carry(unit, HttpsCarrier(self.hub.url, unit.incoming))

    def at_hub(self, question: str, *values: object) -> object:
        hub = open_hub(self.folder, papers_of(OFFICES), self.moth.clock)
        found = hub.db.value(question, *values)
        hub.db.close()
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with (
        serve_hub(tmp_path, TEST_OFFICES=",".join(OFFICES), TEST_SYNCHRONOUS="off") as hub,
        serve_office(tmp_path, "chirgaon", hub.url) as chirgaon,
    ):
        made = World(tmp_path, hub, chirgaon, open_office(tmp_path, "moth"), open_office(tmp_path, "bamaur", hub.url))
        yield made
        made.moth.db.close()
        made.bamaur.db.close()


def send(moth: Unit, scan_pages: int = 0) -> str:
    file = verbs.open_file(moth, CLERK, subject="पेंशन", section="moth.dev", language="hi")
    if scan_pages:
        stream = io.BytesIO(pdf(scan_pages, b"s"))
        verbs.attach(moth, CLERK, file, name="scan.pdf", media_type="application/pdf", stream=stream)
    verbs.send(moth, CLERK, file, to_post="bamaur.head", how="up")
    return file


def state_of(unit: Unit, file: str) -> str:
    return reading.file_page(unit, CLERK, file).state


def test_a_file_goes_through_the_neighbour_and_its_answer_comes_back(world: World) -> None:
    file = send(world.moth, scan_pages=2)
    done = world.hand_over()
    assert (done.movements, done.papers_out, done.papers_left) == (1, 1, 0)
    assert world.moth.db.value("SELECT acked_seq FROM node") == world.moth.db.value("SELECT head_seq FROM node")
    assert world.moth.db.value("SELECT count(*) FROM blob WHERE at_hub=1") == 1
    assert world.at_hub("SELECT count(*) FROM paper WHERE here=1") == 1
    assert world.at_hub("SELECT carrier FROM node WHERE code='moth'") == "neighbour"
    world.line(world.bamaur)
    assert world.bamaur.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
    verbs.receive(world.bamaur, THERE, file)
    world.line(world.bamaur)
    assert world.hand_over().deliveries > 0
    assert [row.stage for row in reading.sent(world.moth, "moth.da1")] == ["opened"]


def test_a_file_comes_to_an_office_without_a_line_with_its_scan(world: World) -> None:
    file = send(world.moth, scan_pages=1)
    world.line(world.moth)
    note_line(world.bamaur, up=False, trouble="")
    done = hand_over(world.bamaur, NextDoor(world.bamaur, "chirgaon", world.chirgaon.url))
    assert (done.deliveries, done.papers_in) == (1, 1)
    verbs.receive(world.bamaur, THERE, file)


def test_the_neighbour_keeps_nothing_but_how_much_it_carried(world: World) -> None:
    send(world.moth, scan_pages=1)
    done = world.hand_over()
    chirgaon = open_office(world.folder, "chirgaon")
    assert chirgaon.db.rows("SELECT office, times FROM carried_for") == [("moth", done.turns)]
    assert chirgaon.db.value("SELECT count(*) FROM event WHERE node='moth'") == 0
    assert f"carried for moth {done.turns} times" in words(status_of(chirgaon))
    assert not [
        path for place in ("incoming", "spool", "papers") for path in (world.folder / "chirgaon" / place).glob("*.*")
    ]
    chirgaon.db.close()


def test_a_paper_that_is_too_large_waits_for_a_line_and_holds_up_nothing(world: World) -> None:
    file = send(world.moth)
    verbs.pull_back(world.moth, CLERK, file)
    for size in (900_000, 3_000):
        stream = io.BytesIO(pdf(1, b"x" * size))
        verbs.attach(world.moth, CLERK, file, name=f"{size}.pdf", media_type="application/pdf", stream=stream)
    done = world.hand_over()
    assert (done.papers_out, done.papers_left) == (1, 1)


def test_a_neighbour_that_cannot_carry_costs_nobody_the_right_to_withdraw(world: World) -> None:
    """Whatever the reason is, and whenever it is found out: up to the hub's own answer nothing has been released."""
    chirgaon = open_office(world.folder, "chirgaon")
    file = send(world.moth)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = NextDoor(world.moth, "chirgaon", f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert refused(world, nobody) == "neighbour.unreachable"
    note_line(chirgaon, up=False, trouble="")
    assert refused(world, world.way()) == "neighbour.no_line"
    note_line(chirgaon, up=True, trouble="")
    clerk = actor("chirgaon.da1", OFFICES)
    verbs.open_file(chirgaon, clerk, subject="s", section="chirgaon.dev", language="en")
    assert refused(world, world.way()) == "neighbour.own_first"
    world.line(chirgaon)
    world.hub.process.terminate()
    world.hub.process.wait()
    assert refused(world, world.way()) == "neighbour.no_line"
    with serve_office(world.folder, "chirgaon", "") as off:
        assert refused(world, NextDoor(world.moth, "chirgaon", off.url)) == "neighbour.off"
    chirgaon.db.close()
    verbs.pull_back(world.moth, CLERK, file)
    assert state_of(world.moth, file) == "desk"


def refused(world: World, way: NextDoor) -> str:
    """The code of the refusal; what waits can still be withdrawn after it."""
    with pytest.raises(NeighbourFailed) as refusal:
        hand_over(world.moth, way)
    assert world.moth.db.rows("SELECT phase FROM efile") == [("queued",)]
    return refusal.value.code


class Dies:
    """A neighbour that is switched off in the middle: before the hub has the bag, or with its answer in hand."""

    def __init__(self, way: NextDoor, at: int, *, reached: bool) -> None:
        self.way, self.at, self.reached, self.turn = way, at, reached, 0

    def exchange(self, bag: bytes) -> bytes:
        self.turn += 1
        if self.turn < self.at or self.reached:
            answer = self.way.exchange(bag)
        if self.turn == self.at:
            raise NeighbourFailed("neighbour.cut")
        return answer


@pytest.mark.parametrize("reached", [False, True])
@pytest.mark.parametrize("by", ["line", "neighbour"])
def test_what_a_dying_neighbour_had_goes_again_and_nothing_comes_twice(world: World, reached: bool, by: str) -> None:
    file = send(world.moth, scan_pages=1)
    with pytest.raises(NeighbourFailed):
        hand_over(world.moth, Dies(world.way(), 2, reached=reached))
    assert state_of(world.moth, file) == "released"
    assert world.at_hub("SELECT count(*) FROM efile") == (1 if reached else 0)
    if by == "line":
        world.line(world.moth)
    else:
        world.hand_over()
    world.line(world.bamaur)
    assert world.bamaur.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
    assert world.at_hub("SELECT stream_len FROM node WHERE code='bamaur'") == 1
    assert world.at_hub("SELECT count(*) FROM aside") == 0


def test_a_neighbour_killed_with_the_hubs_answer_on_its_way(world: World) -> None:
    """The hub has the file, the neighbour dies as the answer comes, the line brings it: once."""
    victim: list[Server] = []

    def kill() -> None:
        os.killpg(victim[0].process.pid, signal.SIGKILL)

    file = send(world.moth)
    with relay(world.hub.url, {2: kill}) as slow, serve_office(world.folder, "chirgaon", slow) as chirgaon:
        victim.append(chirgaon)
        with pytest.raises(NeighbourFailed) as refusal:
            hand_over(world.moth, NextDoor(world.moth, "chirgaon", chirgaon.url))
    assert refusal.value.code == "neighbour.cut"
    assert state_of(world.moth, file) == "released"
    assert world.at_hub("SELECT holder FROM efile") == "bamaur"
    world.line(world.moth)
    world.line(world.bamaur)
    assert world.bamaur.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
    assert world.at_hub("SELECT stream_len FROM node WHERE code='bamaur'") == 1
    assert world.moth.db.value("SELECT acked_seq=head_seq FROM node") == 1


@contextmanager
def relay(hub_url: str, before_answer: dict[int, Callable[[], None]]) -> Iterator[str]:
    """A line to the hub on which something happens between the hub's answer and its arrival."""
    turns = itertools.count(1)

    class Relay(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            answer = requests.post(f"{hub_url}{self.path}", data=data, timeout=20)
            before_answer.get(next(turns), lambda: None)()
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Before:
    """Something else happens before each bag goes."""

    def __init__(self, way: NextDoor, act: Callable[[], None]) -> None:
        self.way, self.act = way, act

    def exchange(self, bag: bytes) -> bytes:
        self.act()
        return self.way.exchange(bag)


class Keeps:
    """A neighbour that keeps what it should not."""

    def __init__(self, way: NextDoor) -> None:
        self.way, self.kept = way, list[bytes]()

    def exchange(self, bag: bytes) -> bytes:
        self.kept.append(self.way.exchange(bag))
        return self.kept[-1]


def test_line_and_neighbour_at_once_do_no_harm(world: World) -> None:
    file = send(world.moth, scan_pages=1)

    hand_over(world.moth, Before(world.way(), lambda: world.line(world.moth)))
    world.line(world.bamaur)
    assert world.bamaur.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
    assert world.at_hub("SELECT stream_len FROM node WHERE code='bamaur'") == 1
    assert world.moth.db.value("SELECT mode FROM node") == "working"


def test_an_old_answer_of_the_hub_is_no_answer(world: World) -> None:
    """Who keeps what the hub once said cannot make a release of it later."""
    keeps = Keeps(world.way())
    hand_over(world.moth, keeps)
    file = send(world.moth)

    class Replays(NextDoor):
        def _ask(self, method: str, path: str, body: bytes, seconds: float, most: int) -> bytes:
            said = super()._ask(method, path, body, seconds, most)
            return said if method == "GET" else said[:68] + keeps.kept[0]

    with pytest.raises(PeerError) as refusal:
        hand_over(world.moth, Replays(world.moth, "chirgaon", world.chirgaon.url))
    assert refusal.value.code == "neighbour.false"
    assert state_of(world.moth, file) == "queued"
