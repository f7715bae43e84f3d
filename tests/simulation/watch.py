"""What must hold at every moment of a run, looked at from outside with queries of its own."""

from __future__ import annotations

from typing import NamedTuple

from appliance.store.rebuild import VIEWS, rebuild, said_by
from tests.simulation.truth import Dumps
from tests.simulation.world import Node, World


class Desk(NamedTuple):
    """How much a node has written."""

    epoch: bytes
    head: int
    outbox: int
    tasks: int
    hlc: int
    mode: str


def desk_of(node: Node) -> Desk:
    """As its database says now."""
    db = node.unit.db
    row = db.row(
        "SELECT epoch, head_seq, (SELECT count(*) FROM outbox), (SELECT count(*) FROM task), hlc, mode FROM node"
    )
    assert row is not None
    return Desk(bytes(row[0]), row[1], row[2], row[3], row[4], row[5])


def check_desk(
    world: World, node: Node, before: Desk, *, events: int | None, many: bool = False, wakes: bool = True
) -> None:
    """An action is whole or not at all: its events, their outbox rows and one wake-up.

    `events`: so many; None: as many as the action has, or none of them. `many`: it may have more than one. `wakes`: the
    line is told of it.
    """
    after = desk_of(node)
    new = after.head - before.head
    if (new != events) if events is not None else not (new in (0, 1) or (many and new > 0)):
        world.record.wrong(2, "action_not_whole", f"{node.key}: {new} events")
    if after.outbox - before.outbox != new or after.tasks - before.tasks != (new > 0 and wakes):
        world.record.wrong(
            2, "wake_up_apart",
            f"{node.key}: {new} events, {after.outbox - before.outbox} outbox, {after.tasks - before.tasks} tasks",
        )  # fmt: skip
    if new and before.mode == "stopped":
        world.record.wrong(1, "stopped_wrote", f"{node.key}: {new} events")
    if new and after.hlc <= before.hlc:
        world.record.wrong(5, "clock_ran_back", f"{node.key}")


def check_outbox(world: World) -> None:
    """What the hub has not acknowledged waits in the outbox, each event once, as long as no disk was set back."""
    if world.disasters:
        return
    for node in world.live():
        row = node.unit.db.row("SELECT head_seq, acked_seq, (SELECT count(*) FROM outbox) FROM node")
        assert row is not None
        node.acked = max(node.acked, row[1])
        if row[0] - node.acked != row[2]:
            world.record.wrong(
                2, "outbox", f"{node.key}: {row[0] - node.acked} not acknowledged, {row[2]} in the outbox"
            )


def check_custodians(world: World) -> None:
    """Invariant 1, at this moment (custody rule 1.4): the working nodes' own right to append, against each other."""
    hub = world.hub
    settle_suspects(world)
    loose = bool(hub.unit.db.value("SELECT recovering FROM hub")) or hub.suspect or world.record.hub_set_backs > 0
    life_of_hub = hub.unit.db.value("SELECT life FROM hub")
    held: dict[str, tuple[str, tuple[int, int]]] = {}
    for node in world.live():
        if node.suspect:
            continue
        for file, life, number in node.unit.db.rows(
            "SELECT file, life, number FROM efile WHERE phase IN ('held','queued') AND holder=? "
            "AND (SELECT mode FROM node)='working' ORDER BY file",
            node.code,
        ):  # fmt: skip
            if _forced_away(world, file, (life, number)):
                continue
            other = held.get(file)
            if other is not None and not world.record.hub_set_backs:
                world.record.wrong(1, "two_custodians", f"{file}: {other} and {node.key} {life},{number}")
            held[file] = (node.key, (life, number))
            if loose or life_of_hub != node.unit.db.value("SELECT life FROM node"):
                continue
            row = hub.unit.db.row("SELECT holder, life, number FROM efile WHERE file=?", file)
            if row is None:
                if not file.startswith(node.code + "."):
                    world.record.wrong(1, "hub_does_not_know", f"{file} at {node.key}")
            elif row != (node.code, life, number):
                world.record.wrong(1, "hub_says_otherwise", f"{file}: {node.key} {life},{number}, hub {row}")


def check_cut_off(world: World) -> None:
    """Rule 5.4: the epoch in which a sound office works is the one that is open at the hub."""
    hub = world.hub.unit.db
    if world.record.hub_set_backs or world.disasters == 0:
        return
    life, recovering = hub.row("SELECT life, recovering FROM hub") or (0, 0)
    for node in world.live():
        mode, epoch, mine = node.unit.db.row("SELECT mode, epoch, life FROM node") or ("", b"", 0)
        at_hub = hub.value("SELECT epoch FROM node WHERE code=?", node.code)
        sound = mode == "working" and not node.suspect and mine == life and not recovering
        if sound and at_hub is not None and bytes(at_hub) != bytes(epoch):
            world.record.wrong(6, "cut_off", f"{node.key} works in {bytes(epoch).hex()}, open is {bytes(at_hub).hex()}")


def _forced_away(world: World, file: str, term: tuple[int, int]) -> bool:
    return any(forced.file == file and term < (forced.life, forced.number) for forced in world.record.forced)


def settle_suspects(world: World) -> None:
    """A node that was set back or cloned is again like any other once it works in an epoch that it opened since."""
    for node in world.live():
        if not node.suspect:
            continue
        row = node.unit.db.row("SELECT mode, epoch FROM node")
        twins = [other for other in world.live() if other.code == node.code]
        at_hub = world.hub.unit.db.value("SELECT epoch FROM node WHERE code=?", node.code)
        if row is not None and row[0] == "working" and bytes(row[1]) != node.suspect_epoch and len(twins) == 1:
            node.suspect = at_hub is not None and bytes(at_hub) != bytes(row[1])


def dump(node: Node) -> dict[str, list[tuple[object, ...]]]:
    """The view tables, and the places of events in their files' logs, sorted."""
    db = node.unit.db
    found: dict[str, list[tuple[object, ...]]] = {view: sorted(db.rows(said_by(view)), key=repr) for view in VIEWS}
    found["event"] = db.rows("SELECT node, epoch, seq, pos FROM event WHERE pos IS NOT NULL ORDER BY node, epoch, seq")
    return found


def rebuilt(node: Node) -> Dumps:
    """Invariant 8: the views before and after a rebuild."""
    live = dump(node)
    rebuild(node.unit.db, node.clock.now_ms())
    return Dumps(node.key, live, dump(node))


def check_rebuild(world: World, node: Node) -> None:
    """Invariant 8, at any moment."""
    dumps = rebuilt(node)
    for table, rows in dumps.live.items():
        if rows != dumps.rebuilt[table]:
            different = [row for row in rows if row not in dumps.rebuilt[table]][:2]
            other = [row for row in dumps.rebuilt[table] if row not in rows][:2]
            world.record.wrong(8, "rebuild", f"{node.key} {table}: {different} became {other}"[:600])


def is_weeded(world: World, file: str) -> bool:
    """Whether the district's log of a file has an order to weed it."""
    return world.hub.unit.db.row("SELECT 1 FROM event WHERE subject=? AND kind='weed' AND pos>0", file) is not None


def check_yellow(world: World, node: Node) -> None:
    """Invariant 2 for what is not yet an event."""
    found = {(file, post): (html, version) for file, post, html, version in node.unit.db.rows(
        "SELECT file, post, html, version FROM yellow"
    )}  # fmt: skip
    saved = {key: kept for key, kept in node.yellow.items() if key in found or not is_weeded(world, key[0])}
    if found != saved:
        world.record.wrong(2, "yellow_lost", f"{node.key}: {len(found)} rows, {len(saved)} saved")
