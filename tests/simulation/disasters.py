"""Copies of disks, and disks that are set back to them; machines that are copied; clocks; orders of the district."""

from __future__ import annotations

import shutil
from pathlib import Path

from appliance.link import restore
from central.hub import recover
from central.hub.ledger import Ledger
from commons.database import Database
from tests.simulation import offices as of
from tests.simulation.record import Order
from tests.simulation.truth import Excused, ForcedTerm
from tests.simulation.world import YEAR_MS, Copy, Crash, HubNode, Node, World


def take_copy(world: World, where: Node | HubNode) -> str:
    """Yesterday's copy, while the node is idle."""
    world.rest(where)
    name = where.key if isinstance(where, Node) else of.HUB_CODE
    folder = world.folder / f"copy-{name}-{len(where.copies)}"
    of.copy_folder(where.folder, folder)
    yellow = dict(where.yellow) if isinstance(where, Node) else {}
    where.copies.append(Copy(folder, where.clock.now_ms(), yellow=yellow))
    return name


def _back_to(folder: Path, copy: Copy) -> None:
    shutil.rmtree(folder)
    shutil.copytree(copy.folder, folder)


def _heads(node: Node) -> dict[bytes, int]:
    rows = node.unit.db.rows(
        "SELECT p.epoch, coalesce((SELECT max(e.seq) FROM event e "
        "WHERE e.node=? AND e.epoch=p.epoch AND e.h IS NOT NULL), 0) FROM epoch p",
        node.code,
    )
    return {bytes(epoch): seq for epoch, seq in rows}


def set_back(world: World, node: Node, *, announced: bool) -> str:
    """The node's disk is yesterday's; with `announced` the restore command says so to the node."""
    if not node.copies or world.disasters >= world.plan.disasters:
        return "nothing"
    world.disasters += 1
    world.record.office_set_backs += 1
    copy = world.rng.choice(node.copies)
    _check_acknowledged(world, node)
    before = _heads(node)
    node.unit.db.close()
    _back_to(node.folder, copy)
    world.reopen(node)
    node.yellow = dict(copy.yellow)
    after = _heads(node)
    for epoch in before:
        world.record.excused.append(Excused(node.code, epoch, after.get(epoch, 0) + 1))
    node.suspect = True
    if not announced:
        world.record.twice.add(node.code)
    node.suspect_epoch = bytes(node.unit.db.value("SELECT epoch FROM node"))
    if announced:
        world.record.restores += 1
        restore.begin_restore(node.unit, copy.at_ms)
    gone(world)
    return f"{node.key} to its copy {node.copies.index(copy)}"


def _check_acknowledged(world: World, node: Node) -> None:
    """Invariant 2: what the hub acknowledged survives the appliance being burnt, as it is now."""
    hub = world.hub
    if hub.suspect or hub.unit.db.value("SELECT recovering FROM hub") or world.record.hub_set_backs:
        return
    epoch, acked, mode, life = node.unit.db.row("SELECT epoch, acked_seq, mode, life FROM node") or (b"", 0, "", 0)
    at_hub = hub.unit.db.value(
        "SELECT count(*) FROM event WHERE node=? AND epoch=? AND seq<=? AND h IS NOT NULL", node.code, epoch, acked
    )
    if life != hub.unit.db.value("SELECT life FROM hub"):
        return
    if mode == "working" and not node.suspect and at_hub != acked:
        world.record.wrong(2, "acknowledged_not_kept", f"{node.key}: {acked} acknowledged, {at_hub} kept")


def clone(world: World, node: Node) -> str:
    """The machine is copied, disk and all; both run."""
    if world.disasters >= world.plan.disasters or len(world.nodes) > world.plan.offices:
        return "nothing"
    world.disasters += 1
    world.record.office_set_backs += 1
    world.record.twice.add(node.code)
    world.record.cloned[node.code] = set(_heads(node))
    twin = world.add_clone(node, f"{node.code}#2")
    for one in (node, twin):
        one.suspect = True
        one.suspect_epoch = bytes(one.unit.db.value("SELECT epoch FROM node"))
    for epoch, head in _heads(node).items():
        world.record.excused.append(Excused(node.code, epoch, head + 1))
    return f"{node.key} as {twin.key}"


def excuse_twins(world: World) -> None:
    """While two machines of one name ran, each closed the other's epochs: only the one open in the end is sound."""
    for stays in world.live():
        before = world.record.cloned.get(stays.code)
        if before is None:
            continue
        sound = before | {bytes(stays.unit.db.value("SELECT epoch FROM node"))}
        known = {epoch for node in world.nodes.values() if node.code == stays.code for epoch in _heads(node)}
        at_hub = world.hub.unit.db.rows("SELECT epoch FROM epoch WHERE node=?", stays.code)
        for epoch in sorted((known | {bytes(epoch) for (epoch,) in at_hub}) - sound):
            world.record.excused.append(Excused(stays.code, epoch, 1))


def gone(world: World) -> None:
    """What now is on no disk any more is nobody's promise."""
    databases: list[Database] = [node.unit.db for node in world.live()]
    databases.append(world.hub.unit.db)
    stores = [node.unit.papers for node in world.live()] + [world.hub.unit.papers]
    world.record.forget_what_is_gone(databases, lambda sha: any(store.has(sha) for store in stores))


def set_hub_back(world: World, *, announced: bool) -> str:
    """The hub's disk is yesterday's."""
    hub = world.hub
    if not hub.copies or world.disasters >= world.plan.disasters:
        return "nothing"
    world.disasters += 1
    copy = world.rng.choice(hub.copies)
    world.record.orders.clear()
    world.record.decided.clear()
    hub.unit.db.close()
    _back_to(hub.folder, copy)
    world.reopen_hub()
    if announced:
        world.record.restores += 1
        recover_hub(world)
    else:
        world.record.hub_set_backs += 1
        hub.suspect_life = hub.unit.db.value("SELECT life FROM hub")
    gone(world)
    return f"copy {hub.copies.index(copy)}"


def recover_hub(world: World) -> None:
    """What the restore command does at the hub."""
    hub = world.hub.unit
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        recover.begin(ledger, "restored")
        ledger.flush()


def force(world: World) -> str:
    """By order of the district a file goes to another office."""
    hub = world.hub.unit
    files = hub.db.rows("SELECT file, holder FROM efile ORDER BY file")
    if not files:
        return "nothing"
    file, holder = world.rng.choice(files)
    codes = [code for code in world.offices.codes if code != holder]
    if hub.db.value("SELECT recovering FROM hub"):
        codes = [c for c in codes if hub.db.value("SELECT reported FROM node WHERE code=?", c) is not None]
    if not codes:
        return "nobody"
    code = world.rng.choice(codes)
    try:
        with world.mortal(world.hub.fuse), hub.db.writing():
            ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
            row = ledger.file(file)
            assert row is not None
            ledger.force(row, code, f"{code}.head", "आदेश", "dm")
            ledger.flush()
    except Crash as crash:
        world.revive(crash)
    now = world.hub.unit.db.row("SELECT holder, life, number FROM efile WHERE file=?", file)
    if now is not None and now[0] == code:
        epoch, seq = world.hub.unit.db.row("SELECT epoch, head_seq FROM hub") or (b"", 0)
        world.record.orders.append(Order(file, bytes(epoch), seq, (now[1], now[2]), world.hub.suspect))
        silent = hub.db.rows("SELECT code FROM node WHERE reported IS NULL AND (SELECT recovering FROM hub)")
        for former in sorted({holder, *(code for (code,) in silent)}):  # rule 6.6: who is silent may have it
            world.record.forced.append(ForcedTerm(file, now[1], now[2], former, bool(silent)))
    return f"{file[:3]}..{file.rsplit('.', 1)[1]} from {holder} to {code}"


def jump(world: World) -> str:
    """A clock is set wrong, by up to a year either way."""
    names = [*world.nodes, of.HUB_CODE]
    name = world.rng.choice(names)
    clock = world.hub.clock if name == of.HUB_CODE else world.nodes[name].clock
    clock.offset_ms = world.rng.choice((0, world.rng.randint(-YEAR_MS, YEAR_MS), world.rng.choice((-YEAR_MS, YEAR_MS))))
    return f"{name} {clock.offset_ms}"
