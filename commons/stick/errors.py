"""What can be wrong with a stick, each with what to do about it (commons/words.py)."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from protocol.errors import LocalError


class StickFull(LocalError):
    """No room on it; what was on it before is untouched."""

    code = "stick.full"


class StickReadOnly(LocalError):
    """It takes no writes: a switch on its side, or a file system that was mounted so."""

    code = "stick.read_only"


class StickGone(LocalError):
    """It was pulled out, or does not answer."""

    code = "stick.gone"


class StickLies(LocalError):
    """What was read back is not what was written."""

    code = "stick.lies"


class StickUnfit(LocalError):
    """Not a folder that can be used; values `what`."""

    code = "stick.unfit"


_MEANINGS: dict[int, type[LocalError]] = {
    errno.ENOSPC: StickFull,
    errno.EDQUOT: StickFull,
    errno.EFBIG: StickFull,
    errno.EROFS: StickReadOnly,
    errno.EACCES: StickReadOnly,
    errno.EPERM: StickReadOnly,
    errno.EIO: StickGone,
    errno.ENODEV: StickGone,
    errno.ENXIO: StickGone,
    errno.ESTALE: StickGone,
    errno.ENOTCONN: StickGone,
    errno.ENOENT: StickGone,
}


@contextmanager
def stick_is_clear() -> Iterator[None]:
    """Turn what the system says into what happened to the stick."""
    try:
        yield
    except OSError as error:
        meaning = _MEANINGS.get(error.errno or 0, StickUnfit)
        raise meaning(what=errno.errorcode.get(error.errno or 0, "error")) from error
