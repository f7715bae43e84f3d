from __future__ import annotations

import errno

import pytest

from commons.mounting.system import meaning


@pytest.mark.parametrize(
    ("number", "file_system", "code"),
    [
        (errno.ENODEV, "exfat", "stick.file_system"),
        (errno.EIO, "vfat", "stick.gone"),
        (errno.ENOMEDIUM, "vfat", "stick.gone"),
        (errno.EINVAL, "ntfs", "stick.unclean"),
        (errno.EINVAL, "vfat", "stick.damaged"),
        (errno.EUCLEAN, "ext4", "stick.damaged"),
        (None, "ext4", "stick.damaged"),
    ],
)
def test_what_a_failed_mount_says(number: int | None, file_system: str, code: str) -> None:
    assert meaning(number, file_system) == code
