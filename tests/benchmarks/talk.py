"""A process that talks to the hub until nothing is left to say: `python -m tests.benchmarks.talk FOLDER URL`."""

from __future__ import annotations

import sys
from pathlib import Path

from appliance.config import open_unit
from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier, LineDown
from commons.tus.line import TransferError

CUT = 3


def main() -> int:
    """0 when all is said, CUT when the line broke."""
    unit = open_unit(Path(sys.argv[1]))
    try:
        converse(unit, HttpsCarrier(sys.argv[2], unit.incoming))
    except (LineDown, TransferError):
        return CUT
    finally:
        unit.db.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
