"""A weeded file: what is destroyed, and that its state is the same with and without."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import events as ev
from protocol import messages as ms
from protocol.efile import FileState, Sort, Standing
from protocol.fold import Written, evolve
from protocol.journal import is_stub, stub_of

ORDER = b"o" * 32
WORDS = (
    ev.Note(1, 2, "<p>a</p><p>b</p>"),
    ev.Attach(b"p" * 32, 9, "a.pdf", "application/pdf", 3, 1),
    ev.Draft(2, 1, "<p>draft</p>"),
    ev.Approve(2, 1),
    ev.Send("moth.head", "moth", remarks="r"),
    ev.Receive(),
    ev.Issue(2, 1, "N/7", b"p" * 32, "post"),
    ev.Dispatch("N/7", "post", "2026-05-01"),
    ev.Close("done"),
    ev.Record("C", "2026-11-01"),
)


def fold(bodies: list[ev.Body], *, shed: bool) -> FileState:
    state = FileState()
    for seq, body in enumerate(bodies, 1):
        header = ev.Header(ev.SCHEMA, body.kind, 0 if seq == 1 else 1, 0, 0, seq << 16, "moth.da1", "E1", 1)
        raw = ev.encode_body(body)
        kept = stub_of(raw) if shed and ev.is_shed(body.kind, body, ORDER) else raw
        event = f"moth.0000000000000001.{seq}"
        state = evolve(state, Written("moth", event, header, ev.decode_body(body.kind, kept)))
    return state


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_a_weeded_file_has_one_state_with_and_without_what_is_destroyed(words: list[ev.Body]) -> None:
    order = ev.Attach(ORDER, 9, "order.pdf", "application/pdf", 1, 4, role="order")
    whole = [ev.Open("N/1", "title"), *words, order, ev.Weed(ORDER, "12/2031")]
    state = fold(whole, shed=False)
    assert state == fold(whole, shed=True)
    assert (state.standing, state.paragraphs, state.papers, state.drafts) == (Standing.WEEDED, 0, 0, 0)
    assert state.title == "title"


def test_a_receipt_stays_in_the_file_that_is_weeded() -> None:
    put = [ev.Diarise("D/1", "t", "s", "post"), ev.Put("moth.0000000000000001.1", "N/1"), ev.Weed(ORDER, "12/2031")]
    state = fold(put, shed=True)
    assert (state.sort, state.standing) == (Sort.RECEIPT, Standing.FILED)


@pytest.mark.parametrize("kind", ev.BODIES)
def test_only_words_and_papers_can_be_destroyed(kind: str) -> None:
    stub = stub_of(b"whatever it was")
    assert is_stub(stub)
    if kind in {"note", "attach", "draft", "approve", "sign"}:
        assert ev.decode_body(kind, stub) is None
        return
    with pytest.raises(ev.BadEvent):
        ev.decode_body(kind, stub)


def test_the_order_itself_stays() -> None:
    assert not ev.is_shed("attach", WORDS[1], b"p" * 32)
    assert ev.is_shed("attach", WORDS[1], ORDER)
    assert ev.is_shed("note", None, ORDER)


def test_no_body_that_a_node_writes_is_a_stub() -> None:
    for body in WORDS:
        assert not is_stub(ev.encode_body(body))
    with pytest.raises(msgspec.DecodeError):
        msgspec.msgpack.decode(stub_of(b"x"))


def test_the_word_that_a_copy_is_to_be_destroyed_travels_as_an_item() -> None:
    item = ms.Weeded("moth.0000000000000001.1", ORDER, "12/2031", "moth", 7)
    assert ms.decode_item(ms.encode_item(item)) == item
    assert msgspec.msgpack.decode(ms.encode_item(item))[0] == "W"
