"""What the hub's own database says of every office and file: for `patravali status`, without a sentence in it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from central.hub.reading import report_of
from central.hub.unit import HubUnit
from protocol.efile import FileState

NEWEST_FILES = 200
_state = msgspec.msgpack.Decoder(FileState)


class NodeStatus(msgspec.Struct, frozen=True):
    """One office: the last entry that the hub has of it, deliveries that it has not fetched, last contact (unix ms).

    `clones`, `namesakes`: other machines with its key, or with its name alone, that it has seen in its own network.
    """

    node: str
    acked_seq: int
    backlog: int
    contact_ms: int
    clock_difference_ms: int
    stopped: bool
    directory: int
    trouble: str
    clones: int
    namesakes: int


class FileStatus(msgspec.Struct, frozen=True):
    """One file; `log` counts its chained entries, `log_hash` (hex) covers all their bytes."""

    file: str
    number: str
    title: str
    holder_node: str
    post: str
    term: int
    paragraphs: int
    log: int
    log_hash: str


class Status(msgspec.Struct, frozen=True):
    """The hub. `files` holds the newest; `file_count` counts all."""

    node: str
    role: str
    mode: str
    life: int
    alarm: str
    directory: int
    nodes: list[NodeStatus]
    set_aside: int
    papers_missing: int
    file_count: int
    files: list[FileStatus]


def status_of(hub: HubUnit, newest: int = NEWEST_FILES) -> Status:
    """The status, read in one moment."""
    with hub.db.atomic():
        row = hub.db.row("SELECT life, recovering, alarm FROM hub")
        assert row is not None
        life, recovering, alarm = row
        return Status(
            node=hub.node,
            role="hub",
            mode="recovering" if recovering else "working",
            life=life,
            alarm=alarm,
            directory=hub.directory_version(),
            nodes=_nodes(hub),
            set_aside=hub.db.value("SELECT count(*) FROM aside"),
            papers_missing=hub.db.value("SELECT count(*) FROM paper WHERE here=0"),
            file_count=hub.db.value("SELECT count(*) FROM efile"),
            files=_files(hub, newest),
        )


def words(status: Status) -> str:
    """The same, short, for a person at a terminal."""
    lines = [f"{status.node}: {status.mode}{', ' + status.alarm if status.alarm else ''}; directory {status.directory}"]
    for node in status.nodes:
        when = datetime.fromtimestamp(node.contact_ms / 1000).astimezone().isoformat(" ", "seconds")
        last = f"last exchange {when}" if node.contact_ms else "no exchange yet"
        lines.append(f"  {node.node:<12} {last}; {node.acked_seq} entries; {node.backlog} deliveries not fetched")
    lines.append(f"  files {status.file_count}; entries set aside: {status.set_aside}")
    return "\n".join(lines)


def _nodes(hub: HubUnit) -> list[NodeStatus]:
    rows = hub.db.rows(
        "SELECT code, head_seq, stream_len - cursor, contact_ms, clock_difference_ms, stopped, directory, trouble, "
        "health FROM node ORDER BY code"
    )
    return [
        NodeStatus(
            code, head, backlog, contact, difference, bool(stopped), directory, trouble, *report_of(bytes(health))[1:]
        )
        for code, head, backlog, contact, difference, stopped, directory, trouble, health in rows
    ]


def _files(hub: HubUnit, newest: int) -> list[FileStatus]:
    rows = hub.db.rows(
        "SELECT file, file_number, title, holder, post, number, log_len, log_hash, state FROM efile "
        "ORDER BY since_hlc DESC LIMIT ?",
        newest,
    )
    return [
        FileStatus(
            file=file,
            number=number,
            title=title,
            holder_node=holder,
            post=post,
            term=term,
            paragraphs=_state.decode(state).paragraphs,
            log=log_len,
            log_hash=bytes(log_hash).hex(),
        )
        for file, number, title, holder, post, term, log_len, log_hash, state in rows
    ]
