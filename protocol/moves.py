"""What moves a file, as bodies of events. Fields are only ever added at the end."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Body(msgspec.Struct, frozen=True, array_like=True):
    """What an event says; one subclass a kind."""

    kind: ClassVar[str] = ""


class Send(Body, frozen=True, array_like=True):
    """A person sends the file to a post. Within the node it is there at once; else it waits for a carrier.

    `how` is up, down or return, of an opinion ask or answer; `due` an ISO date or empty; priority -1 leaves it as it
    was.
    """

    kind: ClassVar[str] = "send"
    to_post: str
    to_node: str
    how: str = "up"
    remarks: str = ""
    due: str = ""
    priority: int = -1


class Withdraw(Body, frozen=True, array_like=True):
    """The sender takes back what waits here or was not yet opened on a desk of the same node."""

    kind: ClassVar[str] = "withdraw"


class Release(Body, frozen=True, array_like=True):
    """Written by the machine: the file leaves this node's hands. `cause` is the call that it answers, or empty."""

    kind: ClassVar[str] = "release"
    to_post: str
    to_node: str
    cause: str = ""


class Receive(Body, frozen=True, array_like=True):
    """A person opens what has arrived on his desk. `upto` is the last paragraph that he was shown."""

    kind: ClassVar[str] = "receive"
    upto: int = 0


class Park(Body, frozen=True, array_like=True):
    """Put away until a date."""

    kind: ClassVar[str] = "park"
    reason: str = ""
    until: str = ""


class Close(Body, frozen=True, array_like=True):
    """The matter is settled."""

    kind: ClassVar[str] = "close"
    remarks: str = ""


class Reopen(Body, frozen=True, array_like=True):
    """A parked or closed file is taken up again."""

    kind: ClassVar[str] = "reopen"
    remarks: str = ""


class AskBack(Body, frozen=True, array_like=True):
    """The sender asks for the hand-over of the header's term back (custody rule 3.3)."""

    kind: ClassVar[str] = "askback"


class PullUp(Body, frozen=True, array_like=True):
    """A superior draws the file to his post (custody rule 3.5)."""

    kind: ClassVar[str] = "pullup"
    to_post: str
    reason: str = ""


class Draw(Body, frozen=True, array_like=True):
    """A superior draws the file to his own desk within the node that holds it: from a desk, or before it has left."""

    kind: ClassVar[str] = "draw"
    reason: str = ""


class Answer(Body, frozen=True, array_like=True):
    """Written by the machine: a call was not obeyed; why, and who had opened the file when."""

    kind: ClassVar[str] = "answer"
    cause: str
    why: str
    employee: str = ""
    post: str = ""
    at_hlc: int = 0


class Force(Body, frozen=True, array_like=True):
    """The hub moves custody by order of a person (custody section 4)."""

    kind: ClassVar[str] = "force"
    to_node: str
    to_post: str
    reason: str
    person: str


class Decide(Body, frozen=True, array_like=True):
    """The hub writes down what a person decided about entries that were set aside (custody section 7).

    `how` is annexe, replay or discard; `entries` their ids, each with its hash e, for a fork has two of one id.
    """

    kind: ClassVar[str] = "decide"
    how: str
    entries: tuple[tuple[str, bytes], ...]
    reason: str
    person: str


class Undelivered(Body, frozen=True, array_like=True):
    """The hub could not deliver a release and gives the file back (custody rule 2.3)."""

    kind: ClassVar[str] = "undelivered"
    to_post: str
    reason: str
