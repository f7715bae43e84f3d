"""The table of verbs: every pair, against a second writing-down of who may do what."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from protocol.efile import (
    HOLDER,
    RULES,
    SENDER,
    SUPERIOR,
    FileState,
    NotAllowed,
    Phase,
    Sending,
    Sort,
    Standing,
    Verb,
    allowed,
    decide,
)

ME, OTHER = "moth.da1", "moth.da2"

AS_WRITTEN = """
held tray       receive holder held desk
held tray       withdraw sender held same
held desk       note holder held same
held desk       attach holder held same
held desk       send holder held same
held desk       return holder held same
held desk       park holder held parked
held desk       close holder held closed
held parked     reopen holder held desk
held parked     close holder held closed
held closed     reopen holder held desk
held desk       amend holder held same
held desk       link holder held same
held desk       enclose holder held same
held desk       consult holder held same
held desk       admit holder held same
held desk       draft holder held same
held desk       approve holder held same
held desk       issue holder held same
held desk       dispatch holder held same
held closed     dispatch holder held same
held desk       diarise holder held same
held desk       put holder held filed
held desk       out_paper holder held out
held out        back_paper holder held desk
held out        attach holder held same
held closed     record holder held recorded
held recorded   review holder held same
held recorded   weed holder held weeded
held recorded   reopen holder held desk
queued on_the_way withdraw sender held same
released tray   ask_back sender asked same
held tray       draw superior held desk
held desk       draw superior held desk
held parked     draw superior held desk
queued on_the_way draw superior held desk
"""
BY_SORT = {
    "file": "note attach send return receive withdraw ask_back park close reopen amend link enclose consult admit draft"
    " approve issue dispatch out_paper back_paper record review weed draw",
    "receipt": "attach send return receive withdraw ask_back park close reopen put draw",
    "opinion": "attach send return receive withdraw ask_back note close draw",
    "letter": "attach send return receive withdraw ask_back diarise draw",
    "proposal": "",
}
TABLE = {tuple(line.split()[:3]): line.split()[3:] for line in AS_WRITTEN.strip().splitlines()}


def state_for(standing: Standing, *, desk: str, sender: str, sort: Sort = Sort.FILE) -> FileState:
    sending = Sending(sender, desk, "moth", "up", "", "", 1, "e", "x") if sender else None
    return FileState(standing=standing, post=desk, sending=sending, sort=sort)


def test_the_table_is_the_one_that_is_written_down() -> None:
    assert {tuple(map(str, pair)) for pair in RULES} == set(TABLE)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("phase", Phase)
def test_each_pair_allows_exactly_what_it_says(sort: Sort, phase: Phase) -> None:
    for standing, verb in product(Standing, Verb):
        check_pair(sort, phase, standing, verb)


def check_pair(sort: Sort, phase: Phase, standing: Standing, verb: Verb) -> None:
    row = TABLE.get((phase, standing, verb)) if verb in BY_SORT[sort].split() else None
    for holding, sending in product((ME, OTHER), (ME, OTHER, "")):
        state = state_for(standing, desk=holding, sender=sending, sort=sort)
        if row is not None and row[0] == SUPERIOR:
            check_superior(phase, state, verb, row)
            continue
        may = row is not None and (holding if row[0] == HOLDER else sending) == ME
        assert (verb in allowed(phase, state, frozenset({ME}))) is may
        assert (verb in allowed(phase, state, frozenset({ME, OTHER}))) is (
            row is not None and (row[0] == HOLDER or sending != "")
        )
        assert verb not in allowed(phase, state, frozenset())
        if may:
            assert row is not None
            rule = decide(phase, state, verb, ME)
            assert (rule.who, rule.phase) == (row[0], row[1])
            assert rule.standing == (None if row[2] == "same" else row[2])
        else:
            with pytest.raises(NotAllowed):
                decide(phase, state, verb, ME)


def check_superior(phase: Phase, state: FileState, verb: Verb, row: list[str]) -> None:
    """Whoever is above may, except for the desk itself; who is above, the rules are told."""
    may = state.post != ME
    assert (verb in allowed(phase, state, frozenset({ME}), above=True)) is may
    assert verb not in allowed(phase, state, frozenset({ME}))
    assert verb not in allowed(phase, state, frozenset({ME, OTHER}), above=True)
    if not may:
        with pytest.raises(NotAllowed) as refused:
            decide(phase, state, verb, ME)
        assert refused.value.code == "already_here"
        return
    rule = decide(phase, state, verb, ME)
    assert (rule.who, rule.phase, rule.standing) == (SUPERIOR, row[1], row[2])


@pytest.mark.parametrize("phase", [Phase.AWAY, Phase.RELEASED, Phase.ASKED])
def test_of_a_file_that_is_elsewhere_one_is_told_that_it_is_away(phase: Phase) -> None:
    with pytest.raises(NotAllowed) as refused:
        decide(phase, state_for(Standing.DESK, desk=ME, sender=ME), Verb.NOTE, ME)
    assert refused.value.code == "away"


def test_reasons_name_what_stands_against_it() -> None:
    mine = state_for(Standing.DESK, desk=ME, sender=OTHER)
    with pytest.raises(NotAllowed) as refused:
        decide(Phase.HELD, mine, Verb.NOTE, OTHER)
    assert (refused.value.code, refused.value.values["post"]) == ("not_holder", ME)
    with pytest.raises(NotAllowed) as refused:
        decide(Phase.HELD, state_for(Standing.TRAY, desk=OTHER, sender=OTHER), Verb.WITHDRAW, ME)
    assert refused.value.code == "not_sender"
    with pytest.raises(NotAllowed) as refused:
        decide(Phase.HELD, replace(mine, opened_hlc=5 << 16, opened_by="E1"), Verb.WITHDRAW, OTHER)
    assert (refused.value.code, refused.value.values) == ("already_opened", {"who": "E1", "at_ms": 5})
    with pytest.raises(NotAllowed) as refused:
        decide(Phase.HELD, mine, Verb.REOPEN, ME)
    assert (refused.value.code, refused.value.values["state"]) == ("wrong_state", "desk")


def test_what_answered_a_call_is_not_asked_back() -> None:
    state = state_for(Standing.TRAY, desk=OTHER, sender=ME)
    assert Verb.ASK_BACK in allowed(Phase.RELEASED, state, frozenset({ME}))
    assert Verb.ASK_BACK not in allowed(Phase.RELEASED, state, frozenset({ME}), answered_call=True)
    with pytest.raises(NotAllowed) as refused:
        decide(Phase.RELEASED, state, Verb.ASK_BACK, ME, answered_call=True)
    assert refused.value.code == "cannot_ask_back"
    assert RULES[Phase.RELEASED, Standing.TRAY, Verb.ASK_BACK].who == SENDER
