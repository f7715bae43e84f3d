"""The help and the guides name what the screens name: every word in bold stands on some screen of that language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import appliance
import central
import commons

HOUSES = (appliance, central, commons)
TEXTS = ("papers/data/guides.toml", "web/data/help.toml")
BOLD = re.compile(r"\*\*(.+?)\*\*")


def on_screens(language: str) -> str:
    """All words of the catalogues, in Hindi or as they are written in the source."""
    found: list[str] = []
    for house in HOUSES:
        path = Path(str(house.__file__)).parent / "translations" / "hi" / "LC_MESSAGES" / "messages.po"
        with path.open("rb") as file:
            for message in read_po(file, locale="hi"):
                said = message.string if language == "hi" else message.id
                found += [said] if isinstance(said, str) else list(said or ())
    return "\n".join(found)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("language", ["hi", "en"])
def test_words_in_bold_are_those_of_the_screens(text: str, language: str) -> None:
    source = (Path(appliance.__file__).parent / text).read_text(encoding="utf-8")
    parts = re.split(r"^\[(hi|en)\.\w+\]$", source, flags=re.MULTILINE)
    said = "".join(part for name, part in zip(parts[1::2], parts[2::2], strict=True) if name == language)
    bold = set(BOLD.findall(said))
    assert len(bold) > 10
    screens = on_screens(language)
    assert {word for word in bold if word not in screens} == set()
