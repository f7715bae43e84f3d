"""Log-ins of one node: passwords (argon2id), sessions as rows that can be ended, throttling.

A password belongs to an employee and a node and never leaves it. Times are unix milliseconds.
"""

from __future__ import annotations

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from msgspec import Struct

from commons.database import Database
from protocol.errors import LocalError

TRIES = 5
LONGEST_WAIT_MS = 900_000
_FIRST_WAIT_MS = 30_000
RENEW_MS = 60_000
"""A session's end is moved at most once a minute, so that reading a page does not write."""

_at_once = threading.BoundedSemaphore(2)
"""argon2id takes 64 MiB: so many at once and no more."""

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_nobody = _hasher.hash(secrets.token_hex(16))


class LogInRefused(LocalError):
    """Codes: wrong (values: tries_left), throttled (values: wait_seconds), no_post."""

    code = "wrong"


class Session(Struct, frozen=True):
    """A row of `session`."""

    employee: str
    post: str
    language: str
    expires_ms: int


def set_password(db: Database, employee: str, password: str) -> None:
    """Makes the account, or gives it a new password and ends its sessions."""
    hashed = _hasher.hash(password)
    with db.writing():
        db.run(
            "INSERT INTO account (employee, password) VALUES (?,?) "
            "ON CONFLICT (employee) DO UPDATE SET password=excluded.password",
            employee, hashed,
        )  # fmt: skip
        db.run("DELETE FROM session WHERE employee=?", employee)


def log_in(db: Database, employee: str, password: str, source: str, now_ms: int, lasts_ms: int) -> str:
    """The token of a new session. Raises LogInRefused; an unknown employee costs the same time as a wrong password."""
    keys = (f"who:{employee[:40]}", f"from:{source[:60]}")
    _check_throttle(db, keys, now_ms)
    row = db.row("SELECT password FROM account WHERE employee=?", employee)
    if not _verify(_nobody if row is None else row[0], password) or row is None:
        raise LogInRefused("wrong", tries_left=_failed(db, keys, now_ms))
    token = secrets.token_urlsafe(24)
    with db.writing():
        db.run("DELETE FROM throttle WHERE source=?", keys[0])
        db.run("DELETE FROM session WHERE expires_ms<?", now_ms)
        db.run(
            "INSERT INTO session (hash, employee, expires_ms) VALUES (?,?,?)",
            hash_token(token), employee, now_ms + lasts_ms,
        )  # fmt: skip
    return token


def session(db: Database, token: str, now_ms: int, lasts_ms: int, *, renew: bool = True) -> Session | None:
    """The session of a token, its end moved on if `renew`; None when there is none or it is over."""
    row = db.row(
        "SELECT s.employee, s.post, a.language, s.expires_ms FROM session s JOIN account a USING (employee) "
        "WHERE s.hash=?",
        hash_token(token),
    )
    if row is None or row[3] <= now_ms:
        return None
    employee, post, language, expires = row
    if renew and now_ms + lasts_ms - expires > RENEW_MS:
        expires = now_ms + lasts_ms
        with db.writing():
            db.run("UPDATE session SET expires_ms=? WHERE hash=?", expires, hash_token(token))
    return Session(employee, post, language, expires)


def log_out(db: Database, token: str) -> None:
    """Ends a session."""
    with db.writing():
        db.run("DELETE FROM session WHERE hash=?", hash_token(token))


def choose_post(db: Database, token: str, post: str) -> None:
    """In which of his posts the person works now."""
    with db.writing():
        db.run("UPDATE session SET post=? WHERE hash=?", post, hash_token(token))


def set_language(db: Database, employee: str, language: str) -> None:
    """The person's own choice, kept."""
    with db.writing():
        db.run("UPDATE account SET language=? WHERE employee=?", language, employee)


def keyboard(db: Database, employee: str) -> str:
    """The Hindi layout that the person has chosen; "" until then."""
    return str(db.value("SELECT keyboard FROM account WHERE employee=?", employee) or "")


def set_keyboard(db: Database, employee: str, keyboard: str) -> None:
    """The person's own choice, kept."""
    with db.writing():
        db.run("UPDATE account SET keyboard=? WHERE employee=?", keyboard, employee)


def hash_token(token: str) -> bytes:
    """Only this is kept: who reads the database cannot take a session over."""
    return hashlib.sha256(token.encode()).digest()


def _verify(hashed: str, password: str) -> bool:
    with _at_once:
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def _check_throttle(db: Database, keys: tuple[str, str], now_ms: int) -> None:
    until = db.value("SELECT max(until_ms) FROM throttle WHERE source IN (?,?)", *keys) or 0
    if until > now_ms + LONGEST_WAIT_MS:
        return
    if until > now_ms:
        raise LogInRefused("throttled", wait_seconds=-(-(until - now_ms) // 1000))


def _failed(db: Database, keys: tuple[str, str], now_ms: int) -> int:
    """Notes a failure; the tries left before waiting. A whole office may sit behind one address: it gets more tries."""
    left = TRIES
    with db.writing():
        for key, tries in zip(keys, (TRIES, TRIES * 10), strict=True):
            failures = (db.value("SELECT failures FROM throttle WHERE source=?", key) or 0) + 1
            over = failures - tries
            wait = min(_FIRST_WAIT_MS * 2 ** min(over, 10), LONGEST_WAIT_MS) if over >= 0 else 0
            db.run(
                "INSERT OR REPLACE INTO throttle (source, failures, until_ms) VALUES (?,?,?)",
                key, failures, now_ms + wait if wait else 0,
            )  # fmt: skip
            left = min(left, max(0, tries - failures))
    return left
