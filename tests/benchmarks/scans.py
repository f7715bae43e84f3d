"""Scans as an office has them, and later versions of some: the same for every seed. Or those of a folder."""

from __future__ import annotations

import io
import random
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

SCANS, EDITED, SEED = 200, 40, 1
LINES = 38


class Scans(NamedTuple):
    """Papers by name, and of some names a later version."""

    first: dict[str, bytes]
    edited: dict[str, bytes]


@cache
def make(scans: int = SCANS, edited: int = EDITED, seed: int = SEED) -> Scans:
    """One-page PDFs of 100-400 kB, each a JPEG of a written page on grainy paper; some corrected afterwards."""
    draw = random.Random(f"scans-{seed}")
    first = {f"scan-{number:04d}.pdf": _scan(draw) for number in range(scans)}
    chosen = draw.sample(sorted(first), edited)
    return Scans(first, {name: _corrected(first[name], draw) for name in chosen})


def read(folder: Path) -> Scans:
    """The files of `folder`/orig, and of `folder`/edited those of the same names."""
    first = {path.name: path.read_bytes() for path in sorted((folder / "orig").iterdir())}
    edited = {path.name: path.read_bytes() for path in sorted((folder / "edited").iterdir())}
    return Scans(first, {name: content for name, content in edited.items() if name in first})


def _scan(draw: random.Random) -> bytes:
    width = draw.randint(640, 1150)
    size = (width, round(width * 1.414))
    page = Image.new("L", size, 236)
    pen = ImageDraw.Draw(page)
    for line in range(LINES):
        words = " ".join("".join(draw.choices("abcdefghijklmnop", k=draw.randint(2, 10))) for _ in range(14))
        pen.text((50, 50 + line * (size[1] - 100) / LINES), words, fill=40, font_size=width / 60)
    grain = Image.frombytes("L", size, draw.randbytes(size[0] * size[1]))
    out = io.BytesIO()
    moment = time.gmtime(1_750_000_000)
    Image.blend(page, grain, 0.09).save(out, "PDF", quality=72, resolution=110, creationDate=moment, modDate=moment)
    return out.getvalue()


def _corrected(scan: bytes, draw: random.Random) -> bytes:
    """The file as another program writes it: data before the picture, a place in it blotted out, a stamp behind.

    The three kinds of change of the workload that peers were measured on, in its sizes.
    """
    before = b"\n%" + draw.randbytes(draw.randint(20, 400))
    start = scan.index(b"\n", 8) + 1
    size = draw.randint(50, 500)
    blot = draw.randrange(len(scan) // 4, 3 * len(scan) // 4)
    stamp = b"10 0 obj<</Type/Annot>>stream\n" + draw.randbytes(draw.randint(200, 1500))
    picture = scan[start:blot] + draw.randbytes(size) + scan[blot + size :]
    return scan[:start] + before + picture + stamp + b"\nendstream endobj\n"
