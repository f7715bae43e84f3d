"""`appliance serve` on a real host: announced by default, not when told not to; its status says so."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import appliance.config
from provisioning.authority import Authority
from provisioning.demo import content
from tests.network.avahi import laptop
from tests.network.namespaces import Host, Network, end
from tests.support.waiting import becomes

NOW = 1_790_000_000


def folder(place: Path, **settings: object) -> Path:
    """An office's folder, certified."""
    authority = Authority.create(place / "authority", content.DISTRICT_CODE, NOW)
    config = appliance.config.Config(node="moth", hub=content.HUB_NODE, **settings)  # type: ignore[arg-type]
    keys = appliance.config.make(place / "moth", config, authority.root.der)
    authority.issue(keys.request("moth"), "appliance", ["moth"], NOW)
    return place / "moth"


def patravali(host: Host, *words: str) -> str:
    return host.run(sys.executable, "-m", "provisioning.cli", *words, check=False)


def test_serve_announces_the_office_and_says_good_bye(net: Network, tmp_path: Path) -> None:
    lan = net.lan()
    host, data = net.host("moth", lan, "10.77.0.2/24"), folder(tmp_path, announce_port=8443)
    log = tmp_path / "serve.log"
    serving = host.start(
        sys.executable, "-m", "provisioning.cli", "appliance", "serve", "--data", str(data), output=log
    )
    pc = laptop(net.host("pc", lan, "10.77.0.9/24"), tmp_path)
    assert becomes(lambda: pc.resolve("block-moth.local", "-4") == "10.77.0.2", 60), log.read_text()
    (record, *_) = pc.browse()
    fingerprint = appliance.config.open_unit(data).keys.fingerprint
    assert record.port == 8443
    assert f'"fingerprint={fingerprint}"' in record.text
    network = json.loads(patravali(host, "appliance", "status", "--data", str(data), "--json"))["network"]
    assert (network["host"], network["addresses"]) == ("block-moth.local", ["10.77.0.2"])
    assert (network["trouble"], network["doubles"]) == ("", [])
    end(serving, signal.SIGTERM)
    assert becomes(lambda: pc.browse() == [])


def test_an_office_that_is_not_announced_listens_nowhere(net: Network, tmp_path: Path) -> None:
    host, data = net.host("moth", net.lan(), "10.77.0.2/24"), folder(tmp_path, announce=False)
    log = tmp_path / "serve.log"
    host.start(sys.executable, "-m", "provisioning.cli", "appliance", "serve", "--data", str(data), output=log)
    assert becomes(lambda: ":8801" in host.run("ss", "-Hltn"), 60), log.read_text()
    assert becomes(lambda: log.read_text().count('"started"') == 2)
    assert host.run("ss", "-Hlun") == ""


def test_what_listens_when_it_is_announced(net: Network, tmp_path: Path) -> None:
    host, data = net.host("moth", net.lan(), "10.77.0.2/24"), folder(tmp_path)
    log = tmp_path / "serve.log"
    host.start(sys.executable, "-m", "provisioning.cli", "appliance", "serve", "--data", str(data), output=log)
    assert becomes(lambda: '"announced"' in log.read_text() and ":8801" in host.run("ss", "-Hltn"), 60), log.read_text()
    assert {line.split()[3].rpartition(":")[2] for line in host.run("ss", "-Hlun").splitlines()} == {"5353"}
    assert {line.split()[3] for line in host.run("ss", "-Hltn").splitlines()} == {"127.0.0.1:8801"}
