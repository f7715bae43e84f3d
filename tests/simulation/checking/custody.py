"""Invariants 1, 3 and 4: who may write a file, by an own replay of logs and grants; and that all have the same file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tests.simulation.checking.chains import file_hashes
from tests.simulation.checking.read import Event, Grant, HubFacts, Term, UnitFacts, Violation, decode_list, grants_of
from tests.simulation.truth import Truth

BESIDE = frozenset({"askback", "pullup", "answer", "read", "decide", "vouch"})
BEGINS = frozenset({"open", "diarise", "ask", "letter", "propose", "bind"})
BY_HUB = frozenset({"force", "undelivered"})
NUMBER = {"open": 0, "diarise": 0, "issue": 2, "out_paper": 1}
"""Where the number stands that such an event gives: of a file, a receipt, a letter, a slip."""
LAST_EVENT = {
    "release": {"release"},
    "answer": {"release", "askback", "pullup"},
    "askback": {"askback"},
    "pullup": {"pullup"},
    "force": {"force"},
    "undelivered": {"undelivered"},
}
"""Cause of a grant: kinds of event that the log may end with when it is made."""

ORIGIN: Term = (0, 0)


class Stay:
    """One stay of a file with one custodian: a term and its part of the log."""

    def __init__(self, term: Term, holder: str, begin: int, end: int) -> None:
        self.term = term
        self.holder = holder
        self.begin = begin
        self.end = end


def check_hub(hub: HubFacts, truth: Truth) -> Iterator[Violation]:
    """Each file's log and grants, replayed; what the hub's table says of it."""
    logs = hub.logs()
    by_file: dict[str, list[Grant]] = {}
    for grant in hub.grants():
        by_file.setdefault(grant.file, []).append(grant)
    missing = 0
    for file in sorted(logs.keys() | by_file.keys() | hub.files.keys()):
        row = hub.files.get(file)
        log = logs.get(file, [])
        if row is None or not log:
            yield Violation(2, "file_gone", f"hub: {file} has {len(log)} events and {'a' if row else 'no'} row")
            continue
        yield from _check_log(hub, file, log)
        by_file[file] = _without_lost_branch(truth, file, log, by_file.get(file, []))
        stays, faults, gaps = _stays(hub, file, log, by_file[file])
        missing += gaps
        yield from faults
        for stay in stays:
            yield from _check_stay(hub, truth, file, log, stay, {known.term for known in stays})
        for before, stay in pairwise(stays):
            cause = min((g for g in by_file[file] if g.term == stay.term), key=lambda g: g.end).cause
            if not (truth.hub_set_backs and _is_told_anew(before, stay)):
                yield from _check_cause(file, log, before, stay, cause)
            released = any(event.kind == "release" for event in log[before.begin : stay.begin])
            if cause == "force" and not released:
                yield from _check_notice(file, before, stay, by_file[file])
        last = stays[-1]
        told = {grant.node for grant in by_file.get(file, []) if grant.term == last.term}
        if last.term != ORIGIN and last.holder not in told:
            yield Violation(1, "untold", f"{file} {last.term}: {last.holder} was never told")
        if ((row["life"], row["number"]), row["holder"]) != (last.term, last.holder):
            yield Violation(1, "hub_holder", f"{file}: table {row['holder']}, grants {last.holder} {last.term}")
    tombstones = sum(item.tag == "T" for items in hub.streams.values() for item in items)
    if missing > tombstones:
        yield Violation(4, "terms_missing", f"{missing} terms without a grant, {tombstones} tombstones")


def _check_log(hub: HubFacts, file: str, log: list[Event]) -> Iterator[Violation]:
    if [event.pos for event in log] != list(range(len(log))):
        yield Violation(3, "places", f"hub: places in the log of {file} are not 0 to {len(log) - 1}")
    first = log[0]
    if f"{first.key[0]}.{first.key[1].hex()}.{first.key[2]}" != file or first.kind not in BEGINS:
        yield Violation(4, "log_begin", f"hub: {file} begins with {first}")
    f = file_hashes(log)
    row = hub.files[file]
    if (row["log_len"], row["log_hash"]) != (len(log), f[-1]):
        yield Violation(4, "log_hash", f"hub: {file}")
    for event in log:
        said = event.said_subject
        named = said if isinstance(said, str) else f"{event.key[0]}.{event.key[1].hex()}.{said or event.key[2]}"
        if named != file:
            yield Violation(4, "subject", f"hub: {event} in the log of {file} is about {named}")


def _without_lost_branch(truth: Truth, file: str, log: list[Event], grants: list[Grant]) -> list[Grant]:
    """Grants without those of a branch that the file has left for a higher term.

    There are two ways. Rule 6.6: the file was forced on before its silent holder reported. Rule 6.7: a hub that was set
    back and did not know it ruled anew on what it had ruled on.
    """
    f = file_hashes(log)
    stand = [grant for grant in grants if grant.end <= len(log) and grant.base == f[grant.end]]
    left = max((one.term for one in truth.forced if one.file == file and one.in_recovery), default=ORIGIN)
    if truth.hub_set_backs:
        left = max((left, *(grant.term for grant in stand)))
    return [grant for grant in grants if grant in stand or grant.term >= left]


def _stays(hub: HubFacts, file: str, log: list[Event], grants: list[Grant]) -> tuple[list[Stay], list[Violation], int]:
    """The stays that log and grants tell of; what is wrong with the grants; how many terms of this life have none."""
    f = file_hashes(log)
    faults = []
    by_term: dict[Term, list[Grant]] = {}
    for grant in grants:
        by_term.setdefault(grant.term, []).append(grant)
        if grant.end > len(log) or grant.base != f[grant.end]:
            faults.append(Violation(4, "base", f"{file} {grant.term} in {grant.node}'s stream at {grant.n}"))
    stays = [Stay(ORIGIN, log[0].key[0], 0, len(log))]
    gaps = 0
    for term in sorted(by_term):
        holders = {grant.holder for grant in by_term[term]}
        if len(holders) > 1:
            faults.append(Violation(1, "two_holders", f"{file} {term}: {sorted(holders)}"))
        begin = min(grant.end for grant in by_term[term])
        if hub.recovered:  # a grant that is told again after a recovery carries what its holder has written since
            begin = next((place for place, event in enumerate(log[:begin]) if _is_of(event, term, holders)), begin)
        before = stays[-1]
        if begin < before.begin:
            faults.append(
                Violation(4, "terms_back", f"{file}: {term} begins at {begin}, {before.term} at {before.begin}")
            )
        before.end = begin
        if term[0] == hub.life:
            gaps += term[1] - (before.term[1] if before.term[0] == hub.life else 0) - 1
        stays.append(Stay(term, min(holders), begin, len(log)))
    return stays, faults, gaps


def _is_of(event: Event, term: Term, holders: set[str]) -> bool:
    return event.term == term and event.key[0] in holders and event.kind not in BESIDE


def _check_stay(
    hub: HubFacts, truth: Truth, file: str, log: list[Event], stay: Stay, known: set[Term]
) -> Iterator[Violation]:
    """Rule 1.3: only the holder, only in its term; the first event names the file before it; a release is the last.

    A stay of which no stream tells any more is passed over: its office and the hub were both set back since.
    """
    set_back = {one.node for one in (*truth.excused, *truth.lost)}
    f = file_hashes(log[: stay.begin])[-1]
    over = False
    fresh = stay.term != ORIGIN
    for event in log[stay.begin : stay.end]:
        if event.kind in BESIDE or (event.kind in BY_HUB and event.key[0] == hub.code):
            over = True
            continue
        if hub.recovered and event.term not in known and event.key[0] in set_back:
            over = event.kind == "release"
            continue
        if over or event.key[0] != stay.holder or event.term != stay.term:
            yield Violation(1, "foreign_event", f"{file}: {event} in the stay of {stay.holder} {stay.term}")
        if event.after != (f if fresh else None):
            yield Violation(4, "after", f"{file}: {event}")
        fresh = False
        over = event.kind == "release"


def _is_told_anew(before: Stay, stay: Stay) -> bool:
    """Two rulings of one term met in a recovery: the one that stands is made again in a new term, with no new event."""
    return (before.begin, before.holder) == (stay.begin, stay.holder)


def _check_cause(file: str, log: list[Event], before: Stay, stay: Stay, cause: str) -> Iterator[Violation]:
    """That the file went where the event that moved it says."""
    moved = log[before.begin : stay.begin]
    last = moved[-1] if moved else None
    if last is None or last.kind not in LAST_EVENT.get(cause, set()):
        yield Violation(4, "cause", f"{file} {stay.term}: cause {cause}, the log ends with {last}")
        return
    said = last.fields()
    to = {"askback": last.key[0], "pullup": last.key[0]}.get(last.kind)
    if last.kind == "release":
        to = said[1]
    elif last.kind == "force":
        to = said[0]
    elif last.kind == "undelivered":
        to = next((event.key[0] for event in reversed(moved) if event.kind == "release"), "")
    if to != stay.holder:
        yield Violation(1, "cause_holder", f"{file} {stay.term}: {last} sends it to {to}, {stay.holder} has it")


def _check_notice(file: str, before: Stay, stay: Stay, grants: list[Grant]) -> Iterator[Violation]:
    """Rule 4.1: whoever had the file, had not released it, and lost it by order, hears of it."""
    had = before.term == ORIGIN or any((g.node, g.term) == (before.holder, before.term) for g in grants)
    heard = any(g.node == before.holder and g.term >= stay.term for g in grants)
    if had and not heard:
        yield Violation(1, "unnoticed", f"{file} {stay.term}: {before.holder} was not told that it lost the file")


class Right:
    """What an office's journal and stream alone say of one file (rule 1.1)."""

    def __init__(self, term: Term, holder: str) -> None:
        self.term = term
        self.holder = holder
        self.may = False
        self.queued = False


def rights(unit: UnitFacts) -> dict[str, Right]:
    """File by file, from journal and stream alone."""
    found: dict[str, Right] = {}
    own = unit.own()
    for event in own:
        if event.kind in BEGINS:
            found[event.subject] = Right(ORIGIN, unit.code)
    for grant in grants_of(unit.code, unit.items):
        known = found.get(grant.file)
        if known is None or grant.term > known.term:
            found[grant.file] = Right(grant.term, grant.holder)
    for file, right in found.items():
        right.may = right.holder == unit.code
        for event in (event for event in own if event.subject == file and event.term == right.term):
            if event.kind == "send" and event.fields()[1] != unit.code:
                right.may, right.queued = False, True
            elif event.kind in ("withdraw", "draw") and right.queued:
                right.may, right.queued = True, False
            elif event.kind == "release":
                right.may = right.queued = False
                break
    return found


def check_rights(hub: HubFacts, units: list[UnitFacts], truth: Truth) -> Iterator[Violation]:
    """Invariant 1 after quiet: one office has the right, the one that the hub names, in that term."""
    working = [unit for unit in units if unit.name not in truth.switched_off]
    have = {unit.name: rights(unit) for unit in working}
    for file, row in hub.files.items():
        holders = [unit for unit in working if unit.working and file in have[unit.name] and have[unit.name][file].may]
        names = [unit.name for unit in holders]
        if not any(unit.code == row["holder"] for unit in working):
            if names:
                yield Violation(1, "custodian", f"{file}: the hub names {row['holder']}, {names} may write")
            continue
        if [unit.code for unit in holders] != [row["holder"]]:
            yield Violation(1, "custodian", f"{file}: the hub names {row['holder']}, {names or 'nobody'} may write")
            continue
        right = have[names[0]][file]
        if right.term != (row["life"], row["number"]):
            yield Violation(1, "holder_term", f"{file}: {names[0]} {right.term}, hub {row['life']}.{row['number']}")
    for unit in working:
        for file, right in have[unit.name].items():
            row = unit.files.get(file, {"phase": "no row"})
            if (row["phase"] == "held") != right.may:
                yield Violation(1, "view_right", f"{unit.name}: {file} is {row['phase']}, may write: {right.may}")
            if right.queued and unit.working:
                yield Violation(6, "queued", f"{unit.name}: a send of {file} still waits")


def check_same(hub: HubFacts, units: list[UnitFacts], truth: Truth) -> Iterator[Violation]:
    """Invariant 4: what an office shows of a file is a beginning of what the hub has; the custodian shows all of it."""
    at_hub = hub.logs()
    for unit in units:
        if unit.name in truth.switched_off:
            continue
        for file, log in unit.logs().items():
            whole = [(event.key, event.header, event.digest) for event in at_hub.get(file, [])]
            mine = [(event.key, event.header, event.digest) for event in log]
            if [event.pos for event in log] != list(range(len(log))):
                yield Violation(3, "places", f"{unit.name}: places in the log of {file}")
            if mine != whole[: len(mine)]:
                place = next((i for i, (a, b) in enumerate(zip(mine, whole, strict=False)) if a != b), len(whole))
                yield Violation(4, "differs", f"{unit.name}: {file} from place {place} on ({log[place]})")
            elif file in hub.files and hub.files[file]["holder"] == unit.code and len(mine) != len(whole):
                yield Violation(4, "shorter", f"{unit.name}: {file} has {len(mine)} of {len(whole)} events")
            row = unit.files.get(file)
            if row is None or (row["log_len"], row["log_hash"]) != (len(log), file_hashes(log)[-1]):
                yield Violation(4, "log_hash", f"{unit.name}: {file}")
        theirs = hub.streams.get(unit.code, [])
        for item, there in zip(unit.items, theirs, strict=False):
            if item.raw != there.raw:
                yield Violation(4, "stream_differs", f"{unit.name}: item {item.n}: {decode_list(item.raw)[:4]}")
                break


def check_once(hub: HubFacts, units: list[UnitFacts], truth: Truth) -> Iterator[Violation]:
    """Invariant 3: no number of a file given twice, no item applied twice."""
    given: dict[str, Event] = {}
    aside = [
        entry.event
        for entry in hub.asides
        if entry.reason == "does_not_join" and entry.event.key[0] not in truth.cloned
    ]
    for event in (*(e for log in hub.logs().values() for e in log), *aside):
        if event.kind not in NUMBER:
            continue
        number = str(event.fields()[NUMBER[event.kind]])
        other = given.setdefault(number, event)
        if other.key != event.key:
            yield Violation(3, "number_again", f"{number}: {other} and {event}")
    for unit in units:
        if [item.n for item in unit.items] != list(range(1, len(unit.items) + 1)):
            yield Violation(3, "items", f"{unit.name}: items are not 1 to {len(unit.items)}")
    for items in hub.streams.values():
        told = [(grant.file, grant.term, grant.holder) for grant in grants_of("", items)]
        for file, term, holder in {entry for entry in told if told.count(entry) > 1}:
            yield Violation(3, "granted_again", f"{file} {term} to {holder}")
