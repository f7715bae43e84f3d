from __future__ import annotations

import re

from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser
from tests.appliance.web.test_file import PDF, paper
from tests.support.pdf import text_of

SCRIPT = "<script>alert(1)</script>"


def ask(who: Browser, file: str, status: int = 303, **fields: object) -> str:
    typed = {"post": ["moth.bdo"], "text": "क्या यह हो सकता है?", **fields}
    return str(who.post(file + "/opinions/new", status, **typed).text)


def opinion_in(inbox: str) -> str:
    found = re.search(r'data-file="([^"]+)"[^>]*>(?:(?!</tr>).)*राय', inbox, re.DOTALL)
    assert found
    return "/files/" + found.group(1)


def test_an_opinion_is_asked_answered_and_taken_in_by_forms_alone(
    assistant: Browser, officer: Browser, file: str, unit: Unit
) -> None:
    assistant.post(file + "/attach", paper=paper())
    sha256 = bytes(unit.db.value("SELECT sha256 FROM paper")).hex()
    page = assistant.get(file + "/opinions/new").text
    assert 'name="post" value="moth.bdo"' in page
    assert 'name="post" value="moth.da"' not in page, "nobody asks himself"
    question = f"पहली बात\n- {SCRIPT}\n- दूसरी"
    ask(assistant, file, post=["moth.bdo", "chirgaon.bdo"], text=question, due="01-12-2026", paper=[sha256])
    page = assistant.get(file).text
    assert page.count("data-opinion=") == 2
    assert page.count('data-opinion-state="asked"') == 2
    assert 'data-verb="send"' in page, "the file stays"

    inbox = officer.get("/inbox").text
    assert "राय माँगी गई" in inbox
    opinion = opinion_in(inbox)
    page = officer.get(opinion).text
    assert "<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>" in page
    assert SCRIPT not in page
    assert "पत्र.pdf" in page
    assert 'data-verb="answer-opinion"' in page
    assert 'data-verb="close"' not in page
    assert 'data-opinion-state="opened"' in assistant.get(file).text

    assert 'data-problem="empty_answer"' in officer.post(opinion + "/answer", 422, text=" ", version="0").text
    assert officer.post(opinion + "/answer", text=f"हाँ {SCRIPT} पृ० 1", version="1").headers["Location"] == "/inbox"
    assert "राय दी गई" in assistant.get("/inbox").text
    assert 'data-opinion-state="answered"' in assistant.get(file).text
    answer = assistant.post(opinion + "/admit")
    assert answer.headers["Location"] == file + "#p1"
    page = assistant.get(file).text
    assert "राय: " in page
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page
    assert f'<a class="pv-ref" data-page="1" href="{file}?c=1#c">पृ० 1</a>' in page
    assert 'data-opinion-state="admitted"' in page
    assert 'data-problem="wrong_state"' in assistant.post(opinion + "/admit", 409).text, "a second press of the button"


def test_a_refused_question_keeps_all_that_was_typed_and_asks_nobody(assistant: Browser, file: str, unit: Unit) -> None:
    page = ask(assistant, file, 422, post=["chirgaon.bdo"], text=f"बात {SCRIPT}", due="31-02-2027")
    assert 'data-problem="bad_due"' in page
    assert 'value="31-02-2027"' in page
    assert re.search(r'value="chirgaon.bdo" checked', page)
    assert "बात &lt;script&gt;" in page
    assert SCRIPT not in page
    assert 'data-problem="no_post_asked"' in ask(assistant, file, 422, post=[])
    assert 'data-problem="empty_question"' in ask(assistant, file, 422, text="")
    assert 'data-problem="no_such_post"' in ask(assistant, file, 422, post=[SCRIPT])
    assert 'data-problem="due_in_past"' in ask(assistant, file, 422, due="01-01-2020")
    assert 'data-problem="no_such_paper"' in ask(assistant, file, 409, paper=["zz"])
    assert unit.db.value("SELECT count(*) FROM consult") == 0


def test_a_stale_form_and_a_second_press_ask_nobody_twice(assistant: Browser, file: str, unit: Unit) -> None:
    ask(assistant, file)
    assert 'data-problem="already_asked"' in ask(assistant, file, 422)
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="x")
    assert 'data-problem="wrong_state"' in ask(assistant, file, 409, post=["chirgaon.bdo"])
    assert unit.db.value("SELECT count(*) FROM consult") == 1


def test_a_question_that_nobody_opened_is_taken_back(assistant: Browser, officer: Browser, file: str) -> None:
    ask(assistant, file)
    found = re.search(r'action="(/files/[^"]+)/recall"', assistant.get(file).text)
    assert found
    assert assistant.post(found.group(1) + "/recall").headers["Location"] == file + "#opinions"
    assert 'data-opinion-state="taken_back"' in assistant.get(file).text
    assert found.group(1).removeprefix("/files/") not in officer.get("/inbox").text


def test_an_answer_whose_file_has_gone_on_says_where_it_is_and_can_follow(
    assistant: Browser, officer: Browser, file: str
) -> None:
    ask(assistant, file)
    opinion = opinion_in(officer.get("/inbox").text)
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="x")
    officer.get(opinion)
    officer.post(opinion + "/answer", text="हाँ", version="0")
    page = assistant.get(opinion).text
    assert 'data-follow="moth.bdo"' in page
    assert 'data-problem="opinion_file_away"' in assistant.post(opinion + "/admit", 409).text
    assert 'data-problem="reason_missing"' in assistant.post(opinion + "/drop", 422, reason=" ").text
    assistant.post(opinion + "/send", how="up", to_post="moth.bdo", remarks="पत्रावली के पीछे")
    officer.get(file)
    assert 'data-verb="admit-opinion"' in officer.get(opinion).text
    officer.post(opinion + "/admit")
    assert "राय: " in officer.get(file).text


def test_what_is_no_opinion_or_not_here_is_no_page_of_one(assistant: Browser, file: str) -> None:
    assistant.get("/files/moth.00000000000000aa.99/opinions/new", 404)
    assistant.post("/files/moth.00000000000000aa.99/admit", 404)
    assistant.post(file + "/answer", 409, text="x", version="0")


def test_phrases_are_added_changed_hidden_and_set_back_on_their_page(assistant: Browser, officer: Browser) -> None:
    page = assistant.get("/phrases").text
    assert page.count("data-phrase=") >= 80
    assert 'value="office"' not in page, "the office's own are kept by its head"
    assistant.post("/phrases", words=f'"{SCRIPT}', language="hi")
    page = assistant.get("/phrases").text
    assert "&#34;&lt;script&gt;" in page
    assert SCRIPT not in page
    assert SCRIPT not in officer.get("/phrases").text
    assistant.post("/phrases", key="hi-01", words="बदला")
    assistant.post("/phrases", key="hi-02", do="hide")
    page = assistant.get("/phrases").text
    assert 'value="बदला"' in page
    assert 'data-phrase="hi-02" class="hidden"' in page
    assistant.post("/phrases", key="hi-01", do="back")
    assert 'value="बदला"' not in assistant.get("/phrases").text
    assert 'data-problem="phrase_empty"' in assistant.post("/phrases", 422, words=" ").text
    assert 'data-problem="not_office_head"' in assistant.post("/phrases", 422, words="x", owner="office").text
    officer.post("/phrases", words="कार्यालय का वाक्य", language="hi", owner="office")
    assert "कार्यालय का वाक्य" in assistant.get("/phrases").text


def test_without_scripts_a_phrase_is_added_to_what_stands_in_the_field(assistant: Browser, file: str) -> None:
    answer = assistant.post(file + "/phrase", text="पहली पंक्ति", version="0", phrase="hi-01")
    assert answer.headers["Location"] == file + "#note-text"
    assert "पहली पंक्ति\nआदेशार्थ प्रस्तुत।</textarea>" in assistant.get(file).text
    page = assistant.post(file + "/phrase", 409, text="मेरा पाठ", version="2", phrase="zz").text
    assert 'data-problem="no_such_phrase"' in page
    assert "मेरा पाठ" in page
    stale = assistant.post(file + "/phrase", 409, text="पुरानी विंडो", version="0", phrase="hi-01").text
    assert 'data-problem="yellow_changed"' in stale
    assert "पुरानी विंडो" in stale


def test_references_become_links_only_to_what_is_there(assistant: Browser, file: str) -> None:
    assistant.post(file + "/attach", paper=paper(content=PDF))
    assistant.post(file + "/confirm", text="पृ० 1 तथा पृ० 9 देखें।\nप्रस्तर 1 और प्रस्तर 7 के क्रम में।", version="0")
    page = assistant.get(file).text
    assert f'href="{file}?c=1#c">पृ० 1</a> तथा पृ० 9 देखें' in page
    assert 'href="#p1">प्रस्तर 1</a> और प्रस्तर 7 के' in page


def test_formatting_typed_in_the_editor_survives_a_refusal(assistant: Browser, file: str) -> None:
    page = assistant.post(file + "/confirm", 409, html=f"<p>एक <b>दो</b> {SCRIPT}</p>", version="5").text
    assert "<p>एक <b>दो</b> </p>" in page
    assert SCRIPT not in page


def test_the_note_sheet_comes_as_pdf_without_the_yellow_note(assistant: Browser, file: str) -> None:
    assistant.post(file + "/confirm", text="हरी बात", version="0")
    assistant.post(file + "/yellow", text="पीली बात", version="0")
    answer = assistant.get(file + "/notesheet.pdf")
    assert answer.mimetype == "application/pdf"
    words = text_of(answer.data)
    assert "हरी" in words
    assert "पीली" not in words
    assistant.get("/files/moth.00000000000000aa.99/notesheet.pdf", 404)
