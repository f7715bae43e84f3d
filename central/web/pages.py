"""The district's pages of this release: offices, and where a file is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request

from central.hub import reading
from central.web.session import may_order, this_hub
from central.web.states import worst_first
from commons.web.marks import asked_by_page, open_to_all
from commons.web.sticks import plugged

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pages", __name__, template_folder="templates")
FILES = 200
TONES = ("bad", "warn", "wait", "ok")


def common() -> dict[str, object]:
    """What every template of the district can use."""
    return {
        "who": g.get("who"),
        "district_name": district_name,
        "post_name": post_name,
        "node_name": node_name,
        "person_name": person_name,
        "may_order": may_order,
        "plugged": plugged,
    }


@blueprint.get("/")
def offices() -> ResponseReturnValue:
    """One row an office, the worst first; the page renews itself every few seconds."""
    hub = this_hub()
    now_ms = hub.clock.now_ms()
    judged = worst_first(reading.offices(hub), now_ms)
    which = request.args.get("which", "all")
    counts = Counter(state.tone for _row, state in judged)
    shown = [pair for pair in judged if which not in TONES or pair[1].tone == which]
    return render_template("district/offices.html", rows=shown, counts=counts, total=len(judged), which=which)


@blueprint.get("/files")
def files() -> ResponseReturnValue:
    """Where a file is, by number or words of the subject."""
    words = request.args.get("q", "").strip()
    rows = reading.files(this_hub(), words, FILES, graded=may_order())
    return render_template("district/files.html", rows=rows, words=words, full=len(rows) == FILES)


@blueprint.get("/healthz")
@open_to_all
@asked_by_page
def healthz() -> ResponseReturnValue:
    """Whether the hub is open and answers."""
    return {"node": this_hub().node, "alive": True}


def district_name() -> str:
    """What the district is called; the hub's own code before its first directory."""
    index = this_hub().directory()
    if index is None:
        return this_hub().node
    return index.directory.name_hi if g.language == "hi" else index.directory.name_en


def post_name(code: str) -> str:
    """What a post is called; the code itself for one that the directory does not know."""
    index = this_hub().directory()
    post = index.post(code) if index else None
    if post is None:
        return code
    return post.name_hi if g.language == "hi" else post.name_en


def node_name(code: str) -> str:
    """The first office that a node serves."""
    index = this_hub().directory()
    served = index.offices_of_node(code) if index else ()
    if not served:
        return code
    return served[0].name_hi if g.language == "hi" else served[0].name_en


def person_name(code: str) -> str:
    """The person's name as he writes it; the code itself for one that the directory does not know."""
    index = this_hub().directory()
    employee = index.employee(code) if index else None
    return employee.name if employee else code
