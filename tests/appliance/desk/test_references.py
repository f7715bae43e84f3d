from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.desk import writing
from appliance.desk.references import with_links


def linked(html: str, paragraphs: int = 20, pages: int = 40) -> str:
    return with_links(html, paragraphs=paragraphs, pages=pages, page_address="?c=")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("पृ० 12", "?c=12#c"),
        ("पृ. १२", "?c=12#c"),
        ("पृष्ठ 12", "?c=12#c"),
        ("पृष्ठ संख्या 12", "?c=12#c"),
        ("पृ० 12-14", "?c=12#c"),
        ("पृ० 12–14/पत्रा०", "?c=12#c"),
        ("p. 12", "?c=12#c"),
        ("pp. 12-14", "?c=12#c"),
        ("page 12/c", "?c=12#c"),
        ("Page 7", "?c=7#c"),
        ("प्रस्तर 3", "#p3"),
        ("प्रस्तर ३", "#p3"),
        ("अनुच्छेद 3", "#p3"),
        ("para 3", "#p3"),
        ("Paragraph 3", "#p3"),
    ],
)
def test_words_of_the_office_lead_to_the_page_or_the_paragraph(words: str, address: str) -> None:
    html = linked(f"<p>कृपया {words} देखें।</p>")
    found = re.fullmatch(r'<p>कृपया <a class="pv-ref"(?: data-page="\d+")? href="([^"]+)">(.+)</a> देखें।</p>', html)
    assert found
    assert found.groups() == (address, words)


@pytest.mark.parametrize(
    "words",
    ["पृ० 41", "प्रस्तर 21", "पृ० 0", "स्टेप. 12", "app. 3", "उपप्रस्तर 3", "पृ० 123456", "प्रस्तर", "p 12", "p. 1,2"],
)
def test_what_is_not_there_and_what_is_no_reference_stay_words(words: str) -> None:
    assert linked(f"<p>{words}</p>") == f"<p>{words}</p>"


def test_only_words_become_anchors_never_what_stands_in_a_tag() -> None:
    html = '<p lang="p. 3">x <b>प्रस्तर 2</b></p>'
    assert linked(html) == '<p lang="p. 3">x <b><a class="pv-ref" href="#p2">प्रस्तर 2</a></b></p>'


@given(st.text(max_size=60), st.sampled_from(["पृ० 3", "para 2", "p. 9"]), st.text(max_size=60))
def test_whatever_people_write_no_address_of_theirs_is_ever_linked(before: str, words: str, after: str) -> None:
    html = linked(writing.sanitise(f'<p>{before} <a href="javascript:x">{words}</a> {after}</p>'))
    assert all(re.fullmatch(r"#p\d+|\?c=\d+#c", address) for address in re.findall(r'href="([^"]*)"', html))
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)


@given(st.text(max_size=80))
def test_the_words_stay_as_they_were(text: str) -> None:
    clean = writing.sanitise(text)
    assert re.sub(r"</?a\b[^>]*>", "", linked(clean)) == clean
