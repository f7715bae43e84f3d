"""Views that the office's registers and lists read, kept by what each event of a file's log says."""

from __future__ import annotations

from typing import NamedTuple

from commons.database import Database
from protocol import events as ev
from protocol.efile import FileState
from protocol.words import EventId

VIEWS = ("receipt", "cover", "stay", "consult", "draft", "link")


class Entry(NamedTuple):
    """One event of a file's log, with the file's state after it."""

    id: EventId
    file: str
    header: ev.Header
    body: ev.Body | None
    state: FileState


def forget(db: Database, file: str) -> None:
    """Before a file's log is folded again."""
    for view in VIEWS:
        db.run(f"DELETE FROM {view} WHERE file=?", file)


def chain_of(db: Database, file: str) -> frozenset[str]:
    """The posts that may read a graded subject: those that it stood with or is marked to, and those that marked it.

    A post to which it was marked and from which it was taken back unopened is not of the chain.
    """
    rows = db.rows(
        "SELECT post FROM stay WHERE file=? AND (opened_hlc IS NOT NULL OR to_hlc IS NULL)"
        " UNION SELECT from_post FROM stay WHERE file=?",
        file, file,
    )  # fmt: skip
    return frozenset(post for (post,) in rows if post)


def keep(db: Database, entry: Entry) -> None:
    """What one event means for the registers; events of a file come in the order of its log."""
    _keep_stay(db, entry)
    body = entry.body
    match body:
        case ev.Diarise():
            _keep_receipt(db, entry, body)
        case ev.Open():
            _keep_cover(db, entry, body)
        case ev.Close() | ev.Reopen() | ev.Put():
            _keep_end(db, entry, body)
        case ev.Amend() | ev.Record() | ev.Review() | ev.OutPaper() | ev.BackPaper():
            _change_cover(db, entry, body)
        case ev.Link():
            _keep_link(db, entry, body)
        case ev.Consult():
            db.run(
                "INSERT OR REPLACE INTO consult (opinion, file, to_post, due, post, asked_hlc) VALUES (?,?,?,?,?,?)",
                body.opinion, entry.file, body.to_post, body.due, entry.header.post, entry.header.hlc,
            )  # fmt: skip
        case ev.Note() if body.opinion:
            db.run("UPDATE consult SET admitted_hlc=? WHERE opinion=?", entry.header.hlc, body.opinion)
        case ev.Draft() | ev.Approve() | ev.Issue() | ev.Dispatch():
            _keep_draft(db, entry, body)
        case ev.Weed():
            _weed_drafts(db, entry.file)


def _weed_drafts(db: Database, file: str) -> None:
    """That a letter went, when and by which way, stays for ever; what it was about does not."""
    db.run("DELETE FROM draft WHERE file=? AND number=''", file)
    db.run("UPDATE draft SET title='', addressee='', receipt='' WHERE file=?", file)


def _keep_end(db: Database, entry: Entry, body: ev.Close | ev.Reopen | ev.Put) -> None:
    file, header = entry.file, entry.header
    match body:
        case ev.Close():
            db.run("UPDATE cover SET closed_hlc=?, closed_post=? WHERE file=?", header.hlc, header.post, file)
            db.run("UPDATE receipt SET done_hlc=? WHERE file=?", header.hlc, file)
        case ev.Reopen():
            db.run("UPDATE cover SET closed_hlc=0, closed_post='', recorded_hlc=0, review='' WHERE file=?", file)
            db.run("UPDATE receipt SET done_hlc=0 WHERE file=?", file)
        case ev.Put():
            db.run("UPDATE receipt SET put_in=?, done_hlc=? WHERE file=?", body.file, header.hlc, file)


def _change_cover(
    db: Database, entry: Entry, body: ev.Amend | ev.Record | ev.Review | ev.OutPaper | ev.BackPaper
) -> None:
    file, hlc = entry.file, entry.header.hlc
    match body:
        case ev.Amend():
            db.run(
                "UPDATE cover SET category=?, retention=?, earlier=?, later=? WHERE file=?",
                body.category, body.retention, _joined(body.earlier), _joined(body.later), file,
            )  # fmt: skip
        case ev.Record():
            db.run(
                "UPDATE cover SET recorded_hlc=?, retention=?, review=? WHERE file=?",
                hlc, body.retention, body.review, file,
            )  # fmt: skip
        case ev.Review():
            db.run("UPDATE cover SET review=? WHERE file=?", body.review, file)
        case ev.OutPaper():
            db.run("UPDATE cover SET slip=?, out_hlc=? WHERE file=?", body.slip, hlc, file)
        case ev.BackPaper():
            db.run("UPDATE cover SET out_hlc=0 WHERE file=?", file)


def _joined(words: tuple[str, ...]) -> str:
    return "\n".join(words)


def _keep_receipt(db: Database, entry: Entry, body: ev.Diarise) -> None:
    db.run(
        "INSERT OR REPLACE INTO receipt (file, number, title, sender, letter_no, letter_date, received, mode, type,"
        " category, vip, reference, due, section, copy_of, post, diarised_hlc)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        entry.file, body.number, body.title, body.sender, body.letter_no, body.letter_date, body.received, body.mode,
        body.type, body.category, body.vip, body.reference, body.due, body.section, body.copy_of, entry.header.post,
        entry.header.hlc,
    )  # fmt: skip


def _keep_cover(db: Database, entry: Entry, body: ev.Open) -> None:
    db.run(
        "INSERT OR REPLACE INTO cover (file, section, category, heads, retention, earlier, old_number, part_of,"
        " volume_of, post, opened_hlc) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        entry.file, body.section, body.category, _joined(body.heads), body.retention, _joined(body.earlier),
        body.old_number, body.part_of, body.volume_of, entry.header.post, entry.header.hlc,
    )  # fmt: skip


def _keep_link(db: Database, entry: Entry, body: ev.Link) -> None:
    if body.how == "end":
        db.run("DELETE FROM link WHERE file=? AND other=?", entry.file, body.other)
        return
    db.run(
        "INSERT OR REPLACE INTO link (file, other, number, how, hlc) VALUES (?,?,?,?,?)",
        entry.file, body.other, body.number, body.how, entry.header.hlc,
    )  # fmt: skip


def _keep_draft(db: Database, entry: Entry, body: ev.Draft | ev.Approve | ev.Issue | ev.Dispatch) -> None:
    file, header = entry.file, entry.header
    match body:
        case ev.Draft():
            db.run(
                "INSERT INTO draft (file, draft, version, form, title, language, post, saved_hlc, state, receipt,"
                " addressee) VALUES (?,?,?,?,?,?,?,?,'draft',?,?) ON CONFLICT (file, draft) DO UPDATE SET"
                " version=excluded.version, form=excluded.form, title=excluded.title, language=excluded.language,"
                " post=excluded.post, saved_hlc=excluded.saved_hlc, state='draft', approved_hlc=0, approved_post='',"
                " receipt=excluded.receipt, addressee=excluded.addressee",
                file, body.draft, body.version, body.form, body.title, body.language, header.post, header.hlc,
                body.receipt, body.to[0] if body.to else "",
            )  # fmt: skip
        case ev.Approve():
            db.run(
                "UPDATE draft SET state=?, approved_hlc=?, approved_post=? WHERE file=? AND draft=? AND version=?",
                "approved" if body.yes else "returned", header.hlc, header.post, file, body.draft, body.version,
            )  # fmt: skip
        case ev.Issue():
            db.run(
                "INSERT INTO draft (file, draft, version, form, title, language, post, saved_hlc, state, number,"
                " issued_hlc, mode, to_post, letter, sha256) VALUES (?,?,?,'letter','',?,?,?,'issued',?,?,?,?,?,?)"
                " ON CONFLICT (file, draft) DO UPDATE SET state='issued', number=excluded.number,"
                " issued_hlc=excluded.issued_hlc, mode=excluded.mode, to_post=excluded.to_post,"
                " letter=excluded.letter, sha256=excluded.sha256",
                file, body.draft, body.version, entry.state.language, header.post, header.hlc, body.number, header.hlc,
                body.mode, body.to_post, body.letter, body.sha256,
            )  # fmt: skip
        case ev.Dispatch():
            db.run(
                "UPDATE draft SET dispatched=?, dispatch_mode=?, dispatch_remarks=? WHERE file=? AND number=?",
                body.day, body.mode, body.remarks, file, body.number,
            )  # fmt: skip


def _keep_stay(db: Database, entry: Entry) -> None:
    """Where a file stood from when to when: at a desk, on the line between offices, out on paper."""
    file, header, state, node = entry.file, entry.header, entry.state, entry.id.node
    match entry.body:
        case ev.Open() | ev.Ask() | ev.Letter():
            _begin(db, entry, _Stay("desk", header.post, node, header.hlc))
        case ev.Diarise():
            if db.row("SELECT 1 FROM stay WHERE file=?", file) is None:
                _begin(db, entry, _Stay("desk", header.post, node, header.hlc))
            db.run("UPDATE stay SET sort=? WHERE file=?", state.sort, file)
        case ev.Send() as sent:
            _end(db, entry)
            kind = "desk" if sent.to_node == node else "line"
            _begin(db, entry, _Stay(kind, sent.to_post, sent.to_node, None, sent.how, header.post, sent.due))
        case ev.Receive():
            _end_line(db, entry, node)
            db.run("UPDATE stay SET opened_hlc=? WHERE file=? AND to_hlc IS NULL", header.hlc, file)
        case ev.Withdraw() | ev.AskBack() | ev.Undelivered() | ev.Force():
            _end(db, entry)
            how = "order" if isinstance(entry.body, ev.Force) else "back"
            _begin(db, entry, _Stay("desk", state.post, node, state.opened_hlc or None, how))
        case ev.PullUp() | ev.Draw():
            _end(db, entry)
            stay = _Stay("desk", state.post, node, state.opened_hlc or None, state.how, state.from_post, state.due)
            _begin(db, entry, stay)
        case ev.OutPaper():
            _end(db, entry)
            _begin(db, entry, _Stay("paper", state.post, node, header.hlc, "out_paper", due=state.due))
        case ev.BackPaper() | ev.Reopen():
            _end(db, entry)
            how = "back" if isinstance(entry.body, ev.BackPaper) else "reopen"
            _begin(db, entry, _Stay("desk", state.post, node, header.hlc, how))
        case ev.Park() | ev.Close() | ev.Put():
            _end(db, entry)


class _Stay(NamedTuple):
    kind: str
    post: str
    node: str
    opened_hlc: int | None = None
    how: str = "open"
    from_post: str = ""
    due: str = ""


def _begin(db: Database, entry: Entry, stay: _Stay) -> None:
    n = db.value("SELECT max(n) FROM stay WHERE file=?", entry.file) or 0
    db.run(
        "INSERT INTO stay (file, n, kind, post, node, from_post, from_hlc, opened_hlc, how, due, sort)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        entry.file, n + 1, stay.kind, stay.post, stay.node, stay.from_post, entry.header.hlc, stay.opened_hlc, stay.how,
        stay.due, entry.state.sort,
    )  # fmt: skip


def _end(db: Database, entry: Entry) -> None:
    db.run("UPDATE stay SET to_hlc=? WHERE file=? AND to_hlc IS NULL", entry.header.hlc, entry.file)


def _end_line(db: Database, entry: Entry, node: str) -> None:
    """What came over the line stands on a desk once it is opened there."""
    line = db.row("SELECT from_post, how, due FROM stay WHERE file=? AND to_hlc IS NULL AND kind='line'", entry.file)
    if line is not None:
        _end(db, entry)
        from_post, how, due = line
        _begin(db, entry, _Stay("desk", entry.header.post, node, None, how, from_post, due))
