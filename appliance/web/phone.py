"""A phone as a scanner: the code on the desk's screen, and the pages that the phone itself sees without a log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, make_response, render_template, request

from appliance.desk import phone
from appliance.desk.refused import Refused
from appliance.web import qr
from appliance.web.filepage import page_of, render
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.serve import is_loopback
from commons.web import log, showing
from commons.web.frame import problem_json, see_other, wants_json
from commons.web.headers import put_cookie
from commons.web.marks import asked_by_page, open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from commons.web.problems import Problem

blueprint = Blueprint("phone", __name__)


def cookie_name() -> str:
    """The phone's own secret: it opens one receipt's upload page and nothing else."""
    return f"pv-phone-{this_unit().node}"


# ---------------------------------------------------------------- at the desk
@blueprint.post("/receipts/<receipt>/phone")
def show_code(receipt: str) -> ResponseReturnValue:
    """A new code for this receipt. It stands on this answer only: the office keeps its hash."""
    page = page_of(receipt)
    try:
        code = phone.show_code(this_unit(), who().actor, who().token, receipt)
    except Refused as refused:
        return render(receipt, problem=_problem(refused), status=409)
    log.note("phone_shown", receipt=receipt)
    address = f"{request.host_url}phone/{code}"
    host = request.host.rsplit(":", 1)[0].strip("[]")
    return render_template(
        "office/phone_code.html",
        page=page,
        state=phone.state(this_unit(), who().actor, receipt),
        picture=qr.picture(address),
        address=address,
        host=request.host,
        unreachable=is_loopback(host),
    )


@blueprint.get("/receipts/<receipt>/phone/state")
@asked_by_page
def tell(receipt: str) -> ResponseReturnValue:
    """How far the phone has come; when its pages are here, the receipt is shown."""
    found = phone.state(this_unit(), who().actor, receipt)
    answer = make_response(render_template("office/phone_state.html", receipt=receipt, state=found))
    if found is not None and found.finished_pages:
        answer.headers["HX-Redirect"] = f"/files/{receipt}#c"
    return answer


@blueprint.post("/receipts/<receipt>/phone/close")
def close(receipt: str) -> ResponseReturnValue:
    """The code opens nothing any more."""
    phone.close(this_unit(), who().actor, receipt)
    return see_other(f"/files/{receipt}")


# ---------------------------------------------------------------- on the phone
@blueprint.get("/phone/<code>")
@open_to_all
def offer(code: str) -> ResponseReturnValue:
    """What the code opens. Looking binds nothing: programs that fetch addresses ahead must not use it up."""
    try:
        found = phone.by_code(this_unit(), code)
    except Refused as refused:
        return _over(refused)
    return render_template("office/phone_offer.html", code=code, number=found.number)


@blueprint.post("/phone/<code>")
@open_to_all
def begin(code: str) -> ResponseReturnValue:
    """This phone takes the code; from now on its own secret counts, and the code is worth nothing."""
    try:
        secret = phone.open_code(this_unit(), code)
    except Refused as refused:
        return _over(refused)
    log.note("phone_opened")
    answer = make_response(see_other("/phone"))
    put_cookie(answer, request, cookie_name(), secret, max_age_seconds=phone.LASTS_MS // 1000)
    return answer


@blueprint.get("/phone")
@open_to_all
def show() -> ResponseReturnValue:
    """The pages so far, and the camera."""
    return _page()


@blueprint.post("/phone/photos")
@open_to_all
def add() -> ResponseReturnValue:
    """One page or several more; with `instead` a page is taken again."""

    def take() -> None:
        photos = [photo for photo in request.files.getlist("photo") if photo.filename]
        if not photos:
            raise Refused("no_photos")
        instead = request.form.get("instead", "")
        for photo in photos:
            phone.add_photo(this_unit(), _secret(), photo.filename or "", photo.stream, instead_of=instead)

    return _do(take)


@blueprint.post("/phone/photos/<photo>")
@open_to_all
def change(photo: str) -> ResponseReturnValue:
    """Earlier, later, or away."""
    step = {"earlier": -1, "later": 1}.get(request.form.get("do", ""))
    if step is None:
        return _do(lambda: phone.remove_photo(this_unit(), _secret(), photo))
    return _do(lambda: phone.move_photo(this_unit(), _secret(), photo, step))


@blueprint.get("/phone/photos/<photo>")
@open_to_all
def picture(photo: str) -> ResponseReturnValue:
    """The page as it was taken, to the phone that took it."""
    try:
        found = phone.by_secret(this_unit(), _secret())
        one = next(one for one in found.photos if one.id == photo)
        reader = this_unit().papers.open(one.sha256)
    except (Refused, StopIteration, PaperMissing):
        abort(404)
    except PaperDamaged:
        abort(503)
    response = Response(reader, mimetype=one.media_type)
    response.call_on_close(reader.close)
    response.content_length = reader.size
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/phone/finish")
@open_to_all
def finish() -> ResponseReturnValue:
    """All pages become one paper of the receipt."""

    def join() -> None:
        unit = this_unit()
        paper = phone.finish(unit, _secret(), f"scan-{showing.day(unit.clock.now_ms())}.pdf")
        log.note("phone_finished", pages=paper.pages)

    return _do(join)


def _do(wish: Callable[[], None]) -> ResponseReturnValue:
    try:
        wish()
    except Refused as refused:
        if wants_json():
            return problem_json(_problem(refused), 409)
        return _over(refused) if refused.code == "phone_over" else _page(_problem(refused), 409)
    return {"to": "/phone"} if wants_json() else see_other("/phone")


def _page(problem: Problem | None = None, status: int = 200) -> ResponseReturnValue:
    try:
        found = phone.by_secret(this_unit(), _secret())
    except Refused as refused:
        return _over(refused)
    return make_response(render_template("office/phone.html", phone=found, problem=problem), status)


def _over(refused: Refused) -> Response:
    return make_response(render_template("office/phone_over.html", problem=_problem(refused)), 404)


def _secret() -> str:
    return request.cookies.get(cookie_name(), "")


def _problem(refused: Refused) -> Problem:
    return problem_of(refused, names(), this_unit().clock.now_ms())
