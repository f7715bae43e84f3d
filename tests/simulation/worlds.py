"""Worlds in which one thing happens often, for the faults that only that thing shows."""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.plans import HUB_PEOPLE, PEOPLE, Plan, plan_of

_BUSY = {**PEOPLE, "wait": 1.0, "cut_line": 1.0, "consume": 34.0}
WORLDS: dict[str, Plan] = {
    "calm": Plan(3, 90, _BUSY, bad_line=0.1, crash=0.0, small_world=True),
    "bad": Plan(3, 110, _BUSY, bad_line=0.5, crash=0.0, small_world=True),
    "dying": Plan(2, 110, _BUSY, bad_line=0.1, crash=0.5, small_world=True),
    "asking": Plan(3, 150, {**_BUSY, **HUB_PEOPLE}, bad_line=0.2, crash=0.0, small_world=True),
    "onward": Plan(
        3, 170, {**_BUSY, "consume": 30.0}, bad_line=0.0, crash=0.0, small_world=True, ask_late=True,
        verbs={"send": 14.0, "receive": 14.0, "ask_back": 8.0, "note": 1.0, "return": 1.0, "withdraw": 0.1},
    ),
    "to and fro": Plan(
        2, 220, {**_BUSY, "consume": 30.0}, bad_line=0.6, crash=0.0, small_world=True,
        verbs={"send": 14.0, "receive": 8.0, "ask_back": 8.0, "note": 0.3, "return": 4.0, "withdraw": 0.1},
    ),
    "numbers": Plan(
        2, 120, {**_BUSY, "consume": 14.0, "copy": 5.0, "restore": 4.0}, bad_line=0.3, crash=0.0, disasters=1,
    ),
    "again": Plan(
        2, 130, {**_BUSY, "copy": 6.0, "restore": 9.0, "late_up": 14.0}, bad_line=0.5, crash=0.0, disasters=6,
        small_world=True,
    ),
    "closed": Plan(
        2, 130, {**_BUSY, "consume": 16.0, "pack": 12.0, "copy": 6.0, "restore": 6.0, "late_up": 14.0}, bad_line=0.4,
        crash=0.0, disasters=3, small_world=True,
    ),
    "old life": Plan(
        3, 140, {**_BUSY, "hub_copy": 6.0, "hub_restore": 5.0, "late_down": 14.0}, bad_line=0.6, crash=0.0, disasters=2,
        small_world=True,
    ),
    "hub asking": Plan(
        3, 150, {**_BUSY, "consume": 26.0, "hub_copy": 10.0, "hub_restore": 5.0}, bad_line=0.1, crash=0.0, disasters=2,
        small_world=True, verbs={"ask_back": 16.0, "receive": 2.0, "send": 12.0, "withdraw": 0.1},
    ),
    "hub silent": Plan(
        3, 150, {**_BUSY, "consume": 24.0, "hub_copy": 8.0, "hub_restore": 5.0, "force": 12.0}, bad_line=0.1, crash=0.0,
        disasters=2, small_world=True,
    ),
    "asking back": Plan(3, 150, {**_BUSY, "late_down": 1.0, "late_up": 1.0}, bad_line=0.0, crash=0.0, small_world=True,
                        verbs={"ask_back": 14.0, "receive": 3.0, "send": 8.0, "withdraw": 1.0}),
    "orders": Plan(3, 130, {**_BUSY, "force": 8.0}, bad_line=0.2, crash=0.0, small_world=True),
    "papers": Plan(2, 120, {**_BUSY}, bad_line=0.6, crash=0.0, papers=0.8, small_world=True),
    "offices": Plan(2, 120, {**_BUSY, "copy": 6.0, "restore": 6.0, "late_up": 8.0, "late_down": 8.0}, small_world=True,
                    bad_line=0.2, crash=0.0, disasters=4),
    "unnoticed": Plan(2, 120, {**_BUSY, "copy": 6.0, "set_back": 6.0}, bad_line=0.2, crash=0.0, disasters=3),
    "both": Plan(2, 120, {**_BUSY, "copy": 6.0, "set_back": 6.0, "restore": 3.0, "hub_copy": 4.0, "hub_restore": 4.0},
                 bad_line=0.2, crash=0.0, disasters=3),
    "clones": Plan(2, 120, {**_BUSY, "copy": 3.0, "restore": 5.0, "clone": 8.0}, bad_line=0.2, crash=0.0, disasters=4),
    "ordered again": Plan(
        3, 160, {**_BUSY, "consume": 24.0, "hub_copy": 8.0, "hub_set_back": 5.0, "force": 12.0}, bad_line=0.1,
        crash=0.0, disasters=2, small_world=True,
    ),
    "desk": Plan(2, 110, _BUSY, bad_line=0.1, crash=0.3, more=1.0),
    "desks in peace": Plan(2, 220, _BUSY, bad_line=0.0, crash=0.0, more=1.0, verbs={"close": 4.0}),
    "weeding": Plan(
        3, 200, {**_BUSY, "wait": 6.0}, bad_line=0.3, crash=0.05, more=0.8, papers=0.15, small_world=True,
        verbs={"close": 3.0, "reopen": 0.1}, review_days=2,
        acts={"weed": 30.0, "record": 20.0, "review": 0.5, "take over": 2.0, "beside": 3.0, "amend": 0.5, "put": 8.0},
    ),
    "weeding unread": Plan(
        2, 200, {**_BUSY, "consume": 12.0, "wait": 8.0, "cut_line": 6.0}, bad_line=0.3, crash=0.0, more=0.8,
        papers=0.1, small_world=True, verbs={"close": 8.0, "reopen": 0.1, "send": 2.0}, review_days=2,
        acts={"weed": 60.0, "record": 30.0, "review": 0.1, "take over": 1.0, "beside": 3.0},
    ),
    "weeding and orders": Plan(
        2, 200, {**_BUSY, "consume": 12.0, "wait": 8.0, "cut_line": 6.0, "force": 3.0}, bad_line=0.3, crash=0.0,
        more=0.8, papers=0.1, small_world=True, verbs={"close": 8.0, "reopen": 0.1, "send": 2.0}, review_days=2,
        acts={"weed": 60.0, "record": 30.0, "review": 0.1, "take over": 1.0, "beside": 3.0},
    ),
    "versions": Plan(2, 110, _BUSY, bad_line=0.5, crash=0.05, papers=0.8, small_world=True, edited=True),
    "versions and disks": Plan(
        3, 120, {**_BUSY, "hub_copy": 4.0, "hub_set_back": 2.0, "hub_restore": 2.0, "copy": 3.0, "restore": 2.0},
        bad_line=0.4, crash=0.03, papers=0.5, small_world=True, edited=True, disasters=2,
    ),
    "versions and sticks": Plan(
        3, 110, {**_BUSY, "consume": 16.0}, bad_line=0.4, crash=0.05, papers=0.5, small_world=True, edited=True,
        by_hand=0.4,
    ),
    "sticks": Plan(
        3, 110, {**_BUSY, **HUB_PEOPLE, "consume": 4.0, "wait": 3.0}, bad_line=0.3, crash=0.05, papers=0.2,
        small_world=True, by_hand=0.9,
    ),
    "sticks alone": Plan(
        3, 90, {"verb": 40.0, "wait": 3.0, **HUB_PEOPLE}, crash=0.03, papers=0.2, small_world=True, by_hand=1.0,
        bad_hands=0.2, lines=False, hand_acts={"neighbour": 0.0, "round": 6.0, "lose": 0.5},
    ),
    "sticks alone and disks": Plan(
        3, 90, {"verb": 40.0, "wait": 3.0, **HUB_PEOPLE, "force": 2.0, "copy": 4.0, "restore": 2.0, "set_back": 2.0,
                "hub_copy": 3.0, "hub_restore": 2.0, "hub_set_back": 1.0},
        crash=0.03, papers=0.15, small_world=True, by_hand=1.0, bad_hands=0.2, lines=False, disasters=3,
        hand_acts={"neighbour": 0.0, "round": 6.0, "lose": 0.5},
    ),
    "sticks alone and hub": Plan(
        3, 100, {"verb": 40.0, "wait": 2.0, "hub_copy": 5.0, "hub_set_back": 5.0}, crash=0.0, papers=0.1,
        small_world=True, by_hand=1.0, bad_hands=0.1, lines=False, disasters=2,
        hand_acts={"neighbour": 0.0, "round": 3.0, "visit": 14.0, "post": 14.0, "tear": 0.5, "lose": 0.5},
    ),
    "sticks and disks": Plan(
        3, 120, {**_BUSY, **HUB_PEOPLE, "consume": 8.0, "copy": 4.0, "restore": 3.0, "set_back": 2.0,
                 "hub_copy": 4.0, "hub_restore": 2.0, "hub_set_back": 1.5},
        bad_line=0.3, crash=0.03, papers=0.15, small_world=True, by_hand=0.9, disasters=4,
    ),
    "sticks and clones": Plan(
        3, 120, {**_BUSY, **HUB_PEOPLE, "consume": 8.0, "copy": 4.0, "restore": 2.0, "set_back": 2.0, "clone": 5.0},
        bad_line=0.3, crash=0.03, papers=0.15, small_world=True, by_hand=0.9, disasters=3,
    ),
    "sticks and orders": Plan(
        3, 120, {**_BUSY, **HUB_PEOPLE, "consume": 6.0, "force": 8.0, "jump": 1.0}, bad_line=0.3, crash=0.03,
        papers=0.15, small_world=True, by_hand=0.9,
    ),
    "neighbours": Plan(
        3, 110, {**_BUSY, "consume": 6.0, "cut_line": 5.0}, bad_line=0.3, crash=0.05, papers=0.2, small_world=True,
        by_hand=0.8, bad_hands=0.5, hand_acts={"neighbour": 40.0},
    ),
    "carried": Plan(
        3, 110, {**_BUSY, **HUB_PEOPLE, "consume": 6.0, "cut_line": 5.0}, bad_line=0.3, crash=0.05, papers=0.2,
        small_world=True, by_hand=0.8, bad_hands=0.5, hand_acts={"hand over": 60.0, "late bag": 8.0},
    ),
    "carried and disks": Plan(
        3, 110, {**_BUSY, **HUB_PEOPLE, "consume": 6.0, "copy": 4.0, "restore": 2.0, "set_back": 2.0, "hub_copy": 4.0,
                 "hub_restore": 2.0, "hub_set_back": 1.0, "force": 2.0},
        bad_line=0.3, crash=0.03, papers=0.15, small_world=True, by_hand=0.8, bad_hands=0.4, disasters=3,
        hand_acts={"hand over": 60.0, "late bag": 8.0},
    ),
    "decisions": Plan(
        2, 150, {**_BUSY, "copy": 6.0, "restore": 3.0, "set_back": 5.0, "force": 4.0, "wait": 0.3}, bad_line=0.2,
        crash=0.05, disasters=5, small_world=True, papers=0.1, decides=0.5,
    ),
    "decisions and hub": Plan(
        2, 150, {**_BUSY, "copy": 5.0, "restore": 5.0, "force": 4.0, "hub_copy": 4.0, "hub_set_back": 2.0,
                 "hub_restore": 2.0, "wait": 0.3},
        bad_line=0.2, crash=0.03, disasters=4, small_world=True, papers=0.1, decides=0.5,
    ),
    "twins and hub": Plan(2, bad_line=0.0, crash=0.0, script="clone under a set back hub"),
    "hub": Plan(3, 130, {**_BUSY, "hub_copy": 6.0, "hub_restore": 5.0, "late_down": 8.0}, bad_line=0.2, crash=0.0,
                disasters=2, small_world=True),
    "hub orders": Plan(3, 130, {**_BUSY, "hub_copy": 6.0, "hub_restore": 5.0, "force": 6.0}, bad_line=0.2, crash=0.0,
                       disasters=2, small_world=True),
}  # fmt: skip

WORLDS |= {f"seed {seed}": replace(plan_of(seed), more=0.0, by_hand=0.0, decides=0.0) for seed in (109, 445, 579, 929)}
WORLDS |= {
    "seed 349": replace(plan_of(349), by_hand=0.0, decides=0.0),
    "seed 1319": plan_of(1319),
    "seed 1495": plan_of(1495),
    "seed 1709": plan_of(1709),
    "seed 1929": plan_of(1929),
    "seed 5323": plan_of(5323),
    "seed 6407": plan_of(6407),
    "seed 9025": plan_of(9025),
    "seed 9369": plan_of(9369),
}
"""Worlds of runs that once showed something that seldom happens."""
