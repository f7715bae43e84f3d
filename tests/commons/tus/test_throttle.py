"""The account of a limited line, with a clock of the test's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.tus.throttle import AHEAD_SECONDS, Account, Throttle, step_bytes


class Line:
    """Time passes only while someone waits."""

    def __init__(self, per_second: float | None) -> None:
        self.now = 1000.0
        self.per_second = per_second
        self.throttle = Throttle(lambda: self.per_second, lambda: self.now, self.wait)

    def wait(self, seconds: float) -> None:
        self.now += seconds


@given(rate=st.integers(1_000, 10_000_000), chunks=st.lists(st.binary(min_size=1, max_size=40_000), max_size=20))
def test_the_same_bytes_come_out_and_not_sooner_than_allowed(rate: int, chunks: list[bytes]) -> None:
    line = Line(float(rate))
    came = list(line.throttle.paced(iter(chunks)))
    assert b"".join(came) == b"".join(chunks)
    assert all(len(one) <= step_bytes(float(rate)) for one in came)
    total = sum(map(len, chunks))
    assert line.now - 1000 == pytest.approx(max(total / rate - AHEAD_SECONDS, 0), abs=max(1e-6, 512 / rate))


def test_without_a_limit_nobody_waits() -> None:
    line = Line(None)
    assert b"".join(line.throttle.paced(iter((bytes(1_000_000),)))) == bytes(1_000_000)
    assert line.now == 1000.0


def test_a_silence_earns_no_more_than_a_moment() -> None:
    account, _ = Account(0.0).spend(3600.0, 1_000, 1_000.0)
    _, wait = account.spend(3600.0, 1_000, 1_000.0)
    assert wait == pytest.approx(2 - AHEAD_SECONDS)


def test_a_limit_that_changes_counts_at_the_next_step() -> None:
    line = Line(1_000.0)
    steps = line.throttle.paced(iter((bytes(10_000),)))
    next(steps)
    line.per_second = None
    assert sum(map(len, steps)) == 10_000 - 512
    assert line.now < 1001


def test_what_the_limit_raises_ends_the_transfer() -> None:
    class Pause(Exception): ...

    def allowed() -> float | None:
        if sent > 1_000:
            raise Pause
        return 1_000.0

    sent = 0
    throttle = Throttle(allowed, lambda: 0.0, lambda _seconds: None)

    def carry() -> None:
        nonlocal sent
        for part in throttle.paced(iter((bytes(10_000),))):
            sent += len(part)

    with pytest.raises(Pause):
        carry()
    assert 1_000 < sent < 3_000
