"""Build the compression dictionary from the sample texts: ``python -m provisioning.dictionary_build``.

The dictionary is a zstd one of two parts. Its entropy tables are trained on made-up events in the
journal's own encoding; its content is laid out by hand, since matches near the end are the cheapest:
whole sentences first, then words and stock phrases, the commonest last as their lists have them, at the
very end the shapes of events. Its sources are made up from general knowledge of such offices' language,
never from what a measurement sends (docs/decisions/0002-compression-dictionary.md).

The same sources and the same zstandard release give the same bytes.
"""

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import zstandard

from protocol.dictionary import DICTIONARY_V1

SAMPLE_SEED = 1
SAMPLE_COUNT = 1500  # events that the entropy tables are trained on
TRAINED_BYTES = 65_536  # of a dictionary trained for its tables alone
DICTIONARY_BYTES = 65_536  # of the whole; what does not fit falls off the front of the content
SHAPES = 40  # events whose last bytes end the content
SHAPE_BYTES = 3_000
REPEAT_OFFSETS = b"\x01\0\0\0\x04\0\0\0\x08\0\0\0"  # RFC 8878, 5: what ends a dictionary's entropy tables
PROTOCOL = Path(__file__).resolve().parent.parent / "protocol"
SAMPLES = PROTOCOL / "samples"
TARGET = PROTOCOL / "data" / "v1.dict"
FIRST_HLC = 1_767_225_600_000 << 16  # 2026-01-01 in the journal's clock

POSTS = ("da1", "da2", "acct", "ado-p", "bdo", "cdo", "ddo", "dm")
OFFICES = ("moth", "chirgaon", "jhansi-hq")
MONTHS = ("जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितम्बर", "अक्टूबर", "नवम्बर", "दिसम्बर")
ENGLISH_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
REFERENCES = (
    "{n}/स्था0/2026",
    "{n}/वि0ख0/लेखा/2025-26",
    "संख्या-{n}/पंचायत/2026-27",
    "मेमो/{n}/मनरेगा/2025-26",
    "No. {n}/Dev./2026",
    "D.O. No. {n}/Est./2025",
)
MARKS = (
    *("संख्या-", "सं0 ", "पत्रांक ", "पत्र संख्या ", "क्रमांक ", "रु0 ", "No. ", "dated ", "Rs. ", "2024-25", "2025-26"),
    *("2026-27", "-2025", "-2026", ".2026", "दिनांक ", ",000/- ", ",500/- ", "00/- ", "/- की ", "/- का ", "(₹", "₹1,"),
    *(" ₹", "। ", "।</p>"),
)
T = TypeVar("T")
SLOT = re.compile(r"\{(\w+)\}")
CONSONANTS = "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"
VOWEL_SIGNS = ("", "ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ं", "्")


def _sections(name: str) -> list[list[str]]:
    """The lines of a sample file, in its sections; a section begins at a line with ``#``."""
    parts = re.split(r"^#.*\n", (SAMPLES / name).read_text("utf-8"), flags=re.MULTILINE)
    return [part.splitlines() for part in parts if part.strip()]


def _lines(name: str) -> list[str]:
    return [line for section in _sections(name) for line in section]


def indian_grouping(rupees: int) -> str:
    """Digits as an Indian office groups them: 1234567 is ``12,34,567``."""
    head, tail = divmod(rupees, 1000)
    if not head:
        return str(tail)
    pairs: list[str] = []
    while head >= 100:
        head, pair = divmod(head, 100)
        pairs.insert(0, f"{pair:02d}")
    return ",".join([str(head), *pairs, f"{tail:03d}"])


class Office:
    """A made-up office at work: each call draws the next text from one seeded sequence."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made-up texts, no secret
        self._hindi = _sections("notes_hindi.txt")
        self._english = _sections("notes_english.txt")
        self._texts = {name: _lines(f"{name}.txt") for name in ("subjects", "senders", "remarks")}
        starts, ends, latin_starts, latin_ends = [line.split() for line in _lines("villages.txt")]
        self._villages = [start + end for start in starts for end in ends]
        self._latin_villages = [start + end for start in latin_starts for end in latin_ends]
        self._words = [" ".join(_lines(name)).split() for name in ("words_hindi.txt", "words_english.txt")]
        self._hlc = FIRST_HLC

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1, from ``random()`` alone: its sequence is the same in every Python."""
        return int(self._random.random() * limit)

    def one(self, values: Sequence[T]) -> T:
        """One of the values."""
        return values[self.below(len(values))]

    def _slot(self, name: str) -> str:
        day, month, year = self.below(28) + 1, self.below(12) + 1, 2024 + self.below(3)
        number = str(self.below(900) + 1)
        values = {
            "n": number,
            "gp": self.one(self._villages),
            "egp": self.one(self._latin_villages),
            "date": f"{day:02d}-{month:02d}-{year}",
            "ddate": f"{day:02d}.{month:02d}.{year}",
            "amt": f"{indian_grouping(500 + self.below(900_000))}/-",
            "ref": self.one(REFERENCES).replace("{n}", number),
            "fy": f"{year}-{year % 100 + 1}",
            "month": self.one(MONTHS),
            "emonth": self.one(ENGLISH_MONTHS),
        }
        return values[name] if name in values else self.text({"subject": "subjects", "sender": "senders"}[name])

    def _filled(self, pattern: str) -> str:
        return SLOT.sub(lambda slot: self._slot(slot[1]), pattern)

    def text(self, kind: str) -> str:
        """One of the ``subjects``, ``senders`` or ``remarks``."""
        return self._filled(self.one(self._texts[kind]))

    def note(self) -> str:
        """A paragraph of a note: how it came, two to five facts of one matter, what is proposed."""
        sections = self._hindi if self.below(3) else self._english
        opening, *matters, closing = sections
        facts = self.one(matters)
        sentences = [self.one(opening), *(self.one(facts) for _ in range(2 + self.below(4))), self.one(closing)]
        return " ".join(self._filled(sentence) for sentence in sentences)

    def phrases(self) -> list[str]:
        """Every sentence of the samples once, filled in; the openings and closings, which every note has, last."""
        matters = [*self._english[1:-1], *self._hindi[1:-1], *self._texts.values()]
        frames = [self._english[0], self._english[-1], self._hindi[0], self._hindi[-1]]
        return [self._filled(pattern) for section in [*matters, *frames] for pattern in section]

    def jumble(self) -> str:
        """Words of the lists in no order: what a note looks like whose sentences the samples do not have."""
        lists = self._words if self.below(3) else self._words[:1]
        return " ".join(self.one(self.one(lists)) for _ in range(40 + self.below(70)))

    def event(self) -> bytes:
        """One event of a journal: header and body, each a MessagePack array, as `protocol.events` lays them out."""
        self._hlc += self.below(120_000) << 16
        office = self.one(OFFICES)
        to_office = self.one(OFFICES)
        to_post = f"{to_office}.{self.one(POSTS)}"
        seq = self.below(9000)
        bodies: list[tuple[str, tuple[object, ...]]] = [
            ("note", (1 + self.below(30), 1, f"<p>{self.note()}</p>", "hi", ())),
            ("note", (1 + self.below(30), 1, f"<p>{self.jumble()}</p>", "en", ())),
            ("note", (1 + self.below(30), 1, f"<p>{self.jumble()}</p>", "hi", ())),
            ("draft", (1 + self.below(3), 1 + self.below(5), f"<p>{self.note()}</p>")),
            ("send", (to_post, to_office, self.one(("up", "down", "return")), self.text("remarks"), "2026-11-20", -1)),
            ("receive", (self.below(30),)),
            ("release", (to_post, to_office, "")),
            ("open", (f"{office}/2026/{seq:05d}", self.text("subjects"), "लेखा", "hi", self.below(4), "normal", ())),
            ("diarise", (f"{office}/2026/{seq:05d}", self.text("subjects"), self.text("senders"), "hand")),
            ("close", (self.text("remarks"),)),
            ("withdraw", ()),
            ("park", (self.text("remarks"), "2026-12-31")),
        ]
        kind, body = self.one(bodies)
        header = (1, kind, seq, 1, self.below(9), self._hlc, f"{office}.{self.one(POSTS)}", f"e{self.below(99):04d}", 1)
        return msgspec.msgpack.encode(header) + msgspec.msgpack.encode(body)


def words() -> str:
    """Syllables, parts of names, words and stock phrases of the lists in their order; the short English list last."""
    syllables = "".join(consonant + sign for consonant in CONSONANTS for sign in VOWEL_SIGNS)
    lines = [line for name in ("villages.txt", "words_hindi.txt", "words_english.txt") for line in _lines(name)]
    return " ".join([syllables, *lines, ""])


def content(office: Office) -> bytes:
    """What the dictionary's matches point into: phrases, words, shapes of events."""
    phrases = " ".join(office.phrases()).encode()
    shapes = b"".join(office.event() for _ in range(SHAPES))
    return phrases + words().encode() + " ".join(MARKS).encode() + shapes[-SHAPE_BYTES:]


def entropy_tables(samples: list[bytes | bytearray | memoryview]) -> bytes:
    """A dictionary's head (RFC 8878, 5: magic, number, tables, offsets), as zstd trains it on the samples."""
    trained = zstandard.train_dictionary(
        TRAINED_BYTES, samples, dict_id=DICTIONARY_V1, k=1000, d=8, level=19
    ).as_bytes()
    return trained[: trained.index(REPEAT_OFFSETS) + len(REPEAT_OFFSETS)]


def build() -> bytes:
    """The dictionary: tables trained on one office's events, then as much of the end of another's content as fits."""
    office = Office(SAMPLE_SEED)
    samples: list[bytes | bytearray | memoryview] = [office.event() for _ in range(SAMPLE_COUNT)]
    tables = entropy_tables(samples)
    return tables + content(Office(SAMPLE_SEED + 1))[-(DICTIONARY_BYTES - len(tables)) :]


def main() -> None:
    """Write the dictionary to its place in the protocol's package data."""
    TARGET.parent.mkdir(exist_ok=True)
    print(f"{TARGET}: {TARGET.write_bytes(build())} bytes")


if __name__ == "__main__":
    main()
