"""Two offices, a hub and a laptop as hosts; between one office and the hub the line that they really have."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import appliance.config
import central.config
from tests.benchmarks import district as made
from tests.benchmarks.results import Result, replace, rounded, table
from tests.network.front import Front, front
from tests.network.namespaces import Host, Network, end
from tests.network.offices import ROOT
from tests.network.shaper import up_seconds_between
from tests.support.paper import pdf
from tests.support.waiting import becomes

NEAR, FAR = "10.79.0.2", "10.79.0.1"
LAN_MOTH, LAN_LAPTOP = "10.77.0.2", "10.77.0.9"
WAN_HUB, WAN_CHIRGAON = "10.78.0.1", "10.78.0.3"
BITS, DELAY, LOSS, UP, DOWN = 64_000, 0.8, 0.05, 60.0, 30.0
SCAN_BYTES = 300_000
SINK_PORT = 8899
RESULTS = ROOT / "build" / "network.jsonl"
STILL_WELL = 0.5
"""One scan meets one or two cuts and some dozen losses: one run strays. The bar itself is kept on the average."""


@dataclass
class Scene:
    """The hosts; `line` is the shaper that runs now."""

    folder: Path
    district: made.District
    hub: Host
    moth: Host
    chirgaon: Host
    laptop: Host
    front_hub: Front
    front_moth: Front
    lines: int = 0

    @contextmanager
    def line(self, *, down: float) -> Iterator[Path]:
        """The bad line between moth and the hub, cut for `down` seconds after each minute."""
        self.lines += 1
        told = self.folder / f"line{self.lines}.json"
        command = [
            sys.executable, "-m", "tests.network.shaper", f"{self.moth.name}:{NEAR}/30", f"{self.hub.name}:{FAR}/30",
            "--bits", str(BITS), "--delay", str(DELAY), "--loss", str(LOSS), "--up", str(UP), "--down", str(down),
            "--told", str(told),
        ]  # fmt: skip
        with (self.folder / "line.said").open("ab") as said:
            process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
        try:
            assert becomes(told.exists, 10)
            yield told
        finally:
            end(process, signal.SIGTERM)

    def run(self, host: Host, hub_address: str, *words: str) -> subprocess.Popen[bytes]:
        """A command of ours on a host."""
        return host.start(
            "env", f"PYTHONPATH={ROOT}", f"PATRAVALI_HUB_URL=https://{hub_address}",
            f"PATRAVALI_HUB_CA={self.front_hub.certificate}", "PATRAVALI_ANNOUNCE=false",
            sys.executable, "-m", "provisioning.cli", *words, output=self.folder / f"{words[0]}-{host.name}.log",
        )  # fmt: skip


@pytest.fixture
def scene(net: Network, tmp_path: Path) -> Scene:
    district = made.make(tmp_path / "district")
    lan, wan = net.lan(), net.lan()
    hub = net.host("hub", wan, f"{WAN_HUB}/24")
    moth = net.host("moth", lan, f"{LAN_MOTH}/24")
    chirgaon = net.host("chirgaon", wan, f"{WAN_CHIRGAON}/24")
    laptop = net.host("laptop", lan, f"{LAN_LAPTOP}/24")
    sink = f"location /sink {{ proxy_pass http://127.0.0.1:{SINK_PORT}; proxy_request_buffering off; }}"
    return Scene(
        tmp_path, district, hub, moth, chirgaon, laptop,
        front(hub, tmp_path / "front-hub", [FAR, WAN_HUB], 8800, sink),
        front(moth, tmp_path / "front-moth", [LAN_MOTH], 8801),
    )  # fmt: skip


def curl_seconds(scene: Scene, scan: Path) -> float:
    """What one curl of the same bytes takes on the same line without cuts."""
    scene.hub.start(sys.executable, "-m", "tests.network.sink", str(SINK_PORT), output=scene.folder / "sink.log")
    with scene.line(down=0.0):
        said = scene.moth.run(
            "curl", "-sS", "--retry", "0", "-T", str(scan), "--cacert", str(scene.front_hub.certificate),
            "-w", "%{time_total} %{http_code}", f"https://{FAR}/sink", seconds=300,
        )  # fmt: skip
    seconds, status = said.split()
    assert status == "204"
    return float(seconds)


def work(scene: Scene, scan: Path) -> tuple[str, float]:
    """The laptop opens a file with the scan and sends it: the file's id, and when the scan was there."""
    log = scene.folder / "laptop.log"
    process = scene.laptop.start(
        "env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.network.laptop", scene.front_moth.url,
        str(scene.front_moth.certificate), str(scan), made.ABROAD, made.ASSISTANT.employee, made.PASSWORD, output=log,
    )  # fmt: skip
    assert process.wait(60) == 0, said(scene)
    file, attached = log.read_text().split()[-2:]
    return file, float(attached)


def test_a_movement_with_a_scan_gets_through(scene: Scene) -> None:
    scan = scene.folder / "scan.pdf"
    scan.write_bytes(pdf(filling=random.Random(5).randbytes(SCAN_BYTES)))
    size = scan.stat().st_size
    at_best = size / curl_seconds(scene, scan)

    scene.run(scene.hub, "", "hub", "serve", "--data", str(scene.district.hub_folder))
    scene.run(scene.chirgaon, WAN_HUB, "appliance", "serve", "--data", str(scene.district.folder / "chirgaon"))
    scene.run(scene.moth, FAR, "appliance", "serve", "--data", str(scene.district.office_folder))
    with scene.line(down=DOWN) as told:
        moth = scene.district.open_office()
        assert becomes(lambda: moth.db.value("SELECT up FROM line") == 1, 90), said(scene)
        file, attached = work(scene, scan)
        hub = central.config.open_hub(scene.district.hub_folder)
        arrived = becomes(lambda: bool(hub.db.value("SELECT count(*) FROM paper WHERE here=1")), 400)
        at = time.monotonic()
        assert arrived, said(scene)
        began = float(json.loads(told.read_text())["began"])
        up_seconds = up_seconds_between(attached, at, began, UP, DOWN)
        there = appliance.config.open_unit(scene.district.folder / "chirgaon")
        assert becomes(
            lambda: (
                there.db.value("SELECT count(*) FROM blob WHERE here=1") == 1
                and there.db.value("SELECT phase FROM efile WHERE file=?", file) == "held"
            ),
            60,
        ), said(scene)
        assert becomes(lambda: moth.db.value("SELECT acked_seq=head_seq FROM node") == 1, 120), said(scene)
        for unit in (moth, hub, there):
            unit.db.close()
    goodput = size / up_seconds / at_best
    resent = brought(scene) / size - 1
    RESULTS.parent.mkdir(exist_ok=True)
    measured = [
        Result("network_goodput_ratio", rounded(goodput), "of curl without cuts", 0.75),
        Result("network_resent_ratio", rounded(resent), "of the paper", 0.02),
    ]
    for one in measured:
        replace(RESULTS, [one])
    print(table(measured))
    assert goodput > STILL_WELL
    assert resent < 0.02


def brought(scene: Scene) -> int:
    """Bytes of the paper's uploads that reached the hub's front, with the heads of the requests."""
    end(scene.front_hub.process, signal.SIGQUIT, seconds=60)  # it waits 30 s for the rest of a request that was cut
    uploads = [one for one in scene.front_hub.counted() if str(one["path"]).startswith("/papers/upload")]
    return sum(int(str(one["bytes"])) for one in uploads)


def said(scene: Scene) -> str:
    """The logs of all programs, for a failure."""
    return "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in sorted(scene.folder.glob("*.log")))
