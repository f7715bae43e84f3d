"""The grading of a file: set when it is opened, changed by who holds it."""

from __future__ import annotations

from appliance.desk.acting import decide_for, finish, who_of, working_book
from appliance.desk.refused import Refused
from appliance.desk.rights import GRADINGS
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.efile import Verb


def require_grading(grading: str) -> str:
    """The grading, when it is one. Raises Refused bad_grading."""
    if grading not in GRADINGS:
        raise Refused("bad_grading")
    return grading


def regrade(unit: Unit, actor: Actor, file: str, grading: str) -> None:
    """Raises or lowers the grading; only the post that holds the file. Nothing else of the cover changes."""
    require_grading(grading)
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.AMEND, actor)
        state = row.state
        if state.grading == grading:
            raise Refused("same_grading")
        earlier, later = unit.db.row("SELECT earlier, later FROM cover WHERE file=?", file) or ("", "")
        body = ev.Amend(
            state.title, state.category, state.retention, grading, tuple(earlier.split("\n")) if earlier else (),
            tuple(later.split("\n")) if later else (),
        )  # fmt: skip
        finish(unit, book, book.write(file, body, who_of(actor)))
