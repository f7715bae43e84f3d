"""python -m tests.simulation: many runs, one line of what was done, the seeds of failures; or one run, told."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.checker import Violation
    from tests.simulation.play import Result
    from tests.simulation.record import Record


def main() -> int:
    """0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="how many runs")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="play this one alone and print its trace")
    parser.add_argument("--fault", default="", help="break one rule (tests/simulation/faults.py has their names)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--until-caught", action="store_true", help="stop at the first run that the fault spoils")
    parser.add_argument("--keep", action="store_true", help="with --seed: leave the folders")
    given = parser.parse_args()
    if given.fault:
        importlib.import_module("tests.simulation.faults").install(given.fault)
    if given.seed is not None:
        return _tell(given.seed, given.fault, keep=given.keep)
    return _many(given)


def _tell(seed: int, fault: str, *, keep: bool) -> int:
    result = _play(seed, fault, keep=keep)
    for said in result.trace:
        print(said)
    for violation in result.violations:
        print(f"VIOLATION {violation.invariant} {violation.code}: {violation.detail}")
    print(f"trace {result.digest}")
    return 1 if result.violations else 0


def _play(seed: int, fault: str, *, keep: bool = False) -> Result:
    """Imports the product only now: a fault has to be there before it."""
    play = importlib.import_module("tests.simulation.play")
    plan = importlib.import_module("tests.simulation.faults").plan_for(fault) if fault else None
    result: Result = play.play(seed, plan, keep=keep)
    return result


def _job(work: tuple[int, str]) -> tuple[int, tuple[Violation, ...], Record]:
    seed, fault = work
    result = _play(seed, fault)
    return seed, result.violations, result.record


def _many(given: argparse.Namespace) -> int:
    started = time.monotonic()
    sums: Counter[str] = Counter()
    jobs = [(seed, given.fault) for seed in range(given.first, given.first + given.runs)]
    with multiprocessing.get_context("fork").Pool(given.processes) as pool:
        for seed, violations, record in pool.imap_unordered(_job, jobs, chunksize=1):
            sums["runs"] += 1
            for name in ("events", "exchanges", "cuts", "crashes", "restores"):
                sums[name] += getattr(record, name)
            sums["set back"] += record.office_set_backs + record.hub_set_backs
            sums["carried by hand"] += sum(record.by_hand.values())
            sums["violations"] += bool(violations)
            for violation in violations[:2]:
                print(f"SEED={seed} {violation.invariant} {violation.code}: {violation.detail}", flush=True)
            if violations and given.until_caught:
                pool.terminate()
                break
    names = ("runs", "events", "exchanges", "cuts", "crashes", "restores", "set back", "carried by hand", "violations")
    print(", ".join(f"{sums[name]} {name}" for name in names) + f"; {time.monotonic() - started:.0f} s")
    return 1 if sums["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
