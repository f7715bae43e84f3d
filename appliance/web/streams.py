"""What has changed for a post, pushed to its pages: one thread asks the database, the streams only wait for it.

A stream holds a thread of the server while it lasts, so their number is bounded; whoever gets none goes on asking.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.desk import people, reading
from appliance.store.unit import Unit
from commons import serve
from commons.web import log
from protocol.errors import LocalError

BEAT_SECONDS = 5.0
"""So often something is written, so that a window that was closed is noticed, and the session is looked at."""

LONGEST_SECONDS = 600.0
"""A stream ends after this and the browser opens a new one."""

LOOK_SECONDS = 0.4
A_PERSONS_MOST = 2
"""Streams of one session at once: a new page takes the place of the oldest, whose window has most likely gone."""


@dataclass(slots=True)
class Stream:
    """One open window. `news`: what it has not been told; `over`: no session any more; `ended`: or another post."""

    token: str
    post: str
    mark: str = ""
    news: int = 0
    over: bool = False
    ended: bool = False
    checked: float = 0.0


class Watch:
    """The open streams of one process."""

    def __init__(self, unit: Unit, most: int) -> None:
        self._unit, self._most = unit, most
        self._changed = threading.Condition()
        self._streams: list[Stream] = []
        self._thread: threading.Thread | None = None

    def open(self, token: str, post: str) -> Stream | None:
        """A stream for a session; None when there are too many."""
        with self._changed:
            own = [stream for stream in self._streams if stream.token == token]
            if len(own) >= A_PERSONS_MOST:
                own[0].ended = True
                self._streams.remove(own[0])
                self._changed.notify_all()
            if len(self._streams) >= self._most:
                return None
            stream = Stream(token, post, checked=time.monotonic())
            self._streams.append(stream)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="streams", daemon=True)
                self._thread.start()
            return stream

    def close(self, stream: Stream) -> None:
        """The window has gone."""
        with self._changed:
            if stream in self._streams:
                self._streams.remove(stream)

    def count(self) -> int:
        """How many are open."""
        with self._changed:
            return len(self._streams)

    def wait(self, stream: Stream, seconds: float) -> bool:
        """Until there is news or the stream is over, or the time is; whether there is news, which is then told."""
        with self._changed:
            self._changed.wait_for(lambda: stream.news > 0 or stream.over or stream.ended, timeout=seconds)
            told, stream.news = stream.news > 0, 0
            return told

    def _look(self) -> None:
        """While there are streams: what changed, for which posts; whose session has ended."""
        changes = -1
        while True:
            with self._changed:
                streams = list(self._streams)
                if not streams:
                    self._thread = None
                    break
            try:
                now = reading.notices(self._unit, 0)[0]
                if now != changes or any(not stream.mark for stream in streams):
                    changes = now
                    self._tell(streams)
                self._check(streams)
            except Exception as error:  # noqa: BLE001  the pages go on asking by themselves; the next look may do
                log.note("streams_failed", error=type(error).__name__)
            time.sleep(LOOK_SECONDS)
        self._unit.db.give_back()

    def _tell(self, streams: list[Stream]) -> None:
        marks = {post: mark_of(self._unit, post) for post in {stream.post for stream in streams}}
        with self._changed:
            for stream in streams:
                mark = marks[stream.post]
                if stream.mark and mark != stream.mark:
                    stream.news += 1
                stream.mark = mark
            self._changed.notify_all()

    def _check(self, streams: list[Stream]) -> None:
        now = time.monotonic()
        for stream in streams:
            if now - stream.checked < BEAT_SECONDS:
                continue
            stream.checked = now
            try:
                info = people.session(self._unit, stream.token, renew=False)
            except LocalError:
                info = None
            if info is None or info.post != stream.post:
                with self._changed:
                    stream.over, stream.ended = info is None, True
                    self._changed.notify_all()


def mark_of(unit: Unit, post: str) -> str:
    """A word for all that a post's pages show of the moving: another one when something has changed for it."""
    arrived = unit.db.value("SELECT max(arrived_hlc) FROM efile WHERE post=? AND phase='held'", post)
    stage = unit.db.value("SELECT max(stage_hlc) FROM movement WHERE from_post=?", post)
    line = reading.line_state(unit)
    state = (line.up, line.stopped, line.trouble, line.paused_until_ms, line.neighbour)
    return repr((reading.counts(unit, post), arrived, stage, state))


def told(watch: Watch, stream: Stream, *, beat_seconds: float = BEAT_SECONDS) -> Iterator[str]:
    """What is written to one window: `here` first, `news` at each change, `over` when the session has ended."""
    end = time.monotonic() + LONGEST_SECONDS
    beat = time.monotonic() + beat_seconds
    try:
        yield "retry: 4000\nevent: here\ndata:\n\n"
        while time.monotonic() < end and not serve.is_ending():
            if watch.wait(stream, 1.0):
                yield "event: news\ndata:\n\n"
            elif stream.over:
                yield "event: over\ndata:\n\n"
                return
            elif stream.ended:
                return
            elif time.monotonic() >= beat:
                beat = time.monotonic() + beat_seconds
                yield ": \n\n"
    finally:
        watch.close(stream)
