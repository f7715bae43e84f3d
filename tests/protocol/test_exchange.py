"""Two ends joined without a socket: every cut at every byte of whole conversations."""

from __future__ import annotations

import pytest

from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.errors import PeerError
from protocol.exchange import NEED_DATA, End, Heard, OutOfTurn, Turn, hear
from tests.protocol import ends
from tests.protocol.ends import (
    DOWN,
    EVIDENCE,
    LARGE,
    NOTICE,
    OPEN,
    PROVE,
    REPORT,
    STOPPED,
    TICKET,
    UP,
    hub_end,
    node_end,
)

CONVERSATIONS: dict[str, tuple[ms.Message, ...]] = {
    "ordinary": (UP, DOWN),
    "large answer": (UP, LARGE),
    "twice": (UP, DOWN, UP, DOWN),
    "restore": (STOPPED, TICKET, OPEN, TICKET),
    "recovery": (UP, NOTICE, REPORT, DOWN),
    "set back hub": (UP, PROVE, EVIDENCE, NOTICE),
}


def said(conversation: tuple[ms.Message, ...]) -> tuple[bytes, ...]:
    """The bytes of each message, signed by whoever says it."""
    return tuple(ms.encode_message(message, ends.signer(message.sender)) for message in conversation)


def play(conversation: tuple[ms.Message, ...], upto: int) -> tuple[End, End]:
    """Both ends after the first messages; (who speaks now, who listens)."""
    speaker, listener = node_end(), hub_end()
    for message in conversation[:upto]:
        assert hear(listener, speaker.say(message)).message == message
        speaker, listener = listener, speaker
    return speaker, listener


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_whole_conversation_brings_over_what_was_said(name: str) -> None:
    conversation = CONVERSATIONS[name]
    speaker, listener = play(conversation, len(conversation))
    assert (speaker.turn, listener.turn) == (Turn.SPEAK, Turn.LISTEN)


def listening(conversation: tuple[ms.Message, ...], number: int) -> End:
    """The end that hears this message of a conversation."""
    if number % 2 == 0:
        return hub_end()
    end = node_end()
    end.say(conversation[number - 1])
    return end


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_cut_at_any_byte_has_no_effect_and_the_rest_has_one(name: str) -> None:
    conversation = CONVERSATIONS[name]
    for number, data in enumerate(said(conversation)):
        for cut in range(len(data)):
            listener = listening(conversation, number)
            listener.receive_data(data[:cut])
            assert listener.next_event() is NEED_DATA
            assert listener.turn is not Turn.SPEAK
            with pytest.raises(OutOfTurn):
                listener.say(conversation[number])
            listener.receive_data(data[cut:])
            heard = listener.next_event()
            assert isinstance(heard, Heard)
            assert heard.message == conversation[number]
            assert listener.turn.value == "speak"
            assert listener.next_event() is NEED_DATA


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_byte_by_byte_is_the_same_as_at_once(name: str) -> None:
    conversation = CONVERSATIONS[name]
    speaker, listener = node_end(), hub_end()
    for message in conversation:
        events = []
        for byte in speaker.say(message):
            listener.receive_data(bytes([byte]))
            event = listener.next_event()
            events += [event] if isinstance(event, Heard) else []
        assert [event.message for event in events] == [message]
        speaker, listener = listener, speaker


def test_what_a_cut_left_is_no_part_of_another_conversation() -> None:
    (data,) = said((UP,))
    for cut in range(1, len(data)):
        with pytest.raises(BadBundle):
            hear(hub_end(), data[:cut])
        assert hear(hub_end(), data).message == UP


def test_whoever_listens_may_not_speak() -> None:
    with pytest.raises(OutOfTurn):
        hub_end().say(DOWN)
    end = node_end()
    end.say(UP)
    with pytest.raises(OutOfTurn):
        end.say(UP)


@pytest.mark.parametrize("message", ends.FROM_HUB, ids=lambda message: message.letter)
def test_a_node_does_not_say_what_the_hub_says(message: ms.Message) -> None:
    with pytest.raises(OutOfTurn):
        node_end().say(message)
    as_if = ms.encode_message(message, ends.signer("hub"))
    with pytest.raises(BadBundle) as bad:
        hear(hub_end(), as_if)
    assert bad.value.values["what"] == "kind"


@pytest.mark.parametrize("message", ends.FROM_NODE, ids=lambda message: message.letter)
def test_the_hub_does_not_say_what_a_node_says(message: ms.Message) -> None:
    end = hub_end()
    hear(end, ms.encode_message(UP, ends.signer("moth")))
    with pytest.raises(OutOfTurn):
        end.say(message)
    node = node_end()
    node.say(UP)
    with pytest.raises(BadBundle):
        hear(node, ms.encode_message(message, ends.signer("moth")))


def test_bytes_out_of_turn_are_an_error_and_not_kept_for_later() -> None:
    node = node_end()
    node.receive_data(said((DOWN,))[0])
    with pytest.raises(BadBundle) as bad:
        node.next_event()
    assert bad.value.values["what"] == "turn"


@pytest.mark.parametrize("extra", [b"x", b"PV", "another"])
def test_nothing_may_follow_a_bundle(extra: bytes | str) -> None:
    (data,) = said((UP,))
    with pytest.raises(BadBundle) as bad:
        hear(hub_end(), data + (data if isinstance(extra, str) else extra))
    assert bad.value.values["what"] == "length"


def test_every_changed_byte_of_every_message_is_refused() -> None:
    for message in (*ends.FROM_NODE, *ends.FROM_HUB):
        data = ms.encode_message(message, ends.signer(message.sender))
        for place in range(len(data)):
            end = hub_end() if message.sender == "moth" else node_end()
            if message.sender == "hub":
                end.say(UP)
            end.receive_data(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            try:
                assert end.next_event() is NEED_DATA, f"{message.letter} changed at {place} was believed"
            except PeerError:
                continue
