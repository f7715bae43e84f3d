"""What a run is made of: how many offices, how often what happens. A seed chooses; a fault may choose for itself."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

PEOPLE = {"verb": 40.0, "consume": 26.0, "pack": 2.0, "late_up": 4.0, "late_down": 4.0, "cut_line": 3.0, "wait": 3.0}
HUB_PEOPLE = {"pull_up": 2.0}
ORDERS = {"force": 2.0}
COPIES = {"copy": 2.5}
OFFICE_DISKS = {"restore": 1.2, "set_back": 0.9, "clone": 0.6}
HUB_DISKS = {"hub_copy": 2.0, "hub_restore": 1.2}
HUB_UNNOTICED = {"hub_copy": 2.0, "hub_set_back": 1.0}
CLOCKS = {"jump": 1.5}


@dataclass(frozen=True)
class Plan:
    """Weights of what may happen next, and chances of what may go wrong with it. Shares of 1.0 unless said."""

    offices: int = 3
    steps: int = 100
    weights: dict[str, float] = field(default_factory=dict)
    bad_line: float = 0.3  # an exchange does not go through as it should
    crash: float = 0.08  # a process dies in what it does
    big_notes: float = 0.0  # a note is long and cannot be compressed
    papers: float = 0.1  # a person attaches a paper
    small_world: bool = False  # few files, so that much happens to each
    verbs: dict[str, float] = field(default_factory=dict)  # weights of single verbs over the usual ones
    disasters: int = 3  # at most so many disks are set back
    more: float = 0.0  # after a step somebody does something of acts.py as well
    script: str = ""  # days of scripts.py instead of chance
    acts: dict[str, float] = field(default_factory=dict)  # weights of single acts of acts.py over their own
    review_days: int = 400  # from a file's going to the record to its review
    ask_late: bool = False  # a file is asked back only once it has gone on from where it was sent
    by_hand: float = 0.0  # after a step something happens to a stick or with a neighbour (sticks.py)
    hand_acts: dict[str, float] = field(default_factory=dict)  # weights over those of sticks.py
    decides: float = 0.0  # after a step somebody decides about what was set aside, or writes it again (decided.py)
    bad_hands: float = 0.3  # what goes by hand does not go as it should
    edited: bool = False  # papers are new versions of earlier ones, and go through the hub's doors as they really do
    lines: bool = True  # offices have lines; without, all that must hold in the end must hold by sticks alone


KINDS: dict[str, dict[str, float]] = {
    "line": {**PEOPLE, **HUB_PEOPLE, **CLOCKS},
    "orders": {**PEOPLE, **HUB_PEOPLE, **ORDERS, **CLOCKS},
    "offices": {**PEOPLE, **HUB_PEOPLE, **COPIES, **OFFICE_DISKS},
    "hub": {**PEOPLE, **HUB_PEOPLE, **HUB_DISKS},
    "unnoticed": {**PEOPLE, **HUB_PEOPLE, **HUB_UNNOTICED},
    "all": {**PEOPLE, **HUB_PEOPLE, **ORDERS, **COPIES, **OFFICE_DISKS, **HUB_DISKS, **HUB_UNNOTICED, **CLOCKS},
}
_ORDER = ("line", "orders", "offices", "hub", "line", "all", "offices", "hub", "unnoticed", "all")


def plan_of(seed: int) -> Plan:
    """The plan of a seed."""
    source = random.Random(f"plan {seed}")
    return Plan(
        offices=source.choice((2, 3, 3, 3, 4)),
        steps=source.randrange(60, 151),
        weights=KINDS[_ORDER[seed % len(_ORDER)]],
        bad_line=source.choice((0.0, 0.2, 0.5)),
        crash=source.choice((0.0, 0.06, 0.2)),
        big_notes=0.5 if source.random() < 0.06 else 0.0,
        papers=source.choice((0.0, 0.1, 0.25)),
        small_world=source.random() < 0.4,
        more=random.Random(f"more {seed}").choice((0.0, 0.25, 0.5)),
        by_hand=random.Random(f"by hand {seed}").choice((0.0, 0.0, 0.2)),
        decides=random.Random(f"decides {seed}").choice((0.0, 0.15)),
    )
