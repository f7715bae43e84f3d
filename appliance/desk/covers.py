"""The cover of a file: all that stands on it, its change by who holds the file, and the files that belong with it."""

from __future__ import annotations

import msgspec

from appliance.desk import opening, reading, rights
from appliance.desk.acting import decide_for, finish, row_of, who_of, working_book
from appliance.desk.file_log import Told, log_of
from appliance.desk.refused import Refused
from appliance.desk.values import Actor, InboxRow
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Sort, Verb

FOUND = 12
HOW = ("link", "attach")
LOWER = {"part": "part_of", "volume": "volume_of"}


class Other(msgspec.Struct, frozen=True):
    """A file that belongs with this one. `file` is empty where the reader may not open it, or it was never here."""

    file: str
    number: str
    title: str = ""
    language: str = "hi"
    how: str = "link"  # link, attach, part, volume
    at_ms: int = 0


class Change(msgspec.Struct, frozen=True):
    """What the cover said until it was changed."""

    at_ms: int
    employee: str
    post: str
    fields: tuple[str, ...]  # title, category, retention, grading, earlier, later


class CoverPage(msgspec.Struct, frozen=True):
    """All that stands on the cover of one file. Days are ISO."""

    file: str
    category: str
    retention: str
    heads: tuple[str, ...]
    earlier: tuple[Other, ...]
    later: tuple[Other, ...]
    old_number: str
    old_opened: str
    from_portal: bool
    main: Other | None  # of a part or a volume
    links: tuple[Other, ...]
    linked_from: tuple[Other, ...]
    opener: str  # post
    opened_by: str
    opened_ms: int
    closed_ms: int
    recorded_ms: int
    review: str
    changes: tuple[Change, ...]
    version: int


class Amended(msgspec.Struct, frozen=True):
    """The cover as its holder wishes it."""

    title: str
    category: str = ""
    retention: str = ""
    earlier: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def cover_page(unit: Unit, actor: Actor, file: str) -> CoverPage:
    """The cover of a file. Raises Refused no_such_file, graded; wrong_state for what is no file."""
    rights.require_read(unit, actor, file)
    told = log_of(unit, file)
    opened = next(((header, body) for _, header, body in told if isinstance(body, ev.Open)), None)
    if opened is None:
        raise Refused("wrong_state", verb="amend", state="")
    header, body = opened
    now = _now(told)
    closed, recorded, review = unit.db.row("SELECT closed_hlc, recorded_hlc, review FROM cover WHERE file=?", file) or (
        0, 0, "",
    )  # fmt: skip
    above = body.part_of or body.volume_of
    return CoverPage(
        file=file,
        category=now.category,
        retention=now.retention,
        heads=body.heads,
        earlier=tuple(_referred(unit, actor, number) for number in now.earlier),
        later=tuple(_referred(unit, actor, number) for number in now.later),
        old_number=body.old_number,
        old_opened=body.old_opened,
        from_portal=any(isinstance(one, ev.Attach) and one.role == "portal" for _, _, one in told),
        main=_other(unit, actor, above, "", "part" if body.part_of else "volume") if above else None,
        links=tuple(
            _other(unit, actor, other, number, how, hlc_ms(hlc))
            for other, number, how, hlc in unit.db.rows(
                "SELECT other, number, how, hlc FROM link WHERE file=? ORDER BY hlc", file
            )
        ),
        linked_from=tuple(_from(unit, actor, file)),
        opener=header.post,
        opened_by=header.employee,
        opened_ms=hlc_ms(header.hlc),
        closed_ms=hlc_ms(closed),
        recorded_ms=hlc_ms(recorded),
        review=review,
        changes=_changes(told),
        version=_version(told),
    )


def amend(unit: Unit, actor: Actor, file: str, wish: Amended, *, version: int) -> None:
    """The cover as it stands from now on; the grading stays. Only who holds the file on his desk.

    `version` is the one that the person saw. Raises Refused, cover_changed when it was changed meanwhile, cover_same.
    """
    title, category = opening.checked_title(wish.title), opening.checked_category(wish.category)
    retention = opening.checked_retention(wish.retention)
    earlier = opening.checked_references(wish.earlier, "earlier")
    later = opening.checked_references(wish.later, "later")
    with unit.db.writing():
        book = working_book(unit)
        row = decide_for(book, file, Verb.AMEND, actor)
        told = log_of(unit, file)
        if _version(told) != version:
            raise Refused("cover_changed")
        body = ev.Amend(title, category, retention, row.state.grading, earlier, later)
        if body == _now(told):
            raise Refused("cover_same")
        finish(unit, book, book.write(file, body, who_of(actor)))


def link(unit: Unit, actor: Actor, file: str, other: str, how: str) -> None:
    """Another file is read together with this one (`link`), or travels with it (`attach`).

    Raises Refused, same_file, no_such_file for one that the actor may not read, wrong_state for what is no file.
    """
    if how not in HOW:
        raise Refused("bad_link")
    if file == other:
        raise Refused("same_file")
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.LINK, actor)
        rights.require_read(unit, actor, other)
        state = row_of(book, other).state
        if state.sort != Sort.FILE:
            raise Refused("wrong_state", verb="link", state=state.sort)
        stands = unit.db.value("SELECT how FROM link WHERE file=? AND other=?", file, other)
        if stands == how or stands in LOWER:
            return
        finish(unit, book, book.write(file, ev.Link(other, state.number, how), who_of(actor)))


def unlink(unit: Unit, actor: Actor, file: str, other: str) -> None:
    """Ends a link or an attachment; parts and volumes stay what they are. Raises Refused, no_such_link."""
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.LINK, actor)
        row = unit.db.row("SELECT number, how FROM link WHERE file=? AND other=?", file, other)
        if row is None or row[1] in LOWER:
            raise Refused("no_such_link")
        finish(unit, book, book.write(file, ev.Link(other, row[0], "end"), who_of(actor)))


def choices(unit: Unit, actor: Actor, file: str, words: str) -> list[InboxRow]:
    """Files that could be linked, by words of number and subject, as far as the actor may read them."""
    if not words:
        return []
    rows = reading.all_files(unit, actor, words=words[:200], limit=FOUND + 1)
    return [row for row in rows if row.file != file and not row.veiled][:FOUND]


def _now(told: list[Told]) -> ev.Amend:
    """The cover as it stands, in the words of its last change."""
    now = ev.Amend("")
    for _, _, body in told:
        match body:
            case ev.Open():
                now = ev.Amend(body.title, body.category, body.retention, body.grading, body.earlier)
            case ev.Amend():
                now = body
            case ev.Record():
                now = msgspec.structs.replace(now, retention=body.retention)
    return now


def _version(told: list[Told]) -> int:
    return sum(isinstance(body, ev.Amend) for _, _, body in told)


def _changes(told: list[Told]) -> tuple[Change, ...]:
    """Which fields each change of the cover changed, newest first."""
    found = []
    for place, (_, header, body) in enumerate(told):
        if isinstance(body, ev.Amend):
            before = _now(told[:place])
            fields = tuple(name for name in ev.Amend.__struct_fields__ if getattr(before, name) != getattr(body, name))
            found.append(Change(hlc_ms(header.hlc), header.employee, header.post, fields))
    return tuple(reversed(found))


def _other(unit: Unit, actor: Actor, file: str, number: str, how: str, at_ms: int = 0) -> Other:
    """As the reader may see it: of a graded file of others the number as this file has it, and no more."""
    if not rights.may_read(unit, actor, file):
        return Other("", number, how=how, at_ms=at_ms)
    row = reading.row(unit, file)
    if row is None:
        return Other("", number, how=how, at_ms=at_ms)
    return Other(file, row.number, row.subject, row.language, how, at_ms)


def _referred(unit: Unit, actor: Actor, number: str) -> Other:
    file = unit.db.value("SELECT file FROM efile WHERE file_number=? COLLATE NOCASE AND sort='file' LIMIT 1", number)
    found = _other(unit, actor, file, number, "link") if file else Other("", number)
    return msgspec.structs.replace(found, number=number)


def _from(unit: Unit, actor: Actor, file: str) -> list[Other]:
    """Readable files that name this one: by a link, as its part, as its volume."""
    rows = unit.db.rows(
        "SELECT file, how FROM link WHERE other=? AND how IN ('link', 'attach') UNION SELECT file, 'part' FROM cover"
        " WHERE part_of=? AND part_of<>'' UNION SELECT file, 'volume' FROM cover WHERE volume_of=? AND volume_of<>''",
        file, file, file,
    )  # fmt: skip
    own = {other for (other,) in unit.db.rows("SELECT other FROM link WHERE file=?", file)}
    found = (_other(unit, actor, one, "", how) for one, how in rows if not (how in LOWER and one in own))
    return [one for one in found if one.file]
