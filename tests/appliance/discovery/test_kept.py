"""What the discovery process leaves for the others, and what they make of a file that is not its own."""

from __future__ import annotations

from pathlib import Path

from appliance.discovery.kept import FILE, MOST_BYTES, keep, kept
from appliance.discovery.values import Presence, Seen, Sighting

PRESENCE = Presence("moth", "block-moth.local", 443, "ab" * 32, ("10.0.0.2",), "", 5)


def test_what_is_kept_is_read_again_and_only_its_owner_may(tmp_path: Path) -> None:
    keep(tmp_path, PRESENCE)
    assert kept(tmp_path) == PRESENCE
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    other = Presence("moth", "block-moth.local", 443, "ab" * 32, others=(Sighting(Seen("x", "moth"), 1, 2),))
    keep(tmp_path, other)
    assert kept(tmp_path) == other


def test_a_file_that_is_not_ours_counts_as_none(tmp_path: Path) -> None:
    assert kept(tmp_path) is None
    for content in (b"", b"{", b"[]", b'{"office":1}', b'{"office":"moth"}', b"\xff" * 100, b" " * (MOST_BYTES + 1)):
        (tmp_path / FILE).write_bytes(content)
        assert kept(tmp_path) is None
