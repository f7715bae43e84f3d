"""A working day of the office Moth in Hindi: a grievance comes in, goes up through three posts with an opinion from a
fourth, comes back with directions, and is answered by a letter that is approved, issued and dispatched.

After each step the test looks at what each person sees. The same by keys alone is in `test_day_by_keys`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import LATER, Screen, Windows
from tests.browser.test_screens import faults_here
from tests.support.pdf import letters_of, text_of
from tests.support.scans import pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ASSISTANT, ADO, OFFICER, ACCOUNTANT = "moth.da1", "moth.ado-p", "moth.bdo", "moth.acct"
PLACE = "ग्राम दृष्टान्तपुर"
SUBJECT = f"{PLACE} में पेयजल टंकी की मरम्मत न होने की शिकायत"
SENDER = f"प्रधान, {PLACE}"
LETTER_NO = "शि-47/2026"
NOTES = {
    ASSISTANT: "शिकायत के अनुसार टंकी तीन माह से बंद है। परीक्षण हेतु प्रस्तुत।",
    ADO: "स्थलीय निरीक्षण में पाइप टूटा मिला। मरम्मत पर ₹18,400 का व्यय अनुमानित है।",
    OFFICER: "लेखाकार बजट की उपलब्धता बतायें।",
}
QUESTION = "क्या राज्य वित्त में ₹18,400 उपलब्ध हैं?"
ANSWER = "राज्य वित्त मद में ₹42,000 शेष हैं। व्यय किया जा सकता है।"
DIRECTIONS = "प्रधान को मरम्मत की तिथि बताते हुए उत्तर का प्रारूप प्रस्तुत करें।"
REPLY = "टंकी की मरम्मत एक सप्ताह में करा दी जायेगी।"
CLOCK = re.compile(r"\d\d:\d\d")


@dataclass
class Day:
    """What came to be in the course of it. `faults`: what axe and the phone's width found on the way."""

    windows: Windows
    people: dict[str, Screen]
    faults: list[str]
    receipt: str = ""
    diary: str = ""
    file: str = ""
    number: str = ""
    draft: str = ""

    def look(self, post: str) -> None:
        """Judge the screen that the post has before it."""
        size = self.people[post].page.viewport_size
        self.faults += faults_here(self.people[post])
        assert size
        self.people[post].page.set_viewport_size(size)

    def page(self, post: str) -> Page:
        """What the post has before it."""
        return self.people[post].page


def test_a_grievance_is_answered_in_a_day(windows: Windows) -> None:
    people = {post: windows.person(post, "hi") for post in (ASSISTANT, ADO, OFFICER, ACCOUNTANT)}
    day = Day(windows, people, [])
    it_is_diarised(day)
    it_is_put_in_a_new_file(day)
    it_goes_up(day)
    an_opinion_is_asked_and_admitted(day)
    it_comes_back_with_directions(day)
    its_movement_is_seen(day)
    the_reply_is_drafted(day)
    the_reply_is_approved_and_issued(day)
    the_file_is_closed_and_the_receipt_disposed_of(day)
    assert day.faults == []


def it_is_diarised(day: Day) -> None:
    clerk, page = day.people[ASSISTANT], day.page(ASSISTANT)
    clerk.press("new-receipt")
    page.fill("#letter_no", LETTER_NO)
    page.fill("#letter_date", "02-11-2026")
    page.fill("#subject", SUBJECT)
    page.fill("#sender", SENDER)
    page.select_option("#kind", "grievance")
    page.fill("#reference", "शिकायत-2026-001")
    page.fill("#enclosures", "1")
    scan = pdf("grievance", 2)
    page.set_input_files("#paper", {"name": "शिकायत.pdf", "mimeType": "application/pdf", "buffer": scan})
    clerk.press("diarise")
    day.receipt = page.url.rsplit("/", 1)[-1]
    day.diary = clerk.hook("diary")
    assert re.fullmatch(r"MOTH/\w+/\d{4}/\d{6}", day.diary), day.diary
    expect(page.locator("h1")).to_have_text(SUBJECT)
    expect(page.locator("#main")).to_contain_text("शिकायत.pdf")
    expect(page.locator(".pv-facts")).to_contain_text(SENDER)
    expect(page.locator("[data-state=desk]")).to_contain_text("पटल सहायक-1")
    slip = clerk.verb("acknowledgement").get_attribute("href") or ""
    pavati = page.request.get(clerk.url + slip).body()
    assert day.diary in text_of(pavati)
    assert "पावती" in text_of(pavati)
    assert SENDER.replace(" ", "") in letters_of(pavati)


def it_is_put_in_a_new_file(day: Day) -> None:
    clerk, page = day.people[ASSISTANT], day.page(ASSISTANT)
    clerk.go("/files/new")
    page.fill("#subject", SUBJECT)
    clerk.press("open-file")
    day.file = page.url.rsplit("/", 1)[-1].partition("#")[0]
    day.number = page.locator(".pv-filehead .pv-nowrap").first.inner_text()
    clerk.go(f"/files/{day.receipt}?put={day.number.replace('/', '%2F')}")
    page.check(f'#put-files input[value="{day.file}"]')
    clerk.press("put")
    row = page.locator(f'[data-receipt="{day.receipt}"]')
    for words in ("विचाराधीन पत्र", day.diary, SENDER, LETTER_NO):
        expect(row).to_contain_text(words)
    clerk.go(f"/files/{day.receipt}")
    expect(page.locator("[data-put-in]")).to_have_attribute("data-put-in", day.file)
    expect(page.locator("[data-state=filed]")).to_have_text("पत्रावली में रखी गई")
    day.look(ASSISTANT)


def it_goes_up(day: Day) -> None:
    day.people[ASSISTANT].go(f"/files/{day.file}")
    note(day, ASSISTANT, 1)
    day.people[ASSISTANT].send(ADO, "up", "परीक्षण हेतु")
    expect(how_far(day, ASSISTANT)).to_contain_text("पटल पर पहुँचाई गई")
    row = arrived(day, ADO, "ऊपर प्रस्तुत", "परीक्षण हेतु", "पटल सहायक-1")
    opened(row)
    expect(how_far(day, ASSISTANT)).to_contain_text("काल्पनिक वर्मा")
    expect(written(day, ADO).first).to_contain_text("उदाहरण देवी")
    note(day, ADO, 2)
    day.people[ADO].send("", "up", "आदेशार्थ")
    expect(how_far(day, ADO)).to_contain_text("खण्ड विकास अधिकारी")
    row = arrived(day, OFFICER, "ऊपर प्रस्तुत", "आदेशार्थ", "स.वि.अ. (पंचायत)")
    opened(row)
    for number, post, author in ((1, ASSISTANT, "उदाहरण देवी"), (2, ADO, "काल्पनिक वर्मा")):
        seen = written(day, OFFICER).nth(number - 1)
        for words in (f"{number}.", NOTES[post], author):
            expect(seen).to_contain_text(words)
    note(day, OFFICER, 3)
    expect(how_far(day, ADO)).to_contain_text("दृष्टान्त शर्मा")


def an_opinion_is_asked_and_admitted(day: Day) -> None:
    officer, page = day.people[OFFICER], day.page(OFFICER)
    officer.press("ask-opinion")
    page.check(f'input[value="{ACCOUNTANT}"]')
    officer.write(QUESTION)
    officer.press("ask")
    expect(page.locator("[data-opinion-state=asked]")).to_contain_text("लेखाकार")
    adviser, there = day.people[ACCOUNTANT], day.page(ACCOUNTANT)
    row = there.locator("tr[data-file]", has_text=SUBJECT)
    expect(row).to_contain_text("राय माँगी", timeout=LATER)  # by itself: by the stream, or the look that all pages take
    opened(row)
    expect(there.locator(".pv-question")).to_contain_text(QUESTION)
    expect(there.locator("[data-paper]")).to_contain_text("शिकायत.pdf")
    adviser.write(ANSWER)
    adviser.press("answer-opinion")
    expect(there.locator("tr[data-file]", has_text=SUBJECT)).to_have_count(0)
    officer.go("/inbox")
    back = page.locator("tr[data-file]", has_text=SUBJECT)
    expect(back).to_have_count(2)
    given = back.filter(has_text="राय दी")
    expect(given).to_contain_text("लेखाकार")
    opened(given)
    expect(page.locator("h1")).to_have_text(SUBJECT)
    day.look(OFFICER)
    officer.press("admit-opinion")
    admitted = page.locator("article.pv-note.opinion")
    for words in ("4.", ANSWER, "निदर्शन गुप्ता", "लेखाकार", "खण्ड विकास अधिकारी"):
        expect(admitted).to_contain_text(words)
    expect(page.locator("[data-opinion-state=admitted]")).to_have_count(1)


def it_comes_back_with_directions(day: Day) -> None:
    officer, page = day.people[OFFICER], day.page(OFFICER)
    day.people[ASSISTANT].go(f"/files/{day.file}")
    officer.go(f"/files/{day.file}")
    page.check("input[name=how][value=return]")
    expect(page.locator("#to_post")).to_have_value(ASSISTANT)
    officer.send("", "return", DIRECTIONS)
    expect(how_far(day, OFFICER)).to_contain_text(DIRECTIONS)
    expect(day.people[ASSISTANT].verb("receive")).to_contain_text("प्राप्त करें")
    expect(how_far(day, OFFICER)).to_contain_text("पटल पर पहुँचाई गई")  # a window that renews itself opens nothing
    row = arrived(day, ASSISTANT, "निर्देश सहित वापस", DIRECTIONS, "खण्ड विकास अधिकारी")
    opened(row)
    expect(written(day, ASSISTANT)).to_have_count(4)
    expect(how_far(day, OFFICER)).to_contain_text("उदाहरण देवी")


def its_movement_is_seen(day: Day) -> None:
    clerk, page = day.people[ASSISTANT], day.page(ASSISTANT)
    clerk.press("movement")
    stays = page.locator("li[data-stay=desk]")
    expect(stays).to_have_count(4)
    for at, (place, words) in enumerate(
        (
            ("पटल सहायक-1", "ऊपर प्रस्तुत"),
            ("स.वि.अ. (पंचायत)", "आदेशार्थ"),
            ("खण्ड विकास अधिकारी", DIRECTIONS),
            ("पटल सहायक-1", "अभी यहाँ है"),
        )
    ):
        expect(stays.nth(at)).to_contain_text(place)
        expect(stays.nth(at)).to_contain_text(words)
    day.look(ASSISTANT)
    clerk.go("/registers/movement")
    expect(page.locator("tbody tr", has_text=day.number)).to_have_count(5)  # three of the file, two of its opinion
    clerk.go("/registers/diary")
    expect(page.locator("tbody tr", has_text=day.diary)).to_contain_text(day.number)


def the_reply_is_drafted(day: Day) -> None:
    clerk, page = day.people[ASSISTANT], day.page(ASSISTANT)
    clerk.go(f"/files/{day.file}")
    clerk.press("drafts")
    page.select_option("#start", "hi letter")
    expect(page.locator("#receipt")).to_have_value(day.receipt)
    clerk.press("new-draft")
    expect(page.locator("#to")).to_have_value(re.compile(re.escape(SENDER)))
    expect(page.locator("#title")).to_have_value(SUBJECT)
    write = page.locator("[data-field=note]")
    expect(write).to_contain_text(LETTER_NO)
    clerk.press("save-version")
    expect(page.locator("[data-open-places]")).to_be_visible()
    clerk.press("revise")
    write.locator("p").nth(1).click(click_count=3)
    page.keyboard.type(REPLY)
    write.locator("p").nth(2).click(click_count=3)
    page.keyboard.type("यह सूचना हेतु प्रेषित है।")
    clerk.press("save-version")
    expect(page.locator("[data-open-places]")).to_have_count(0)
    day.draft = page.url.removeprefix(clerk.url)
    expect(page.locator("h2 + [data-draft-state]")).to_have_text("अनुमोदनार्थ")
    expect(page.locator(".pv-lettertext")).to_contain_text(REPLY)
    expect(clerk.verb("approve")).to_have_count(0)
    clerk.go(f"/files/{day.file}")
    clerk.send(OFFICER, "up", "उत्तर का प्रारूप अनुमोदनार्थ")
    arrived(day, OFFICER, "उत्तर का प्रारूप अनुमोदनार्थ")


def the_reply_is_approved_and_issued(day: Day) -> None:
    officer, page = day.people[OFFICER], day.page(OFFICER)
    opened(officer.row(day.file))
    officer.press("drafts")
    expect(page.locator("tr[data-draft] [data-draft-state=draft]")).to_have_text("अनुमोदनार्थ")
    day.look(OFFICER)
    opened(page.locator("tr[data-draft]"))
    assert page.url.endswith(day.draft)
    officer.press("approve")
    expect(page.locator("h2 + [data-draft-state]")).to_have_text("स्वीकृत")
    officer.press("issue")
    expect(page.locator("h2 + [data-draft-state]")).to_have_text("निर्गत")
    number = officer.hook("issue-number")
    letter = page.request.get(officer.url + (officer.verb("open-letter").get_attribute("href") or "")).body()
    assert number in text_of(letter)
    said = letters_of(letter)
    for words in (SENDER, SUBJECT, REPLY, LETTER_NO, "दृष्टान्त शर्मा", "खण्ड विकास अधिकारी"):
        assert words.replace(" ", "") in said, (words, said)
    page.fill("#carrier", "रजिस्टर्ड 004512")
    officer.press("dispatch")
    expect(page.locator("[data-dispatch=post]")).to_contain_text("रजिस्टर्ड 004512")
    officer.go("/registers/issue")
    row = page.locator("tbody tr", has_text=number)
    for words in (SUBJECT, PLACE, "डाक से"):
        expect(row).to_contain_text(words)
    officer.go(f"/files/{day.receipt}")
    expect(page.locator("[data-answered]")).to_contain_text(number)
    expect(page.locator(".pv-filehead")).not_to_contain_text("30 दिन")  # nothing more is due
    day.look(OFFICER)


def the_file_is_closed_and_the_receipt_disposed_of(day: Day) -> None:
    officer = day.people[OFFICER]
    officer.go(f"/files/{day.file}")
    officer.send("", "return", "पत्रावली बंद करें।")
    clerk, there = day.people[ASSISTANT], day.page(ASSISTANT)
    opened(arrived(day, ASSISTANT, "पत्रावली बंद करें।"))
    there.locator("#park summary").click()
    there.fill("#close-remarks", "शिकायत का निस्तारण हुआ")
    clerk.press("close")
    expect(there.locator("[data-state=closed]")).to_have_text("बंद")
    clerk.go("/closed")
    expect(clerk.row(day.file)).to_contain_text(SUBJECT)
    day.look(ASSISTANT)
    clerk.go("/registers/grievance?state=pending")
    expect(there.locator("tbody tr", has_text=day.diary)).to_have_count(0)
    clerk.go("/registers/grievance?state=settled")
    expect(there.locator("tbody tr", has_text=day.diary)).to_contain_text(SENDER)
    clerk.go("/receipts")
    expect(clerk.row(day.receipt)).to_have_count(0)
    clerk.go("/registers/files")
    expect(there.locator("tbody tr", has_text=day.number)).to_contain_text("बंद")
    day.people[ADO].go(f"/files/{day.file}")
    expect(written(day, ADO)).to_have_count(4)


def note(day: Day, post: str, number: int) -> None:
    """Write the post's note and confirm it: it stands green under its number and its author."""
    screen = day.people[post]
    screen.write(NOTES[post])
    screen.press("confirm-note")
    expect(written(day, post)).to_have_count(number)
    expect(written(day, post).last).to_contain_text(f"{number}.")
    expect(written(day, post).last).to_contain_text(NOTES[post])


def how_far(day: Day, post: str) -> Locator:
    """The newest row of what the post has sent."""
    day.people[post].go("/sent")
    return day.people[post].row(day.file).first


def written(day: Day, post: str) -> Locator:
    """The green notes that the post sees."""
    return day.page(post).locator("article.pv-note:not(.draft)")


def arrived(day: Day, post: str, *words: str) -> Locator:
    """The file's row in the inbox of the post, unread, with these words."""
    screen = day.people[post]
    screen.go("/inbox")
    row = screen.row(day.file)
    expect(row).to_have_class(re.compile("new"))
    for one in (SUBJECT, day.number, *words):
        expect(row).to_contain_text(one)
    return row


def opened(row: Locator) -> None:
    """Open what the row names and wait for its page."""
    with row.page.expect_navigation():
        row.locator("a.subject").click()
