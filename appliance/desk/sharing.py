"""The line that an office shares with other work: a rest that anyone asks for, limits that its administrator sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from appliance.desk.administration import require_administrator
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.manners import LEAST_KBIT, MOST_KBIT, write_limits, write_pause
from appliance.store.unit import Unit

PAUSE_MINUTES = (15, 60, 180)
HOURS = 24


class Limit(Struct, frozen=True):
    """From the beginning of one hour to the beginning of another (`until` 24: midnight), so many kbit/s."""

    since: int
    until: int
    kbit: int


def pause(unit: Unit, actor: Actor, minutes: str) -> None:
    """Let the line rest for one of PAUSE_MINUTES; all see by whose wish, and anyone can end it. Raises bad_choice."""
    if minutes not in {str(one) for one in PAUSE_MINUTES}:
        raise Refused("bad_choice")
    write_pause(unit.db, unit.clock.now_ms() + int(minutes) * 60_000, actor.post)


def resume(unit: Unit) -> None:
    """End a rest: what waits goes at once."""
    with unit.db.writing():
        write_pause(unit.db, 0, "")
        unit.enqueue_carry()


def set_limits(unit: Unit, actor: Actor, typed: Iterable[tuple[str, str, str]], *, metered: bool) -> None:
    """Set the limits as typed (from hour, to hour, kbit/s; a row without a rate is none), and metered mode.

    A span may go over midnight. Raises Refused not_administrator, bad_hours, bad_rate, hours_twice.
    """
    require_administrator(unit, actor)
    write_limits(unit.db, by_hour([read_limit(*row) for row in typed if row[2].strip()]), metered=metered)
    unit.enqueue_carry()


def read_limit(since: str, until: str, kbit: str) -> Limit:
    """One row as typed. Raises Refused bad_hours, bad_rate."""
    hours = {str(hour): hour for hour in range(HOURS + 1)}
    first, last = hours.get(since.strip()), hours.get(until.strip())
    if first is None or last is None or first in (HOURS, last):
        raise Refused("bad_hours")
    text = kbit.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 7 or not LEAST_KBIT <= int(text) <= MOST_KBIT:
        raise Refused("bad_rate", typed=text[:20], least=LEAST_KBIT, most=MOST_KBIT)
    return Limit(first, last, int(text))


def by_hour(limits: Iterable[Limit]) -> dict[int, int]:
    """The rate of each hour that has one. Raises Refused hours_twice."""
    found: dict[int, int] = {}
    for one in limits:
        until = one.until if one.until > one.since else one.until + HOURS
        for hour in (h % HOURS for h in range(one.since, until)):
            if found.setdefault(hour, one.kbit) != one.kbit:
                raise Refused("hours_twice", hour=hour)
    return found


def as_limits(caps: Mapping[int, int]) -> list[Limit]:
    """The same as the fewest spans within one day."""
    found: list[Limit] = []
    for hour in sorted(caps):
        if found and found[-1].until == hour and found[-1].kbit == caps[hour]:
            found[-1] = Limit(found[-1].since, hour + 1, caps[hour])
        else:
            found.append(Limit(hour, hour + 1, caps[hour]))
    return found
