"""Post that goes by hand: sticks that are lost, copied, torn, late or lie; a neighbour with a line who carries bags.

What is done is the product's: an office's take_out and bring_in, the district's post. Its chances come from a stream of
their own, and only a plan that says so (`Plan.by_hand`) has any of it, so that other runs stay what they were.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from appliance.link.stick import bring_in, take_out
from central.hub.post import post
from commons.stick import FOLDER, Stick, Waiting
from protocol.errors import LocalError
from tests.simulation import neighbours
from tests.simulation.device import MISHAPS, Device, Mishap
from tests.simulation.offices import HUB_CODE
from tests.simulation.tearing import tear
from tests.simulation.world import Crash, Node, World

MOST_STICKS = 6


def act(world: World) -> str:
    """Somebody does something with a stick, or asks a neighbour; what it was."""
    weights = {**WEIGHTS, **world.plan.hand_acts}
    names = sorted(weights)
    (name,) = world.hand.choices(names, [weights[one] for one in names])
    node = world.hand.choice(world.live())
    said = _ACTS[name](world, node)
    world.record.by_hand[name] += 1
    return f"{name} {node.key}: {said}"


def _new_stick(world: World) -> Path:
    world.sticks_made += 1
    root = world.folder / f"stick-{world.sticks_made}"
    root.mkdir()
    return root


def _some_stick(world: World) -> Path:
    """One that lies about somewhere, or a new one."""
    if not world.sticks or (len(world.sticks) < MOST_STICKS and world.hand.random() < 0.2):
        world.sticks.append(_new_stick(world))
    return world.hand.choice(world.sticks)


def _mishap(world: World, root: Path, who: str) -> Mishap:
    bad = not world.faultless and world.hand.random() < world.plan.bad_hands
    what = world.hand.choice(MISHAPS) if bad else ""
    return Mishap(what, world.hand.randrange(world.hand.choice((1, 500, 5000))), root, who)


# -------------------------------------------------------------------- at an office
def _out(world: World, node: Node, root: Path) -> str:
    """Everything that the district lacks goes onto the stick."""
    mishap = _mishap(world, root, node.key)
    before, queued = _names(root), _queued(node)
    try:
        with world.mortal(node.fuse):
            out = take_out(node.unit, Device(root, mishap), mishap)
    except LocalError as error:
        if mishap.what in ("no answer", "no room") and _queued(node) != queued:
            world.record.wrong(3, "released_for_nothing", f"{node.key}: {error.code}")
        _check_old_or_new(world, before, root)
        return error.code
    except Crash as crash:
        world.revive(crash)
        return "died"
    _check_believed(world, mishap, node.key)
    return f"{out.events} events, {out.movements} movements, {out.papers} papers"


def _queued(node: Node) -> int:
    return int(node.unit.db.value("SELECT count(*) FROM efile WHERE phase='queued'"))


def _in(world: World, node: Node, root: Path) -> str:
    """What is for this office comes off the stick."""
    mishap = _mishap(world, root, node.key)
    torn = _torn(world, root, node.code)
    try:
        with world.mortal(node.fuse):
            came = bring_in(node.unit, Device(root, mishap), mishap)
    except LocalError as error:
        return error.code
    except Crash as crash:
        world.revive(crash)
        return "died"
    finally:
        _check_torn(world, torn, node.key)
    if len(came.refused) < len(torn):
        world.record.wrong(5, "torn_bag_taken", f"{node.key}: {len(torn)} torn, refused {came.refused}")
    return f"{came.bags} bags, {came.deliveries} deliveries, {came.papers} papers, refused {came.refused}"


def _visit(world: World, node: Node, root: Path) -> str:
    """One press of the button: in, then out."""
    return f"in: {_in(world, node, root)}; out: {_out(world, node, root)}"


# -------------------------------------------------------------------- at the district
def _post(world: World, root: Path, offices: list[str]) -> str:
    """The district takes in all bags and puts its answers onto the stick, and what waits for these offices."""
    hub = world.hub
    mishap = _mishap(world, root, HUB_CODE)
    torn, before = _torn(world, root, HUB_CODE), _names(root)
    try:
        with world.mortal(hub.fuse):
            done = post(
                hub.unit, Device(root, mishap), offices, lambda _way, office, count: mishap.of_office(office, count)
            )
    except LocalError as error:
        return error.code
    except Crash as crash:
        world.revive(crash)
        return "died"
    finally:
        _check_torn(world, torn, HUB_CODE)
        _check_answered(world, before, root)
    _check_believed(world, mishap, HUB_CODE)
    if sum(bool(one.refused) for one in done) < len(torn):
        world.record.wrong(5, "torn_bag_taken", f"hub: {len(torn)} torn, done {done}")
    told = [one.refused or f"{one.papers_in}/{one.papers_out}" for one in done]
    return " ".join(f"{one.office} {what}" for one, what in zip(done, told, strict=True))


# -------------------------------------------------------------------- what must hold of a stick
def _names(root: Path) -> frozenset[str]:
    folder = root / FOLDER
    return frozenset(path.name for path in folder.glob("*.bag")) if folder.is_dir() else frozenset()


def _ends(name: str) -> tuple[str, str]:
    sender, recipient, _ = name.split("--")
    return sender, recipient


def _check_old_or_new(world: World, before: frozenset[str], root: Path) -> None:
    """Whatever happens while a stick is written, it has the bag of before, or one that was read back."""
    if not {_ends(name) for name in before} <= {_ends(name) for name in _names(root)}:
        world.record.wrong(2, "bag_gone", f"{sorted(before - _names(root))}")


def _check_answered(world: World, before: frozenset[str], root: Path) -> None:
    """A bag is gone from the stick only once an answer to it lies there."""
    now = _names(root)
    for sender, recipient in sorted(map(_ends, before - now)):
        if recipient == HUB_CODE and not any(_ends(name) == (HUB_CODE, sender) for name in now - before):
            world.record.wrong(2, "bag_unanswered", f"of {sender}")


def _check_believed(world: World, mishap: Mishap, who: str) -> None:
    if mishap.what == "lies" and mishap.happened:
        world.record.wrong(2, "lying_stick_believed", who)


def _torn(world: World, root: Path, code: str) -> list[Path]:
    return [bag.path for bag in Stick(root).bags(code) if bag.path in world.torn]


def _check_torn(world: World, torn: list[Path], who: str) -> None:
    """What was no good is left where it was: a person may want to look at it."""
    for path in torn:
        if not path.exists():
            world.record.wrong(5, "torn_bag_taken", f"{who}: {path.name}")


# -------------------------------------------------------------------- what becomes of sticks
def _all_bags(world: World, root: Path) -> list[Waiting]:
    stick = Stick(root)
    bags = [bag for code in (HUB_CODE, *world.offices.codes) for bag in stick.bags(code)]
    return [bag for bag in bags if bag.path not in world.torn]


def _lose(world: World, _: Node) -> str:
    if not world.sticks:
        return "none"
    root = world.sticks.pop(world.hand.randrange(len(world.sticks)))
    shutil.rmtree(root)
    return root.name


def _copy(world: World, root: Path) -> Path:
    """Both go on their way; a copy may be found months later."""
    twin = _new_stick(world)
    shutil.copytree(root, twin, dirs_exist_ok=True)
    world.torn |= {twin / FOLDER / path.name for path in world.torn if path.parent.parent == root}
    world.sticks.append(twin)
    if len(world.sticks) > MOST_STICKS:
        shutil.rmtree(world.sticks.pop(world.hand.randrange(MOST_STICKS)))
    return twin


def _tear(world: World, root: Path) -> str:
    bags = _all_bags(world, root)
    if not bags:
        return "nothing"
    bag = world.hand.choice(bags)
    how, path = tear(world.hand, bag, [HUB_CODE, *world.offices.codes])
    world.torn.add(path)
    return f"{bag.sender} to {bag.recipient} {how}"


def _round(world: World, node: Node) -> str:
    """A technician takes one stick round some offices, to the district, and back to them."""
    root = _some_stick(world)
    others = [other for other in world.live() if other is not node]
    met = [node, *world.hand.sample(others, world.hand.randrange(len(others) + 1))]
    said = [_visit(world, one, root) for one in met]
    world.ms += 86_400_000
    said.append(_post(world, root, [one.code for one in met]))
    if world.hand.random() < 0.8:
        said += [_visit(world, one, root) for one in reversed(met)]
    return f"with {', '.join(one.key for one in met[1:])}: {'; '.join(said)}"


# -------------------------------------------------------------------- a neighbour
def _neighbour(world: World, node: Node) -> str:
    """A bag of files on a stick goes by a neighbour that has a line, and its answer comes back the same day.

    It may lose the bag or the answer, keep a copy that comes later, change it, or bring it to the wrong office.
    """
    bearers = [one for one in world.live() if one is not node and one.line_up]
    if not bearers:
        return "nobody has a line"
    bearer = world.hand.choice(bearers)
    root = _new_stick(world)
    said = [f"by {bearer.key}", _out(world, node, root)]
    legs: dict[str, Callable[[], str]] = {"up": lambda: _post(world, root, []), "down": lambda: _in(world, node, root)}
    for way, leg in legs.items():
        fate = "whole" if world.hand.random() >= world.plan.bad_hands else world.hand.choice(_FATES)
        said.append(f"{way} {fate}")
        if fate == "lost":
            break
        if fate in ("copied", "late"):
            _copy(world, root)
        if fate == "late":
            break
        if fate == "changed":
            said.append(_tear(world, root))
        if fate == "elsewhere":
            said.append(_in(world, bearer, root))
        said.append(leg())
    world.torn -= {path for path in world.torn if path.parent.parent == root}
    shutil.rmtree(root)
    return "; ".join(said)


_FATES = ("lost", "late", "copied", "changed", "elsewhere")

WEIGHTS = {"visit": 8.0, "out": 3.0, "in": 4.0, "post": 7.0, "lose": 1.0, "copy": 2.0, "tear": 2.0, "round": 2.0,
           "neighbour": 5.0, "hand over": 0.0, "late bag": 0.0}  # fmt: skip
_ACTS: dict[str, Callable[[World, Node], str]] = {
    "visit": lambda world, node: _visit(world, node, _some_stick(world)),
    "out": lambda world, node: _out(world, node, _some_stick(world)),
    "in": lambda world, node: _in(world, node, _some_stick(world)),
    "post": lambda world, _: _post(world, _some_stick(world), _asking_nothing(world)),
    "lose": _lose,
    "copy": lambda world, _: _copy(world, _some_stick(world)).name,
    "tear": lambda world, _: _tear(world, _some_stick(world)),
    "round": _round,
    "neighbour": _neighbour,
    "hand over": neighbours.visit,
    "late bag": lambda world, _: neighbours.late_bag(world),
}


def _asking_nothing(world: World) -> list[str]:
    return [code for code in world.offices.codes if world.hand.random() < 0.3]


# -------------------------------------------------------------------- the quiet end
def quiet_round(world: World) -> list[str]:
    """One honest stick goes round all offices, to the district and back; what was said."""
    root = _new_stick(world)
    nodes = world.live()
    said = []
    for node in nodes:
        world.ms += 700_000
        said.append(_out(world, node, root))
    said.append(_post(world, root, [node.code for node in nodes]))
    for node in nodes:
        world.ms += 700_000
        said.append(_in(world, node, root))
    shutil.rmtree(root)
    return said
