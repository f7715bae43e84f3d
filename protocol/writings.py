"""What a person writes, as bodies of events: letters, files, notes, opinions, drafts, records."""

from __future__ import annotations

from typing import ClassVar

from protocol.moves import Body


class Open(Body, frozen=True, array_like=True):
    """A file is opened (CSMOP: opening of a new file). Priority 0-3.

    `heads` are the file heads from basic to tertiary, empty with an own number. `earlier`: numbers or ids of previous
    references. `part_of` and `volume_of` name the file (id) whose part or next volume this is. `old_number` is the
    number of a paper file that was taken over, `old_opened` the ISO day on which that was opened.
    """

    kind: ClassVar[str] = "open"
    number: str
    title: str
    section: str = ""
    language: str = "hi"
    priority: int = 0
    grading: str = "normal"
    receipts: tuple[str, ...] = ()
    category: str = ""
    heads: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    retention: str = ""
    part_of: str = ""
    volume_of: str = ""
    old_number: str = ""
    old_opened: str = ""


class Amend(Body, frozen=True, array_like=True):
    """The cover as it stands from now on: what was written there before stays in the journal."""

    kind: ClassVar[str] = "amend"
    title: str
    category: str = ""
    retention: str = ""
    grading: str = "normal"
    earlier: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


class Link(Body, frozen=True, array_like=True):
    """Another file belongs with this one. `how`: link (read together), attach (travels together), part, volume, end."""

    kind: ClassVar[str] = "link"
    other: str
    number: str
    how: str = "link"


class Note(Body, frozen=True, array_like=True):
    """A green note: `count` paragraphs from number `first` on, allow-listed HTML in NFC, and its papers.

    With `opinion` (the id of its subject) it is an opinion that the custodian admits to the file: whose it is and when
    it was written stand in `by_post`, `by_employee`, `by_hlc`. So they do with `again`: the hash e of the note that was
    set aside and that the writer of this one writes again, in his own name.
    """

    kind: ClassVar[str] = "note"
    first: int
    count: int
    html: str
    language: str = "hi"
    papers: tuple[bytes, ...] = ()
    opinion: str = ""
    by_post: str = ""
    by_employee: str = ""
    by_hlc: int = 0
    again: bytes = b""


class Attach(Body, frozen=True, array_like=True):
    """A paper joins the correspondence at page `first_page`. Size in bytes.

    `from_subject`: the receipt whose paper it is. `role`: scan, enclosure, reply, order, returned, portal, annexe, or
    empty. `again`: the hash e of the set-aside entry by which this paper came before; of an annexe that of the `decide`
    whose originals it shows.
    """

    kind: ClassVar[str] = "attach"
    sha256: bytes
    size: int
    name: str
    media_type: str
    pages: int
    first_page: int
    from_subject: str = ""
    role: str = ""
    again: bytes = b""


class Enclose(Body, frozen=True, array_like=True):
    """A receipt joins the file's correspondence; its papers follow as `attach`."""

    kind: ClassVar[str] = "enclose"
    receipt: str
    number: str
    title: str
    sender: str = ""
    letter_no: str = ""
    letter_date: str = ""


class Ask(Body, frozen=True, array_like=True):
    """An opinion is asked: a subject of its own with its own custodian, while the file stays where it is."""

    kind: ClassVar[str] = "ask"
    file: str
    number: str
    title: str
    html: str
    to_post: str
    language: str = "hi"
    due: str = ""
    grading: str = "normal"


class Consult(Body, frozen=True, array_like=True):
    """The file says whose opinion was asked: the subject `opinion` went to `to_post`."""

    kind: ClassVar[str] = "consult"
    opinion: str
    to_post: str
    due: str = ""


class Draft(Body, frozen=True, array_like=True):
    """A version of a draft for approval (DFA). `text` is allow-listed HTML; `draft` counts within the file from 1.

    `form`: letter, order, office_memorandum, circular, show_cause, do_letter. `to` and `copies` hold an addressee's
    lines each, joined by line feeds; `receipt` is the receipt that is answered.
    """

    kind: ClassVar[str] = "draft"
    draft: int
    version: int
    text: str
    form: str = "letter"
    language: str = "hi"
    title: str = ""
    to: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    reference: str = ""
    enclosures: tuple[str, ...] = ()
    receipt: str = ""


class Approve(Body, frozen=True, array_like=True):
    """A version of a draft is approved, or (`yes` false) sent back with remarks."""

    kind: ClassVar[str] = "approve"
    draft: int
    version: int
    yes: bool = True
    remarks: str = ""


class Issue(Body, frozen=True, array_like=True):
    """An approved draft becomes a letter with an issue number; `sha256` is its PDF. `letter` is the subject that goes
    to another office of the district, empty for none.
    """

    kind: ClassVar[str] = "issue"
    draft: int
    version: int
    number: str
    sha256: bytes
    mode: str
    to_post: str = ""
    letter: str = ""


class Dispatch(Body, frozen=True, array_like=True):
    """An issued letter has left: how, on which day, under which number of the carrier."""

    kind: ClassVar[str] = "dispatch"
    number: str
    mode: str
    day: str
    remarks: str = ""


class Letter(Body, frozen=True, array_like=True):
    """A letter issued by an office of the district, on its way to another: there it is diarised as a receipt."""

    kind: ClassVar[str] = "letter"
    number: str
    title: str
    sender: str
    day: str
    language: str = "hi"
    grading: str = "normal"
    file: str = ""


class Diarise(Body, frozen=True, array_like=True):
    """A letter gets its diary number; it is a subject of its own, or one that another office's `Letter` began.

    Dates are ISO days. `mode`: post, hand, email, fax, portal, office. `type`: letter, court, rti, vip, grievance, and
    later words; `reference` is that matter's own number (case, application, portal), `due` its limit. `copy_of` is the
    receipt of which this is a copy. `clock_ok` is false when the day of receipt stood on a clock that is not trusted.
    """

    kind: ClassVar[str] = "diarise"
    number: str
    title: str
    sender: str
    mode: str
    language: str = "hi"
    section: str = ""
    priority: int = 0
    grading: str = "normal"
    letter_no: str = ""
    letter_date: str = ""
    received: str = ""
    type: str = "letter"
    category: str = ""
    vip: str = ""
    enclosures: int = 0
    sender_address: str = ""
    reference: str = ""
    due: str = ""
    copy_of: str = ""
    clock_ok: bool = True


class Put(Body, frozen=True, array_like=True):
    """A receipt is put in a file (id and number); it moves with the file from now on."""

    kind: ClassVar[str] = "put"
    file: str
    number: str


class OutPaper(Body, frozen=True, array_like=True):
    """The file leaves as a printed package to an office that has no Patravali; the custodian stays the same."""

    kind: ClassVar[str] = "out_paper"
    to: str
    slip: str
    remarks: str = ""
    due: str = ""


class BackPaper(Body, frozen=True, array_like=True):
    """The printed package is back; what was written on it comes as scanned papers."""

    kind: ClassVar[str] = "back_paper"
    remarks: str = ""


class Record(Body, frozen=True, array_like=True):
    """A closed file goes to the record: retention A, B or C, and the day of its next review (ISO, empty for ever)."""

    kind: ClassVar[str] = "record"
    retention: str
    review: str = ""
    remarks: str = ""


class Review(Body, frozen=True, array_like=True):
    """A recorded file was reviewed: kept until the next review, or `weed` is wished."""

    kind: ClassVar[str] = "review"
    review: str = ""
    remarks: str = ""


class Weed(Body, frozen=True, array_like=True):
    """By a signed order (the paper `order`) the bodies of notes, drafts and papers of the file are destroyed.

    What stays of each is its header and the SHA-256 of its body, so every chain still verifies. In the log of a receipt
    or an opinion the machine says it where the file is weeded to which that belongs.
    """

    kind: ClassVar[str] = "weed"
    order: bytes
    order_number: str
    remarks: str = ""


class Sign(Body, frozen=True, array_like=True):
    """A note of this file is signed with its writer's token (docs/signing.md).

    `cms` is detached, over `signing.canonical` of the note's event `of`, whose hash is `e`; `version` of that form.
    """

    kind: ClassVar[str] = "sign"
    of: str
    e: bytes
    cms: bytes
    version: int = 1


class Bind(Body, frozen=True, array_like=True):
    """A person binds the certificate on a token to himself: it is his who is named in the header (docs/signing.md).

    SHA-256 of the certificate, of its public key (SubjectPublicKeyInfo) and of its issuer's name, both DER; `until_ms`
    its last moment. `cms` is detached, over `signing.binding` with `challenge` and `at_ms`, and holds the certificate.
    """

    kind: ClassVar[str] = "bind"
    certificate: bytes
    key: bytes
    issuer: bytes
    until_ms: int
    challenge: bytes
    at_ms: int
    cms: bytes


class Vouch(Body, frozen=True, array_like=True):
    """The district confirms that a certificate is this employee's, or refuses it: of the `bind` `of` (hash `e`)."""

    kind: ClassVar[str] = "vouch"
    of: str
    e: bytes
    employee: str
    certificate: bytes
    key: bytes
    issuer: bytes
    until_ms: int
    yes: bool
    reason: str = ""
    person: str = ""


class Read(Body, frozen=True, array_like=True):
    """A graded file was read by this person; said also where the file is not held.

    `at_ms`: when, if it could only be written later (unix milliseconds); 0: at the header's time.
    """

    kind: ClassVar[str] = "read"
    grading: str
    at_ms: int = 0


class Propose(Body, frozen=True, array_like=True):
    """An office adds to its own directory at once; the district confirms, merges or refuses later.

    `what`: section, post, employee, charge, end_charge; `record` is that struct of the directory as MessagePack.
    """

    kind: ClassVar[str] = "propose"
    what: str
    key: str
    record: bytes
