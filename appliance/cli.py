"""`patravali appliance …`: the office's program on one folder."""

from __future__ import annotations

import argparse
import resource
import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from appliance import config, practice_cli
from commons import serve, supervise
from commons.folder import held
from commons.loglines import log_to_stderr
from commons.words import of_code, refuse
from protocol.errors import LocalError, PatravaliError

if TYPE_CHECKING:
    from flask import Flask

DESCRIPTION = """\
The program of one office: its screens, its queue, its data in one folder.
"""

DISCOVERY_BYTES = 1 << 30
"""Of address space: a network full of made-up names ends that process, which is started again, and nothing else."""

RESTORE = """\
Say that this folder is a copy put back from a backup. The office reads only until it has heard from the district what
came after the copy; then it works on by itself. Do this before the first start on a copy. Nothing is lost by it.
"""


POST = """\
Take in what the stick in FOLDER brings for this office, and put all that the district has not acknowledged on it,
sealed to the district. Nothing else on the stick is read or changed. It may be done while the office works, and again:
what is lost on the way, comes late or comes twice does no harm.
"""


def programs(
    folder: Path,
    *,
    listen: str | None = None,
    hub_url: str | None = None,
    practice_url: str | None = None,
    fingerprint: str = "",
    name: str = "",
    logs: Path | None = None,
) -> list[supervise.Program]:
    """The processes of one office, for a supervisor; their output goes to files in `logs`.

    With the `fingerprint` of its key the office is announced in its network; without, nothing is.
    """
    common = ["--data", str(folder)]
    common += ["--listen", listen] if listen else []
    common += ["--hub", hub_url] if hub_url is not None else []
    common += ["--practice", practice_url] if practice_url is not None else []
    prefix = f"{name}-" if name else ""
    commands = {"web": common, "queue": common}
    if fingerprint:
        commands["discovery"] = ["--data", str(folder), "--fingerprint", fingerprint]
    return [
        supervise.Program(
            prefix + what,
            (sys.executable, "-m", "appliance.cli", what, *arguments),
            logs / f"{prefix}{what}.log" if logs else None,
        )
        for what, arguments in commands.items()
    ]


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except PatravaliError as error:
        return refuse(error)


def _given(options: argparse.Namespace) -> dict[str, object]:
    return {"listen": options.listen, "hub_url": options.hub, "practice_url": options.practice}


def _serve(options: argparse.Namespace) -> int:
    log_to_stderr()
    settings = config.read(options.data, _given(options))
    with ExitStack() as stack:
        stack.enter_context(held(options.data))
        serve.check_listening(settings.listen)
        unit = config.open_unit(options.data, _given(options), check=True)
        unit.db.close()
        supervisor = supervise.Supervisor(
            programs(
                options.data,
                listen=settings.listen,
                hub_url=settings.hub_url,
                practice_url=settings.practice_url,
                fingerprint=unit.keys.fingerprint if settings.announce else "",
            )
        )
        return supervise.keep(supervisor)


def _web(options: argparse.Namespace) -> int:
    supervise.end_with_parent()
    log_to_stderr()
    settings = config.read(options.data, _given(options))
    serve.check_loopback(settings.listen)

    def application() -> Flask:
        from appliance.web.app import create_app

        return create_app(config.open_unit(options.data, _given(options)))

    serve.run_web(application, settings.listen, settings.threads + settings.streams, f"patravali-{settings.node}-web")
    return 0


def _queue(options: argparse.Namespace) -> int:
    from appliance.queue import run_consumer

    supervise.end_with_parent()
    log_to_stderr()
    run_consumer(config.open_unit(options.data, _given(options)))
    return 0


def _discovery(options: argparse.Namespace) -> int:
    """Reads datagrams of anyone in the network: so it has the settings and a public fingerprint, and opens no key."""
    from appliance.discovery import keeper
    from appliance.discovery.values import Own

    supervise.end_with_parent()
    log_to_stderr()
    resource.setrlimit(resource.RLIMIT_AS, (DISCOVERY_BYTES, DISCOVERY_BYTES))
    settings = config.read(options.data)
    own = Own(settings.node, version("patravali"), options.fingerprint, settings.announce_port, secrets.token_hex(8))
    keeper.run(options.data, own)
    return 0


def _status(options: argparse.Namespace) -> int:
    from appliance.status import status_of, words

    status = status_of(config.open_unit(options.data))
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(status), indent=2).decode())
    else:
        print(words(status))
    return 0


def _restore(options: argparse.Namespace) -> int:
    from appliance.link.restore import begin_restore

    with held(options.data):
        unit = config.open_unit(options.data, check=True)
        begin_restore(unit, _milliseconds(options.copy_of) if options.copy_of else _last_written_ms(options.data))
        unit.db.close()
    print(f"{unit.node}: stopped until the district has said what came after the copy. Start it: appliance serve.")
    return 0


def _post(options: argparse.Namespace) -> int:
    from appliance.link.stick import bring_in, take_out
    from appliance.store.book import STOPPED, read_node
    from commons.stick import Stick

    unit = config.open_unit(options.data)
    if read_node(unit.db).mode == STOPPED:
        raise LocalError("stick.stopped")
    stick = Stick(options.stick)
    came = bring_in(unit, stick)
    out = take_out(unit, stick)
    unit.db.close()
    print(f"{unit.node}: {came.bags} bag(s) in, with {came.deliveries} deliveries and {came.papers} papers.")
    for code in came.refused:
        print(f"{unit.node}: {of_code(code)}")
    print(f"{unit.node}: one bag out, with {out.events} events ({out.movements} newly sent) and {out.papers} papers.")
    if out.papers_left:
        print(f"{unit.node}: {out.papers_left} papers had no room; they go with the next stick or line.")
    print("What was written has been read back. You may pull the stick out now.")
    return 1 if came.refused else 0


def _milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone().timestamp() * 1000)


def _last_written_ms(folder: Path) -> int:
    return (folder / "patravali.db").stat().st_mtime_ns // 1_000_000


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("patravali appliance", description=DESCRIPTION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], words: str, more: str = "") -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=more or words)
        command.set_defaults(run=run)
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the office's folder")
        return command

    for name, run, words in (
        ("serve", _serve, "check the data, then keep screens and queue running until Ctrl-C or SIGTERM"),
        ("web", _web, "the screens alone, in this process (serve starts it)"),
        ("queue", _queue, "the queue alone, in this process (serve starts it)"),
    ):
        command = add(name, run, words)
        command.add_argument("--listen", metavar="ADDR", help="such as 127.0.0.1:8801; over config.toml's")
        command.add_argument("--hub", metavar="URL", help="the hub's address; over config.toml's")
        command.add_argument("--practice", metavar="URL", help="the practice office's address; over config.toml's")
    add("discovery", _discovery, "the office's name in its network alone (serve starts it)").add_argument(
        "--fingerprint", required=True, metavar="HEX", help="SHA-256 of the public key of the node's certificate"
    )
    practice_cli.add_to(add)
    add("status", _status, "journal, line and files of the office").add_argument(
        "--json", action="store_true", help="for programs"
    )
    add("post", _post, "take the district's post from a stick, and put ours on it", POST).add_argument(
        "stick", type=Path, metavar="FOLDER", help="where the stick is mounted"
    )
    add("restore", _restore, "say that this folder is a copy from a backup", RESTORE).add_argument(
        "--copy-of", metavar="TIME", help="when the copy was made, such as 2026-11-20T18:00; else its last change"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
