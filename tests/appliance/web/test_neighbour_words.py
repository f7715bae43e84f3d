"""What the screens say of neighbours: who carried and when, or why nobody did, never while the line is up."""

from __future__ import annotations

import pytest

from appliance.link.carry import note_line
from appliance.link.neighbour_way import KNOWN
from appliance.link.neighbour_work import note
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser

CODES = sorted(KNOWN | {"neighbour.nobody", "neighbour.unreachable", "neighbour.cut", "neighbour.false", "else"})


def test_who_carried_stands_in_the_line_bar_and_on_the_page(unit: Unit, assistant: Browser) -> None:
    note_line(unit, up=False, trouble="")
    assert "data-neighbour" not in assistant.get("/waiting").text
    note(unit, "chirgaon", "")
    page = assistant.get("/waiting").text
    assert page.count("Chirgaon") + page.count("चिरगाँव") >= 2
    assert "data-neighbour" not in page
    note_line(unit, up=True, trouble="")
    page = assistant.get("/waiting").text
    assert "Chirgaon" not in page
    assert "चिरगाँव" not in page


@pytest.mark.parametrize("code", CODES)
def test_every_trouble_has_a_sentence(unit: Unit, assistant: Browser, code: str) -> None:
    note_line(unit, up=False, trouble="")
    note(unit, "" if code == "neighbour.nobody" else "chirgaon", code)
    page = assistant.get("/waiting").text
    before, _, rest = page.partition(f'data-neighbour="{code}">')
    assert before != page
    assert len(rest.partition("</p>")[0]) > 60


def test_what_was_before_this_cut_is_not_told(unit: Unit, assistant: Browser) -> None:
    note_line(unit, up=False, trouble="")
    note(unit, "chirgaon", "neighbour.busy")
    note_line(unit, up=True, trouble="")
    unit.clock.ms += 60_000  # type: ignore[attr-defined]  # the test's own clock
    note_line(unit, up=False, trouble="")
    assert "data-neighbour" not in assistant.get("/waiting").text
