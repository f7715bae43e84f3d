"""What the district shows of papers that are still on their way, over a real line that breaks."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.link.carry import carry
from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier, LineDown
from central import people
from central.hub.arriving import SHOWN_FILES, arriving
from central.web import create_app
from tests.benchmarks.relay import Relay
from tests.support.district import District, actor, make_district
from tests.support.line import DirectLine
from tests.support.paper import pdf
from tests.support.server import serve_hub
from tests.support.waiting import becomes

DA = actor("moth.da1")
SCAN = pdf(filling=random.Random(7).randbytes(300_000))


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path)
    yield made
    made.close()


def test_a_paper_that_was_cut_is_shown_with_how_far_it_came(district: District) -> None:
    moth, hub = district.units["moth"], district.hub
    file = verbs.open_file(moth, DA, subject="तालाब", section="moth.dev", language="hi")
    verbs.attach(moth, DA, file, name="s.pdf", media_type="application/pdf", stream=io.BytesIO(SCAN))
    with serve_hub(district.folder) as server, Relay(int(server.url.rpartition(":")[2])) as relay:
        relay.cut_at(120_000)
        with pytest.raises(LineDown):
            carry(moth, HttpsCarrier(relay.url, moth.incoming))
        district.clock.ms = int(time.time() * 1000) + 10_000

        def has_come() -> bool:
            found = arriving(hub, graded=True)
            return bool(found) and bool(found[0].rows) and found[0].rows[0].crossed >= 90_000

        assert becomes(has_come), arriving(hub, graded=True)
        (office,) = arriving(hub, graded=True)
        (paper,) = office.rows
        assert (office.node, office.count, paper.subject) == ("moth", 1, "तालाब")
        assert 90_000 <= paper.crossed < 120_000
        assert paper.crossing == paper.size == len(SCAN)
        assert office.left_bytes == len(SCAN) - paper.crossed
        assert office.seconds is not None
        assert office.seconds > 0
        page = page_of(district)
        assert f'data-percent="{paper.percent}"' in page
        assert 25 < paper.percent < 45
        relay.mend()
        carry(moth, HttpsCarrier(relay.url, moth.incoming))
    assert arriving(hub, graded=True) == []
    assert "data-percent" not in page_of(district)


def test_a_paper_that_has_not_begun_is_counted_and_nobody_says_how_long(district: District) -> None:
    moth = district.units["moth"]
    file = verbs.open_file(moth, DA, subject="s", section="moth.dev", language="en")
    verbs.attach(moth, DA, file, name="s.pdf", media_type="application/pdf", stream=io.BytesIO(SCAN))
    converse(moth, DirectLine(district.hub, "moth"))
    (office,) = arriving(district.hub, graded=True)
    assert (office.node, office.count, office.left_bytes, office.rows) == ("moth", 1, len(SCAN), [])
    assert office.seconds is None
    assert [(one.subject, one.count, one.size) for one in office.waiting] == [("s", 1, len(SCAN))]
    page = page_of(district)
    assert 'data-waits="1"' in page
    assert "data-percent" not in page


def test_an_office_with_very_many_files_is_told_in_a_bounded_page(district: District) -> None:
    hub = district.hub
    with hub.db.writing():
        for number in range(SHOWN_FILES + 5):
            sha256 = number.to_bytes(32, "big")
            hub.db.run(
                "INSERT INTO paper (sha256, size, here, at_ms, node) VALUES (?,?,0,1,'moth')", sha256, 10 + number
            )
            hub.db.run("INSERT INTO paper_use (sha256, file) VALUES (?,?)", sha256, f"moth.1.{number}")
    (office,) = arriving(hub, graded=True)
    assert [one.size for one in office.waiting] == list(range(10, 10 + SHOWN_FILES))
    assert (office.count, office.others) == (SHOWN_FILES + 5, 5)


def page_of(district: District) -> str:
    """The district's page as someone who is logged in sees it."""
    hub = district.hub
    employee = DA.employee
    people.set_password(hub, employee, "जिला-1234")
    client = create_app(hub).test_client()
    page = client.get("/login").text
    csrf = page.partition('name="csrf" content="')[2].partition('"')[0]
    assert client.post("/login", data={"csrf": csrf, "employee": employee, "password": "जिला-1234"}).status_code == 303
    answer = client.get("/papers")
    assert answer.status_code == 200
    return answer.text
