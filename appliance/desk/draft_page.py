"""Drafts as the screens show them: what is being written, the versions from the file's log, issued letters."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from appliance.desk.competence import may_decide
from appliance.desk.draft_values import (
    DispatchRow,
    DraftHead,
    DraftPage,
    DraftText,
    IssuedRow,
    MailRow,
    VersionRow,
    Writing,
)
from appliance.desk.file_log import log_of
from appliance.desk.refused import Refused
from appliance.desk.rights import READ_BY, SEEN_BY, may_read, require_read
from appliance.desk.values import Actor
from appliance.store import weeded
from appliance.store.unit import Unit
from commons.database import Row
from protocol import events as ev
from protocol.clock import hlc_ms

_decoder = msgspec.msgpack.Decoder(DraftText)
_WRITING = "SELECT id, file, draft, base, text, version, saved_ms FROM writing"
_HEAD = (
    "SELECT draft, version, form, title, language, post, saved_hlc, state, number, issued_hlc, mode, to_post,"
    " dispatched, addressee FROM draft"
)
MOST_ROWS = 200


def writing_of(unit: Unit, actor: Actor, file: str, row: int) -> Writing:
    """A draft that the actor's post is writing. Raises no_such_writing."""
    found = unit.db.row(f"{_WRITING} WHERE id=? AND file=? AND post=?", row, file, actor.post)
    if found is None:
        raise Refused("no_such_writing")
    return _writing(found)


def writings_of(unit: Unit, actor: Actor, file: str) -> list[Writing]:
    """What the actor's post is writing on a file, newest first."""
    rows = unit.db.rows(f"{_WRITING} WHERE file=? AND post=? ORDER BY saved_ms DESC", file, actor.post)
    return [_writing(row) for row in rows]


def _writing(row: Row) -> Writing:
    one, file, draft, base, text, version, saved = row
    return Writing(one, file, draft, base, _decoder.decode(text), version, saved)


def drafts_of(unit: Unit, actor: Actor, file: str) -> list[DraftHead]:
    """The drafts of a file, newest first, none of a weeded one. Raises no_such_file, graded."""
    require_read(unit, actor, file)
    if weeded.read(unit.db, file) is not None:
        return []
    return [_head(row) for row in unit.db.rows(f"{_HEAD} WHERE file=? ORDER BY draft DESC", file)]


def _head(row: Row) -> DraftHead:
    draft, version, form, title, language, post, saved, state, number, issued_hlc, *more = row
    return DraftHead(
        draft, version, form, title, language, post, hlc_ms(saved), state, number, hlc_ms(issued_hlc), *more
    )


def versions_of(unit: Unit, file: str, draft: int) -> list[VersionRow]:
    """The versions of a draft, oldest first, each with what was decided about it; nobody is asked for rights here."""
    found: list[VersionRow] = []
    for _, header, body in log_of(unit, file):
        at = hlc_ms(header.hlc)
        match body:
            case ev.Draft() if body.draft == draft:
                text = DraftText(
                    body.form, body.language, body.title, body.to, body.copies, body.reference, body.text,
                    body.enclosures, body.receipt,
                )  # fmt: skip
                found.append(VersionRow(body.version, text, header.post, header.employee, at))
            case ev.Approve() if body.draft == draft:
                state = "approved" if body.yes else "returned"
                found = [
                    replace(
                        row, state=state, decided_post=header.post, decided_by=header.employee, decided_ms=at,
                        remarks=body.remarks,
                    )
                    if row.version == body.version
                    else row
                    for row in found
                ]  # fmt: skip
            case ev.Issue() if body.draft == draft:
                found = [replace(row, state="issued") if row.version == body.version else row for row in found]
    return found


def current_of(unit: Unit, file: str, draft: int) -> VersionRow:
    """The newest version of a draft. Raises no_such_draft."""
    found = versions_of(unit, file, draft)
    if not found:
        raise Refused("no_such_draft")
    return found[-1]


def draft_page(unit: Unit, actor: Actor, file: str, draft: int) -> DraftPage:
    """One draft with all that became of it. Raises no_such_draft, no_such_file, graded."""
    require_read(unit, actor, file)
    row = unit.db.row(f"{_HEAD} WHERE file=? AND draft=?", file, draft)
    if row is None:
        raise Refused("no_such_draft")
    head, versions = _head(row), versions_of(unit, file, draft)
    sha256, letter = unit.db.row("SELECT sha256, letter FROM draft WHERE file=? AND draft=?", file, draft) or (b"", "")
    return DraftPage(
        head,
        versions,
        _dispatches(unit, file, head.number),
        bytes(sha256).hex() if sha256 else "",
        letter,
        mails_of(unit, file, draft),
        may_decide(unit.directory(), versions[-1].post, actor.post),
    )


def _dispatches(unit: Unit, file: str, number: str) -> list[DispatchRow]:
    return [
        DispatchRow(body.mode, body.day, body.remarks, header.post, header.employee)
        for _, header, body in log_of(unit, file)
        if isinstance(body, ev.Dispatch) and number and body.number == number
    ]


def mails_of(unit: Unit, file: str, draft: int) -> list[MailRow]:
    """The e-mails of a letter, newest first."""
    return [
        MailRow(*row)
        for row in unit.db.rows(
            "SELECT id, address, state, said, tries, asked_ms, done_ms, message_id FROM mail"
            " WHERE file=? AND draft=? ORDER BY id DESC", file, draft,
        )
    ]  # fmt: skip


def issued(unit: Unit, actor: Actor, *, words: str = "", before_ms: int = 0) -> list[IssuedRow]:
    """Issued letters that the actor may know of, newest first: by number, subject or addressee."""
    values: list[object] = [actor.post, actor.post]
    where = SEEN_BY
    if words.strip():
        where = READ_BY
        for word in words.split()[:8]:
            where += (
                " AND (d.number LIKE ? ESCAPE '\\' OR d.title LIKE ? ESCAPE '\\' OR d.addressee LIKE ? ESCAPE '\\')"
            )
            values += [_like(word)] * 3
    if before_ms:
        where += " AND d.issued_hlc<?"
        values.append(before_ms << 16)
    rows = unit.db.rows(
        "SELECT d.file, d.draft, d.number, d.title, d.language, d.form, d.addressee, d.to_post, d.mode, d.post,"
        " d.issued_hlc, d.dispatched, coalesce((SELECT state FROM mail m WHERE m.file=d.file AND m.draft=d.draft"
        " ORDER BY m.id DESC LIMIT 1), ''), efile.grading,"
        " EXISTS (SELECT 1 FROM weeded w WHERE w.file=d.file) FROM draft d JOIN efile ON efile.file=d.file"
        f" WHERE d.number<>'' AND {where} ORDER BY d.issued_hlc DESC LIMIT {MOST_ROWS}",
        *values,
    )
    return [_veiled(unit, actor, _issued(row)) for row in rows]


def _issued(row: Row) -> IssuedRow:
    file, draft, number, title, language, form, addressee, to_post, mode, post, issued_hlc, *more, is_weeded = row
    dispatched, mail, grading = more
    return IssuedRow(
        file, draft, number, title, language, form, addressee, to_post, mode, post, hlc_ms(issued_hlc), dispatched,
        mail, grading, weeded=bool(is_weeded),
    )  # fmt: skip


def _like(word: str) -> str:
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _veiled(unit: Unit, actor: Actor, row: IssuedRow) -> IssuedRow:
    if row.grading == "normal" or may_read(unit, actor, row.file):
        return row
    return replace(row, title="", addressee="", to_post="", mail="", veiled=True)
