"""`serve` of both programs as processes: they answer, stop at SIGTERM, and refuse what they must."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import appliance.config
import central.config
from provisioning import cli
from provisioning.authority import Authority
from provisioning.demo import content
from provisioning.demo.district import directory
from tests.support.server import free_port
from tests.support.waiting import becomes

NOW = 1_790_000_000


@pytest.fixture
def district(tmp_path: Path) -> Path:
    """A hub and an office, certified and with the directory."""
    authority = Authority.create(tmp_path / "authority", content.DISTRICT_CODE, NOW)
    root = authority.root.der
    keys = central.config.make(tmp_path / "hub", central.config.Config(node=content.HUB_NODE), root)
    authority.issue(keys.request(content.HUB_NODE), "hub", [], NOW)
    for node in ("moth", "chirgaon", "jhansi-hq"):
        config = appliance.config.Config(node=node, hub=content.HUB_NODE, announce=False)
        authority.issue(appliance.config.make(tmp_path / node, config, root).request(node), "appliance", [node], NOW)
    signed = authority.sign_directory(directory(NOW))
    (tmp_path / "directory").write_bytes(signed)
    unit = appliance.config.open_unit(tmp_path / "moth")
    unit.take_directory(signed)
    unit.db.close()
    return tmp_path


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize(("program", "folder"), [("hub", "hub"), ("appliance", "moth")])
def test_it_answers_and_ends_when_asked(district: Path, program: str, folder: str) -> None:
    port = free_port()
    command = [sys.executable, "-m", "provisioning.cli", program, "serve", "--data", str(district / folder)]
    command += ["--listen", f"127.0.0.1:{port}"]
    command += ["--hub", "http://127.0.0.1:9"] if program == "appliance" else []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as serving:
        assert becomes(lambda: answers(port))
        serving.send_signal(signal.SIGTERM)
        said = serving.communicate(timeout=20)[1]
    assert serving.returncode == 0
    assert not answers(port)
    started = [json.loads(line) for line in said.splitlines() if '"started"' in line]
    assert [line["name"] for line in started] == (["web"] if program == "hub" else ["web", "queue"])
    assert "ended_with_force" not in said


@pytest.mark.parametrize(("program", "folder"), [("hub", "hub"), ("appliance", "moth")])
@pytest.mark.parametrize("command", ["serve", "web"])
def test_plain_http_is_not_served_to_others(
    district: Path, program: str, folder: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [program, command, "--data", str(district / folder), "--listen", "0.0.0.0:20998"]
    assert cli.main(arguments) == 3
    assert "open to others" in capsys.readouterr().err


def test_publish_takes_a_signed_directory_and_no_other(district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = district / "directory", district / "changed"
    content_bytes = bytearray(good.read_bytes())
    content_bytes[200] ^= 1
    bad.write_bytes(content_bytes)
    assert cli.main(["hub", "publish", "--data", str(district / "hub"), str(bad)]) == 3
    assert cli.main(["hub", "publish", "--data", str(district / "hub"), str(good)]) == 0
    assert "directory 1 is published" in capsys.readouterr().out


def test_a_recovered_hub_begins_a_new_life(district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hub = central.config.open_hub(district / "hub")
    before = hub.db.value("SELECT life FROM hub")
    hub.db.close()
    assert cli.main(["hub", "recover", "--data", str(district / "hub"), "--why", "disk"]) == 0
    assert cli.main(["hub", "status", "--data", str(district / "hub"), "--json"]) == 0
    said = capsys.readouterr().out
    assert json.loads(said[said.index("{") :])["life"] > before
