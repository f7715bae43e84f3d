"""The receipts in a file's correspondence: a function of the file's own events."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.desk.values import Enclosed
from protocol import events as ev


def enclosed(bodies: Iterable[ev.Body | None]) -> tuple[Enclosed, ...]:
    """Each receipt that was put in the file with the pages of its papers, in the order in which they were put in.

    The newest is the paper under consideration (CSMOP: PUC).
    """
    told = list(bodies)
    receipts = {body.receipt: body for body in told if isinstance(body, ev.Enclose)}
    newest = next(reversed(receipts), "")
    found = []
    for receipt, body in receipts.items():
        papers = [paper for paper in told if isinstance(paper, ev.Attach) and paper.from_subject == receipt]
        found.append(
            Enclosed(
                receipt, body.number, body.title, body.sender, body.letter_no, body.letter_date,
                min((paper.first_page for paper in papers), default=0), sum(paper.pages for paper in papers),
                receipt == newest,
            )
        )  # fmt: skip
    return tuple(found)
