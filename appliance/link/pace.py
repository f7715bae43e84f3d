"""When to try the line: a pure machine that is told what happened and says when to act next.

While the line is up: every `every` seconds, more often (`lively`) while something of ours is on its way. After a
failure: 15 s, doubling to 10 min, with jitter; but a light knock (connecting, saying nothing) is tried in between, and
the moment the line answers again the waiting ends.
"""

from __future__ import annotations

from msgspec import Struct

FIRST_SECONDS = 15.0
LAST_SECONDS = 600.0
KNOCK_SECONDS = 3.0
LIVELY_FOR_SECONDS = 120.0


class Pace(Struct, frozen=True):
    """Times are of a clock that never steps (monotonic), in seconds."""

    every: float
    lively: float
    failures: int = 0
    unreachable: bool = False
    due: float = 0.0
    knock: float = 0.0
    lively_until: float = 0.0

    def succeeded(self, now: float, *, active: bool) -> Pace:
        """An exchange went through. `active`: something moved, so answers are likely soon."""
        until = now + LIVELY_FOR_SECONDS if active else self.lively_until
        wait = self.lively if now < until else self.every
        return Pace(self.every, self.lively, 0, False, now + wait, 0.0, until)

    def failed(self, now: float, random: float, *, unreachable: bool) -> Pace:
        """An exchange failed. `random` in 0..1 spreads offices that lost the same line."""
        failures = self.failures + 1
        wait = min(FIRST_SECONDS * 2.0 ** min(failures - 1, 10), LAST_SECONDS) * (0.75 + 0.5 * random)
        wait = min(wait, LAST_SECONDS)
        return Pace(self.every, self.lively, failures, unreachable, now + wait, now + KNOCK_SECONDS, self.lively_until)

    def woken(self, now: float) -> Pace:
        """Someone here has something to say: at once, unless the line is known to be down."""
        until = now + LIVELY_FOR_SECONDS
        due = self.due if self.failures else now
        return Pace(self.every, self.lively, self.failures, self.unreachable, due, self.knock, until)

    def knocked(self, now: float, *, answered: bool) -> Pace:
        """The light knock: an answer ends the back-off at once."""
        if answered:
            return Pace(self.every, self.lively, 0, False, now, 0.0, self.lively_until)
        return Pace(self.every, self.lively, self.failures, True, self.due, now + KNOCK_SECONDS, self.lively_until)

    def next_act(self) -> tuple[str, float]:
        """("exchange" or "knock", when)."""
        if self.unreachable and self.knock < self.due:
            return "knock", self.knock
        return "exchange", self.due
