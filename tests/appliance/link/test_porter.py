"""The porter on a real line: what is damaged, refused or always cut holds up nothing behind it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.desk import verbs
from appliance.link.carry import carry_movements
from appliance.link.converse import Outcome
from appliance.link.https import HttpsCarrier
from appliance.link.papers import REST_MS, to_send
from appliance.link.porter import CUTS_OF_ONE, KNOCK_SECONDS, Porter
from appliance.store.manners import write_limits
from commons.papers import PaperDamaged, PaperMissing
from commons.tus.throttle import Purse
from tests.benchmarks.relay import Relay
from tests.support.district import District, actor
from tests.support.paper import pdf
from tests.support.server import serve_hub
from tests.support.threads import running
from tests.support.waiting import becomes

DA = actor("moth.da1")
KNOCK = 0.05


class Scene:
    """Moth with a file, and a hub behind a relay."""

    def __init__(self, district: District, relay: Relay) -> None:
        self.district, self.relay, self.cuts = district, relay, 0
        moth = self.moth = district.units["moth"]
        moth.settings = replace(moth.settings, hub_url=relay.url)
        self.file = verbs.open_file(moth, DA, subject="s", section="moth.dev", language="en")

    def attach(self, seed: int, size: int = 60_000, file: str = "") -> bytes:
        content = pdf(filling=random.Random(seed).randbytes(size))
        return bytes.fromhex(
            verbs.attach(
                self.moth,
                DA,
                file or self.file,
                name=f"{seed}.pdf",
                media_type="application/pdf",
                stream=io.BytesIO(content),
            )
        )

    def exchanged(self, porter: Porter) -> Outcome:
        carrier = HttpsCarrier(self.relay.url, self.moth.incoming)
        return carry_movements(self.moth, carrier, wants_token=porter.wants_token)

    def exchange(self, porter: Porter) -> None:
        outcome = self.exchanged(porter)
        porter.give(outcome.token, outcome.ready)

    def at_hub(self, sha256: bytes) -> bool:
        return bool(self.moth.db.value("SELECT at_hub FROM blob WHERE sha256=?", sha256))

    def was_cut(self) -> None:
        self.cuts += 1

    @contextmanager
    def porter(self, knock_seconds: float = KNOCK_SECONDS) -> Iterator[Porter]:
        with running(Porter(self.moth, Purse(), self.was_cut, knock_seconds)) as made:
            yield made


@pytest.fixture
def scene(district: District, tmp_path: Path) -> Iterator[Scene]:
    with serve_hub(tmp_path) as hub, Relay(int(hub.url.rpartition(":")[2])) as relay:
        yield Scene(district, relay)


def damaged(scene: Scene) -> bytes:
    """A small paper, a byte of which is another one on this disk now."""
    sha256, folder = scene.attach(1, 20_000), scene.moth.folder / "papers"
    path = min((one for one in folder.rglob("*") if one.is_file()), key=lambda p: p.stat().st_size)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    assert not scene.moth.papers.verify(sha256)
    return sha256


def gone(scene: Scene) -> bytes:
    """A small paper whose bytes are not there any more."""
    sha256 = scene.attach(1, 20_000)
    scene.moth.papers.delete(sha256)
    return sha256


@pytest.mark.parametrize(("spoil", "code"), [(damaged, PaperDamaged.code), (gone, PaperMissing.code)])
def test_a_paper_that_is_broken_here_holds_up_none_of_the_others(
    scene: Scene, caplog: pytest.LogCaptureFixture, spoil: Callable[[Scene], bytes], code: str
) -> None:
    good = scene.attach(2)
    bad = spoil(scene)
    with scene.porter() as porter:
        outcome = scene.exchanged(porter)
        assert [sha256 for sha256, _ in to_send(scene.moth)] == [bad, good]
        porter.give(outcome.token, outcome.ready)
        assert becomes(lambda: scene.at_hub(good))
    assert not scene.at_hub(bad)
    assert [(one.message, one.__dict__["code"]) for one in caplog.records if one.levelname == "WARNING"] == [
        ("paper_not_sent", code)
    ]
    rests(scene, bad)


def rests(scene: Scene, sha256: bytes) -> None:
    """It is not tried again for ten minutes, then it is."""
    assert to_send(scene.moth) == []
    scene.district.clock.ms += REST_MS
    assert to_send(scene.moth) == []
    scene.district.clock.ms += 1
    assert [sha for sha, _ in to_send(scene.moth)] == [sha256]


def test_a_paper_that_the_district_refuses_holds_up_none_of_the_others_and_rests(scene: Scene) -> None:
    """It has not read of this one, whatever this office believes."""
    good = scene.attach(2)
    with scene.porter() as porter:
        outcome = scene.exchanged(porter)
        refused = scene.attach(1, 20_000)
        scene.moth.db.run("UPDATE blob SET attached_seq=0 WHERE sha256=?", refused)
        assert [sha256 for sha256, _ in to_send(scene.moth)] == [refused, good]
        porter.give(outcome.token, outcome.ready)
        assert becomes(lambda: scene.at_hub(good))
    assert not scene.at_hub(refused)
    rests(scene, refused)


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


def urgent_file(scene: Scene) -> str:
    """Its papers go before all others."""
    return verbs.open_file(scene.moth, DA, subject="u", section="moth.dev", language="en", priority=3)


def beginning(scene: Scene, sha256: bytes) -> bytes:
    """Words by which a paper is known while it crosses: in the first piece of it, however small that becomes."""
    return b"".join(scene.moth.papers.open(sha256))[200:232]


def cut_with_growing_waits(cuts: list[float]) -> None:
    """As often as one paper may be tried; the shortest that a wait may be is half of what it grows to."""
    assert len(cuts) == CUTS_OF_ONE + 1
    for number, (before, after) in enumerate(pairwise(cuts)):
        assert after - before >= 0.5 * KNOCK * 2**number


def test_what_is_always_cut_gives_way_to_what_is_behind_it_and_does_not_hammer(scene: Scene) -> None:
    always_cut, small = scene.attach(1, 400_000, urgent_file(scene)), scene.attach(2, 5_000)
    scene.relay.cut_before(beginning(scene, always_cut))
    with scene.porter(KNOCK) as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(small))
    cut_with_growing_waits(scene.relay.met)
    assert scene.cuts == 1, "the next exchange is called for once"
    assert not scene.at_hub(always_cut)
    rests(scene, always_cut)


def lost_here(scene: Scene, *shas: bytes) -> None:
    """This disk has them no more, as after a restore: they are to come down again."""
    for sha256 in shas:
        scene.moth.papers.delete(sha256)
        scene.moth.db.run("UPDATE blob SET here=0 WHERE sha256=?", sha256)


def test_what_is_always_cut_on_its_way_down_gives_way_too(scene: Scene) -> None:
    always_cut, small = scene.attach(1, 400_000, urgent_file(scene)), scene.attach(2, 5_000)
    words = beginning(scene, always_cut)
    with scene.porter(KNOCK) as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(always_cut) and scene.at_hub(small))
        lost_here(scene, always_cut, small)
        scene.relay.cut_before(words)
        scene.exchange(porter)
        assert becomes(lambda: scene.moth.papers.has(small))
    cut_with_growing_waits(scene.relay.met)
    assert not scene.moth.papers.has(always_cut)


def test_after_a_few_papers_the_other_way_has_its_turn(scene: Scene) -> None:
    """Else an office with a thousand scans to send would wait days for the one that it is to read."""
    first = scene.attach(0, 5_000)
    with scene.porter() as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(first))
        lost_here(scene, first)
        up = [scene.attach(seed, 5_000) for seed in range(1, 10)]
        ways: list[str] = []

        def note(statement: str) -> None:
            if statement.startswith("UPDATE blob SET at_hub=1"):
                ways.append("up")
            elif statement.startswith("UPDATE blob SET here=1"):
                ways.append("down")

        scene.moth.db.on_write = note
        scene.exchange(porter)
        assert becomes(lambda: all(scene.at_hub(one) for one in up))
    assert ways == ["up"] * 4 + ["down"] + ["up"] * 5


def test_what_is_more_urgent_goes_before_the_next_large_paper(scene: Scene) -> None:
    """On a slow line: it was attached while the first of two large ones was crossing."""
    write_limits(scene.moth.db, dict.fromkeys(range(24), 64), metered=False)
    first, second = scene.attach(1, 45_000), scene.attach(2, 46_000)
    with scene.porter() as porter:
        scene.exchange(porter)
        assert becomes(lambda: scene.moth.db.row("SELECT 1 FROM crossing WHERE sha256=?", first) is not None)
        small = scene.attach(3, 500)
        scene.exchange(porter)
        assert becomes(lambda: scene.at_hub(small), 60)
        assert scene.at_hub(first)
        assert not scene.at_hub(second)
