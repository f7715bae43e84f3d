"""What a person sees: lists and pages, read from the views. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.desk import rights
from appliance.desk.days import today
from appliance.desk.file_page import file_page, movements
from appliance.desk.hand_overs import NEWEST, sent, waiting
from appliance.desk.standing_in import holding_of
from appliance.desk.values import Actor, Counts, InboxRow, LineState, NeighbourState, PostChoice
from appliance.store.book import STOPPED, decode_state
from appliance.store.manners import Manners
from appliance.store.search import Filters, find
from appliance.store.unit import Unit
from protocol.clock import hlc_ms
from protocol.directory import DirectoryIndex, Post
from protocol.efile import FileState

MOST_DUE = 500
_DUE = "due<>''"
_HERE = "phase='held' AND standing IN ('tray','desk') AND sort<>'proposal'"

__all__ = [
    "NEWEST", "all_files", "closed", "counts", "file_page", "inbox", "line_state", "movements", "notices", "parked",
    "post_choices", "row", "sent", "today", "waiting",
]  # fmt: skip


def inbox(unit: Unit, post: str, *, which: str = "all", limit: int = 200, before: int = NEWEST) -> list[InboxRow]:
    """What is on the desk of a post: what is overdue or due today, all of it, then the newest of the rest.

    `limit` and `before` (the `place` of the row above) are of the rest, or of the one sort in `which`.
    """
    day = today(unit).isoformat()
    at = f"post=? AND {_HERE}"
    if which != "all":
        one = {"unread": "unread=1 AND ?<>''", "overdue": f"{_DUE} AND due<?", "today": "due=?"}[which]
        return _newest(unit, f"{at} AND {one}", (post, day), limit, before)
    rest = _newest(unit, f"{at} AND NOT ({_DUE} AND due<=?)", (post, day), limit, before)
    if before < NEWEST:
        return rest
    return _rows(unit, f"{at} AND {_DUE} AND due<=? ORDER BY due, arrived_hlc DESC LIMIT ?", post, day, MOST_DUE) + rest


def _newest(unit: Unit, where: str, values: tuple[object, ...], limit: int, before: int) -> list[InboxRow]:
    return _rows(unit, f"{where} AND arrived_hlc<? ORDER BY arrived_hlc DESC LIMIT ?", *values, before, limit)


def _rows(unit: Unit, where: str, *values: object) -> list[InboxRow]:
    """Rows of lists, all in one question; `where` is of this module alone, and answered from an index where one can."""
    return [
        _row(str(file), phase, decode_state(bytes(state)), missing)
        for file, phase, state, missing in unit.db.rows(
            f"WITH chosen AS MATERIALIZED (SELECT file FROM efile WHERE {where})"
            " SELECT file, phase, state, (SELECT count(*) FROM paper p JOIN blob b USING (sha256)"
            " WHERE p.file=chosen.file AND b.here=0) FROM chosen CROSS JOIN efile USING (file)",
            *values,
        )
    ]


def _row(file: str, phase: str, state: FileState, missing: int) -> InboxRow:
    unread = phase == "held" and state.standing == "tray"
    return InboxRow(
        file, state.number, state.title, state.language, state.priority, state.from_post, state.how, state.remarks,
        hlc_ms(state.arrived_hlc), state.due, unread, missing, state.post, state.sort, state.sender, state.grading,
        out_to=state.out_to, place=state.arrived_hlc,
    )  # fmt: skip


def row(unit: Unit, file: str) -> InboxRow | None:
    """One subject as a list shows it, before `rights.veil_row`; None of one that is not here."""
    return next(iter(_rows(unit, "file=?", file)), None)


def parked(unit: Unit, post: str, *, limit: int = 200, before: int = NEWEST) -> list[InboxRow]:
    """Files that the post has put away, newest first; `before` is the `place` of the row above."""
    return _standing(unit, post, "parked", limit, before)


def closed(unit: Unit, post: str, *, limit: int = 200, before: int = NEWEST) -> list[InboxRow]:
    """Files that the post has closed, as `parked`."""
    return _standing(unit, post, "closed", limit, before)


def _standing(unit: Unit, post: str, standing: str, limit: int, before: int) -> list[InboxRow]:
    where = (
        "post=? AND phase='held' AND standing=? AND sort<>'opinion' AND arrived_hlc<? ORDER BY arrived_hlc DESC LIMIT ?"
    )
    return _rows(unit, where, post, standing, before, limit)


def all_files(unit: Unit, actor: Actor, *, words: str = "", limit: int = 200, before: int = NEWEST) -> list[InboxRow]:
    """Files that this node has or had, by words of number and subject, as the actor may see them; newest first.

    `before` is the `place` of the row above.
    """
    where, values = "", list[object]()
    if words:
        found = _named(unit, actor, words, limit)
        where, values = f" AND file IN ({','.join('?' * len(found))})", list(found)
    rows = _rows(
        unit,
        f"file_number<>'' AND sort='file'{where} AND arrived_hlc<? AND {rights.SEEN_BY}"
        " ORDER BY arrived_hlc DESC LIMIT ?",
        *values, before, actor.post, actor.post, limit,
    )  # fmt: skip
    seen = (rights.veil_row(unit, actor, row) for row in rows)
    return [row for row in seen if row is not None]


def _named(unit: Unit, actor: Actor, words: str, limit: int) -> list[str]:
    """Files whose cover says the words, as far as the actor may read it, and those whose number begins with them."""
    covers = find(unit.db, words, readable=frozenset({actor.post}), limit=limit, filters=Filters(kind="file"))
    numbers = unit.db.rows(
        "SELECT file FROM efile WHERE file_number COLLATE NOCASE>=? AND file_number COLLATE NOCASE<? LIMIT ?",
        words, words + "\U0010ffff", limit,
    )  # fmt: skip
    return list(dict.fromkeys([*(hit.subject for hit in covers.hits), *(str(file) for (file,) in numbers)]))


def counts(unit: Unit, post: str) -> Counts:
    """The figures of the left rail."""
    day = today(unit).isoformat()
    inbox_all, unread, overdue, due_today = unit.db.row(
        "SELECT count(*), coalesce(sum(unread), 0), coalesce(sum(due<>'' AND due<?), 0), coalesce(sum(due=?), 0) "
        f"FROM efile WHERE post=? AND {_HERE}",
        day, day, post,
    ) or (0, 0, 0, 0)  # fmt: skip
    waiting = unit.db.value(
        "SELECT count(*) FROM movement WHERE from_post=? AND stage IN ('waiting','on_its_way')", post
    )
    parked = unit.db.value(
        "SELECT count(*) FROM efile WHERE post=? AND phase='held' AND standing='parked' AND sort<>'opinion'", post
    )
    return Counts(inbox_all, unread, overdue, due_today, waiting or 0, parked or 0)


def line_state(unit: Unit) -> LineState:
    """The truth about the line. A hand-over waits until the hub has acknowledged it."""
    up, since, last, trouble, metered, until, by = unit.db.row(
        "SELECT up, since_ms, last_exchange_ms, trouble, metered, paused_until_ms, paused_by FROM line"
    ) or (None, None, None, "", 0, 0, "")
    now = unit.clock.now_ms()
    rests = Manners(paused_until_ms=until).pause_left_ms(now) > 0
    waiting = unit.db.value("SELECT count(*) FROM movement WHERE stage='waiting'") or 0
    waiting += unit.db.value("SELECT count(*) FROM outbox WHERE kind='release'") or 0
    papers = unit.db.value("SELECT count(*) FROM blob WHERE here=1 AND at_hub=0") or 0
    stopped = unit.db.value("SELECT mode FROM node") == STOPPED
    return LineState(
        None if up is None else bool(up), since, last, waiting, papers, stopped, trouble or "", now,
        until if rests else 0, by if rests else "", bool(metered), _neighbour(unit, since or 0) if up != 1 else None,
    )  # fmt: skip


def _neighbour(unit: Unit, since_ms: int) -> NeighbourState | None:
    found = unit.db.row(
        "SELECT office, carried_ms, tried, tried_ms, trouble FROM neighbour WHERE tried_ms>=?", since_ms
    )
    if found is None:
        return None
    office, carried_ms, tried, tried_ms, trouble = found
    recent = carried_ms is not None and carried_ms >= since_ms
    return NeighbourState(office if recent else "", carried_ms if recent else None, tried, tried_ms, trouble)


def post_choices(unit: Unit, office: str | None = None, words: str = "") -> list[PostChoice]:
    """Posts that a file can be sent to: of one office, or of the district, this node's first."""
    directory, unconfirmed, day = unit.directory(), unit.unconfirmed(), today(unit)
    found = []
    for post in posts_of(directory):
        place = directory.office(post.office)
        if place is None or place.closed or (office is not None and post.office != office):
            continue
        held = holding_of(directory, post.code, day)
        choice = PostChoice(
            post.code, post.name_hi, post.name_en, post.office, place.name_hi, place.name_en,
            _names(directory, held.holders), place.node == unit.node, _names(directory, held.links),
            ("post", post.code) in unconfirmed,
        )  # fmt: skip
        text = f"{choice.code} {choice.name_hi} {choice.name_en} {choice.office_name_hi} {choice.office_name_en}"
        if all(word.casefold() in text.casefold() for word in words.split()):
            found.append(choice)
    return sorted(found, key=lambda choice: (not choice.here, choice.office))


def _names(directory: DirectoryIndex, employees: Iterable[str]) -> list[str]:
    return [employee.name for code in employees if (employee := directory.employee(code)) is not None]


def posts_of(directory: DirectoryIndex) -> Iterable[Post]:
    """All posts of the district."""
    return directory.directory.posts


def notices(unit: Unit, since: int) -> tuple[int, bool]:
    """A counter that grows with every change here, and whether it has grown since."""
    now: int = unit.db.value("SELECT changes FROM node") or 0
    return now, now != since
