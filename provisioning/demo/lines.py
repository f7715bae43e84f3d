"""The switch of each office's line: a word in DATA/lines/<office>, which the relay obeys."""

from __future__ import annotations

from pathlib import Path

UP, DOWN = "up", "down"


def is_up(data: Path, office: str) -> bool:
    """Whether the line is switched on; it is until somebody switches it off."""
    try:
        return (data / "lines" / office).read_text().strip() != DOWN
    except FileNotFoundError:
        return True


def switch(data: Path, office: str, *, up: bool) -> None:
    """Switch the line; a running relay follows within a moment, one that starts later at once."""
    folder = data / "lines"
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".{office}.new"
    new.write_text(f"{UP if up else DOWN}\n")
    new.replace(folder / office)
