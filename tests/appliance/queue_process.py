"""An office's queue as a process of its own: `-m tests.appliance.queue_process FOLDER HUB_URL EXCHANGE_SECONDS
[PROXY HUB_CA]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from appliance.queue import run_consumer
from appliance.store.unit import Settings, Unit
from tests.support.district import HUB_CODE, STORAGE_KEY, papers_of

OFFICES = ("moth", "chirgaon")


def open_moth(
    folder: Path, hub_url: str = "", exchange_seconds: float = 3600.0, proxy: str = "", hub_ca: str = ""
) -> Unit:
    """The office with the machine's own clock; unasked it exchanges so seldom that only a wake-up can be the reason."""
    papers = papers_of(OFFICES)
    settings = Settings(
        node="moth", hub=HUB_CODE, hub_url=hub_url, reserve_bytes=0, exchange_seconds=exchange_seconds,
        lively_seconds=exchange_seconds, proxy=proxy, hub_ca=hub_ca,
    )  # fmt: skip
    unit = Unit(folder / "moth", settings, papers.keys["moth"], STORAGE_KEY, papers.root)
    if unit.directory_version() == 0:
        unit.take_directory(papers.signed)
    return unit


if __name__ == "__main__":
    run_consumer(open_moth(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), *sys.argv[4:]))
