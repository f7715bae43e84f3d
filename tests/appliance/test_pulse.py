"""The queue's pulse with its porter, in this process, behind a line that counts."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.desk import sharing, verbs
from appliance.queue import Pulse
from appliance.store.manners import write_limits
from appliance.store.unit import Unit
from tests.appliance.queue_process import OFFICES, open_moth
from tests.appliance.test_queue import CLERK, acked, opened
from tests.benchmarks.relay import Relay
from tests.support.district import TestClock, open_hub, papers_of
from tests.support.paper import pdf
from tests.support.server import serve_hub
from tests.support.threads import running
from tests.support.waiting import until

KBIT = 256
SIZE = 110_000


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    open_hub(tmp_path, papers_of(OFFICES), TestClock()).db.close()
    with serve_hub(tmp_path) as hub, Relay(int(hub.url.rpartition(":")[2])) as made:
        yield made


@pytest.fixture
def unit(tmp_path: Path, relay: Relay) -> Iterator[Unit]:
    made = open_moth(tmp_path, relay.url)
    yield made
    made.db.close()


@contextmanager
def pulse_of(unit: Unit) -> Iterator[Pulse]:
    with running(Pulse(unit)) as made:
        yield made


def call(pulse: Pulse) -> None:
    """Called twice: the second call is taken up when all that the first one led to is done."""
    for _ in range(2):
        pulse.wake()
        until(lambda: pulse.has_heard, 20)


def test_while_the_line_rests_nothing_is_carried_and_then_all_at_once(unit: Unit, relay: Relay) -> None:
    with pulse_of(unit) as pulse:
        opened(unit)
        call(pulse)
        assert acked(unit)
        sharing.pause(unit, CLERK, "15")
        call(pulse)
        opened(unit)
        relay.take()
        call(pulse)
        assert not acked(unit)
        assert relay.take().both == 0
        sharing.resume(unit)
        pulse.wake()
        until(lambda: acked(unit), 5)


def test_movements_and_papers_keep_to_the_limit_together(unit: Unit, relay: Relay) -> None:
    """Each goes on a connection of its own; with a limit for each the line would carry twice of what is set."""
    source = random.Random(5)
    write_limits(unit.db, dict.fromkeys(range(24), KBIT), metered=False)
    with pulse_of(unit) as pulse:
        file = opened(unit)
        call(pulse)
        scan = io.BytesIO(pdf(filling=source.randbytes(SIZE)))
        verbs.attach(unit, CLERK, file, name="s.pdf", media_type="application/pdf", stream=scan)
        relay.take()
        started = time.monotonic()
        pulse.wake()
        until(lambda: bool(unit.db.row("SELECT 1 FROM crossing")), 20)
        for _ in range(SIZE // 9_000):
            verbs.save_yellow(unit, CLERK, file, f"<p>{source.randbytes(9_000).hex()}</p>", 0)
            verbs.confirm_note(unit, CLERK, file)
        pulse.wake()
        until(lambda: acked(unit) and bool(unit.db.value("SELECT min(at_hub) FROM blob")), 60)
        seconds = time.monotonic() - started
    crossed = relay.take().both
    assert crossed > 1.8 * SIZE
    assert crossed / seconds <= KBIT * 125 * 1.2
