"""Custody moved by order: a file whose holder is lost, or cannot be reached, gets another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, g, render_template, request

from central.hub import reading
from central.hub.deciding import NotDone, force, look_at_force
from central.web.refusals import problem_of
from central.web.session import may_order, person, this_hub
from commons.web import log
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from central.values import FileRow
    from commons.web.problems import Problem

blueprint = Blueprint("order", __name__)
AT = "/files/<file>/order"


@blueprint.get(AT)
def show(file: str) -> ResponseReturnValue:
    """Where the file is now, and the form for where it is to be."""
    return _page(_row(file))


@blueprint.post(AT)
def move(file: str) -> ResponseReturnValue:
    """First what will happen, in words; with `sure` it happens."""
    row, form = _row(file), request.form
    to_post, reason = form.get("to_post", ""), form.get("reason", "")
    try:
        to_node = look_at_force(this_hub(), file, to_post, reason)
        if form.get("step") != "order":
            return _page(row, to_node=to_node)
        force(this_hub(), file, to_post, reason, person(), sure="sure" in form)
    except NotDone as refused:
        confirming = refused.code == "unconfirmed"
        return _page(row, problem_of(refused), to_node=to_node if confirming else ""), 422
    log.note("moved_by_order")
    return see_other(f"/files/{file}/order")


def _row(file: str) -> FileRow:
    if not may_order():
        abort(403)
    row = reading.file(this_hub(), file, graded=True)
    if row is None:
        abort(404)
    return row


def _page(row: FileRow, problem: Problem | None = None, to_node: str = "") -> str:
    return render_template(
        "district/order.html",
        row=row,
        posts=_posts(row.holder_node),
        orders=reading.orders(this_hub(), row.file),
        to_node=to_node,
        typed=request.form,
        problem=problem,
    )


def _posts(holder: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The posts of the open offices but the holder's, under the office's name."""
    index = this_hub().directory()
    if index is None:
        return []
    hindi = g.language == "hi"
    return [
        (
            office.name_hi if hindi else office.name_en,
            [(post.code, post.name_hi if hindi else post.name_en) for post in index.posts_of_office(office.code)],
        )
        for office in index.directory.offices
        if not office.closed and office.node != holder
    ]
