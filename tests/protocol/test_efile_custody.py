"""What rulings, orders and machine-written events make of a file's state."""

from __future__ import annotations

from protocol import events as ev
from protocol.efile import FileState, Phase, Standing, state_word
from protocol.fold import Written, evolve

A, B = "moth.da1", "chirgaon.head"


def after(*told: tuple[str, str, ev.Body]) -> FileState:
    """The state after (node, post, body)s, numbered from 1; the hlc of each is its number times 100."""
    state = FileState()
    for number, (node, post, body) in enumerate(told, 1):
        header = ev.Header(ev.SCHEMA, body.kind, 1, 0, 0, number * 100, post, f"E-{post}", 1)
        state = evolve(state, Written(node, f"{node}.0000000000000001.{number}", header, body))
    return state


SENT = (("moth", A, ev.Open("N", "t")), ("moth", A, ev.Send(B, "chirgaon", "up", "please", "2027-01-01", 2)))
RELEASED = (*SENT, ("moth", A, ev.Release(B, "chirgaon")))


def test_a_released_file_lies_in_the_tray_of_whom_it_was_sent_to() -> None:
    state = after(*RELEASED)
    assert (state.standing, state.post, state.from_post) == (Standing.TRAY, B, A)
    assert (state.how, state.remarks, state.due, state.priority) == ("up", "please", "2027-01-01", 2)
    assert (state.arrived_hlc, state.opened_hlc, state.opened_by) == (300, 0, "")


def test_asked_back_it_lies_open_before_its_sender() -> None:
    state = after(*RELEASED, ("moth", A, ev.AskBack()))
    assert (state.standing, state.post, state.how, state.remarks, state.due) == (Standing.DESK, A, "back", "", "")
    assert (state.opened_hlc, state.opened_post, state.sending) == (400, A, None)


def test_undelivered_it_lies_unopened_before_its_sender_with_the_reason() -> None:
    state = after(*RELEASED, ("hub", "", ev.Undelivered(A, "no_such_destination")))
    assert (state.standing, state.post, state.how) == (Standing.TRAY, A, "undelivered")
    assert (state.remarks, state.opened_hlc, state.opened_by) == ("no_such_destination", 0, "")


def test_moved_by_order_or_pulled_up_it_lies_in_the_new_tray_with_the_reason() -> None:
    for body, how in (
        (ev.Force("jhansi-hq", "jhansi-hq.cdo", "urgent", "E9"), "order"),
        (ev.PullUp("jhansi-hq.cdo", "urgent"), "pulled_up"),
    ):
        state = after(*RELEASED, ("chirgaon", B, ev.Receive()), ("hub", "x", body))
        assert (state.standing, state.post, state.how, state.remarks) == (Standing.TRAY, "jhansi-hq.cdo", how, "urgent")
        assert state.opened_hlc == 0


def test_a_release_that_answered_an_order_without_a_send_names_the_former_desk() -> None:
    state = after(SENT[0], ("moth", "", ev.Release("jhansi-hq.cdo", "jhansi-hq", "cause")))
    assert (state.standing, state.post, state.from_post, state.how) == (Standing.TRAY, "jhansi-hq.cdo", A, "up")


def test_the_state_has_one_word() -> None:
    tray = after(*RELEASED)
    assert state_word(Phase.HELD, tray) == "tray"
    assert [state_word(phase, tray) for phase in (Phase.QUEUED, Phase.RELEASED, Phase.ASKED, Phase.AWAY)] == [
        "queued", "released", "asked", "away",
    ]  # fmt: skip
