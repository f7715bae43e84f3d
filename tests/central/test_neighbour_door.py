"""The hub's door for what offices pass on: enrolled nodes alone, and a bag is believed by itself."""

from __future__ import annotations

import http.client
import io
import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from appliance.desk import verbs
from appliance.link.stick import messages_out
from appliance.store.unit import Unit
from central.web.neighbour import AT_ONCE
from commons.stick import End, Load, packed_bag
from protocol import carried
from protocol.bag import read_head
from protocol.keys import NodeKeys
from tests.support.district import HUB_CODE, actor, open_hub, papers_of
from tests.support.neighbours import OFFICES, open_office
from tests.support.server import Server, serve_hub

KEYS = papers_of(OFFICES).keys
CLERK = actor("moth.da1", OFFICES)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with serve_hub(tmp_path, TEST_OFFICES=",".join(OFFICES)) as server:
        yield server


@pytest.fixture
def moth(tmp_path: Path) -> Iterator[Unit]:
    unit = open_office(tmp_path, "moth")
    yield unit
    unit.db.close()


def bag_of(unit: Unit, messages: list[bytes] | None = None, sender: str = "") -> bytes:
    end = End(sender or unit.node, unit.keys, unit.trust(), unit.papers, unit.incoming)
    said = messages_out(unit)[0] if messages is None else messages
    return b"".join(packed_bag(end, Load(HUB_CODE, said), [], 1, unit.clock.now_ms()))


def post(hub: Server, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(hub.url).netloc, timeout=20)
    connection.request("POST", "/neighbour", body)
    response = connection.getresponse()
    said = response.read()
    connection.close()
    return response.status, said


def passed_on(bag: bytes, by: str = "chirgaon", keys: NodeKeys | None = None) -> bytes:
    return carried.pack_parcel(bag, by, HUB_CODE, b"", (keys or KEYS[by]).sign)


def events_at_hub(folder: Path, unit: Unit) -> object:
    opened = open_hub(folder, papers_of(OFFICES), unit.clock)
    count = opened.db.value("SELECT count(*) FROM event")
    opened.db.close()
    return count


def test_a_bag_is_taken_and_answered_to_its_writer(hub: Server, moth: Unit, tmp_path: Path) -> None:
    verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    bag = bag_of(moth)
    status, said = post(hub, passed_on(bag))
    assert status == 200
    when = moth.clock.now_ms() // 1000
    back = carried.read_answer(
        said,
        sha256(bag).digest(),
        HUB_CODE,
        lambda node, purpose, message, signature: moth.trust().verify(node, purpose, message, signature, when),
    )
    head = read_head(io.BytesIO(back).read, sha256(moth.trust().root.der).digest())
    assert (head.sender, head.recipient) == (HUB_CODE, "moth")
    assert events_at_hub(tmp_path, moth) == 1
    assert post(hub, passed_on(bag_of(moth)))[0] == 200
    assert events_at_hub(tmp_path, moth) == 1


def test_strangers_and_forged_bags_leave_nothing(hub: Server, moth: Unit, tmp_path: Path) -> None:
    verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    bag, stranger = bag_of(moth), NodeKeys.from_bytes(bytes([7]) * 64)
    cases = {
        "a stranger": (passed_on(bag, "stranger", stranger), 401),
        "a stranger under a name": (passed_on(bag, "chirgaon", stranger), 401),
        "handed to an office, not to the hub": (
            carried.pack_parcel(bag, "moth", "chirgaon", bytes(24), KEYS["moth"].sign),
            400,
        ),
        "a bag with garbage": (passed_on(bag_of(moth, [b"x" * 300])), 400),
        "no bag": (passed_on(b"x" * 100), 400),
        "garbage": (b"\x00" * 500, 400),
        "nothing": (b"", 400),
        "more than is taken": (bytes(carried.MAX_PARCEL_BYTES + 1), 413),
    }
    answers = {name: post(hub, body)[0] for name, (body, _) in cases.items()}
    assert answers == {name: status for name, (_, status) in cases.items()}
    assert events_at_hub(tmp_path, moth) == 0


def test_a_cut_bag_gets_no_answer_though_the_signed_bundles_in_it_hold(hub: Server, moth: Unit, tmp_path: Path) -> None:
    verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    assert post(hub, passed_on(bag_of(moth)[:-20])) == (400, b"bag.bad")
    assert events_at_hub(tmp_path, moth) == 1
    assert post(hub, passed_on(bag_of(moth)))[0] == 200


def test_a_bag_under_another_name_is_answered_to_nobody(hub: Server, moth: Unit) -> None:
    assert post(hub, passed_on(bag_of(moth, sender="bamaur"))) == (400, b"bag.bad")


def test_parcels_that_drip_hold_no_place(hub: Server, moth: Unit) -> None:
    """As many as there are places, each from an enrolled node, each short of its last byte."""
    parcel = passed_on(bag_of(moth, [random.Random(1).randbytes(20_000)]))
    head = b"POST /neighbour HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(parcel)
    parts = urlsplit(hub.url)
    with ExitStack() as lines:
        for _ in range(AT_ONCE):
            line = lines.enter_context(socket.create_connection((str(parts.hostname), int(parts.port or 0)), 20))
            line.sendall(head + parcel[:-1])
        until = time.monotonic() + 2
        while time.monotonic() < until:
            assert post(hub, passed_on(bag_of(moth)))[0] == 200
