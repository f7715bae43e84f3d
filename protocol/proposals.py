"""What an office adds to its own directory before the district confirms it: a pure overlay over the signed one.

The overlay serves names, desks and log-ins of the node that wrote it. Certificates, nodes, offices and revocations
come from the signed directory alone. What a signed directory brings itself, by key, takes the place of the proposal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from protocol.directory import LANGUAGES, LINK, SUBSTANTIVE, Charge, Directory, DirectoryIndex, Employee, Post, Section
from protocol.errors import LocalError
from protocol.identity import holds_aadhaar

SECTION, POST, EMPLOYEE, CHARGE, END_CHARGE = "section", "post", "employee", "charge", "end_charge"
KINDS: Final = (SECTION, POST, EMPLOYEE, CHARGE, END_CHARGE)

Record = Section | Post | Employee | Charge

LOCAL_CHARGE: Final = 1 << 60
"""Charges of an office's own have numbers from here on; the district counts from 1 and never comes near."""

NAME_CHARS, MARK_CHARS, LOWEST_RANK = 80, 20, 99
_WORD = re.compile(r"[a-z0-9-]{1,20}")
_EMPLOYEE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]{0,19}")
_PHONE = re.compile(r"[6-9][0-9]{9}")
_TYPES: Final[dict[str, type[Record]]] = {
    SECTION: Section, POST: Post, EMPLOYEE: Employee, CHARGE: Charge, END_CHARGE: Charge,
}  # fmt: skip


class BadProposal(LocalError):
    """A proposal that the rules do not allow; the codes stand at `check`."""

    code = "proposal.bad"


class Proposal(NamedTuple):
    """One addition as an event carries it."""

    what: str
    key: str
    record: bytes


class Overlaid(NamedTuple):
    """A directory with an office's additions, and which (kind, key) the district has yet to confirm."""

    directory: Directory
    unconfirmed: frozenset[tuple[str, str]]


def key_of(record: Record) -> str:
    """By what a record is known: its code, of a charge its number."""
    return str(record.id) if isinstance(record, Charge) else record.code


def proposal(what: str, record: Record) -> Proposal:
    """The proposal that says this record."""
    return Proposal(what, key_of(record), msgspec.msgpack.encode(record))


def read(said: Proposal) -> Record | None:
    """The record of a proposal; None for one that this release cannot read."""
    kind = _TYPES.get(said.what)
    if kind is None:
        return None
    try:
        record = msgspec.msgpack.decode(said.record, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return record if key_of(record) == said.key else None


def overlay(signed: Directory, said: Iterable[Proposal], node: str) -> Overlaid:
    """The signed directory with the proposals of `node`, in their order: a later one of the same key replaces.

    What concerns another node's office, what cannot be read and what the signed directory has is left out.
    """
    found = signed
    pending: set[tuple[str, str]] = set()
    official = DirectoryIndex(signed)
    offices = {office.code for office in official.offices_of_node(node) if not office.closed}
    for one in said:
        record = read(one)
        if record is None or _office_of(record) not in {*offices, ""} or _is_settled(official, one.what, record):
            continue
        found = _with(found, record)
        pending.add((CHARGE if one.what == END_CHARGE else one.what, one.key))
    return Overlaid(found, frozenset(pending))


def _office_of(record: Record) -> str:
    match record:
        case Section() | Post():
            return record.office
        case Charge():
            return record.post.partition(".")[0]
        case Employee():
            return ""


def _is_settled(official: DirectoryIndex, what: str, record: Record) -> bool:
    """Whether the district's own directory already says it."""
    match record:
        case Section():
            return official.section(record.code) is not None
        case Post():
            return official.post(record.code) is not None
        case Employee():
            return official.employee(record.code) is not None
        case Charge() if what == END_CHARGE:
            known = official.charge(record.id)
            return known is not None and known.to_date is not None and known.to_date <= (record.to_date or date.max)
        case Charge():
            return official.charge(record.id) is not None or any(
                (one.employee, one.kind, one.from_date) == (record.employee, record.kind, record.from_date)
                for one in official.holders(record.post, record.from_date)
            )


def _with(directory: Directory, record: Record) -> Directory:
    key = key_of(record)
    match record:
        case Section():
            return replace(directory, sections=(*(s for s in directory.sections if s.code != key), record))
        case Post():
            return replace(directory, posts=(*(p for p in directory.posts if p.code != key), record))
        case Employee():
            return replace(directory, employees=(*(e for e in directory.employees if e.code != key), record))
        case Charge():
            return replace(directory, charges=(*(c for c in directory.charges if c.id != record.id), record))


def check(
    index: DirectoryIndex, what: str, record: Record, *, node: str, unconfirmed: frozenset[tuple[str, str]]
) -> None:
    """Whether the office of `node` may add this to the directory as it stands (with earlier additions).

    An addition that is not confirmed yet may be corrected under its own key. Raises BadProposal: `other_office`,
    `aadhaar` (field), `bad_word`, `no_name`, `name_too_long` (limit), `bad_mark`, `key_taken` (what, key, name),
    `no_such_post`, `no_such_section`, `bad_rank` (least, most), `post_cycle`, `bad_employee_code`, `bad_phone`,
    `phone_taken` (employee), `no_such_employee`, `ends_before_start`, `leave_needs_end`, `own_link`, `charge_held`
    (employee, until), `charge_known`, `no_such_charge`, `charge_over` (until).
    """
    offices = {office.code for office in index.offices_of_node(node) if not office.closed}
    if _office_of(record) not in {*offices, ""}:
        raise BadProposal("other_office", office=_office_of(record))
    _refuse_aadhaar(record)
    correcting = (what, key_of(record)) in unconfirmed
    match record:
        case Section():
            _check_section(index, record, correcting=correcting)
        case Post():
            _check_post(index, record, correcting=correcting)
        case Employee():
            _check_employee(index, record, correcting=correcting)
        case Charge() if what == END_CHARGE:
            _check_end(index, record)
        case Charge():
            _check_charge(index, record)


def heads_of(index: DirectoryIndex, office: str) -> frozenset[str]:
    """The posts of the highest rank of an office."""
    posts = index.posts_of_office(office)
    return frozenset(post.code for post in posts if post.rank == posts[0].rank)


def _refuse_aadhaar(record: Record) -> None:
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, str) and field.name != "phone" and holds_aadhaar(value):
            raise BadProposal("aadhaar", field=field.name)


def _check_names(*names: str) -> None:
    for name in names:
        if not name.strip():
            raise BadProposal("no_name")
        if len(name) > NAME_CHARS:
            raise BadProposal("name_too_long", limit=NAME_CHARS)


def _check_code(code: str, office: str) -> None:
    prefix, _, word = code.partition(".")
    if prefix != office or not _WORD.fullmatch(word):
        raise BadProposal("bad_word", word=word[:40])


def _check_section(index: DirectoryIndex, record: Section, *, correcting: bool) -> None:
    _check_code(record.code, record.office)
    _check_names(record.name_hi, record.name_en)
    known = index.section(record.code)
    if known is not None and not correcting:
        raise BadProposal("key_taken", what=SECTION, key=record.code, name=known.name_hi)


def _check_post(index: DirectoryIndex, record: Post, *, correcting: bool) -> None:
    _check_code(record.code, record.office)
    _check_names(record.name_hi, record.name_en)
    if not 0 < len(record.mark.strip()) <= MARK_CHARS:
        raise BadProposal("bad_mark", limit=MARK_CHARS)
    known = index.post(record.code)
    if known is not None and not correcting:
        raise BadProposal("key_taken", what=POST, key=record.code, name=known.name_hi)
    others = [post.rank for post in index.posts_of_office(record.office) if post.code != record.code]
    least = min(others, default=0) + 1
    if not least <= record.rank <= LOWEST_RANK:
        raise BadProposal("bad_rank", least=least, most=LOWEST_RANK)
    if record.section is not None:
        section = index.section(record.section)
        if section is None or section.office != record.office:
            raise BadProposal("no_such_section", section=record.section)
    if record.superior is not None:
        if index.post(record.superior) is None:
            raise BadProposal("no_such_post", post=record.superior)
        if record.superior == record.code or record.code in {post.code for post in index.superiors(record.superior)}:
            raise BadProposal("post_cycle", post=record.superior)


def mobile(text: str) -> str:
    """The ten digits of an Indian mobile number, however it was written; "" for none. Raises BadProposal."""
    digits = "".join(str(int(ch)) for ch in text if ch.isdecimal())
    if not text.strip():
        return ""
    bare = digits[2:] if len(digits) == 12 and digits.startswith("91") else digits.lstrip("0")
    if _PHONE.fullmatch(bare):
        return bare
    if holds_aadhaar(text):
        raise BadProposal("aadhaar", field="phone")
    raise BadProposal("bad_phone")


def _check_employee(index: DirectoryIndex, record: Employee, *, correcting: bool) -> None:
    if not _EMPLOYEE.fullmatch(record.code):
        raise BadProposal("bad_employee_code")
    _check_names(record.name)
    if record.language not in LANGUAGES:
        raise BadProposal("bad_language", language=record.language)
    known = index.employee(record.code)
    if known is not None and not correcting:
        raise BadProposal("key_taken", what=EMPLOYEE, key=record.code, name=known.name)
    phone = mobile(record.phone or "")
    if phone:
        for other in index.directory.employees:
            if other.code != record.code and _last_ten(other.phone) == phone:
                raise BadProposal("phone_taken", employee=other.code)


def _last_ten(phone: str | None) -> str:
    return "".join(ch for ch in phone or "" if ch.isdecimal())[-10:]


def _check_charge(index: DirectoryIndex, record: Charge) -> None:
    if index.employee(record.employee) is None:
        raise BadProposal("no_such_employee", employee=record.employee)
    if index.post(record.post) is None:
        raise BadProposal("no_such_post", post=record.post)
    if record.kind not in (SUBSTANTIVE, LINK):
        raise BadProposal("bad_kind")
    if record.to_date is not None and record.to_date < record.from_date:
        raise BadProposal("ends_before_start")
    if record.kind == LINK and record.to_date is None:
        raise BadProposal("leave_needs_end")
    for other in index.directory.charges:
        if other.post != record.post or other.id == record.id or not _overlap(other, record):
            continue
        until = other.to_date.isoformat() if other.to_date else ""
        if other.employee == record.employee:
            code = "own_link" if record.kind == LINK and other.kind == SUBSTANTIVE else "charge_known"
            raise BadProposal(code, employee=other.employee, until=until)
        if other.kind == record.kind:
            raise BadProposal("charge_held", employee=other.employee, until=until)


def _overlap(one: Charge, other: Charge) -> bool:
    return one.from_date <= (other.to_date or date.max) and other.from_date <= (one.to_date or date.max)


def _check_end(index: DirectoryIndex, record: Charge) -> None:
    known = index.charge(record.id)
    if known is None or replace(known, to_date=record.to_date) != record or record.to_date is None:
        raise BadProposal("no_such_charge")
    if record.to_date < known.from_date:
        raise BadProposal("ends_before_start")
    if known.to_date is not None and known.to_date <= record.to_date:
        raise BadProposal("charge_over", until=known.to_date.isoformat())
