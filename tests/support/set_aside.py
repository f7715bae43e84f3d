"""Stories in which something of Moth is set aside: a fork, and a file that was moved by order."""

from __future__ import annotations

import io
from typing import NamedTuple

from appliance.desk import verbs
from appliance.desk.grading import regrade
from appliance.store.check import check_unit
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from central.hub import asides, deciding
from central.store.check import check_hub
from central.values import Comparison
from tests.appliance.store.test_rebuild import views
from tests.support.copies import copy, meet, put_back
from tests.support.district import District, actor
from tests.support.paper import pdf

MOTH, THERE = actor("moth.da1"), actor("chirgaon.head")
KEPT, LOST, MORE = "मूल शाखा की टिप्पणी", "अलग शाखा की <b>पहली</b> टिप्पणी", "अलग शाखा की दूसरी टिप्पणी"
ENCLOSED, TITLE = "अलग-शाखा.pdf", "अलग शाखा की पत्रावली"


class Apart(NamedTuple):
    """A file, and the hashes of what was set aside of it."""

    file: str
    hashes: list[bytes]


def settle(district: District) -> None:
    """All offices exchange until nothing is left."""
    for _ in range(3):
        meet(district, *district.units)


def write(unit: Unit, file: str, words: str) -> None:
    """Moth's assistant confirms a note."""
    verbs.save_yellow(unit, MOTH, file, f"<p>{words}</p>", 0)
    verbs.confirm_note(unit, MOTH, file)


def attach(unit: Unit, file: str) -> None:
    """And attaches a paper."""
    verbs.attach(unit, MOTH, file, name=ENCLOSED, media_type="application/pdf", stream=io.BytesIO(pdf(2)))


def begun(district: District) -> str:
    """A file of Moth that the district has."""
    file = verbs.open_file(district.units["moth"], MOTH, subject="हैंडपंप", section="moth.dev", language="hi")
    meet(district, "moth")
    return file


def fork(district: District) -> Apart:
    """Moth goes on, then an older copy of it takes its place and writes two notes and a paper: those are apart."""
    file = begun(district)
    place = copy(district, "moth")
    write(district.units["moth"], file, KEPT)
    meet(district, "moth")
    moth = put_back(district, "moth", place)
    for words in (LOST, MORE):
        write(moth, file, words)
    attach(moth, file)
    settle(district)
    return Apart(file, hashes(district, file))


def graded_apart(district: District, grading: str = "secret", *, begun_apart: bool = False) -> Apart:
    """A fork whose branch graded the file, or had begun a graded one, and wrote on it; what stands is not graded."""
    file = begun(district)
    place = copy(district, "moth")
    write(district.units["moth"], file, KEPT)
    meet(district, "moth")
    moth = put_back(district, "moth", place)
    if begun_apart:
        write(moth, file, LOST)
        file = verbs.open_file(moth, MOTH, subject=TITLE, section="moth.dev", language="hi", grading=grading)
    else:
        regrade(moth, MOTH, file, grading)
    write(moth, file, MORE)
    attach(moth, file)
    settle(district)
    return Apart(file, hashes(district, file))


def forced(district: District, reason: str = "बाढ़ में मशीन नहीं रही") -> Apart:
    """Moth writes without a line; meanwhile its file is moved to Chirgaon by order."""
    file = begun(district)
    for words in (LOST, MORE):
        write(district.units["moth"], file, words)
    deciding.force(district.hub, file, THERE.post, reason, "E9", sure=True)
    settle(district)
    return Apart(file, hashes(district, file))


def hashes(district: District, file: str) -> list[bytes]:
    """Of what the district has set aside of a file, in the writer's order."""
    rows = district.hub.db.rows("SELECT e FROM aside WHERE subject=? ORDER BY epoch, seq", file)
    return [bytes(e) for (e,) in rows]


def compared(district: District, file: str) -> Comparison:
    """Both sides, as the district's page has them."""
    group = next(one for one in asides.groups(district.hub, graded=True) if one.file == file)
    found = asides.compare(
        district.hub, asides.Key(group.node, bytes.fromhex(group.epoch), group.reason, file), graded=True
    )
    assert found is not None
    return found


def all_is_sound(district: District) -> None:
    """Every folder verifies, and the views are what journal and stream make of them."""
    assert check_hub(district.hub) == []
    for unit in district.units.values():
        assert check_unit(unit) == []
        before = views(unit)
        rebuild(unit.db, 0)
        assert views(unit) == before
