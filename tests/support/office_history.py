"""A small made office history for registers, written through the desk and the Book, day by day.

18-11-2026 is day 0. What happens is told in `play`; tests reckon their expectations by hand from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Protocol

from msgspec.structs import replace

from appliance.desk import verbs
from appliance.desk.acting import who_of, working_book
from appliance.desk.days import INDIA
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol import events as ev


class Settable(Protocol):
    """A clock that a test sets, in unix milliseconds."""

    ms: int


@dataclass
class History:
    """Plays with one office; `ids` are the subjects by the names that `play` gives them."""

    unit: Unit
    clock: Settable
    section: str
    ids: dict[str, str] = field(default_factory=dict)

    def day(self, iso: str) -> None:
        """Ten in the morning of a day that is not before the present one."""
        ms = int(datetime.combine(datetime.fromisoformat(iso).date(), time(10), INDIA).timestamp() * 1000)
        self.clock.ms = max(self.clock.ms, ms)

    def write(self, subject: str | None, body: ev.Body, who: Actor) -> str:
        """One event, and the views with it."""
        with self.unit.db.writing():
            book = working_book(self.unit)
            event = str(book.write(subject, body, who_of(who)))
            book.flush()
        return event

    def receipt(self, name: str, who: Actor, number: str, title: str, **more: str) -> str:
        """A letter in the diary."""
        day = datetime.fromtimestamp(self.clock.ms / 1000, INDIA).date().isoformat()
        body = ev.Diarise(number, title, more.pop("sender", "ग्राम प्रधान"), "post", section=self.section, received=day)
        self.ids[name] = self.write(None, replace(body, **more), who)
        return self.ids[name]

    def put(self, name: str, file: str, who: Actor) -> None:
        """A receipt goes into a file."""
        self.write(self.ids[name], ev.Put(self.ids[file], "n"), who)

    def file(self, name: str, who: Actor, subject: str, grading: str = "normal") -> str:
        """A new file."""
        self.ids[name] = verbs.open_file(
            self.unit, who, subject=subject, section=self.section, language="hi", grading=grading
        )
        return self.ids[name]

    def send(self, name: str, who: Actor, to_post: str, due: str = "") -> None:
        """A hand-over upwards."""
        verbs.send(self.unit, who, self.ids[name], to_post=to_post, how="up", due=due)


def play(history: History, head: Actor, da1: Actor, da2: Actor, elsewhere: str) -> None:
    """The story. Today is 20-12-2026 at its end."""
    h, unit = history, history.unit
    h.day("2026-11-18")
    h.receipt("r1", da1, "D/1", "सड़क की माँग")
    h.file("f1", da1, "सड़क निर्माण")
    h.put("r1", "f1", da1)
    h.send("f1", da1, head.post)
    h.day("2026-11-20")
    verbs.receive(unit, head, h.ids["f1"])
    h.day("2026-11-23")
    h.send("f1", head, da1.post)
    verbs.receive(unit, da1, h.ids["f1"])
    h.day("2026-11-24")
    h.file("f2", da1, "गोपन विषय", "confidential")
    h.send("f2", da1, head.post)
    h.day("2026-11-25")
    h.file("f3", head, "रहस्य विषय", "secret")

    h.day("2026-12-01")
    h.receipt("r2", da1, "D/2", "सूचना का आवेदन", type="rti", due="2026-12-31", reference="RTI/7")
    h.receipt("r3", da1, "D/3", "रिट याचिका", type="court", due="2026-12-05", reference="WRIT/9")
    h.receipt("r4", da1, "D/4", "=cmd|' /C calc'!A0", type="grievance", sender="<script>alert(1)</script>")
    h.receipt("r5", da1, "D/5", "विधायक का पत्र", type="vip", due="2026-12-10", vip="विधायक")
    h.day("2026-12-02")
    h.put("r5", "f1", da1)
    h.write(h.ids["f1"], ev.Draft(1, 1, "<p>उत्तर</p>", title="उत्तर", to=("विधायक\nझाँसी",), receipt=h.ids["r5"]), da1)
    h.write(h.ids["f1"], ev.Issue(1, 1, "I/1", b"\x01" * 32, "post"), da1)
    h.day("2026-12-08")
    h.file("f4", da2, "दूसरे कार्यालय को")
    h.send("f4", da2, elsewhere)
    h.day("2026-12-10")
    h.file("f5", da2, "कागज पर")
    h.write(h.ids["f5"], ev.OutPaper("तहसील", "S/1", due="2026-12-15"), da2)
    h.day("2026-12-14")
    verbs.close(unit, da1, h.ids["f1"], "")
    h.write(h.ids["f1"], ev.Record("C", "2026-12-31"), da1)
    h.day("2026-12-20")
