"""The directory as this node's desks see it: the signed one with what the office itself has added."""

from __future__ import annotations

from typing import NamedTuple

from commons.database import Database
from protocol import events as ev
from protocol.directory import DirectoryIndex
from protocol.proposals import Proposal, overlay


class Seen(NamedTuple):
    """The directory with the office's own additions; `said` are those, `unconfirmed` (kind, key) of what counts."""

    version: int
    changes: int
    said: tuple[Proposal, ...]
    directory: DirectoryIndex
    unconfirmed: frozenset[tuple[str, str]]


def proposals(db: Database, node: str) -> tuple[Proposal, ...]:
    """What this node has proposed, in the order of its journal.

    The index of proposals is asked for by its name: left alone, SQLite reads the node's whole journal through its key.
    """
    found = []
    for (body,) in db.rows(
        "SELECT e.body FROM event e INDEXED BY event_propose JOIN epoch p ON p.epoch=e.epoch"
        " WHERE e.kind='propose' AND e.node=? AND e.pos IS NOT NULL ORDER BY p.ordinal, e.seq",
        node,
    ):
        said = ev.decode_body("propose", bytes(body))
        if isinstance(said, ev.Propose):
            found.append(Proposal(said.what, said.key, said.record))
    return tuple(found)


class LocalDirectory:
    """Lays the overlay anew when the directory or the proposals have changed, and only then."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._held: Seen | None = None

    def seen(self, db: Database, signed: DirectoryIndex) -> Seen:
        """As it is now; inside a transaction with what that has written, which is then not remembered."""
        version = signed.directory.version
        changes = db.value("SELECT changes FROM node") or 0
        inside = db.in_transaction()
        held = self._held
        if held is not None and not inside and (held.version, held.changes) == (version, changes):
            return held
        said = proposals(db, self._node)
        if held is not None and (held.version, held.said) == (version, said):
            now = held._replace(changes=changes)
        elif said:
            laid = overlay(signed.directory, said, self._node)
            now = Seen(version, changes, said, DirectoryIndex(laid.directory), laid.unconfirmed)
        else:
            now = Seen(version, changes, said, signed, frozenset())
        if not inside:
            self._held = now
        return now
