"""What an office's own database says of journal, line and files: for `patravali status`, without a sentence in it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from appliance.discovery import kept, roster
from appliance.discovery.values import Double
from appliance.store.manners import read_manners
from appliance.store.unit import Unit
from protocol.efile import FileState

NEWEST_FILES = 200
_state = msgspec.msgpack.Decoder(FileState)


class LineStatus(msgspec.Struct, frozen=True):
    """The line as the last carrier found it; None: never tried. Times are unix milliseconds."""

    up: bool | None
    since_ms: int | None
    last_exchange_ms: int | None
    trouble: str
    metered: bool = False
    paused_until_ms: int = 0


class NeighbourStatus(msgspec.Struct, frozen=True):
    """Neighbours: who carried for this office last and when, the last trouble (a code), and what it carried for whom.

    `carried_for`: office, times, bytes there and back, when last.
    """

    carried_by: str
    carried_ms: int | None
    trouble: str
    carried_for: list[tuple[str, int, int, int]]


class PaperStatus(msgspec.Struct, frozen=True):
    """One paper of a file: SHA-256 in hex, its size, whether its bytes are here and at the hub."""

    sha256: str
    name: str
    size_bytes: int
    here: bool
    at_hub: bool


class MovementStatus(msgspec.Struct, frozen=True):
    """One hand-over by this office, with its stage (`appliance.desk.values.Stage`)."""

    event: str
    from_post: str
    to_post: str
    to_node: str
    stage: str
    opened_by: str


class FileStatus(msgspec.Struct, frozen=True):
    """One file as this office knows it; `log` counts its chained entries, `log_hash` (hex) covers all their bytes."""

    file: str
    number: str
    title: str
    holder_node: str
    post: str
    phase: str
    standing: str
    paragraphs: int
    log: int
    log_hash: str
    papers: list[PaperStatus]
    movements: list[MovementStatus]


class NetworkStatus(msgspec.Struct, frozen=True):
    """How the office is found in its own network: None in `Status` when it has never been announced.

    `trouble`: empty, no_network or unannounced. `doubles`: second bearers of its name in the last week.
    """

    host: str
    port: int
    addresses: tuple[str, ...]
    fingerprint: str
    trouble: str
    doubles: list[Double]


class Status(msgspec.Struct, frozen=True):
    """One office. `files` holds the newest; `file_count` counts all."""

    node: str
    role: str
    mode: str
    stopped_why: str
    epoch: str
    head_seq: int
    acked_seq: int
    cursor: int
    directory: int
    line: LineStatus
    waiting_movements: int
    waiting_papers: int
    set_aside: int
    file_count: int
    files: list[FileStatus]
    network: NetworkStatus | None
    neighbour: NeighbourStatus


def status_of(unit: Unit, newest: int = NEWEST_FILES) -> Status:
    """The status, read in one moment."""
    with unit.db.atomic():
        node = unit.db.row("SELECT mode, stopped_why, epoch, head_seq, acked_seq, cursor FROM node")
        line = unit.db.row("SELECT up, since_ms, last_exchange_ms, trouble FROM line")
        manners = read_manners(unit.db)
        rests = manners.pause_left_ms(unit.clock.now_ms()) > 0
        assert node is not None
        assert line is not None
        mode, stopped_why, epoch, head_seq, acked_seq, cursor = node
        up, since_ms, last_exchange_ms, trouble = line
        return Status(
            node=unit.node,
            role="appliance",
            mode=mode,
            stopped_why=stopped_why,
            epoch=bytes(epoch).hex(),
            head_seq=head_seq,
            acked_seq=acked_seq,
            cursor=cursor,
            directory=unit.directory_version(),
            line=LineStatus(
                None if up is None else bool(up),
                since_ms,
                last_exchange_ms,
                trouble,
                manners.metered,
                manners.paused_until_ms if rests else 0,
            ),
            waiting_movements=unit.db.value("SELECT count(*) FROM movement WHERE stage IN ('waiting', 'on_its_way')"),
            waiting_papers=unit.db.value("SELECT count(*) FROM blob WHERE here=1 AND at_hub=0"),
            set_aside=unit.db.value("SELECT count(*) FROM aside"),
            file_count=unit.db.value("SELECT count(*) FROM efile"),
            files=_files(unit, newest),
            network=_network(unit),
            neighbour=_neighbour(unit),
        )


def _neighbour(unit: Unit) -> NeighbourStatus:
    office, carried_ms, trouble = unit.db.row("SELECT office, carried_ms, trouble FROM neighbour") or ("", None, "")
    rows = unit.db.rows("SELECT office, times, bytes, last_ms FROM carried_for ORDER BY office")
    return NeighbourStatus(office, carried_ms, trouble, [(code, times, size, last) for code, times, size, last in rows])


def _network(unit: Unit) -> NetworkStatus | None:
    found = kept.kept(unit.folder)
    if found is None:
        return None
    doubles = roster.doubles(unit.node, found.fingerprint, found.others)
    return NetworkStatus(found.host, found.port, found.addresses, found.fingerprint, found.trouble, doubles)


def words(status: Status) -> str:
    """The same, short, for a person at a terminal."""
    line = {True: "up", False: "down", None: "not tried yet"}[status.line.up]
    line = "resting" if status.line.paused_until_ms else f"{line}, metered" if status.line.metered else line
    when = _when(status.line.last_exchange_ms)
    return "\n".join(
        [
            f"{status.node}: {status.mode}{', ' + status.stopped_why if status.stopped_why else ''}",
            f"  line     {line}{', ' + status.line.trouble if status.line.trouble else ''}; last exchange {when}",
            f"  journal  {status.head_seq} entries, {status.acked_seq} at the district; directory {status.directory}",
            f"  waiting  {status.waiting_movements} movements, {status.waiting_papers} papers",
            f"  files    {status.file_count}; entries set aside: {status.set_aside}",
            *_network_words(status.network),
            *_neighbour_words(status.neighbour),
        ]
    )


def _when(ms: int | None) -> str:
    return datetime.fromtimestamp(ms / 1000).astimezone().isoformat(" ", "seconds") if ms else "never"


def _neighbour_words(neighbour: NeighbourStatus) -> list[str]:
    said = []
    if neighbour.carried_by:
        said.append(f"carried by {neighbour.carried_by} {_when(neighbour.carried_ms)}")
    if neighbour.trouble:
        said.append(neighbour.trouble)
    said += [f"carried for {office} {times} times, {size} bytes" for office, times, size, _ in neighbour.carried_for]
    return [f"  neighbour {'; '.join(said)}"] if said else []


def _network_words(network: NetworkStatus | None) -> list[str]:
    if network is None:
        return []
    at = network.trouble or ", ".join(network.addresses)
    seen = [f"{one.kind} at {', '.join(one.addresses)}{'' if one.here else ' (gone)'}" for one in network.doubles]
    return [f"  network  {network.host}, {at}{'; ' + '; '.join(seen) if seen else ''}"]


def _files(unit: Unit, newest: int) -> list[FileStatus]:
    rows = unit.db.rows(
        "SELECT file, file_number, title, holder, post, phase, standing, log_len, log_hash, state FROM efile "
        "ORDER BY arrived_hlc DESC LIMIT ?",
        newest,
    )
    return [
        FileStatus(
            file=file,
            number=number,
            title=title,
            holder_node=holder,
            post=post,
            phase=phase,
            standing=standing,
            paragraphs=_state.decode(state).paragraphs,
            log=log_len,
            log_hash=bytes(log_hash).hex(),
            papers=_papers(unit, file),
            movements=_movements(unit, file),
        )
        for file, number, title, holder, post, phase, standing, log_len, log_hash, state in rows
    ]


def _papers(unit: Unit, file: str) -> list[PaperStatus]:
    rows = unit.db.rows(
        "SELECT p.sha256, p.name, p.size, coalesce(b.here, 0), coalesce(b.at_hub, 0) FROM paper p "
        "LEFT JOIN blob b ON b.sha256=p.sha256 WHERE p.file=? ORDER BY p.sha256",
        file,
    )
    return [PaperStatus(bytes(sha).hex(), name, size, bool(here), bool(hub)) for sha, name, size, here, hub in rows]


def _movements(unit: Unit, file: str) -> list[MovementStatus]:
    rows = unit.db.rows(
        "SELECT event, from_post, to_post, to_node, stage, opened_by FROM movement WHERE file=? ORDER BY sent_hlc", file
    )
    return [MovementStatus(*row) for row in rows]
