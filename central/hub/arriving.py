"""Papers that the district does not have yet: how far each has come, and how long the rest may take. Reads alone."""

from __future__ import annotations

import contextlib
from itertools import groupby, islice
from typing import Any

from central.hub.unit import HubUnit
from central.rights import is_veiled
from central.values import ArrivingPaper, OfficePapers
from commons.papers import UploadMissing

SHOWN_OF_ONE = 50
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
    """By office, what has begun first; an office with nothing to come has no row. `graded`: graded titles too."""
    waiting = hub.db.rows(
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
    return [_office(node, count, size, rows.get(node, []), hub.clock.now_ms()) for node, count, size in waiting]


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


def _office(node: str, count: int, size: int, rows: list[ArrivingPaper], now_ms: int) -> OfficePapers:
    """What is left, and how long it takes at the pace since the present papers began, cuts and rests included."""
    saved = sum(one.size - one.crossing + one.crossed for one in rows)
    crossed = sum(one.crossed for one in rows)
    since = min((one.began_ms for one in rows), default=now_ms)
    left = max(size - saved, 0)
    pace = crossed * 1000 / (now_ms - since) if crossed and now_ms > since else 0.0
    return OfficePapers(node, count, left, rows, left / pace if pace else None)
