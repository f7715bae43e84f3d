"""A made-up letter in Hindi as PDF, made with typst and the font of the screens."""

from __future__ import annotations

import json
from pathlib import Path

import typst

import commons.web

FONTS = Path(commons.web.__file__).parent / "static" / "vendor" / "fonts"
TEMPLATE = """\
#let letter = json(bytes(sys.inputs.letter))
#set document(title: letter.subject)
#set page(paper: "a4", margin: 25mm)
#set text(font: "Noto Sans Devanagari", size: 12pt, lang: "hi")
#set par(justify: true, leading: 0.9em)
#align(center)[*#letter.warning*]
#v(6mm)
सेवा में,\\
#h(8mm)#letter.to
#v(4mm)
*विषय:* #letter.subject
#v(4mm)
महोदय,
#for words in letter.paragraphs [
  #par(words)
]
#v(8mm)
#align(right)[भवदीय,\\ #letter.by]
"""


def letter(*, to: str, subject: str, paragraphs: tuple[str, ...], by: str) -> bytes:
    """The PDF, the same bytes for the same words. What is written in it can be no typst command."""
    words = {
        "warning": "अभ्यास पत्र, वास्तविक नहीं",
        "to": to,
        "subject": subject,
        "paragraphs": list(paragraphs),
        "by": by,
    }
    pdf: bytes = typst.compile(
        TEMPLATE.encode(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[FONTS]),
        sys_inputs={"letter": json.dumps(words, ensure_ascii=False)},
        timestamp=0,
    )
    return pdf
