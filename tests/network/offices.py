"""Appliances of these tests: a folder with settings, and the discovery process in a host."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import appliance.config
from appliance.discovery import kept, roster
from appliance.discovery.values import Double, Presence
from tests.network.namespaces import Host, end

ROOT = Path(__file__).parents[2]
KEY, OTHER_KEY = "ab" * 32, "cd" * 32


@dataclass
class Office:
    """One appliance's discovery process in a host."""

    host: Host
    folder: Path
    code: str = "moth"
    fingerprint: str = KEY
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> Office:
        """Start it as `serve` does."""
        if not self.folder.exists():
            config = appliance.config.Config(node=self.code, hub="jhansi-hub")
            appliance.config.make(self.folder, config, b"")
        command = [sys.executable, "-m", "appliance.cli", "discovery", "--data", str(self.folder)]
        command += ["--fingerprint", self.fingerprint]
        self.process = self.host.start("env", f"PYTHONPATH={ROOT}", *command, output=self.folder / "discovery.log")
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it, politely or not."""
        assert self.process is not None
        end(self.process, number)

    def presence(self) -> Presence | None:
        """What it keeps."""
        return kept.kept(self.folder)

    def doubles(self) -> list[Double]:
        """The second bearers of its name that it tells of."""
        found = self.presence()
        return roster.doubles(found.office, found.fingerprint, found.others) if found else []

    def said(self) -> str:
        """Its log."""
        return (self.folder / "discovery.log").read_text()
