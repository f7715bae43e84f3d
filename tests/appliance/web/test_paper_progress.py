"""The page of what waits: papers in their order, how far each has got, how long the rest may take."""

from __future__ import annotations

import io
import re

from appliance.desk import verbs
from appliance.desk.values import Actor
from appliance.link.crossing import Progress, begin
from appliance.link.papers import let_rest
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser, TestClock
from tests.support.paper import pdf

ROW = re.compile(r'data-paper="([^"]+)" data-percent="(\d+)"')
DA = Actor("E101", "moth.da", 2)


def scan(
    unit: Unit, name: str, filling: int, *, priority: int = 0, grading: str = "normal", actor: Actor = DA
) -> bytes:
    file = verbs.open_file(
        unit,
        actor,
        subject=f"पत्रावली {name}",
        section="moth.accounts",
        language="hi",
        priority=priority,
        grading=grading,
    )
    stream = io.BytesIO(pdf(filling=name.encode() * filling))
    return bytes.fromhex(verbs.attach(unit, actor, file, name=name, media_type="application/pdf", stream=stream))


def test_each_paper_with_its_progress_and_an_estimate(assistant: Browser, unit: Unit, clock: TestClock) -> None:
    large = scan(unit, "large.pdf", 100_000)
    scan(unit, "small.pdf", 100)
    scan(unit, "urgent.pdf", 50_000, priority=3)
    page = assistant.get("/waiting").text
    assert ROW.findall(page) == [("urgent.pdf", "0"), ("small.pdf", "0"), ("large.pdf", "0")]
    assert "बारी की प्रतीक्षा" in page
    assert "अभी नहीं कहा जा सकता" in page
    assert "जाना शुरू हुआ" not in page
    begin(unit, large, up=True, base=bytes(32), crossing=400_000)
    assert "जाना शुरू हुआ" in assistant.get("/waiting").text
    with Progress(unit, large, 0) as progress:
        clock.ms += 20_000
        progress(160_000)
    unit.db.run("UPDATE line SET up=1")
    page = assistant.get("/waiting").text
    assert ("large.pdf", "40") in ROW.findall(page)
    assert "8 kB प्रति सेकंड" in page
    assert "केवल नया अंश: 400 kB" in page
    assert "1 मिनट" in page
    unit.db.run("UPDATE line SET up=0")
    assert "लाइन चालू रहने पर" in assistant.get("/waiting").text


def test_what_is_across_is_gone_and_what_comes_is_shown(assistant: Browser, unit: Unit) -> None:
    one, other = scan(unit, "one.pdf", 10), scan(unit, "other.pdf", 10)
    begin(unit, one, up=True, base=b"", crossing=100)
    unit.db.run("UPDATE blob SET at_hub=1 WHERE sha256=?", one)
    unit.db.run("UPDATE blob SET here=0, at_hub=0 WHERE sha256=?", other)
    page = assistant.get("/waiting").text
    assert ROW.findall(page) == [("other.pdf", "0")]
    assert "जिले से" in page
    assert unit.db.value("SELECT count(*) FROM crossing") == 0


def test_a_paper_of_a_secret_file_is_only_counted(officer: Browser, assistant: Browser, unit: Unit) -> None:
    scan(unit, "secret.pdf", 10, grading="secret", actor=Actor("E001", "moth.bdo", 1))
    assert ROW.findall(officer.get("/waiting").text) == [("secret.pdf", "0")]
    page = assistant.get("/waiting").text
    assert "secret.pdf" not in page
    assert ROW.findall(page) == []
    assert "1 और पत्र यहाँ नहीं दिखाया गया है" in page


def test_a_paper_that_does_not_go_says_why_in_words_of_its_own(assistant: Browser, unit: Unit) -> None:
    paper = scan(unit, "one.pdf", 10)
    said = set()
    for code in ("damaged", "full", "cut", "mismatch", "refused"):
        let_rest(unit, paper, code)
        page = assistant.get("/waiting").text
        (words,) = re.findall(rf'data-trouble="{code}">.*?</span>(.*?)</span>', page, re.DOTALL)
        said.add(words.strip())
    assert len(said) == 5
    unit.db.run("UPDATE blob SET trouble=''")
    assert "data-trouble" not in assistant.get("/waiting").text
