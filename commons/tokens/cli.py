"""`patravali tokens`: the token service, the one program with access to USB tokens."""

from __future__ import annotations

import argparse
import os
import pwd
from pathlib import Path

from commons.loglines import log_to_stderr
from commons.words import refuse
from protocol.errors import LocalError, PatravaliError

DESCRIPTION = """\
See USB tokens come and go, tell the other programs whose certificates are on them, and sign with them: a PIN is passed
once to a process of its own, which ends with its work. It opens no folder of a node and no network.
systemd/patravali-tokens.service runs it.
"""


def main(arguments: list[str]) -> int:
    """Run until it is told to end; its exit code."""
    parser = argparse.ArgumentParser("patravali tokens", description=DESCRIPTION)
    parser.add_argument(
        "--folder", type=Path, default=Path("/run/patravali-tokens"), help="where its file and its socket lie"
    )
    parser.add_argument("--catalogue", type=Path, default=None, help="the table of tokens (/etc/patravali/tokens.toml)")
    parser.add_argument(
        "--user", default="", metavar="NAME", help="who may ask beside its own user: the programs' user"
    )
    options = parser.parse_args(arguments)
    log_to_stderr()
    try:
        return _run(options.folder, options.catalogue, options.user)
    except PatravaliError as error:
        return refuse(error)


def _run(folder: Path, catalogue: Path | None, user: str) -> int:
    from commons.tokens import catalogue as table
    from commons.tokens.service import Service
    from commons.tokens.usb import UsbDevices

    may_ask = {os.geteuid(), *([_uid(user)] if user else [])}
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    Service(folder, table.read(catalogue), UsbDevices(), may_ask.__contains__).run()
    return 0


def _uid(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError as error:
        raise LocalError("tokens.user", user=user) from error
