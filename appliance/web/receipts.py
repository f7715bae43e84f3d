"""Letters that came in: the list, the diary form, and what is done with one beside what is done with files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, abort, make_response, render_template, request
from msgspec.structs import replace

from appliance.desk import receipt_lists, receipts, scans
from appliance.desk.refused import Refused
from appliance.web import receiptform
from appliance.web.filepage import page_of, render
from appliance.web.names import names
from appliance.web.receiptform import Typed
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.web import log, showing
from commons.web.frame import see_other
from commons.web.headers import PAPER_POLICY
from commons.web.marks import asked_by_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("receipts", __name__)
PAGE_ROWS = 200


@blueprint.get("/receipts")
def show_list() -> ResponseReturnValue:
    """Receipts of the office: not disposed of, of today, or all; by number, sender, letter number or subject."""
    unit, actor = this_unit(), who().actor
    words = request.args.get("q", "").strip()
    which = request.args.get("which", "all" if words else "open")
    which = which if which in receipt_lists.WHICH else "open"
    rows = receipt_lists.receipts(unit, actor, which, words, limit=PAGE_ROWS)
    return render_template(
        "office/receipts.html",
        rows=rows,
        which=which,
        words=words,
        full=len(rows) == PAGE_ROWS,
        waiting=scans.count_waiting(unit, actor.post),
    )


@blueprint.get("/receipts/new")
def show_form() -> ResponseReturnValue:
    """The diary form, empty or for a letter of another office that has arrived."""
    letter = request.args.get("letter", "")
    if not letter:
        return receiptform.page("office/receipt_new.html", receiptform.fresh())
    found = receipt_lists.receipt_page(this_unit(), who().actor, letter)
    if found is None or found.letter is None:
        abort(404)
    if found.entry is not None:
        return see_other(f"/files/{letter}")
    return receiptform.page("office/receipt_new.html", receiptform.of_letter(letter, found.letter))


@blueprint.post("/receipts")
def diarise() -> ResponseReturnValue:
    """Enter the letter in the diary. The form's token makes a second press show what the first one did."""
    unit, actor = this_unit(), who().actor
    typed = receiptform.read()
    try:
        typed = _with_scan(typed)
        receipt = receipts.diarise(
            unit, actor, receiptform.letter_in(typed), token=typed.token, scan=typed.scan, arrived=typed.letter
        )
    except Refused as refused:
        return _refused(typed, refused)
    log.note("diarised", receipt=receipt)
    if not typed.bulk:
        return see_other(f"/files/{receipt}")
    received = showing.read_day(typed.received) or ""
    return see_other(f"/receipts/bulk?done={quote(receipt)}&received={received}&mode={quote(typed.mode)}")


@blueprint.get("/receipts/doubles")
@asked_by_page
def doubles() -> ResponseReturnValue:
    """Receipts that have the sender, number and date of the letter in the form."""
    day = showing.read_day(request.args.get("letter_date", "")) or ""
    found = receipt_lists.doubles(this_unit(), request.args.get("sender", ""), request.args.get("letter_no", ""), day)
    return render_template("office/receipt_doubles.html", doubles=found)


@blueprint.get("/receipts/scans/<scan>")
def scan_bytes(scan: str) -> ResponseReturnValue:
    """A scan that is not diarised yet, to the post that put it there."""
    unit = this_unit()
    try:
        found = scans.scan_of(unit, who().actor, scan)
        reader = unit.papers.open(found.sha256)
    except (Refused, PaperMissing):
        abort(404)
    except PaperDamaged:
        log.note("paper_damaged")
        abort(503)
    response = Response(reader, mimetype=found.media_type)
    response.call_on_close(reader.close)
    response.content_length = reader.size
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(found.name, safe='')}"
    response.headers["Content-Security-Policy"] = PAPER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/receipts/<receipt>/put")
def put(receipt: str) -> ResponseReturnValue:
    """Put the receipt in a file on the desk; then that file is shown."""
    try:
        file = _chosen_file()
        receipts.put_in_file(this_unit(), who().actor, receipt, file)
    except Refused as refused:
        return _shown(receipt, refused)
    return see_other(f"/files/{file}#c")


@blueprint.post("/receipts/<receipt>/copy")
def copy(receipt: str) -> ResponseReturnValue:
    """Make a copy with a diary number of its own; then the copy is shown."""
    try:
        made = receipts.copy_receipt(this_unit(), who().actor, receipt, token=request.form.get("token", ""))
    except Refused as refused:
        return _shown(receipt, refused)
    return see_other(f"/files/{made}")


def _chosen_file() -> str:
    file = request.form.get("file", "")
    if not file:
        raise Refused("no_file_chosen")
    return file


def _with_scan(typed: Typed) -> Typed:
    """The form with its scan put away first, so that no refusal of anything else makes the person choose it again."""
    paper = request.files.get("paper")
    if paper is None or not paper.filename:
        return typed
    unit, actor = this_unit(), who().actor
    kept = scans.take_scan(unit, actor, paper.filename, paper.mimetype, paper.stream)
    if typed.scan:
        scans.throw_away(unit, actor, typed.scan)
    return replace(typed, scan=kept.id)


def _refused(typed: Typed, refused: Refused) -> Response:
    unit = this_unit()
    problem = problem_of(refused, names(), unit.clock.now_ms())
    status = 422 if problem.field else 409
    if not typed.bulk:
        return make_response(receiptform.page("office/receipt_new.html", typed, problem), status)
    return make_response(_bulk_page(typed, problem), status)


def _bulk_page(typed: Typed, problem: Problem) -> str:
    left = scans.count_waiting(this_unit(), who().actor.post)
    return receiptform.page("office/receipts_bulk.html", typed, problem, left=left, done=None, refused=[])


def _shown(receipt: str, refused: Refused) -> Response:
    page_of(receipt)  # answers 404 when there is none
    problem = problem_of(refused, names(), this_unit().clock.now_ms())
    return render(receipt, problem=problem, status=422 if problem.field else 409)
