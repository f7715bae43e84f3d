"""Sends e-mails that wait, one after the other, when the office's mail server can be reached. Never one twice.

An e-mail is marked as being sent before its content leaves this machine. If the answer to that is lost, nobody knows
whether it was taken, and it stays so (`unknown`) until a person says what to do. The same after a restore from a copy.
"""

from __future__ import annotations

import logging
import random
import smtplib
import ssl
import threading
import time
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

import msgspec

from appliance.desk.days import INDIA, today
from appliance.link.pace import Pace
from appliance.store.book import WORKING, Book, Who
from appliance.store.unit import MailSettings, Unit
from commons.papers.errors import PaperDamaged, PaperMissing
from commons.room import DiskFull
from protocol import events as ev
from protocol.efile import Phase, Standing

log = logging.getLogger("patravali.mailer")

_CHANCE = random.SystemRandom()

LOOK_SECONDS = 5.0
TIMEOUT_SECONDS = 60.0
_papers = msgspec.msgpack.Decoder(list[tuple[bytes, str, str]])


class Waiting(NamedTuple):
    """One e-mail that is to be sent."""

    id: int
    number: str
    message_id: str
    address: str
    subject: str
    words: str
    papers: list[tuple[bytes, str, str]]  # SHA-256, name, media type


class LineFailed(Exception):
    """The server was not reached, or asks to be tried later; nothing has been handed over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Rejected(Exception):
    """The server will never take this e-mail."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def settle_doubts(unit: Unit) -> None:
    """At the start of the process: what was being sent when the last one ended, or was queued before a restore."""
    with unit.db.writing():
        unit.db.run(
            "UPDATE mail SET state='unknown', said='' WHERE state='sending' OR (state='waiting' AND epoch<>"
            "(SELECT epoch FROM node))"
        )


def send_next(unit: Unit) -> bool:
    """Sends the oldest e-mail that waits; False when none does. Raises LineFailed: try again later."""
    settings = unit.settings.mail
    if settings is None or unit.db.value("SELECT mode FROM node") != WORKING:
        return False
    row = unit.db.row(
        "SELECT id, number, message_id, address, subject, words, papers FROM mail WHERE state='waiting'"
        " ORDER BY tries, id"
    )
    if row is None:
        return False
    mail, number, message_id, address, subject, words, papers = row
    one = Waiting(mail, number, message_id, address, subject, words, _papers.decode(bytes(papers)))
    try:
        message = message_of(unit, settings, one)
        _hand_over(unit, settings, one, message)
    except LineFailed as failed:
        _note(unit, one, "waiting", failed.code)
        raise
    except Rejected as rejected:
        _note(unit, one, "failed", rejected.code)
    return True


def message_of(unit: Unit, settings: MailSettings, one: Waiting) -> EmailMessage:
    """The e-mail with the letter and its enclosures. Raises Rejected when a paper is not here."""
    message = EmailMessage()
    message["From"] = settings.sender
    message["To"] = one.address
    message["Subject"] = one.subject
    message["Message-ID"] = one.message_id
    message["Date"] = format_datetime(_now(unit))
    message.set_content(one.words or one.subject)
    for sha256, name, media_type in one.papers:
        try:
            reader = unit.papers.open(sha256)
        except (PaperMissing, PaperDamaged) as error:
            raise Rejected("paper_not_here") from error
        try:
            content = b"".join(reader)
        except PaperDamaged as error:
            raise Rejected("paper_not_here") from error
        finally:
            reader.close()
        kind, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=kind, subtype=sub, filename=name)
    return message


def _now(unit: Unit) -> datetime:
    return datetime.fromtimestamp(unit.clock.now_ms() / 1000, INDIA)


def _hand_over(unit: Unit, settings: MailSettings, one: Waiting, message: EmailMessage) -> None:
    try:
        server = _connect(settings)
    except smtplib.SMTPAuthenticationError as error:
        raise LineFailed("mail_login") from error
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        raise LineFailed("mail_unreachable") from error
    try:
        _envelope(server, settings.sender, [address.strip() for address in one.address.split(",")])
        _note(unit, one, "sending", "")
        try:
            code, _words = server.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        except (OSError, smtplib.SMTPException):
            _note(unit, one, "unknown", "mail_no_answer")
            raise LineFailed("mail_no_answer") from None
        _judge(code)
        _sent(unit, one)
    finally:
        server.close()


def _connect(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password)
    except BaseException:
        server.close()
        raise
    return server


def _envelope(server: smtplib.SMTP, sender: str, addresses: list[str]) -> None:
    """Every address must be taken: an e-mail that reached half of them could never be sent again honestly."""
    try:
        _judge(server.mail(sender)[0])
        for address in addresses:
            _judge(server.rcpt(address)[0])
    except (OSError, smtplib.SMTPException) as error:
        raise LineFailed("mail_unreachable") from error


def _judge(code: int) -> None:
    if code >= 500:
        raise Rejected(f"smtp_{code}")
    if code >= 400 or code < 200:
        raise LineFailed(f"smtp_{code}")


def _note(unit: Unit, one: Waiting, state: str, said: str) -> None:
    """What is known of it; that a doubt stands is never taken back here."""
    tried = 1 if state != "sending" else 0
    with unit.db.writing():
        unit.db.run(
            "UPDATE mail SET state=?, said=?, tries=tries+?, done_ms=? WHERE id=? AND state NOT IN ('unknown', 'sent')",
            state, said, tried, unit.clock.now_ms(), one.id,
        )  # fmt: skip
        unit.db.run("UPDATE node SET changes=changes+1")
    log.info("mail", extra={"state": state, "code": said})


def _sent(unit: Unit, one: Waiting) -> None:
    _note(unit, one, "sent", "")
    write_dispatches(unit)


def write_dispatches(unit: Unit) -> int:
    """Writes what the sent e-mails owe the journal, by whom they were asked; how many.

    Only while the file is held here and at work: an entry on a file that has left would not be of its log.
    """
    owed = unit.db.rows(
        "SELECT id, file, number, post, employee, charge FROM mail WHERE state='sent' AND dispatched=0 ORDER BY id"
    )
    written = 0
    for mail, file, number, post, employee, charge in owed:
        with unit.db.writing():
            book = Book(unit.db, unit.clock.now_ms())
            row = book.file(file)
            held = row is not None and row.phase is Phase.HELD and row.state.standing in _AT_WORK
            if book.node.mode != WORKING or not held:
                continue
            if not unit.db.run("UPDATE mail SET dispatched=1 WHERE id=? AND dispatched=0", mail):
                continue
            book.write(file, ev.Dispatch(number, "email", today(unit).isoformat()), Who(post, employee, charge))
            book.flush()
            unit.enqueue_carry()
        written += 1
    return written


_AT_WORK = frozenset({Standing.TRAY, Standing.DESK, Standing.PARKED, Standing.CLOSED})


class Mailer(threading.Thread):
    """Sends until stopped; after a failure it waits as the line to the district does: 15 s, doubling to 10 min."""

    def __init__(self, unit: Unit, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__(name="mailer", daemon=True)
        self._unit = unit
        self._pace = Pace(look_seconds, look_seconds)
        self._ending = threading.Event()

    def stop(self) -> None:
        """Ends after the e-mail that is being sent."""
        self._ending.set()

    def run(self) -> None:
        """E-mail after e-mail, then a look every few seconds."""
        try:
            settle_doubts(self._unit)
        except Exception:
            log.exception("mailer_failed")
        while not self._ending.is_set():
            self._round()
            self._ending.wait(max(0.0, self._pace.due - time.monotonic()))

    def _round(self) -> None:
        try:
            write_dispatches(self._unit)
            while not self._ending.is_set() and send_next(self._unit):
                pass
            self._pace = self._pace.succeeded(time.monotonic(), active=False)
        except LineFailed as failed:
            self._failed(failed.code)
        except DiskFull:
            self._failed("disk_full")
        except Exception:
            log.exception("mailer_failed")
            self._failed("unforeseen")
        finally:
            if not self._unit.db.is_closed():
                self._unit.db.close()

    def _failed(self, code: str) -> None:
        if self._pace.failures == 0:
            log.warning("mail_waits", extra={"code": code})
        self._pace = self._pace.failed(time.monotonic(), _CHANCE.random(), unreachable=False)
