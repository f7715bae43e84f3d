"""A made-up /sys, in a process of its own under `umockdev-wrapper`; told by lines of JSON what comes and goes.

First it says where its root folder is: another process joins with LD_PRELOAD=libumockdev-preload.so.0 and
UMOCKDEV_DIR=<that folder>, and then sees these devices and no others.
"""

from __future__ import annotations

import ctypes
import json
import sys


def main() -> None:
    """Until standard input ends."""
    library = ctypes.CDLL("libumockdev.so.0")
    library.umockdev_testbed_new.restype = ctypes.c_void_p
    library.umockdev_testbed_get_root_dir.restype = ctypes.c_char_p
    bed = ctypes.c_void_p(library.umockdev_testbed_new())
    print(library.umockdev_testbed_get_root_dir(bed).decode(), flush=True)
    for line in sys.stdin:
        said = json.loads(line)
        if "add" in said:
            done = library.umockdev_testbed_add_from_string(bed, said["add"].encode(), None)
        else:
            path = said["remove"].encode()
            library.umockdev_testbed_uevent(bed, path, b"remove")
            library.umockdev_testbed_remove_device(bed, path)
            done = 1
        print(done, flush=True)


if __name__ == "__main__":
    main()
