from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web import notetext

LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1).filter(
    lambda line: "|" not in line
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("पहला\nदूसरा", "<p>पहला</p><p>दूसरा</p>"),
        ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
        ("- a\n- b\nc", "<ul><li>a</li><li>b</li></ul><p>c</p>"),
        ("a | b\n1 | 2", "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("  \n ", ""),
    ],
)
def test_lines_become_paragraphs_lists_and_tables(text: str, html: str) -> None:
    assert notetext.to_html(text) == html


def test_a_note_made_in_the_editor_reads_as_lines() -> None:
    table = "<table><tbody><tr><th>क</th><td>1 &lt; 2</td></tr></tbody></table>"
    html = f"<p>एक <b>दो</b><br>तीन</p><ol><li>x</li></ol>{table}<p>अंत</p>"
    assert notetext.to_text(html) == "एक दो\nतीन\n- x\nक | 1 < 2\nअंत"


@given(st.lists(LINE.map(lambda line: line if not line.startswith("-") else "x" + line)))
def test_plain_lines_survive_both_ways(lines: list[str]) -> None:
    assert notetext.to_text(notetext.to_html("\n".join(lines))).split("\n") == (lines or [""])
