"""What is said about a stick that is not as it should be, the same at an office and at the district."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from commons.web.problems import Problem
from commons.web.words import gettext

_KNOWN: Final = {
    "ntfs": "NTFS", "exfat": "exFAT", "vfat": "FAT", "hfsplus": "HFS+", "apfs": "APFS", "iso9660": "ISO 9660",
    "udf": "UDF", "linux_raid_member": "RAID", "LVM2_member": "LVM",
}  # fmt: skip

SENTENCES: Final[dict[str, Callable[[], tuple[str, str]]]] = {
    "stick.full": lambda: (
        gettext("There is no room on the stick. What was on it is untouched."),
        gettext("Take another stick, or make room on it on a PC."),
    ),
    "stick.read_only": lambda: (
        gettext("Nothing can be written on the stick."),
        gettext("Move the switch on its side, or take another stick."),
    ),
    "stick.gone": lambda: (
        gettext("The stick was pulled out, or does not answer. Nothing is lost."),
        gettext("Plug it in again and press the button once more."),
    ),
    "stick.stalls": lambda: (
        gettext("The stick does not answer. Nothing is lost."),
        gettext("Pull it out and plug it in again. If it stays silent, take another stick."),
    ),
    "stick.lies": lambda: (
        gettext("The stick does not keep what is written on it. Nothing is lost."),
        gettext("Do not use this stick any more; take another one."),
    ),
    "stick.unfit": lambda: (
        gettext("This stick cannot be used. Nothing on it was changed."),
        gettext("Take another stick."),
    ),
    "stick.locked": lambda: (
        gettext("This stick is locked with a password (encrypted). Nothing on it was changed."),
        gettext("Take another stick: the post is sealed by itself and needs no locked stick."),
    ),
    "stick.empty": lambda: (
        gettext("There is nothing on this stick that can be read: it was never formatted, or is worn out."),
        gettext("Format it on a PC as FAT32, or take another stick."),
    ),
    "stick.partitions": lambda: (
        gettext("This stick is divided into many parts, so it is not used."),
        gettext("Take another stick, or have this one formatted on a PC as FAT32."),
    ),
    "stick.damaged": lambda: (
        gettext("What is on this stick is damaged, so it cannot be opened. Nothing on it was changed."),
        gettext("Have a PC check it, or take another stick. The post that it carried goes with the next one."),
    ),
    "stick.unclean": lambda: (
        gettext("This stick was pulled out of a Windows PC before that had finished."),
        gettext("Plug it into a Windows PC, choose “Eject”, then bring it here again. Or take another stick."),
    ),
    "stick.permissions": lambda: (
        gettext("The owner of this stick has locked it for all others."),
        gettext("Take another stick, or have this one formatted on a PC as FAT32."),
    ),
}


def stick_problem(code: str, file_system: str = "") -> Problem:
    """The sentences for one code; `file_system` as udev calls it, for a stick that cannot be read."""
    if code == "stick.file_system":
        what = gettext("This stick is formatted in a way that cannot be read here (%(kind)s).", kind=_kind(file_system))
        return Problem(code, what, gettext("Take another stick, or format it on a PC as FAT32: that empties it."))
    make = SENTENCES.get(code)
    if make is None:
        what = gettext("This could not be done (%(code)s).", code=code)
        return Problem(code, what, gettext("Pull the stick out and plug it in again."))
    return Problem(code, *make())


def _kind(file_system: str) -> str:
    return _KNOWN.get(file_system, file_system[:20]) or "?"
