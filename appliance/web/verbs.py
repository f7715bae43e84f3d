"""The forms of a file's page: each does one verb of the desk, then shows the page anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, request

from appliance.desk import verbs
from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.standing_in import holding_of
from appliance.desk.values import PullBack
from appliance.web import notetext
from appliance.web.filepage import Typed, page_of, render, usual_posts
from appliance.web.names import names
from appliance.web.sentences import problem_of
from appliance.web.session import this_unit, who
from commons.web import log, showing
from commons.web.frame import problem_json, see_other, wants_json
from commons.web.words import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from appliance.desk.values import Yellow

blueprint = Blueprint("verbs", __name__, url_prefix="/files/<file>")


@blueprint.post("/yellow")
def save_yellow(file: str) -> ResponseReturnValue:
    """Save the yellow note; a script of ours sends JSON and gets the time and the new version back."""
    if request.is_json:
        return _save_json(file)
    return do_verb(file, lambda: save_form(file), typed_note())


@blueprint.post("/discard")
def discard(file: str) -> ResponseReturnValue:
    """Throw the yellow note away."""
    return do_verb(file, lambda: verbs.discard_yellow(this_unit(), who().actor, file), Typed())


@blueprint.post("/confirm")
def confirm(file: str) -> ResponseReturnValue:
    """Save what the form holds and make it the next green paragraph."""

    def both() -> None:
        if "text" in request.form or "html" in request.form:
            save_form(file)
        verbs.confirm_note(this_unit(), who().actor, file)

    return do_verb(file, both, typed_note(), anchor="#last")


@blueprint.post("/attach")
def attach(file: str) -> ResponseReturnValue:
    """Add a paper to the correspondence."""

    def take() -> None:
        paper = request.files.get("paper")
        if paper is None or not paper.filename:
            raise Refused("paper_empty")
        verbs.attach(
            this_unit(), who().actor, file, name=paper.filename, media_type=paper.mimetype, stream=paper.stream
        )

    return do_verb(file, take, Typed(), anchor="#c")


@blueprint.post("/send")
def send(file: str) -> ResponseReturnValue:
    """Hand the file over to another post."""
    form = request.form
    how = form.get("how", "")
    how = how if how in {"up", "down", "return"} else "up"
    typed = Typed(
        how=how,
        to_post=_wished_post(file, how, form.get("to_post", "")),
        due=form.get("due", ""),
        priority=form.get("priority", type=int),
        remarks=form.get("remarks", ""),
    )

    def hand_over() -> None:
        due = showing.read_day(typed.due or "")
        if due is None:
            raise Refused("bad_due")
        if form.get("vacant") != typed.to_post and is_vacant(typed.to_post):
            raise Refused("post_vacant", post=typed.to_post)
        verbs.send(
            this_unit(),
            who().actor,
            file,
            to_post=typed.to_post,
            how=how,
            remarks=typed.remarks.strip(),
            due=due,
            priority=typed.priority,
        )

    return do_verb(file, hand_over, typed)


def is_vacant(post: str) -> bool:
    """Whether nobody works on what arrives at a post."""
    unit = this_unit()
    directory = unit.directory()
    return directory.post(post) is not None and holding_of(directory, post, today(unit)).vacant


@blueprint.post("/receive")
def receive(file: str) -> ResponseReturnValue:
    """Take the file onto the desk."""
    return do_verb(file, lambda: verbs.receive(this_unit(), who().actor, file), Typed())


@blueprint.post("/pull-back")
def pull_back(file: str) -> ResponseReturnValue:
    """Take back what nobody has opened; at once, or by a request on which the district rules."""

    def take() -> None:
        outcome = verbs.pull_back(this_unit(), who().actor, file)
        log.note("pull_back", at_once=outcome is PullBack.TAKEN_BACK)

    return do_verb(file, take, Typed())


@blueprint.post("/park")
def park(file: str) -> ResponseReturnValue:
    """Put the file aside with a reason, until a day or without one."""
    typed = Typed(reason=request.form.get("reason", ""), until=request.form.get("until", ""))

    def put_aside() -> None:
        until = showing.read_day(typed.until)
        if until is None:
            raise Refused("bad_until")
        if not typed.reason.strip():
            raise Refused("reason_missing")
        verbs.park(this_unit(), who().actor, file, typed.reason.strip(), until)

    return do_verb(file, put_aside, typed)


@blueprint.post("/close")
def close(file: str) -> ResponseReturnValue:
    """Close the file."""
    remarks = request.form.get("remarks", "")
    return do_verb(file, lambda: verbs.close(this_unit(), who().actor, file, remarks.strip()), Typed(reason=remarks))


@blueprint.post("/reopen")
def reopen(file: str) -> ResponseReturnValue:
    """Take a parked or closed file up again."""
    remarks = request.form.get("remarks", "")
    return do_verb(file, lambda: verbs.reopen(this_unit(), who().actor, file, remarks.strip()), Typed(reason=remarks))


def do_verb(
    file: str, verb: Callable[[], object], typed: Typed, anchor: str = "", to: str | Callable[[], str] = ""
) -> ResponseReturnValue:
    """Do it and go on to `to`, or back to the page; refused: the page with the reason and everything typed kept."""
    try:
        verb()
    except Refused as refused:
        if refused.code == "no_such_file":
            page_of(file)  # answers 404 when it is so
        problem = problem_of(refused, names(), this_unit().clock.now_ms())
        status = 422 if problem.field else 409
        if wants_json():
            return problem_json(problem, status)
        saved = refused.values.get("saved_version")
        if isinstance(saved, int):
            typed = Typed(note=typed.note, note_html=typed.note_html, version=saved)
        return render(file, problem=problem, typed=typed, status=status)
    address = (to if isinstance(to, str) else to()) or f"/files/{file}{anchor}"
    if wants_json():
        return {"to": address}
    return see_other(address)


def _save_json(file: str) -> ResponseReturnValue:
    body = request.get_json(silent=True)
    html = body.get("html") if isinstance(body, dict) else None
    version = body.get("version") if isinstance(body, dict) else None
    if not isinstance(html, str) or not isinstance(version, int):
        return {"code": "bad_request"}, 400
    unit = this_unit()
    try:
        saved = verbs.save_yellow(unit, who().actor, file, html, version)
    except Refused as refused:
        problem = problem_of(refused, names(), unit.clock.now_ms())
        return problem_json(problem, 409, **_numbers(refused))
    words = gettext("Saved at %(time)s", time=showing.clock(saved.saved_ms))
    return {"version": saved.version, "words": words}


def save_form(file: str) -> Yellow:
    """Keep what the note's form holds: the editor's HTML, or the lines of the plain field."""
    version = request.form.get("version", 0, type=int)
    html = request.form.get("html")
    if html is None:
        text = request.form.get("text", "")
        kept = page_of(file).yellow
        unchanged = kept is not None and _lines(notetext.to_text(kept.html)) == _lines(text)
        html = kept.html if kept is not None and unchanged else notetext.to_html(text)
    return verbs.save_yellow(this_unit(), who().actor, file, html, version)


def typed_note() -> Typed:
    """What the note's form holds, for a page that shows it again."""
    html = request.form.get("html")
    text = request.form.get("text")
    if html is not None:
        return Typed(note=notetext.to_text(html), note_html=notetext.safe(html))
    return Typed(note=text, note_html=notetext.to_html(text)) if text is not None else Typed()


def _wished_post(file: str, how: str, chosen: str) -> str:
    """The post chosen; without scripts the one preset for the usual way still stands when another way was picked."""
    preset_how, _, preset_post = request.form.get("preset", "").partition(" ")
    if chosen and (chosen != preset_post or how == preset_how):
        return chosen
    return usual_posts(page_of(file)).get(how, "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]


def _numbers(refused: Refused) -> dict[str, int]:
    return {name: value for name, value in refused.values.items() if isinstance(value, int)}
