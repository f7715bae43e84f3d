"""What rsync needs for the same files over the same kind of line: a daemon on loopback, a client, a relay between."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.relay import Crossed, Relay
from tests.benchmarks.servers import wait_until_open


@contextmanager
def rsync_line(folder: Path) -> Iterator[Relay]:
    """A relay to a daemon that takes files into `folder`/there."""
    there = folder / "there"
    there.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    user = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
    settings = f"use chroot = no\nreverse lookup = no\n{user}[there]\npath = {there}\nread only = no\n"
    config = folder / "rsyncd.conf"
    config.write_text(settings)
    command = ["rsync", "--daemon", "--no-detach", f"--port={port}", "--address=127.0.0.1", f"--config={config}"]
    process = subprocess.Popen([*command, f"--log-file={folder / 'rsyncd.log'}"])
    try:
        wait_until_open(port, process)
        with Relay(port) as relay:
            yield relay
    finally:
        process.terminate()
        process.wait(timeout=20)


def send(relay: Relay, files: Mapping[str, bytes], folder: Path) -> Crossed:
    """What crosses until `rsync -z` has sent these files; verified there."""
    source = folder / "here"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    for name, content in files.items():
        (source / name).write_bytes(content)
    relay.take()
    url = relay.url.replace("http://", "rsync://") + "/there/"
    subprocess.run(["rsync", "-rtz", f"{source}/", url], check=True)
    crossed = relay.take()
    for name, content in files.items():
        if (folder / "there" / name).read_bytes() != content:
            raise RuntimeError("rsync left another file", name)
    return crossed
