"""The bar on every page says what keeps the line from working, whatever it is."""

from __future__ import annotations

import re

from appliance.link.carry import note_line
from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser

CODES = ("refused", "certificate", "proxy", "captive", "revoked", "untrusted", "needs_update", "bad_bundle")


def said(browser: Browser) -> str:
    page = browser.get("/inbox").text
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(re.findall(r'<span class="pv-soon".*', page))).split())


def test_every_trouble_has_a_sentence_of_its_own(assistant: Browser, unit: Unit) -> None:
    sentences = set()
    for code in CODES:
        note_line(unit, up=False, trouble=code)
        sentences.add(said(assistant))
    assert len(sentences) == len(CODES)
    note_line(unit, up=False, trouble="")
    assert said(assistant) == ""


def test_a_trouble_without_words_of_its_own_is_told_by_its_code(assistant: Browser, unit: Unit) -> None:
    note_line(unit, up=False, trouble="bad_bundle")
    assert "bad_bundle" in said(assistant)


def test_a_signature_that_is_not_the_districts_says_who_answers(assistant: Browser, unit: Unit) -> None:
    note_line(unit, up=False, trouble="untrusted")
    untrusted = said(assistant)
    for code in ("keys.bad-signature", "trust.revoked"):
        note_line(unit, up=False, trouble=code)
        assert said(assistant) == untrusted
