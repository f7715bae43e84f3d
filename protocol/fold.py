"""How a file's events add up to its state: the same at every node that has the same events."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from protocol import events as ev
from protocol.efile import FileState, Sending, Sort, Standing


class Written(NamedTuple):
    """An event in the terms that `evolve` needs."""

    node: str
    event: str
    header: ev.Header
    body: ev.Body | None


def evolve(state: FileState, written: Written) -> FileState:
    """The state after one more event of the file's log."""
    header, body = written.header, written.body
    put = msgspec.structs.replace
    match body:
        case ev.Note():
            return put(state, paragraphs=max(state.paragraphs, body.first + body.count - 1))
        case ev.Send() if body.to_node == written.node:
            return put(
                state,
                standing=Standing.TRAY,
                post=body.to_post,
                from_post=header.post,
                how=body.how,
                remarks=body.remarks,
                due=body.due,
                priority=state.priority if body.priority < 0 else body.priority,
                arrived_hlc=header.hlc,
                opened_hlc=0,
                opened_by="",
                opened_post="",
                sending=_sending(written, body, state),
            )
        case ev.Send():
            return put(
                state,
                standing=Standing.ON_THE_WAY,
                priority=state.priority if body.priority < 0 else body.priority,
                sending=_sending(written, body, state),
            )
        case ev.Receive():
            return put(
                state,
                standing=Standing.DESK,
                opened_hlc=header.hlc,
                opened_by=header.employee,
                opened_post=header.post,
            )
        case ev.Withdraw() | ev.AskBack():
            return _back_to_sender(state, header.post, header.hlc)
        case ev.Undelivered():
            return put(
                _back_to_sender(state, body.to_post, header.hlc), standing=Standing.TRAY, how="undelivered",
                remarks=body.reason, opened_hlc=0, opened_by="",
            )  # fmt: skip
        case ev.Release():
            return _arrived(state, body.to_post, header.hlc)
        case ev.PullUp():
            return put(_arrived(state, body.to_post, header.hlc), how="pulled_up", remarks=body.reason, sending=None)
        case ev.Draw():
            return put(
                state, standing=Standing.DESK, post=header.post, from_post=state.post, how="pulled_up",
                remarks=body.reason, until="", arrived_hlc=header.hlc, opened_hlc=header.hlc,
                opened_by=header.employee, opened_post=header.post, sending=None,
            )  # fmt: skip
        case ev.Force():
            return put(_arrived(state, body.to_post, header.hlc), how="order", remarks=body.reason, sending=None)
        case ev.Attach():
            return put(state, papers=state.papers + 1, pages=max(state.pages, body.first_page + body.pages - 1))
        case ev.Park():
            return put(state, standing=Standing.PARKED, until=body.until)
        case ev.Close():
            return put(state, standing=Standing.CLOSED)
        case ev.Reopen():
            return put(state, standing=Standing.DESK, until="")
        case ev.Open() | ev.Ask() | ev.Letter() | ev.Propose() | ev.Bind():
            return _begun(body, header)
        case ev.Diarise():
            return _diarised(state, body, header)
        case (
            ev.Amend() | ev.Put() | ev.Draft() | ev.OutPaper() | ev.BackPaper() | ev.Record() | ev.Review() | ev.Weed()
        ):
            return _kept(state, body)
        case None if header.kind not in ev.SHED:
            return put(state, unknown=state.unknown + 1)
        case _:
            return state


def _sending(written: Written, body: ev.Send, state: FileState) -> Sending:
    header = written.header
    return Sending(
        header.post, body.to_post, body.to_node, body.how, body.remarks, body.due, header.hlc, written.event,
        header.employee, state.standing,
    )  # fmt: skip


def _back_to_sender(state: FileState, post: str, hlc: int) -> FileState:
    return msgspec.structs.replace(
        state, standing=Standing.DESK, post=post, from_post="", how="back", remarks="", due="", arrived_hlc=hlc,
        opened_hlc=hlc, opened_post=post, sending=None,
    )  # fmt: skip


def _arrived(state: FileState, post: str, hlc: int) -> FileState:
    """In the tray of a post of another node: what was said with the send goes with it."""
    sent = state.sending
    return msgspec.structs.replace(
        state,
        standing=Standing.TRAY,
        post=post,
        from_post=sent.from_post if sent else state.post,
        how=sent.how if sent else "up",
        remarks=sent.remarks if sent else "",
        due=sent.due if sent else "",
        arrived_hlc=hlc,
        opened_hlc=0,
        opened_by="",
        opened_post="",
    )


def _begun(body: ev.Open | ev.Ask | ev.Letter | ev.Propose | ev.Bind, header: ev.Header) -> FileState:
    """The state that a first event makes: on the desk of who wrote it."""
    state = FileState(
        opener=header.post, post=header.post, arrived_hlc=header.hlc, opened_hlc=header.hlc,
        opened_by=header.employee, opened_post=header.post,
    )  # fmt: skip
    put = msgspec.structs.replace
    match body:
        case ev.Open():
            return put(
                state, number=body.number, title=body.title, section=body.section, language=body.language,
                priority=body.priority, grading=body.grading, category=body.category, retention=body.retention,
            )  # fmt: skip
        case ev.Ask():
            return put(
                state, sort=Sort.OPINION, number=body.number, title=body.title, language=body.language,
                grading=body.grading, within=body.file,
            )  # fmt: skip
        case ev.Letter():
            return put(
                state, sort=Sort.LETTER, number=body.number, title=body.title, language=body.language,
                grading=body.grading, sender=body.sender,
            )  # fmt: skip
        case ev.Propose():
            return put(state, sort=Sort.PROPOSAL, number=body.key, title=body.what)
        case ev.Bind():
            return put(state, sort=Sort.PROPOSAL, number=header.employee, title=body.kind)


def _diarised(state: FileState, body: ev.Diarise, header: ev.Header) -> FileState:
    """A receipt, whether the letter came from outside or from an office of the district."""
    begun = state if state.sort == Sort.LETTER else FileState(
        opener=header.post, post=header.post, arrived_hlc=header.hlc, opened_hlc=header.hlc,
        opened_by=header.employee, opened_post=header.post,
    )  # fmt: skip
    return msgspec.structs.replace(
        begun, sort=Sort.RECEIPT, number=body.number, title=body.title, section=body.section, language=body.language,
        priority=body.priority, grading=body.grading, category=body.category, sender=body.sender, due=body.due,
    )  # fmt: skip


def _kept(
    state: FileState,
    body: ev.Amend | ev.Put | ev.Draft | ev.OutPaper | ev.BackPaper | ev.Record | ev.Review | ev.Weed,
) -> FileState:
    """What is written on the cover, and what becomes of the file in the end."""
    put = msgspec.structs.replace
    match body:
        case ev.Amend():
            return put(state, title=body.title, category=body.category, retention=body.retention, grading=body.grading)
        case ev.Put():
            return put(state, standing=Standing.FILED, within=body.file)
        case ev.Draft():
            return put(state, drafts=max(state.drafts, body.draft))
        case ev.OutPaper():
            return put(state, standing=Standing.OUT, out_to=body.to, due=body.due)
        case ev.BackPaper():
            return put(state, standing=Standing.DESK, out_to="", due="")
        case ev.Record():
            return put(state, standing=Standing.RECORDED, retention=body.retention, review=body.review)
        case ev.Review():
            return put(state, review=body.review)
        case ev.Weed():
            return _weeded(state)


def _weeded(state: FileState) -> FileState:
    """Without what the destroyed bodies said, so that it is the same state before and after they are destroyed."""
    standing = Standing.WEEDED if state.sort == Sort.FILE else state.standing
    return msgspec.structs.replace(state, standing=standing, paragraphs=0, pages=0, papers=0, drafts=0)
