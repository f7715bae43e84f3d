from __future__ import annotations

import pytest

from provisioning.story.page import NotThere, Page

HTML = """<!doctype html><html lang="hi"><body data-state="desk">
<form method="post" action="/send"><input type="hidden" name="csrf" value="t&amp;1">
<input type="radio" name="how" value="up" checked><input type="radio" name="how" value="down">
<input type="checkbox" name="off" value="1"><input name="gone" value="x" disabled>
<select name="to"><option value="">-<option value="a" selected>A</option></select>
<textarea name="remarks">
पंक्ति</textarea><button data-verb="send">Send</button>
<button data-verb="save" formaction="/save" name="do" value="save">Save</button></form>
<form method="post" action="/attach" enctype="multipart/form-data"><input type="file" name="paper">
<button data-verb="attach">A</button></form>
<table><tr data-file="moth.1.1"><td>x</td></tr></table></body></html>"""


def test_a_form_sends_what_it_shows_and_what_is_filled_in() -> None:
    form = Page(HTML).press("send", {"how": "down"})
    assert (form.action, form.method, form.multipart) == ("/send", "post", False)
    assert form.values == {"csrf": "t&1", "how": "down", "to": "a", "remarks": "पंक्ति"}


def test_a_button_may_send_elsewhere_and_say_its_name() -> None:
    form = Page(HTML).press("save", {})
    assert (form.action, form.values["do"], form.values["how"]) == ("/save", "save", "up")


def test_a_form_with_a_paper_is_multipart() -> None:
    assert Page(HTML).press("attach", {}).multipart


@pytest.mark.parametrize(("verb", "fields"), [("close", {}), ("send", {"nobody": "x"})])
def test_what_is_not_on_the_page_cannot_be_pressed(verb: str, fields: dict[str, str]) -> None:
    with pytest.raises(NotThere):
        Page(HTML).press(verb, fields)


def test_hooks_files_and_language_are_read() -> None:
    page = Page(HTML)
    assert (page.hook("state"), page.files(), page.language) == ("desk", ["moth.1.1"], "hi")
    assert page.has_verb("send")
    assert not page.has_verb("close")
