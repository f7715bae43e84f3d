"""The helper: looks, decides, mounts and unmounts, and tells. Mounting is done in threads: a bad stick can hang."""

from __future__ import annotations

import errno
import logging
import os
import queue
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from commons.mounting import asking, decide, mountinfo, system
from commons.mounting.devices import Devices
from commons.mounting.values import Device, Mount, Mounted, Owner, State, Telling, Unmount
from protocol.errors import LocalError

log = logging.getLogger("patravali.sticks")

POLL_SECONDS = 10.0
"""Also without a word from udev, there is a look so often."""

BUSY_SECONDS = 1.0
"""After any news there is one more look so soon: what is told of may still be on its way into /sys, or out of it."""

LEAVE_SECONDS = 30.0
"""So long a stick that was let go may still be in use before it stays."""


class BadPlace(LocalError):
    """The folder of sticks must lie where nobody but root can move things: value `path`."""

    code = "sticks.place"


def check_place(root: Path) -> None:
    """Raises BadPlace when somebody else could put a link in the place of the folder, or of one above it."""
    for folder in (root, *root.parents):
        found = folder.lstat()
        if found.st_uid != os.geteuid() and found.st_uid != 0:
            raise BadPlace(path=str(folder))
        sticky = found.st_mode & 0o1000
        if folder.is_symlink() or (found.st_mode & 0o022 and not sticky):
            raise BadPlace(path=str(folder))


class Keeper:
    """The sticks below one folder."""

    def __init__(self, root: Path, owner: Owner, devices: Devices) -> None:
        self._root, self._owner, self._devices = root, owner, devices
        self._settled: dict[str, str] = {}
        self._names: dict[str, str] = {}  # by mark, of what is being mounted
        self._at_work: dict[str, State] = {}  # by key when mounting, by number when unmounting
        self._wanted_out: dict[str, float] = {}
        self._disks: dict[str, str] = {}  # of each device, by number
        self._done: queue.SimpleQueue[tuple[str, Callable[[], None]]] = queue.SimpleQueue()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._told: Telling | None = None
        self._stopping = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then what nobody uses is unmounted. Raises OSError."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        listening = asking.listen(self._root, self._owner)
        with selectors.DefaultSelector() as waiting:
            for one in (self._devices, self._wake, listening):
                waiting.register(one, selectors.EVENT_READ)
            came: list[tuple[selectors.SelectorKey, int]] = []
            while not self._stopping:
                self._step()
                soon = came or self._wanted_out
                came = waiting.select(BUSY_SECONDS if soon else POLL_SECONDS)
                for key, _ in came:
                    self._take(key.fileobj, listening)
        self._close(listening)

    def _take(self, came: object, listening: socket.socket) -> None:
        if came is listening:
            asking.answer(listening, self._owner, self._let_go)
        elif came is self._devices:
            self._devices.drain()
        else:
            with suppress(BlockingIOError):
                os.eventfd_read(self._wake)

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True
        os.eventfd_write(self._wake, 1)

    # ---------------------------------------------------------------- one look
    def _step(self) -> None:
        with suppress(queue.Empty):
            while True:
                mark, note = self._done.get_nowait()
                self._at_work.pop(mark, None)
                self._names.pop(mark, None)
                note()
        mounted = mountinfo.read()
        judged = decide.verdicts(self._devices.look(), mounted, str(self._root))
        self._disks = {device.number: device.disk for device, _ in judged.values()}
        self._forget(judged, mounted)
        for one in decide.plan(judged, mounted, self._settled, self._wanted_out, str(self._root)):
            self._begin(one)
        self._tell(judged, mounted)

    def _forget(self, judged: dict[str, tuple[Device, str]], mounted: list[Mounted]) -> None:
        """Of sticks that are gone."""
        self._settled = {key: code for key, code in self._settled.items() if key in judged}
        here = {Path(one.place).name for one in mounted if decide.is_below(one.place, str(self._root))}
        now = time.monotonic()
        self._wanted_out = {name: end for name, end in self._wanted_out.items() if name in here and now < end}

    def _let_go(self, name: str) -> bool:
        """With it goes whatever else of the same stick is mounted: it is pulled out as one."""
        here = [one for one in mountinfo.read() if decide.is_below(one.place, str(self._root))]
        disks = {self._disks.get(one.number, one.number) for one in here if Path(one.place).name == name}
        for one in here:
            if self._disks.get(one.number, one.number) in disks:
                self._wanted_out[Path(one.place).name] = time.monotonic() + LEAVE_SECONDS
        return bool(disks)

    def _tell(self, judged: dict[str, tuple[Device, str]], mounted: list[Mounted]) -> None:
        leaving = {
            one.number
            for one in mounted
            if decide.is_below(one.place, str(self._root))
            and (one.number in self._at_work or Path(one.place).name in self._wanted_out)
        }
        at_work = {
            key: self._at_work.get(key) or "leaving"
            for key, (device, _) in judged.items()
            if key in self._at_work or device.number in leaving
        }
        telling = Telling(decide.telling(judged, mounted, self._settled, at_work, str(self._root)))
        if telling != self._told:
            asking.tell(self._root, telling, self._owner)
            self._told = telling
            log.info("sticks", extra={"states": [one.state for one in telling.sticks]})

    # ---------------------------------------------------------------- what is begun
    def _begin(self, one: Mount | Unmount) -> None:
        mark, number = (one.device.key, one.device.number) if isinstance(one, Mount) else (one.number, one.number)
        if mark in self._at_work or number in self._at_work:
            return
        if isinstance(one, Mount):
            if one.name in self._names.values():  # another stick is on its way there
                return
            self._names[mark] = one.name
        self._at_work[mark] = "coming" if isinstance(one, Mount) else "leaving"

        def run() -> None:
            note = self._mount(one) if isinstance(one, Mount) else self._unmount(one)
            self._done.put((mark, note))
            os.eventfd_write(self._wake, 1)

        threading.Thread(target=run, name="mount", daemon=True).start()

    def _mount(self, one: Mount) -> Callable[[], None]:
        """In a thread: what is to be noted of it afterwards."""
        try:
            system.mount(one.device, self._root / one.name, self._owner, read_only=one.read_only)
        except system.CannotMount as error:
            code = error.code
            log.warning("not_mounted", extra={"code": code, "file_system": one.device.file_system})
            return lambda: self._settled.__setitem__(one.device.key, code)
        return _nothing

    def _unmount(self, one: Unmount) -> Callable[[], None]:
        try:
            system.unmount(Path(one.place), at_once=one.at_once)
        except OSError as error:
            if error.errno != errno.EBUSY:
                log.warning("not_unmounted", extra={"errno": error.errno})
            return _nothing
        return lambda: self._let_off(one.number)

    def _let_off(self, number: str) -> None:
        """It is unmounted: it is not mounted again before it is plugged in anew."""
        for device in self._devices.look():
            if device.number == number:
                self._settled[device.key] = ""

    def _close(self, listening: socket.socket) -> None:
        listening.close()
        for one in mountinfo.read():
            if decide.is_below(one.place, str(self._root)):
                with suppress(OSError):
                    system.unmount(Path(one.place))
        for path in (asking.socket_path(self._root), asking.told_path(self._root)):
            path.unlink(missing_ok=True)


def _nothing() -> None:
    """There is nothing to note."""
