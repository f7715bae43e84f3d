from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from provisioning.demo import paper
from provisioning.story.acts import NOTES, SUBJECT
from provisioning.story.stage import Stage, free_ports, staged
from tests.browser.screen import Windows
from tests.support.server import free_port

FLAGS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def mail_port() -> int:
    """Where the offices look for their mail server: nothing listens there until a test does."""
    return free_port()


@pytest.fixture(scope="package")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all of them look for sticks: none is in until a test plugs one in."""
    return tmp_path_factory.mktemp("sticks") / "sticks"


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory, mail_port: int, sticks: Path) -> Iterator[Stage]:
    """One demonstration for all browser tests; each plays with files of its own."""
    mail = {"SERVER": f"127.0.0.1:{mail_port}", "SECURITY": "none", "SENDER": "office@moth.example"}
    settings = {f"PATRAVALI_MAIL_{name}": value for name, value in mail.items()}
    settings["PATRAVALI_STICKS"] = str(sticks)
    with staged(free_ports(tmp_path_factory.mktemp("browser") / "data"), **settings) as running:
        yield running


@pytest.fixture
def windows(chromium: Browser, stage: Stage) -> Iterator[Windows]:
    """Windows in which nothing may go wrong: no request elsewhere, no error, nothing against the policy."""
    found = Windows(chromium, stage)
    yield found
    assert found.close() == []


@pytest.fixture(scope="package")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("letter") / "पत्र-जाँच.pdf"
    path.write_bytes(
        paper.letter(to="खण्ड विकास अधिकारी, मोंठ", subject=SUBJECT["hi"], paragraphs=NOTES["hi"][:1], by="ग्राम प्रधान")
    )
    return path
