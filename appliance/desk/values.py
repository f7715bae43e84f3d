"""What the desk takes and gives: plain values, without the database and without sentences."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """Who acts: an employee, in the post that he has charge of now."""

    employee: str
    post: str
    charge: int


class Stage(StrEnum):
    """How far one hand-over has come; the words of the movement page."""

    WAITING = "waiting"  # यहाँ प्रतीक्षा में: in this office's journal, may be withdrawn alone
    ON_ITS_WAY = "on_its_way"  # released to a carrier
    AT_DISTRICT = "at_district"  # acknowledged by the hub
    DELIVERED = "delivered"  # in the other office, or on the other desk
    OPENED = "opened"  # by a person
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"  # the hub could not deliver it; values in MovementRow.reason
    MOVED_BY_ORDER = "moved_by_order"  # force


class NeighbourState(msgspec.Struct, frozen=True):
    """What neighbours did while the line was down; offices by their node, times in unix milliseconds."""

    office: str  # who carried last, "" for nobody yet
    carried_ms: int | None
    tried: str  # who was asked last
    tried_ms: int
    trouble: str  # why that did not go, a code; "" when it did


class LineState(msgspec.Struct, frozen=True):
    """The truth about the line, for the bar on top of every page. Times are unix milliseconds."""

    up: bool | None  # None: never tried yet
    since_ms: int | None
    last_exchange_ms: int | None
    waiting_movements: int  # hand-overs that the hub has not acknowledged
    waiting_papers: int
    stopped: bool  # restored: reading only
    trouble: str  # "" or a code: "refused", "captive", "certificate", "proxy", "revoked", "untrusted", "needs_update"
    now_ms: int
    paused_until_ms: int = 0  # 0: it does not rest
    paused_by: str = ""  # the post that asked for the rest
    metered: bool = False  # only movements go
    neighbour: NeighbourState | None = None  # None: none was asked since the line is down


class Counts(msgspec.Struct, frozen=True):
    """The figures of the left rail for one actor's posts."""

    inbox: int
    unread: int
    overdue: int
    due_today: int
    sent: int
    parked: int


class InboxRow(msgspec.Struct, frozen=True):
    """A file on the desk of a post."""

    file: str
    number: str
    subject: str
    language: str  # of the subject: "hi" or "en"
    priority: int  # 0 none, 1 priority, 2 immediate, 3 top priority
    from_post: str
    how: str  # "open", "up", "down", "return", "back", "order"
    remarks: str
    arrived_ms: int
    due_date: str  # ISO date or ""
    unread: bool
    papers_missing: int
    post: str
    sort: str = "file"  # "file", "receipt", "opinion", "letter"
    sender: str = ""  # of a receipt or letter
    grading: str = "normal"
    veiled: bool = False  # graded, and not for this reader: number and place only
    out_to: str = ""  # with whom a printed package is
    place: int = 0  # in a list in the order of time: the next page begins before that of its last row


class SentRow(msgspec.Struct, frozen=True):
    """One hand-over by a post, newest first."""

    file: str
    number: str
    subject: str
    language: str
    priority: int
    to_post: str
    remarks: str
    sent_ms: int
    stage: Stage
    stage_ms: int
    opened_by: str  # employee code, when opened
    reason: str  # refusal code of a pull back or of a return, or ""
    can_pull_back: bool
    event: str  # id of the send
    veiled: bool = False  # graded, and not for this reader
    grading: str = "normal"
    sort: str = "file"
    place: int = 0  # as that of an `InboxRow`


class Paragraph(msgspec.Struct, frozen=True):
    """One confirmed (green) note. `html` is allow-listed; `number` counts within the file from 1."""

    number: int
    html: str
    author: str  # employee code
    author_name: str
    post: str
    post_name_hi: str
    post_name_en: str
    at_ms: int
    at_trusted: bool
    event: str
    signature: str  # "none" in this release
    language: str
    opinion: str = ""  # id of the opinion that was admitted as this paragraph
    again_post: str = ""  # whose note this one writes again that had been set aside, and when that was written
    again_employee: str = ""
    again_ms: int = 0
    admitted_post: str = ""  # who admitted it, and when
    admitted_ms: int = 0


class Yellow(msgspec.Struct, frozen=True):
    """The draft note of one post on one file: a row, not an event."""

    html: str
    version: int
    saved_ms: int


class PaperRow(msgspec.Struct, frozen=True):
    """One paper of the correspondence."""

    sha256: str  # hex
    name: str
    media_type: str
    size: int  # bytes
    pages: int
    first_page: int  # number of its first page within the correspondence, from 1
    attached_ms: int
    attached_by: str
    post: str
    here: bool  # its bytes are in this office
    received_bytes: int  # of a paper that is on its way
    verified: bool


class MovementRow(msgspec.Struct, frozen=True):
    """One stay of a file, for the movement page: at a desk, on the line between offices, or out on paper."""

    kind: str  # "desk" | "line" | "paper"
    post: str  # the desk, or where it goes; of paper, the custodian
    node: str
    from_ms: int
    to_ms: int | None
    by: str  # employee code of who ended it
    how: str  # "open", "up", "down", "return", "back", "order", "park", "close", "reopen", "out_paper", "back_paper"
    remarks: str
    opened_ms: int | None
    opened_by: str
    late_ms: int  # time past the limit, 0 when within it
    event: str
    by_link: bool = False  # who ended it stood in for the post's holder
    opened_link: bool = False  # who opened it stood in for the post's holder
    out_to: str = ""  # of paper: with whom the printed package is
    slip: str = ""


class Enclosed(msgspec.Struct, frozen=True):
    """A receipt in the correspondence, as its diary has it. Pages count through the file; 0: it came without papers."""

    receipt: str  # id
    number: str
    title: str
    sender: str
    letter_no: str
    letter_date: str  # ISO day or ""
    first_page: int
    pages: int
    under_consideration: bool  # विचाराधीन पत्र: the newest of them


class PullUpAsked(msgspec.Struct, frozen=True):
    """A superior's request to draw up a file that another office holds. `why` is the refusal's code, "" while open."""

    post: str
    employee: str
    reason: str
    at_ms: int
    why: str = ""
    answered_post: str = ""  # who has it, as the district answered
    answered_node: str = ""


class Weeding(msgspec.Struct, frozen=True):
    """How a file was weeded; who did it is known only where the file's own log says it."""

    at_ms: int
    order_number: str
    remarks: str
    node: str
    post: str
    employee: str


class Ordered(msgspec.Struct, frozen=True):
    """The order by which a file left this office."""

    at_ms: int
    to_node: str
    to_post: str
    reason: str
    person: str  # employee


class FilePage(msgspec.Struct, frozen=True):
    """All that the page of one file shows to one actor."""

    file: str
    number: str
    subject: str
    language: str
    section: str  # code
    priority: int
    grading: str
    state: str  # "tray", "desk", "parked", "closed", "queued", "released", "asked", "away"
    holder_post: str
    holder_node: str
    due_date: str
    opened_ms: int
    paragraphs: list[Paragraph]
    yellow: Yellow | None
    papers: list[PaperRow]
    may: frozenset[str]  # verbs that the rules allow this actor now
    stage: SentRow | None  # the last hand-over by one of the actor's posts, if the file is not here
    return_to: str  # post of the assistant who put the file up, "" when none
    submit_to: str  # next post in the channel of submission
    passed_posts: list[str]
    set_aside: int  # own entries that are not in this file, and about which nobody has decided
    needs_update: bool  # holds events of a kind that this release does not know
    sort: str = "file"  # what it is, of `Sort`: the page is shown by it
    within: str = ""  # the file that an opinion is about, or that a receipt was put in
    enclosed: tuple[Enclosed, ...] = ()
    pull_up: PullUpAsked | None = None  # what a superior of this office asked the district for, and its answer
    given_up: bool = False  # another office asked for it, and it was given up
    ordered: Ordered | None = None  # by which order it left this office
    asked: int = 0  # decisions of the district that ask who holds this file to write
    weeding: Weeding | None = None  # notes and correspondence were destroyed by order


class PostChoice(msgspec.Struct, frozen=True):
    """A post that a file can be sent to."""

    code: str
    name_hi: str
    name_en: str
    office: str
    office_name_hi: str
    office_name_en: str
    holder_names: list[str]
    here: bool  # served by this node
    link_names: list[str] = []  # who stands in; with holder_names: those are on leave
    unconfirmed: bool = False  # added here, the district has yet to confirm

    @property
    def vacant(self) -> bool:
        """Nobody works on what arrives."""
        return not self.holder_names and not self.link_names


class PullBack(StrEnum):
    """What became of a pull back."""

    TAKEN_BACK = "taken_back"  # at once, nobody had seen it
    ASKED = "asked"  # a request on which the district rules
