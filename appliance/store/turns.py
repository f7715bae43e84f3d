"""Whose turn it is among papers, and which earlier version a new one may be a patch on."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.store.book import decode_state
from commons.database import Database
from protocol.patch import MOST_BYTES
from protocol.versions import Known, likely_earlier

NO_FILE = -1


def in_order(db: Database, papers: Iterable[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """(SHA-256, size) of papers: those of the most urgent file first, then small ones."""
    priorities: dict[str, int] = {}
    keyed = []
    for sha256, size in papers:
        files = [file for (file,) in db.rows("SELECT file FROM paper WHERE sha256=?", sha256)]
        for file in files:
            if file not in priorities:
                priorities[file] = _priority(db, file)
        keyed.append((-max((priorities[file] for file in files), default=NO_FILE), size, sha256))
    return [(sha256, size) for _, size, sha256 in sorted(keyed)]


def in_rounds(ordered: list[bytes], most: int, turn: int) -> tuple[bytes, ...]:
    """At most so many: half the places for the first, in the other half all the rest come round, `turn` by turn.

    So papers that nobody can give yet do not keep those behind them from being asked for.
    """
    if len(ordered) <= most:
        return tuple(ordered)
    first, rest = ordered[: most // 2], ordered[most // 2 :]
    places = most - len(first)
    start = turn * places % len(rest)
    return (*first, *(rest[start:] + rest[:start])[:places])


def earlier_versions(db: Database, sha256: bytes) -> list[bytes]:
    """The likeliest earlier versions of a paper in its files, best first: here, and acknowledged by the hub."""
    bases: list[bytes] = []
    for file, size, name, media_type in db.rows(
        "SELECT file, size, name, media_type FROM paper WHERE sha256=?", sha256
    ):
        others = db.rows(
            "SELECT sha256, p.size, name, media_type FROM paper p JOIN blob b USING (sha256) "
            "WHERE file=? AND b.here=1 AND b.at_hub=1",
            file,
        )
        known = [Known(bytes(one), *rest) for one, *rest in others]
        bases += likely_earlier(Known(sha256, size, name, media_type), known, MOST_BYTES)
    return list(dict.fromkeys(bases))


def _priority(db: Database, file: str) -> int:
    state = db.value("SELECT state FROM efile WHERE file=?", file)
    return NO_FILE if state is None else decode_state(bytes(state)).priority
