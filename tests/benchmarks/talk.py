"""A process that talks to the hub until nothing is left: `python -m tests.benchmarks.talk FOLDER URL [papers]`."""

from __future__ import annotations

import sys
from pathlib import Path

from appliance.config import open_unit
from appliance.link.carry import carry
from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier, LineDown
from appliance.store.unit import Unit
from commons.tus.line import TransferError

CUT = 3
ROUNDS = 20


def main() -> int:
    """0 when all is said, CUT when the line broke."""
    unit = open_unit(Path(sys.argv[1]))
    try:
        if sys.argv[3:] == ["papers"]:
            carry_all(unit, sys.argv[2])
        else:
            converse(unit, HttpsCarrier(sys.argv[2], unit.incoming))
    except (LineDown, TransferError):
        return CUT
    finally:
        unit.db.close()
    return 0


def carry_all(unit: Unit, url: str) -> None:
    """One round of the carrier after another until no paper waits here."""
    carrier = HttpsCarrier(url, unit.incoming)
    for _ in range(ROUNDS):
        carry(unit, carrier)
        if not unit.db.row("SELECT 1 FROM blob WHERE here=1 AND at_hub=0 LIMIT 1"):
            return
    raise RuntimeError("papers are left")


if __name__ == "__main__":
    sys.exit(main())
