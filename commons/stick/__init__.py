"""A USB stick as a place for post bags: found, written and read back, whatever else is on it."""

from commons.stick.errors import StickFull, StickGone, StickLies, StickReadOnly, StickUnfit
from commons.stick.folder import FOLDER, Progress, Stick, Waiting, silent
from commons.stick.post import End, Filled, Load, empty, fill, packed_bag, small_papers, take_part

__all__ = [
    "FOLDER", "End", "Filled", "Load", "Progress", "Stick", "StickFull", "StickGone", "StickLies", "StickReadOnly",
    "StickUnfit", "Waiting", "empty", "fill", "packed_bag", "silent", "small_papers", "take_part",
]  # fmt: skip
