"""The district's page of the post by stick."""

from __future__ import annotations

import re
import time
from itertools import product
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.desk import verbs
from appliance.link.stick import bring_in, take_out
from central import people
from central.hub.stick_work import DistrictSticks
from central.web import create_app
from commons.stick import FOLDER, Stick
from commons.stick.looking import Patience
from commons.web.sticks import keep_work
from tests.support.district import HUB_CODE, District, actor
from tests.support.sticks import BLUE, check_told_in_words, folder_of_sticks, met_district, page_ended, stalled_sticks
from tests.support.waiting import until

__all__ = ["folder_of_sticks", "met_district", "stalled_sticks"]

NO_WAIT_SECONDS = 5.0
PASSWORD = "जिला-123"


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
    return page_ended(lambda: client.get("/stick/now").text)


def sent(district: District) -> str:
    moth, clerk = district.units["moth"], actor("moth.da1")
    file = verbs.open_file(moth, clerk, subject="सड़क", section="moth.dev", language="hi")
    verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
    return file


def test_one_press_takes_in_and_hands_out(client: FlaskClient, district: District, root: Path) -> None:
    file = sent(district)
    take_out(district.units["moth"], Stick(root / BLUE))
    page = client.get("/stick").text
    assert "1 थैला" in page
    assert press(client, stick=BLUE, to="chirgaon")[0] == 303
    page = ended(client)
    assert "अब स्टिक निकाल सकते हैं" in page
    assert set(re.findall(r'<tr data-node="([a-z-]+)"', page)) == {"moth", "chirgaon"}
    assert bring_in(district.units["chirgaon"], Stick(root / BLUE)).deliveries == 1
    assert district.units["chirgaon"].db.value("SELECT phase FROM efile WHERE file=?", file) == "held"


def test_the_stick_can_go_round_all_offices(client: FlaskClient, root: Path) -> None:
    press(client, stick=BLUE, to="*")
    ended(client)
    stick = Stick(root / BLUE)
    assert {bag.recipient for bag in stick.all_bags()} == {"moth", "chirgaon"}
    assert {bag.sender for bag in stick.all_bags()} == {HUB_CODE}


def test_only_offices_of_the_district_can_be_chosen(client: FlaskClient, root: Path) -> None:
    press(client, stick=BLUE, to=["../..", "babina"])
    assert "कोई कार्यालय नहीं चुना गया" in ended(client)
    assert Stick(root / BLUE).all_bags() == []


def test_a_bad_bag_is_told_with_its_office(client: FlaskClient, root: Path) -> None:
    (root / BLUE / FOLDER).mkdir()
    (root / BLUE / FOLDER / f"moth--{HUB_CODE}--5.bag").write_bytes(b"not a bag")
    press(client, stick=BLUE)
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
    (root / BLUE).rmdir()
    assert "data-plugged" not in client.get("/").text


def test_what_the_helper_tells_is_said_in_words(client: FlaskClient, root: Path) -> None:
    check_told_in_words(root, lambda: client.get("/stick").text)


def test_it_is_for_people_who_are_logged_in(district: District) -> None:
    stranger = create_app(district.hub).test_client()
    assert stranger.get("/stick").status_code == 303
    assert stranger.get("/stick/now").status_code == 401
    assert stranger.post("/stick", data={"stick": BLUE}).status_code in (303, 403)


def test_a_stick_that_never_answers_holds_up_no_page(client: FlaskClient, district: District, stalled: Path) -> None:
    """From the first look to the press, and after it: another stick can be begun with."""
    (stalled / "हरी").mkdir()
    district.hub.sticks = stalled
    work = DistrictSticks(district.hub, Patience(wait_seconds=0.2, look_seconds=0.6, work_seconds=0.6))
    keep_work(client.application, work)
    begun = time.monotonic()
    assert 'data-state="coming"' in client.get("/stick").text
    assert press(client, stick=BLUE)[0] == 303
    assert time.monotonic() - begun < NO_WAIT_SECONDS
    until(lambda: 'data-stick="stalls"' in client.get("/stick/now").text)
    assert "स्टिक उत्तर नहीं दे रही" in client.get("/stick").text
    assert press(client, stick="हरी", to="*")[0] == 303
    assert "हरी: अब स्टिक निकाल सकते हैं" in ended(client)
    assert 'data-problem="stick.stalls"' in client.get("/stick").text
