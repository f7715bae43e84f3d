"""The page of one file, and the page of its movement: the file's own events, read in order."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from appliance.desk import hand_overs, left_out, pull_up
from appliance.desk.channel import next_up
from appliance.desk.days import end_of_day_ms
from appliance.desk.enclosures import enclosed
from appliance.desk.file_log import Told, log_of
from appliance.desk.refused import Refused
from appliance.desk.rights import require_read
from appliance.desk.standing_in import is_link
from appliance.desk.values import (
    Actor,
    FilePage,
    MovementRow,
    PaperRow,
    Paragraph,
    SentRow,
    Stage,
    Weeding,
    Yellow,
)
from appliance.desk.writing import sanitise, top_blocks
from appliance.store import weeded
from appliance.store.book import FileRow, read_file, read_node
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.directory import DirectoryIndex
from protocol.efile import Phase, Sort, Verb, allowed, state_word
from protocol.words import EventId


def weeding_of(unit: Unit, file: str) -> Weeding | None:
    """By which order a file was weeded, where and when; None of one that was not."""
    row = weeded.read(unit.db, file)
    if row is None:
        return None
    return Weeding(hlc_ms(row.hlc), row.number, row.remarks, row.node, row.post, row.employee)


def _row(unit: Unit, file: str) -> FileRow:
    row = read_file(unit.db, file)
    if row is None:
        raise Refused("no_such_file")
    return row


def file_page(unit: Unit, actor: Actor, file: str) -> FilePage:
    """All that the page of one file shows to one actor. Raises Refused no_such_file, graded."""
    require_read(unit, actor, file)
    row = _row(unit, file)
    state = row.state
    told = log_of(unit, file)
    directory = unit.directory()
    stage = hand_overs.last_sent(unit, file)
    may = _may(unit, row, actor, stage)
    yellow = unit.db.row("SELECT html, version, saved_ms FROM yellow WHERE file=? AND post=?", file, actor.post)
    given_up = row.phase is Phase.RELEASED and row.answered
    weeding = weeding_of(unit, file)
    gone = row.phase is Phase.RELEASED and stage is not None and stage.stage in (Stage.DELIVERED, Stage.OPENED)
    return FilePage(
        file=file,
        number=state.number,
        subject=state.title,
        language=state.language,
        section=state.section,
        priority=state.priority,
        grading=state.grading,
        state="away" if gone or given_up else state_word(row.phase, state),
        holder_post=state.post,
        holder_node=_holder(unit, row, gone=gone, given_up=given_up),
        due_date=state.due,
        opened_ms=hlc_ms(told[0][1].hlc) if told else 0,
        paragraphs=_paragraphs(told, directory),
        yellow=None if yellow is None or weeding is not None else Yellow(*yellow),
        papers=_papers(unit, told),
        may=may,
        stage=stage if _is_on_show(row, actor, stage, told) else None,
        return_to=_return_to(state.opener, actor.post, told),
        submit_to=next_up(unit, actor.post),
        passed_posts=_passed(told, actor.post),
        set_aside=left_out.open_count(unit, file, told),
        needs_update=state.unknown > 0,
        sort=str(state.sort),
        within=state.within,
        enclosed=() if weeding else enclosed(body for _, _, body in told),
        pull_up=pull_up.asked(unit, row),
        given_up=given_up,
        ordered=left_out.order_of(unit, told, row),
        asked=left_out.asked_count(unit, row, told),
        weeding=weeding,
    )


def _holder(unit: Unit, row: FileRow, *, gone: bool, given_up: bool) -> str:
    if given_up:
        return unit.directory().node_of_post(row.state.post) or row.holder
    return row.state.sending.to_node if gone and row.state.sending is not None else row.holder


def _is_on_show(row: FileRow, actor: Actor, stage: SentRow | None, told: list[Told]) -> bool:
    """Whether the page tells how far the last hand-over has come: to all until it is opened, then to who sent it."""
    if row.phase is not Phase.HELD or row.state.standing == "tray":
        return True
    if stage is None or row.state.standing != "desk" or row.state.post == actor.post:
        return False
    sends = ((str(event_id), header.post) for event_id, header, body in reversed(told) if isinstance(body, ev.Send))
    return next(sends, None) == (stage.event, actor.post)


def _may(unit: Unit, row: FileRow, actor: Actor, stage: SentRow | None) -> frozenset[str]:
    if read_node(unit.db).mode != "working":
        return frozenset()
    above = pull_up.is_above(unit, actor.post, row)
    posts = frozenset({actor.post})
    verbs = {str(verb) for verb in allowed(row.phase, row.state, posts, answered_call=row.answered, above=above)}
    if Verb.DRAW in verbs or (above and pull_up.may_ask(unit, row)):
        verbs.add("pull_up")
    if stage is not None and stage.stage is Stage.OPENED:
        verbs -= {Verb.ASK_BACK}
    if verbs & {Verb.WITHDRAW, Verb.ASK_BACK}:
        verbs.add("pull_back")
    if row.state.sort == Sort.OPINION:
        verbs -= {Verb.CLOSE}  # by answering, admitting or ending it: opinions.py
    return frozenset(verbs)


def _return_to(opener: str, me: str, told: list[Told]) -> str:
    """Need 4: the same assistant who put the file up."""
    if opener != me:
        return opener
    return next((h.post for _, h, body in reversed(told) if isinstance(body, ev.Send) and h.post != me), "")


def _passed(told: list[Told], me: str) -> list[str]:
    posts: dict[str, None] = {}
    for _, header, body in told:
        if header.post and header.post != me and isinstance(body, ev.Open | ev.Send | ev.Note):
            posts[header.post] = None
    return list(posts)


class _Author(NamedTuple):
    post: str
    employee: str
    hlc: int


def _paragraphs(told: list[Told], directory: DirectoryIndex) -> list[Paragraph]:
    found = []
    for event_id, header, body in told:
        if not isinstance(body, ev.Note):
            continue
        by = _Author(body.by_post, body.by_employee, body.by_hlc) if body.opinion else None
        author = by or _Author(header.post, header.employee, header.hlc)
        post, employee = directory.post(author.post), directory.employee(author.employee)
        for i, block in enumerate(top_blocks(sanitise(body.html))):
            found.append(
                Paragraph(
                    body.first + i, block, author.employee, employee.name if employee else author.employee, author.post,
                    post.name_hi if post else author.post, post.name_en if post else author.post, hlc_ms(author.hlc),
                    True, str(event_id), "none", body.language, body.opinion,
                    *((body.by_post, body.by_employee, hlc_ms(body.by_hlc)) if body.again else ("", "", 0)),
                    header.post if by else "", hlc_ms(header.hlc) if by else 0,
                )
            )  # fmt: skip
    return found


def _papers(unit: Unit, told: list[Told]) -> list[PaperRow]:
    found = []
    for _, header, body in told:
        if not isinstance(body, ev.Attach):
            continue
        here = bool(unit.db.value("SELECT here FROM blob WHERE sha256=?", body.sha256))
        found.append(
            PaperRow(
                body.sha256.hex(), body.name, body.media_type, body.size, body.pages, body.first_page,
                hlc_ms(header.hlc), header.employee, header.post, here, body.size if here else 0, here,
            )
        )  # fmt: skip
    return found


def movements(unit: Unit, file: str) -> list[MovementRow]:
    """The stays of a file: at desks, on the line between offices, out on paper. The last one has no end."""
    row = _row(unit, file)
    now_ms = unit.clock.now_ms()
    directory = unit.directory()
    stays: list[MovementRow] = []
    for event_id, header, body in log_of(unit, file):
        at, link = hlc_ms(header.hlc), is_link(directory, header.charge)
        match body:
            case ev.Open() | ev.Ask():
                stays.append(
                    _stay("desk", header.post, event_id.node, at, "open", "", str(event_id), at, header.employee)
                )
            case ev.Send() if body.to_node == event_id.node:
                _end(stays, at, header.employee, link=link)
                stays.append(_stay("desk", body.to_post, body.to_node, at, body.how, body.remarks, str(event_id)))
            case ev.Send():
                _end(stays, at, header.employee, link=link)
                stays.append(_stay("line", body.to_post, body.to_node, at, body.how, body.remarks, str(event_id)))
            case ev.Receive():
                if stays and stays[-1].kind == "line":
                    _end(stays, at, "")
                    line = stays[-1]
                    stays.append(_stay("desk", header.post, event_id.node, at, line.how, line.remarks, line.event))
                stays[-1:] = [_opened(stay, at, header.employee, link=link) for stay in stays[-1:]]
            case ev.Withdraw() | ev.AskBack() | ev.Undelivered():
                post = body.to_post if isinstance(body, ev.Undelivered) else header.post
                _end(stays, at, header.employee, link=link)
                stays.append(_stay("desk", post, event_id.node, at, "back", "", str(event_id), at, header.employee))
            case ev.PullUp() | ev.Force():
                how = "pulled_up" if isinstance(body, ev.PullUp) else "order"
                _end(stays, at, header.employee, link=link)
                stays.append(_stay("desk", body.to_post, event_id.node, at, how, body.reason, str(event_id)))
            case ev.Draw():
                _end(stays, at, header.employee, link=link)
                drawn = _stay(
                    "desk", header.post, event_id.node, at, "pulled_up", body.reason, str(event_id), at, header.employee
                )
                stays.append(drawn)
            case ev.OutPaper() | ev.BackPaper():
                _end(stays, at, header.employee, link=link)
                stays.append(_paper(event_id, header, body))
            case _:
                continue
    if stays and row.phase is Phase.RELEASED and row.answered:
        at = hlc_ms(row.state.arrived_hlc)
        _end(stays, at, "")
        stays.append(
            _stay("desk", row.state.post, _holder(unit, row, gone=False, given_up=True), at, "pulled_up", "", "")
        )
    _mark_late(stays, row, now_ms)
    _arrive(stays, hand_overs.last_sent(unit, file))
    return stays


def _stay(
    kind: str, post: str, node: str, from_ms: int, how: str, remarks: str, event: str, opened_ms: int | None = None,
    opened_by: str = "",
) -> MovementRow:  # fmt: skip
    return MovementRow(kind, post, node, from_ms, None, "", how, remarks, opened_ms, opened_by, 0, event)


def _paper(event_id: EventId, header: ev.Header, body: ev.OutPaper | ev.BackPaper) -> MovementRow:
    """The stay that begins when a file goes out on paper, or is back from there."""
    at, place, event = hlc_ms(header.hlc), event_id.node, str(event_id)
    if isinstance(body, ev.BackPaper):
        return _stay("desk", header.post, place, at, body.kind, body.remarks, event, at, header.employee)
    out = _stay("paper", header.post, place, at, body.kind, body.remarks, event)
    return replace(out, out_to=body.to, slip=body.slip)


def _end(stays: list[MovementRow], at_ms: int, by: str, *, link: bool = False) -> None:
    if stays:
        stays[-1] = replace(stays[-1], to_ms=max(at_ms, stays[-1].from_ms), by=by, by_link=link)


def _opened(stay: MovementRow, at_ms: int, by: str, *, link: bool = False) -> MovementRow:
    return replace(stay, opened_ms=at_ms, opened_by=by, opened_link=link)


def _arrive(stays: list[MovementRow], sent: SentRow | None) -> None:
    """The other office's own entries stay there: what is known of its desk is how far the hand-over has come."""
    if not stays or sent is None or stays[-1].kind != "line" or sent.event != stays[-1].event:
        return
    if sent.stage not in (Stage.DELIVERED, Stage.OPENED):
        return
    line = stays[-1]
    _end(stays, sent.stage_ms, "")
    desk = _stay("desk", line.post, line.node, sent.stage_ms, line.how, line.remarks, line.event)
    stays.append(_opened(desk, sent.stage_ms, sent.opened_by) if sent.stage is Stage.OPENED else desk)


def _mark_late(stays: list[MovementRow], row: FileRow, now_ms: int) -> None:
    """Time past the limit, of the present stay."""
    if not stays or not row.state.due or stays[-1].kind != "desk":
        return
    limit = end_of_day_ms(row.state.due)
    stays[-1] = replace(stays[-1], late_ms=max(0, now_ms - limit))
