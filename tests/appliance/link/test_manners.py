"""A shared line: limits, rests and movements only, between a real office and a real hub."""

from __future__ import annotations

import io
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.desk import reading, sharing, verbs
from appliance.link.carry import carry
from appliance.link.crossing import crossing_of
from appliance.link.https import HttpsCarrier, LineDown
from appliance.link.manners import Allowed, LinePaused, pace_on
from appliance.link.pace import Pace
from appliance.store.manners import read_manners, write_limits
from appliance.store.unit import Unit
from commons.tus.throttle import Throttle
from tests.benchmarks.relay import Relay
from tests.support.district import District, actor
from tests.support.paper import pdf
from tests.support.server import plain_server, serve_hub

DA, HEAD = actor("moth.da1"), actor("moth.head")
SCAN = pdf(filling=random.Random(3).randbytes(60_000))


@dataclass
class Scene:
    """Moth with a file that lies there, and a hub behind a relay."""

    moth: Unit
    relay: Relay
    file: str

    def attach(self, content: bytes) -> bytes:
        sha256 = verbs.attach(
            self.moth, DA, self.file, name="s.pdf", media_type="application/pdf", stream=io.BytesIO(content)
        )
        return bytes.fromhex(sha256)

    def carry(self) -> None:
        throttle = Throttle(Allowed(self.moth, lambda: False), time.monotonic, time.sleep)
        carry(self.moth, HttpsCarrier(self.relay.url, self.moth.incoming, throttle=throttle))

    def at_hub(self, sha256: bytes) -> bool:
        return bool(self.moth.db.value("SELECT at_hub FROM blob WHERE sha256=?", sha256))


@pytest.fixture
def scene(district: District, tmp_path: Path) -> Iterator[Scene]:
    moth = district.units["moth"]
    file = verbs.open_file(moth, DA, subject="s", section="moth.dev", language="en")
    with serve_hub(tmp_path) as hub, Relay(int(hub.url.rpartition(":")[2])) as relay:
        made = Scene(moth, relay, file)
        made.carry()
        yield made


def limit(scene: Scene, kbit: int) -> None:
    write_limits(scene.moth.db, dict.fromkeys(range(24), kbit), metered=False)


def test_a_limit_holds_for_a_paper_on_its_way_up(scene: Scene) -> None:
    paper = scene.attach(SCAN)
    limit(scene, 256)
    started = time.monotonic()
    scene.carry()
    seconds = time.monotonic() - started
    assert scene.at_hub(paper)
    assert len(SCAN) / seconds <= 32_000 * 1.2


def test_a_rest_begins_in_the_middle_of_a_paper_which_goes_on_from_there(scene: Scene) -> None:
    paper = scene.attach(SCAN)
    limit(scene, 128)
    resting = threading.Timer(1.0, lambda: sharing.pause(scene.moth, DA, "15"))
    scene.relay.take()
    resting.start()
    with pytest.raises(LinePaused):
        scene.carry()
    resting.join()
    before = scene.relay.take()
    assert 5_000 < before.up < len(SCAN)
    assert not scene.at_hub(paper)
    assert reading.line_state(scene.moth).up
    sharing.resume(scene.moth)
    limit(scene, 1_000_000)
    scene.carry()
    after = scene.relay.take()
    assert scene.at_hub(paper)
    assert before.up + after.up < len(SCAN) + 12_000


def test_a_rest_that_begins_now_lets_nothing_go(scene: Scene) -> None:
    verbs.send(scene.moth, DA, scene.file, to_post="chirgaon.head", how="up")
    sharing.pause(scene.moth, DA, "15")
    with pytest.raises(LinePaused):
        scene.carry()
    assert reading.file_page(scene.moth, DA, scene.file).state == "queued"


def test_a_metered_line_carries_movements_and_no_papers(scene: Scene) -> None:
    sharing.set_limits(scene.moth, HEAD, [], metered=True)
    paper = scene.attach(SCAN)
    verbs.send(scene.moth, DA, scene.file, to_post="chirgaon.head", how="up")
    scene.relay.take()
    scene.carry()
    assert reading.line_state(scene.moth).waiting_movements == 0
    assert scene.relay.take().both < 5_000
    assert not scene.at_hub(paper)
    sharing.set_limits(scene.moth, HEAD, [], metered=False)
    scene.carry()
    assert scene.at_hub(paper)


def test_a_metered_line_is_asked_seldom() -> None:
    pace = pace_on(Pace(15.0, 2.0), 15.0, 2.0, metered=True).succeeded(0.0, active=False)
    assert pace.next_act() == ("exchange", 120.0)
    assert pace_on(pace, 15.0, 2.0, metered=False).succeeded(0.0, active=False).next_act() == ("exchange", 15.0)


STRANGERS = {
    "a page": (200, {"Content_Type": "text/html"}, "captive"),
    "a word that is not of tus": (201, {"Content_Type": "text/plain"}, "captive"),
    "a log-in elsewhere": (302, {"Location": "http://x/"}, "captive"),
    "a gateway": (504, {"Content_Type": "text/html"}, ""),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_portal_that_comes_between_two_papers_is_seen_for_what_it_is(scene: Scene, name: str) -> None:
    status, headers, trouble = STRANGERS[name]
    paper = scene.attach(SCAN)
    moth = scene.moth

    class Between(HttpsCarrier):
        """The exchange reaches the hub; papers meet a stranger."""

        def url(self, path: str) -> str:
            return f"{portal}{path}"

    with plain_server(b"<html>", status, **headers) as portal, pytest.raises(LineDown):
        carry(moth, Between(scene.relay.url, moth.incoming))
    assert reading.line_state(moth).trouble == trouble
    assert not scene.at_hub(paper)
    scene.carry()
    assert scene.at_hub(paper)
    assert crossing_of(moth, paper) is None


def test_what_is_set_is_read_again(scene: Scene) -> None:
    sharing.set_limits(scene.moth, HEAD, [("10", "17", "64"), ("", "", "")], metered=True)
    manners = read_manners(scene.moth.db)
    assert (manners.caps, manners.metered) == (dict.fromkeys(range(10, 17), 64), True)
