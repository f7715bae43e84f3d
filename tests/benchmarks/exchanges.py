"""What an exchange costs the line: nothing new, one movement, the whole history, a history that was cut."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median

import msgspec
import zstandard

from appliance.desk import verbs
from appliance.desk.values import Actor
from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier
from appliance.store.unit import Unit
from tests.benchmarks import talk
from tests.benchmarks.district import ABROAD, District
from tests.benchmarks.events import Line
from tests.benchmarks.relay import Crossed, Relay
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.servers import hub_web
from tests.benchmarks.setting import Setting, opened


class Desk(msgspec.Struct, frozen=True):
    """A file and whoever has it on his desk."""

    file: str
    actor: Actor


def on_desks(unit: Unit) -> list[Desk]:
    """The files of the history on which a movement can begin, in a fixed order."""
    rows = unit.db.rows(
        "SELECT file, post FROM efile WHERE phase='held' AND standing='desk' AND sort='file' AND post<>'' "
        "ORDER BY arrived_hlc, file"
    )
    return [Desk(file, Actor("e1", post, 1)) for file, post in rows]


def texts(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """Bodies of notes and remarks of movements, as the history goes on, again and again."""
    some = list(lines)
    bodies = [line["body"] for line in some if line["kind"] == "note_added"]
    remarks = [line["remarks"] for line in some if line["kind"] == "file_sent"]
    return zip(cycle(bodies), cycle(remarks), strict=True)


def move(unit: Unit, desk: Desk, body: str, remarks: str) -> None:
    """A person writes a note, confirms it, and sends the file to another office."""
    verbs.save_yellow(unit, desk.actor, desk.file, body, 0)
    verbs.confirm_note(unit, desk.actor, desk.file)
    verbs.send(unit, desk.actor, desk.file, to_post=ABROAD, how="up", remarks=remarks)


def small_exchanges(setting: Setting) -> list[Result]:
    """noop_round_trips, noop_bytes, movement_round_trips, movement_bytes."""
    nothing: list[Crossed] = []
    movements: list[Crossed] = []
    repeats = 3 * setting.repeats
    with joined(setting) as (unit, relay):
        _exchange(unit, relay)
        for desk, (body, remarks) in zip(on_desks(unit)[:repeats], texts(setting.later), strict=False):
            nothing.append(_exchange(unit, relay))
            move(unit, desk, body, remarks)
            movements.append(_exchange(unit, relay))
    return [
        result("noop_round_trips", median(one.round_trips for one in nothing)),
        result("noop_bytes", median(one.both for one in nothing)),
        result("movement_round_trips", median(one.round_trips for one in movements)),
        result("movement_bytes", median(one.both for one in movements)),
        raw("movement_bytes.most", max(one.both for one in movements), "bytes"),
    ]


@contextmanager
def joined(setting: Setting) -> Iterator[tuple[Unit, Relay]]:
    """A fresh office with the history, and a line to a hub that has not heard of it."""
    with (
        setting.fresh() as district,
        hub_web(district.hub_folder) as hub,
        Relay(hub.port) as relay,
        opened(district) as unit,
    ):
        yield unit, relay


def _exchange(unit: Unit, relay: Relay) -> Crossed:
    """One exchange on a connection of its own."""
    relay.take()
    converse(unit, HttpsCarrier(relay.url, unit.incoming))
    return relay.take()


def first_bytes(setting: Setting) -> list[Result]:
    """first_bytes_ratio: the whole history into an empty hub against its JSON lines under zstd -19."""
    text = "".join(msgspec.json.encode(line).decode() + "\n" for line in setting.lines).encode()
    packed = len(zstandard.ZstdCompressor(level=19).compress(text))
    with joined(setting) as (unit, relay):
        crossed = _exchange(unit, relay)
    return [
        result("first_bytes_ratio", crossed.both / packed),
        raw("first_bytes_ratio.bytes", crossed.both, "bytes"),
        raw("first_bytes_ratio.round_trips", crossed.round_trips, "round trips"),
        raw("first_bytes_ratio.raw_bytes", packed, "bytes"),
    ]


def resume(setting: Setting) -> list[Result]:
    """resume_ratio: the line breaks at half, a new process goes on."""
    whole = _sent(setting, None)
    cut = _sent(setting, whole // 2)
    return [
        result("resume_ratio", cut / whole),
        raw("resume_ratio.bytes", cut, "bytes"),
        raw("resume_ratio.raw_bytes", whole, "bytes"),
    ]


def _sent(setting: Setting, cut_at: int | None) -> int:
    """Bytes in all until everything is said, by processes of their own."""
    with setting.fresh() as district, hub_web(district.hub_folder) as hub, Relay(hub.port) as relay:
        relay.take()
        if cut_at is not None:
            relay.cut_at(cut_at)
            code = _talk(district, relay.url)
            if code != talk.CUT or not relay.is_cut:
                raise RuntimeError("the line was not cut", code)
            relay.mend()
        code = _talk(district, relay.url)
        with opened(district) as unit:
            waiting = unit.db.value("SELECT count(*) FROM outbox")
        if code or waiting:
            raise RuntimeError("not all was said", code, waiting)
        return relay.take().both


def _talk(district: District, url: str) -> int:
    command = [sys.executable, "-m", "tests.benchmarks.talk", str(district.office_folder), url]
    return subprocess.run(command, check=False, cwd=Path.cwd()).returncode
