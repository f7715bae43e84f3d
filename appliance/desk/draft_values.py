"""What drafts take and give: plain values."""

from __future__ import annotations

from datetime import date

import msgspec

FORMS = ("letter", "order", "office_memorandum", "circular", "show_cause", "do_letter")
ADDRESSED = frozenset({"letter", "show_cause", "do_letter"})
"""Forms that say nothing without an addressee."""
MODES = ("post", "hand", "email", "office")


class DraftText(msgspec.Struct, frozen=True):
    """What stands in a draft. `to` and `copies`: an addressee's lines each, joined by line feeds.

    `body` is allow-listed HTML. An enclosure that is a paper of the correspondence begins with its SHA-256 in hex and a
    space; any other is its own words.
    """

    form: str = "letter"
    language: str = "hi"
    title: str = ""
    to: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    reference: str = ""
    body: str = ""
    enclosures: tuple[str, ...] = ()
    receipt: str = ""


class Writing(msgspec.Struct, frozen=True):
    """A draft that a post is writing: a row, not an event. `draft` 0: it has no version yet."""

    id: int
    file: str
    draft: int
    base: int  # the version that it began from
    text: DraftText
    version: int  # of the row, for two windows
    saved_ms: int


class VersionRow(msgspec.Struct, frozen=True):
    """A version of a draft, and what was decided about it."""

    version: int
    text: DraftText
    post: str
    employee: str
    at_ms: int
    state: str = "draft"  # "draft", "approved", "returned", "issued"
    decided_post: str = ""
    decided_by: str = ""
    decided_ms: int = 0
    remarks: str = ""


class DispatchRow(msgspec.Struct, frozen=True):
    """How and when an issued letter left; `day` is ISO."""

    mode: str
    day: str
    remarks: str
    post: str
    employee: str


class DraftHead(msgspec.Struct, frozen=True):
    """One draft of a file, as its list shows it."""

    draft: int
    version: int
    form: str
    title: str
    language: str
    post: str
    saved_ms: int
    state: str
    number: str
    issued_ms: int
    mode: str
    to_post: str
    dispatched: str
    addressee: str


class MailRow(msgspec.Struct, frozen=True):
    """One e-mail. `state`: waiting, sending, sent, unknown (nobody knows whether it was taken), failed."""

    id: int
    address: str
    state: str
    said: str  # code of the last refusal, "" when none
    tries: int
    asked_ms: int
    done_ms: int
    message_id: str


class DraftPage(msgspec.Struct, frozen=True):
    """One draft with its versions, oldest first, and what became of it."""

    head: DraftHead
    versions: list[VersionRow]
    dispatches: list[DispatchRow]
    sha256: str
    letter: str  # subject at the other office
    mails: list[MailRow]
    may_decide: bool


class LetterFacts(msgspec.Struct, frozen=True):
    """All that a letter's PDF says, but for the words of its form. `number` empty, `day` None: not issued yet."""

    text: DraftText
    office: str
    signatory_post: str
    signatory_name: str
    number: str = ""
    day: date | None = None
    approved: bool = False


class IssuedRow(msgspec.Struct, frozen=True):
    """One issued letter of the office."""

    file: str
    draft: int
    number: str
    title: str
    language: str
    form: str
    addressee: str
    to_post: str
    mode: str
    post: str
    issued_ms: int
    dispatched: str
    mail: str  # state of its e-mail, "" when none
    grading: str
    veiled: bool = False
    weeded: bool = False  # the file was weeded: nothing but the entry is left


def enclosure_of(entry: str) -> tuple[str, str]:
    """SHA-256 in hex ("" when it is no paper of the file) and the words of an enclosure."""
    sha256, _, name = entry.partition(" ")
    if len(sha256) == 64 and name and all(ch in "0123456789abcdef" for ch in sha256):
        return sha256, name
    return "", entry
