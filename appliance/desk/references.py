"""Links from a note to a page of the correspondence or to a paragraph: written as words, shown as anchors.

What is stored stays plain text (`पृ० 12`, `p. 12`, `प्रस्तर 3`, `para 3`); no address ever comes from what people wrote.
"""

from __future__ import annotations

import re
from html import escape

_PAGE = r"पृष्ठ(?:\s*संख्या)?|पृ[०.]|pages?|pp?\."
_PARAGRAPH = r"प्रस्तर|अनुच्छेद|paragraphs?|paras?\.?"
_NUMBER = r"[0-9०-९]{1,5}"
_REFERENCE = re.compile(
    rf"(?<![\w\u0900-\u097f])(?:(?P<page>{_PAGE})|(?P<para>{_PARAGRAPH}))[\s\u00a0]*(?P<n>{_NUMBER})"
    rf"(?:[\u2013-]{_NUMBER})?(?![0-9०-९.,]*[0-9०-९])(?:/(?:पत्रा०|प[०.]|c\b\.?))?",
    re.IGNORECASE,
)
_TAG = re.compile(r"(<[^>]*>)")


def with_links(html: str, *, paragraphs: int, pages: int, page_address: str) -> str:
    """A note's allow-listed HTML with its references as anchors; pure.

    References to what is not there stay words. `page_address` is the address of a page of the correspondence up to
    its number, for example `?c=`.
    """

    def anchor(match: re.Match[str]) -> str:
        number = int(match["n"])
        words = match[0]
        if match["page"] is not None and 1 <= number <= pages:
            address = escape(f"{page_address}{number}#c")
            return f'<a class="pv-ref" data-page="{number}" href="{address}">{words}</a>'
        if match["para"] is not None and 1 <= number <= paragraphs:
            return f'<a class="pv-ref" href="#p{number}">{words}</a>'
        return words

    pieces = _TAG.split(html)
    pieces[::2] = [_REFERENCE.sub(anchor, piece) for piece in pieces[::2]]
    return "".join(pieces)
