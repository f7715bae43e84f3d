from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from appliance.desk import people
from appliance.store.unit import Settings, Unit
from appliance.web import create_app
from commons.clock import Clock
from protocol.directory import Charge, Employee
from tests.provisioning.authority import district

TOKEN = re.compile(r'name="csrf" content="([^"]+)"')
PASSWORD = "सुरक्षित-123"
ASSISTANT, OFFICER = "E101", "E001"


class TestClock(Clock):
    __test__ = False

    def __init__(self) -> None:
        self.ms = district.NOW * 1000

    def now_ms(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def unit(tmp_path: Path, clock: TestClock) -> Iterator[Unit]:
    authority = district.district(tmp_path / "authority")
    made_up = district.people()
    directory = replace(
        made_up,
        employees=(*made_up.employees, Employee(ASSISTANT, "उदाहरण देवी", "hi", "+91 98000 00001")),
        charges=(
            Charge(1, OFFICER, "moth.bdo", date(2026, 1, 1)),
            Charge(2, ASSISTANT, "moth.da", date(2026, 1, 1)),
            Charge(3, OFFICER, "moth.da", date(2026, 1, 1), None, "link"),
            Charge(4, "E002", "chirgaon.bdo", date(2026, 1, 1)),
        ),
    )
    folder = tmp_path / "moth"
    folder.mkdir()
    settings = Settings(node="moth", hub="jhansi-hub")
    unit = Unit(folder, settings, district.MOTH, b"k" * 32, district.store(authority), clock=clock)
    unit.take_directory(authority.sign_directory(directory))
    for employee in (ASSISTANT, OFFICER):
        people.set_password(unit, employee, PASSWORD)
    yield unit
    unit.db.close()


@pytest.fixture
def app(unit: Unit) -> Flask:
    return create_app(unit)


class Browser:
    """A browser without scripts: follows forms by their fields, and keeps cookies."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = ""

    def get(self, path: str, status: int = 200) -> TestResponse:
        return self._took(self.client.get(path), status)

    def post(self, path: str, status: int = 303, **fields: object) -> TestResponse:
        answer = self.client.post(path, data={"csrf": self.token, **fields}, content_type="multipart/form-data")
        return self._took(answer, status)

    def log_in(self, employee: str, password: str = PASSWORD, status: int = 303, **fields: object) -> TestResponse:
        self.get("/login")
        answer = self.post("/login", status, employee=employee, password=password, **fields)
        if status == 303:
            self.get("/inbox")
        return answer

    def _took(self, answer: TestResponse, status: int) -> TestResponse:
        assert answer.status_code == status, answer.text[:2000]
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found.group(1) if found else self.token
        return answer


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def assistant(app: Flask) -> Browser:
    browser = Browser(app)
    browser.log_in(ASSISTANT)
    return browser


@pytest.fixture
def officer(app: Flask) -> Browser:
    browser = Browser(app)
    browser.log_in(OFFICER)
    return browser


@pytest.fixture
def file(assistant: Browser) -> str:
    """Path of a file that the assistant has just opened."""
    answer = assistant.post("/files/new", subject="ग्राम पंचायत की जाँच", section="moth.accounts", priority="2")
    path = answer.headers["Location"]
    assistant.get(path)
    return str(path)
