"""What the desk has learnt since the first release (acts.py), broken one at a time."""

from __future__ import annotations

from tests.simulation.breaking import Change, Fault, fault

_BOOK = "appliance.store.book"

DESK: dict[str, Fault] = {
    "diary_uncounted": fault(
        "numbers of letters, diaries and slips are not counted on",
        Change(_BOOK, "case ev.Open() | ev.Diarise() | ev.Issue() | ev.OutPaper():", "case ev.Open() | ev.OutPaper():"),
        seed=1, codes="number_again", world="desk",
    ),
    "draw_releases": fault(
        "a superior draws what waits for a carrier, and the carrier still takes it away",
        Change(_BOOK, "            case ev.Withdraw() | ev.Draw():\n", "            case ev.Withdraw():\n"),
        seed=15, codes="broke view_right custodian hub_says_otherwise", world="desk",
    ),
    "reading_holds": fault(
        "a reading is written as if it held the file",
        Change("protocol.events", '"answer", "read", "decide", "vouch"})', '"answer", "decide", "vouch"})'),
        seed=7, codes="after foreign_event healthy_set_aside", world="desk",
    ),
}  # fmt: skip
