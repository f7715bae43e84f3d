"""The hub's doors on a real line: real gunicorn, real requests."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

import pytest
import requests

from appliance.desk import reading, verbs
from appliance.desk.values import Stage
from appliance.link.carry import carry
from appliance.link.https import HttpsCarrier, InsecureAddress, LineDown, NotTheHub, check_address
from tests.support.district import District, actor, make_district
from tests.support.paper import pdf
from tests.support.server import Server, plain_server, serve_hub

PDF = pdf(filling=bytes(range(256)) * 800)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    made = make_district(tmp_path_factory.mktemp("doors"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(district: District) -> Iterator[Server]:
    with serve_hub(district.folder) as running:
        yield running


def test_a_file_and_its_paper_go_over_the_line(district: District, server: Server) -> None:
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    da = actor("moth.da1")
    file = verbs.open_file(moth, da, subject="सड़क", section="moth.dev", language="hi")
    verbs.attach(moth, da, file, name="a.pdf", media_type="application/pdf", stream=io.BytesIO(PDF))
    source = random.Random(1)
    for _ in range(4):
        verbs.save_yellow(moth, da, file, "".join(f"<p>{source.randbytes(24).hex()}</p>" for n in range(1000)), 0)
        verbs.confirm_note(moth, da, file)
    verbs.send(moth, da, file, to_post="chirgaon.head", how="up")
    for unit in (moth, chirgaon, chirgaon, moth):
        district.clock.ms += 1000
        carry(unit, HttpsCarrier(server.url, unit.incoming))
    assert reading.sent(moth, "moth.da1")[0].stage is Stage.DELIVERED
    page = reading.file_page(chirgaon, actor("chirgaon.head"), file)
    assert [paper.here for paper in page.papers] == [True]
    assert len(page.paragraphs) == 4_000
    assert b"".join(chirgaon.papers.open(bytes.fromhex(page.papers[0].sha256))) == PDF


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 400), (b"garbage", 400), (b"PV\x01U" + bytes(200), 400), (b"x" * 200_000, 413)],
)
def test_what_is_not_a_bundle_is_refused(server: Server, data: bytes, status: int) -> None:
    assert requests.post(f"{server.url}/exchange", data=data, timeout=10).status_code == status


def test_nobody_gets_papers_without_a_token(server: Server) -> None:
    for path in ("/papers/" + "0" * 64, "/exchange/down/" + "0" * 64):
        assert requests.get(server.url + path, timeout=10).status_code == 401
        again = requests.get(server.url + path, timeout=10, headers={"Authorization": "Bearer 00"})
        assert again.status_code == 401


def test_a_stranger_who_answers_is_not_the_hub(district: District) -> None:
    moth = district.units["moth"]
    with plain_server(b"<html>Please log in to the Wi-Fi</html>") as url, pytest.raises(NotTheHub):
        carry(moth, HttpsCarrier(url, moth.incoming))
    assert reading.line_state(moth).trouble == "captive"


def test_a_dead_line_keeps_the_right_to_withdraw(district: District) -> None:
    moth, da = district.units["moth"], actor("moth.da1")
    file = verbs.open_file(moth, da, subject="नाली", section="moth.dev", language="hi")
    verbs.send(moth, da, file, to_post="chirgaon.head", how="up")
    with pytest.raises(LineDown):
        carry(moth, HttpsCarrier("http://127.0.0.1:9", moth.incoming))
    assert "withdraw" in reading.file_page(moth, da, file).may


def test_plain_http_is_spoken_to_this_machine_only() -> None:
    check_address("https://district.example")
    check_address("http://127.0.0.1:8800")
    for url in ("http://10.1.2.3:8800", "http://district.example", "ftp://127.0.0.1", "http://127.0.0.1.example"):
        with pytest.raises(InsecureAddress):
            check_address(url)
