"""What a post has begun and not finished: yellow notes to confirm, drafts of letters on files of its desk."""

from __future__ import annotations

import msgspec

from appliance.desk.rights import may_read
from appliance.desk.values import Actor
from appliance.store.book import decode_state
from appliance.store.unit import Unit
from protocol.clock import hlc_ms


class UnfinishedRow(msgspec.Struct, frozen=True):
    """One thing begun. `kind`: "yellow", or the draft's state ("draft", "returned", "approved")."""

    file: str
    number: str
    subject: str
    language: str
    kind: str
    title: str  # of the draft
    at_ms: int
    here: bool  # the file is on this post's desk
    sort: str = "file"
    priority: int = 0


def unfinished(unit: Unit, actor: Actor) -> list[UnfinishedRow]:
    """Newest first."""
    found = [
        _row(file, bytes(state), "yellow", "", at, here=post == actor.post and phase == "held")
        for file, at, state, post, phase in unit.db.rows(
            "SELECT y.file, y.saved_ms, e.state, e.post, e.phase FROM yellow y JOIN efile e USING (file)"
            " WHERE y.post=? AND y.html<>''",
            actor.post,
        )
    ]
    found += [
        _row(file, bytes(state), str(draft_state), title, hlc_ms(hlc), here=True)
        for file, draft_state, title, hlc, state in unit.db.rows(
            "SELECT d.file, d.state, d.title, d.saved_hlc, e.state FROM draft d JOIN efile e USING (file)"
            " WHERE e.post=? AND e.phase='held' AND e.standing='desk' AND d.state<>'issued'",
            actor.post,
        )
    ]
    rows = [row for row in found if may_read(unit, actor, row.file)]
    return sorted(rows, key=lambda row: -row.at_ms)


def _row(file: str, packed: bytes, kind: str, title: str, at_ms: int, *, here: bool) -> UnfinishedRow:
    state = decode_state(packed)
    return UnfinishedRow(
        file, state.number, state.title, state.language, kind, title, at_ms, here, state.sort, state.priority
    )
