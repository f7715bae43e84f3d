"""A file that went through two offices, was recorded at the second, and whose day of review has come."""

from __future__ import annotations

import io
from typing import NamedTuple

from appliance.desk import drafts, issuing, receipts, record, verbs
from appliance.desk.draft_values import DraftText
from appliance.desk.issuing import Wish
from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.receipt_rules import LetterIn
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from commons.database import Database
from tests.support.copies import meet
from tests.support.district import District, TestClock, actor
from tests.support.paper import pdf

DAY_MS = 86_400_000
CLERK, HEAD, THERE = actor("moth.da1"), actor("moth.head"), actor("chirgaon.head")
WORDS = ("गोपनीय-टिप्पणी-मोंठ", "गोपनीय-टिप्पणी-चिरगाँव", "गोपनीय-मसौदा", "गोपनीय-अभ्युक्ति-अनुमोदन")
"""What was written on the file and must be nowhere when it is weeded."""


def paper(mark: str) -> bytes:
    """A PDF of its own."""
    return pdf() + f"\n%{mark}\n".encode()


LETTER, SCAN, ORDER = paper("letter"), paper("scan"), paper("order")


def order_of(unit: Unit) -> PaperIn:
    """The signed order, safely here."""
    return read_paper(unit, "आदेश.pdf", "", io.BytesIO(ORDER))


def note(unit: Unit, who: Actor, file: str, words: str) -> None:
    """A confirmed note."""
    verbs.save_yellow(unit, who, file, f"<p>{words}</p>", 0)
    verbs.confirm_note(unit, who, file)


def worked_on(unit: Unit) -> tuple[str, str, str]:
    """(file, receipt in it, number of a letter issued from it) at moth, on the desk of its head."""
    letter = LetterIn(title="पत्र", sender="प्रेषक", mode="post")
    receipt = receipts.diarise(unit, CLERK, letter)
    receipts.attach_scan(unit, CLERK, receipt, read_paper(unit, "स्कैन.pdf", "", io.BytesIO(SCAN)))
    file = verbs.open_file(unit, CLERK, subject="पुराना विषय", section="moth.dev", language="hi")
    receipts.put_in_file(unit, CLERK, receipt, file)
    verbs.attach(unit, CLERK, file, name="पत्र.pdf", media_type="", stream=io.BytesIO(LETTER))
    note(unit, CLERK, file, WORDS[0])
    text = DraftText("letter", "hi", WORDS[2], ("पानेवाला",), (), "", f"<p>{WORDS[2]}</p>")
    draft = drafts.save_version(unit, CLERK, file, drafts.start(unit, CLERK, file, text))
    verbs.send(unit, CLERK, file, to_post=HEAD.post, how="up")
    verbs.receive(unit, HEAD, file)
    drafts.decide(unit, HEAD, file, draft, 1, yes=True, remarks=WORDS[3])
    number = issuing.issue(unit, HEAD, file, Wish(draft, 1, "post"), lambda _facts: paper("issued"))
    return file, receipt, number


class Recorded(NamedTuple):
    """The file in the record, a receipt in it, the number of a letter that went."""

    file: str
    receipt: str
    number: str


def put_away(unit: Unit, who: Actor, file: str, clock: TestClock) -> None:
    """Into the record as C, until the day of review has come."""
    verbs.close(unit, who, file, "")
    record.put_in_record(unit, who, file, retention="C", review="2027-06-01")
    clock.ms += 250 * DAY_MS


def recorded_there(district: District) -> Recorded:
    """Opened, worked on at moth, sent to chirgaon, worked on and recorded there."""
    moth, chirgaon = district.units["moth"], district.units["chirgaon"]
    found = Recorded(*worked_on(moth))
    verbs.send(moth, HEAD, found.file, to_post=THERE.post, how="up")
    meet(district, "moth", "chirgaon", "chirgaon", "moth")
    verbs.receive(chirgaon, THERE, found.file)
    note(chirgaon, THERE, found.file, WORDS[1])
    meet(district, "chirgaon", "moth")
    put_away(chirgaon, THERE, found.file, district.clock)
    meet(district, "chirgaon", "moth", "chirgaon", "moth")
    return found


def weed_there(district: District, found: Recorded) -> None:
    """By order, at the office that holds it."""
    chirgaon = district.units["chirgaon"]
    record.weed(chirgaon, THERE, found.file, order=order_of(chirgaon), order_number="12/2027", remarks="नियमानुसार")


def bytes_of(db: Database) -> bytes:
    """All that the tables of a database say, in one piece: to look for what must not be there."""
    found = bytearray()
    for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE '%VIRTUAL%'"):
        for row in db.rows(f'SELECT * FROM "{name}"'):
            for value in row:
                if isinstance(value, str):
                    found += value.encode()
                elif isinstance(value, bytes | memoryview):
                    found += bytes(value)
    return bytes(found)


def words_left(db: Database) -> list[str]:
    """Which of the words are still somewhere in the rows of a database."""
    everything = bytes_of(db)
    return [word for word in WORDS if word.encode() in everything]
