from __future__ import annotations

import pytest

from commons.entries import entry_of, plain
from protocol import events as ev
from protocol.words import EventId

ID = EventId("moth", bytes(8), 3)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>एक</p><p>दो  तीन</p>", ("एक", "दो तीन")),
        ("<ul><li>क</li><li>ख</li></ul>", ("क", "ख")),
        ("<p>a &lt;b&gt; &amp; c</p>", ("a <b> & c",)),
        ("<p>ऊपर<br>नीचे</p>", ("ऊपर", "नीचे")),
        ("<script>alert(1)</script><p onclick=x>ठीक</p>", ("ठीक",)),
        ("<table><tr><td>1</td></tr><tr><td>2</td></tr></table>", ("1", "2")),
        ("", ()),
    ],
)
def test_a_note_as_plain_paragraphs(html: str, words: tuple[str, ...]) -> None:
    assert plain(html) == words


def test_every_kind_of_entry_can_be_shown() -> None:
    header = ev.Header(ev.SCHEMA, "note", 1, 0, 0, 5 << 16, "moth.da1", "1", 1)
    shown = entry_of(ID, header, ev.Note(4, 1, "<p>शब्द</p>", "hi"), bytes(32))
    assert (shown.words, shown.first, shown.at_ms, shown.event) == (("शब्द",), 4, 5, str(ID))
    sent = entry_of(ID, header, ev.Send("hq.da1", "hq", remarks="शीघ्र"), bytes(32))
    assert (sent.to_post, sent.remarks) == ("hq.da1", "शीघ्र")
    paper = entry_of(ID, header, ev.Attach(bytes(32), 9, "a.pdf", "application/pdf", 1, 2), bytes(32))
    assert (paper.name, paper.size, paper.first) == ("a.pdf", 9, 2)
    gone = entry_of(ID, header, None, bytes(32), destroyed=True)
    assert (gone.words, gone.destroyed) == ((), True)
