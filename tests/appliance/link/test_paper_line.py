"""Papers between two offices and a hub on a real line: whole, and new versions as patches."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from appliance.desk import verbs
from appliance.link.carry import carry, exchange_all
from appliance.link.crossing import crossing_of
from appliance.link.https import HttpsCarrier, LineDown
from appliance.link.papers import to_send
from appliance.link.speak import wanted_papers
from appliance.store.turns import in_order
from appliance.store.unit import Unit
from central.hub.unit import HubUnit
from protocol.patch import make_patch
from tests.benchmarks.relay import Crossed, Relay
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine
from tests.support.paper import pdf
from tests.support.server import serve_hub

DA, HEAD = actor("moth.da1"), actor("chirgaon.head")
SCAN = random.Random(1).randbytes(200_000)
FIRST = pdf(filling=SCAN)
OTHER = pdf(filling=random.Random(2).randbytes(190_000))
SECOND = pdf(filling=SCAN[:90_000] + b"a stamp" + SCAN[90_100:])


@dataclass
class Scene:
    """A district whose hub is reached over a relay; `file` lies in moth."""

    district: District
    relay: Relay
    file: str

    @property
    def moth(self) -> Unit:
        return self.district.units["moth"]

    @property
    def chirgaon(self) -> Unit:
        return self.district.units["chirgaon"]

    def attach(self, unit: Unit, content: bytes, name: str = "scan.pdf") -> bytes:
        who = DA if unit is self.moth else HEAD
        media_type = "application/pdf"
        return bytes.fromhex(
            verbs.attach(unit, who, self.file, name=name, media_type=media_type, stream=io.BytesIO(content))
        )

    def carry(self, unit: Unit) -> Crossed:
        self.relay.take()
        self.district.clock.ms += 1_000
        carry(unit, HttpsCarrier(self.relay.url, unit.incoming))
        return self.relay.take()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    district = make_district(tmp_path)
    moth = district.units["moth"]
    file = verbs.open_file(moth, DA, subject="सड़क", section="moth.dev", language="hi")
    with serve_hub(district.folder) as server, Relay(int(server.url.rpartition(":")[2])) as relay:
        yield Scene(district, relay, file)
    district.close()


def content(unit: Unit | HubUnit, sha256: bytes) -> bytes:
    return b"".join(unit.papers.open(sha256))


def at_hub(scene: Scene, sha256: bytes) -> bool:
    return bool(scene.district.hub.db.value("SELECT here FROM paper WHERE sha256=?", sha256))


def hand_over(scene: Scene) -> None:
    """The file with its papers goes to chirgaon and is opened there."""
    verbs.send(scene.moth, DA, scene.file, to_post="chirgaon.head", how="up")
    for unit in (scene.moth, scene.chirgaon, scene.chirgaon):
        scene.carry(unit)
    verbs.receive(scene.chirgaon, HEAD, scene.file)


def give_back(scene: Scene) -> None:
    verbs.send(scene.chirgaon, HEAD, scene.file, to_post="moth.da1", how="down")
    scene.carry(scene.chirgaon)


def test_a_new_version_goes_up_and_comes_down_as_a_patch(scene: Scene) -> None:
    first = scene.attach(scene.moth, FIRST)
    assert scene.carry(scene.moth).up > len(FIRST)
    second = scene.attach(scene.moth, SECOND)
    assert scene.carry(scene.moth).both < 4_000
    assert content(scene.district.hub, second) == SECOND
    assert content(scene.district.hub, first) == FIRST
    assert at_hub(scene, second)
    assert crossing_of(scene.moth, second) is None
    hand_over(scene)
    assert [content(scene.chirgaon, one) for one in (first, second)] == [FIRST, SECOND]
    third = scene.attach(scene.chirgaon, FIRST + b"\n% seen")
    give_back(scene)
    assert scene.carry(scene.moth).down + scene.carry(scene.moth).down < 5_000
    assert content(scene.moth, third) == FIRST + b"\n% seen"


def test_another_paper_goes_whole(scene: Scene) -> None:
    scene.attach(scene.moth, FIRST)
    scene.carry(scene.moth)
    other = scene.attach(scene.moth, OTHER)
    assert scene.carry(scene.moth).up > len(OTHER)
    assert content(scene.district.hub, other) == OTHER


def test_a_hub_without_the_earlier_version_gets_it_whole(scene: Scene) -> None:
    first = scene.attach(scene.moth, FIRST)
    scene.carry(scene.moth)
    scene.district.hub.papers.delete(first)
    second = scene.attach(scene.moth, SECOND)
    assert scene.carry(scene.moth).up > len(SECOND)
    assert content(scene.district.hub, second) == SECOND


def test_a_patch_goes_on_where_the_line_was_cut(scene: Scene) -> None:
    """A new version that shares half of the earlier one: the patch itself is large."""
    scene.attach(scene.moth, FIRST)
    scene.carry(scene.moth)
    half = pdf(filling=SCAN[:100_000] + random.Random(3).randbytes(100_000))
    sha256 = scene.attach(scene.moth, half)
    scene.relay.take()
    scene.relay.cut_at(50_000)
    with pytest.raises(LineDown):
        carry(scene.moth, HttpsCarrier(scene.relay.url, scene.moth.incoming))
    assert scene.relay.is_cut
    before = crossing_of(scene.moth, sha256)
    assert before is not None
    assert before.crossing < 110_000
    settle(scene)
    scene.relay.mend()
    assert scene.moth.db.value("SELECT piece_bytes FROM line") == 131_072
    assert scene.carry(scene.moth).up < 65_000
    assert content(scene.district.hub, sha256) == half


def settle(scene: Scene) -> None:
    """Until the hub has kept all that came before the cut: its request does not know of it."""
    folder = scene.district.hub.folder / "incoming"

    def kept() -> int:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    before, now = -1, kept()
    while before != now:
        time.sleep(0.5)  # between two looks: done when nothing grew between them
        before, now = now, kept()


def carry_until_cut(scene: Scene) -> None:
    while True:
        carry(scene.moth, HttpsCarrier(scene.relay.url, scene.moth.incoming))


def test_a_patch_comes_on_where_the_line_was_cut(scene: Scene) -> None:
    scene.attach(scene.moth, FIRST)
    scene.carry(scene.moth)
    hand_over(scene)
    half = pdf(filling=SCAN[:100_000] + random.Random(3).randbytes(100_000))
    sha256 = scene.attach(scene.chirgaon, half)
    give_back(scene)
    scene.carry(scene.chirgaon)
    scene.relay.take()
    scene.relay.cut_at(50_000)
    with pytest.raises(LineDown):
        carry_until_cut(scene)
    scene.relay.mend()
    assert scene.carry(scene.moth).down < 60_000
    assert content(scene.moth, sha256) == half
    assert scene.moth.incoming.sweep(0, now=1e12) == 0


def test_a_hub_that_lost_the_earlier_version_in_between_sends_the_paper(scene: Scene) -> None:
    first = scene.attach(scene.moth, FIRST)
    scene.carry(scene.moth)
    hand_over(scene)
    sha256 = scene.attach(scene.chirgaon, SECOND)
    give_back(scene)
    scene.carry(scene.chirgaon)
    scene.district.hub.papers.delete(first)
    assert scene.carry(scene.moth).down + scene.carry(scene.moth).down > len(SECOND)
    assert content(scene.moth, sha256) == SECOND


def test_a_patch_that_leads_elsewhere_gives_way_to_the_whole_paper(scene: Scene) -> None:
    """What an earlier process kept of a patch is of another paper: only the hash tells."""
    first = scene.attach(scene.moth, FIRST)
    scene.carry(scene.moth)
    hand_over(scene)
    sha256 = scene.attach(scene.chirgaon, SECOND)
    give_back(scene)
    scene.carry(scene.chirgaon)
    wrong = make_patch(FIRST, bytes(reversed(SECOND)))
    origin = msgspec.msgpack.encode(('"0123"', first))
    scene.moth.incoming.create(f"paper-{sha256.hex()}-patch", len(wrong), origin)
    scene.moth.incoming.append(f"paper-{sha256.hex()}-patch", 0, [wrong])
    scene.carry(scene.moth)
    scene.carry(scene.moth)
    assert content(scene.moth, sha256) == SECOND
    assert scene.moth.incoming.sweep(0, now=1e12) == 0


def test_the_most_urgent_file_goes_first_then_small_papers(scene: Scene) -> None:
    urgent = verbs.open_file(scene.moth, DA, subject="बाढ़", section="moth.dev", language="hi", priority=3)
    large, small = scene.attach(scene.moth, FIRST), scene.attach(scene.moth, pdf(2))
    paper = io.BytesIO(OTHER)
    said = verbs.attach(scene.moth, DA, urgent, name="a.pdf", media_type="application/pdf", stream=paper)
    listed = [(large, 9), (small, 5), (bytes.fromhex(said), 99)]
    assert [sha for sha, _ in in_order(scene.moth.db, listed)] == [bytes.fromhex(said), small, large]
    assert {sha for sha, _ in to_send(scene.moth)} == set()
    scene.moth.db.run("UPDATE node SET acked_seq=head_seq")
    assert [sha for sha, _ in to_send(scene.moth)] == [bytes.fromhex(said), small, large]
    scene.moth.db.run("UPDATE blob SET here=0")
    assert list(wanted_papers(scene.moth)) == [bytes.fromhex(said), small, large]


def test_what_is_written_meanwhile_goes_before_the_next_paper(scene: Scene) -> None:
    """A person sends another file while the first of two papers is on its way."""
    scene.attach(scene.moth, pdf(2))
    scene.attach(scene.moth, FIRST)
    hub = scene.district.hub
    seen: list[tuple[int, int]] = []

    class Busy(DirectLine):
        """A line on which somebody works while a paper is sent; it writes down what the hub then has."""

        def send_paper(self, unit: Unit, sha256: bytes, size: int, token: str) -> None:
            acked = hub.db.value("SELECT head_seq FROM node WHERE code='moth'")
            seen.append((size, acked))
            if len(seen) == 1:
                verbs.open_file(unit, DA, subject="पुल", section="moth.dev", language="hi")
            super().send_paper(unit, sha256, size, token)

    line = Busy(hub, "moth")
    exchange_all(scene.moth, line, line)
    assert [size for size, _ in seen] == sorted(size for size, _ in seen)
    assert [acked for _, acked in seen] == [3, 4]
    assert line.bundles == 2


def test_a_hub_that_has_it_after_all_is_asked_first(scene: Scene) -> None:
    """After a restore nobody knows which papers went up: not a byte of them goes again."""
    for number in range(3):
        scene.attach(scene.moth, pdf(filling=random.Random(number).randbytes(100_000)), f"{number}.pdf")
    scene.carry(scene.moth)
    scene.moth.db.run("UPDATE blob SET attached_seq=0, at_hub=0 WHERE here=1")
    assert scene.carry(scene.moth).up < 4_000
    assert scene.moth.db.value("SELECT count(*) FROM blob WHERE at_hub=1") == 3
    assert scene.moth.db.value("SELECT count(*) FROM crossing") == 0
