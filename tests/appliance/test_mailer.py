"""E-mails over a real socket: sent once, tried again, refused, in doubt; never twice by itself."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.desk import draft_page, drafts, issuing, mails, verbs
from appliance.desk.draft_values import DraftText, LetterFacts, MailRow
from appliance.desk.issuing import Wish
from appliance.desk.refused import Refused
from appliance.mailer import LineFailed, Mailer, send_next, settle_doubts, write_dispatches
from appliance.store.unit import MailSettings, Unit
from tests.support.district import TestClock, actor, open_unit, papers_of
from tests.support.paper import pdf
from tests.support.smtp import MailServer

DA, HEAD = actor("moth.da1"), actor("moth.head")
TEXT = DraftText("letter", "hi", "हैंडपंप की मरम्मत", ("चिरगाँव",), (), "", "<p>कृपया करें।</p>")
PDF = pdf()


def made(_facts: LetterFacts) -> bytes:
    return PDF


@pytest.fixture
def server() -> Iterator[MailServer]:
    running = MailServer()
    yield running
    running.close()


@pytest.fixture
def unit(tmp_path: Path, server: MailServer) -> Iterator[Unit]:
    opened = open_unit(tmp_path, "moth", papers_of(("moth", "chirgaon")), TestClock())
    opened.settings = replace(
        opened.settings, mail=MailSettings("127.0.0.1", server.port, "none", "office@example.org")
    )
    yield opened
    opened.db.close()


@pytest.fixture
def file(unit: Unit) -> str:
    file = verbs.open_file(unit, DA, subject="हैंडपंप", section="moth.dev", language="hi")
    drafts.save_version(unit, DA, file, drafts.start(unit, DA, file, TEXT))
    verbs.send(unit, DA, file, to_post=HEAD.post, how="up")
    verbs.receive(unit, HEAD, file)
    drafts.decide(unit, HEAD, file, 1, 1, yes=True)
    issuing.issue(unit, HEAD, file, Wish(1, 1, "email", email="a@example.org; b@example.org", cover="प्रति"), made)
    return file


def mail(unit: Unit, file: str) -> MailRow:
    [row] = draft_page.mails_of(unit, file, 1)
    return row


def dispatched(unit: Unit) -> int:
    return int(unit.db.value("SELECT count(*) FROM event WHERE kind='dispatch'"))


def test_it_is_sent_once_with_the_letter_and_then_dispatched(unit: Unit, file: str, server: MailServer) -> None:
    assert mail(unit, file).state == "waiting"
    assert send_next(unit)
    assert not send_next(unit)
    row = mail(unit, file)
    assert (row.state, dispatched(unit)) == ("sent", 1)
    [content] = server.manners.taken
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Message-ID"] == row.message_id
    assert message["Subject"] == "MOTH/I/2026/000001: हैंडपंप की मरम्मत"
    assert message.get_body().get_content().strip() == "प्रति"  # type: ignore[union-attr]  # it has one
    [attached] = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("MOTH-I-2026-000001.pdf", PDF)
    assert [line for line in server.manners.asked if line.startswith("rcpt")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]
    assert draft_page.draft_page(unit, DA, file, 1).dispatches[0].employee == HEAD.employee


def test_without_a_line_it_waits(unit: Unit, file: str, server: MailServer) -> None:
    server.manners.answers["RCPT"] = "451 later"
    for tries in (1, 2):
        with pytest.raises(LineFailed, match="smtp_451"):
            send_next(unit)
        assert (mail(unit, file).state, mail(unit, file).tries) == ("waiting", tries)
    server.manners.answers.clear()
    server.manners.answers["END"] = "452 full"
    with pytest.raises(LineFailed, match="smtp_452"):
        send_next(unit)
    assert mail(unit, file).state == "waiting"
    assert unit.settings.mail is not None
    unit.settings = replace(unit.settings, mail=replace(unit.settings.mail, port=1))
    with pytest.raises(LineFailed, match="mail_unreachable"):
        send_next(unit)
    assert (mail(unit, file).state, dispatched(unit)) == ("waiting", 0)


def test_a_lost_answer_is_a_doubt_that_a_person_settles(unit: Unit, file: str, server: MailServer) -> None:
    server.manners.answers["END"] = ""
    with pytest.raises(LineFailed, match="mail_no_answer"):
        send_next(unit)
    assert mail(unit, file).state == "unknown"
    assert not send_next(unit)
    assert len(server.manners.taken) == 1
    with pytest.raises(Refused, match="not_holder"):
        mails.call_sent(unit, DA, file, mail(unit, file).id)
    mails.call_sent(unit, HEAD, file, mail(unit, file).id)
    assert write_dispatches(unit) == 1
    assert write_dispatches(unit) == 0
    with pytest.raises(Refused, match="mail_settled"):
        mails.send_again(unit, HEAD, file, mail(unit, file).id, "a@example.org")


def test_refused_for_good_until_a_person_corrects_the_address(unit: Unit, file: str, server: MailServer) -> None:
    server.manners.answers["RCPT"] = "550 nobody"
    assert send_next(unit)
    assert (mail(unit, file).state, mail(unit, file).said) == ("failed", "smtp_550")
    assert not send_next(unit)
    server.manners.answers.clear()
    first = mail(unit, file).message_id
    mails.send_again(unit, HEAD, file, mail(unit, file).id, "c@example.org")
    assert send_next(unit)
    assert (mail(unit, file).state, mail(unit, file).message_id) == ("sent", first)


def test_killed_while_sending_or_restored_since_is_a_doubt(unit: Unit, file: str, server: MailServer) -> None:
    settle_doubts(unit)
    assert mail(unit, file).state == "waiting"
    unit.db.run("UPDATE mail SET state='sending'")
    settle_doubts(unit)
    assert mail(unit, file).state == "unknown"
    unit.db.run("UPDATE mail SET state='waiting', epoch=x'00'")
    settle_doubts(unit)
    assert mail(unit, file).state == "unknown"
    assert server.manners.taken == []


def test_a_stopped_office_sends_nothing(unit: Unit, file: str) -> None:
    unit.db.run("UPDATE node SET mode='stopped'")
    assert not send_next(unit)
    assert mail(unit, file).state == "waiting"


def test_the_dispatch_waits_until_the_file_is_held_again(unit: Unit, file: str) -> None:
    verbs.send(unit, HEAD, file, to_post="chirgaon.head", how="up")
    assert send_next(unit)
    assert (mail(unit, file).state, dispatched(unit)) == ("sent", 0)
    verbs.pull_back(unit, HEAD, file)
    assert write_dispatches(unit) == 1


def test_a_secret_letter_is_not_mailed(unit: Unit) -> None:
    file = verbs.open_file(unit, HEAD, subject="s", section="moth.dev", language="hi", grading="secret")
    drafts.save_version(unit, HEAD, file, drafts.start(unit, HEAD, file, TEXT))
    drafts.decide(unit, HEAD, file, 1, 1, yes=True)
    with pytest.raises(Refused, match="secret_by_mail"):
        issuing.issue(unit, HEAD, file, Wish(1, 1, "email", email="a@example.org"), made)


def test_the_thread_sends_by_itself(unit: Unit, file: str, server: MailServer) -> None:
    mailer = Mailer(unit, look_seconds=0.05)
    mailer.start()
    mailer.join(timeout=0.01)
    while mail(unit, file).state != "sent":
        mailer.join(timeout=0.05)
        assert mailer.is_alive()
    mailer.stop()
    mailer.join(timeout=10)
    assert not mailer.is_alive()
    assert len(server.manners.taken) == 1
