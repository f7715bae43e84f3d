"""Sums of the office: what is pending with whom, what a month brought and settled, what is late."""

from __future__ import annotations

from datetime import date

from appliance.desk import rights
from appliance.desk.days import start_of_day_ms, today
from appliance.desk.register_values import (
    BUCKETS,
    SPECIAL,
    Asked,
    DisposalRow,
    Figures,
    Flow,
    PendingRow,
    disposal_of,
    month_after,
    months,
)
from appliance.desk.registers import HIDDEN, ON_DESK, POSTS_HERE, SETTLED, before_days
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol.clock import hlc_ms

DISPOSED_SORTS = ("receipt", "file")


def pendency(unit: Unit, actor: Actor, asked: Asked) -> list[PendingRow]:
    """What lies on each desk of this office, most first."""
    parts, values = [], list[object]()
    for first, last in BUCKETS:
        part = "efile.arrived_hlc<?" if first else "1"
        values += [before_days(unit, first)] if first else []
        if last is not None:
            part += " AND efile.arrived_hlc>=?"
            values.append(before_days(unit, last + 1))
        parts.append(f"sum({part})")
    where, more = [f"efile.post IN ({POSTS_HERE})", ON_DESK, rights.SEEN_BY], list[object]([actor.post, actor.post])
    for column, value in (("efile.post", asked.post), ("efile.sort", asked.sort)):
        if value:
            where.append(f"{column}=?")
            more.append(value)
    rows = unit.db.rows(
        f"SELECT efile.post, {', '.join(parts)}, sum(efile.due<>'' AND efile.due<?), min(efile.arrived_hlc) FROM efile"
        f" WHERE {' AND '.join(where)} GROUP BY efile.post",
        *values, today(unit).isoformat(), *more,
    )  # fmt: skip
    wished = _posts_of_section(unit, asked.section)
    found = [
        PendingRow(post, tuple(counts), overdue, hlc_ms(oldest))
        for post, *counts, overdue, oldest in rows
        if wished is None or post in wished
    ]
    return sorted(found, key=lambda row: (-row.total, row.oldest_ms))


def _posts_of_section(unit: Unit, section: str) -> frozenset[str] | None:
    if not section:
        return None
    return frozenset(post.code for post in unit.directory().directory.posts if post.section == section)


def disposal(unit: Unit, actor: Actor, asked: Asked) -> list[DisposalRow]:
    """For each month of the period, newest first: the office as a whole, then each post, receipts and files.

    Of the office: diarised and disposed of, opened and closed. Of a post: come to its desk and left it; what was taken
    back unopened never came.
    """
    last = date.fromisoformat(asked.until) if asked.until else today(unit)
    first = date.fromisoformat(asked.since) if asked.since else last
    wished = _posts_of_section(unit, asked.section)
    asked_for = months(first, last)[::-1]
    flows = [] if asked.post or asked.section else _office_flows(unit, actor, asked_for)
    flows += [flow for flow in _desk_flows(unit, actor, asked_for) if wished is None or flow.post in wished]
    return disposal_of(
        asked_for,
        [flow for flow in flows if asked.sort in ("", flow.sort) and asked.post in ("", flow.post)],
    )


def _bounds(asked_for: list[date]) -> list[int]:
    """Where each month begins, and where the last one ends."""
    days = [*asked_for, month_after(asked_for[-1])]
    return [start_of_day_ms(day.isoformat()) << 16 for day in days]


def _place(column: str, bounds: list[int]) -> str:
    """SQL for how many of the bounds lie at or before a moment; they are numbers of ours."""
    return "(" + "+".join(f"({column}>={bound})" for bound in bounds) + ")"


def _office_flows(unit: Unit, actor: Actor, asked_for: list[date]) -> list[Flow]:
    """A `+` keeps a column out of the choice of an index: what is open and what was settled since is less."""
    bounds, me = _bounds(asked_for), (actor.post, actor.post)
    found = []
    for sort, view, begun, done in (
        ("receipt", "receipt", "diarised_hlc", "done_hlc"),
        ("file", "cover", "opened_hlc", "closed_hlc"),
    ):
        place = _place(begun, bounds)
        counted = f"count(*) FROM {view} WHERE +{begun}<? AND file NOT IN ({HIDDEN})"
        rows = unit.db.rows(
            f"SELECT {place} AS b, NULL, {counted} AND {done}=0 GROUP BY b UNION ALL"
            f" SELECT {place} AS b, {_place(done, bounds)} AS d, {counted} AND {done}>=? GROUP BY b, d",
            bounds[-1], *me, bounds[-1], *me, bounds[0],
        )  # fmt: skip
        found += [Flow("", sort, *row) for row in rows]
    return found


def _desk_flows(unit: Unit, actor: Actor, asked_for: list[date]) -> list[Flow]:
    bounds = _bounds(asked_for)
    begun, done = _place("from_hlc", bounds), _place("to_hlc", bounds)
    stays = f"FROM stay WHERE kind='desk' AND node=? AND from_hlc<? AND file NOT IN ({HIDDEN})"
    each = (unit.node, bounds[-1], actor.post, actor.post)
    rows = unit.db.rows(
        f"SELECT post, sort, {begun} AS b, NULL, count(*) {stays} AND to_hlc IS NULL GROUP BY post, sort, b UNION ALL"
        f" SELECT post, sort, {begun} AS b, {done} AS d, count(*) {stays} AND to_hlc>=? AND opened_hlc IS NOT NULL"
        " GROUP BY post, sort, b, d",
        *each, *each, bounds[0],
    )  # fmt: skip
    return [Flow(*row) for row in rows if row[1] in DISPOSED_SORTS]


def figures(unit: Unit, actor: Actor) -> dict[str, Figures]:
    """Counts for the index, by register: the special receipts, pending and held work, out on paper, due for review."""
    day, me = today(unit).isoformat(), (actor.post, actor.post)
    found = {kind: Figures(0) for kind in SPECIAL}
    for kind, count, late in unit.db.rows(
        "SELECT r.type, count(*), sum(r.due<>'' AND r.due<?) FROM receipt r CROSS JOIN efile ON efile.file=r.file"
        f" WHERE r.type IN ('court','rti','vip','grievance') AND r.copy_of='' AND ({SETTLED})=0 AND {rights.SEEN_BY}"
        " GROUP BY r.type",
        day, *me,
    ):  # fmt: skip
        found[kind] = Figures(count, late)
    desks = pendency(unit, actor, Asked())
    found["pendency"] = Figures(sum(row.total for row in desks), sum(row.overdue for row in desks))
    own = next((row for row in desks if row.post == actor.post), None)
    found["held"] = Figures(own.total, own.overdue) if own else Figures(0)
    for name, sql in (
        ("out", "c.out_hlc>0 AND efile.standing='out' AND efile.phase='held'"),
        ("review", "c.review<>'' AND c.review<=? AND efile.standing='recorded' AND efile.phase='held'"),
    ):
        count, late = unit.db.row(
            "SELECT count(*), coalesce(sum(efile.due<>'' AND efile.due<?), 0) FROM cover c CROSS JOIN efile"
            f" ON efile.file=c.file WHERE {sql} AND {rights.SEEN_BY}",
            day, *([day] if "?" in sql else []), *me,
        ) or (0, 0)  # fmt: skip
        found[name] = Figures(count, late if name == "out" else count)
    return found
