"""The way to the hub: TLS that cannot be pretended, and a real proxy in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.link.carry import carry
from appliance.link.https import HttpsCarrier, LineDown
from appliance.link.way import Way, knock
from tests.support.district import District, actor
from tests.support.proxy import proxy
from tests.support.server import Server, free_port, serve_hub
from tests.support.tls import make_certificate

CLERK = actor("moth.da1")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@pytest.fixture
def hub(district: District, certificate: Path) -> Iterator[Server]:
    with serve_hub(district.folder, tls=certificate) as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxy_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def queue_one(district: District) -> str:
    moth = district.units["moth"]
    file = verbs.open_file(moth, CLERK, subject="s", section="moth.dev", language="en")
    verbs.send(moth, CLERK, file, to_post="chirgaon.head", how="up")
    return file


def carried(district: District, url: str, way: Way) -> str:
    """Whether a new hand-over has gone after one try, and what the line bar says of the trouble."""
    moth = district.units["moth"]
    file = queue_one(district)
    with suppress(LineDown):
        carry(moth, HttpsCarrier(url, moth.incoming, way))
    state = reading.line_state(moth)
    queued = reading.file_page(moth, CLERK, file).state == "queued"
    return f"{'queued' if queued else 'lost' if state.waiting_movements else 'gone'} {state.trouble}".strip()


def test_a_certificate_that_nobody_vouches_for_stops_everything_before_a_release(
    district: District, hub: Server, certificate: Path, tmp_path: Path
) -> None:
    assert carried(district, hub.url, Way()) == "queued certificate"
    other = make_certificate(tmp_path, name="portal")
    assert carried(district, hub.url, Way(ca=str(other))) == "queued certificate"
    assert carried(district, hub.url, Way(ca=str(certificate))) == "gone"


def test_the_proxy_of_the_settings_is_used(district: District, hub: Server, certificate: Path, tmp_path: Path) -> None:
    with proxy(tmp_path) as address:
        way = Way(f"http://{address}", str(certificate))
        assert carried(district, hub.url, way) == "gone"
        assert knock(hub.url, way)
    assert "CONNECT" in (tmp_path / "proxy.log").read_text()
    assert carried(district, hub.url, way) == "queued proxy"
    assert not knock(hub.url, way)


def test_a_proxy_that_asks_who_it_is(district: District, hub: Server, certificate: Path, tmp_path: Path) -> None:
    with proxy(tmp_path, login="BasicAuth moth secret") as address:
        unknown = Way(f"http://{address}", str(certificate))
        assert carried(district, hub.url, unknown) == "queued proxy"
        assert not knock(hub.url, unknown)
        known = Way(f"http://moth:secret@{address}", str(certificate))
        assert knock(hub.url, known)
        assert carried(district, hub.url, known) == "gone"


def test_a_proxy_that_cannot_go_on_is_no_line(district: District, tmp_path: Path) -> None:
    with proxy(tmp_path) as address:
        nobody = f"https://127.0.0.1:{free_port()}"
        assert not knock(nobody, Way(f"http://{address}"))
        assert carried(district, nobody, Way(f"http://{address}")) == "queued proxy"


def test_the_environment_counts_where_no_setting_does(
    district: District, hub: Server, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy(tmp_path) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        assert carried(district, hub.url, Way("", str(certificate))) == "gone"
    dead = Way("", str(certificate))
    assert carried(district, hub.url, dead) == "queued proxy"
    assert carried(district, hub.url, Way("none", str(certificate))) == "gone"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert carried(district, hub.url, dead) == "gone"
