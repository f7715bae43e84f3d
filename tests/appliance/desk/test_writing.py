from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.desk import writing

pieces = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:x'>",
        "</a>",
        "<b",
        ">",
        "<",
        "&lt;",
        "&#60;script&#62;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<math><mtext>",
        "<style>",
        "</style>",
        "<table><tr><td>",
        "</table>",
        "<ul><li>",
        "</ul>",
        "<p lang=hi onclick=x style='x'>",
        '<p lang="x" onfocus=y>',
        "<template>",
        "<noscript>",
        "<iframe src=x>",
        "<base href=//x>",
        "<form action=x>",
        "<input autofocus onfocus=x>",
        "<details open ontoggle=x>",
        "<p/onclick=x>",
        "\x00",
        "\u2028",
        "e\u0301",
        "हिन्दी",
        "क\u093c",
        "\n\n",
        "\r\n",
        "\t",
        " ",
        "x",
        "&",
        "&amp;",
        "&nbsp;",
        "\u200d",
    ]
)
written = st.lists(pieces | st.text(max_size=5), max_size=12).map("".join)


class Seen(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.other = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_comment(self, data: str) -> None:
        self.other += 1 + len(data)

    def handle_decl(self, decl: str) -> None:
        self.other += 1 + len(decl)

    def unknown_decl(self, data: str) -> None:
        self.other += 1 + len(data)

    def handle_pi(self, data: str) -> None:
        self.other += 1 + len(data)


@settings(max_examples=400)
@given(written)
@example("<p>x</p><script>alert(1)</script>")
@example('<p lang="hi" onclick="alert(1)">x</p>')
@example("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>")
@example("<scr<script>ipt>alert(1)</scr</script>ipt>")
def test_whatever_is_written_only_allowed_tags_and_no_handlers_remain(html: str) -> None:
    clean = writing.sanitise(html)
    seen = Seen(clean)
    assert seen.tags <= writing.TAGS
    assert seen.attributes <= {"lang"}
    assert seen.other == 0
    assert "\x00" not in clean


@settings(max_examples=300)
@given(written)
def test_cleaned_once_is_cleaned_for_good(html: str) -> None:
    clean = writing.sanitise(html)
    assert writing.sanitise(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)


@given(st.text(max_size=60))
def test_plain_text_is_kept_word_for_word(text: str) -> None:
    """People type < and & in sentences."""
    kept = text.replace("\x00", "")
    if "<" in kept and ">" in kept:
        return
    words = unicodedata.normalize("NFC", " ".join(writing.words_of(writing.sanitise(text)).split()))
    assert words == unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", kept).split()))


@pytest.mark.parametrize(
    ("html", "clean", "count"),
    [
        ("", "", 0),
        ("   \n ", "", 0),
        ("<p></p>", "", 0),
        ("<p><br></p>", "", 0),
        ("<p>&nbsp;</p>", "", 0),
        ("एक", "<p>एक</p>", 1),
        ("एक\n\nदो", "<p>एक</p><p>दो</p>", 2),
        ("एक\r\nदो", "<p>एक</p><p>दो</p>", 2),
        ("5 < 6 & 7 > 6", "<p>5 &lt; 6 &amp; 7 &gt; 6</p>", 1),
        ("<p>एक</p><p>दो</p>", "<p>एक</p><p>दो</p>", 2),
        ("<p>एक</p><ul><li>a</li><li>b</li></ul><p>दो</p>", "<p>एक</p><ul><li>a</li><li>b</li></ul><p>दो</p>", 2),
        ("<b>bold</b>", "<b>bold</b>", 1),
        ("<p>a</p><p> </p><p>b</p>", None, 2),
        ("<table><tbody><tr><td><p>x</p></td><td><p>y</p></td></tr></tbody></table>", None, 1),
        ("<p>intro</p><ol><li><p>x</p></li><li><p>y</p></li></ol>", None, 1),
    ],
)
def test_paragraphs_are_counted_as_they_are_numbered(html: str, clean: str | None, count: int) -> None:
    found = writing.sanitise(html)
    assert clean is None or found == clean
    assert writing.count_paragraphs(found) == count
    assert len(writing.top_blocks(found)) == count


@settings(max_examples=200)
@given(written)
def test_blocks_are_the_whole_note_in_order(html: str) -> None:
    clean = writing.sanitise(html)
    blocks = writing.top_blocks(clean)
    assert writing.count_paragraphs(clean) == max(len(blocks), 1 if clean else 0)
    assert writing.words_of("".join(blocks)).split() == writing.words_of(clean).split()
    for block in blocks:
        for tag in ("table", "ul", "ol", "tr", "td", "li", "p"):
            assert block.count(f"<{tag}>") + block.count(f"<{tag} ") == block.count(f"</{tag}>"), (tag, block)


@given(st.text(max_size=80))
def test_a_title_is_one_line_in_nfc(text: str) -> None:
    title = writing.plain(text)
    assert "\n" not in title
    assert unicodedata.is_normalized("NFC", title)
    assert writing.plain(title) == title
    assert not any(unicodedata.category(ch)[0] == "C" for ch in title if ch not in "\u200c\u200d")


def test_a_title_keeps_the_joiners_that_hindi_needs_and_drops_what_turns_text_round() -> None:
    assert writing.plain("क्\u200dष \u202eabc\u202c\x07") == "क्\u200dष abc"


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<p>कृपया देखें</p>", "hi"),
        ("<p>Please see</p>", "en"),
        ("<p>कृपया Handpump की मरम्मत करें</p>", "hi"),
        ("<p>The गाँव is named Moth in the register of rates</p>", "en"),
        ("<p>12</p>", "en"),
    ],
)
def test_the_language_of_a_note(html: str, language: str) -> None:
    assert writing.language_of(html) == language
