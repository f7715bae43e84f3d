"""The machinery measures, on a small history; that its figures keep their bars is not what is tested here."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from appliance.link.converse import converse
from protocol import events as ev
from protocol.patch import make_patch
from tests.benchmarks import __main__ as program
from tests.benchmarks import district as districts
from tests.benchmarks import history, results, scans, speed, workload
from tests.benchmarks.district import OFFICE, District
from tests.benchmarks.events import Translator, stretched
from tests.benchmarks.relay import Relay
from tests.benchmarks.results import Result
from tests.benchmarks.setting import opened, opened_hub
from tests.support.line import DirectLine

LINES = list(islice(workload.stream(7), 400))
TABLES = ("node", "epoch", "event", "outbox", "efile", "movement", "counter", "paper")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> District:
    return districts.make(tmp_path_factory.mktemp("bench") / "district", {line["post"] for line in LINES})


def rows(district: District) -> dict[str, list[tuple[object, ...]]]:
    with opened(district) as unit:
        return {table: unit.db.rows(f"SELECT * FROM {table}") for table in TABLES}


def test_the_fast_loader_writes_what_the_journal_writes(made: District, tmp_path: Path) -> None:
    written, loaded = made.copy(tmp_path / "written"), made.copy(tmp_path / "loaded")
    with opened(written) as unit:
        assert history.write(unit, LINES[:200], Translator(OFFICE), batch=200) == 200
    with opened(loaded) as unit:
        assert history.load(unit, LINES[:200], Translator(OFFICE)) == 200
    found = rows(written)
    assert len(found["event"]) == len(found["outbox"]) == 200
    assert rows(loaded) == found


def test_every_line_becomes_the_event_that_says_the_same(made: District, tmp_path: Path) -> None:
    district = made.copy(tmp_path / "said")
    with opened(district) as unit:
        history.write(unit, LINES, Translator(OFFICE))
        kept = unit.db.rows("SELECT header, body, subject FROM event ORDER BY seq")
    numbers: dict[str, str] = {}
    for line, (header_bytes, body_bytes, subject) in zip(LINES, kept, strict=True):
        header = ev.decode_header(header_bytes)
        body = ev.decode_body(header.kind, body_bytes)
        assert (header.post, header.employee) == (f"{OFFICE}.{line['post']}", line["user"])
        said = msgspec.msgpack.encode(body).decode("utf-8", "replace")
        for name in ("diary_no", "subject", "sender", "mode", "remarks", "body"):
            assert str(line.get(name, "")).replace("&", "&amp;") in said
        if isinstance(body, ev.Open):
            numbers[subject] = body.number
            assert body.number == line["file_no"]
        elif line["kind"] != "receipt_diarised":
            assert numbers[subject] == line["file_no"]


def test_a_stretched_history_has_new_files_and_goes_forward() -> None:
    long = list(stretched(LINES, 1_000))
    assert len(long) == 1_000
    assert [line["ts"] for line in long] == sorted(line["ts"] for line in long)
    assert len({line["file"] for line in long}) > 2 * len({line["file"] for line in LINES})


def test_the_hub_is_verified(made: District, tmp_path: Path) -> None:
    district = made.copy(tmp_path / "verified")
    with opened(district) as unit, opened_hub(district) as hub:
        history.load(unit, LINES, Translator(OFFICE))
        with pytest.raises(RuntimeError):
            speed.verify(unit, hub)
        converse(unit, DirectLine(hub, OFFICE))
        speed.verify(unit, hub)
        hub.db.run("UPDATE efile SET log_len=log_len+1 WHERE file=(SELECT max(file) FROM efile)")
        with pytest.raises(RuntimeError):
            speed.verify(unit, hub)


class Echo(socketserver.BaseRequestHandler):
    """Says everything back."""

    def handle(self) -> None:
        while data := self.request.recv(1000):
            self.request.sendall(data)


@pytest.fixture
def echo() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_the_relay_counts_and_cuts(echo: int) -> None:
    with Relay(echo) as relay:
        port = int(relay.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as near:
            for word in (b"one", b"three"):
                near.sendall(word)
                assert near.recv(100) == word
        assert relay.take() == (8, 8, 2)
        relay.cut_at(10)
        with socket.create_connection(("127.0.0.1", port)) as near:
            near.sendall(bytes(100))
            assert near.recv(100) == b""
        assert relay.is_cut
        assert relay.take().up == 10


def test_results_replace_only_their_own(tmp_path: Path) -> None:
    file = tmp_path / "build" / "bench.jsonl"
    results.replace(file, [results.result("noop_bytes", 800), results.result("send_ratio", 2.5)])
    results.replace(file, [results.raw("send_ratio.seconds", 0.00512345, "s"), results.result("send_ratio", 2)])
    found = [msgspec.json.decode(line, type=Result) for line in file.read_bytes().splitlines()]
    assert [(one.name, one.value, one.limit, one.holds) for one in found] == [
        ("noop_bytes", 800, 700, False),
        ("send_ratio", 2, 3, True),
        ("send_ratio.seconds", 0.005123, None, True),
    ]


@pytest.mark.slow
def test_every_name_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history_file, out = tmp_path / "office.jsonl", tmp_path / "bench.jsonl"
    parts = (history_file, LINES[:300]), (tmp_path / "office.jsonl.extra", LINES[300:])
    for file, lines in parts:
        file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    sizes = [
        "--history",
        "1200",
        "--repeats",
        "1",
        "--files",
        "1200",
        "--people",
        "4,4",
        "--scans",
        "10",
        "--out",
        str(out),
        "--folder",
        str(tmp_path),
    ]
    assert program.main(["--jsonl", str(history_file), *sizes]) == 0
    found = {
        one.name: one for line in out.read_bytes().splitlines() for one in [msgspec.json.decode(line, type=Result)]
    }
    assert set(results.BARS) <= set(found)
    assert all(one.value > 0 for one in found.values())
    assert found["noop_round_trips"].value == found["movement_round_trips"].value == 1
    table = capsys.readouterr().out
    assert all(name in table for name in results.BARS)


def test_only_what_is_asked_for_is_measured(tmp_path: Path) -> None:
    out = tmp_path / "bench.jsonl"
    sizes = ["--events", "200", "--repeats", "1", "--out", str(out), "--folder", str(tmp_path)]
    assert program.main(["--only", "ingest_ratio", *sizes]) == 0
    names = [msgspec.json.decode(line, type=Result).name for line in out.read_bytes().splitlines()]
    assert {name.partition(".")[0] for name in names} == {"ingest_ratio"}
    assert program.main(["--only", "ingest"]) == 2


def test_made_scans_are_papers_and_their_later_versions_small_changes(tmp_path: Path) -> None:
    some = scans.make(10, 2)
    assert all(90_000 < len(content) < 450_000 for content in some.first.values())
    assert len({*some.first.values(), *some.edited.values()}) == 12
    for name, content in some.edited.items():
        assert 100 < len(make_patch(some.first[name], content)) < 3_000
    for folder, files in (("orig", some.first), ("edited", some.edited)):
        (tmp_path / folder).mkdir()
        for name, data in files.items():
            (tmp_path / folder / name).write_bytes(data)
    (tmp_path / "edited" / "of-nothing.pdf").write_bytes(b"%PDF-")
    assert scans.read(tmp_path) == some
