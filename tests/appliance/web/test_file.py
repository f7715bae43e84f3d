from __future__ import annotations

import io
import re
from html import unescape

from appliance.store.unit import Unit
from tests.appliance.web.conftest import Browser
from tests.support.paper import pdf

PDF = pdf()


def paper(name: str = "पत्र.pdf", content: bytes = PDF, kind: str = "application/pdf") -> tuple[io.BytesIO, str, str]:
    return io.BytesIO(content), name, kind


def test_a_file_is_opened_with_its_paper_by_a_form_alone(assistant: Browser) -> None:
    answer = assistant.post(
        "/files/new", subject="<script>alert(1)</script> जाँच", section="moth.accounts", priority="3", paper=paper()
    )
    page = assistant.get(answer.headers["Location"]).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; जाँच" in page
    assert "<script>alert" not in page
    assert "पत्र.pdf" in page
    assert 'class="pv-pri p3"' in page


def test_an_empty_subject_says_so_beside_the_field_and_keeps_the_rest(assistant: Browser) -> None:
    page = assistant.post("/files/new", 422, subject="  ", section="moth.accounts", priority="2").text
    assert 'id="why-subject" role="alert" data-problem="empty_subject"' in page
    assert 'aria-invalid="true"' in page
    assert re.search(r'<option value="2" selected>', page)


def test_a_paper_that_is_no_paper_is_refused_on_the_page_of_the_new_file(assistant: Browser) -> None:
    page = assistant.post(
        "/files/new", 422, subject="जाँच", section="moth.accounts", paper=paper("a.exe", b"MZ\x90", "application/x-dos")
    ).text
    assert 'data-problem="paper_not_pdf"' in page
    assert "a.exe" in page


def test_a_note_is_written_confirmed_and_the_file_sent_and_taken_back_without_scripts(
    assistant: Browser, file: str
) -> None:
    version = re.search(r'name="version" value="(\d+)"', assistant.get(file).text)
    assert version
    assistant.post(file + "/yellow", text="कृपया देखें।\n- पहला\n- दूसरा", version=version.group(1))
    page = assistant.get(file).text
    assert "- पहला" in page
    assert "pv-note draft" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assistant.post(file + "/confirm", text="कृपया देखें।\n- पहला\n- दूसरा", version=version.group(1))
    page = assistant.get(file).text
    assert "<p>कृपया देखें।</p>" in page
    assert "<li>पहला</li>" in page
    assert 'id="p1"' in page
    assistant.post(file + "/send", how="up", to_post="", remarks="आदेशार्थ प्रस्तुत", due="", priority="2")
    page = assistant.get(file).text
    assert 'data-verb="pull-back"' in page
    assert 'data-verb="send"' not in page
    assistant.post(file + "/pull-back")
    assert 'data-verb="send"' in assistant.get(file).text


def test_a_refused_send_says_why_and_keeps_everything_typed(assistant: Browser, file: str) -> None:
    page = assistant.post(
        file + "/send", 422, how="down", to_post="chirgaon.bdo", remarks="पहले <देख> लें", due="31-02-2027", priority="3"
    ).text
    assert 'id="why-due" role="alert" data-problem="bad_due"' in page
    assert 'value="31-02-2027"' in page
    assert "पहले &lt;देख&gt; लें" in page
    assert re.search(r'<option value="chirgaon.bdo" selected>', page)
    assert re.search(r'<input type="radio" name="how" value="down"[^>]* checked>', page)
    page = assistant.post(file + "/send", 422, how="down", to_post="moth.bdo", remarks="x", due="01-01-2020").text
    assert 'data-problem="due_in_past"' in page


def test_the_usual_post_stands_chosen_and_gives_way_when_another_way_is_picked_without_scripts(
    assistant: Browser, officer: Browser, file: str
) -> None:
    page = assistant.get(file).text
    assert 'name="preset" value="up moth.bdo"' in page
    assert re.search(r'<option value="moth.bdo" selected>', page)
    refused = assistant.post(file + "/send", 422, how="down", to_post="moth.bdo", preset="up moth.bdo", remarks="x")
    assert 'data-problem="no_such_post"' in refused.text
    assistant.post(file + "/send", how="up", to_post="moth.bdo", preset="up moth.bdo", remarks="x")
    preset = re.search(r'name="preset" value="([^"]+)"', officer.get(file).text)
    assert preset
    way, _, post = preset.group(1).partition(" ")
    assert way == "up"
    officer.post(file + "/send", how="return", to_post=post, preset=preset.group(1), remarks="निर्देश")
    assert file.removeprefix("/files/") in assistant.get("/inbox").text


def test_the_sender_reads_on_the_file_who_has_opened_it(assistant: Browser, officer: Browser, file: str) -> None:
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="x")
    assert 'data-stage="delivered"' in assistant.get(file).text
    assert 'data-stage="opened"' not in officer.get(file).text
    page = assistant.get(file).text
    assert 'data-stage="opened"' in page
    assert "रमेश चन्द्र" in page
    assert 'data-verb="send"' not in page


def test_an_unconfirmed_yellow_note_holds_the_file_and_says_what_to_do(assistant: Browser, file: str) -> None:
    assistant.post(file + "/yellow", text="अधूरी", version="0")
    page = assistant.post(file + "/send", 409, how="up", to_post="moth.bdo", remarks="देखें").text
    assert 'data-problem="yellow_unconfirmed"' in page
    assert "देखें" in page
    assistant.post(file + "/discard")
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="देखें")


def test_autosave_answers_with_version_and_time_and_a_conflict_loses_neither_text(
    assistant: Browser, file: str
) -> None:
    def save(html: str, version: int) -> tuple[int, dict[str, object]]:
        answer = assistant.client.post(
            file + "/yellow", json={"html": html, "version": version}, headers={"X-CSRF": assistant.token}
        )
        return answer.status_code, answer.get_json()

    status, body = save("<p>मेरा <script>x</script><b>पाठ</b></p>", 0)
    assert status == 200
    assert re.search(r"\d\d:\d\d पर सहेजी गई", str(body["words"]))
    status, conflict = save("<p>दूसरी विंडो</p>", 0)
    assert (status, conflict["code"], conflict["saved_version"]) == (409, "yellow_changed", body["version"])
    page = assistant.get(file).text
    assert "<b>पाठ</b>" in page
    assert "<script>x" not in page
    page = assistant.post(file + "/yellow", 409, text="बिना स्क्रिप्ट का पाठ", version="0").text
    assert "बिना स्क्रिप्ट का पाठ" in page
    assert f'name="version" value="{body["version"]}"' in page


def test_saving_unchanged_lines_keeps_what_lines_cannot_show(assistant: Browser, file: str) -> None:
    headers = {"X-CSRF": assistant.token}
    assistant.client.post(file + "/yellow", json={"html": "<p>एक <b>दो</b></p>", "version": 0}, headers=headers)
    assistant.post(file + "/confirm", text="एक दो", version="1")
    assert "एक <b>दो</b>" in assistant.get(file).text


def test_the_other_desk_finds_the_file_unread_and_opening_receives_it(
    assistant: Browser, officer: Browser, file: str
) -> None:
    poll = re.search(r'hx-get="(/line\?[^"]+)"', officer.get("/inbox").text)
    assert poll
    address = poll.group(1).replace("&amp;", "&")
    officer.get(address, 204)
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="आदेशार्थ")
    changed = officer.get(address)
    assert changed.headers["HX-Trigger"] == "pv-rows"
    inbox = officer.get("/inbox").text
    assert '<tr data-file="' + file.removeprefix("/files/") + '" class="new">' in inbox
    assert "आदेशार्थ" in inbox
    assert 'data-verb="send"' in officer.get(file).text
    assert 'class="new"' not in officer.get("/inbox").text
    assert 'data-stage="opened"' in assistant.get("/sent").text
    assert "रमेश चन्द्र" in assistant.get(file + "/movement").text


def test_a_window_that_renews_itself_receives_nothing(assistant: Browser, officer: Browser, file: str) -> None:
    assistant.post(f"{file}/send", to_post="moth.bdo", how="up")
    renewed = officer.client.get(file, headers={"HX-Request": "true"}).text
    assert 'data-verb="receive"' in renewed
    assert 'data-page-state="tray"' in renewed
    assert 'data-page-state="desk"' in officer.get(file).text


def test_the_tool_bar_receives_what_is_ticked_and_asks_when_nothing_is(
    assistant: Browser, officer: Browser, file: str
) -> None:
    assistant.post(file + "/send", how="up", to_post="moth.bdo", remarks="x")
    assert 'role="alert"' in officer.post("/inbox", 422, do="receive").text
    officer.post("/inbox", do="receive", file=file.removeprefix("/files/"))
    assert 'class="new"' not in officer.get("/inbox").text
    assert officer.post("/inbox", do="send", file=file.removeprefix("/files/")).headers["Location"] == file + "#s"


def test_park_close_and_reopen_are_forms_on_the_page(assistant: Browser, file: str) -> None:
    assert 'data-problem="reason_missing"' in assistant.post(file + "/park", 422, reason=" ", until="01-12-2026").text
    assistant.post(file + "/park", reason="उत्तर की प्रतीक्षा", until="01-12-2026")
    assert "ग्राम पंचायत की जाँच" in assistant.get("/parked").text
    assistant.post(file + "/reopen", remarks="")
    assistant.post(file + "/close", remarks="निस्तारित")
    assert "ग्राम पंचायत की जाँच" in assistant.get("/closed").text
    assert 'data-verb="reopen"' in assistant.get(file).text


def test_a_paper_is_served_only_with_its_file_and_runs_nothing(assistant: Browser, unit: Unit) -> None:
    first = assistant.post("/files/new", subject="एक", section="moth.accounts", paper=paper()).headers["Location"]
    other = assistant.post("/files/new", subject="दो", section="moth.accounts").headers["Location"]
    found = re.search(r'href="(/papers/[0-9a-f]{64})\?file=([^"#]+)', assistant.get(first).text)
    assert found
    answer = assistant.get(f"{found.group(1)}?file={found.group(2)}")
    assert answer.data == PDF
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer.headers["Cache-Control"]
    assistant.get(f"{found.group(1)}?file={other.removeprefix('/files/')}", 404)
    assistant.get(found.group(1), 404)
    assert unit.papers.has(bytes.fromhex(found.group(1).removeprefix("/papers/")))


def test_a_page_is_shown_as_a_picture_to_who_may_see_its_paper(
    assistant: Browser, browser: Browser, unit: Unit
) -> None:
    first = assistant.post("/files/new", subject="एक", section="moth.accounts", paper=paper()).headers["Location"]
    other = assistant.post("/files/new", subject="दो", section="moth.accounts").headers["Location"]
    page = assistant.get(first).text
    thumb, shown = re.findall(r'src="(/papers/[^"]+)"', page)
    assert ("width=160" in thumb, "width=900" in shown) == (True, True)
    for address in (thumb, shown):
        answer = assistant.get(unescape(address))
        assert (answer.mimetype, answer.data[8:12]) == ("image/webp", b"WEBP")
        assert "no-store" in answer.headers["Cache-Control"]
        browser.get(unescape(address), 303)
    path, _, query = unescape(shown).partition("?")
    assistant.get(f"{path}?{query.replace('900', '901')}", 404)
    assistant.get(f"{path.removesuffix('1')}2?{query}", 404)
    assistant.get(f"{path}?file={other.removeprefix('/files/')}&width=900", 404)
    assistant.get(path, 404)
    unit.papers.delete(bytes.fromhex(path.split("/")[2]))
    assert assistant.get(unescape(shown)).mimetype == "image/webp", "what was drawn before is kept"
    assistant.get(unescape(shown).replace("900", "1240"), 404)


def test_pages_are_turned_by_links(assistant: Browser, file: str) -> None:
    assistant.post(file + "/attach", paper=paper(content=pdf(2)))
    assistant.post(file + "/attach", paper=paper("दूसरा.pdf", content=pdf(1, b"other")))

    def at(query: str) -> tuple[str, list[str]]:
        text = assistant.get(file + query).text
        found = re.search(r'data-page="([0-9]+)"', text)
        assert found
        return found.group(1), re.findall(r'href="[^"]*[?]c=([0-9]+)#c"[^>]* rel="', text)

    assert at("") == ("1", ["2"])
    assert at("?c=2") == ("2", ["1", "3"])
    assert at("?c=3") == ("3", ["2"])
    assert at("?c=4") == at("?c=-1") == at("?c=x") == ("1", ["2"])


def test_attaching_by_script_answers_where_to_go_or_why_not(assistant: Browser, file: str) -> None:
    def attach(part: tuple[io.BytesIO, str, str]) -> tuple[int, dict[str, str]]:
        answer = assistant.client.post(
            file + "/attach",
            data={"csrf": assistant.token, "paper": part},
            headers={"Accept": "application/json"},
            content_type="multipart/form-data",
        )
        return answer.status_code, answer.get_json()

    assert attach(paper()) == (200, {"to": file + "#c"})
    status, why = attach(paper("खाली.pdf", b""))
    assert (status, why["code"]) == (422, "paper_empty")
    assert why["what"]
    assert why["now"]


def test_search_finds_by_words_of_subject_and_number(assistant: Browser, file: str) -> None:
    assert file in assistant.get("/files?q=पंचायत").text
    assert file not in assistant.get("/files?q=अज्ञात").text
    assert "pv-empty" in assistant.get("/files?q=अज्ञात").text


def test_a_file_that_is_not_here_is_not_found(assistant: Browser) -> None:
    assistant.get("/files/moth.00000000000000aa.99", 404)
    assistant.get("/files/moth.00000000000000aa.99/movement", 404)
    assistant.post("/files/moth.00000000000000aa.99/send", 404, how="up", to_post="moth.bdo")


def test_every_page_has_its_landmarks_labels_and_keys(assistant: Browser, file: str) -> None:
    for path in ("/inbox", "/sent", "/parked", "/closed", "/files", "/waiting", "/files/new", file, file + "/movement"):
        page = assistant.get(path).text
        assert page.count('id="main"') == 1
        assert page.count("<h1") == 1, path
        assert 'class="pv-skip" href="#main"' in page
        assert 'role="status" aria-live="polite"' in page
        for field in re.findall(r'<(?:input|select|textarea)(?![^>]*type="(?:hidden|radio|checkbox)")[^>]*>', page):
            name = re.search(r'\sid="([^"]+)"', field)
            assert name, (path, field)
            assert f'for="{name.group(1)}"' in page, (path, field)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path
