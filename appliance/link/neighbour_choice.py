"""Whether, when and whom to ask to carry this office's post; pure: values in, values out.

A neighbour is asked when the line has been down for a while, not at once: most cuts end by themselves. Then what waits
goes as soon as somebody takes it; without anything to say, somebody is asked now and then for what the district has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from appliance.discovery.announcement import is_near
from appliance.discovery.values import Sighting

NEWS_SECONDS = 30.0
"""After a round that went well: the next, if there is something to say."""

LIVELY_SECONDS, LIVELY_TIMES = 60.0, 10
"""Something went: answers are likely soon."""

QUIET_SECONDS = 600.0
FIRST_SECONDS, LAST_SECONDS = 30.0, 1800.0
"""After a round in which nobody carried: doubling."""

ALONE_SECONDS = 10.0
"""Nobody is there to be asked; looking costs nothing."""

A_ROUND = 3
"""So many are asked in one round."""

MOST_ADDRESSES = 2
"""Of one appliance; one of its interfaces may lead nowhere from here."""

REST_SECONDS = 300.0
"""One that did not carry is asked last for so long."""


class Neighbour(Struct, frozen=True):
    """An address of an appliance of another office in this network, and its claim who it is; `name` names both."""

    name: str
    office: str
    address: str
    port: int


class Past(Struct, frozen=True):
    """What came of asking a neighbour last, monotonic seconds."""

    at: float
    carried: bool


class Pace(Struct, frozen=True):
    """When the next round is due. Times are of a clock that never steps, in seconds; `down` since when, -1: it is up.

    `after`: how long the line must be down.
    """

    after: float
    down: float = -1.0
    due: float = 0.0
    ended: float = 0.0
    failures: int = 0
    lively: int = 0

    def seen(self, now: float, random: float, *, up: bool) -> Pace:
        """What the line looks like now. `random` in 0..1 spreads offices that lost the same line."""
        if up:
            return Pace(self.after)
        return self if self.down >= 0 else Pace(self.after, now, now + self.after * (0.75 + 0.5 * random))

    def is_due(self, now: float, *, news: bool) -> bool:
        """Whether to ask now. `news`: there is something to say."""
        if self.down < 0:
            return False
        early = news and self.ended > 0 and not self.failures
        return now >= (min(self.due, self.ended + NEWS_SECONDS) if early else self.due)

    def succeeded(self, now: float, random: float, *, active: bool) -> Pace:
        """Somebody carried. `active`: something moved, so answers are likely soon."""
        lively = LIVELY_TIMES if active else max(self.lively - 1, 0)
        wait = (LIVELY_SECONDS if lively else QUIET_SECONDS) * (0.75 + 0.5 * random)
        return replace(self, due=now + wait, ended=now, failures=0, lively=lively)

    def alone(self, now: float) -> Pace:
        """There was nobody to ask."""
        return replace(self, due=now + ALONE_SECONDS, ended=now)

    def failed(self, now: float, random: float) -> Pace:
        """Nobody carried of those who were asked."""
        wait = min(FIRST_SECONDS * 2.0 ** min(self.failures, 10), LAST_SECONDS) * (0.75 + 0.5 * random)
        return replace(self, due=now + wait, ended=now, failures=self.failures + 1)


def neighbours(
    others: Iterable[Sighting], office: str, keys: Mapping[str, Collection[str]], own: Collection[str]
) -> list[Neighbour]:
    """Whom one could ask: appliances that are there, of another office, that name the key of its certificate.

    `keys`: fingerprints by office, as the district's directory has them. Only addresses of an office's own network,
    none of `own`. What is announced is a claim; the greeting proves it.
    """
    found = []
    for one in others:
        seen = one.seen
        if not one.here or seen.office == office or seen.fingerprint not in keys.get(seen.office, ()):
            continue
        near = [address for address in seen.addresses if is_near(address) and address not in own]
        found += [Neighbour(f"{seen.name} {at}", seen.office, at, seen.port) for at in near[:MOST_ADDRESSES]]
    return found


def whom_to_ask(
    found: Iterable[Neighbour], past: Mapping[str, Past], asked: Collection[str], now: float, random: float
) -> Neighbour | None:
    """The next of a round: who carried last, then who has not been asked lately, then who has rested longest.

    `asked`: names of this round. Among those of whom nothing is known, `random` in 0..1 picks, so that not all offices
    of a building ask the same one.
    """
    if len(asked) >= A_ROUND:
        return None
    left = sorted((one for one in found if one.name not in asked), key=lambda one: one.name)
    good = [one for one in left if one.name in past and past[one.name].carried]
    if good:
        return max(good, key=lambda one: past[one.name].at)
    fresh = [one for one in left if one.name not in past or now - past[one.name].at > REST_SECONDS]
    if fresh:
        return fresh[min(int(random * len(fresh)), len(fresh) - 1)]
    return min(left, key=lambda one: past[one.name].at, default=None)
