"""Whatever is decided while offices and the hub are set back and custody is moved: all who know a decision agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.desk import left_out, say_again
from appliance.store import decided
from central.hub import asides, deciding
from central.hub.deciding import NotDone
from tests.appliance.store.test_rebuild import OFFICES, one_step
from tests.support.copies import copy, meet, put_back, put_hub_back
from tests.support.district import HUB_CODE, District, actor, make_district
from tests.support.set_aside import all_is_sound, forced, settle

ACTORS = [actor(f"{code}.{word}", OFFICES) for code in OFFICES for word in ("head", "da1", "da2")]


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, OFFICES)
    meet(made, *OFFICES)
    yield made
    made.close()


def decide_something(district: District, source: random.Random) -> None:
    """A person at the district compares a group and decides all that is open in it."""
    open_groups = [one for one in asides.groups(district.hub, graded=True) if one.open]
    if not open_groups:
        return
    group = source.choice(open_groups)
    found = asides.compare(
        district.hub, asides.Key(group.node, bytes.fromhex(group.epoch), group.reason, group.file), graded=True
    )
    assert found is not None
    hashes = [bytes.fromhex(one.e) for one in found.entries if not one.settled]
    with suppress(NotDone):  # while the hub takes reports
        deciding.decide(district.hub, hashes, source.choice(found.may), f"कारण {source.random()}", "E9", sure=True)


def carry_something_out(district: District, source: random.Random) -> None:
    """Some desk does what is asked of it, or writes its own entries again."""
    who = source.choice(ACTORS)
    unit = district.units[who.post.split(".")[0]]
    for (file,) in unit.db.rows("SELECT file FROM efile ORDER BY file"):
        for one in left_out.asked(unit, who, file):
            if one.may and one.how == "replay":
                assert say_again.decided_replay(unit, who, file, one.event, sure=True)
    for found in left_out.of_office(unit, who):
        if found.again and source.random() < 0.5:
            say_again.own(unit, who, [bytes.fromhex(e) for e in found.again], sure=True)


def disaster(district: District, source: random.Random, copies: dict[str, list[Path]], *, hub: bool) -> None:
    """An office is set back to one of its copies; or the hub, after it has decided something."""
    if hub and source.random() < 0.4:
        place = copy(district, HUB_CODE)
        decide_something(district, source)
        meet(district, source.choice(OFFICES))
        put_hub_back(district, place, announced=source.random() < 0.5)
        return
    code = source.choice(OFFICES)
    if source.random() < 0.4:
        copies[code].append(copy(district, code))
    else:
        put_back(district, code, source.choice(copies[code]))


def same_everywhere(district: District) -> None:
    """What the hub has as decided is what every office has that was told, and every writer was."""
    by_hub = {
        bytes(e): event
        for e, event in district.hub.db.rows("SELECT e, event FROM decided WHERE event IN (SELECT event FROM decision)")
    }
    assert by_hub
    for unit in district.units.values():
        for e, event in unit.db.rows("SELECT e, event FROM decided"):
            assert by_hub.get(bytes(e), event) == event
        for one in left_out.own(unit):
            if one.e in by_hub:
                assert decided.settled(unit.db, one.e) == by_hub[one.e]


@pytest.mark.parametrize("seed", [0, 2, 6, 12])
def test_all_agree(district: District, seed: int) -> None:
    source = random.Random(seed)
    copies = {code: [copy(district, code)] for code in OFFICES}
    acts = (
        lambda: disaster(district, source, copies, hub=seed % 3 == 0),
        lambda: decide_something(district, source),
        lambda: carry_something_out(district, source),
        lambda: meet(district, *OFFICES),
    )
    for _ in range(60):
        for _ in range(4):
            one_step(district, source)
        source.choice(acts)()
    for _ in range(8):
        meet(district, *OFFICES)
    for _ in range(40):
        decide_something(district, source)
    for _ in range(6):
        meet(district, *OFFICES)
    assert district.hub.db.value("SELECT recovering FROM hub") == 0
    assert not [one for one in asides.groups(district.hub, graded=True) if one.open]
    same_everywhere(district)
    all_is_sound(district)


def test_two_decisions_about_the_same_entries_that_arrive_together_do_no_harm(district: District) -> None:
    """As after a district that was set back and decided anew: the earlier stands, one paper has the originals."""
    apart = forced(district)
    first = deciding.decide(district.hub, apart.hashes, "annexe", "पहला", "E9", sure=True)
    district.hub.db.run("DELETE FROM decided")
    deciding.decide(district.hub, apart.hashes, "replay", "दूसरा", "E9", sure=True)
    settle(district)
    chirgaon = district.units["chirgaon"]
    assert chirgaon.db.value("SELECT count(*) FROM decision") == 2
    assert {decided.settled(chirgaon.db, e) for e in apart.hashes} == {first}
    assert chirgaon.db.value("SELECT count(*) FROM blob WHERE here=1") == 1
    all_is_sound(district)
