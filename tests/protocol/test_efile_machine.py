"""Random work on one file by several posts: evolve and decide against a model of a few lines."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from protocol import events as ev
from protocol.efile import FileState, NotAllowed, Phase, Verb, decide
from protocol.fold import Written, evolve

HERE, THERE = ("moth.head", "moth.da1", "moth.da2"), "chirgaon.head"
posts = st.sampled_from(HERE)


class OneFile(RuleBasedStateMachine):
    """The model: which desk, whether it was looked at, whether it is parked or closed, who sent it last and whereto."""

    def __init__(self) -> None:
        super().__init__()
        self.hlc = 0
        self.phase = Phase.HELD
        self.state = FileState()
        self.desk, self.where = "moth.da1", "desk"
        self.sender = ""
        self.paragraphs = self.pages = 0
        self._write("moth.da1", ev.Open("N/1", "title"))

    def _write(self, post: str, body: ev.Body) -> None:
        self.hlc += 1
        header = ev.Header(ev.SCHEMA, body.kind, 1, 0, 0, self.hlc, post, f"E-{post}", 1)
        self.state = evolve(self.state, Written("moth", f"moth.0000000000000001.{self.hlc}", header, body))

    def _try(self, verb: Verb, post: str, may: bool, body: ev.Body) -> bool:
        try:
            decided = decide(self.phase, self.state, verb, post)
        except NotAllowed:
            assert not may, f"{verb} by {post} is allowed by the model"
            return False
        assert may, f"{verb} by {post} is not allowed by the model"
        self._write(post, body)
        self.phase = decided.phase
        if decided.standing is not None:
            assert self.state.standing == decided.standing
        return True

    def _at_work(self, post: str) -> bool:
        return self.where == "desk" and self.desk == post

    @rule(post=posts, count=st.integers(1, 3))
    def note(self, post: str, count: int) -> None:
        if self._try(Verb.NOTE, post, self._at_work(post), ev.Note(self.paragraphs + 1, count, "<p>x</p>")):
            self.paragraphs += count

    @rule(post=posts, pages=st.integers(1, 9))
    def attach(self, post: str, pages: int) -> None:
        body = ev.Attach(bytes(32), 1, "n", "application/pdf", pages, self.pages + 1)
        if self._try(Verb.ATTACH, post, self._at_work(post), body):
            self.pages += pages

    @rule(post=posts, to_post=posts, priority=st.integers(-1, 3))
    def send_within(self, post: str, to_post: str, priority: int) -> None:
        before = self.state.priority
        if self._try(Verb.SEND, post, self._at_work(post), ev.Send(to_post, "moth", "up", "r", "", priority)):
            self.sender, self.desk, self.where = post, to_post, "tray"
            assert self.state.priority == (before if priority < 0 else priority)
            assert (self.state.from_post, self.state.remarks) == (post, "r")

    @rule(post=posts)
    def send_away(self, post: str) -> None:
        if self._try(Verb.SEND, post, self._at_work(post), ev.Send(THERE, "chirgaon", "up")):
            self.sender, self.where, self.phase = post, "on_the_way", Phase.QUEUED

    @rule(post=posts)
    def receive(self, post: str) -> None:
        if self._try(Verb.RECEIVE, post, self.where == "tray" and self.desk == post, ev.Receive()):
            self.where = "desk"
            assert (self.state.opened_by, self.state.opened_hlc) == (f"E-{post}", self.hlc)

    @rule(post=posts)
    def withdraw(self, post: str) -> None:
        if self._try(Verb.WITHDRAW, post, self.where in ("tray", "on_the_way") and self.sender == post, ev.Withdraw()):
            self.sender, self.desk, self.where = "", post, "desk"

    @rule(post=posts)
    def park(self, post: str) -> None:
        if self._try(Verb.PARK, post, self._at_work(post), ev.Park("later", "2027-01-01")):
            self.where = "parked"

    @rule(post=posts)
    def close(self, post: str) -> None:
        may = self.where in ("desk", "parked") and self.desk == post
        if self._try(Verb.CLOSE, post, may, ev.Close()):
            self.where = "closed"

    @rule(post=posts)
    def reopen(self, post: str) -> None:
        may = self.where in ("parked", "closed") and self.desk == post
        if self._try(Verb.REOPEN, post, may, ev.Reopen()):
            self.where = "desk"

    @rule(kind=st.sampled_from(["stamp", "draft2"]))
    def something_newer(self, kind: str) -> None:
        before = self.state
        header = ev.Header(ev.SCHEMA, kind, 1, 0, 0, self.hlc, "moth.da1", "E", 1)
        self.state = evolve(before, Written("moth", "x", header, None))
        assert self.state.unknown == before.unknown + 1

    @invariant()
    def the_state_is_the_models(self) -> None:
        assert self.state.standing == self.where
        assert self.state.post == self.desk
        assert (self.state.paragraphs, self.state.pages) == (self.paragraphs, self.pages)
        assert (self.state.number, self.state.title, self.state.opener) == ("N/1", "title", "moth.da1")
        if self.where in ("tray", "on_the_way"):
            assert self.state.sending is not None
            assert self.state.sending.from_post == self.sender


OneFile.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestOneFile = OneFile.TestCase
