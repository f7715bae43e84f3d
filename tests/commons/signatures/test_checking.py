"""What a signature is worth: each case a word, decided without a line, and openssl agrees where it can be asked."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from commons.signatures.checking import Trusted, check
from commons.signatures.making import attributes_for, cms_of
from tests.support.pki import DAY, Pki

NOTE = "टिप्पणी: पत्रावली MOTH/विकास/2026/00004. स्वीकृत।\n".encode()
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@cache
def pki() -> Pki:
    return Pki(NOW)


@cache
def key(kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if kind == "weak" else 2048)


@dataclass
class Signed:
    """A CMS, and the certificate that made it."""

    cms: bytes
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def sign(kind: str = "rsa", content: bytes = NOTE, at: dt.datetime = NOW, **certificate: object) -> Signed:
    made = key(kind)
    issued = pki().person(made.public_key(), **certificate)  # type: ignore[arg-type]  # keywords of one call
    der = issued.public_bytes(Encoding.DER)
    data = attributes_for(content, der, ms(at))
    if isinstance(made, rsa.RSAPrivateKey):
        raw = made.sign(data, padding.PKCS1v15(), hashes.SHA256())
    else:
        raw = made.sign(data, ec.ECDSA(hashes.SHA256()))
    return Signed(cms_of(data, raw, der), issued)


def ms(at: dt.datetime) -> int:
    return int(at.timestamp() * 1000)


def trusted(lists: list[bytes] | None = None, *, anchors: list[bytes] | None = None) -> Trusted:
    return Trusted(
        [pki().root.der] if anchors is None else anchors, pki().chain, pki().crls() if lists is None else lists
    )


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_good_one_is_valid_and_says_by_whom(kind: str) -> None:
    made = sign(kind)
    found = check(made.cms, NOTE, ms(NOW), trusted())
    assert (found.word, found.by, found.issuer) == ("valid", "TEST PERSON", "Test Sub CA for Class 3 Individual")
    assert found.certificate == sha256(made.der).digest()
    assert found.list_ms == ms(NOW)
    assert found.valid_until_ms == ms(NOW + 729 * DAY)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_openssl_says_the_same(kind: str, tmp_path: Path) -> None:
    made = sign(kind)
    pem = [pki().root.certificate, pki().licensed.certificate, pki().sub.certificate]
    (tmp_path / "ca.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in pem))
    (tmp_path / "note.p7s").write_bytes(made.cms)
    for content, good in ((NOTE, True), (NOTE + b"x", False)):
        (tmp_path / "note.txt").write_bytes(content)
        done = subprocess.run(
            [
                "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "note.p7s", "-content", "note.txt",
                "-CAfile", "ca.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp())),
            ],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == good, done.stderr


def test_a_note_that_was_changed_after_signing() -> None:
    assert check(sign().cms, NOTE.replace("स्वीकृत".encode(), "अस्वीकृत".encode()), ms(NOW), trusted()).word == "changed"


def test_revoked_before_and_revoked_since() -> None:
    made = sign()
    later = NOW + 40 * DAY
    pki().revoke(made.certificate, NOW + 10 * DAY)
    lists = pki().crls(later)
    found = check(made.cms, NOTE, ms(NOW), trusted(lists))
    assert (found.word, found.revoked_ms) == ("revoked_since", ms(NOW + 10 * DAY))
    assert check(made.cms, NOTE, ms(NOW + 20 * DAY), trusted(lists)).word == "revoked"


def test_without_a_list_and_with_one_that_is_too_old_nobody_can_say() -> None:
    made = sign(at=NOW + 60 * DAY)
    found = check(made.cms, NOTE, ms(NOW + 60 * DAY), trusted([]))
    assert (found.word, found.list_ms) == ("unknown", 0)
    found = check(made.cms, NOTE, ms(NOW + 60 * DAY), trusted(pki().crls(NOW, days=30)))
    assert (found.word, found.list_ms) == ("unknown", ms(NOW))
    assert check(made.cms, NOTE, ms(NOW + 60 * DAY), trusted(pki().crls(NOW + 61 * DAY))).word == "valid"


def test_a_list_that_somebody_else_made_counts_for_nothing() -> None:
    made = sign()
    other = Pki(NOW)
    other.sub.revoked[made.certificate.serial_number] = NOW - DAY
    forged = other.sub.crl(NOW)
    assert check(made.cms, NOTE, ms(NOW), trusted([*pki().crls(), forged])).word == "valid"
    assert check(made.cms, NOTE, ms(NOW), trusted([forged])).word == "unknown"


@pytest.mark.parametrize(
    ("begins", "days", "word"),
    [(-800, 730, "expired"), (-731, 730, "expired"), (1, 730, "not_yet"), (-729, 730, "valid")],
)
def test_its_time(begins: int, days: int, word: str) -> None:
    made = sign(begins=NOW + begins * DAY, days=days)
    assert check(made.cms, NOTE, ms(NOW), trusted()).word == word


def test_years_later_with_the_lists_of_then_it_is_still_valid() -> None:
    made = sign()
    assert check(made.cms, NOTE, ms(NOW), trusted(pki().crls(NOW + DAY))).word == "valid"


@pytest.mark.parametrize("uses", [("digital_signature",), ("key_encipherment",)])
def test_a_certificate_without_non_repudiation(uses: tuple[str, ...]) -> None:
    assert check(sign(uses=uses).cms, NOTE, ms(NOW), trusted()).word == "no_use"


def test_a_weak_key() -> None:
    assert check(sign("weak").cms, NOTE, ms(NOW), trusted()).word == "weak"


def test_somebody_elses_authority() -> None:
    assert check(sign().cms, NOTE, ms(NOW), trusted(anchors=[])).word == "not_trusted"
    assert check(sign().cms, NOTE, ms(NOW), trusted(anchors=[Pki(NOW).root.der])).word == "not_trusted"


@pytest.mark.parametrize("cms", [b"", b"x" * 100, bytes(70_000), b"0\x80"])
def test_what_is_no_signature(cms: bytes) -> None:
    assert check(cms, NOTE, ms(NOW), trusted()).word == "broken"


def test_no_changed_byte_is_valid() -> None:
    """Every twentieth byte of it, one after the other: never an exception, never valid by chance."""
    made = sign("ec").cms
    for place in range(0, len(made), 20):
        spoiled = bytearray(made)
        spoiled[place] ^= 0x55
        found = check(bytes(spoiled), NOTE, ms(NOW), trusted())
        assert found.word != "valid" or found.certificate == check(made, NOTE, ms(NOW), trusted()).certificate
