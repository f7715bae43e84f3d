"""Kinds of receipts and their usual time limits, from `data/receipt_kinds.toml`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).parent / "data" / "receipt_kinds.toml"


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind: how registers count it, its limit in days, its least priority, the field that it needs."""

    type: str
    days: int | None = None
    priority: int = 0
    needs: str = ""


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by their code, in the order of the form."""
    return msgspec.toml.decode(FILE.read_bytes(), type=dict[str, Kind])


def usual_limit(kind: Kind, received: date) -> str:
    """ISO day by which a receipt of this kind is to be disposed of; "" when its own papers say."""
    return "" if kind.days is None else (received + timedelta(days=kind.days)).isoformat()
