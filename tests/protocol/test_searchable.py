from __future__ import annotations

import msgspec
import pytest

from protocol import events as ev
from protocol.searchable import SOURCES, plain_text, searchable


@pytest.mark.parametrize("kind", SOURCES)
def test_the_table_names_fields_that_there_are(kind: str) -> None:
    source = SOURCES[kind]
    fields = {field.name for field in msgspec.structs.fields(ev.BODIES[kind])}
    named = {*source.text, *source.html, *source.number, *source.sender, *([source.place] if source.place else [])}
    assert named <= fields


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<p>नि<b>री</b>क्षण</p>", "निरीक्षण"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("a<br>b &amp; c &lt;d&gt;", "a\nb & c <d>"),
        ("<p>unclosed <b>x", "unclosed x"),
        ("", ""),
    ],
)
def test_text_loses_its_tags_and_keeps_its_words(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_an_event_without_words_is_not_there() -> None:
    assert searchable(None) is None
    assert searchable(ev.Receive()) is None
    assert searchable(ev.Send("moth.bdo", "moth")) is None
    assert searchable(ev.Note(1, 1, "<p></p>")) is None
    assert searchable(ev.Attach(b"x", 1, "", "", 1, 1)) is not None
