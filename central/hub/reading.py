"""What the district's screens show, read from the hub's tables. Nothing here writes."""

from __future__ import annotations

import msgspec

from central.hub.unit import HubUnit
from central.values import AsideRow, FileRow, OfficeRow
from protocol.clock import hlc_ms
from protocol.efile import FileState

_health = msgspec.msgpack.Decoder(list[int])
_state = msgspec.msgpack.Decoder(FileState)


def offices(hub: HubUnit) -> list[OfficeRow]:
    """One row a node, as the hub knows it now."""
    directory = hub.directory()
    recovering = bool(hub.db.value("SELECT recovering FROM hub"))
    asides: dict[str, int] = dict(hub.db.rows("SELECT node, count(*) FROM aside GROUP BY node"))
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


def set_aside(hub: HubUnit) -> list[AsideRow]:
    """What waits for a person's decision, newest first."""
    return [
        AsideRow(node, f"{node}.{bytes(epoch).hex()}.{seq}", kind, subject, number or "", title or "", reason, at_ms)
        for node, epoch, seq, kind, subject, reason, at_ms, number, title in hub.db.rows(
            "SELECT a.node, a.epoch, a.seq, a.kind, a.subject, a.reason, a.at_ms, f.file_number, f.title FROM aside a "
            "LEFT JOIN efile f ON f.file=a.subject ORDER BY a.at_ms DESC LIMIT 500"
        )
    ]


def files(hub: HubUnit, words: str, limit: int) -> list[FileRow]:
    """Where files are, by words of number and subject, the latest moved first."""
    where, values = "", list[object]()
    for word in words.split()[:6]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where += " AND (title LIKE ? ESCAPE '\\' OR file_number LIKE ? ESCAPE '\\')"
        values += [like, like]
    return [
        FileRow(file, number, title, _state.decode(state).language, holder, post, hlc_ms(since), term)
        for file, number, title, holder, post, since, term, state in hub.db.rows(
            "SELECT file, file_number, title, holder, post, since_hlc, number, state FROM efile "
            f"WHERE file_number<>''{where} ORDER BY since_hlc DESC LIMIT ?",
            *values,
            limit,
        )
    ]
