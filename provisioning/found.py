"""What `patravali find` says to a person at a terminal."""

from __future__ import annotations

from appliance.discovery.announcement import grouped
from appliance.discovery.find import Findings, Found

STATES = {
    "up": "up",
    "silent": "announced, but its web server cannot be reached",
    "duplicate": "DUPLICATE: another machine has this name too",
}


def words(findings: Findings) -> str:
    """One paragraph an appliance. All of it has passed `announcement.read`: no control character reaches here."""
    lines = [_paragraph(one) for one in findings.appliances]
    if not lines:
        lines = ["No appliance answers in this network."]
    if findings.unreadable:
        lines.append(f"{findings.unreadable} more call themselves appliances and say nothing that can be read.")
    return "\n".join(lines)


def _paragraph(one: Found) -> str:
    return "\n".join(
        [
            f"{one.office}: {STATES[one.state]}",
            f"  name         {one.host}, port {one.port}",
            f"  addresses    {', '.join(one.addresses) or 'none'}",
            f"  version      {one.version}",
            f"  fingerprint  {grouped(one.fingerprint)}",
        ]
    )
