"""Whether what is new costs the same with a long history behind it as with a short one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier
from appliance.store.unit import Unit
from tests.benchmarks import history
from tests.benchmarks.browser import Browser
from tests.benchmarks.district import ASSISTANT, OFFICE, PASSWORD, District
from tests.benchmarks.events import Translator, stretched
from tests.benchmarks.exchanges import Desk, move, texts
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.sending import open_files, send_form
from tests.benchmarks.servers import Server, hub_web, office_web
from tests.benchmarks.setting import Setting, opened, opened_hub
from tests.support.line import DirectLine

SMALL = 1_000
TOGETHER = 3
"""Pieces of work in one measurement."""

MEASURED = 6
"""Measurements for each repeat, in turns at the two sizes: the medians count."""

WARM_UP = 3
"""Measurements that do not count: each of a server's threads opens the database once."""

Work = Callable[[], None]


@dataclass(frozen=True)
class Node:
    """An office with its history behind it, and the processes that do its work."""

    unit: Unit
    servers: tuple[Server, ...]

    def cpu_seconds(self, work: Work) -> float:
        """User and system time that the work took, here and in its processes."""
        before = self._now()
        work()
        return self._now() - before

    def _now(self) -> float:
        return time.process_time() + sum(server.cpu_seconds() for server in self.servers)


def noop(setting: Setting) -> list[Result]:
    """growth_noop."""

    def begin(node: Node, _district: District) -> Work:
        return lambda: _converse(node)

    return _growth("growth_noop", setting, begin, with_hub=True)


def movement(setting: Setting) -> list[Result]:
    """growth_movement."""

    def begin(node: Node, district: District) -> Work:
        files = iter(open_files(district, TOGETHER * _measurements(setting), setting.later))
        said = texts(setting.later)
        _converse(node)

        def work() -> None:
            move(node.unit, Desk(next(files), ASSISTANT), *next(said))
            _converse(node)

        return work

    return _growth("growth_movement", setting, begin, with_hub=True)


def sending(setting: Setting) -> list[Result]:
    """growth_send."""

    def begin(node: Node, district: District) -> Work:
        files = iter(open_files(district, TOGETHER * _measurements(setting), setting.later))
        said = texts(setting.later)
        person = Browser(node.servers[0].port)
        person.log_in(ASSISTANT.employee, PASSWORD)

        def work() -> None:
            send_form(person, next(files), next(said)[1])

        return work

    return _growth("growth_send", setting, begin, with_hub=False)


def _growth(name: str, setting: Setting, begin: Callable[[Node, District], Work], *, with_hub: bool) -> list[Result]:
    places = [_grown(setting, SMALL), _grown(setting, setting.grown)]
    with ExitStack() as stack:
        nodes = [stack.enter_context(_node(place, with_hub=with_hub)) for place in places]
        works = [begin(node, place) for node, place in zip(nodes, places, strict=True)]
        turns = [
            [node.cpu_seconds(_several(work)) / TOGETHER for node, work in zip(nodes, works, strict=True)]
            for _ in range(_measurements(setting))
        ]
    small, large = (median(seconds) for seconds in zip(*turns[WARM_UP:], strict=True))
    return [
        result(name, large / small),
        raw(f"{name}.cpu_seconds", large, "s"),
        raw(f"{name}.raw_cpu_seconds", small, "s"),
        raw(f"{name}.events", setting.grown, "events"),
    ]


def _measurements(setting: Setting) -> int:
    return MEASURED * setting.repeats + WARM_UP


def _several(work: Work) -> Work:
    def again() -> None:
        for _ in range(TOGETHER):
            work()

    return again


def _converse(node: Node) -> None:
    converse(node.unit, HttpsCarrier(node.servers[0].url, node.unit.incoming))


@contextmanager
def _node(district: District, *, with_hub: bool) -> Iterator[Node]:
    program = hub_web(district.hub_folder) if with_hub else office_web(district.office_folder)
    with program as server, opened(district) as unit:
        yield Node(unit, (server,))


def _grown(setting: Setting, events: int) -> District:
    """Hub and office that have all of a long history; made once a run."""

    def fill(place: District) -> None:
        with opened(place) as unit, opened_hub(place) as hub:
            history.load(unit, stretched(setting.lines, events), Translator(OFFICE))
            converse(unit, DirectLine(hub, OFFICE))
            for db in (unit.db, hub.db):
                db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    return setting.kept(f"grown-{events}", fill)
