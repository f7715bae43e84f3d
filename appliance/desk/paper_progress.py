"""Papers that have not reached their other end: whose turn it is, how far each has got, how long the rest may take."""

from __future__ import annotations

import msgspec

from appliance.desk.rights import may_read
from appliance.desk.values import Actor
from appliance.store.turns import in_order
from appliance.store.unit import Unit
from commons.tus.rate import Rate

SHOWN = 50
LOOKED_AT = 500


class PaperRow(msgspec.Struct, frozen=True):
    """One paper. `crossed` of `crossing` bytes are kept on the receiving side; `crossing` is less than `size` if only
    what is new in it goes. `begun`, with nothing crossed: the other side has yet to acknowledge the first piece.
    """

    file: str
    number: str
    subject: str
    name: str
    size: int
    up: bool
    crossed: int
    crossing: int
    begun: bool
    trouble: str = ""  # why it rests: "refused", "full", "damaged", "mismatch", "cut"

    @property
    def percent(self) -> int:
        """How much has crossed, rounded down: 100 is said only of what is across."""
        return min(self.crossed * 100 // max(self.crossing, 1), 99)


class PapersWaiting(msgspec.Struct, frozen=True):
    """`rows` in their order, `others` that are not shown, all their bytes; `seconds` None if nobody can say."""

    rows: list[PaperRow]
    others: int
    left_bytes: int
    bytes_per_second: float
    seconds: float | None


def papers_waiting(unit: Unit, actor: Actor) -> PapersWaiting:
    """Those that go up and those that are missing here; of files that the actor may not read only their number."""
    count, left = unit.db.row(
        "SELECT count(*), coalesce(sum(coalesce(crossing-crossed, size)), 0) FROM ("
        " SELECT sha256, size FROM blob WHERE here=1 AND at_hub=0 UNION ALL"
        " SELECT sha256, size FROM blob WHERE here=0) LEFT JOIN crossing USING (sha256)"
    ) or (0, 0)
    rate = Rate(*(unit.db.row("SELECT rate_bytes, rate_ms FROM line") or (0, 0)))
    rows: list[PaperRow] = []
    for up, which in ((True, "here=1 AND at_hub=0"), (False, "here=0")):
        found = unit.db.rows(f"SELECT sha256, size FROM blob WHERE {which} LIMIT ?", LOOKED_AT)
        for sha256, size in in_order(unit.db, [(bytes(sha), size) for sha, size in found]):
            row = _row(unit, actor, sha256, size, up=up)
            if row is not None and len(rows) < SHOWN:
                rows.append(row)
    return PapersWaiting(rows, count - len(rows), left, rate.per_second, rate.seconds_for(left))


def _row(unit: Unit, actor: Actor, sha256: bytes, size: int, *, up: bool) -> PaperRow | None:
    for file, name, number, subject in unit.db.rows(
        "SELECT file, name, file_number, title FROM paper JOIN efile USING (file) WHERE sha256=?", sha256
    ):
        if may_read(unit, actor, file):
            way = unit.db.row("SELECT crossed, crossing FROM crossing WHERE sha256=?", sha256)
            crossed, crossing = way or (0, size)
            trouble = unit.db.value("SELECT trouble FROM blob WHERE sha256=?", sha256) or ""
            return PaperRow(file, number, subject, name, size, up, crossed, crossing, way is not None, trouble)
    return None
