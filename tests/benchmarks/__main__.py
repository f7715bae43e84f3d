"""Measure what docs/performance.md promises: `python -m tests.benchmarks [--jsonl FILE] [--only name,…]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from tests.benchmarks import exchanges, growth, pages, papers, results, scans, searching, sending, speed, workload
from tests.benchmarks.events import Line
from tests.benchmarks.results import Result
from tests.benchmarks.setting import Setting

EVENTS, LATER, SEED = 10_000, 400, 1
RESULTS = Path("build/bench.jsonl")

Measure = Callable[[Setting], list[Result]]
MEASURES: tuple[tuple[Measure, tuple[str, ...]], ...] = (
    (exchanges.small_exchanges, ("noop_round_trips", "noop_bytes", "movement_round_trips", "movement_bytes")),
    (exchanges.first_bytes, ("first_bytes_ratio",)),
    (speed.first, ("first_events_per_second", "first_ratio")),
    (speed.ingest, ("ingest_ratio",)),
    (sending.send, ("send_ratio",)),
    (exchanges.resume, ("resume_ratio",)),
    (pages.pages, ("page_p95_ms", "page_ratio")),
    (growth.noop, ("growth_noop",)),
    (growth.movement, ("growth_movement",)),
    (growth.sending, ("growth_send",)),
    (searching.search_ms, ("search_ms",)),
    (papers.papers, ("papers_bytes_ratio", "papers_round_trips", "papers_edit_ratio")),
    (papers.resume, ("papers_resume_ratio",)),
)
"""What measures which names of the table."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything was measured, whether or not it keeps its bar; 2 for a name that there is not."""
    options = _parser().parse_args(arguments)
    only = [name for name in options.only.split(",") if name]
    unknown = [name for name in only if name not in results.BARS]
    if unknown:
        sys.stderr.write(f"no such name: {', '.join(unknown)}; there are: {', '.join(results.BARS)}\n")
        return 2
    found: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as folder:
        setting = _setting(Path(folder), options)
        for measure, names in MEASURES:
            wanted = [name for name in names if not only or name in only]
            if wanted:
                found += _measured(measure, wanted, setting, options.out)
    sys.stdout.write(results.table(found) + "\n")
    return 0


def _measured(measure: Measure, names: list[str], setting: Setting, out: Path) -> list[Result]:
    started = time.monotonic()
    sys.stderr.write(f"{', '.join(names)} … ")
    sys.stderr.flush()
    found = [one for one in measure(setting) if one.name.partition(".")[0] in names]
    results.replace(out, found)
    sys.stderr.write(f"{time.monotonic() - started:.0f} s\n")
    return found


def _setting(folder: Path, options: argparse.Namespace) -> Setting:
    lines: list[Line]
    if options.jsonl:
        lines = list(workload.read_jsonl(options.jsonl))
        extra = options.jsonl.with_name(options.jsonl.name + ".extra")
        later = list(workload.read_jsonl(extra)) if extra.exists() else lines
    else:
        stream = workload.stream(SEED)
        lines = list(islice(stream, options.events))
        later = list(islice(stream, LATER))
    people, seconds = options.people or (40, 40.0)
    return Setting(
        folder, lines, later, options.history, options.repeats, options.files, people, seconds,
        papers=options.papers, scans=options.scans,
    )  # fmt: skip


def _people(text: str) -> tuple[int, float]:
    number, _, seconds = text.partition(",")
    return int(number), float(seconds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description="Measures the table of performance.md.")
    add = parser.add_argument
    add("--jsonl", type=Path, metavar="FILE", help="an office's history, one JSON object a line; FILE.extra goes on")
    add("--papers", type=Path, metavar="DIR", help="scans (DIR/orig) and later versions of some (DIR/edited)")
    add("--scans", type=int, default=scans.SCANS, metavar="N", help="that are made when there is no DIR (papers_…)")
    add("--only", default="", metavar="NAMES", help=f"of {', '.join(results.BARS)}")
    add("--events", type=int, default=EVENTS, metavar="N", help="of the history that is made when there is no FILE")
    add("--history", type=int, default=1_000_000, metavar="N", help="events of the long history (growth_…)")
    add("--files", type=int, default=100_000, metavar="N", help="of the office in which forty people work (page_…)")
    add(
        "--people",
        type=_people,
        default=(40, 40.0),
        metavar="N,SECONDS",
        help="so many work at once, so long (page_…; default 40,40)",
    )
    add("--repeats", type=int, default=5, metavar="N", help="of each measurement; medians count")
    add("--out", type=Path, default=RESULTS, metavar="FILE", help="JSON lines; other names in it stay")
    add("--folder", type=Path, metavar="DIR", help="where to work, on a real disk (default: the system's)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
