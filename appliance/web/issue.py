"""The page of one draft: decide about its newest version, issue it, and say how the letter left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, abort, make_response, render_template, request

from appliance.desk import draft_page, drafts, issuing, mails, reading
from appliance.desk.draft_values import enclosure_of
from appliance.desk.issuing import Wish
from appliance.desk.refused import Refused
from appliance.desk.writing import sanitise
from appliance.web.drafts import told
from appliance.web.filepage import page_of
from appliance.web.letterpdf import make_pdf
from appliance.web.session import this_unit, who
from commons.web import log, showing
from commons.web.frame import see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.desk.values import PostChoice
    from commons.web.problems import Problem

blueprint = Blueprint("issue", __name__, url_prefix="/files/<file>/drafts/<int:draft>")
FIELD_CHARS = 4000


class Typed(msgspec.Struct, frozen=True):
    """What the forms hold after a refusal."""

    remarks: str = ""
    mode: str = ""
    to_post: str = ""
    email: str = ""
    cover: str = ""
    day: str = ""
    carrier: str = ""


@blueprint.get("")
def show(file: str, draft: int) -> ResponseReturnValue:
    """The draft with its versions and what became of it."""
    return _page(file, draft, None, Typed(), 200)


@blueprint.post("/decide")
def decide(file: str, draft: int) -> ResponseReturnValue:
    """Approve the version that was shown, or send it back with remarks."""
    typed = Typed(remarks=_field("remarks"))
    version, yes = request.form.get("version", 0, type=int), request.form.get("yes") == "1"
    return _do(
        file,
        draft,
        typed,
        lambda: drafts.decide(this_unit(), who().actor, file, draft, version, yes=yes, remarks=typed.remarks),
    )


@blueprint.post("/issue")
def issue(file: str, draft: int) -> ResponseReturnValue:
    """Number it, print it, send it off. A second press shows what the first one did."""
    typed = Typed(mode=_field("mode"), to_post=_field("to_post"), email=_field("email"), cover=_field("cover"))
    wish = Wish(draft, request.form.get("version", 0, type=int), typed.mode, typed.to_post, typed.email, typed.cover)

    def number_it() -> None:
        try:
            issuing.issue(this_unit(), who().actor, file, wish, make_pdf)
        except Refused as refused:
            if refused.code != "draft_issued":
                raise
            log.note("issued_before")

    return _do(file, draft, typed, number_it)


@blueprint.post("/dispatch")
def dispatch(file: str, draft: int) -> ResponseReturnValue:
    """Say by which way, on which day and under which number the letter left."""
    typed = Typed(mode=_field("mode"), day=_field("day"), carrier=_field("carrier"))

    def say() -> None:
        day = showing.read_day(typed.day)
        if not day:
            raise Refused("bad_dispatch_day")
        issuing.dispatch(this_unit(), who().actor, file, draft, mode=typed.mode, day=day, remarks=typed.carrier)

    return _do(file, draft, typed, say)


@blueprint.post("/mail/<int:mail>")
def settle(file: str, draft: int, mail: int) -> ResponseReturnValue:
    """A refused or doubtful e-mail: send it again, or call it sent."""
    typed = Typed(email=_field("email"))

    def settle_it() -> None:
        if request.form.get("do") == "sent":
            mails.call_sent(this_unit(), who().actor, file, mail)
        else:
            mails.send_again(this_unit(), who().actor, file, mail, typed.email)

    return _do(file, draft, typed, settle_it)


def _field(name: str) -> str:
    return request.form.get(name, "").strip()[:FIELD_CHARS]


def _do(file: str, draft: int, typed: Typed, verb: Callable[[], object]) -> ResponseReturnValue:
    page_of(file)
    try:
        verb()
    except Refused as refused:
        problem = told(refused)
        return _page(file, draft, problem, typed, 422 if problem.field else 409)
    return see_other(f"/files/{file}/drafts/{draft}")


def _page(file: str, draft: int, problem: Problem | None, typed: Typed, status: int) -> ResponseReturnValue:
    unit, page = this_unit(), page_of(file)
    try:
        found = draft_page.draft_page(unit, who().actor, file, draft)
    except Refused:
        abort(404)
    current = found.versions[-1]
    can_issue = "issue" in page.may and current.state == "approved"
    body = render_template(
        "office/draft.html",
        page=page,
        draft=found,
        current=current,
        text_html=sanitise(current.text.body),
        enclosures=[enclosure_of(entry) for entry in current.text.enclosures],
        problem=problem,
        typed=typed,
        can_decide="approve" in page.may and current.state == "draft" and found.may_decide,
        can_issue=can_issue,
        can_mail=unit.settings.mail is not None,
        offices=_offices(reading.post_choices(unit)) if can_issue else [],
        today=showing.day(unit.clock.now_ms()),
    )
    return make_response(body, status)


def _offices(found: list[PostChoice]) -> list[tuple[str, list[PostChoice]]]:
    """Posts of other offices, by office."""
    mine = who().actor.post.partition(".")[0]
    offices: dict[str, list[PostChoice]] = {}
    for choice in found:
        if choice.office != mine:
            offices.setdefault(choice.office, []).append(choice)
    return list(offices.items())
