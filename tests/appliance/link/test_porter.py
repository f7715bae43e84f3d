"""The porter on a real line: what is damaged, refused or always cut holds up nothing behind it."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.desk import verbs
from appliance.link.carry import carry_movements
from appliance.link.https import HttpsCarrier
from appliance.link.porter import Porter
from appliance.store.unit import Unit
from commons.tus.throttle import Purse
from tests.benchmarks.relay import Relay
from tests.support.district import District, actor
from tests.support.paper import pdf
from tests.support.server import serve_hub

DA = actor("moth.da1")


class Scene:
    """Moth with a file, and a hub behind a relay."""

    def __init__(self, moth: Unit, relay: Relay) -> None:
        self.moth, self.relay, self.cuts = moth, relay, 0
        moth.settings = replace(moth.settings, hub_url=relay.url)
        self.file = verbs.open_file(moth, DA, subject="s", section="moth.dev", language="en")

    def attach(self, seed: int, size: int = 60_000) -> bytes:
        content = pdf(filling=random.Random(seed).randbytes(size))
        return bytes.fromhex(
            verbs.attach(
                self.moth, DA, self.file, name=f"{seed}.pdf", media_type="application/pdf", stream=io.BytesIO(content)
            )
        )

    def exchange(self, porter: Porter) -> None:
        outcome = carry_movements(
            self.moth, HttpsCarrier(self.relay.url, self.moth.incoming), wants_token=porter.wants_token
        )
        porter.give(outcome.token, outcome.ready)

    def at_hub(self, sha256: bytes) -> bool:
        return bool(self.moth.db.value("SELECT at_hub FROM blob WHERE sha256=?", sha256))

    def was_cut(self) -> None:
        self.cuts += 1

    @contextmanager
    def porter(self) -> Iterator[Porter]:
        made = Porter(self.moth, Purse(), self.was_cut)
        made.start()
        try:
            yield made
        finally:
            made.stop()
            made.join(20)
            assert not made.is_alive()


@pytest.fixture
def scene(district: District, tmp_path: Path) -> Iterator[Scene]:
    with serve_hub(tmp_path) as hub, Relay(int(hub.url.rpartition(":")[2])) as relay:
        yield Scene(district.units["moth"], relay)


def becomes(true: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_damaged_paper_holds_up_none_of_the_others(scene: Scene) -> None:
    bad, good = scene.attach(1, 20_000), scene.attach(2)
    path = min(
        (one for one in (scene.moth.folder / "papers").rglob("*") if one.is_file()), key=lambda p: p.stat().st_size
    )
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    assert not scene.moth.papers.verify(bad)
    with scene.porter() as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(good))
    assert not scene.at_hub(bad)


def test_a_paper_that_is_gone_holds_up_none_of_the_others(scene: Scene) -> None:
    gone, good = scene.attach(1, 20_000), scene.attach(2)
    scene.moth.papers.delete(gone)
    with scene.porter() as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(good))


def test_after_a_cut_it_goes_on_by_itself_when_the_line_is_back(scene: Scene) -> None:
    paper = scene.attach(1, 400_000)
    with scene.porter() as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(paper)), "without a cut"
        second = scene.attach(2, 400_000)
        scene.relay.take()
        scene.relay.cut_at(150_000)
        scene.exchange(porter)
        assert becomes(lambda: scene.relay.is_cut and scene.cuts > 0)
        scene.relay.mend()
        assert becomes(lambda: scene.at_hub(second), 40)
    assert scene.cuts == 1


def test_what_is_always_cut_gives_way_and_does_not_hammer(scene: Scene) -> None:
    scene.attach(1, 400_000)
    with scene.porter() as porter:
        scene.exchange(porter)
        scene.relay.take()
        scene.relay.cut_at(500)
        time.sleep(6)
    assert scene.cuts <= 2
