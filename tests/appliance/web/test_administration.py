"""The office administers itself: people, posts, charges, leave, the channel, passwords."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from appliance.desk import accounts, administration, people, verbs
from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol import events as ev
from tests.appliance.web.conftest import PASSWORD, Browser, TestClock
from tests.provisioning.authority.district import DAY

SLIP = re.compile(r"data-slip>([^<]+)<")
HEAD = Actor("E001", "moth.bdo", 1)
OWN = "तीन शब्द साथ-साथ"


def add_person(officer: Browser, code: str = "E9") -> None:
    officer.post("/office/people/new", code=code, name="नमूना नाम", phone="", language="hi")


def slip(officer: Browser, code: str = "E9") -> str:
    found = SLIP.search(officer.post("/office/people/slip", 200, employee=code).text)
    assert found
    return found.group(1)


def test_others_are_turned_away_everywhere(app: Flask, assistant: Browser) -> None:
    assert 'data-verb="administer"' not in assistant.get("/inbox").text
    adapter = app.url_map.bind("localhost")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/office"):
            continue
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "E001"))
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            data = {"csrf": assistant.token, "employee": "E001"} if method == "POST" else None
            assert assistant.client.open(path, method=method, data=data).status_code == 403, path
            tried += 1
    assert tried > 10


def test_a_person_a_charge_a_slip_and_he_is_at_work(app: Flask, officer: Browser) -> None:
    officer.post(
        "/office/posts/new",
        word="nazir",
        mark="NZR",
        name_hi="नाज़िर",
        name_en="Nazir",
        rank="6",
        superior="moth.bdo",
        section="moth.accounts",
    )
    add_person(officer)
    page = officer.get("/office/people/E9").text
    assert 'data-unconfirmed="employee"' in page
    officer.post("/office/people/slip", 409, employee="E9")  # no charge yet
    location = officer.post(
        "/office/charges/new", employee="E9", post="moth.nazir", since="01-01-2026", until="", back="E9"
    ).headers["Location"]
    assert location == "/office/people/E9"
    overview = officer.get("/office").text
    assert all(f'data-unconfirmed="{kind}"' in overview for kind in ("post", "charge", "employee"))
    first = slip(officer)
    assert first not in officer.get("/office/people/E9").text
    new = Browser(app)
    new.get("/login")
    new.post("/login", 303, employee="E9", password=first)
    assert new.client.get("/inbox").headers["Location"] == "/password"


def test_the_first_password_leads_to_a_password_of_ones_own_only(app: Flask, officer: Browser) -> None:
    add_person(officer)
    officer.post("/office/charges/end", 303, charge="2", last="20-09-2026")
    officer.post("/office/charges/new", employee="E9", post="moth.da", since="21-09-2026", until="")
    first = slip(officer)
    new = Browser(app)
    new.get("/login")
    new.post("/login", 303, employee="E9", password=first)
    for path in ("/inbox", "/files", "/files/new", "/office", "/waiting"):
        assert new.get(path, 303).headers["Location"] == "/password"
    assert new.post("/files/new", 303, subject="s").headers["Location"] == "/password"
    assert "/line?" not in new.get("/password").text, "its log-in ends with the first password: the page asks nothing"
    assert "/line?" in officer.get("/inbox").text
    for fields, code in (
        ({"new": "short", "again": "short"}, "password_short"),
        ({"new": "aaaaaaaa", "again": "aaaaaaaa"}, "password_plain"),
        ({"new": "Password12", "again": "Password12"}, "password_plain"),
        ({"new": first, "again": first}, "password_same"),
        ({"new": OWN, "again": OWN + "x"}, "password_differs"),
        ({"new": "अ" * 300, "again": "अ" * 300}, "password_long"),
        ({"old": "wrong", "new": OWN, "again": OWN}, "wrong_password"),
    ):
        page = new.post("/password", 422, **{"old": first, **fields}).text
        assert f'data-problem="{code}"' in page
        assert first not in page
        assert OWN not in page
    new.post("/password", 303, old=first, new=OWN, again=OWN)
    new.get("/inbox")
    Browser(app).log_in("E9", first, 403)
    Browser(app).log_in("E9", OWN)


def test_a_slip_is_over_after_a_week(app: Flask, officer: Browser, clock: TestClock) -> None:
    first = slip(officer, "E101")
    assert 'data-verb="make-slip"' in officer.get("/office/people/E101").text
    clock.ms += accounts.SLIP_MS + 1
    page = Browser(app).log_in("E101", first, 403).text
    assert 'data-problem="slip_over"' in page


def test_a_slip_ends_the_sessions_and_so_does_the_button(officer: Browser, assistant: Browser) -> None:
    assert 'data-sessions="1"' in officer.get("/office/people/E101").text
    officer.post("/office/people/sessions", employee="E101")
    assert assistant.client.get("/inbox").status_code == 303
    assistant.log_in("E101")
    slip(officer, "E101")
    assert assistant.client.get("/inbox").headers["Location"].startswith("/login")


def test_everyone_can_end_his_own_sessions(app: Flask, assistant: Browser) -> None:
    other = Browser(app)
    other.log_in("E101")
    assistant.get("/password")
    assistant.post("/password/sessions")
    assert other.client.get("/inbox").status_code == 303


def test_a_wrong_old_password_is_throttled(assistant: Browser) -> None:
    assistant.get("/password")
    for _ in range(5):
        assistant.post("/password", 422, old="wrong", new=OWN, again=OWN)
    assistant.post("/password", 429, old=PASSWORD, new=OWN, again=OWN)


HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE efile; --",
    "a/../b",
    "\x00",
    "{{ 7*7 }}",
    "अ" * 5000,
    "\u202eabc",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_refused_or_shown_as_text(officer: Browser, text: str) -> None:
    for path, fields in (
        ("/office/people/new", {"code": text, "name": "x"}),
        ("/office/posts/new", {"word": text, "mark": "X", "name_hi": "x", "name_en": "x", "rank": "7"}),
        ("/office/sections/new", {"word": text, "name_hi": "x", "name_en": "x"}),
        ("/office/charges/new", {"employee": text, "post": text, "since": text, "until": text}),
        ("/office/leave/new", {"employee": text, "post": text, "since": "1-1-2026", "until": "2-1-2026"}),
        ("/office/channel", {"post": text, "next": text}),
    ):
        page = officer.post(path, 422, **fields).text
        assert "<script>alert" not in page
        assert "data-problem=" in page
    officer.post("/office/people/new", 422 if len(text) > 400 or text == "\x00" else 303, code="H1", name=text)
    assert "<script>alert" not in officer.get("/office").text
    officer.post("/office/charges/end", 409, charge=text, last=text)
    officer.client.get(f"/office/people/{text}")


def test_an_aadhaar_number_is_never_kept(officer: Browser, unit: Unit) -> None:
    for name, value in (("code", "999941057058"), ("name", "नाम 9999 4105 7058"), ("phone", "9999 4105 7058")):
        page = officer.post("/office/people/new", 422, **{"code": "E9", "name": "x", "phone": "", name: value}).text
        assert 'data-problem="aadhaar"' in page
    assert unit.db.value("SELECT count(*) FROM event") == 0


def test_leave_and_link_officer(officer: Browser, assistant: Browser, file: str, unit: Unit) -> None:
    officer.post("/office/leave/new", 422, post="moth.bdo", employee="E001", since="23-09-2026", until="25-09-2026")
    officer.post("/office/leave/new", 422, post="moth.bdo", employee="E101", since="23-09-2026", until="")
    officer.post("/office/leave/new", post="moth.bdo", employee="E101", since="20-09-2026", until="25-10-2026")
    page = assistant.get(file).text
    assert "अवकाश पर" in page
    assert "देख रहे हैं" in page
    assistant.post(f"{file}/send", to_post="moth.bdo", how="up")
    assistant.post("/post", post="moth.bdo")
    assert "data-stands-in" in assistant.get("/inbox").text
    assistant.get(file)
    assert "data-link-officer" in assistant.get(f"{file}/movement").text
    (header,) = unit.db.row("SELECT header FROM event WHERE kind='receive'") or (b"",)
    charge = unit.directory().charge(ev.decode_header(bytes(header)).charge)
    assert charge is not None
    assert (charge.employee, charge.post, charge.kind) == ("E101", "moth.bdo", "link")
    assistant.get("/office")  # who stands in for the head administers too


def test_a_vacant_post_asks_before_sending(officer: Browser, assistant: Browser, file: str) -> None:
    officer.post("/office/posts/new", word="empty", mark="E", name_hi="रिक्त पद", name_en="Empty", rank="8")
    page = assistant.post(f"{file}/send", 422, to_post="moth.empty", how="down").text
    assert 'data-problem="post_vacant"' in page
    assistant.post(f"{file}/send", 303, to_post="moth.empty", how="down", vacant="moth.empty")


def test_the_channel_of_the_office(officer: Browser, assistant: Browser, file: str) -> None:
    assert '"up moth.bdo"' in assistant.get(file).text
    officer.post("/office/channel", post="moth.da", next="jhansi-hq.cdo")
    assert '"up jhansi-hq.cdo"' in assistant.get(file).text
    officer.post("/office/channel", 422, post="moth.bdo", next="moth.bdo")
    officer.post("/office/channel", post="moth.bdo", next="moth.da")
    officer.post("/office/channel", post="moth.da", next="-")
    officer.post("/office/channel", 422, post="moth.da", next="moth.bdo")
    officer.post("/office/channel", 422, post="chirgaon.bdo", next="moth.da")
    officer.post("/office/channel", post="moth.bdo", next="=")
    officer.post("/office/channel", post="moth.da", next="=")
    assert '"up moth.bdo"' in assistant.get(file).text


def test_the_heads_place_is_the_heads_to_give(officer: Browser, assistant: Browser, unit: Unit) -> None:
    officer.post("/office/posts/new", word="admin", mark="ADM", name_hi="प्रशासक", name_en="Administrator", rank="9")
    officer.post("/office/charges/new", employee="E101", post="moth.admin", since="01-01-2026", until="")
    assistant.post("/post", post="moth.admin")
    assistant.get("/office")
    page = assistant.post(
        "/office/leave/new", 422, post="moth.bdo", employee="E101", since="23-09-2026", until="24-09-2026"
    ).text
    assert 'data-problem="head_only"' in page
    assistant.post("/office/charges/end", 409, charge="1", last="24-09-2026")
    assistant.post("/office/people/slip", 409, employee="E001")
    assistant.post("/office/people/sessions", 409, employee="E001")
    with pytest.raises(Refused, match="head_only"):
        accounts.make_slip(unit, Actor("E101", "moth.admin", 9), "E001")
    officer.post("/office/charges/end", charge="1", last="24-09-2026")


def test_one_does_not_end_the_charge_one_works_under_at_once(officer: Browser) -> None:
    page = officer.post("/office/charges/end", 409, charge="1", last="01-02-2026").text
    assert 'data-problem="own_charge"' in page


def test_a_stopped_office_proposes_nothing(officer: Browser, unit: Unit) -> None:
    unit.db.run("UPDATE node SET mode='stopped'")
    page = officer.post("/office/people/new", 422, code="E9", name="x").text
    assert 'data-problem="stopped"' in page


def test_proposals_stand_in_no_list(officer: Browser, unit: Unit) -> None:
    add_person(officer)
    assert "E9" not in officer.get("/inbox").text
    assert unit.db.value("SELECT count(*) FROM efile WHERE sort='proposal'") == 1
    (file,) = unit.db.row("SELECT file FROM efile WHERE sort='proposal'") or ("",)
    with pytest.raises(Refused):
        verbs.send(unit, HEAD, file, to_post="moth.da", how="down")


def test_the_clock_of_a_day(unit: Unit, clock: TestClock) -> None:
    """A leave that is over no longer opens the post."""
    day = today(unit)
    administration.add_leave(unit, HEAD, post="moth.bdo", link="E101", from_date=day, to_date=day + timedelta(days=1))
    token = people.log_in(unit, "E101", PASSWORD, "")
    info = people.session(unit, token)
    assert info is not None
    assert "moth.bdo" in info.posts
    clock.ms += 2 * DAY * 1000
    info = people.session(unit, people.log_in(unit, "E101", PASSWORD, ""))
    assert info is not None
    assert "moth.bdo" not in info.posts
