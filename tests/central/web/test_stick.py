"""The district's page of the post by stick."""

from __future__ import annotations

import os
import re
import time
from itertools import product
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.desk import verbs
from appliance.link.stick import bring_in, take_out
from central import people
from central.web import create_app
from commons.mounting import asking
from commons.mounting.values import Owner, Telling, Told
from commons.stick import FOLDER, Stick
from tests.support.copies import meet
from tests.support.district import HUB_CODE, District, actor, make_district

PASSWORD = "जिला-123"
SECONDS = 20


@pytest.fixture
def district(tmp_path: Path) -> District:
    made = make_district(tmp_path)
    meet(made, "moth", "chirgaon")
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "sticks"
    (made / "नीली").mkdir(parents=True)
    return made


@pytest.fixture
def client(district: District, root: Path) -> FlaskClient:
    district.hub.sticks = root
    people.set_password(district.hub, "000", PASSWORD)
    made = create_app(district.hub).test_client()
    fields = {"csrf": token(made, "/login"), "employee": "000", "password": PASSWORD}
    assert made.post("/login", data=fields).status_code == 303
    return made


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def press(client: FlaskClient, path: str = "/stick", **fields: str | list[str]) -> tuple[int, str]:
    answer = client.post(path, data={"csrf": token(client, "/stick"), **fields})
    return answer.status_code, answer.text


def ended(client: FlaskClient) -> str:
    """The page, once the stick may be pulled out or the work has failed."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        text = client.get("/stick/now").text
        if 'data-stick="done"' in text or 'data-stick="failed"' in text:
            return text
        time.sleep(0.05)
    raise TimeoutError


def sent(district: District) -> str:
    moth, clerk = district.units["moth"], actor("moth.da1")
    file = verbs.open_file(moth, clerk, subject="सड़क", section="moth.dev", language="hi")
    verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
    return file


def test_one_press_takes_in_and_hands_out(client: FlaskClient, district: District, root: Path) -> None:
    file = sent(district)
    take_out(district.units["moth"], Stick(root / "नीली"))
    page = client.get("/stick").text
    assert "1 थैला" in page
    assert press(client, stick="नीली", to="chirgaon")[0] == 303
    page = ended(client)
    assert "अब स्टिक निकाल सकते हैं" in page
    assert set(re.findall(r'<tr data-node="([a-z-]+)"', page)) == {"moth", "chirgaon"}
    assert bring_in(district.units["chirgaon"], Stick(root / "नीली")).deliveries == 1
    assert district.units["chirgaon"].db.value("SELECT phase FROM efile WHERE file=?", file) == "held"


def test_the_stick_can_go_round_all_offices(client: FlaskClient, root: Path) -> None:
    press(client, stick="नीली", to="*")
    ended(client)
    stick = Stick(root / "नीली")
    assert {bag.recipient for bag in stick.all_bags()} == {"moth", "chirgaon"}
    assert {bag.sender for bag in stick.all_bags()} == {HUB_CODE}


def test_only_offices_of_the_district_can_be_chosen(client: FlaskClient, root: Path) -> None:
    press(client, stick="नीली", to=["../..", "babina"])
    assert "कोई कार्यालय नहीं चुना गया" in ended(client)
    assert Stick(root / "नीली").all_bags() == []


def test_a_bad_bag_is_told_with_its_office(client: FlaskClient, root: Path) -> None:
    (root / "नीली" / FOLDER).mkdir()
    (root / "नीली" / FOLDER / f"moth--{HUB_CODE}--5.bag").write_bytes(b"not a bag")
    press(client, stick="नीली")
    page = ended(client)
    assert 'data-problem="bag.bad"' in page
    assert "इसका थैला अधूरा है" in page


def test_only_a_stick_that_is_there_can_be_chosen(client: FlaskClient) -> None:
    for path, name in product(("/stick", "/stick/out"), ("", "..", "red", "../sticks/नीली")):
        status, text = press(client, path, stick=name)
        assert status == 409
        assert 'data-problem="stick.gone"' in text


def test_every_page_tells_that_a_stick_is_in(client: FlaskClient, root: Path) -> None:
    assert "data-plugged" in client.get("/").text
    (root / "नीली").rmdir()
    assert "data-plugged" not in client.get("/").text


TOLD = [
    (Told("लाल", "fault", "stick.file_system", "ntfs"), "NTFS"),
    (Told("लाल", "fault", "stick.file_system", "btrfs"), "btrfs"),
    (Told("लाल", "fault", "stick.locked"), "पासवर्ड"),
    (Told("लाल", "fault", "stick.empty"), "FAT32"),
    (Told("लाल", "fault", "stick.partitions"), "भागों"),
    (Told("लाल", "fault", "stick.damaged"), "खराब"),
    (Told("लाल", "fault", "stick.unclean"), "विंडोज़"),
    (Told("लाल", "fault", "stick.permissions"), "मालिक"),
    (Told("लाल", "coming"), "खोली जा रही है"),
    (Told("लाल", "leaving"), "बन्द की जा रही है"),
    (Told("लाल", "out"), "निकाल सकते हैं"),
    (Told("नीली", "here", read_only=True), "लिखा नहीं जा सकता"),
    (Told("नीली", "here"), "केवल निकालें"),
]


def test_what_the_helper_tells_is_said_in_words(client: FlaskClient, root: Path) -> None:
    for told, words in TOLD:
        asking.tell(root, Telling((told,)), Owner(os.geteuid(), os.getegid()))
        page = client.get("/stick").text
        assert words in page, told
        assert f'data-state="{told.state}"' in page


def test_it_is_for_people_who_are_logged_in(district: District) -> None:
    stranger = create_app(district.hub).test_client()
    assert stranger.get("/stick").status_code == 303
    assert stranger.get("/stick/now").status_code == 401
    assert stranger.post("/stick", data={"stick": "नीली"}).status_code in (303, 403)
