"""Makes certificates and revocation lists of the profile in `protocol.keys`: values in, signed DER out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from protocol.keys import (
    OFFICE_URI,
    NodeCertificate,
    NodeRequest,
    basic_constraints,
    key_usage,
    sealing_extension,
    subject_name,
)

DAY = 86_400
YEAR = 365 * DAY
ROOT_SECONDS = 20 * YEAR
ISSUER_SECONDS = 5 * YEAR
NODE_SECONDS = 2 * YEAR
LIST_SECONDS = 35 * DAY
"""How long an issuer's revocation list calls itself fresh; a list of the root, kept off line, says `ISSUER_SECONDS`."""


class Revocation(Protocol):
    """One entry of a revocation list: serial in hex, when (unix seconds), an RFC 5280 reason."""

    @property
    def serial(self) -> str:
        """Of the certificate."""

    @property
    def at(self) -> int:
        """Since when."""

    @property
    def reason(self) -> str:
        """Why."""


def certify_root(district: str, key: Ed25519PrivateKey, serial: int, now: int) -> NodeCertificate:
    """The district's self-signed root, 20 years."""
    name = subject_name(district, "root", "root")
    builder = _start(name, name, key.public_key(), key.public_key(), serial, (now, now + ROOT_SECONDS))
    return _finish(builder, "root", key)


def certify_issuer(
    root: NodeCertificate, root_key: Ed25519PrivateKey, code: str, key: Ed25519PublicKey, serial: int, now: int
) -> NodeCertificate:
    """An issuing certificate, 5 years, never past the root's end."""
    name = subject_name(root.district, "issuer", code)
    until = min(now + ISSUER_SECONDS, root.not_after)
    builder = _start(name, root.x509.subject, key, root_key.public_key(), serial, (now, until))
    return _finish(builder, "issuer", root_key)


def certify_node(
    issuer: NodeCertificate,
    issuer_key: Ed25519PrivateKey,
    request: NodeRequest,
    *,
    role: str,
    offices: tuple[str, ...],
    serial: int,
    now: int,
) -> NodeCertificate:
    """A node's certificate, 2 years, never past the issuer's end."""
    name = subject_name(issuer.district, role, request.code)
    key = Ed25519PublicKey.from_public_bytes(request.signing_key)
    until = min(now + NODE_SECONDS, issuer.not_after)
    builder = _start(name, issuer.x509.subject, key, issuer_key.public_key(), serial, (now, until))
    builder = builder.add_extension(sealing_extension(request.sealing_key), critical=False)
    if offices:
        uris = [x509.UniformResourceIdentifier(OFFICE_URI + office) for office in offices]
        builder = builder.add_extension(x509.SubjectAlternativeName(uris), critical=False)
    return _finish(builder, role, issuer_key)


def sign_list(
    issuer: NodeCertificate,
    key: Ed25519PrivateKey,
    revoked: Iterable[Revocation],
    number: int,
    now: int,
    fresh_seconds: int,
) -> bytes:
    """DER revocation list of what `issuer` issued, with its number."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.x509.subject)
        .last_update(_moment(now))
        .next_update(_moment(now + fresh_seconds))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(entry.serial, 16))
            .revocation_date(_moment(entry.at))
            .add_extension(x509.CRLReason(x509.ReasonFlags(entry.reason)), critical=False)
            .build()
        )
    return builder.sign(key, None).public_bytes(Encoding.DER)


def _start(
    subject: x509.Name,
    issuer: x509.Name,
    key: Ed25519PublicKey,
    issuer_key: Ed25519PublicKey,
    serial: int,
    valid: tuple[int, int],
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(_moment(valid[0]))
        .not_valid_after(_moment(valid[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _finish(builder: x509.CertificateBuilder, role: str, key: Ed25519PrivateKey) -> NodeCertificate:
    builder = builder.add_extension(basic_constraints(role), critical=True)
    builder = builder.add_extension(key_usage(role), critical=True)
    return NodeCertificate.from_der(builder.sign(key, None).public_bytes(Encoding.DER))


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
