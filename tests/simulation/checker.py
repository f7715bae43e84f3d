"""Checks the eight invariants of the design on the data folders of a finished, quiet world.

Written from docs/protocol.md; shares no code with what it checks: its own reading of the bytes, its own hashes, its own
replay of custody from what lies in the databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.simulation.checking import chains, custody, keeping, weeding
from tests.simulation.checking.read import HubFacts, UnitFacts, Violation, read_hub, read_unit
from tests.simulation.truth import Truth

__all__ = ["Truth", "Violation", "check"]


def check(hub_folder: Path, unit_folders: dict[str, Path], storage_key: bytes, truth: Truth) -> list[Violation]:
    """All violations found, the lowest invariant first; an empty list for a world in which every invariant holds.

    `unit_folders`: node code (or, for a clone that was switched off, `code#anything`) to its data folder.
    `storage_key`: the 32 raw bytes that open every database and store of papers of this world. Nothing is written.
    """
    hub = read_hub(hub_folder, storage_key)
    units = [read_unit(name, folder, storage_key) for name, folder in sorted(unit_folders.items())]
    return sorted(_violations(hub, units, storage_key, truth))


def _violations(hub: HubFacts, units: list[UnitFacts], storage_key: bytes, truth: Truth) -> Iterator[Violation]:
    yield from custody.check_hub(hub, truth)
    yield from custody.check_rights(hub, units, truth)
    yield from custody.check_same(hub, units, truth)
    yield from custody.check_once(hub, units, truth)
    yield from chains.check_hub(hub, truth)
    yield from chains.self_test(hub)
    for unit in units:
        yield from chains.check_unit(unit, truth.hub_code, truth)
    yield from keeping.check_kept(hub, units, truth)
    yield from keeping.check_papers(hub, units, storage_key, truth)
    yield from keeping.check_aside(hub, units, truth)
    yield from keeping.check_quiet(hub, units, truth)
    yield from weeding.check_weeded(hub, units, storage_key, truth)
    yield from _costs(truth)
    yield from _rebuilt(truth)


def _costs(truth: Truth) -> Iterator[Violation]:
    for cost in truth.costs:
        if cost.value > cost.bound:
            yield Violation(7, "cost", f"{cost.name}: {cost.value}, at most {cost.bound}")


def _rebuilt(truth: Truth) -> Iterator[Violation]:
    for dumps in truth.dumps:
        for table in sorted(dumps.live.keys() | dumps.rebuilt.keys()):
            live, rebuilt = dumps.live.get(table, []), dumps.rebuilt.get(table, [])
            only_live = [row for row in live if row not in rebuilt]
            only_rebuilt = [row for row in rebuilt if row not in live]
            if only_live or only_rebuilt or len(live) != len(rebuilt):
                row = (only_live or only_rebuilt or live or rebuilt)[0]
                what = f"{len(only_live)} rows live only, {len(only_rebuilt)} rebuilt only: {str(row)[:200]}"
                yield Violation(8, "view", f"{dumps.node}: {table}: {what}")
