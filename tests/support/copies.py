"""Copies of a node's folder, made and put back as a technician does it."""

from __future__ import annotations

import shutil
from pathlib import Path

from appliance.link.carry import exchange_all
from appliance.store.unit import Unit
from central.hub.ledger import Ledger
from central.hub.recover import begin
from central.hub.unit import HubUnit
from tests.support.district import HUB_CODE, District, open_hub, open_unit
from tests.support.line import DirectLine


def meet(district: District, *codes: str) -> None:
    """Each of these offices exchanges all that there is to exchange."""
    for code in codes:
        district.clock.ms += 1000
        line = DirectLine(district.hub, code)
        exchange_all(district.units[code], line, line)


def copy(district: District, code: str) -> Path:
    """A copy of an office or the hub as it is now."""
    database = district.hub.db if code == HUB_CODE else district.units[code].db
    database.value("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    place = district.folder / f"copy-{code}-{len(list(district.folder.iterdir()))}"
    shutil.copytree(district.folder / code, place)
    database.connect()
    return place


def put_back(district: District, code: str, place: Path) -> Unit:
    """The office runs on the copy from now on; nobody told it so."""
    district.units[code].db.close()
    shutil.rmtree(district.folder / code)
    shutil.copytree(place, district.folder / code)
    unit = open_unit(district.folder, code, district.papers, district.clock, seed=f"{code}-{district.clock.ms}")
    district.units[code] = unit
    return unit


def put_hub_back(district: District, place: Path, *, announced: bool = True) -> HubUnit:
    """The hub runs on the copy from now on; announced: in a new life, as `hub recover` makes it."""
    district.hub.db.close()
    shutil.rmtree(district.folder / HUB_CODE)
    shutil.copytree(place, district.folder / HUB_CODE)
    district.clock.ms += 60_000
    hub = open_hub(district.folder, district.papers, district.clock, seed=f"hub-{district.clock.ms}")
    if announced:
        with hub.db.writing():
            begin(Ledger(hub.db, district.clock.ms, hub.node_of_post), "restored")
    district.hub = hub
    return hub
