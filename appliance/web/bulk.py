"""Many scans at once: kept first, then diarised one after the other beside the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, request

from appliance.desk import receipt_lists, scans
from appliance.desk.refused import Refused
from appliance.web import receiptform
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web import showing
from commons.web.frame import problem_json, see_other, wants_json

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("bulk", __name__, url_prefix="/receipts/bulk")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The next scan with its form; with none waiting, the place to drop them."""
    return _page([])


@blueprint.post("")
def take() -> ResponseReturnValue:
    """Keep every scan that can be kept, and say why for each that cannot. A script sends them one by one."""
    unit, actor = this_unit(), who().actor
    refused: list[tuple[str, Problem]] = []
    for paper in request.files.getlist("paper"):
        if not paper.filename:
            continue
        try:
            scans.take_scan(unit, actor, paper.filename, paper.mimetype, paper.stream, bulk=True)
        except Refused as reason:
            problem = problem_of(reason, names(), unit.clock.now_ms())
            refused.append((paper.filename, problem))
    if wants_json():
        if refused:
            return problem_json(refused[0][1], 422)
        return {"left": scans.count_waiting(unit, actor.post)}
    if refused:
        return _page(refused, 422)
    return see_other("/receipts/bulk")


@blueprint.post("/<scan>/skip")
def skip(scan: str) -> ResponseReturnValue:
    """Later: after all the others."""
    return _do(scan, skip=True)


@blueprint.post("/<scan>/throw-away")
def throw_away(scan: str) -> ResponseReturnValue:
    """It is no letter: the scan is gone."""
    return _do(scan, skip=False)


def _do(scan: str, *, skip: bool) -> ResponseReturnValue:
    unit, actor = this_unit(), who().actor
    try:
        if skip:
            scans.skip_scan(unit, actor, scan)
        else:
            scans.throw_away(unit, actor, scan)
    except Refused:
        pass  # done in another window already: the next one is shown
    return see_other("/receipts/bulk")


def _page(refused: list[tuple[str, Problem]], status: int = 200) -> ResponseReturnValue:
    unit, actor = this_unit(), who().actor
    waiting = scans.waiting(unit, actor.post)
    received = showing.read_day(request.args.get("received", "")) or ""
    typed = receiptform.fresh(
        received=received, mode=request.args.get("mode", ""), scan=waiting[0].id if waiting else "", bulk=True
    )
    done = receipt_lists.known(unit, actor, request.args.get("done", ""))
    page = receiptform.page("office/receipts_bulk.html", typed, left=len(waiting), done=done, refused=refused)
    return make_response(page, status)
