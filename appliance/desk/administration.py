"""Administration of the office: what is missing in the district's directory is added here at once.

Who may: whoever works in the post of the office's head (its highest rank in the directory as the district signed it),
or in its post `<office>.admin`, which the head can add and give to someone (docs/decisions/0016).
"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from appliance.desk.acting import finish, who_of, working_book
from appliance.desk.days import today
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.desk.writing import plain
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.directory import LINK, SUBSTANTIVE, Charge, DirectoryIndex, Employee, Post, Section
from protocol.proposals import (
    CHARGE,
    EMPLOYEE,
    END_CHARGE,
    LOCAL_CHARGE,
    POST,
    SECTION,
    BadProposal,
    Record,
    check,
    heads_of,
    mobile,
    proposal,
)

ADMIN_WORD = "admin"


def offices_of(unit: Unit) -> list[str]:
    """The open offices that this node serves."""
    return [office.code for office in unit.directory().offices_of_node(unit.node) if not office.closed]


def head_posts(unit: Unit) -> frozenset[str]:
    """The posts of the heads of this node's offices, as the district signed it."""
    signed = unit.signed_directory()
    return frozenset(post for office in offices_of(unit) for post in heads_of(signed, office))


def is_administrator(unit: Unit, actor: Actor) -> bool:
    """Whether the actor, in the post that he works in now, administers the office."""
    office, _, word = actor.post.partition(".")
    return actor.post in head_posts(unit) or (word == ADMIN_WORD and office in offices_of(unit))


def require_administrator(unit: Unit, actor: Actor) -> None:
    """Raises Refused not_administrator."""
    if not is_administrator(unit, actor):
        raise Refused("not_administrator")


def require_over(unit: Unit, actor: Actor, post: str) -> None:
    """The head's post, and the administrator's, are the head's to give; a vacant one is also the administrator's.

    Raises Refused head_only.
    """
    heads = head_posts(unit)
    guarded = post in heads or post.partition(".")[2] == ADMIN_WORD
    if guarded and actor.post not in heads and unit.directory().holders(post, today(unit)):
        raise Refused("head_only", post=post)


def add_section(unit: Unit, actor: Actor, office: str, *, word: str, name_hi: str, name_en: str) -> str:
    """A section of the office, at once; its code."""
    record = Section(f"{office}.{word.strip().lower()}", office, plain(name_hi), plain(name_en))
    return _propose(unit, actor, SECTION, record)


def add_post(unit: Unit, actor: Actor, wished: Post) -> str:
    """A post of the office, at once; its code."""
    require_over(unit, actor, wished.code)
    record = replace(
        wished,
        mark=plain(wished.mark),
        name_hi=plain(wished.name_hi),
        name_en=plain(wished.name_en),
        superior=wished.superior or None,
        section=wished.section or None,
    )
    return _propose(unit, actor, POST, record)


def add_employee(unit: Unit, actor: Actor, *, code: str, name: str, language: str, phone: str) -> str:
    """A person, at once; his code. He can log in when he has a charge and a slip."""
    try:
        number = mobile(phone)
    except BadProposal as error:
        raise Refused(error.code, **error.values) from error
    return _propose(unit, actor, EMPLOYEE, Employee(code.strip(), plain(name), language, number or None))


def add_charge(unit: Unit, actor: Actor, *, employee: str, post: str, from_date: date, to_date: date | None) -> str:
    """A person takes charge of a post; the charge's number as text."""
    return _charge(unit, actor, Charge(0, employee, post, from_date, to_date, SUBSTANTIVE))


def add_leave(unit: Unit, actor: Actor, *, post: str, link: str, from_date: date, to_date: date | None) -> str:
    """A post's holder is absent from day to day, and a link officer stands in; the charge's number as text."""
    return _charge(unit, actor, Charge(0, link, post, from_date, to_date, LINK))


def _charge(unit: Unit, actor: Actor, wished: Charge) -> str:
    require_over(unit, actor, wished.post)
    number = LOCAL_CHARGE + int.from_bytes(unit.random_bytes(7))
    return _propose(unit, actor, CHARGE, replace(wished, id=number))


def end_charge(unit: Unit, actor: Actor, charge: int, last_day: date) -> None:
    """The charge, or the leave, ends with `last_day`. Raises no_such_charge, own_charge, too_long_ago."""
    known = unit.directory().charge(charge)
    if known is None:
        raise Refused("no_such_charge")
    require_over(unit, actor, known.post)
    if charge == actor.charge and last_day < today(unit):
        raise Refused("own_charge")
    if last_day < today(unit) - timedelta(days=1) and last_day >= known.from_date:
        raise Refused("too_long_ago")
    _propose(unit, actor, END_CHARGE, replace(known, to_date=last_day))


def next_rank(index: DirectoryIndex, office: str) -> int:
    """A rank to offer for a new post: below all that are there."""
    return max((post.rank for post in index.posts_of_office(office)), default=0) + 1


def _propose(unit: Unit, actor: Actor, what: str, record: Record) -> str:
    require_administrator(unit, actor)
    said = proposal(what, record)
    with unit.db.writing():
        book = working_book(unit)
        try:
            check(unit.directory(), what, record, node=unit.node, unconfirmed=unit.unconfirmed())
        except BadProposal as error:
            raise Refused(error.code, **error.values) from error
        finish(unit, book, book.write(None, ev.Propose(said.what, said.key, said.record), who_of(actor)))
    return said.key
