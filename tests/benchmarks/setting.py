"""What all measurements of one run share: the history, the size, a folder, districts that are made once and copied."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.store.unit import Unit
from central.hub.unit import HubUnit
from tests.benchmarks import district as districts
from tests.benchmarks import history
from tests.benchmarks.district import District
from tests.benchmarks.events import Line, Translator
from tests.benchmarks.scans import SCANS


@dataclass
class Setting:
    """`lines` are the history, `later` what comes after it, `grown` the size of a large history.

    `files` are those of the office in which `people` work at once, for `work_seconds`. So many `scans` are made, unless
    they are read from the folder `papers`.
    """

    folder: Path
    lines: Sequence[Line]
    later: Sequence[Line]
    grown: int = 1_000_000
    repeats: int = 5
    files: int = 100_000
    people: int = 40
    work_seconds: float = 40.0
    papers: Path | None = None
    scans: int = SCANS
    _made: dict[str, District] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def template(self) -> District:
        """Hub and offices that have not met; the first office has the history. Copy it."""
        return self.kept("template", self._write)

    def _write(self, district: District) -> None:
        with opened(district) as unit:
            history.write(unit, self.lines, Translator(districts.OFFICE))

    def kept(self, name: str, fill: Callable[[District], None]) -> District:
        """A district that is made and filled once a run."""
        if name not in self._made:
            made = districts.make(self.folder / name, {line["post"] for line in self.lines})
            fill(made)
            self._made[name] = made
        return self._made[name]

    def staffed(self, name: str, people: int, fill: Callable[[District], None]) -> District:
        """A district whose office has so many people more; made and filled once a run."""
        if name not in self._made:
            made = districts.make(self.folder / name, (), people)
            fill(made)
            self._made[name] = made
        return self._made[name]

    @contextmanager
    def fresh(self) -> Iterator[District]:
        """A copy of the template, removed afterwards."""
        with self.copied(self.template) as copy:
            yield copy

    @contextmanager
    def copied(self, made: District) -> Iterator[District]:
        """A copy of a district, removed afterwards."""
        copy = made.copy(self.folder / f"fresh-{next(self._numbers)}")
        try:
            yield copy
        finally:
            copy.remove()


@contextmanager
def opened(district: District) -> Iterator[Unit]:
    """The office with the history."""
    unit = district.open_office()
    try:
        yield unit
    finally:
        unit.db.close()


@contextmanager
def opened_hub(district: District) -> Iterator[HubUnit]:
    """The hub."""
    hub = district.open_hub()
    try:
        yield hub
    finally:
        hub.db.close()
