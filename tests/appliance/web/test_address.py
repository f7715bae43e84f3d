"""The page of the office's address, and the words about a second bearer of its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from appliance.discovery.kept import FILE, keep
from appliance.discovery.values import Presence, Seen, Sighting
from appliance.store.unit import Unit
from appliance.web.address import reach, url
from tests.appliance.web.conftest import Browser, TestClock

KEY, OTHER_KEY = "ab" * 32, "cd" * 32


@pytest.fixture
def announced(unit: Unit, clock: TestClock) -> Callable[..., None]:
    """Keeps what the discovery process would: two networks, and these others."""

    def put(*others: Seen, here: bool = True, trouble: str = "", port: int = 443) -> None:
        addresses = () if trouble else ("10.77.0.2", "192.168.4.2", "fd00::2", "fe80::2")
        seen = tuple(Sighting(one, clock.ms - 60_000, clock.ms - 1000, here) for one in others)
        keep(unit.folder, Presence("moth", "block-moth.local", port, KEY, addresses, trouble, clock.ms, seen))

    return put


def of(key: str, name: str = "other") -> Seen:
    return Seen(name, "moth", "0.1.0", key, 443, ("10.77.0.3",))


def words(browser: Browser, path: str = "/address") -> str:
    return unescape(re.sub(r"<[^>]+>", " ", browser.get(path).text))


def test_the_page_says_name_and_address_and_draws_it(assistant: Browser, announced: Callable[..., None]) -> None:
    announced()
    page = assistant.get("/address").text
    assert "data-office-name>https://block-moth.local/<" in page
    assert "data-office-address>https://10.77.0.2/<" in page
    assert page.count("<svg") == 1
    assert "https://192.168.4.2/" in page
    assert "https://[fd00::2]/" in page
    assert "fe80" not in page
    assert "data-office-address>https://192.168.4.2/<" in assistant.get("/address?at=https://192.168.4.2/").text


def test_no_foreign_address_is_ever_drawn(assistant: Browser, announced: Callable[..., None]) -> None:
    announced()
    page = assistant.get("/address?at=https://evil.example/").text
    assert "evil" not in page.partition("<main")[2]
    assert "data-office-address>https://10.77.0.2/<" in page


def test_another_port_is_part_of_the_address(assistant: Browser, announced: Callable[..., None]) -> None:
    announced(port=8443)
    assert "data-office-address>https://10.77.0.2:8443/<" in assistant.get("/address").text
    assert url("fd00::2", 8443) == "https://[fd00::2]:8443/"


@pytest.mark.parametrize(("trouble", "said"), [("no_network", "किसी नेटवर्क में नहीं"), ("unannounced", "नाम नहीं बता रहा")])
def test_without_an_address_it_says_why(
    assistant: Browser, announced: Callable[..., None], trouble: str, said: str
) -> None:
    announced(trouble=trouble)
    assert said in words(assistant)


def test_an_office_that_was_never_announced_gives_the_address_of_the_page(app: Flask, assistant: Browser) -> None:
    assert "नाम नहीं बता रहा" in words(assistant)
    with app.test_request_context("/address", base_url="https://10.0.0.5:8443"):
        assert reach().addresses == ["https://10.0.0.5:8443/"]


@pytest.mark.parametrize(
    ("other", "said"), [(of(KEY), "नकल"), (of(OTHER_KEY), "दूसरी मशीन"), (of("", "block-moth.local"), "कोई उपकरण")]
)
def test_the_administrator_is_told_of_a_second_bearer_on_every_page(
    officer: Browser, assistant: Browser, announced: Callable[..., None], other: Seen, said: str
) -> None:
    assert "data-doubles" not in officer.get("/inbox").text
    announced(other)
    for path in ("/inbox", "/waiting", "/line?since=0"):
        assert "data-doubles" in officer.get(path).text
        assert "data-doubles" not in assistant.get(path).text
    for path in ("/office", "/address"):
        assert said in words(officer, path)
        assert "10.77.0.3" in words(officer, path)
    announced(other, here=False)
    assert "data-doubles" not in officer.get("/inbox").text
    assert "अंतिम बार दिखी" in words(officer)


def test_a_file_that_is_not_ours_breaks_no_page(officer: Browser, unit: Unit) -> None:
    (unit.folder / FILE).write_bytes(b"\x00" * 50)
    for path in ("/inbox", "/office", "/address"):
        officer.get(path)
