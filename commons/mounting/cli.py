"""`patravali sticks`: the privileged helper that mounts USB sticks."""

from __future__ import annotations

import argparse
import logging
import os
import pwd
from pathlib import Path

from commons.loglines import log_to_stderr
from commons.mounting import mountinfo
from commons.mounting.values import Owner
from commons.words import refuse
from protocol.errors import LocalError, PatravaliError

DESCRIPTION = """\
Mount each USB stick that is plugged in below the folder of sticks, with nosuid, nodev and noexec, for the programs of
an unprivileged user; unmount it when they are done with it or when it is pulled out. Needs root's right to mount, and
nothing else: it opens no folder of a node, no key and no file of a stick. systemd/patravali-sticks.service runs it.
"""
SHARED = "not_shared"


def main(arguments: list[str]) -> int:
    """Run until it is told to end; its exit code."""
    parser = argparse.ArgumentParser("patravali sticks", description=DESCRIPTION)
    parser.add_argument(
        "--sticks", type=Path, default=Path("/run/patravali/sticks"), metavar="FOLDER", help="as the setting `sticks`"
    )
    parser.add_argument("--user", default="patravali", metavar="NAME", help="who reads and writes the sticks")
    options = parser.parse_args(arguments)
    log_to_stderr()
    try:
        return _run(options.sticks, options.user)
    except PatravaliError as error:
        return refuse(error)


def _run(root: Path, user: str) -> int:
    from commons.mounting.devices import Devices
    from commons.mounting.keeper import Keeper, check_place

    owner = _owner(user)
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    check_place(root)
    if os.geteuid() != 0:
        raise LocalError("sticks.root")
    if not mountinfo.is_shared(mountinfo.MOUNTINFO.read_bytes(), str(root)):
        logging.getLogger("patravali.sticks").warning(SHARED)
    Keeper(root, owner, Devices()).run()
    return 0


def _owner(user: str) -> Owner:
    try:
        found = pwd.getpwnam(user)
    except KeyError as error:
        raise LocalError("sticks.user", user=user) from error
    return Owner(found.pw_uid, found.pw_gid)
