"""Days that are told step by step, for what chance brings about too seldom. They end as every run does."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desk import verbs
from tests.simulation import disasters, line, people
from tests.simulation.world import Node, World


def _open(world: World, node: Node) -> str:
    actor = world.offices.actor(f"{node.code}.head")
    found: list[str] = []
    people.do(
        world, node, "open",
        lambda: found.append(
            verbs.open_file(node.unit, actor, subject="पत्र", section=f"{node.code}.dev", language="hi")
        ),
    )  # fmt: skip
    return found[0]


def _send(world: World, node: Node, file: str, to_post: str) -> None:
    actor = world.offices.actor(f"{node.code}.head")
    people.do(world, node, "send", lambda: verbs.send(node.unit, actor, file, to_post=to_post, how="up"))


def clone_under_a_set_back_hub(world: World) -> None:
    """A machine sends a file on; the hub forgets it and takes what the machine's clone wrote under the same numbers.

    The office that got the file reports: what the ruling carried was taken first, the clone's branch gives way.
    """
    first, second = (world.nodes[code] for code in world.offices.codes[:2])
    file = _open(world, first)
    for node in (first, second):
        line.carry(world, node)
    disasters.take_copy(world, world.hub)
    disasters.clone(world, first)
    _send(world, first, file, f"{second.code}.head")
    for node in (first, second):
        line.carry(world, node)
    disasters.set_hub_back(world, announced=False)
    twin = world.nodes[f"{first.code}#2"]
    _open(world, twin)
    _open(world, twin)
    line.carry(world, twin)
    line.carry(world, second)


SCRIPTS: dict[str, Callable[[World], None]] = {"clone under a set back hub": clone_under_a_set_back_hub}
