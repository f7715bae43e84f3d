"""The lines of a demonstration: a TCP relay for each office, which really refuses connections while it is down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import msgspec

LOOK_SECONDS = 0.05
CHUNK_BYTES = 64 * 1024


class Line(msgspec.Struct, frozen=True):
    """From `port` to `hub_port`, both on this machine's loop, while `is_up` says so."""

    office: str
    port: int
    hub_port: int
    is_up: Callable[[], bool]


class Relay:
    """All lines, in one thread of their own; `start` returns when those that are up listen."""

    def __init__(self, host: str, lines: tuple[Line, ...]) -> None:
        self._host = host
        self._wires = [_Wire(host, line) for line in lines]
        self._ready = threading.Event()
        self._end = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)

    def start(self) -> None:
        """Raises OSError if a port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Close everything."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._keep())

    async def _keep(self) -> None:
        try:
            while not self._end.is_set():
                for wire in self._wires:
                    await wire.follow()
                self._ready.set()
                await asyncio.sleep(LOOK_SECONDS)
        except OSError as error:
            self._failure = error
        finally:
            for wire in self._wires:
                await wire.down()
            self._ready.set()


class _Wire:
    def __init__(self, host: str, line: Line) -> None:
        self._host = host
        self._line = line
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def follow(self) -> None:
        """Be as the switch says."""
        wanted = self._line.is_up()
        if wanted and self._server is None:
            self._server = await asyncio.start_server(self._accept, self._host, self._line.port)
        elif not wanted and self._server is not None:
            await self.down()

    async def down(self) -> None:
        """Refuse new connections, and cut those that are open in the middle of a word."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for writer in list(self._open):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            far_reader, far = await asyncio.open_connection(self._host, self._line.hub_port)
            self._open.add(far)
            await asyncio.gather(_pour(reader, far), _pour(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            return
        finally:
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()
                    self._open.discard(end)
            self._tasks.discard(task)


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(CHUNK_BYTES):
        target.write(chunk)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
