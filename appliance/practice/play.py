"""Plays made-up days of the past by the verbs of the desk, so that work has the ages that it says."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from html import escape

from appliance.desk import opinions, receipts, verbs
from appliance.desk.days import INDIA
from appliance.desk.papers import read_paper
from appliance.desk.receipt_rules import LetterIn
from appliance.desk.values import Actor
from appliance.practice import paper
from appliance.practice.district import OFFICE, PEOPLE, holders, post_of
from appliance.store.unit import Unit
from commons.clock import Clock

PDF = "application/pdf"
SECOND_MS = 1000


class PlayedClock(Clock):
    """Stands where the play has put it, some time before `end_ms`, and goes on by a second whenever it is read."""

    def __init__(self, begin_ms: int, end_ms: int) -> None:
        self._ms = begin_ms
        self._end_ms = end_ms

    def now_ms(self) -> int:
        """Unix milliseconds; never past the end."""
        self._ms = min(self._ms + SECOND_MS, self._end_ms)
        return self._ms

    def go_to(self, ms: int) -> None:
        """On to a moment; never back."""
        self._ms = max(self._ms, min(ms, self._end_ms))


class Play:
    """The people of the practice office at work; posts are named by their word (`da1`, `bdo`)."""

    def __init__(self, unit: Unit, clock: PlayedClock, today: date) -> None:
        self._unit = unit
        self._clock = clock
        self.today = today
        self._holders = holders()
        self._names = {who.word: who.post_hi for who in PEOPLE}

    def day(self, days_ago: int) -> str:
        """The ISO day so many days before today; after it when negative."""
        return (self.today - timedelta(days=days_ago)).isoformat()

    def at(self, days_ago: int, hour: int, minute: int = 0) -> None:
        """It becomes that time of the office."""
        moment = datetime.combine(self.today - timedelta(days=days_ago), time(hour, minute), INDIA)
        self._clock.go_to(int(moment.timestamp() * 1000))

    def actor(self, word: str) -> Actor:
        """Who holds the post, as verbs want him."""
        post = post_of(word)
        employee, charge = self._holders[post]
        return Actor(employee, post, charge)

    def open(self, word: str, section: str, subject: str, *, language: str = "hi", priority: int = 0) -> str:
        """A new file; its id."""
        whole = f"{OFFICE}.{section}"
        return verbs.open_file(
            self._unit, self.actor(word), subject=subject, section=whole, language=language, priority=priority
        )

    def letter(self, word: str, file: str, subject: str, *paragraphs: str, by: str) -> None:
        """A made-up letter joins the correspondence."""
        stream = io.BytesIO(self._letter(subject, paragraphs, by))
        verbs.attach(self._unit, self.actor(word), file, name="प्राप्त पत्र.pdf", media_type=PDF, stream=stream)

    def note(self, word: str, file: str, *paragraphs: str, green: bool = True) -> None:
        """A note; yellow if it is not `green` yet."""
        html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
        verbs.save_yellow(self._unit, self.actor(word), file, html, 0)
        if green:
            verbs.confirm_note(self._unit, self.actor(word), file)

    def send(
        self, word: str, subject: str, to: str, how: str, *, remarks: str = "", due: str = "", opened: bool = True
    ) -> None:
        """To another post; `opened`: and it is received there. `to` with a dot is a whole post of another office."""
        whole = to if "." in to else post_of(to)
        verbs.send(self._unit, self.actor(word), subject, to_post=whole, how=how, remarks=remarks, due=due)
        if opened:
            verbs.receive(self._unit, self.actor(to), subject)

    def diarise(self, word: str, letter: LetterIn, *paragraphs: str) -> str:
        """A receipt with its scan; its id."""
        receipt = receipts.diarise(self._unit, self.actor(word), letter)
        scan = io.BytesIO(self._letter(letter.title, paragraphs or (letter.title,), letter.sender))
        taken = read_paper(self._unit, "पत्र.pdf", PDF, scan)
        receipts.attach_scan(self._unit, self.actor(word), receipt, taken)
        return receipt

    def put(self, word: str, receipt: str, file: str) -> None:
        """The receipt joins the file."""
        receipts.put_in_file(self._unit, self.actor(word), receipt, file)

    def ask(self, word: str, file: str, to: tuple[str, ...], question: str, due: str) -> list[str]:
        """Opinions asked of posts; their ids."""
        return opinions.ask(
            self._unit, self.actor(word), file, posts=[post_of(one) for one in to], question=question, due=due
        )

    def answer(self, word: str, opinion: str, *paragraphs: str) -> None:
        """The opinion is opened, written and goes back."""
        verbs.receive(self._unit, self.actor(word), opinion)
        self.note(word, opinion, *paragraphs, green=False)
        opinions.answer(self._unit, self.actor(word), opinion)

    def close(self, word: str, subject: str, remarks: str) -> None:
        """The matter is settled."""
        verbs.close(self._unit, self.actor(word), subject, remarks)

    def park(self, word: str, subject: str, reason: str, until: str) -> None:
        """Put away until a day."""
        verbs.park(self._unit, self.actor(word), subject, reason, until)

    def _letter(self, subject: str, paragraphs: tuple[str, ...], by: str) -> bytes:
        return paper.letter(to=self._names["bdo"], subject=subject, paragraphs=paragraphs, by=by)
