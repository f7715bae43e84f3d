"""The post by stick: the whole way of a file with no line at all, and what can happen to a stick on the way."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.desk import verbs
from appliance.link.stick import FORMAT_BYTES, BroughtIn, bring_in, take_out
from appliance.store.unit import Unit
from central.hub.post import LEAST_BYTES, Handled, post
from commons.stick import FOLDER, Stick, StickFull
from protocol import messages as ms
from protocol.errors import PeerError
from tests.support.copies import copy, meet, put_back, put_hub_back
from tests.support.district import HUB_CODE, District, actor
from tests.support.paper import pdf

CLERK, THERE = actor("moth.da1"), actor("chirgaon.head")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def send_with_scan(district: District, subject: str = "पेंशन") -> tuple[str, bytes]:
    moth = district.units["moth"]
    file = verbs.open_file(moth, CLERK, subject=subject, section="moth.dev", language="hi")
    scan = io.BytesIO(pdf(2, subject.encode()))
    verbs.attach(moth, CLERK, file, name="scan.pdf", media_type="application/pdf", stream=scan)
    sha256 = bytes(moth.db.value("SELECT sha256 FROM paper WHERE file=?", file))
    verbs.save_yellow(moth, CLERK, file, "<p>कृपया देखें</p>", 0)
    verbs.confirm_note(moth, CLERK, file)
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    return file, sha256


def to_the_district_and_back(district: District, root: Path, *offices: str) -> list[Handled]:
    """The stick goes round these offices, to the district, and is handed back to them."""
    for code in offices:
        district.clock.ms += 60_000
        take_out(district.units[code], Stick(root))
    district.clock.ms += 60_000
    done = post(district.hub, Stick(root))
    for code in offices:
        district.clock.ms += 60_000
        bring_in(district.units[code], Stick(root))
    return done


def held_by(unit: Unit, file: str) -> bool:
    return bool(unit.db.value("SELECT phase FROM efile WHERE file=?", file) == "held")


def test_a_file_with_its_scan_goes_from_office_to_office_by_stick_alone(district: District, root: Path) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    file, sha256 = send_with_scan(district)
    to_the_district_and_back(district, root, "moth", "chirgaon")
    assert held_by(chirgaon, file)
    assert moth.db.value("SELECT acked_seq FROM node") == moth.db.value("SELECT head_seq FROM node")
    assert chirgaon.papers.has(sha256)
    verbs.receive(chirgaon, THERE, file)
    meet(district, "moth", "chirgaon")
    assert moth.db.value("SELECT count(*) FROM aside") == chirgaon.db.value("SELECT count(*) FROM aside") == 0


def test_nothing_readable_is_on_the_stick(district: District, root: Path) -> None:
    send_with_scan(district, "Pension of a widow")
    take_out(district.units["moth"], Stick(root))
    for path in (root / FOLDER).iterdir():
        assert b"Pension" not in path.read_bytes()


def test_yesterdays_stick_again_changes_nothing(district: District, root: Path, tmp_path: Path) -> None:
    file, _ = send_with_scan(district)
    moth = district.units["moth"]
    take_out(moth, Stick(root))
    yesterday = tmp_path / "yesterday"
    shutil.copytree(root, yesterday)
    to_the_district_and_back(district, root, "moth", "chirgaon")
    verbs.receive(district.units["chirgaon"], THERE, file)
    meet(district, "moth", "chirgaon")
    before = district.hub.db.value("SELECT count(*) FROM event")
    (done,) = post(district.hub, Stick(yesterday))
    assert done.came
    bring_in(moth, Stick(yesterday))
    assert district.hub.db.value("SELECT count(*) FROM event") == before
    assert held_by(district.units["chirgaon"], file)
    assert moth.db.value("SELECT mode FROM node") == "working"


def test_a_lost_stick_costs_a_journey_and_nothing_else(district: District, root: Path, tmp_path: Path) -> None:
    file, _ = send_with_scan(district)
    lost = tmp_path / "lost"
    lost.mkdir()
    take_out(district.units["moth"], Stick(lost))
    shutil.rmtree(lost)
    to_the_district_and_back(district, root, "moth", "chirgaon")
    assert held_by(district.units["chirgaon"], file)


def test_the_line_may_be_quicker_than_the_stick(district: District, root: Path) -> None:
    file, _ = send_with_scan(district)
    take_out(district.units["moth"], Stick(root))
    meet(district, "moth", "chirgaon")
    assert held_by(district.units["chirgaon"], file)
    post(district.hub, Stick(root))
    assert bring_in(district.units["moth"], Stick(root)).refused == ()
    meet(district, "moth", "chirgaon")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_one_stick_goes_round_all_offices(district: District, root: Path) -> None:
    first, _ = send_with_scan(district)
    done = to_the_district_and_back(district, root, "moth", "chirgaon")
    assert [(one.office, one.came, one.answered) for one in done] == [("chirgaon", True, True), ("moth", True, True)]
    assert Stick(root).bags(HUB_CODE) == []
    assert held_by(district.units["moth"], first) is False


def test_what_waits_is_handed_out_to_an_office_that_asked_for_nothing(district: District, root: Path) -> None:
    file, _ = send_with_scan(district)
    meet(district, "moth")
    (done,) = post(district.hub, Stick(root), ["chirgaon"])
    assert done == Handled("chirgaon", answered=True, papers_out=1, papers_wanted=1, deliveries=1, size=done.size)
    assert bring_in(district.units["chirgaon"], Stick(root)) == BroughtIn(1, 1, 1, ())
    assert held_by(district.units["chirgaon"], file)
    assert Stick(root).bags("chirgaon") == []


def test_a_torn_bag_is_told_and_holds_up_no_other(district: District, root: Path) -> None:
    file, _ = send_with_scan(district)
    take_out(district.units["moth"], Stick(root))
    take_out(district.units["chirgaon"], Stick(root))
    (torn,) = (bag for bag in Stick(root).bags(HUB_CODE) if bag.sender == "chirgaon")
    torn.path.write_bytes(torn.path.read_bytes()[:-20])
    done = post(district.hub, Stick(root))
    assert [(one.office, one.came, one.refused) for one in done] == [("chirgaon", False, "bag.bad"), ("moth", True, "")]
    assert torn.path.exists()
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "chirgaon"


def test_a_bag_under_a_strangers_name_is_refused(district: District, root: Path) -> None:
    take_out(district.units["moth"], Stick(root))
    (bag,) = Stick(root).bags(HUB_CODE)
    bag.path.rename(bag.path.with_name("chirgaon--hub--7.bag"))
    (done,) = post(district.hub, Stick(root))
    assert (done.office, done.refused) == ("chirgaon", "bag.bad")
    assert Stick(root).bags("chirgaon") == []


def test_an_office_that_was_set_back_recovers_by_stick(district: District, root: Path) -> None:
    place = copy(district, "moth")
    file, _ = send_with_scan(district)
    to_the_district_and_back(district, root, "moth", "chirgaon")
    assert held_by(district.units["chirgaon"], file)
    moth = put_back(district, "moth", place)
    for _ in range(4):
        to_the_district_and_back(district, root, "moth", "chirgaon")
    assert moth.db.value("SELECT mode FROM node") == "working"
    assert moth.db.row("SELECT 1 FROM event WHERE subject=?", file) is not None
    verbs.receive(district.units["chirgaon"], THERE, file)
    meet(district, "moth", "chirgaon")


class SmallStick(Stick):
    """A stick with so little room that one message goes."""

    def free_bytes(self) -> int:
        return 4 << 20


def long_files(district: District, count: int) -> list[str]:
    """Files for Chirgaon at the district, each with a note that packs badly."""
    moth, source, files = district.units["moth"], random.Random(4), []
    for number in range(count):
        file = verbs.open_file(moth, CLERK, subject=f"सड़क {number}", section="moth.dev", language="hi")
        verbs.save_yellow(moth, CLERK, file, f"<p>{source.randbytes(9_000).hex()}</p>", 0)
        verbs.confirm_note(moth, CLERK, file)
        verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
        files.append(file)
    meet(district, "moth")
    return files


def test_a_stick_brings_all_that_fits(district: District, root: Path) -> None:
    files = long_files(district, 12)
    (done,) = post(district.hub, Stick(root), ["chirgaon"], parcel_bytes=LEAST_BYTES)
    assert (done.deliveries, done.left) == (12, False)
    assert bring_in(district.units["chirgaon"], Stick(root)) == BroughtIn(1, 12, 0, ())
    assert all(held_by(district.units["chirgaon"], file) for file in files)
    meet(district, "chirgaon", "moth")
    assert district.hub.db.value("SELECT count(*) FROM aside") == 0


def test_what_has_no_room_comes_with_the_next_stick(district: District, root: Path) -> None:
    files = long_files(district, 12)
    (done,) = post(district.hub, SmallStick(root), ["chirgaon"], parcel_bytes=LEAST_BYTES)
    assert 0 < done.deliveries < 12
    assert done.left
    assert bring_in(district.units["chirgaon"], Stick(root)).deliveries == done.deliveries
    take_out(district.units["chirgaon"], Stick(root))
    (rest,) = post(district.hub, Stick(root))
    assert (rest.deliveries, rest.left) == (12 - done.deliveries, False)
    bring_in(district.units["chirgaon"], Stick(root))
    assert all(held_by(district.units["chirgaon"], file) for file in files)


class FullStick(Stick):
    """A stick without room."""

    def free_bytes(self) -> int:
        return 0


def test_without_room_for_an_answer_the_bag_stays_for_the_next_time(district: District, root: Path) -> None:
    file, _ = send_with_scan(district)
    take_out(district.units["moth"], Stick(root))
    (done,) = post(district.hub, FullStick(root))
    assert (done.came, done.answered, done.refused) == (True, False, "stick.full")
    assert len(Stick(root).bags(HUB_CODE)) == 1
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "chirgaon"
    (again,) = post(district.hub, Stick(root))
    assert again.answered
    assert Stick(root).bags(HUB_CODE) == []


def damage(unit: Unit, sha256: bytes) -> None:
    """A byte of the only paper on this disk is another one now."""
    (path,) = (one for one in (unit.folder / "papers").rglob("*") if one.is_file())
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    assert not unit.papers.verify(sha256)


def test_a_damaged_paper_holds_up_neither_the_bag_nor_the_papers_behind_it(district: District, root: Path) -> None:
    moth = district.units["moth"]
    file, damaged = send_with_scan(district)
    damage(moth, damaged)
    _, sound = send_with_scan(district, "सड़क निर्माण")
    out = take_out(moth, Stick(root))
    assert (out.movements, out.papers, out.papers_left) == (2, 1, 1)
    post(district.hub, Stick(root), ["chirgaon"])
    bring_in(district.units["chirgaon"], Stick(root))
    assert held_by(district.units["chirgaon"], file)
    assert district.units["chirgaon"].papers.has(sound)


def test_what_was_cut_is_not_among_what_came(district: District, root: Path) -> None:
    """A paper whose second half was changed on the way counts as missing, and comes with the next stick."""
    moth = district.units["moth"]
    _, sha256 = send_with_scan(district)
    take_out(moth, Stick(root))
    (bag,) = Stick(root).bags(HUB_CODE)
    data = bytearray(bag.path.read_bytes())
    data[-60] ^= 1
    bag.path.write_bytes(data)
    (done,) = post(district.hub, Stick(root))
    assert done.refused
    assert not district.hub.papers.has(sha256)
    to_the_district_and_back(district, root, "moth", "chirgaon")
    assert district.hub.papers.verify(sha256)
    assert district.units["chirgaon"].papers.verify(sha256)


FULL = """
import subprocess, sys
from pathlib import Path
from appliance.desk import verbs
from appliance.link.stick import take_out
from commons.stick import Stick, StickFull
from tests.support.copies import meet
from tests.support.district import actor, make_district
folder, root = Path(sys.argv[1]), Path(sys.argv[2])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", root], check=True)
district = make_district(folder)
meet(district, "moth", "chirgaon")
moth, clerk = district.units["moth"], actor("moth.da1")
file = verbs.open_file(moth, clerk, subject="पेंशन", section="moth.dev", language="hi")
verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
try:
    take_out(moth, Stick(root))
except StickFull:
    print("full")
print(moth.db.value("SELECT phase FROM efile WHERE file=?", file))
verbs.pull_back(moth, clerk, file)
print(moth.db.value("SELECT phase FROM efile WHERE file=?", file))
"""


def test_what_does_not_fit_on_a_stick_can_still_be_withdrawn(tmp_path: Path, root: Path) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("this kernel lets nobody make a mount namespace")
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", FULL, str(tmp_path), str(root)],
        check=False, capture_output=True, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout.split() == ["full", "queued", "held"], done.stderr


def test_a_district_that_was_set_back_unnoticed_recovers_by_stick(district: District, root: Path) -> None:
    """It asks for proof and gives its ordinary answer in one bag: the proof goes all the same."""
    moth = district.units["moth"]
    place = copy(district, HUB_CODE)
    file, _ = send_with_scan(district)
    to_the_district_and_back(district, root, "moth", "chirgaon")
    life = district.hub.db.value("SELECT life FROM hub")
    put_hub_back(district, place, announced=False)
    for _ in range(6):
        to_the_district_and_back(district, root, "moth", "chirgaon")
    assert district.hub.db.row("SELECT recovering, life > ? FROM hub", life) == (0, 1)
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "chirgaon"
    assert held_by(district.units["chirgaon"], file)
    assert moth.db.row("SELECT mode, acked_seq=head_seq FROM node") == ("working", 1)


def test_an_answer_that_acknowledges_less_does_not_take_the_place_of_the_proof(district: District, root: Path) -> None:
    """A district that was set back unnoticed hands out by stick: what it then says shows nothing that it has lost."""
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    place = copy(district, HUB_CODE)
    file = verbs.open_file(moth, CLERK, subject="पेंशन", section="moth.dev", language="hi")
    meet(district, "moth")
    newest = proof(moth)
    put_hub_back(district, place, announced=False)
    other = verbs.open_file(chirgaon, THERE, subject="सड़क", section="chirgaon.dev", language="hi")
    verbs.send(chirgaon, THERE, other, to_post="moth.da1", how="down")
    meet(district, "chirgaon")
    post(district.hub, Stick(root), ["moth"])
    assert bring_in(moth, Stick(root)).deliveries == 1
    assert proof(moth) == newest
    for _ in range(6):
        to_the_district_and_back(district, root, "moth", "chirgaon")
    assert district.hub.db.value("SELECT holder FROM efile WHERE file=?", file) == "moth"
    assert held_by(moth, other)


def proof(unit: Unit) -> int:
    """How much of its journal the district's newest statement acknowledges, as this office could show it."""
    letter, statement = unit.db.row("SELECT letter, statement FROM seal WHERE n=0") or ("", b"")
    message = ms.decode_statement(letter, bytes(statement))
    assert isinstance(message, ms.Down)
    return message.ack_seq


class Narrow(Stick):
    """A stick with room for the events and one scan."""

    def free_bytes(self) -> int:
        return 2_700_000


def test_what_no_stick_has_carried_goes_before_what_one_has(district: District, root: Path) -> None:
    """The first stick is lost: the second brings what had no room, the third begins again."""
    moth = district.units["moth"]
    shas = []
    for number in range(3):
        file = verbs.open_file(moth, CLERK, subject=f"सड़क {number}", section="moth.dev", language="hi")
        scan = pdf(filling=random.Random(number).randbytes(1_400_000 + number))
        sha256 = verbs.attach(moth, CLERK, file, name="scan.pdf", media_type="application/pdf", stream=io.BytesIO(scan))
        shas.append(bytes.fromhex(sha256))
    carried = []
    for number in range(4):
        district.clock.ms += 1_000
        root_of_one = root / str(number)
        root_of_one.mkdir()
        out = take_out(moth, Narrow(root_of_one))
        assert (out.papers, out.papers_left) == (1, 2)
        newest = moth.db.row("SELECT sha256 FROM blob ORDER BY stick_ms DESC LIMIT 1") or (b"",)
        carried.append(bytes(newest[0]))
    assert set(carried[:3]) == set(shas)
    assert carried[3] == carried[0]


def test_a_district_that_nothing_can_be_sealed_to_costs_nobody_the_right_to_withdraw(
    district: District, root: Path
) -> None:
    moth = district.units["moth"]
    file, _ = send_with_scan(district)
    moth.settings = replace(moth.settings, hub="unknown-hub")
    with pytest.raises(PeerError):
        take_out(moth, Stick(root))
    assert moth.db.value("SELECT phase FROM efile WHERE file=?", file) == "queued"


class Tight(Stick):
    """A stick with room for what is usual, and a little more."""

    def free_bytes(self) -> int:
        return FORMAT_BYTES + 20_000


def test_what_an_earlier_answer_asks_for_needs_its_room_before_anything_is_released(
    district: District, root: Path
) -> None:
    """A report to a district that was set back is as large as all that the office was ever given."""
    chirgaon = district.units["chirgaon"]
    place = copy(district, HUB_CODE)
    long_files(district, 6)
    meet(district, "chirgaon")
    put_hub_back(district, place)
    post(district.hub, Stick(root), ["chirgaon"])
    bring_in(chirgaon, Stick(root))
    assert chirgaon.db.value("SELECT sum(length(message)) FROM owed") > 30_000
    file = verbs.open_file(chirgaon, THERE, subject="सड़क", section="chirgaon.dev", language="hi")
    verbs.send(chirgaon, THERE, file, to_post="moth.da1", how="down")
    with pytest.raises(StickFull):
        take_out(chirgaon, Tight(root))
    assert chirgaon.db.value("SELECT phase FROM efile WHERE file=?", file) == "queued"
    chirgaon.db.run("DELETE FROM owed")
    take_out(chirgaon, Tight(root))
