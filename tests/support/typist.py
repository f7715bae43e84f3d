"""A typist of Hindi: which keys a word takes on each layout, worked out from the word, not from the program.

A layout is read the other way round: from what a key types to the key. A word is cut into syllables; on the typewriter
ि goes before its syllable and रेफ after it, ो is ा and े, and ख is its half and a stem.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from commons.web.keyboards import PRINTED
from commons.web.statics import FOLDER

CONSONANT = "[\u0915-\u0939\u0929\u0931\u0934]\u093c?"
SYLLABLE = re.compile(
    f"(?P<cluster>(?:{CONSONANT}\u094d)*{CONSONANT})(?P<half>\u094d)?(?P<matra>[\u093e-\u094c])?(?P<mods>[\u0901-\u0903]*)"
    f"|(?P<vowel>[\u0904-\u0914])(?P<vmods>[\u0901-\u0903]*)|(?P<other>.)",
    re.DOTALL,
)
SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
STEM, REPH = "\u093e", "र्"
VOWELS = {
    "आ": ("अ", "ा"), "ओ": ("अ", "ा", "े"), "औ": ("अ", "ा", "ै"), "ऑ": ("अ", "ा", "ॅ"), "ऐ": ("ए", "े"),
    "ई": ("इ", REPH), "ऊ": ("उ", "ु"),
}  # fmt: skip
MATRAS = {"ो": ("ा", "े"), "ौ": ("ा", "ै"), "ॉ": ("ा", "ॅ")}
MODS = {"ँ": ("ॅ", "ं")}
WHOLE = ("त्र", "ज्ञ", "श्र", "द्य", "द्व", "द्ध", "क्ष्")


def keys_of(layout: str) -> dict[str, str]:
    """What each key of a layout types, plain or with Shift, to the sign printed on an English keyboard for that."""
    found = msgspec.json.decode((FOLDER / "keyboards" / f"{layout}.json").read_bytes())
    keys: dict[str, str] = {}
    for code, choices in found["keys"].items():
        plain = PRINTED.get(code, code[-1].lower())
        for sign, choice in zip((plain, SHIFTED.get(plain, plain.upper())), choices, strict=False):
            keys.setdefault(choice if isinstance(choice, str) else choice[0], sign)
    return keys


def as_seen(word: str, keys: Mapping[str, str]) -> list[str]:
    """The texts of keys that a typewriter's typist strikes for a word (NFC)."""
    return [text for found in SYLLABLE.finditer(word) for text in _syllable(found, keys, seen=True)]


def as_spoken(word: str, keys: Mapping[str, str]) -> list[str]:
    """The same on a layout that takes the signs in the order of Unicode."""
    return [text for found in SYLLABLE.finditer(word) for text in _syllable(found, keys, seen=False)]


def strokes(texts: list[str], keys: Mapping[str, str]) -> str:
    """The keys as what an English keyboard would have typed."""
    return "".join(keys.get(text, text) for text in texts)


def _syllable(found: re.Match[str], keys: Mapping[str, str], *, seen: bool) -> Iterator[str]:
    if found["other"]:
        yield found["other"]
        return
    if found["vowel"]:
        yield from _known(found["vowel"], VOWELS, keys)
        yield from (part for mod in found["vmods"] for part in _known(mod, MODS, keys))
        return
    cluster, matra = found["cluster"], found["matra"] or ""
    reph = seen and cluster.startswith(REPH) and not found["half"]
    if seen and matra == "ि":
        yield matra
    yield from _letters(cluster[2:] if reph else cluster, keys, half=bool(found["half"]))
    if matra and not (seen and matra == "ि"):
        yield from _known(matra, MATRAS, keys)
    if reph:
        yield REPH
    yield from (part for mod in found["mods"] for part in _known(mod, MODS, keys))


def _letters(cluster: str, keys: Mapping[str, str], *, half: bool) -> Iterator[str]:
    rakar = cluster.endswith("\u094dर") and len(cluster) > 2 and "\u094dर" in keys and not half and cluster not in keys
    rest = cluster[:-2] if rakar else cluster
    at = 0
    while at < len(rest):
        whole = next((one for one in WHOLE if rest.startswith(one, at) and one in keys), None)
        if whole and not (whole[-1] != "\u094d" and rest.startswith("\u093c", at + len(whole))):
            at += len(whole)
            yield whole
            continue
        letter, at = rest[at], at + 1
        dotted = rest.startswith("\u093c", at)
        at += dotted
        is_half = rest.startswith("\u094d", at)
        at += is_half
        yield from _letter(letter, keys, dotted=dotted, half=is_half or (half and at >= len(rest)))
    if rest.endswith("क्ष") and "क्ष्" in keys and "क्ष" not in keys and not half:
        return
    if rakar:
        yield "\u094dर"


def _letter(letter: str, keys: Mapping[str, str], *, dotted: bool, half: bool) -> Iterator[str]:
    short = letter + "\u094d"
    if half and short in keys:
        yield short
        if dotted:
            yield "\u093c"
        return
    if letter in keys:
        yield letter
        if dotted:
            yield "\u093c"
        if half:
            yield "\u094d"
        return
    yield short
    if dotted:
        yield "\u093c"
    if not half:
        yield STEM


def _known(sign: str, made_of: Mapping[str, tuple[str, ...]], keys: Mapping[str, str]) -> tuple[str, ...]:
    return (sign,) if sign in keys else made_of.get(sign, (sign,))


def made_up(count: int, seed: int) -> list[str]:
    """Words that nobody wrote: every letter, sign and kind of cluster, in the proportions of Hindi more or less."""
    draw = random.Random(seed)
    return ["".join(_made_syllable(draw) for _ in range(draw.randint(1, 4))) for _ in range(count)]


def _made_syllable(draw: random.Random) -> str:
    mods = draw.choice(["", "", "", "", "ं", "ँ", "ः"])
    if draw.random() < 0.12:
        return draw.choice("अआइईउऊएऐओऔऋ") + mods
    letters = "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"
    dotted = draw.choice(letters)
    if dotted in "खगजडढफ" and draw.random() < 0.4:
        dotted += "\u093c"
    cluster = draw.choice(
        [dotted] * 9
        + [f"र्{dotted}", f"{draw.choice('कगघजतदपबभशसट')}्र", f"{draw.choice('नमसकतपलशष')}्{draw.choice('तथकपमयवटठ')}"]
        + [draw.choice(("क्ष", "त्र", "ज्ञ", "श्र", "द्य", "द्व", "द्ध", "ट्ट", "ङ्ग", "न्द्र", "स्त्र", "र्द्र", "ष्ट्र", "र्त्त", "ह्म"))]
    )
    return cluster + draw.choice(["", "", "", "ा", "ा", "ि", "ि", "ी", "ु", "ू", "ृ", "े", "ै", "ो", "ौ", "ॉ"]) + mods


def written(folder: Path) -> list[str]:
    """The Hindi words of our own screens."""
    texts = (path.read_text() for path in sorted(folder.glob("*/translations/hi/LC_MESSAGES/messages.po")))
    return sorted({word for text in texts for word in re.findall("[\u0904-\u0963]{2,}", text)})
