"""The practice office: made, put back, healed after a crash, and never in contact with anybody."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from werkzeug.test import Client

from appliance import config
from appliance.desk import people, reading, receipts
from appliance.desk.values import Actor
from appliance.practice import district, room
from appliance.practice.values import Progress
from appliance.store.check import check_unit
from appliance.store.unit import Unit
from appliance.web.practice_app import PracticeApp
from commons.folder import BadFolder, held
from commons.typeset.press import mark_all
from protocol.errors import PeerError
from tests.support.pdf import text_of

TOKEN = re.compile(r'name="csrf" content="([^"]+)"')


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice") / "abhyas"
    room.heal(folder)
    return folder


@pytest.fixture
def unit(root: Path) -> Iterator[Unit]:
    unit = config.open_unit(room.folder_of(root, room.current(root)), room.NO_LINE)
    yield unit
    unit.db.close()


def actor(word: str) -> Actor:
    employee, charge = district.holders()[district.post_of(word)]
    return Actor(employee, district.post_of(word), charge)


def test_the_sample_has_something_in_every_state(unit: Unit) -> None:
    states = {(row[0], row[1], row[2]) for row in unit.db.rows("SELECT sort, phase, standing FROM efile")}
    assert {
        ("file", "held", "tray"), ("file", "held", "desk"), ("file", "held", "parked"), ("file", "held", "closed"),
        ("file", "queued", "on_the_way"), ("receipt", "held", "desk"), ("opinion", "held", "tray"),
    } <= states, states  # fmt: skip
    assert len(reading.inbox(unit, district.post_of("acct"), which="overdue")) == 1
    assert [row.unread for row in reading.inbox(unit, district.post_of("bdo"))].count(True) >= 2
    assert unit.db.value("SELECT count(*) FROM yellow") == 1


def test_its_journal_is_sound(unit: Unit) -> None:
    assert check_unit(unit, quick=True) == []


def test_the_office_works_on_today(unit: Unit) -> None:
    """The played clock stands before the real one, so nothing in the sample lies in the future."""
    assert receipts.is_clock_trusted(unit)
    assert (unit.db.value("SELECT hlc FROM node") >> 16) <= unit.clock.now_ms()


def test_every_role_can_enter(unit: Unit) -> None:
    for role in district.roles():
        info = people.session(unit, people.log_in(unit, role.employee, district.PASSWORD, "here"))
        assert info is not None
        assert info.post == role.post


def test_no_environment_gives_it_a_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its queue runs beside a hub that listens; nobody ever knocks there."""
    with socket.create_server(("127.0.0.1", 0)) as hub:
        url = f"http://127.0.0.1:{hub.getsockname()[1]}"
        monkeypatch.setenv("PATRAVALI_HUB_URL", url)
        assert config.open_unit(room.folder_of(root, 1)).settings.hub_url == url
        monkeypatch.setenv("PATRAVALI_MAIL_SERVER", f"127.0.0.1:{hub.getsockname()[1]}")
        monkeypatch.setenv("PATRAVALI_MAIL_SENDER", "office@example.invalid")
        closed = config.open_unit(room.folder_of(root, 1), room.NO_LINE).settings
        assert (closed.hub_url, closed.mail) == ("", None)
        queue = subprocess.Popen([sys.executable, "-m", "appliance.cli", "practice-queue", "--data", str(root)])
        try:
            hub.settimeout(6)
            with pytest.raises(TimeoutError):
                hub.accept()
            assert queue.poll() is None
        finally:
            queue.terminate()
            assert queue.wait(20) == 0


def test_no_two_practice_offices_believe_each_other(unit: Unit) -> None:
    other = district.found(int(time.time()))
    with pytest.raises(PeerError):
        unit.take_directory(district.signed_directory(other, unit.keys, int(time.time())))
    assert unit.directory_version() == 1


def test_a_reset_makes_a_whole_new_node(tmp_path: Path) -> None:
    folder, told = tmp_path / "p", list[Progress]()
    assert room.make(folder, told.append) == 1
    assert told[0].step == "keys"
    assert told[-1] == Progress("ready", room.STEPS, room.STEPS)
    first = (room.folder_of(folder, 1) / "keys" / "root.der").read_bytes()
    with closing(config.open_unit(room.folder_of(folder, 1), room.NO_LINE).db):
        assert room.make(folder) == 2
    assert (room.folder_of(folder, 2) / "keys" / "root.der").read_bytes() != first
    assert room.make(folder) == 3
    assert room.heal(folder) == 3
    assert not room.folder_of(folder, 1).exists()


def test_what_a_killed_reset_left_behind_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    room.make(folder)
    command = [sys.executable, "-m", "appliance.cli", "practice", "--reset", "--data", str(folder)]
    maker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (folder / "2.making" / "patravali.db").exists():
        assert time.monotonic() < until
        assert maker.poll() is None
        os.sched_yield()
    maker.send_signal(signal.SIGKILL)
    maker.wait()
    assert (folder / "2.making").exists()
    assert room.heal(folder) == 1
    assert sorted(place.name for place in folder.iterdir() if place.is_dir()) == ["1"]
    with closing(config.open_unit(room.folder_of(folder, 1), room.NO_LINE, check=True).db):
        pass


def test_a_node_that_was_made_but_not_yet_named_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    room.make(folder)
    room.folder_of(folder, 2).mkdir()
    assert room.heal(folder) == 1
    assert not room.folder_of(folder, 2).exists()


def test_two_resets_at_once_are_one(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    room.prepare(folder)
    with held(folder, room.MAKING_LOCK), pytest.raises(BadFolder, match=r"in_use"):
        room.make(folder)


def test_a_real_office_is_never_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('node = "moth"\n')
    (tmp_path / "patravali.db").write_bytes(b"real")
    with pytest.raises(room.NotPractice):
        room.heal(tmp_path)
    (tmp_path / "config.toml").unlink()
    with pytest.raises(room.NotPractice):
        room.make(tmp_path)
    assert (tmp_path / "patravali.db").read_bytes() == b"real"


class Visitor:
    """A browser without scripts."""

    def __init__(self, app: PracticeApp) -> None:
        self.client = Client(app)
        self.token = ""

    def get(self, path: str) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        found = TOKEN.search(answer.text)
        self.token = found.group(1) if found else self.token
        return answer.text

    def post(self, path: str, status: int = 303, **fields: str) -> str:
        answer = self.client.post(path, data={"csrf": self.token, **fields})
        assert answer.status_code == status, answer.text
        return answer.headers.get("Location", "") or answer.text


@pytest.fixture
def app(tmp_path: Path) -> Iterator[PracticeApp]:
    room.make(tmp_path / "p")
    yield PracticeApp(room.Room(tmp_path / "p"))
    mark_all("")


def test_a_role_is_one_click_and_a_reset_goes_on_to_a_new_sample(app: PracticeApp) -> None:
    one, other = Visitor(app), Visitor(app)
    for visitor, employee in ((one, "A1"), (other, "A5")):
        assert 'name="password"' not in visitor.get("/login")
        visitor.post("/practice/enter", employee=employee)
        assert "data-practice" in visitor.get("/inbox")
    assert "data-practice" in other.client.get("/no-such-page").text
    assert "data-practice" in other.get("/help/receipts")
    one.get("/practice/reset")
    assert one.post("/practice/reset") == "/practice/progress"
    until = time.monotonic() + 60
    while (answer := one.client.get("/practice/progress")).status_code == 200:
        assert answer.headers["Refresh"] == "1"
        assert "data-step" in answer.text
        assert other.client.get("/inbox").status_code == 200 or time.monotonic() < until
    assert answer.headers["Location"] == "/login"
    assert "data-role" in other.get("/inbox")
    other.post("/practice/enter", employee="A5")
    assert "data-list" in other.get("/inbox")


def test_a_role_that_there_is_not(app: PracticeApp) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    assert 'data-problem="no_such_role"' in visitor.post("/practice/enter", 422, employee="1005")


def test_what_it_prints_says_that_it_is_practice(app: PracticeApp) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    visitor.post("/practice/enter", employee="A1")
    file = re.search(r'data-file="([^"]+)"', visitor.get("/closed") + visitor.get("/parked"))
    assert file is not None
    answer = visitor.client.get(f"/files/{file.group(1)}/notesheet.pdf")
    assert answer.mimetype == "application/pdf"
    assert "PRACTICE" in text_of(answer.data)


def test_the_command_serves_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "appliance.cli", "practice", "--data", str(tmp_path / "p")]
    served = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            assert time.monotonic() < until
            try:
                assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json()["node"] == district.OFFICE
                break
            except requests.ConnectionError:
                assert served.poll() is None
    finally:
        served.terminate()
        assert served.wait(20) == 0
