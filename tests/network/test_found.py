"""The office is found by its name: by Avahi, and by our own `find`, while its network changes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.network.avahi import laptop
from tests.network.namespaces import Host, Network
from tests.network.offices import KEY, OTHER_KEY, Office
from tests.support.waiting import becomes


def test_avahi_finds_the_name_the_service_and_what_it_says(net: Network, tmp_path: Path) -> None:
    lan = net.lan()
    office = Office(net.host("moth", lan, "10.77.0.2/24"), tmp_path / "moth").start()
    pc = laptop(net.host("pc", lan, "10.77.0.9/24"), tmp_path)
    assert becomes(lambda: pc.resolve("block-moth.local", "-4") == "10.77.0.2"), office.said()
    (record,) = [one for one in pc.browse() if one.protocol == "IPv4"]
    assert (record.host, record.address, record.port) == ("block-moth.local", "10.77.0.2", 443)
    assert '"office=moth"' in record.text
    assert f'"fingerprint={KEY}"' in record.text
    assert '"version=' in record.text


def test_find_lists_the_appliances_with_their_state(net: Network, tmp_path: Path) -> None:
    lan = net.lan()
    moth, chirgaon = net.host("moth", lan, "10.77.0.2/24"), net.host("chirgaon", lan, "10.77.0.3/24")
    Office(moth, tmp_path / "moth").start()
    Office(chirgaon, tmp_path / "chirgaon", "chirgaon", OTHER_KEY).start()
    moth.start(sys.executable, "-c", LISTENS)
    pc = net.host("pc", lan, "10.77.0.9/24")
    assert becomes(lambda: len(find(pc)) == 2)
    rows = {one["office"]: one for one in find(pc)}
    assert rows["moth"] | {"version": ""} == {
        "office": "moth", "host": "block-moth.local", "port": 443, "addresses": ["10.77.0.2"], "version": "",
        "fingerprint": KEY, "reachable": True, "state": "up",
    }  # fmt: skip
    assert rows["chirgaon"]["state"] == "silent"
    said = pc.run(sys.executable, "-m", "provisioning.cli", "find", "--seconds", "2")
    assert "moth: up\n  name         block-moth.local, port 443\n  addresses    10.77.0.2\n" in said


def test_find_says_when_there_is_no_network(net: Network) -> None:
    assert "No network here" in net.host("alone").run(
        "sh", "-c", f"{sys.executable} -m provisioning.cli find 2>&1", check=False
    )


LISTENS = "import socket, time; server = socket.create_server(('', 443)); time.sleep(600)"


def find(host: Host) -> list[dict[str, object]]:
    said = host.run(sys.executable, "-m", "provisioning.cli", "find", "--seconds", "2", "--json", check=False)
    found: list[dict[str, object]] = json.loads(said)["appliances"]
    return found
