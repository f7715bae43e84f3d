"""What people decide about entries that were set aside: at the district, and at the desks that are asked to write."""

from __future__ import annotations

import io
from collections import Counter

from appliance.desk import left_out, say_again
from appliance.store.book import read_file
from appliance.store.decided import DecisionRow
from central.hub import deciding
from central.hub.deciding import NotDone
from protocol import events as ev
from tests.simulation import people
from tests.simulation.world import Crash, Node, World
from tests.support.paper import pdf

_ASKED = {left_out.REPLAY: "replay", left_out.ANNEXE: "annexe"}


def act(world: World) -> str:
    """One decision of the district, or one desk that writes again what was left out."""
    if world.judge.random() < 0.5:
        return _district(world)
    return _desk(world, world.judge.choice(world.live()))


def _district(world: World) -> str:
    hub, judge = world.hub.unit, world.judge
    groups = hub.db.rows("SELECT DISTINCT node, subject FROM aside ORDER BY node, subject")
    if not groups:
        return "nothing is aside"
    node, subject = judge.choice(groups)
    rows = hub.db.rows("SELECT e FROM aside WHERE node=? AND subject=? ORDER BY epoch, seq, e", node, subject)
    hashes = [bytes(e) for (e,) in rows]
    some = judge.sample(hashes, judge.randint(1, len(hashes)))
    how = judge.choice(deciding.HOWS)
    try:
        with world.mortal(world.hub.fuse):
            event = deciding.decide(hub, some, how, "निर्णय", "dm", sure=True)
    except NotDone as refused:
        return f"{how} {node}: {refused.code}"
    except Crash as crash:
        world.revive(crash)
        return f"{how} {node}: died"
    world.record.decided.append(event)
    return f"{how} {node}: {len(some)} entries"


def _desk(world: World, node: Node) -> str:
    unit, judge = node.unit, world.judge
    own = left_out.own(unit)
    asked = [DecisionRow(*row) for row in unit.db.rows(
        "SELECT event, file, hlc, e, how, reason, person, sha256, size FROM decision WHERE how<>? ORDER BY event",
        left_out.DISCARD,
    )]  # fmt: skip
    if own and (not asked or judge.random() < 0.4):
        file = left_out.subject_of(judge.choice(own))
        hashes = [one.e for one in own if left_out.subject_of(one) == file]
        some = judge.sample(hashes, judge.randint(1, len(hashes)))
        return _do(world, node, f"own {len(some)}", file, lambda actor: say_again.own(unit, actor, some, sure=True))
    if not asked:
        return "nothing is asked"
    wish = judge.choice(asked)
    if wish.how == left_out.REPLAY:
        return _do(
            world, node, "replay", wish.file,
            lambda actor: say_again.decided_replay(unit, actor, wish.file, wish.event, sure=True),
        )  # fmt: skip
    paper = io.BytesIO(pdf(trailer=wish.event.encode()))
    return _do(
        world, node, "annexe", wish.file,
        lambda actor: say_again.annexe(unit, actor, wish.file, wish.event, "annexe.pdf", paper, sure=True),
    )  # fmt: skip


def _do(world: World, node: Node, what: str, file: str, action: people.ByActor) -> str:
    row = read_file(node.unit.db, file)
    if row is None or not row.state.post.startswith(f"{node.code}."):
        return f"{what}: not here"
    actor = world.offices.actor(row.state.post)
    return people.do(world, node, f"{what} at {node.key}", lambda: action(actor), many=True)


def check_end(world: World) -> None:
    """Rule 7.2: every entry is decided once, everyone concerned knows it alike, and nothing is said anew twice."""
    hub, record = world.hub.unit, world.record
    standing: dict[bytes, str] = dict(
        hub.db.rows("SELECT e, event FROM decided WHERE event IN (SELECT event FROM decision)")
    )
    known = {event for (event,) in hub.db.rows("SELECT event FROM decision")}
    for event in record.decided:
        if event not in known:
            record.wrong(6, "decision_lost", event)
    for node in world.live():
        db = node.unit.db
        for e, event in db.rows("SELECT e, event FROM decided"):
            if standing.get(e, event) != event:
                record.wrong(6, "decided_otherwise", f"{node.key}: {event}, the hub: {standing[e]}")
    _everyone_knows(world)
    for file, named in _said_again(world).items():
        twice = [e.hex()[:12] for e, count in named.items() if count > 1]
        if twice:
            record.wrong(6, "said_twice", f"{file}: {twice}")


def _everyone_knows(world: World) -> None:
    hub = world.hub.unit.db
    live = {node.code: node for node in world.live()}
    for event, file in hub.rows("SELECT event, file FROM decision ORDER BY event"):
        concerned = hub.rows(
            "SELECT node FROM stream WHERE file=? AND tag='G' UNION SELECT node FROM aside WHERE subject=?", file, file
        )
        for (code,) in concerned:
            node = live.get(code)
            if node is not None and not node.unit.db.row("SELECT 1 FROM decision WHERE event=?", event):
                world.record.wrong(6, "decision_untold", f"{node.key}: {event} of {file}")


def _said_again(world: World) -> dict[str, Counter[bytes]]:
    found: dict[str, Counter[bytes]] = {}
    for subject, header, body in world.hub.unit.db.rows(
        "SELECT subject, header, body FROM event WHERE pos IS NOT NULL AND kind IN ('note', 'attach')"
    ):
        said = ev.decode_body(ev.decode_header(bytes(header)).kind, bytes(body))
        if isinstance(said, ev.Note | ev.Attach) and said.again:
            found.setdefault(subject, Counter())[said.again] += 1
    return found
