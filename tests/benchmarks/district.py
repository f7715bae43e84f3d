"""A real district for measuring: hub and two offices in folders of the production's form, under a real authority."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import appliance.config
import central.config
from appliance.desk import people
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from central.hub.unit import HubUnit
from protocol.directory import Charge, Directory, Employee, Office, Post, Section
from protocol.keys import APPLIANCE, CODE_PATTERN, HUB
from provisioning.authority import Authority

HUB_CODE, OFFICE, OTHER = "jhansi-hub", "moth", "chirgaon"
PASSWORD = "benchmark-1"
ASSISTANT = Actor("e1", f"{OFFICE}.da", 1)
ABROAD = f"{OTHER}.da"


@dataclass(frozen=True)
class District:
    """Its folders, all databases closed."""

    folder: Path

    @property
    def hub_folder(self) -> Path:
        """Of the hub."""
        return self.folder / HUB_CODE

    @property
    def office_folder(self) -> Path:
        """Of the office with the history."""
        return self.folder / OFFICE

    def open_hub(self) -> HubUnit:
        """The hub, as its program opens it."""
        return central.config.open_hub(self.hub_folder)

    def open_office(self) -> Unit:
        """The office with the history, as its program opens it."""
        return appliance.config.open_unit(self.office_folder)

    def copy(self, folder: Path) -> District:
        """The same district once more; nothing may have it open."""
        shutil.copytree(self.folder, folder)
        return District(folder)

    def remove(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder)


def colleagues(people: int) -> list[Actor]:
    """So many people of the office with the history, each at a desk of his own."""
    return [Actor(f"p{n}", f"{OFFICE}.desk{n}", 100 + n) for n in range(people)]


def make(folder: Path, marks: Iterable[str] = (), people_there: int = 0) -> District:
    """Hub and offices that have not met; `marks` are the posts of the history, `people_there` its other people."""
    now = int(time.time())
    district = District(folder)
    authority = Authority.create(folder / "authority", "bench", now - 60)
    root = authority.root.der
    keys = central.config.make(district.hub_folder, central.config.Config(node=HUB_CODE), root)
    authority.issue(keys.request(HUB_CODE), HUB, [], now - 60)
    for code in (OFFICE, OTHER):
        config = appliance.config.Config(node=code, hub=HUB_CODE, session_seconds=86_400)
        keys = appliance.config.make(folder / code, config, root)
        authority.issue(keys.request(code), APPLIANCE, [code], now - 60)
    signed = authority.sign_directory(_directory(now, marks, colleagues(people_there)))
    hub = district.open_hub()
    hub.publish(signed)
    hub.db.close()
    for code in (OFFICE, OTHER):
        unit = appliance.config.open_unit(folder / code)
        unit.take_directory(signed)
        if code == OFFICE:
            people.set_password(unit, ASSISTANT.employee, PASSWORD)
        unit.db.close()
    return district


def _directory(now: int, marks: Iterable[str], staff: Iterable[Actor]) -> Directory:
    staff = list(staff)
    posts = [(OFFICE, "da"), (OTHER, "da")]
    posts += [(OFFICE, mark) for mark in sorted(set(marks)) if CODE_PATTERN.fullmatch(mark)]
    posts += [(OFFICE, actor.post.partition(".")[2]) for actor in staff]
    return Directory(
        version=1,
        issued=now,
        district="bench",
        name_hi="जनपद",
        name_en="District",
        offices=tuple(Office(code, code, f"कार्यालय {code}", f"Office {code}", "block") for code in (OFFICE, OTHER)),
        sections=(Section(f"{OFFICE}.dev", OFFICE, "विकास", "Development"),),
        posts=tuple(Post(f"{o}.{mark}", o, mark.upper(), f"पद {mark}", f"Post {mark}", None, 1) for o, mark in posts),
        employees=(
            Employee("e1", "कर्मचारी 1"),
            Employee("e2", "कर्मचारी 2"),
            *(Employee(actor.employee, f"कर्मचारी {actor.employee}") for actor in staff),
        ),
        charges=(
            Charge(1, "e1", f"{OFFICE}.da", date(2025, 1, 1)),
            Charge(2, "e2", f"{OTHER}.da", date(2025, 1, 1)),
            *(Charge(actor.charge, actor.employee, actor.post, date(2025, 1, 1)) for actor in staff),
        ),
    )
