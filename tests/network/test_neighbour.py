"""Three hosts, and only one of the two offices reaches the hub: the other finds it, and its file arrives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import appliance.config
from appliance.desk import verbs
from appliance.desk.values import Actor
from tests.benchmarks import district as made
from tests.network.front import front
from tests.network.namespaces import Host, Network, end
from tests.network.offices import ROOT
from tests.support.waiting import becomes

HUB, CHIRGAON, MOTH = "10.78.0.1", "10.77.0.3", "10.77.0.2"
QUEUE = ("appliance", "queue", "--data")
DISCOVERY = ("appliance", "discovery", "--fingerprint", "ab" * 32, "--data")
CLERK, THERE = Actor("e1", "moth.da", 1), Actor("e2", "chirgaon.da", 2)


def test_a_file_arrives_through_the_office_next_door_and_the_answer_returns(net: Network, tmp_path: Path) -> None:
    district = made.make(tmp_path / "district")
    lan, wan = net.lan(), net.lan()
    hub, chirgaon = net.host("hub", wan, f"{HUB}/24"), net.host("chirgaon", lan, f"{CHIRGAON}/24")
    chirgaon.plug(wan, "10.78.0.3/24", interface="eth1")
    moth = net.host("moth", lan, f"{MOTH}/24")
    front(hub, tmp_path / "front-hub", [HUB], 8800)
    front(chirgaon, tmp_path / "front-chirgaon", [CHIRGAON], 8801)
    run(hub, tmp_path, "hub", "serve", "--data", str(district.hub_folder))
    run(chirgaon, tmp_path, "appliance", "serve", "--data", str(district.folder / "chirgaon"))

    unit = district.open_office()
    file = verbs.open_file(unit, CLERK, subject="सड़क", section="moth.dev", language="hi")
    verbs.send(unit, CLERK, file, to_post="chirgaon.da", how="up")
    queue = run(moth, tmp_path, *QUEUE, str(district.office_folder))
    run(moth, tmp_path, *DISCOVERY, str(district.office_folder))

    def value(question: str) -> object:
        return unit.db.value(question)

    assert becomes(lambda: value("SELECT office FROM neighbour") == "chirgaon", 60), said(tmp_path)
    assert value("SELECT up FROM line") == 0
    assert value("SELECT acked_seq=head_seq FROM node") == 1
    there = appliance.config.open_unit(district.folder / "chirgaon")
    assert becomes(lambda: there.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"), said(tmp_path)
    assert there.db.value("SELECT count(*) FROM event WHERE subject=? AND node='moth'", file) == 3
    verbs.receive(there, THERE, file)
    assert becomes(lambda: there.db.value("SELECT acked_seq=head_seq FROM node") == 1), said(tmp_path)

    end(queue)
    run(moth, tmp_path, *QUEUE, str(district.office_folder))
    assert becomes(lambda: value("SELECT stage FROM movement") == "opened", 30), said(tmp_path)
    there.db.close()
    unit.db.close()


def run(host: Host, folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command of ours on a host, with the settings of these tests."""
    return host.start(
        "env", f"PYTHONPATH={ROOT}", f"PATRAVALI_HUB_CA={folder / 'front-hub' / 'front.pem'}", f"PATRAVALI_HUB_URL=https://{HUB}",
        "PATRAVALI_NEIGHBOUR_AFTER_SECONDS=1", "PATRAVALI_EXCHANGE_SECONDS=1",
        sys.executable, "-m", "provisioning.cli", *words, output=folder / "said.log",
    )  # fmt: skip


def said(folder: Path) -> str:
    return (folder / "said.log").read_text()
