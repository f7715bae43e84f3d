"""Which registers there are, what each can be narrowed by, and how its sheet is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from appliance.desk import register_sums, registers
from appliance.desk.register_values import Asked
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from appliance.web import register_sheets as sheets
from appliance.web import register_sum_sheets as sums
from appliance.web.register_cells import Sheet
from appliance.web.register_sheets import Terms
from commons.web.words import gettext

Pull = Callable[[Unit, Actor, Asked, Terms, int, int], tuple[Sheet, int]]
"""The sheet of at most so many rows from an offset on, and the number of all rows."""


class Register(NamedTuple):
    """One register. `fields`: what its form asks. `starts`: month, all (of time), open (to the end of this month)."""

    key: str
    fields: frozenset[str]
    pull: Pull
    starts: str = "month"
    own_post: bool = False  # narrowed to the reader's post until he chooses another


def _diary(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.diary(unit, actor, asked, limit, offset)
    return sheets.diary(found.rows, terms), found.total


def _files(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.files(unit, actor, asked, limit, offset)
    return sheets.files(found.rows, terms), found.total


def _movement(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.movements(unit, actor, asked, limit, offset)
    return sheets.movements(found.rows, terms), found.total


def _issue(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.issued(unit, actor, asked, limit, offset)
    return sheets.issued(found.rows, terms), found.total


def _pendency(unit: Unit, actor: Actor, asked: Asked, terms: Terms, _limit: int, _offset: int) -> tuple[Sheet, int]:
    rows = register_sums.pendency(unit, actor, asked)
    return sums.pendency(rows, terms, asked.sort), len(rows)


def _disposal(unit: Unit, actor: Actor, asked: Asked, terms: Terms, _limit: int, _offset: int) -> tuple[Sheet, int]:
    rows = register_sums.disposal(unit, actor, asked)
    return sums.disposal(rows, terms), len(rows)


def _held(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.held(unit, actor, asked, limit, offset)
    return sheets.held(found.rows, terms, asked.post, own=asked.post == actor.post), found.total


def _lent(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.lent(unit, actor, asked, limit, offset)
    post = asked.post or actor.post
    return sheets.lent(found.rows, terms, post, own=post == actor.post), found.total


def _special(kind: str) -> Pull:
    def pull(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
        found = registers.special(unit, actor, kind, asked, limit, offset)
        return sheets.special(found.rows, terms, kind), found.total

    return pull


def _out(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.out_on_paper(unit, actor, asked, limit, offset)
    return sheets.out_on_paper(found.rows, terms), found.total


def _review(unit: Unit, actor: Actor, asked: Asked, terms: Terms, limit: int, offset: int) -> tuple[Sheet, int]:
    found = registers.reviews(unit, actor, asked, limit, offset)
    return sheets.reviews(found.rows, terms), found.total


_BOOK = frozenset({"since", "until", "section", "post", "words"})
_SPECIAL = _BOOK | {"state"}
_NOW = frozenset({"section", "post", "words"})

REGISTERS = {
    one.key: one
    for one in (
        Register("pendency", frozenset({"section", "post", "sort"}), _pendency, "all"),
        Register("held", _NOW | {"sort", "bucket"}, _held, "all", own_post=True),
        Register("lent", frozenset({"post", "words", "sort"}), _lent, "all", own_post=True),
        Register("diary", _BOOK, _diary),
        Register("files", _BOOK, _files),
        Register("movement", _BOOK | {"sort"}, _movement),
        Register("issue", _BOOK, _issue),
        Register("disposal", frozenset({"since", "until", "section", "post", "sort"}), _disposal),
        Register("court", _SPECIAL, _special("court"), "all"),
        Register("rti", _SPECIAL, _special("rti"), "all"),
        Register("vip", _SPECIAL, _special("vip"), "all"),
        Register("grievance", _SPECIAL, _special("grievance"), "all"),
        Register("out", _NOW, _out, "all"),
        Register("review", _NOW | {"until"}, _review, "open"),
    )
}
GROUPS = (
    ("now", ("pendency", "held", "lent")),
    ("limits", ("court", "rti", "vip", "grievance")),
    ("books", ("diary", "files", "movement", "issue", "disposal")),
    ("watch", ("out", "review")),
)


def title(key: str) -> str:
    """What a register is called."""
    return {
        "pendency": gettext("Pendency register"),
        "held": gettext("What I hold and how long"),
        "lent": gettext("What others hold of mine"),
        "diary": gettext("Diary register"),
        "files": gettext("File register"),
        "movement": gettext("Movement register"),
        "issue": gettext("Issue register"),
        "disposal": gettext("Month-wise disposal"),
        "court": gettext("Court cases"),
        "rti": gettext("RTI applications"),
        "vip": gettext("MP/MLA and VIP letters"),
        "grievance": gettext("Grievance portal references"),
        "out": gettext("Files out on paper"),
        "review": gettext("Files in record due for review"),
    }[key]


def purpose(key: str) -> str:
    """What a register is for, in one line."""
    return {
        "pendency": gettext("How much lies with each post, and how old it is."),
        "held": gettext("What lies on my desk, the longest first."),
        "lent": gettext("What I opened or sent, with whom it is now and since when."),
        "diary": gettext("Letters that came in, by diary number."),
        "files": gettext("Files that were opened, where they are and whether they are closed."),
        "movement": gettext("Who sent what to whom, when it was opened and how long it stayed."),
        "issue": gettext("Letters that went out, by issue number, and what has not been dispatched."),
        "disposal": gettext("What was there, came, was disposed of and is left, month by month."),
        "court": gettext("Court cases that wait for an answer, by the court's date."),
        "rti": gettext("RTI applications that wait for an answer, by their limit."),
        "vip": gettext("Letters of MP, MLA and VIP that wait for an answer."),
        "grievance": gettext("References of the grievance portals that wait for an answer."),
        "out": gettext("Files that are with another office as printed packages."),
        "review": gettext("Recorded files that are to be kept on or weeded."),
    }[key]
