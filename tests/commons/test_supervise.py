from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from commons.supervise import Program, Supervisor
from commons.words import REFUSED_EXIT
from tests.support.waiting import becomes

WAITS = "import time\nwhile True: time.sleep(60)"


def program(name: str, script: str) -> Program:
    return Program(name, (sys.executable, "-c", script))


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_what_dies_is_started_again_and_the_others_are_left_alone() -> None:
    supervisor = Supervisor([program("one", WAITS), program("two", WAITS)])
    supervisor.start()
    try:
        before = supervisor.pids()
        os.kill(before["one"], signal.SIGKILL)

        def again() -> bool:
            supervisor.look()
            return supervisor.pids().get("one", before["one"]) != before["one"]

        assert becomes(again)
        assert supervisor.pids()["two"] == before["two"]
    finally:
        supervisor.stop()
    assert all(gone(pid) for pid in before.values())


def test_a_child_that_refuses_is_not_started_again() -> None:
    supervisor = Supervisor([program("refuses", f"raise SystemExit({REFUSED_EXIT})")])
    supervisor.start()
    supervisor.run(threading.Event())
    assert supervisor.refused
    assert supervisor.pids() == {}


def test_one_that_does_not_listen_is_ended_with_force(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen({str(ready)!r}, 'w').close()\n{WAITS}"
    supervisor = Supervisor([program("deaf", script)])
    supervisor.start()
    pid = supervisor.pids()["deaf"]
    assert becomes(ready.exists)
    supervisor.stop(grace_seconds=0.2)
    assert gone(pid)


def test_the_grandchildren_of_a_killed_child_are_ended_too(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {WAITS!r}])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n{WAITS}"
    )
    supervisor = Supervisor([program("parent", script)])
    supervisor.start()
    try:
        assert becomes(lambda: note.exists() and note.read_text() != "")
        grandchild = int(note.read_text())
        os.kill(supervisor.pids()["parent"], signal.SIGKILL)

        def ended() -> bool:
            supervisor.look()
            return gone(grandchild)

        assert becomes(ended)
    finally:
        supervisor.stop()


def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    note, ready = tmp_path / "pid", tmp_path / "ready"
    child = (
        f"from commons.supervise import end_with_parent\nend_with_parent()\nopen({str(ready)!r}, 'w').close()\n{WAITS}"
    )
    script = (
        "import sys, time\nfrom commons.supervise import Program, Supervisor\n"
        f"supervisor = Supervisor([Program('child', (sys.executable, '-c', {child!r}))])\nsupervisor.start()\n"
        f"open({str(note)!r}, 'w').write(str(supervisor.pids()['child']))\n{WAITS}"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as parent:
        assert becomes(ready.exists)
        assert becomes(lambda: note.exists() and note.read_text() != "")
        pid = int(note.read_text())
        parent.kill()
        parent.wait()
    assert becomes(lambda: gone(pid))
