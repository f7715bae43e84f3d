"""What papers cost the line: 200 scans, 40 later versions of them, a cut at half; against `rsync -z` of the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from appliance.desk import verbs
from appliance.desk.acting import who_of
from appliance.store.book import Book
from appliance.store.unit import Unit
from protocol import events as ev
from tests.benchmarks import rsync, scans, talk
from tests.benchmarks.district import ASSISTANT, OFFICE, District
from tests.benchmarks.relay import Crossed, Relay
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.scans import Scans
from tests.benchmarks.servers import hub_web
from tests.benchmarks.setting import Setting, opened

ON_A_FILE = 10
"""Scans that lie in one file."""


def papers(setting: Setting) -> list[Result]:
    """papers_bytes_ratio, papers_round_trips, papers_edit_ratio."""
    some = found(setting)
    with rsync.rsync_line(folder(setting, "rsync")) as line:
        theirs = rsync.send(line, some.first, setting.folder / "rsync")
        their_edits = rsync.send(line, some.edited, setting.folder / "rsync")
    with joined(setting, some) as (unit, relay):
        ours = carried(unit, relay)
        attach(unit, some.edited)
        our_edits = carried(unit, relay)
    return [
        result("papers_bytes_ratio", ours.both / theirs.both),
        raw("papers_bytes_ratio.bytes", ours.both, "bytes"),
        raw("papers_bytes_ratio.raw_bytes", theirs.both, "bytes"),
        result("papers_round_trips", ours.round_trips / len(some.first)),
        raw("papers_round_trips.raw_rsync", theirs.round_trips, "round trips in all"),
        result("papers_edit_ratio", our_edits.both / their_edits.both),
        raw("papers_edit_ratio.bytes", our_edits.both, "bytes"),
        raw("papers_edit_ratio.round_trips", our_edits.round_trips, "round trips"),
        raw("papers_edit_ratio.raw_bytes", their_edits.both, "bytes"),
    ]


def resume(setting: Setting) -> list[Result]:
    """papers_resume_ratio: the line breaks at half, a new process goes on."""
    some = found(setting)
    whole = _sent(setting, some, None)
    cut = _sent(setting, some, whole // 2)
    return [
        result("papers_resume_ratio", cut / whole),
        raw("papers_resume_ratio.bytes", cut, "bytes"),
        raw("papers_resume_ratio.raw_bytes", whole, "bytes"),
    ]


def found(setting: Setting) -> Scans:
    """The scans of the folder that was named, or made ones."""
    return scans.read(setting.papers) if setting.papers else scans.make(setting.scans, setting.scans // 5)


def folder(setting: Setting, name: str) -> Path:
    """A folder of its own."""
    made = setting.folder / name
    made.mkdir()
    return made


@contextmanager
def joined(setting: Setting, some: Scans) -> Iterator[tuple[Unit, Relay]]:
    """An office in which the scans lie on files, and a line to a hub that has not heard of it."""
    with (
        _fresh(setting, some) as district,
        hub_web(district.hub_folder) as hub,
        Relay(hub.port) as relay,
        opened(district) as unit,
    ):
        yield unit, relay


@contextmanager
def _fresh(setting: Setting, some: Scans) -> Iterator[District]:
    def fill(district: District) -> None:
        with opened(district) as unit:
            attach(unit, some.first)

    with setting.copied(setting.kept("papers", fill)) as district:
        yield district


def attach(unit: Unit, content: Mapping[str, bytes]) -> None:
    """Each joins the file of its number, as after a person has scanned it; what opens documents is not measured."""
    files = [file for (file,) in unit.db.rows("SELECT file FROM efile ORDER BY arrived_hlc, file")]
    numbers = {name: int("".join(filter(str.isdigit, name))) // ON_A_FILE for name in content}
    while len(files) <= max(numbers.values()):
        files.append(verbs.open_file(unit, ASSISTANT, subject="स्कैन", section=f"{OFFICE}.dev", language="hi"))
    for name, data in content.items():
        paper = unit.papers.put(data)
        with unit.db.writing():
            book = Book(unit.db, unit.clock.now_ms())
            body = ev.Attach(paper.sha256, paper.size, name, "application/pdf", 1, 1)
            book.write(files[numbers[name]], body, who_of(ASSISTANT))
            unit.db.run("UPDATE blob SET here=1 WHERE sha256=?", paper.sha256)
            book.flush()


def carried(unit: Unit, relay: Relay) -> Crossed:
    """What crosses until all is told and every paper is at the hub, which has verified each."""
    relay.take()
    talk.carry_all(unit, relay.url)
    return relay.take()


def _sent(setting: Setting, some: Scans, cut_at: int | None) -> int:
    """Bytes in all until every paper is at the hub, by processes of their own."""
    with (
        _fresh(setting, some) as district,
        hub_web(district.hub_folder) as hub,
        Relay(hub.port) as relay,
    ):
        relay.take()
        if cut_at is not None:
            relay.cut_at(cut_at)
            if _talk(district, relay.url) != talk.CUT or not relay.is_cut:
                raise RuntimeError("the line was not cut")
            relay.mend()
        code = _talk(district, relay.url)
        if code:
            raise RuntimeError("not all papers went", code)
        return relay.take().both


def _talk(district: District, url: str) -> int:
    command = [sys.executable, "-m", "tests.benchmarks.talk", str(district.office_folder), url, "papers"]
    return subprocess.run(command, check=False, cwd=Path.cwd()).returncode
