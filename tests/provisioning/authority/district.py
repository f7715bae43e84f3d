"""A made-up district with a real authority: root, issuer, nodes, a directory."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from protocol.directory import Charge, Directory, Employee, Office, Post, Section
from protocol.keys import APPLIANCE, HUB, NodeKeys
from protocol.trust import TrustStore
from provisioning.authority import Authority

NOW = 1_790_000_000
DAY = 86_400
YEAR = 365 * DAY

MOTH = NodeKeys.from_bytes(bytes(range(64)))
CHIRGAON = NodeKeys.from_bytes(bytes(range(64, 128)))
HQ = NodeKeys.from_bytes(bytes(range(128, 192)))
HUB_KEYS = NodeKeys.from_bytes(bytes(range(192, 256)))


def seeded(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    return random.Random(seed).randbytes


def district(folder: Path, seed: int = 1) -> Authority:
    """An authority of Jhansi that has certified moth, chirgaon, jhansi-hq and the hub."""
    authority = Authority.create(folder, "jhansi", NOW, random=seeded(seed))
    authority.issue(MOTH.request("moth"), APPLIANCE, ["moth"], NOW)
    authority.issue(CHIRGAON.request("chirgaon"), APPLIANCE, ["chirgaon"], NOW)
    authority.issue(HQ.request("jhansi-hq"), APPLIANCE, ["jhansi-hq", "jhansi-treasury"], NOW)
    authority.issue(HUB_KEYS.request("jhansi-hub"), HUB, [], NOW)
    return authority


def store(authority: Authority) -> TrustStore:
    """The trust of a node that has everything the authority has."""
    bundle = authority.trust_bundle()
    return TrustStore.assemble(bundle.root, bundle.issuers, bundle.nodes, bundle.crls)


def people(version: int = 1) -> Directory:
    """A small directory, not yet with certificates."""
    return Directory(
        version=version,
        issued=NOW,
        district="jhansi",
        name_hi="झाँसी",
        name_en="Jhansi",
        offices=(
            Office("moth", "moth", "खण्ड विकास कार्यालय मोंठ", "Block Office Moth", "block"),
            Office("chirgaon", "chirgaon", "खण्ड विकास कार्यालय चिरगाँव", "Block Office Chirgaon", "block"),
            Office("jhansi-hq", "jhansi-hq", "विकास भवन", "Vikas Bhawan", "headquarters"),
            Office("jhansi-treasury", "jhansi-hq", "कोषागार", "Treasury", "department"),
        ),
        sections=(Section("moth.accounts", "moth", "लेखा अनुभाग", "Accounts"),),
        posts=(
            Post("jhansi-hq.dm", "jhansi-hq", "DM", "जिलाधिकारी", "District Magistrate", None, 1),
            Post("jhansi-hq.cdo", "jhansi-hq", "CDO", "मुख्य विकास अधिकारी", "CDO", "jhansi-hq.dm", 2),
            Post("moth.bdo", "moth", "BDO", "खण्ड विकास अधिकारी", "BDO", "jhansi-hq.cdo", 3),
            Post("moth.da", "moth", "DA", "पटल सहायक", "Dealing Assistant", "moth.bdo", 5, "moth.accounts"),
            Post("chirgaon.bdo", "chirgaon", "BDO", "खण्ड विकास अधिकारी", "BDO", "jhansi-hq.cdo", 3),
        ),
        employees=(
            Employee("E001", "रमेश चन्द्र"),
            Employee("E002", "Sunita Devi", "en", "+91 00000 00000"),
        ),
        charges=(
            Charge(1, "E001", "moth.bdo", date(2026, 1, 1)),
            Charge(2, "E002", "chirgaon.bdo", date(2026, 1, 1), date(2026, 6, 30)),
            Charge(3, "E001", "chirgaon.bdo", date(2026, 7, 1), date(2026, 7, 10), "link"),
        ),
    )


def pem(der: bytes) -> bytes:
    """A certificate's PEM."""
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the openssl program; its answer, whatever the exit code."""
    command = ["openssl", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
