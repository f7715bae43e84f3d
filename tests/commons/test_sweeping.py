"""What nobody will finish goes; what grows stays; one bad place does not keep the others."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from commons.papers import Incoming
from commons.sweeping import DAY_SECONDS, Place, Sweeper, sweep
from tests.benchmarks.district import make
from tests.benchmarks.servers import hub_web
from tests.support.unfinished import begun_long_ago, is_there
from tests.support.waiting import becomes

KEY = bytes(32)


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    """With one upload that has not grown for three days, and one of now."""
    made = Incoming(tmp_path / "incoming", KEY)
    begun_long_ago(made, tmp_path / "incoming", days=3)
    made.create("new", 100, b"")
    return made


class Failing:
    """A place whose disk does not answer."""

    def sweep(self, older_than_seconds: float, now: float) -> int:
        del older_than_seconds, now
        raise OSError(5, "input/output error")


@pytest.mark.parametrize(("days", "stays"), [(2, False), (4, True)])
def test_what_has_not_grown_for_so_long_goes(incoming: Incoming, days: int, stays: bool) -> None:
    assert sweep([Place(Failing()), Place(incoming, days * DAY_SECONDS)], time.time()) == int(not stays)
    assert (is_there(incoming, "old"), is_there(incoming, "new")) == (stays, True)


def test_the_first_round_is_at_the_start(incoming: Incoming) -> None:
    sweeper = Sweeper([Place(incoming, DAY_SECONDS)])
    sweeper.start()
    assert becomes(lambda: not is_there(incoming, "old"))
    sweeper.stop()
    assert is_there(incoming, "new")


def test_the_hubs_program_lets_an_upload_go_that_has_expired(tmp_path: Path) -> None:
    district = make(tmp_path / "district")
    hub = district.open_hub()
    begun_long_ago(hub.incoming, district.hub_folder / "incoming", days=8)
    hub.incoming.create("new", 100, b"")
    with hub_web(district.hub_folder):
        assert becomes(lambda: not is_there(hub.incoming, "old"))
        assert is_there(hub.incoming, "new")
    hub.db.close()
