"""Lists of files: inbox, sent, parked, closed, all of the office, and what waits for the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from flask import Blueprint, make_response, render_template, request

from appliance.desk import habits, reading
from appliance.desk import unfinished as drafts
from appliance.desk.days import today
from appliance.desk.many import MOST_ROWS, receive_many
from appliance.desk.paper_progress import papers_waiting
from appliance.desk.values import InboxRow, SentRow
from appliance.web import many, summary
from appliance.web.session import this_unit, who
from commons.web import showing
from commons.web.frame import see_other
from commons.web.problems import Problem

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("lists", __name__, template_folder="templates")
PAGE_ROWS = 60
WHICH = ("all", "unread", "overdue", "today")
AnyRow = TypeVar("AnyRow", InboxRow, SentRow)


class Group(msgspec.Struct, frozen=True):
    """Rows under one heading, worst first."""

    name: str  # "overdue", "today", "rest"
    rows: list[InboxRow]


def grouped(rows: list[InboxRow], now_ms: int) -> list[Group]:
    """Overdue first, then what is due today, then the rest; each by its limit, then as given."""
    tones: dict[str, list[InboxRow]] = {"overdue": [], "today": [], "rest": []}
    for row in rows:
        due = showing.limit(row.due_date, now_ms)
        tones["overdue" if due and due.tone == "late" else "today" if due and due.tone == "soon" else "rest"].append(
            row
        )
    tones["overdue"].sort(key=lambda row: row.due_date)
    tones["rest"].sort(key=lambda row: row.due_date or "9999")
    return [Group(name, found) for name, found in tones.items() if found]


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The summary first, once a day; then the inbox."""
    unit = this_unit()
    if habits.greet(unit, who().info.employee):
        return summary.page(first=True)
    return _inbox()


@blueprint.get("/inbox")
def inbox() -> ResponseReturnValue:
    """Files on the desk of the present post."""
    return _inbox()


@blueprint.post("/inbox")
def act() -> ResponseReturnValue:
    """The tool bar: on the chosen rows, or on the row that the keyboard is on."""
    chosen = request.form.getlist("file") or [file for file in request.form.getlist("here") if file]
    wish = request.form.get("do", "open")
    if not chosen:
        return _inbox(nothing_chosen=True)
    if wish == "receive":
        found = receive_many(this_unit(), who().actor, chosen[:MOST_ROWS])
        return many.outcome("receive", found) if any(one.refused for one in found) else see_other("/inbox")
    if wish in many.VERBS and len(chosen) > 1:
        return many.form(wish, chosen)
    anchor = {"send": "#s", "park": "?do=park#park"}.get(wish, "")
    return see_other(f"/files/{chosen[0]}{anchor}")


@blueprint.get("/sent")
def sent() -> ResponseReturnValue:
    """Hand-overs by the present post, and how far each has come."""
    before = _before()
    rows, older = _cut(reading.sent(this_unit(), who().actor.post, limit=PAGE_ROWS + 1, before=before))
    return render_template("office/sent.html", rows=rows, older=older, later=before < reading.NEWEST)


@blueprint.get("/parked")
def parked() -> ResponseReturnValue:
    """Files that the post has parked."""
    return _shelf("parked", reading.parked(this_unit(), who().actor.post, limit=PAGE_ROWS + 1, before=_before()))


@blueprint.get("/closed")
def closed() -> ResponseReturnValue:
    """Files that the post has closed."""
    return _shelf("closed", reading.closed(this_unit(), who().actor.post, limit=PAGE_ROWS + 1, before=_before()))


@blueprint.get("/unfinished")
def unfinished() -> ResponseReturnValue:
    """Yellow notes of the post that wait to be confirmed, and drafts on its desk that are not yet issued."""
    return render_template("office/movement_unfinished.html", rows=drafts.unfinished(this_unit(), who().actor))


@blueprint.get("/files")
def files() -> ResponseReturnValue:
    """All files that this office has, by number or words of the subject."""
    words = request.args.get("q", "").strip()
    rows = reading.all_files(this_unit(), who().actor, words=words, limit=PAGE_ROWS + 1, before=_before())
    return _shelf("files", rows, words)


@blueprint.get("/waiting")
def waiting() -> ResponseReturnValue:
    """Hand-overs that the district has not acknowledged: those of the person's own posts, and how many others."""
    unit = this_unit()
    own = dict.fromkeys([who().actor.post, *who().info.posts])
    rows = sorted((row for post in own for row in reading.waiting(unit, post)), key=_sent_at)
    others = max(reading.line_state(unit).waiting_movements - len(rows), 0)
    papers = papers_waiting(unit, who().actor)
    return render_template("office/waiting.html", rows=rows, others=others, papers=papers)


def _sent_at(row: SentRow) -> int:
    return row.sent_ms


def _inbox(problem: Problem | None = None, *, nothing_chosen: bool = False) -> ResponseReturnValue:
    unit = this_unit()
    which = request.args.get("which", "all")
    which = which if which in WHICH else "all"
    before = _before()
    rows = reading.inbox(unit, who().actor.post, which=which, limit=PAGE_ROWS + 1, before=before)
    rows, older = _cut_inbox(rows, which, today(unit).isoformat())
    page = render_template(
        "office/inbox.html",
        which=which,
        groups=grouped(rows, unit.clock.now_ms()),
        older=older,
        later=before < reading.NEWEST,
        problem=problem,
        nothing_chosen=nothing_chosen,
    )
    return make_response(page, 409 if problem else 422 if nothing_chosen else 200)


def _before() -> int:
    """The place that a link to older rows names; that of the newest page where it names none that can be."""
    named = request.args.get("before", reading.NEWEST, type=int)
    return named if 0 < named < reading.NEWEST else reading.NEWEST


def _cut(rows: list[AnyRow]) -> tuple[list[AnyRow], int]:
    """A page of what was asked for with one row more, and before which place the next begins; 0 on the last."""
    return rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].place if len(rows) > PAGE_ROWS else 0


def _cut_inbox(rows: list[InboxRow], which: str, day: str) -> tuple[list[InboxRow], int]:
    """As `_cut`. All that is due stands on the first page, above what is cut."""
    paged = rows if which != "all" else [row for row in rows if not row.due_date or row.due_date > day]
    shown, older = _cut(paged)
    return (rows[: len(rows) - len(paged)] + shown, older)


def _shelf(kind: str, rows: list[InboxRow], words: str = "") -> ResponseReturnValue:
    shown, older = _cut(rows)
    later = _before() < reading.NEWEST
    return render_template("office/shelf.html", kind=kind, rows=shown, words=words, older=older, later=later)
