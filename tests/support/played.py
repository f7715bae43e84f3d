"""A short story that several tests begin from: two files between Moth and Chirgaon, until all is quiet."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from sqlcipher3 import dbapi2

from appliance.desk import verbs
from appliance.link.carry import exchange_all
from tests.support.district import STORAGE_KEY, District, actor, make_district
from tests.support.line import DirectLine
from tests.support.paper import pdf

PDF = pdf()


def play(district: District) -> str:
    """One file goes to Chirgaon, is noted and returned, and goes there again; one is asked back before anyone saw it.

    The SHA-256 of the paper that was attached, in hex.
    """
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    lines = {code: DirectLine(district.hub, code) for code in district.units}

    def meet(*codes: str) -> None:
        for code in codes:
            district.clock.ms += 1000
            exchange_all(district.units[code], lines[code], lines[code])

    da, head = actor("moth.da1"), actor("chirgaon.head")
    first = verbs.open_file(moth, da, subject="हैंडपंप", section="moth.dev", language="hi")
    paper = verbs.attach(moth, da, first, name="पत्र.pdf", media_type="application/pdf", stream=io.BytesIO(PDF))
    verbs.send(moth, da, first, to_post="chirgaon.head", how="up")
    second = verbs.open_file(moth, da, subject="सड़क", section="moth.dev", language="hi")
    verbs.send(moth, da, second, to_post="chirgaon.head", how="up")
    meet("moth")
    verbs.pull_back(moth, da, second)
    meet("moth", "chirgaon")
    verbs.receive(chirgaon, head, first)
    verbs.save_yellow(chirgaon, head, first, "<p>देखा</p>", 0)
    verbs.confirm_note(chirgaon, head, first)
    verbs.send(chirgaon, head, first, to_post="moth.da1", how="return", remarks="स्पष्ट करें")
    meet("chirgaon", "moth")
    verbs.receive(moth, da, first)
    verbs.send(moth, da, first, to_post="chirgaon.head", how="up")
    meet("moth", "chirgaon")
    verbs.receive(chirgaon, head, first)
    meet("chirgaon", "moth", "chirgaon", "moth")
    return paper


def played(folder: Path) -> District:
    """A district of Moth and Chirgaon in which the story was played."""
    district = make_district(folder)
    play(district)
    return district


def copy_of(folder: Path, to: Path) -> Path:
    """The folders of a closed district, to be spoilt."""
    shutil.copytree(folder, to)
    return to


def spoil(database: Path, statement: str, *values: object) -> int:
    """Changes rows behind the program's back; how many. `flip(blob)` in the statement turns a blob's last bit."""
    connection = dbapi2.connect(str(database))
    try:
        connection.execute(f"PRAGMA key=\"x'{STORAGE_KEY.hex()}'\"")
        connection.create_function("flip", 1, lambda data: data[:-1] + bytes([data[-1] ^ 1]))
        changed: int = connection.execute(statement, values).rowcount
        connection.commit()
    finally:
        connection.close()
    return changed
