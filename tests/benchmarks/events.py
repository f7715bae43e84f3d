"""Each line of an office's history as the project's event that says the same.

All texts, names, numbers and times are carried; random ids give way to the project's own: a file and a receipt are
named by the event that begins them, a draft by its number in the file. A receipt is a subject of its own, to which the
file that is opened on it refers; what a line says of the file before it is opened (its number) comes with the opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from appliance.desk import writing
from appliance.desk.days import INDIA
from appliance.store.book import Who
from protocol import events as ev

Line = Mapping[str, Any]

PRIORITIES = {"normal": 0, "urgent": 1, "immediate": 2}


class Said(NamedTuple):
    """An event as `Book.write` takes it; `subject` None begins a subject. `now_ms` is when it was said."""

    subject: str | None
    body: ev.Body
    who: Who
    now_ms: int


class Translator:
    """Turns the lines of one office, in their order; told of the id that each of its events got."""

    def __init__(self, office: str) -> None:
        self._office = office
        self._files: dict[str, str] = {}
        self._receipts: dict[str, str] = {}
        self._drafts: dict[str, dict[str, int]] = {}
        self._charges: dict[str, int] = {}

    def say(self, line: Line) -> Said:
        """The event of a line. KeyError for a kind that no line may have, or a file that was never opened."""
        kind, file = line["kind"], line["file"]
        begins = kind in {"receipt_diarised", "file_opened"}
        post = self.post(line["post"])
        who = Who(post, line["user"], self._charges.setdefault(post, len(self._charges) + 1))
        return Said(None if begins else self._files[file], self._body(line), who, at_ms(line["ts"]))

    def wrote(self, line: Line, event_id: str) -> None:
        """The event of this line has got its id."""
        if line["kind"] == "receipt_diarised":
            self._receipts[line["file"]] = event_id
        elif line["kind"] == "file_opened":
            self._files[line["file"]] = event_id

    def post(self, mark: str) -> str:
        """The post of this office that a line means."""
        return f"{self._office}.{mark}"

    def _body(self, line: Line) -> ev.Body:
        match line["kind"]:
            case "receipt_diarised":
                return ev.Diarise(line["diary_no"], line["subject"], line["sender"], line["mode"])
            case "file_opened":
                receipt = self._receipts.get(line["file"])
                return ev.Open(
                    line["file_no"],
                    line["subject"],
                    language=writing.language_of(line["subject"]),
                    priority=PRIORITIES[line["priority"]],
                    receipts=(receipt,) if receipt else (),
                )
            case "note_added":
                html = writing.sanitise(line["body"])
                return ev.Note(line["para"], 1, html, writing.language_of(html))
            case "draft_saved":
                drafts = self._drafts.setdefault(line["file"], {})
                return ev.Draft(drafts.setdefault(line["draft"], len(drafts) + 1), line["ver"], line["body"])
            case "file_sent":
                day = datetime.fromisoformat(line["ts"]).astimezone(INDIA) + timedelta(days=line["due"])
                return ev.Send(self.post(line["to_post"]), self._office, "up", line["remarks"], day.date().isoformat())
            case "file_received":
                return ev.Receive(line["note_upto"])
            case "file_closed":
                return ev.Close(line["remarks"])
            case other:
                raise KeyError(other)


def at_ms(stamp: str) -> int:
    """Unix milliseconds of an ISO time."""
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)


def stretched(lines: Iterable[Line], total: int) -> Iterator[Line]:
    """The same history again and again, later each time and on other files, until there are `total` lines."""
    whole = list(lines)
    begin, end = (datetime.fromisoformat(whole[at]["ts"]) for at in (0, -1))
    span = end - begin + timedelta(hours=1)
    left = total
    for again in count():
        for line in whole:
            if not left:
                return
            left -= 1
            if not again:
                yield line
                continue
            later = datetime.fromisoformat(line["ts"]) + again * span
            changed = {"file": f"{line['file']}/{again}", "file_no": f"{line['file_no']}-{again}"}
            yield {**line, **changed, "ts": later.isoformat(timespec="milliseconds")}
