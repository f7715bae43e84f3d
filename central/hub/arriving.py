"""Papers that the district does not have yet: how far each has come, and how long the rest may take. Reads alone."""

from __future__ import annotations

import contextlib
from itertools import groupby, islice
from typing import Any

from central.hub.unit import HubUnit
from central.rights import is_veiled
from central.values import ArrivingPaper, OfficePapers, WaitingPapers
from commons.papers import UploadMissing

SHOWN_OF_ONE = 50
SHOWN_FILES = 20
LOOKED_AT_FILES = 2_000
OFFICES = 200


def note_beginning(hub: HubUnit, sha256: bytes, node: str, upload: str) -> None:
    """An upload of a paper was created, or found again; the first counts, until another one takes its place."""
    with hub.db.writing():
        hub.db.run(
            "INSERT INTO arriving (sha256, node, upload, began_ms) VALUES (?,?,?,?) ON CONFLICT (sha256) DO UPDATE "
            "SET node=excluded.node, upload=excluded.upload, began_ms=excluded.began_ms WHERE upload<>excluded.upload",
            sha256, node, upload, hub.clock.now_ms(),
        )  # fmt: skip


def arriving(hub: HubUnit, *, graded: bool) -> list[OfficePapers]:
    """By office, what began last first, then what has not; an office with nothing to come has no row.

    `graded`: graded titles too.
    """
    lacking = hub.db.rows(
        "SELECT node, count(*), sum(size) FROM paper WHERE here=0 GROUP BY node ORDER BY node LIMIT ?", OFFICES
    )
    begun = hub.db.rows(
        "SELECT a.node, a.sha256, a.upload, a.began_ms, p.size, f.file_number, f.title, coalesce(f.grading, 'normal') "
        "FROM arriving a JOIN paper p USING (sha256) LEFT JOIN efile f ON f.file="
        "(SELECT file FROM paper_use u WHERE u.sha256=a.sha256 LIMIT 1) ORDER BY a.node, a.began_ms DESC",
    )
    rows: dict[str, list[ArrivingPaper]] = {}
    for node, papers in groupby(begun, key=lambda row: str(row[0])):
        rows[node] = [
            one for row in islice(papers, SHOWN_OF_ONE) if (one := _paper(hub, row[1:], graded=graded)) is not None
        ]
    waiting = _waiting(hub, graded=graded)
    now_ms = hub.clock.now_ms()
    return [
        _office(node, count, size, rows.get(node, []), waiting.get(node, []), now_ms) for node, count, size in lacking
    ]


def _waiting(hub: HubUnit, *, graded: bool) -> dict[str, list[WaitingPapers]]:
    """By office what has not begun, a small file first, as the office sends those of one priority."""
    found = hub.db.rows(
        "SELECT node, count(*), sum(size), coalesce(file_number, ''), coalesce(title, ''), "
        "coalesce(grading, 'normal') FROM (SELECT p.node AS node, p.size AS size, "
        "(SELECT file FROM paper_use u WHERE u.sha256=p.sha256 LIMIT 1) AS file FROM paper p WHERE p.here=0 "
        "AND NOT EXISTS (SELECT 1 FROM arriving a WHERE a.sha256=p.sha256)) LEFT JOIN efile USING (file) "
        "GROUP BY node, file ORDER BY node, sum(size) LIMIT ?", LOOKED_AT_FILES,
    )  # fmt: skip
    waiting: dict[str, list[WaitingPapers]] = {}
    for node, files in groupby(found, key=lambda row: str(row[0])):
        waiting[node] = [_waits(*row[1:], graded=graded) for row in islice(files, SHOWN_FILES)]
    return waiting


def _waits(count: int, size: int, number: str, title: str, grading: str, *, graded: bool) -> WaitingPapers:
    veiled = is_veiled(grading, graded=graded)
    return WaitingPapers("" if veiled else number, "" if veiled else title, count, size, veiled)


def _paper(hub: HubUnit, row: tuple[Any, ...], *, graded: bool) -> ArrivingPaper | None:
    sha256, upload, began_ms, size, number, title, grading = row
    veiled = is_veiled(grading, graded=graded)
    if veiled:
        number = title = ""
    with contextlib.suppress(UploadMissing):
        state = hub.incoming.state(upload)
        return ArrivingPaper(
            bytes(sha256).hex(), number or "", title or "", size, state.offset, state.total_bytes, began_ms,
            int(state.touched_at * 1000), veiled,
        )  # fmt: skip
    return None


def _office(
    node: str, count: int, size: int, rows: list[ArrivingPaper], waiting: list[WaitingPapers], now_ms: int
) -> OfficePapers:
    """What is left, and how long it takes at the pace since the present papers began, cuts and rests included."""
    saved = sum(one.size - one.crossing + one.crossed for one in rows)
    crossed = sum(one.crossed for one in rows)
    since = min((one.began_ms for one in rows), default=now_ms)
    left = max(size - saved, 0)
    pace = crossed * 1000 / (now_ms - since) if crossed and now_ms > since else 0.0
    others = max(count - len(rows) - sum(one.count for one in waiting), 0)
    return OfficePapers(node, count, left, rows, waiting, others, left / pace if pace else None)
