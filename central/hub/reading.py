"""What the district's screens show, read from the hub's tables. Nothing here writes."""

from __future__ import annotations

import msgspec

from central.hub.unit import HubUnit
from central.rights import is_veiled
from central.values import FileRow, OfficeRow, Order
from commons.database import Row
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import FileState
from protocol.words import EventId

_health = msgspec.msgpack.Decoder(list[int])
_state = msgspec.msgpack.Decoder(FileState)


def offices(hub: HubUnit) -> list[OfficeRow]:
    """One row a node, as the hub knows it now."""
    directory = hub.directory()
    recovering = bool(hub.db.value("SELECT recovering FROM hub"))
    asides: dict[str, int] = dict(
        hub.db.rows(
            "SELECT node, count(*) FROM aside a WHERE NOT EXISTS (SELECT 1 FROM decided d WHERE d.e=a.e) GROUP BY node"
        )
    )
    found = []
    for code, epoch, acked, length, cursor, reported, contact, clock, carrier, stopped, health, trouble in hub.db.rows(
        "SELECT code, epoch, head_seq, stream_len, cursor, reported, contact_ms, clock_difference_ms, carrier, stopped,"
        " health, trouble FROM node ORDER BY code"
    ):
        served = directory.offices_of_node(code) if directory else ()
        mode = "never" if not contact else "stopped" if stopped else "working"
        if recovering and reported is None and contact:
            mode = "recovering"
        waiting, clones, namesakes = report_of(bytes(health))
        found.append(
            OfficeRow(
                code, served[0].name_hi if served else code, served[0].name_en if served else code, contact or None,
                carrier, length - cursor, waiting, clock if contact else None, mode,
                bytes(epoch).hex() if epoch else "", acked, trouble, asides.get(code, 0), clones,
                namesakes,
            )
        )  # fmt: skip
    return found


def report_of(health: bytes) -> tuple[int, int, int]:
    """Hand-overs that wait at the office, clones and namesakes that it has seen; an older program says less."""
    try:
        figures = _health.decode(health) if health else []
    except msgspec.DecodeError:
        figures = []
    figures = [*figures, *[0] * 6][:6]
    return figures[1], figures[4], figures[5]


def file(hub: HubUnit, file: str, *, graded: bool) -> FileRow | None:
    """Where one file is; None of one that the district does not have. `graded`: as in `files`."""
    row = hub.db.row(
        "SELECT file, file_number, title, holder, post, since_hlc, number, state FROM efile WHERE file=?", file
    )
    return None if row is None else _file_row(row, graded=graded)


def orders(hub: HubUnit, file: str) -> list[Order]:
    """The orders by which the file was moved, the newest first."""
    found = []
    for node, epoch, seq, raw, body in hub.db.rows(
        "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND kind='force' AND pos IS NOT NULL "
        "ORDER BY pos DESC",
        file,
    ):
        said = ev.decode_body(ev.Force.kind, bytes(body))
        assert isinstance(said, ev.Force)
        at_ms = hlc_ms(ev.decode_header(bytes(raw)).hlc)
        event = str(EventId(node, bytes(epoch), seq))
        found.append(Order(event, at_ms, said.to_node, said.to_post, said.reason, said.person))
    return found


def _file_row(row: Row, *, graded: bool) -> FileRow:
    file, number, title, holder, post, since, term, state = row
    state = _state.decode(state)
    veiled = is_veiled(state.grading, graded=graded)
    return FileRow(file, number, "" if veiled else title, state.language, holder, post, hlc_ms(since), term, veiled)


def files(hub: HubUnit, words: str, limit: int, *, graded: bool) -> list[FileRow]:
    """Where files are, by words of number and subject, the latest moved first.

    `graded`: for one who may read graded titles. Others see of a confidential file where it is, and nothing of a
    secret one; nor does a word of its title find it.
    """
    where, values = "" if graded else " AND grading<>'secret'", list[object]()
    title = "title" if graded else "CASE grading WHEN 'normal' THEN title ELSE '' END"
    for word in words.split()[:6]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where += f" AND ({title} LIKE ? ESCAPE '\\' OR file_number LIKE ? ESCAPE '\\')"
        values += [like, like]
    return [
        _file_row(row, graded=graded)
        for row in hub.db.rows(
            "SELECT file, file_number, title, holder, post, since_hlc, number, state FROM efile "
            f"WHERE file_number<>''{where} ORDER BY since_hlc DESC LIMIT ?",
            *values,
            limit,
        )
    ]
