"""`patravali`: the one command. Each subcommand imports what it needs when it is called."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from commons.words import refuse
from protocol.errors import PatravaliError

DEFAULT_DATA = Path("data/demo")

DESCRIPTION = """\
Patravali (पत्रावली): the office files of a district, which move between offices whether or not the line is up.

To look at it, start `patravali demo` and open the page that it names. The commands `appliance` and `hub` run one
office and the district server on a folder of their own; docs/operations.md says how they are run in earnest.
"""

EPILOG = """\
examples:
  patravali demo                        a district to try, in data/demo; Ctrl-C stops it
  patravali line moth down              cut Moth's line in the running demonstration
  patravali story --lang en             the story of one file, told and checked
  patravali appliance serve --data /var/lib/patravali
  patravali find                        the appliances in this network
  patravali check /var/lib/patravali    verify everything that the folder can show
  patravali post --data HUB /media/stick   at the district: a stick's post in, and what waits for offices out

Exit codes: 0 well, 1 something is not as it should be, 2 the command was not understood, 3 a program refuses to
run until a person has done what the message says. “patravali COMMAND --help” says more about each.
"""

PASSED_ON = {
    "appliance": "appliance.cli",
    "hub": "central.cli",
    "sticks": "commons.mounting.cli",
    "tokens": "commons.tokens.cli",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in PASSED_ON:
        run: Callable[[list[str]], int] = importlib.import_module(PASSED_ON[given[0]]).main
        return run(given[1:])
    if given and given[0] == "post":
        return main(["hub", *given])
    options = _parser().parse_args(given)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except PatravaliError as error:
        return refuse(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _demo(options: argparse.Namespace) -> int:
    from provisioning.demo.plan import Plan
    from provisioning.demo.run import progress, run

    return run(Plan(options.data.resolve(), options.port), progress)


def _story(options: argparse.Namespace) -> int:
    from provisioning.story.tell import tell

    return tell(options.data, options.lang, keep=options.keep)


def _line(options: argparse.Namespace) -> int:
    from provisioning.demo.switch import switch

    return switch(options.data.resolve(), options.office, options.to)


def _status(options: argparse.Namespace) -> int:
    import msgspec

    from provisioning import nodes

    district = nodes.status(options.dir)
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(district), indent=2).decode())
    else:
        print(nodes.words(district))
    return 0


def _check(options: argparse.Namespace) -> int:
    from provisioning import nodes

    failed = 0
    for node in nodes.find(options.dir):
        try:
            print(f"{nodes.check(node)}: everything fits together", flush=True)
        except PatravaliError as error:
            print(f"{node.path.name}: not sound", file=sys.stderr)
            refuse(error)
            failed += 1
    return 1 if failed else 0


def _find(options: argparse.Namespace) -> int:
    import msgspec

    from appliance.discovery.find import find
    from provisioning.found import words

    found = find(options.seconds)
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        print(words(found))
    return 1 if any(one.state == "duplicate" for one in found.appliances) else 0


def _seconds(text: str) -> float:
    found = float(text)
    if not 0.5 <= found <= 600:
        raise argparse.ArgumentTypeError("0.5 to 600")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "patravali", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def add(name: str, run: Callable[[argparse.Namespace], int], words: str, more: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=words, description=more, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        command.set_defaults(run=run)
        return command

    demo = add(
        "demo",
        _demo,
        "a district to try: hub, headquarters, two block offices",
        "Starts a district hub, the node of district headquarters and two block offices, with made-up people and\n"
        "files. Prints the addresses and log-ins; DATA/run.json holds them too. Ctrl-C stops everything; the data\n"
        "stays, and the next start goes on from it.",
    )
    demo.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help="its folder (data/demo)")
    demo.add_argument(
        "--port", type=int, default=8800, metavar="BASE", help="the hub's port; the others follow it, up to BASE+20"
    )

    story = add(
        "story",
        _story,
        "the story of one file, played and checked without a browser",
        "Starts a demonstration of its own, lets made-up people move a file from Moth to headquarters and back and to\n"
        "Chirgaon with the line cut in between, tells each step, and checks it on the screens and in the databases.\n"
        "Exit code 0 only if every statement was true.",
    )
    story.add_argument("--data", type=Path, metavar="DIR", help="a new folder for its data (a temporary one)")
    story.add_argument("--lang", choices=("hi", "en"), default="hi", help="language of the screens and the telling")
    story.add_argument("--keep", action="store_true", help="leave the data and say where it is")

    line = add(
        "line",
        _line,
        "cut or restore the line of an office of the demonstration",
        "Down: the office's connections to the hub are cut and new ones refused. Up: it can connect again.\n"
        "Without a word, or with status: how it stands.",
    )
    line.add_argument("office", metavar="OFFICE", help="moth, chirgaon or jhansi-hq")
    line.add_argument("to", nargs="?", choices=("up", "down", "status"), default="status", help="(status)")
    line.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help="the demonstration's folder")

    for name, words in (
        ("appliance", "one office: serve, web, queue, discovery, practice, status, restore"),
        ("hub", "the district server: serve, status, publish, recover"),
        ("sticks", "mounts USB sticks for the others; the one part that needs privileges"),
        ("tokens", "sees USB tokens and signs with them; the one part with access to them"),
    ):
        commands.add_parser(name, help=words, add_help=False)

    status = add(
        "status",
        _status,
        "journal, line and files of a node, or of all nodes of a demonstration",
        "Reads the databases themselves, beside the running programs.",
    )
    status.add_argument("dir", nargs="?", type=Path, default=DEFAULT_DATA, metavar="DIR", help="(data/demo)")
    status.add_argument("--json", action="store_true", help="for programs")

    found = add(
        "find",
        _find,
        "the appliances in this machine's network",
        "Asks by multicast DNS and lists what answers: office, name, addresses, version, fingerprint of its key, and\n"
        "whether its web server can be reached. What is listed is what they say of themselves. Announces nothing.\n"
        "Exit code 1 if two have the same name.",
    )
    found.add_argument("--seconds", type=_seconds, default=4.0, metavar="N", help="how long to listen (4)")
    found.add_argument("--json", action="store_true", help="for programs")

    check = add(
        "check",
        _check,
        "verify everything that a data folder can show",
        "Reads the whole folder: database, hash chain of the journal, signatures, views against the journal, papers.\n"
        "Exit code 0 if all fits together, 1 if not.",
    )
    check.add_argument("dir", type=Path, metavar="DIR", help="a node's folder, or that of a demonstration")
    return parser


if __name__ == "__main__":
    sys.exit(main())
