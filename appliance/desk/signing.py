"""Signing notes with a token: what there is to sign, what exactly is signed, and keeping what was signed.

The token, and so the PIN, is nowhere near: `prepared` says what the token is to sign, `keep` takes what it gave.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from appliance.desk.acting import decide_for, finish, who_of, working_book
from appliance.desk.file_log import log_of
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.book import read_file
from appliance.store.unit import Unit
from commons.signatures.checking import Trusted, Verdict, check
from commons.signatures.making import attributes_for, cms_of
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Verb
from protocol.journal import hash_event_id
from protocol.signing import VERSION, Statement, canonical
from protocol.words import EventId, parse_event_id


class ToSign(msgspec.Struct, frozen=True):
    """One note that its writer has not signed: where it stands, and the bytes that a signature is over."""

    event: str
    first: int
    count: int
    statement: bytes


class Prepared(msgspec.Struct, frozen=True):
    """What the token signs for one note."""

    event: str
    attributes: bytes
    certificate: bytes


class Signed(msgspec.Struct, frozen=True):
    """One signature of a file: of which note, by whom it claims to be, when it came, what it is worth."""

    of: str
    employee: str
    post: str
    at_ms: int
    verdict: Verdict


def to_sign(unit: Unit, actor: Actor, file: str) -> list[ToSign]:
    """The actor's own notes in a file that lies on his desk, as far as he has not signed them."""
    told = log_of(unit, file)
    signed = {body.of for _, _, body in told if isinstance(body, ev.Sign)}
    return [
        ToSign(str(event_id), body.first, body.count, canonical(_statement(unit, file, event_id, header, body)))
        for event_id, header, body in told
        if isinstance(body, ev.Note)
        and (header.employee, header.post) == (actor.employee, actor.post)
        and not body.opinion
        and str(event_id) not in signed
    ]


def prepared(unit: Unit, actor: Actor, file: str, event: str, certificate: bytes) -> Prepared:
    """What the token of this certificate is to sign for a note. Raises Refused nothing_to_sign."""
    wanted = _wanted(unit, actor, file, event)
    return Prepared(event, attributes_for(wanted.statement, certificate, unit.clock.now_ms()), certificate)


def keep(unit: Unit, actor: Actor, file: str, made: Prepared, signature: bytes) -> str:
    """The token's signature joins the file, if it is over what the note says; the id of its event.

    Raises Refused nothing_to_sign (signed meanwhile), signature_wrong, and what the rules of notes raise.
    """
    cms = cms_of(made.attributes, signature, made.certificate)
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.NOTE, actor)
        wanted = _wanted(unit, actor, file, made.event)
        verdict = check(cms, wanted.statement, unit.clock.now_ms(), Trusted())
        if verdict.word in ("changed", "broken") or verdict.certificate != sha256(made.certificate).digest():
            raise Refused("signature_wrong")
        e = _hash(unit, made.event)
        event_id = book.write(file, ev.Sign(made.event, e, cms, VERSION), who_of(actor))
        finish(unit, book, event_id)
    return str(event_id)


def signatures(unit: Unit, file: str, trusted: Trusted) -> list[Signed]:
    """Every signature of a file, checked by what this office has at hand."""
    told = log_of(unit, file)
    notes = {str(event_id): (event_id, header, body) for event_id, header, body in told if isinstance(body, ev.Note)}
    return [
        _signed(unit, file, notes.get(body.of), header, body, trusted)
        for _, header, body in told
        if isinstance(body, ev.Sign)
    ]


def _signed(
    unit: Unit,
    file: str,
    note: tuple[EventId, ev.Header, ev.Note] | None,
    header: ev.Header,
    body: ev.Sign,
    trusted: Trusted,
) -> Signed:
    at_ms = hlc_ms(header.hlc)
    if note is None or body.version != VERSION or _hash(unit, body.of) != body.e:
        return Signed(body.of, header.employee, header.post, at_ms, Verdict("changed"))
    if note[1].employee != header.employee:
        return Signed(body.of, header.employee, header.post, at_ms, Verdict("other_certificate"))
    content = canonical(_statement(unit, file, *note))
    return Signed(body.of, header.employee, header.post, at_ms, check(body.cms, content, at_ms, trusted))


def _wanted(unit: Unit, actor: Actor, file: str, event: str) -> ToSign:
    for one in to_sign(unit, actor, file):
        if one.event == event:
            return one
    raise Refused("nothing_to_sign")


def _statement(unit: Unit, file: str, event_id: EventId, header: ev.Header, body: ev.Note) -> Statement:
    row = read_file(unit.db, file)
    assert row is not None
    return Statement(
        unit.settings.hub, file, row.state.number, body.first, body.count, str(event_id), hlc_ms(header.hlc),
        header.employee, header.post, body.language, body.html, tuple(body.papers),
    )  # fmt: skip


def _hash(unit: Unit, event: str) -> bytes:
    event_id = parse_event_id(event)
    row = unit.db.row("SELECT header, body FROM event WHERE node=? AND epoch=? AND seq=?", *event_id)
    return hash_event_id(event_id, bytes(row[0]), bytes(row[1])) if row is not None else b""
