"""One run: a world, its days, its quiet end, and what is then found to be wrong."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.link.carry import exchange_all
from central.hub.ledger import Ledger
from central.hub.recover import excuse
from tests.simulation import (
    acts,
    checker,
    decided,
    disasters,
    doors,
    ending,
    line,
    offices,
    people,
    scripts,
    sticks,
    watch,
)
from tests.simulation.checker import Violation
from tests.simulation.plans import Plan, plan_of
from tests.simulation.record import Record
from tests.simulation.truth import AttachedPaper, Cost, Excused, Truth
from tests.simulation.world import Crash, Node, World

MOST_ROUNDS = 40
STILL_ROUNDS = 2
"""A question that changes nothing yet may be on the stick: what was answered shows a round later."""
NOOP_BYTES = 700
ASKED_BYTES = 34
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Result:
    """What a run did and what was wrong with it."""

    seed: int
    violations: tuple[Violation, ...]
    record: Record
    digest: str
    trace: tuple[str, ...] = field(repr=False, default=())


def play(seed: int, plan: Plan | None = None, *, keep: bool = False) -> Result:
    """One run from its seed alone: the same trace each time."""
    world = World(seed, plan or plan_of(seed))
    try:
        _days(world)
        if not world.record.violations:
            _quiet(world)
        if not world.record.violations:
            _judge(world)
    except Exception:
        world.record.wrong(0, "broke", traceback.format_exc(limit=-6))
    finally:
        world.close(keep=keep)
        if keep:
            world.say(f"kept {world.folder}")
    return Result(seed, tuple(world.record.violations), world.record, world.digest(), tuple(world.trace))


# -------------------------------------------------------------------- the days
def _days(world: World) -> None:
    if world.plan.script:
        scripts.SCRIPTS[world.plan.script](world)
        return
    for _ in range(world.plan.steps):
        world.ms += world.rng.choice((1_000, 20_000, 600_000, 7_200_000))
        what = world.sorted_choice(world.plan.weights)
        node = world.rng.choice(world.live())
        said = _STEPS[what](world, node)
        world.say(f"{what} {node.key}: {said}")
        if world.more.random() < world.plan.more:
            other = world.more.choice(world.live())
            world.say(f"more {other.key}: {acts.act(world, other)}")
        if world.hand.random() < world.plan.by_hand:
            world.say(f"by hand: {sticks.act(world)}")
        if world.judge.random() < world.plan.decides:
            world.say(f"decided: {decided.act(world)}")
        world.stamp()
        watch.check_custodians(world)
        watch.check_outbox(world)
        watch.check_cut_off(world)
        if world.record.violations:
            return


def _consume(world: World, node: Node) -> str:
    """The consumer's loop: tasks wake the carrier; now and then it goes by itself."""
    said = "idle"
    try:
        with world.mortal(node.fuse, node.fuse, world.hub.fuse):
            while (task := node.unit.huey.dequeue()) is not None:
                node.unit.huey.execute(task)
            if node.woken or world.rng.random() < 0.5:
                node.woken = False
                said = _carry(world, node)
    except Crash as crash:
        world.revive(crash)
        said = "died"
    return said


def _carry(world: World, node: Node) -> str:
    return line.carry(world, node, doors.DoorLine if world.plan.edited else line.BadLine)


def _mortal(action: Callable[[World, Node], object]) -> Callable[[World, Node], str]:
    def run(world: World, node: Node) -> str:
        try:
            with world.mortal(node.fuse, world.hub.fuse):
                return str(action(world, node))
        except Crash as crash:
            world.revive(crash)
            return "died"

    return run


def _cut_line(world: World, node: Node) -> str:
    node.line_up = not node.line_up
    world.record.cuts += not node.line_up
    return "up" if node.line_up else "down"


def _wait(world: World, _node: Node) -> str:
    world.ms += world.rng.choice((1, 3, 20)) * DAY_MS
    if not world.record.second_directory and world.rng.random() < 0.3:
        world.record.second_directory = True
        world.hub.unit.publish(world.offices.second)
        return "a post and an office are closed"
    return "days"


_STEPS: dict[str, Callable[[World, Node], str]] = {
    "verb": people.act,
    "consume": _consume,
    "pack": _mortal(line.pack),
    "late_up": _mortal(lambda world, _: line.late_up(world)),
    "late_down": _mortal(line.late_down),
    "cut_line": _cut_line,
    "wait": _wait,
    "pull_up": people.pull_up,
    "force": lambda world, _: disasters.force(world),
    "copy": disasters.take_copy,
    "restore": lambda world, node: disasters.set_back(world, node, announced=True),
    "set_back": lambda world, node: disasters.set_back(world, node, announced=False),
    "clone": disasters.clone,
    "hub_copy": lambda world, _: disasters.take_copy(world, world.hub),
    "hub_restore": lambda world, _: disasters.set_hub_back(world, announced=True),
    "hub_set_back": lambda world, _: disasters.set_hub_back(world, announced=False),
    "jump": lambda world, _: disasters.jump(world),
}


# -------------------------------------------------------------------- the quiet end
def _quiet(world: World) -> None:
    """All lines up, no more faults: rounds until nothing changes."""
    world.faultless = True
    world.say("quiet")
    if not world.plan.lines:
        _quiet_by_stick(world)
    for node in world.live():
        node.line_up = True
    _switch_off_clones(world)
    _excuse_who_never_was(world)
    said: dict[str, str] = {}
    before: object = None
    for _ in range(MOST_ROUNDS):
        for node in world.live():
            world.ms += 700_000
            said[node.key] = _consume_all(world, node)
        now = _standing(world)
        if now == before and set(said.values()) == {"carried"}:
            break
        before = now
    else:
        world.record.wrong(4, "not_at_rest", f"{said} {_standing(world)}")
    world.stamp()
    disasters.excuse_twins(world)
    for node in world.live():
        node.suspect = False
        if node.unit.db.value("SELECT mode FROM node") != "working":
            world.record.wrong(4, "stays_stopped", f"{node.key} {_standing(world)}")
    if world.hub.unit.db.value("SELECT recovering FROM hub"):
        world.record.wrong(4, "hub_stays_recovering", "")
    world.hub.suspect_life = -1


def _quiet_by_stick(world: World) -> None:
    """Honest sticks go round until nothing changes: then nothing waits that a line would have to bring."""
    _excuse_who_never_was(world)
    before: list[object] = []
    for _ in range(MOST_ROUNDS):
        world.say(f"round: {'; '.join(sticks.quiet_round(world))}")
        before.append(_standing(world))
        if len(before) > STILL_ROUNDS and all(one == before[-1] for one in before[-1 - STILL_ROUNDS :]):
            break
    else:
        world.record.wrong(4, "not_at_rest", f"by stick: {before[-1]}")
    for node in world.live():
        mode, outbox, missing = node.unit.db.row(
            "SELECT mode, (SELECT count(*) FROM outbox), (SELECT count(*) FROM blob WHERE here=0) FROM node"
        ) or ("", 0, 0)
        if (mode, outbox, missing) != ("working", 0, 0):
            world.record.wrong(4, "stick_not_enough", f"{node.key}: {mode}, {outbox} events and {missing} papers wait")
    missing = world.hub.unit.db.value("SELECT count(*) FROM paper WHERE here=0")
    if missing:
        world.record.wrong(4, "stick_not_enough", f"hub: {missing} papers wait")
    world.stamp()


def _excuse_who_never_was(world: World) -> None:
    """A person at the district says that the office of the first directory was never set up: nobody waits for it."""
    hub = world.hub.unit
    with hub.db.writing():
        ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
        excuse(ledger, offices.CLOSED_CODE)
        ledger.flush()


def _consume_all(world: World, node: Node) -> str:
    while (task := node.unit.huey.dequeue()) is not None:
        node.unit.huey.execute(task)
    return _carry(world, node)


def _switch_off_clones(world: World) -> None:
    """A technician lets one of two machines of one name go on: the one whose epoch is open at the hub."""
    for code in world.offices.codes:
        twins = [node for node in world.live() if node.code == code]
        if len(twins) < 2:
            continue
        for node in twins:
            _consume_all(world, node)
        at_hub = world.hub.unit.db.value("SELECT epoch FROM node WHERE code=?", code)
        working = [node for node in twins if node.unit.db.row("SELECT mode, epoch FROM node") == ("working", at_hub)]
        stays = working[0] if working else twins[0]
        for node in twins:
            if node is not stays:
                node.off = True
                world.say(f"{node.key} is switched off")
    disasters.gone(world)


def _standing(world: World) -> object:
    """Everything that an exchange can change."""
    nodes = [
        (
            node.unit.db.rows("SELECT mode, epoch, life, head_seq, acked_seq, cursor FROM node"),
            node.unit.db.rows("SELECT count(*) FROM outbox"),
            node.unit.db.rows("SELECT here, at_hub, count(*) FROM blob GROUP BY here, at_hub"),
        )
        for node in world.live()
    ]
    hub = world.hub.unit.db
    return (
        nodes,
        hub.rows("SELECT code, epoch, head_seq, stream_len, offered, cursor, reported FROM node ORDER BY code"),
        hub.rows("SELECT life, recovering, head_seq FROM hub"),
        hub.rows("SELECT here, count(*) FROM paper GROUP BY here"),
    )


# -------------------------------------------------------------------- the judgement
def _excuse_closed_epochs(world: World) -> None:
    """An office that was set back or cloned may close an epoch of which a recovered hub has not all of the journal."""
    hub = world.hub.unit.db
    if hub.value("SELECT life FROM hub") == offices.START_MS // 1000:
        return
    codes = {one.node for one in world.record.excused}
    for code, epoch, closed in hub.rows("SELECT node, epoch, closed_seq FROM epoch WHERE closed_seq IS NOT NULL"):
        if code in codes:
            world.record.excused.append(Excused(code, bytes(epoch), closed + 1))


def _judge(world: World) -> None:
    _excuse_closed_epochs(world)
    watch.check_custodians(world)
    ending.check_end(world)
    decided.check_end(world)
    for node in world.live():
        watch.check_rebuild(world, node)
        watch.check_yellow(world, node)
    costs = tuple(cost for node in world.live() for cost in _noop(world, node))
    dumps = tuple(watch.rebuilt(node) for node in world.live())
    for node in world.nodes.values():
        world.rest(node)
    world.rest(world.hub)
    record = world.record
    spoken = [_speaks_of(world, paper) for paper in record.papers]
    keys = {code: keys.signing_public for code, keys in world.offices.keys.items()}
    truth = Truth(
        hub_code=offices.HUB_CODE,
        public_keys=keys,
        acknowledged=tuple(record.acknowledged),
        papers=tuple(paper for paper, said in zip(record.papers, spoken, strict=True) if said),
        unspoken=tuple(paper for paper, said in zip(record.papers, spoken, strict=True) if not said),
        forced=tuple(record.forced),
        excused=tuple(record.excused),
        lost=tuple(record.lost),
        switched_off=frozenset(node.key for node in world.nodes.values() if node.off),
        hub_set_backs=record.hub_set_backs,
        cloned=frozenset(record.twice),
        papers_expected=True,
        costs=costs,
        dumps=dumps,
    )
    folders: dict[str, Path] = {node.key: node.folder for node in world.nodes.values()}
    for found in checker.check(world.hub.folder, folders, offices.STORAGE_KEY, truth):
        if not (found.code in ("paper", "papers_wait") and any(sha in found.detail for sha in record.gone_papers)):
            record.violations.append(found)


def _speaks_of(world: World, paper: AttachedPaper) -> bool:
    """Whether its node's journal has the attachment still, or again, after all that happened to its disk."""
    node = next(node for node in world.live() if node.code == paper.node)
    return any(
        paper.sha256 in bytes(body)
        for (body,) in node.unit.db.rows(
            "SELECT body FROM event WHERE node=? AND kind='attach' AND h IS NOT NULL", paper.node
        )
    )


def _noop(world: World, node: Node) -> list[Cost]:
    """Invariant 7: what it costs when there is nothing new."""
    carrier = line.BadLine(world, node)
    exchange_all(node.unit, carrier, carrier)
    missing = node.unit.db.value("SELECT count(*) FROM blob WHERE here=0")
    missing += world.hub.unit.db.value("SELECT count(*) FROM paper WHERE here=0 AND node=?", node.code)
    bound = NOOP_BYTES + ASKED_BYTES * missing  # for papers that went with another disk both ends ask again and again
    return [Cost(f"{node.key} trips", carrier.posts, 1), Cost(f"{node.key} bytes", carrier.bytes, bound)]
