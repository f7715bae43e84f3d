"""mount(2) and umount2(2), with nothing between: no program is started, no option comes from a stick."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from commons.mounting.decide import FILE_SYSTEMS
from commons.mounting.mountinfo import number_of
from commons.mounting.values import FOLDER_NAME, Device, Owner

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _NOSYMFOLLOW, _NOATIME = 1, 2, 4, 8, 256, 1024
FLAGS: Final = _NOSUID | _NODEV | _NOEXEC | _NOSYMFOLLOW | _NOATIME
_DETACH, _NOFOLLOW = 2, 8

_OWNED = "uid={uid},gid={gid},fmask=0177,dmask=0077"
DATA: Final = {
    "vfat": f"{_OWNED},utf8,shortname=mixed,flush,errors=remount-ro",
    "exfat": f"{_OWNED},iocharset=utf8,errors=remount-ro",
    "ntfs3": f"{_OWNED},iocharset=utf8",
    "ext4": "errors=remount-ro",  # its own superblock may ask for a panic of the machine
}
"""For each driver. No `sync`: every bag is written whole, synced and read back, and `sync` wears flash out."""

_libc = ctypes.CDLL(None, use_errno=True)


class CannotMount(Exception):
    """Why a stick cannot be used: `code` is for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def mount(device: Device, place: Path, owner: Owner, *, read_only: bool = False) -> None:
    """Mount it at a new folder. Raises CannotMount; then the folder is gone again."""
    try:
        with suppress(FileExistsError):
            place.mkdir(mode=0o700)
        _require_free(place)
        _mount(device, place, owner, read_only=read_only)
    except OSError as error:
        remove_folder(place)
        raise CannotMount(meaning(error.errno, device.file_system)) from error
    except CannotMount:
        with suppress(OSError):
            unmount(place, at_once=True)
        raise


def meaning(number: int | None, file_system: str) -> str:
    """What a failed mount says about the stick, a code."""
    if number in (errno.ENODEV, errno.ENOPROTOOPT):
        return "stick.file_system"
    if number in (errno.EIO, errno.ENXIO, errno.ENOENT, errno.ENOMEDIUM, errno.ESTALE):
        return "stick.gone"
    if file_system == "ntfs" and number in (errno.EINVAL, errno.EROFS):
        return "stick.unclean"
    return "stick.damaged"


def unmount(place: Path, *, at_once: bool = False) -> None:
    """What is mounted there, written out first; `at_once` for a device that is gone. Raises OSError (EBUSY)."""
    flags = _NOFOLLOW | (_DETACH if at_once else 0)
    if _libc.umount2(os.fsencode(place), flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    remove_folder(place)


def _require_free(place: Path) -> None:
    """Nothing is mounted over another stick: its post would go to this one."""
    if place.is_mount():
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def remove_folder(place: Path) -> None:
    """The empty folder of a stick that is not there any more; what is not empty is somebody's, and stays."""
    with suppress(OSError):
        place.rmdir()


def _mount(device: Device, place: Path, owner: Owner, *, read_only: bool) -> None:
    found = Path(device.path).stat()
    if not stat.S_ISBLK(found.st_mode) or number_of(found.st_rdev) != device.number:
        raise OSError(errno.ENXIO, "another device")
    driver = FILE_SYSTEMS[device.file_system]
    data = DATA[driver].format(uid=owner.uid, gid=owner.gid).encode()
    try:
        _call(device.path, place, driver, FLAGS | (_RDONLY if read_only else 0), data)
    except OSError as error:
        if read_only or error.errno not in (errno.EROFS, errno.EACCES):
            raise
        _call(device.path, place, driver, FLAGS | _RDONLY, data)
        read_only = True
    if driver == "ext4":
        _make_usable(place, owner, read_only=read_only)


def _call(source: str, place: Path, driver: str, flags: int, data: bytes) -> None:
    if _libc.mount(source.encode(), os.fsencode(place), driver.encode(), ctypes.c_ulong(flags), data) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _make_usable(place: Path, owner: Owner, *, read_only: bool) -> None:
    """Owners on a stick mean nothing here: our one folder is made and given to the service, all else stays as it is.

    Every step is on an open folder, so that no name on the stick leads anywhere else.
    """
    root = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not os.fstat(root).st_mode & stat.S_IXOTH:
            raise CannotMount("stick.permissions")
        if read_only:
            return
        try:
            with suppress(FileExistsError):
                os.mkdir(FOLDER_NAME, 0o700, dir_fd=root)
            _give(root, owner)
        except OSError as error:
            if error.errno in (errno.EIO, errno.EUCLEAN):
                raise
    finally:
        os.close(root)


def _give(root: int, owner: Owner) -> None:
    """What is no folder of this very file system is left as it is: the programs refuse it by themselves."""
    ours = os.open(FOLDER_NAME, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root)
    try:
        found = os.fstat(ours)
        if found.st_dev == os.fstat(root).st_dev and (found.st_uid, found.st_gid) != owner:
            os.fchown(ours, owner.uid, owner.gid)
    finally:
        os.close(ours)
