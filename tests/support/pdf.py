"""What another program finds in a PDF: poppler's tools."""

import re
import subprocess
import unicodedata


def text_of(pdf: bytes, *options: str) -> str:
    """All text in reading order, in NFC, spaces and line ends as one space, without the places to break."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    text = unicodedata.normalize("NFC", done.stdout.decode()).replace("\u200b", "")
    return " ".join(text.split())


def facts_of(pdf: bytes) -> dict[str, str]:
    """The lines of pdfinfo."""
    done = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    return {
        name: value.strip() for name, _, value in (line.partition(":") for line in done.stdout.decode().split("\n"))
    }


def letters_of(pdf: bytes, *options: str) -> str:
    """All text without any space: poppler guesses spaces from gaps, and some vowel signs make one."""
    return text_of(pdf, *options).replace(" ", "")


def pages_of(pdf: bytes) -> int:
    """How many."""
    return int(facts_of(pdf)["Pages"])


def fonts_of(pdf: bytes) -> list[tuple[str, bool]]:
    """Each font's name and whether it is embedded."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True)
    rows = [line.split() for line in done.stdout.decode().split("\n")[2:] if line]
    return [(row[0], row[-5] == "yes") for row in rows]


def claims_of(pdf: bytes) -> dict[str, str]:
    """What its XMP says it conforms to: `part` and `conformance` of PDF/A, `ua` the part of PDF/UA."""
    xmp = pdf[pdf.index(b"<x:xmpmeta") : pdf.index(b"</x:xmpmeta>")].decode()
    found = {name: re.search(rf"<pdfaid:{name}>(.*?)<", xmp) for name in ("part", "conformance")}
    found["ua"] = re.search(r"<pdfuaid:part>(.*?)<", xmp)
    return {name: match[1] for name, match in found.items() if match}


def words_at(pdf: bytes, page: int) -> list[tuple[str, float, float, float, float]]:
    """Each word of a page with its box in points from the upper left: left, top, right, bottom."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"], input=pdf, capture_output=True, check=True
    )
    pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    rows = re.findall(pattern, done.stdout.decode())
    return [(word, float(left), float(top), float(right), float(bottom)) for left, top, right, bottom, word in rows]
