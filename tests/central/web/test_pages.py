from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Response
from flask.testing import FlaskClient

from central import people
from central.hub.unit import HubUnit
from central.web import create_app
from commons.clock import Clock
from tests.provisioning.authority import district

PASSWORD = "जिला-123"


class TestClock(Clock):
    __test__ = False

    def now_ms(self) -> int:
        return district.NOW * 1000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubUnit]:
    authority = district.district(tmp_path / "authority")
    folder = tmp_path / "hub"
    folder.mkdir()
    hub = HubUnit(folder, "jhansi-hub", district.HUB_KEYS, b"h" * 32, district.store(authority), clock=TestClock())
    hub.publish(authority.sign_directory(district.people()))
    people.set_password(hub, "E001", PASSWORD)
    yield hub
    hub.db.close()


@pytest.fixture
def client(hub: HubUnit) -> FlaskClient:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)

    @inner.post("/exchange")
    def exchange() -> Response:
        return Response(b"taken", mimetype="application/x-patravali")

    outer.register_blueprint(inner)
    return create_app(hub, [outer]).test_client()


def log_in(client: FlaskClient, password: str = PASSWORD) -> int:
    found = re.search(r'name="csrf" content="([^"]+)"', client.get("/login").text)
    assert found
    fields = {"csrf": found.group(1), "employee": "E001", "password": password}
    return client.post("/login", data=fields).status_code


def test_an_answer_to_a_node_carries_no_header_that_a_browser_needs(client: FlaskClient) -> None:
    answer = client.post("/exchange", data=b"bundle")
    assert answer.status_code == 200
    assert set(answer.headers.keys()) == {"Content-Type", "Content-Length"}


@pytest.mark.parametrize("path", ["/", "/files", "/aside"])
def test_pages_are_for_people_who_are_logged_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    assert log_in(client, "no") == 403
    assert client.get(path).status_code == 303
    assert log_in(client) == 303
    assert client.get(path).status_code == 200


def test_every_office_has_its_row_before_its_first_exchange(client: FlaskClient) -> None:
    log_in(client)
    page = client.get("/").text
    for node, name in (("moth", "खण्ड विकास कार्यालय मोंठ"), ("chirgaon", "खण्ड विकास कार्यालय चिरगाँव")):
        assert f'data-node="{node}" data-tone="wait"' in page
        assert name in page
    assert "कभी नहीं जुड़ा" in page
    assert "data-node" not in client.get("/?which=bad").text


def test_empty_lists_say_what_that_means(client: FlaskClient) -> None:
    log_in(client)
    assert "pv-empty" in client.get("/files?q=x").text
    assert "pv-empty" in client.get("/aside").text


def test_the_language_can_be_switched(client: FlaskClient) -> None:
    assert "Log in at the district server, Jhansi" in client.get("/login?lang=en").text
    log_in(client)
    found = re.search(r'name="csrf" content="([^"]+)"', client.get("/").text)
    assert found
    client.post("/language", data={"csrf": found.group(1), "language": "en", "back": "/"})
    assert "State of the offices" in client.get("/").text


def test_other_nodes_reach_their_addresses_without_log_in_or_form_token(client: FlaskClient) -> None:
    assert client.post("/exchange", data=b"x").text == "taken"
    assert client.post("/login", data={"employee": "E001", "password": PASSWORD}).status_code == 403
