"""One verb on several rows: each row is a transaction of its own, and what became of each is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from appliance.desk import verbs
from appliance.desk.acting import check_day
from appliance.desk.refused import Refused
from appliance.desk.rights import may_read
from appliance.desk.values import Actor
from appliance.desk.writing import plain
from appliance.store.book import read_file
from appliance.store.unit import Unit
from protocol.efile import Phase, Standing

MOST_ROWS = 100
"""So many at once; a list shows no more."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one row; `refused` is None when it was done."""

    file: str
    number: str
    subject: str
    language: str
    refused: Refused | None = None


def receive_many(unit: Unit, actor: Actor, files: Sequence[str]) -> list[Outcome]:
    """Takes all onto the desk; one that lies there open already is done."""

    def one(file: str) -> None:
        if not _is_open(unit, actor, file):
            verbs.receive(unit, actor, file)

    return _each(unit, actor, files, one)


def send_many(
    unit: Unit, actor: Actor, files: Sequence[str], *, to_post: str, how: str, remarks: str = "", due: str = "",
    priority: int | None = None,
) -> list[Outcome]:  # fmt: skip
    """Marks all to one post, each with the same words; what was not yet received is received with it, or not at all.

    Raises Refused no_such_post, same_post, due_in_past, remarks_too_long: then nothing was done to any.
    """
    if unit.directory().node_of_post(to_post) is None:
        raise Refused("no_such_post", post=to_post)
    if to_post == actor.post:
        raise Refused("same_post")
    check_day(unit, due)
    if len(plain(remarks)) > verbs.REMARKS_CHARS:
        raise Refused("remarks_too_long", limit=verbs.REMARKS_CHARS)

    def one(file: str) -> None:
        _open(unit, actor, file)
        verbs.send(unit, actor, file, to_post=to_post, how=how, remarks=remarks, due=due, priority=priority)

    return _each(unit, actor, files, one)


def park_many(unit: Unit, actor: Actor, files: Sequence[str], *, reason: str, until: str = "") -> list[Outcome]:
    """Puts all away with one reason. Raises Refused reason_missing, due_in_past: then nothing was done to any."""
    if not plain(reason):
        raise Refused("reason_missing")
    check_day(unit, until)

    def one(file: str) -> None:
        _open(unit, actor, file)
        verbs.park(unit, actor, file, reason, until)

    return _each(unit, actor, files, one)


def _is_open(unit: Unit, actor: Actor, file: str) -> bool:
    row = read_file(unit.db, file)
    return row is not None and row.state.post == actor.post and row.state.standing == Standing.DESK


def _open(unit: Unit, actor: Actor, file: str) -> None:
    row = read_file(unit.db, file)
    if row is not None and row.phase is Phase.HELD and row.state.post != actor.post:
        raise Refused("not_holder", post=row.state.post)
    if row is not None and row.state.standing == Standing.TRAY:
        verbs.receive(unit, actor, file)


def _each(unit: Unit, actor: Actor, files: Sequence[str], verb: Callable[[str], None]) -> list[Outcome]:
    chosen = list(dict.fromkeys(files))
    if len(chosen) > MOST_ROWS:
        raise Refused("too_many_rows", limit=MOST_ROWS)
    return [_one(unit, actor, file, verb) for file in chosen]


def _one(unit: Unit, actor: Actor, file: str, verb: Callable[[str], None]) -> Outcome:
    row = read_file(unit.db, file) if may_read(unit, actor, file) else None
    state = row.state if row else None
    done = Outcome(file, state.number if state else "", state.title if state else "", state.language if state else "hi")
    if row is None:
        return msgspec.structs.replace(done, refused=Refused("no_such_file"))
    try:
        with unit.db.writing():
            verb(file)
    except Refused as refused:
        return msgspec.structs.replace(done, refused=refused)
    return done
