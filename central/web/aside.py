"""What was set aside: the list, and the page on which a person compares both sides and decides once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from central.hub import asides
from central.hub.deciding import NotDone, decide
from central.web.refusals import problem_of
from central.web.session import may_order, person, this_hub
from commons.web import log
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("aside", __name__, url_prefix="/aside")
GROUP = "/<node>/<epoch>/<reason>/<file>"


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Groups of one office, epoch, reason and file: what waits for a decision first."""
    return render_template("district/aside.html", rows=asides.groups(this_hub(), graded=may_order()))


@blueprint.get(GROUP)
def compare(node: str, epoch: str, reason: str, file: str) -> ResponseReturnValue:
    """Both sides in plain words, what was decided, and what can be."""
    return _page(_key(node, epoch, reason, file))


@blueprint.post(GROUP)
def settle(node: str, epoch: str, reason: str, file: str) -> ResponseReturnValue:
    """Decide about the entries that the page showed; then the page shows the decision."""
    if not may_order():
        abort(403)
    key, form = _key(node, epoch, reason, file), request.form
    try:
        hashes = [bytes.fromhex(one) for one in form.getlist("e")]
        decide(this_hub(), hashes, form.get("how", ""), form.get("reason", ""), person(), sure="sure" in form)
    except ValueError:
        abort(400)
    except NotDone as refused:
        return _page(key, problem_of(refused)), 409 if refused.code == "already_decided" else 422
    log.note("set_aside_decided", how=form["how"])
    return see_other(request.path)


def _key(node: str, epoch: str, reason: str, file: str) -> asides.Key:
    try:
        return asides.Key(node, bytes.fromhex(epoch), reason, file)
    except ValueError:
        abort(404)


def _page(key: asides.Key, problem: Problem | None = None) -> str:
    found = asides.compare(this_hub(), key, graded=may_order(), whole="all" in request.args)
    if found is None:
        abort(404)
    readable = found.grading == "normal" or may_order()
    return render_template(
        "district/compare.html",
        page=found,
        group=found.group,
        readable=readable,
        may=found.may if may_order() else (),
        typed=request.form,
        problem=problem,
    )
