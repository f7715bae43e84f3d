"""A neighbour with a line that carries another office's bags to the hub, at once, and cannot be trusted with them.

It may have no line after all, lose a bag or its answer, change either, give the answer to an earlier bag or the one
that was for another office, or hand a bag in again weeks later.
"""

from __future__ import annotations

from hashlib import sha256

from appliance.link.neighbour import hand_over
from central.hub.neighbour import answer_to
from commons.papers import PapersError
from protocol import carried
from protocol.errors import LocalError, PeerError
from tests.simulation.line import spoil
from tests.simulation.offices import HUB_CODE
from tests.simulation.world import Crash, Node, World

KEPT = 12
_UP = ("no line", "lost", "changed", "kept")
_DOWN = ("lost", "changed", "earlier", "anothers")


class NotCarried(PeerError):
    """The bearer gives nothing back."""

    code = "neighbour.cut"


class Bearer:
    """The way to the hub through a neighbour, as `hand_over` takes it. `answered`: how many bags the hub answered."""

    def __init__(self, world: World, node: Node) -> None:
        self.answered = 0
        self._world = world
        self._node = node

    def exchange(self, bag: bytes) -> bytes:
        """Raises PeerErrors."""
        world = self._world
        up = self._fate(_UP)
        if up in ("no line", "lost"):
            raise NotCarried
        if up == "kept":
            _keep(world.bags, self._node.code, bag)
        answer = _answer(world, spoil(world, bag, up) if up == "changed" else bag)
        down = self._fate(_DOWN)
        if down == "lost":
            raise NotCarried
        given = self._others(down) or answer
        if down == "changed":
            given = spoil(world, answer, down)
        _keep(world.answers, self._node.code, answer)
        trust, when = self._node.unit.trust(), world.ms // 1000

        def verify(node: str, purpose: str, message: bytes, signature: bytes) -> None:
            trust.verify(node, purpose, message, signature, when)

        taken = carried.read_answer(given, sha256(bag).digest(), HUB_CODE, verify)
        if given != answer:
            world.record.wrong(5, "stale_answer_taken", f"{self._node.key}: {down}")
        self.answered += 1
        return taken

    def _others(self, down: str) -> bytes | None:
        """An answer that was for another bag."""
        if down not in ("earlier", "anothers"):
            return None
        mine = down == "earlier"
        found = [data for code, data in self._world.answers if (code == self._node.code) == mine]
        return self._world.hand.choice(found) if found else None

    def _fate(self, fates: tuple[str, ...]) -> str:
        world = self._world
        if world.faultless or world.hand.random() >= world.plan.bad_hands / 2:
            return "whole"
        fate = world.hand.choice(fates)
        world.say(f"  bag {fate}")
        return fate


def visit(world: World, node: Node) -> str:
    """An office hands all that it can to a neighbour; how it went."""
    if not any(one is not node and one.line_up for one in world.live()):
        return "nobody has a line"
    bearer, queued = Bearer(world, node), _queued(node)
    try:
        with world.mortal(node.fuse, world.hub.fuse):
            done = hand_over(node.unit, bearer)
        said = f"{done.turns} turns, {done.movements} movements, {done.deliveries} deliveries, {done.papers_out} papers"
    except (LocalError, PeerError) as error:
        said = error.code
    except Crash as crash:
        world.revive(crash)
        said = "died"
    if not bearer.answered and _queued(node) != queued:
        world.record.wrong(3, "released_for_nothing", f"{node.key}: {said}")
    return said


def late_bag(world: World) -> str:
    """A bag that a neighbour kept reaches the hub; its answer nobody waits for."""
    if not world.bags:
        return "nothing"
    code, bag = world.hand.choice(world.bags)
    try:
        with world.mortal(world.hub.fuse):
            _keep(world.answers, code, _answer(world, bag))
    except PeerError as error:
        return f"{code} {error.code}"
    return code


def _answer(world: World, bag: bytes) -> bytes:
    """What the hub's door gives back."""
    try:
        return answer_to(world.hub.unit, bag)
    except PapersError as error:
        raise NotCarried from error
    except Crash as crash:
        if crash.who != HUB_CODE:
            raise
        world.revive(crash)
        raise NotCarried from crash


def _keep(kept: list[tuple[str, bytes]], code: str, data: bytes) -> None:
    kept.append((code, data))
    if len(kept) > KEPT:
        del kept[KEPT // 2]


def _queued(node: Node) -> int:
    return int(node.unit.db.value("SELECT count(*) FROM efile WHERE phase='queued'"))
