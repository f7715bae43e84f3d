"""What the desk takes and gives: plain values, without the database and without sentences."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from protocol.errors import LocalError


class Refused(LocalError):
    """A person's wish that the rules do not allow now.

    `code` is one of `REFUSALS`; `values` are what the sentence on the screen needs.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, **values)


REFUSALS = frozenset(
    {
        "not_holder",  # the file is not on a desk of this post; values: post, state
        "away",  # another office holds the file; values: node
        "stopped",  # the office was restored and has yet to hear from the district
        "disk_reserve",  # too little room; values: free_bytes, needed_bytes
        "no_such_file",
        "graded",  # a confidential file of another chain
        "no_such_post",  # values: post
        "post_is_empty",  # nobody has charge of the post; values: post
        "same_post",
        "empty_subject",
        "subject_too_long",  # values: limit
        "empty_note",
        "note_too_long",  # values: limit
        "directions_missing",  # a return with directions needs remarks
        "remarks_too_long",  # values: limit
        "yellow_changed",  # saved elsewhere meanwhile; values: saved_version
        "yellow_unconfirmed",  # a yellow note of this post waits: confirm or discard before sending
        "paper_too_large",  # values: limit_bytes
        "paper_not_pdf",  # only PDF, JPEG, PNG and TIFF; values: name, seems
        "paper_empty",
        "paper_locked",  # a password opens it
        "paper_broken",  # it cannot be opened, or no page of it drawn
        "paper_pages",  # too many; values: limit
        "paper_pixels",  # too large a picture; values: limit
        "paper_slow",  # opening it was given up; values: seconds
        "paper_busy",  # too many are being opened at once
        "paper_no_page",  # it has no such page; values: page
        "already_opened",  # pull back within the office: values: who, at_ms
        "wrong_state",  # the verb does not fit the state; values: verb, state
        "not_sender",
        "cannot_ask_back",  # the hand-over answered a call
        "due_in_past",
        "no_section",
        "not_your_post",
        "empty_question",  # an opinion is asked without a question
        "question_too_long",  # values: limit
        "no_post_asked",
        "too_many_posts",  # values: limit
        "already_asked",  # what this post was asked is not answered yet; values: post
        "no_such_paper",
        "empty_answer",  # an opinion goes back without a word
        "opinion_unanswered",
        "opinion_file_away",  # who holds the answer does not hold the file; values: post, node
        "not_asker",  # only who asked may end a question that is not answered
        "phrase_empty",
        "phrase_too_long",  # values: limit
        "too_many_phrases",  # values: limit
        "no_such_phrase",
        "not_office_head",  # the office's own phrases are kept by the head of the office
        "not_superior",  # values: post
        "already_here",
        "pull_up_pending",
        "reason_missing",
        "too_many_rows",  # values: limit
        "bad_grading",
        "same_grading",
        "not_administrator",
        "head_only",  # values: post
        "other_office",
        "aadhaar",  # an Aadhaar number was typed; values: field
        "bad_word",  # values: word
        "no_name",
        "name_too_long",  # values: limit
        "bad_mark",  # values: limit
        "key_taken",  # values: what, key, name
        "no_such_section",
        "bad_rank",  # values: least, most
        "post_cycle",  # values: post
        "channel_cycle",  # values: post
        "bad_employee_code",
        "bad_language",
        "bad_kind",
        "bad_phone",
        "phone_taken",  # values: employee
        "no_such_employee",  # values: employee
        "not_of_office",  # values: employee
        "ends_before_start",
        "leave_needs_end",
        "own_link",  # values: employee
        "charge_held",  # values: employee, until
        "charge_known",  # values: employee, until
        "no_such_charge",
        "charge_over",  # values: until
        "own_charge",
        "too_long_ago",
        "bad_day",
        "post_vacant",  # values: post; asks for a yes before sending
        "wrong_password",
        "password_short",  # values: limit
        "password_long",  # values: limit
        "password_same",
        "password_plain",
        "password_differs",
        "sender_missing",
        "vip_missing",
        "reference_missing",
        "sender_too_long",  # this and the next five: values: limit
        "address_too_long",
        "letter_no_too_long",
        "reference_too_long",
        "category_too_long",
        "vip_too_long",
        "bad_choice",  # a word of the form that its lists do not have
        "bad_enclosures",  # values: limit
        "bad_received",
        "bad_letter_date",
        "bad_due",
        "received_other_calendar",  # this and the next two: values: year
        "letter_date_other_calendar",
        "due_other_calendar",
        "received_in_future",  # values: today
        "letter_after_received",  # values: received
        "due_before_received",  # values: received
        "no_such_scan",
        "scan_used",  # values: receipt
        "file_not_here",  # values: number
        "no_file_chosen",
        "phone_over",
        "phone_full",  # values: limit
        "photo_not_picture",  # values: name
        "no_photos",
        "photos_changed",  # while they were made one paper
        "own_number_long",  # values: limit
        "own_number_series",  # it would be one of the office's own counting; values: number
        "number_taken",  # values: number
        "no_old_number",
        "no_scan",
        "opened_in_future",
        "bad_opened",
        "category_long",  # values: limit
        "references_many",  # values: limit, field
        "reference_long",  # values: limit, field
        "bad_retention",
        "no_such_head",
        "bad_head_code",
        "no_head_name",  # values: limit
        "head_taken",  # values: path
        "head_too_deep",
        "cover_changed",  # elsewhere meanwhile
        "cover_same",
        "same_file",
        "bad_link",
        "no_such_link",
        "review_missing",
        "review_past",
        "review_far",  # values: limit in years
        "bad_review",
        "no_addressee",
        "addressee_long",  # values: limit
        "nothing_back",
        "many_papers",  # values: limit
        "package_failed",
        "no_such_draft",
        "no_such_writing",  # a draft being written: saved as a version or thrown away meanwhile
        "draft_changed",  # saved elsewhere meanwhile; values: saved_version
        "draft_moved_on",  # another version was saved meanwhile; values: version
        "draft_issued",  # values: number
        "draft_not_issued",
        "draft_not_approved",
        "draft_decided",
        "draft_not_senior",  # values: post
        "draft_no_addressee",
        "draft_too_long",  # values: limit
        "draft_too_many",  # values: field, limit
        "draft_field_too_long",  # values: field, limit
        "empty_draft",
        "bad_mode",
        "own_office",
        "bad_email",  # values: address or limit
        "mail_not_set_up",
        "mail_settled",
        "secret_by_mail",
        "issue_busy",
        "letter_not_set",  # values: why
        "bad_dispatch_day",
        "head_too_long",  # values: field, limit
    }
)


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


class LineState(msgspec.Struct, frozen=True):
    """The truth about the line, for the bar on top of every page. Times are unix milliseconds."""

    up: bool | None  # None: never tried yet
    since_ms: int | None
    last_exchange_ms: int | None
    waiting_movements: int  # hand-overs that the hub has not acknowledged
    waiting_papers: int
    stopped: bool  # restored: reading only
    trouble: str  # "" or a code: "refused", "captive", "revoked", "untrusted", "needs_update"
    now_ms: int


class Counts(msgspec.Struct, frozen=True):
    """The figures of the left rail for one actor's posts."""

    inbox: int
    unread: int
    overdue: int
    due_today: int
    sent: int
    parked: int
    closed: int


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
    """One stay of a file, for the movement page: at a desk, or on the line between offices."""

    kind: str  # "desk" | "line"
    post: str  # the desk, or where it goes
    node: str
    from_ms: int
    to_ms: int | None
    by: str  # employee code of who ended it
    how: str  # "open", "up", "down", "return", "back", "order", "park", "close", "reopen"
    remarks: str
    opened_ms: int | None
    opened_by: str
    late_ms: int  # time past the limit, 0 when within it
    event: str
    by_link: bool = False  # who ended it stood in for the post's holder
    opened_link: bool = False  # who opened it stood in for the post's holder


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


class FilePage(msgspec.Struct, frozen=True):
    """All that the page of one file shows to one actor."""

    file: str
    number: str
    subject: str
    language: str
    section: str
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
    set_aside: int  # own entries on this file that the district has set aside
    needs_update: bool  # holds events of a kind that this release does not know
    sort: str = "file"  # what it is, of `Sort`: the page is shown by it
    within: str = ""  # the file that an opinion is about, or that a receipt was put in
    enclosed: tuple[Enclosed, ...] = ()
    pull_up: PullUpAsked | None = None  # what a superior of this office asked the district for, and its answer
    given_up: bool = False  # another office asked for it, and it was given up


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
