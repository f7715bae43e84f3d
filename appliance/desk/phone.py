"""A phone as a scanner for one receipt: a code on the screen lets one phone put pages there, for a quarter of an hour.

The code is the whole right: 32 random bytes of which only the hash is kept. Opening it binds it to that phone and it
opens nothing any more; the phone holds a secret of its own from then on. Both end with the session of the person who
showed the code, with its receipt leaving the desk, and when it is finished or closed.
"""

from __future__ import annotations

import base64
import hashlib
import io
from typing import IO

import msgspec

from appliance.desk.acting import decide_for, working_book
from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.people import SessionInfo, actor_of
from appliance.desk.receipts import attach_scan
from appliance.desk.refused import Refused
from appliance.desk.scans import drop_paper
from appliance.desk.values import Actor
from appliance.store.room import require_room
from appliance.store.unit import Unit
from commons.documents import ask as documents
from commons.documents.values import NotTaken
from commons.people import hash_token
from protocol.efile import Verb

LASTS_MS = 15 * 60 * 1000
MOST_PHOTOS = 40
PICTURES = frozenset({"image/jpeg", "image/png", "image/tiff"})


class Photo(msgspec.Struct, frozen=True):
    """One page as the phone took it."""

    id: str
    sha256: bytes
    size: int  # bytes
    media_type: str


class Phone(msgspec.Struct, frozen=True):
    """What one code opens: `finished_pages` is 0 until its pages have become a paper of the receipt."""

    hash: bytes
    receipt: str
    number: str
    actor: Actor
    until_ms: int
    opened: bool
    finished_pages: int
    photos: list[Photo]


def show_code(unit: Unit, actor: Actor, session_token: str, receipt: str) -> str:
    """A new code for the receipt; one shown before for it by the same person opens nothing any more. Raises Refused."""
    decide_for(working_book(unit), receipt, Verb.ATTACH, actor)
    code = _secret(unit)
    close(unit, actor, receipt)
    with unit.db.writing():
        unit.db.run(
            "INSERT INTO phone (hash, receipt, employee, post, charge, session, expires_ms) VALUES (?,?,?,?,?,?,?)",
            _hash(code), receipt, actor.employee, actor.post, actor.charge, hash_token(session_token),
            unit.clock.now_ms() + LASTS_MS,
        )  # fmt: skip
    _forget_old(unit)
    return code


def close(unit: Unit, actor: Actor, receipt: str) -> None:
    """The code and the phone that opened it can do nothing more; photos that were not finished are gone."""
    with unit.db.writing():
        found = unit.db.rows("SELECT hash FROM phone WHERE receipt=? AND employee=?", receipt, actor.employee)
        _end(unit, [bytes(code) for (code,) in found])


def state(unit: Unit, actor: Actor, receipt: str) -> Phone | None:
    """How far the phone of the person's code for this receipt has come; None when there is no such code any more."""
    found = unit.db.value("SELECT hash FROM phone WHERE receipt=? AND employee=?", receipt, actor.employee)
    return None if found is None else _phone(unit, bytes(found))


def by_code(unit: Unit, code: str) -> Phone:
    """What a code would open. Raises Refused phone_over: unknown, opened before or over, without telling which."""
    phone = _phone(unit, _hash(code))
    if phone is None or phone.opened or phone.finished_pages:
        raise Refused("phone_over")
    return phone


def open_code(unit: Unit, code: str) -> str:
    """Binds the code to the phone that sends it: the phone's own secret. Raises Refused phone_over."""
    secret = _secret(unit)
    with unit.db.writing():
        by_code(unit, code)
        unit.db.run("UPDATE phone SET opened=? WHERE hash=?", _hash(secret), _hash(code))
    return secret


def by_secret(unit: Unit, secret: str) -> Phone:
    """The phone that holds this secret. Raises Refused phone_over."""
    found = unit.db.value("SELECT hash FROM phone WHERE opened=?", _hash(secret)) if secret else None
    phone = None if found is None else _phone(unit, bytes(found))
    if phone is None:
        raise Refused("phone_over")
    return phone


def add_photo(unit: Unit, secret: str, name: str, stream: IO[bytes], *, instead_of: str = "") -> None:
    """One more page, or one taken again. Raises Refused: phone_over, phone_full (values: limit), photo_not_picture."""
    _open_phone(unit, secret)
    require_room(unit)
    paper = read_paper(unit, name, "", stream)
    if paper.media_type not in PICTURES:
        drop_paper(unit, paper.sha256)
        raise Refused("photo_not_picture", name=paper.name)
    with unit.db.writing():
        phone = _open_phone(unit, secret)
        known = {photo.id: photo for photo in phone.photos}
        if instead_of not in known and len(known) >= MOST_PHOTOS:
            raise Refused("phone_full", limit=MOST_PHOTOS)
        if instead_of in known:
            unit.db.run(
                "UPDATE photo SET sha256=?, size=?, media_type=? WHERE phone=? AND id=?",
                paper.sha256, paper.size, paper.media_type, phone.hash, instead_of,
            )  # fmt: skip
        else:
            turn = unit.db.value("SELECT max(turn) FROM photo WHERE phone=?", phone.hash) or 0
            unit.db.run(
                "INSERT INTO photo (phone, id, turn, sha256, size, media_type) VALUES (?,?,?,?,?,?)",
                phone.hash, unit.random_bytes(6).hex(), turn + 1, paper.sha256, paper.size, paper.media_type,
            )  # fmt: skip
    if instead_of in known:
        drop_paper(unit, known[instead_of].sha256)


def move_photo(unit: Unit, secret: str, photo: str, step: int) -> None:
    """One place earlier (-1) or later (1); beyond the ends nothing happens. Raises Refused phone_over."""
    with unit.db.writing():
        phone = _open_phone(unit, secret)
        order = [one.id for one in phone.photos]
        if photo not in order:
            return
        at = order.index(photo)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        for turn, one in enumerate(order, 1):
            unit.db.run("UPDATE photo SET turn=? WHERE phone=? AND id=?", turn, phone.hash, one)


def remove_photo(unit: Unit, secret: str, photo: str) -> None:
    """The page goes. Raises Refused phone_over."""
    with unit.db.writing():
        phone = _open_phone(unit, secret)
        unit.db.run("DELETE FROM photo WHERE phone=? AND id=?", phone.hash, photo)
    for gone in phone.photos:
        if gone.id == photo:
            drop_paper(unit, gone.sha256)


def finish(unit: Unit, secret: str, name: str) -> PaperIn:
    """All pages become one PDF of the receipt, attached by who showed the code. Raises Refused, no_photos."""
    phone = _open_phone(unit, secret)
    if not phone.photos:
        raise Refused("no_photos")
    readers = [unit.papers.open(photo.sha256) for photo in phone.photos]
    try:
        pdf = documents.join_pictures(readers)
    except NotTaken as error:
        raise Refused(error.code, **error.values) from error
    finally:
        for reader in readers:
            reader.close()
    paper = read_paper(unit, name, "", io.BytesIO(pdf))
    with unit.db.writing():
        if _open_phone(unit, secret).photos != phone.photos:
            raise Refused("photos_changed")
        unit.db.run("UPDATE phone SET finished_pages=? WHERE hash=?", len(phone.photos), phone.hash)
        attach_scan(unit, phone.actor, phone.receipt, paper)
        unit.db.run("DELETE FROM photo WHERE phone=?", phone.hash)
    for photo in phone.photos:
        drop_paper(unit, photo.sha256)
    return paper


def _open_phone(unit: Unit, secret: str) -> Phone:
    phone = by_secret(unit, secret)
    if phone.finished_pages:
        raise Refused("phone_over")
    return phone


def _phone(unit: Unit, code: bytes) -> Phone | None:
    """The row, while it counts: in its time, its person still logged in and in charge of the post."""
    row = unit.db.row(
        "SELECT p.receipt, p.employee, p.post, p.charge, p.expires_ms, p.opened, p.finished_pages, e.file_number,"
        " s.expires_ms FROM phone p JOIN efile e ON e.file=p.receipt LEFT JOIN session s ON s.hash=p.session"
        " WHERE p.hash=?",
        code,
    )
    now = unit.clock.now_ms()
    if row is None:
        return None
    receipt, employee, post, charge, expires, opened, pages, number, session_until = row
    if expires <= now or session_until is None or session_until <= now:
        return None
    try:
        actor = actor_of(unit, SessionInfo(employee, "", "hi", [post], post, session_until))
    except Refused:
        return None
    if actor.charge != charge:
        return None
    photos = unit.db.rows("SELECT id, sha256, size, media_type FROM photo WHERE phone=? ORDER BY turn", code)
    return Phone(
        code, receipt, number, actor, expires, opened is not None, pages,
        [Photo(photo, bytes(sha256), size, kind) for photo, sha256, size, kind in photos],
    )  # fmt: skip


def _forget_old(unit: Unit) -> None:
    with unit.db.writing():
        found = unit.db.rows("SELECT hash FROM phone WHERE expires_ms<?", unit.clock.now_ms())
        _end(unit, [bytes(code) for (code,) in found])


def _end(unit: Unit, codes: list[bytes]) -> None:
    for code in codes:
        photos = unit.db.rows("SELECT sha256 FROM photo WHERE phone=?", code)
        unit.db.run("DELETE FROM photo WHERE phone=?", code)
        unit.db.run("DELETE FROM phone WHERE hash=?", code)
        for (sha256,) in photos:
            drop_paper(unit, bytes(sha256))


def _secret(unit: Unit) -> str:
    return base64.urlsafe_b64encode(unit.random_bytes(32)).decode().rstrip("=")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"PV-phone\0" + secret.encode()).digest()
