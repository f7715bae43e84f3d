"""A block office's history for benchmarks: the same office, the same lines, for every (seed, place).

Its words (``workload.txt``) are its own, not those that the compression dictionary was built from. A line has the keys
id, seq, file, file_no, post, user, ts, kind and those of its kind:

- receipt_diarised: diary_no, subject, sender, mode
- file_opened: subject, priority
- note_added: para, body
- draft_saved: draft, ver, body
- file_sent: to_post, remarks, due (days)
- file_received: note_upto
- file_closed: remarks
"""

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

POSTS = 40
EVENTS_PER_FILE = 12
OPEN_FILES = 50
BEGIN = datetime(2025, 4, 1, 4, 30, tzinfo=UTC)  # the first working morning of a financial year, 10:00 in India
DAY_SECONDS = 7.5 * 3600
NOTE_SHARE, DRAFT_SHARE = 0.5, 0.17
HINDI_SHARE = 0.6

NAMED_SHARE = 0.2  # of words are a village's name
DESIGNATIONS = ("bdo", "acct", "ado-p", "ado-ag", "ado-sw", "je", "clerk", "desk", "steno", "cash", "est", "rti")
SECTIONS = ("EST", "ACC", "DEV", "HSG", "PEN", "WTR", "RTI", "GEN")


class _Language:
    """Words in no order, drawn by rank: a text without patterns is the hardest to compress."""

    def __init__(self, words: str, beginnings: str, endings: str, stop: str) -> None:
        self._words = words.split()
        self._beginnings, self._endings = beginnings.split(), endings.split()
        random.Random("ranks").shuffle(self._words)
        self._sums = list(accumulate(1 / (rank + 3) for rank in range(len(self._words))))
        self._stop = stop

    def _word(self, draw: random.Random) -> str:
        if draw.random() < NAMED_SHARE:
            return draw.choice(self._beginnings) + draw.choice(self._beginnings).lower() + draw.choice(self._endings)
        return draw.choices(self._words, cum_weights=self._sums)[0]

    def sentence(self, draw: random.Random) -> str:
        """Four to fifteen words, and in half of the sentences a date, an amount or a number."""
        words = [self._word(draw) for _ in range(draw.randint(4, 15))]
        facts = (
            f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{draw.randint(2023, 2026)}",
            f"₹{draw.randint(900, 2_500_000):,}/-",
            f"{draw.randint(1, 9999)}/{draw.choice(SECTIONS)}/{draw.randint(2023, 2026)}",
        )
        if draw.random() < 0.5:
            words[draw.randrange(len(words))] = draw.choice(facts)
        return " ".join(words) + self._stop


def _languages() -> tuple[_Language, _Language]:
    hindi, english, *names = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    return _Language(hindi, names[0], names[1], "।"), _Language(english, names[2], names[3], ".")


@dataclass
class _File:
    """A file on its way: on which post's desk it lies, or to which it was sent."""

    id: str
    number: str
    at: int
    length: int
    step: int = 0
    sent_to: int | None = None


class _Office:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"workload-{seed}")
        self._languages = _languages()
        self._open: list[_File] = []
        self._files = 0
        self._now = BEGIN
        self._morning = BEGIN

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _sentence(self) -> str:
        return self._languages[self._random.random() >= HINDI_SHARE].sentence(self._random)

    def text(self, shortest: int, longest: int) -> str:
        """Sentences cut to a length between the two, in characters."""
        length = self._random.randint(shortest, longest)
        text = self._sentence()
        while len(text) < length:
            text += " " + self._sentence()
        return text[:length].rstrip()

    def _tick(self) -> None:
        self._now += timedelta(seconds=1 + self._random.expovariate(1 / 50))
        if (self._now - self._morning).total_seconds() > DAY_SECONDS:
            self._morning += timedelta(days=1)
            self._now = self._morning + timedelta(seconds=self._random.randint(0, 900))

    def _next_file(self) -> _File:
        draw = self._random
        if len(self._open) >= OPEN_FILES and draw.random() > 1 / 40:
            return draw.choice(self._open)
        self._files += 1
        number = f"BLK/{draw.choice(SECTIONS)}/{self._files:05d}/{self._now.year}"
        length = max(5, round(draw.gauss(EVENTS_PER_FILE - 0.5, 3)))
        self._open.append(_File(self._uuid(), number, draw.randrange(POSTS), length))
        return self._open[-1]

    def _what(self, file: _File, step: int) -> dict[str, Any]:
        draw = self._random
        if step == 0:
            mode = draw.choice(("post", "hand", "email"))
            diary = f"{self._files}/R/{self._now.year}"
            return {"kind": "receipt_diarised", "diary_no": diary, "subject": self.text(40, 120),
                    "sender": self.text(20, 50), "mode": mode}  # fmt: skip
        if step == 1:
            return {"kind": "file_opened", "subject": self.text(40, 120), "priority": draw.choice(("normal", "urgent"))}
        if file.sent_to is not None:
            file.at, file.sent_to = file.sent_to, None
            return {"kind": "file_received", "note_upto": step}
        if step >= file.length:
            self._open.remove(file)
            return {"kind": "file_closed", "remarks": self.text(30, 100)}
        share = draw.random()
        if share < NOTE_SHARE:
            return {"kind": "note_added", "para": step, "body": self.text(300, 900)}
        if share < NOTE_SHARE + DRAFT_SHARE:
            body = self.text(200, 700)
            return {"kind": "draft_saved", "draft": self._uuid(), "ver": draw.randint(1, 5), "body": body}
        file.sent_to = (file.at + draw.randint(1, POSTS - 1)) % POSTS
        remarks = self.text(15, 120)
        return {"kind": "file_sent", "to_post": post_name(file.sent_to), "remarks": remarks, "due": draw.randint(1, 15)}

    def event(self, seq: int) -> dict[str, Any]:
        """The next line."""
        self._tick()
        file = self._next_file()
        step = file.step
        file.step += 1
        what = self._what(file, step)
        stamp = self._now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"id": self._uuid(), "seq": seq, "file": file.id, "file_no": file.number, "post": post_name(file.at),
                "user": f"example.{file.at:02d}", "ts": stamp} | what  # fmt: skip


def post_name(index: int) -> str:
    """The mark of one of the `POSTS` posts."""
    return f"{DESIGNATIONS[index % len(DESIGNATIONS)]}-{index // len(DESIGNATIONS) + 1}"


def stream(seed: int) -> Iterator[dict[str, Any]]:
    """The office's lines without end; the first n are those of ``generate(n, seed)``."""
    office = _Office(seed)
    seq = 0
    while True:
        yield office.event(seq)
        seq += 1


def generate(n: int, seed: int) -> Iterator[dict[str, Any]]:
    """The first ``n`` lines."""
    return islice(stream(seed), n)


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file of the same form."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
