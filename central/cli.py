"""`patravali hub …`: the district server's program on one folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from central import config
from commons import serve, supervise
from commons.folder import held
from commons.loglines import log_to_stderr
from commons.words import of_code, refuse
from protocol.errors import PatravaliError

if TYPE_CHECKING:
    from flask import Flask

RECOVER = """\
Say that this folder is a copy put back from a backup. The hub begins a new life, takes reports from all offices of what
was said after the copy, and only then rules again. Do this before the first start on a copy. WHY stands on its page.
"""


POST = """\
Take in every bag for the district on the stick in FOLDER, and put on it the answers, the deliveries and the papers for
those who wrote them. A stick that went round ten offices goes back to all ten. Nothing else on it is read or changed.
"""


def programs(
    folder: Path, *, listen: str | None = None, name: str = "", logs: Path | None = None
) -> list[supervise.Program]:
    """The processes of the hub, for a supervisor; their output goes to files in `logs`."""
    command = [sys.executable, "-m", "central.cli", "web", "--data", str(folder)]
    command += ["--listen", listen] if listen else []
    label = f"{name}-web" if name else "web"
    return [supervise.Program(label, tuple(command), logs / f"{label}.log" if logs else None)]


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except PatravaliError as error:
        return refuse(error)


def _serve(options: argparse.Namespace) -> int:
    log_to_stderr()
    settings = config.read(options.data, {"listen": options.listen})
    with held(options.data):
        serve.check_listening(settings.listen)
        config.open_hub(options.data, check=True).db.close()
        return supervise.keep(supervise.Supervisor(programs(options.data, listen=settings.listen)))


def _web(options: argparse.Namespace) -> int:
    supervise.end_with_parent()
    log_to_stderr()
    settings = config.read(options.data, {"listen": options.listen})
    host, _ = serve.parse(settings.listen)
    if not serve.is_loopback(host):
        raise serve.BadAddress("address.not_loopback", address=settings.listen)

    def application() -> Flask:
        from central.web.app import create_app
        from central.web.doors import blueprints
        from commons.sweeping import Place, Sweeper
        from commons.tus.server import EXPIRES_SECONDS

        hub = config.open_hub(options.data)
        Sweeper([Place(hub.incoming, EXPIRES_SECONDS), Place(hub.papers), Place(hub.bundles)]).start()
        return create_app(hub, blueprints(hub))

    serve.run_web(application, settings.listen, settings.threads, f"patravali-{settings.node}-web")
    return 0


def _status(options: argparse.Namespace) -> int:
    from central.status import status_of, words

    status = status_of(config.open_hub(options.data))
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(status), indent=2).decode())
    else:
        print(words(status))
    return 0


def _publish(options: argparse.Namespace) -> int:
    hub = config.open_hub(options.data)
    version = hub.publish(options.directory.read_bytes())
    hub.db.close()
    print(f"{hub.node}: directory {version} is published; offices take it with their next exchange.")
    return 0


def _post(options: argparse.Namespace) -> int:
    from central.hub.post import post
    from commons.stick import Stick

    hub = config.open_hub(options.data)
    expected = hub.db.rows("SELECT code FROM node WHERE expected=1 ORDER BY code") if options.to_all else []
    done = post(hub, Stick(options.stick), [*options.to, *(str(code) for (code,) in expected)])
    hub.db.close()
    for one in done:
        if one.refused:
            print(f"{one.office}: {of_code(one.refused)}")
            continue
        came = f"bag taken in with {one.papers_in} papers; " if one.came else ""
        with_it = f"{one.deliveries} deliveries, {one.papers_out} of {one.papers_wanted} papers"
        print(f"{one.office}: {came}answer on the stick with {with_it}.")
        if one.left:
            print(f"{one.office}: more waits for it, but there was no room: with the next stick or line.")
    if not done:
        print("There was no bag for the district on this stick.")
    print("What was written has been read back. You may pull the stick out now.")
    return 1 if any(one.refused for one in done) else 0


def _recover(options: argparse.Namespace) -> int:
    from central.hub.ledger import Ledger
    from central.hub.recover import begin, excuse

    with held(options.data):
        hub = config.open_hub(options.data, check=True)
        with hub.db.writing():
            ledger = Ledger(hub.db, hub.clock.now_ms(), hub.node_of_post)
            if options.never:
                excuse(ledger, options.never)
            else:
                begin(ledger, options.why)
            ledger.flush()
        hub.db.close()
    if options.never:
        print(f"{hub.node}: does not wait for {options.never} any more.")
        return 0
    print(f"{hub.node}: a new life has begun; it rules again when the offices have reported. Start it: hub serve.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("patravali hub", description="The district server: orders the hand-overs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], words: str, more: str = "") -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=more or words)
        command.set_defaults(run=run)
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the hub's folder")
        return command

    for name, run, words in (
        ("serve", _serve, "check the data, then keep the hub running until Ctrl-C or SIGTERM"),
        ("web", _web, "the web process alone, in this process (serve starts it)"),
    ):
        add(name, run, words).add_argument(
            "--listen", metavar="ADDR", help="such as 127.0.0.1:8800; over config.toml's"
        )
    add("status", _status, "what the hub knows of every office and file").add_argument(
        "--json", action="store_true", help="for programs"
    )
    add("publish", _publish, "take in a signed directory, for all offices").add_argument(
        "directory", type=Path, metavar="FILE", help="as the authority signed it"
    )
    command = add("post", _post, "take in a stick's post, and put on it what waits for the offices", POST)
    command.add_argument("stick", type=Path, metavar="FOLDER", help="where the stick is mounted")
    command.add_argument(
        "--to", action="append", default=[], metavar="OFFICE", help="also for this office, which put no bag on it"
    )
    command.add_argument("--to-all", action="store_true", help="also for every other office of the district")
    recover = add("recover", _recover, "say that this folder is a copy from a backup", RECOVER)
    recover.add_argument("--why", default="restored", help="a word on what happened, for the hub's page")
    recover.add_argument(
        "--never",
        default="",
        metavar="NODE",
        help="state that this node was never set up, so that the hub does not wait",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
