"""Which appliances are in the network, over time, and which of them bears this office's name too; pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from appliance.discovery.values import Double, Own, Seen, Sighting

Roster = Mapping[str, Sighting]
"""By the service's name."""

MOST_OF_OFFICE, MOST_OTHERS, MOST_PAST = 32, 128, 16
MISSES = 2  # looks in vain after which it has gone
REMEMBERED_MS = 7 * 86_400_000
TOLD_MS = 86_400_000


def has_room(roster: Roster, own: Own, office: str) -> bool:
    """Whether one more of this office is looked at: a network full of names must not fill the machine."""
    if office == own.office:
        return sum(one.seen.office == office for one in roster.values()) < MOST_OF_OFFICE + MOST_PAST
    return sum(one.seen.office != own.office for one in roster.values()) < MOST_OTHERS


def noted(roster: Roster, own: Own, seen: Seen, now_ms: int) -> Roster:
    """With this one, which has just answered; without earlier marks of the same machine that have gone."""
    before = roster.get(seen.name)
    if before is None and not has_room(roster, own, seen.office):
        return roster
    rest = {name: one for name, one in roster.items() if one.here or not _same_machine(one.seen, seen)}
    earlier = [one.first_ms for name, one in roster.items() if name == seen.name or name not in rest]
    return {**rest, seen.name: Sighting(seen, min([now_ms, *earlier]), now_ms)}


def missed(roster: Roster, own: Own, name: str, *, sure: bool = False) -> Roster:
    """After a look in vain; `sure`: it said good-bye. One of another office is forgotten, one of ours remembered."""
    found = roster.get(name)
    if found is None or not found.here:
        return roster
    count = found.missed + 1
    if count < MISSES and not sure:
        return {**roster, name: msgspec.structs.replace(found, missed=count)}
    if found.seen.office != own.office:
        return {key: one for key, one in roster.items() if key != name}
    return {**roster, name: msgspec.structs.replace(found, here=False, missed=count)}


def remembered(others: tuple[Sighting, ...], own: Own, now_ms: int) -> Roster:
    """What is still told after a start: second bearers of this office's name of the last week, none of them here."""
    past = [one for one in others if one.seen.office == own.office and 0 <= now_ms - one.last_ms < REMEMBERED_MS]
    past = sorted(past, key=lambda one: one.last_ms)[-MOST_PAST:]
    return {one.seen.name: msgspec.structs.replace(one, here=False, missed=0) for one in past}


def forgotten(roster: Roster, now_ms: int) -> Roster:
    """Without what has gone more than a week ago."""
    return {name: one for name, one in roster.items() if one.here or now_ms - one.last_ms < REMEMBERED_MS}


def doubles(office: str, fingerprint: str, others: tuple[Sighting, ...]) -> list[Double]:
    """Second bearers of the office's name: those that are there first, then the newest."""
    found = [
        Double(_kind(seen, fingerprint), seen.fingerprint, seen.addresses, one.first_ms, one.last_ms, one.here)
        for one in others
        if (seen := one.seen).office == office
    ]
    return sorted(found, key=lambda one: (not one.here, -one.last_ms))


def lately(found: list[Double], now_ms: int) -> tuple[int, int]:
    """Clones, and other bearers of the name, that were there within a day: what the district is told."""
    recent = [one for one in found if one.here or 0 <= now_ms - one.last_ms < TOLD_MS]
    clones = sum(one.kind == "clone" for one in recent)
    return clones, len(recent) - clones


def _kind(seen: Seen, fingerprint: str) -> str:
    if not seen.fingerprint:
        return "stranger"
    return "clone" if seen.fingerprint == fingerprint else "namesake"


def _same_machine(one: Seen, other: Seen) -> bool:
    return (one.office, one.fingerprint, one.addresses) == (other.office, other.fingerprint, other.addresses)
