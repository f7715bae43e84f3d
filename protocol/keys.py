"""The keys of a node, what is signed and sealed with them, and the certificate that names their owner.

A signature covers ``patravali/1/<purpose>`` + line feed + message, so that what was signed for one purpose can never be
shown as signed for another, and so that a person can rebuild the signed bytes with ``printf`` and ``cat``.
Sealing is HPKE base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305 (fast on small machines
without AES instructions); sealed bytes = 32-byte encapsulated key + ciphertext with its 16-byte tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.x509.oid import ExtensionOID, NameOID, SignatureAlgorithmOID

from protocol.errors import LocalError, PeerError

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
SEAL_OVERHEAD_BYTES: Final = 48
SIGNATURE_HEADER: Final = b"\x03\x41\x00"
"""DER before an Ed25519 signature in X.509; the one byte there that no signature covers (unused bits) is held to 0."""

CODE_PATTERN: Final = re.compile(r"[a-z0-9-]{2,20}")
"""Node, office and district codes: match with `fullmatch`."""

OID_ARC: Final = "2.25.187292001906283321256075033905880942231"
"""Ours, from one random UUID (ITU-T X.667). Never reassign what stands below it."""
OID_SEALING_KEY: Final = x509.ObjectIdentifier(f"{OID_ARC}.1")
"""Certificate and request extension: the X25519 key as DER SubjectPublicKeyInfo (RFC 8410)."""
OFFICE_URI: Final = "patravali:office:"
"""Prefix of the subject alternative names (URI) that list the offices a node serves."""

ROOT, ISSUER, APPLIANCE, HUB = "root", "issuer", "appliance", "hub"
NODE_ROLES: Final = frozenset({APPLIANCE, HUB})
ROLES: Final = frozenset({ROOT, ISSUER}) | NODE_ROLES
PATH_LENGTH: Final = {ROOT: 1, ISSUER: 0}

_PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,31}")
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_INFO_TAG = b"patravali/1/sealed\n"
_KNOWN_CRITICAL = frozenset(
    {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.SUBJECT_ALTERNATIVE_NAME}
)


class BadKey(LocalError):
    """Key material of ours that is no key: values `what`."""

    code = "keys.bad-key"


class BadPurpose(LocalError):
    """A signing purpose outside ``[a-z][a-z0-9-]{0,31}``: values `purpose`."""

    code = "keys.bad-purpose"


class BadSignature(PeerError):
    """The signature is not by this key over these bytes for this purpose: values `purpose`."""

    code = "keys.bad-signature"


class CannotOpen(PeerError):
    """Sealed bytes that are not for this key and this info, or were changed on the way."""

    code = "keys.cannot-open"


class BadCertificate(PeerError):
    """Not a certificate of this profile, or one that does not verify: values `reason`, and `node` where known."""

    code = "trust.bad-certificate"


class BadRequest(PeerError):
    """Not a certificate request of this profile, or not signed by the key that it presents: values `reason`."""

    code = "trust.bad-request"


def fingerprint(signing_key: bytes) -> str:
    """By which people and programs compare keys: SHA-256 over the raw Ed25519 key, 64 hex digits."""
    return sha256(signing_key).hexdigest()


def signed_bytes(purpose: str, message: bytes) -> bytes:
    """The exact bytes that a signature for `purpose` covers."""
    if not _PURPOSE.fullmatch(purpose):
        raise BadPurpose(purpose=purpose)
    return b"patravali/1/" + purpose.encode() + b"\n" + message


def verify(public_key: bytes, purpose: str, message: bytes, signature: bytes) -> None:
    """Return if `signature` (64 bytes) is by the raw Ed25519 `public_key`; raise `BadSignature` if not."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed_bytes(purpose, message))
    except (InvalidSignature, ValueError):
        raise BadSignature(purpose=purpose) from None


def seal(recipient: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seal `plaintext` to the raw X25519 key `recipient`; only the same `info` opens it again.

    Says nothing about the sender: seal what is signed. The one-time key comes from the system's random source, as
    RFC 9180 demands, so two calls differ. 48 bytes longer than `plaintext`.
    """
    try:
        public_key = X25519PublicKey.from_public_bytes(recipient)
        return _SUITE.encrypt(plaintext, public_key, info=_INFO_TAG + info)
    except ValueError:
        raise BadKey(what="sealing") from None


@dataclass(frozen=True)
class NodeKeys:
    """The two private keys of a node, raw: Ed25519 to sign with, X25519 to be sealed to. 32 bytes each."""

    signing: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.signing) != KEY_BYTES or len(self.sealing) != KEY_BYTES:
            raise BadKey(what="length")

    @classmethod
    def from_bytes(cls, raw: bytes) -> NodeKeys:
        """Keys from what `to_bytes` gave, or from 64 random bytes: that is how they are made."""
        return cls(raw[:KEY_BYTES], raw[KEY_BYTES:])

    def to_bytes(self) -> bytes:
        """64 secret bytes: signing key, sealing key."""
        return self.signing + self.sealing

    @cached_property
    def signer(self) -> Ed25519PrivateKey:
        """The signing key as an object of `cryptography`."""
        return Ed25519PrivateKey.from_private_bytes(self.signing)

    @cached_property
    def opener(self) -> X25519PrivateKey:
        """The sealing key as an object of `cryptography`."""
        return X25519PrivateKey.from_private_bytes(self.sealing)

    @cached_property
    def signing_public(self) -> bytes:
        """Raw Ed25519 public key, 32 bytes."""
        return self.signer.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over the raw signing key, as `fingerprint` of a certificate's."""
        return fingerprint(self.signing_public)

    @cached_property
    def sealing_public(self) -> bytes:
        """Raw X25519 public key, 32 bytes."""
        return self.opener.public_key().public_bytes_raw()

    def sign(self, purpose: str, message: bytes) -> bytes:
        """64-byte Ed25519 signature over `message` for `purpose` (``bundle``, ``directory``, ...)."""
        return self.signer.sign(signed_bytes(purpose, message))

    def open_sealed(self, info: bytes, sealed: bytes) -> bytes:
        """The plaintext of what was sealed to these keys with the same `info`; raises `CannotOpen`."""
        try:
            return _SUITE.decrypt(sealed, self.opener, info=_INFO_TAG + info)
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def request(self, node: str) -> bytes:
        """DER certificate request (PKCS #10) for `node`, signed by the signing key, carrying the sealing key."""
        return (
            x509.CertificateSigningRequestBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)]))
            .add_extension(sealing_extension(self.sealing_public), critical=False)
            .sign(self.signer, None)
            .public_bytes(serialization.Encoding.DER)
        )


@dataclass(frozen=True)
class NodeRequest:
    """What a node asked to have certified; its signature was checked. Keys raw, 32 bytes."""

    code: str
    signing_key: bytes
    sealing_key: bytes

    @classmethod
    def from_der(cls, der: bytes) -> NodeRequest:
        """Read and check a request; raises `BadRequest`. Whether the code may be asked for is the issuer's affair."""
        try:
            request = x509.load_der_x509_csr(der)
            if request.signature_algorithm_oid != SignatureAlgorithmOID.ED25519 or not request.is_signature_valid:
                raise BadRequest(reason="signature")
            code = _only(request.subject, NameOID.COMMON_NAME)
            signing_key = _ed25519(request.public_key())
            sealing_key = _sealing_key(request.extensions)
        except _PARSE_ERRORS:
            raise BadRequest(reason="malformed") from None
        if not CODE_PATTERN.fullmatch(code) or len(request.subject) != 1:
            raise BadRequest(reason="name")
        if sealing_key is None:
            raise BadRequest(reason="no-sealing-key")
        return cls(code, signing_key, sealing_key)


@dataclass(frozen=True)
class NodeCertificate:
    """One certificate of the district, read and held to the profile; whether to trust it is `trust.TrustStore`'s word.

    Subject and issuer are ``O=<district>, OU=<role>, CN=<code>``. `serial` is lower-case hex without leading zeros.
    Times are unix seconds. `sealing_key` is empty for root and issuers. `expired` is False as read; `TrustStore.check`
    returns it filled in.
    """

    code: str
    role: str
    district: str
    offices: tuple[str, ...]
    signing_key: bytes
    sealing_key: bytes
    serial: str
    not_before: int
    not_after: int
    issuer: tuple[str, str, str]
    der: bytes = field(repr=False)
    expired: bool = False

    @property
    def name(self) -> tuple[str, str, str]:
        """District, role and code, as `issuer` has them."""
        return self.district, self.role, self.code

    @cached_property
    def x509(self) -> x509.Certificate:
        """The certificate as an object of `cryptography`."""
        return x509.load_der_x509_certificate(self.der)

    @classmethod
    def from_der(cls, der: bytes) -> NodeCertificate:
        """Read one DER certificate; raises `BadCertificate` for anything outside the profile."""
        try:
            return _read_certificate(der)
        except _PARSE_ERRORS:
            raise BadCertificate(reason="malformed") from None


def subject_name(district: str, role: str, code: str) -> x509.Name:
    """The distinguished name that the profile gives to a certificate's owner."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, district),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
            x509.NameAttribute(NameOID.COMMON_NAME, code),
        ]
    )


def key_usage(role: str) -> x509.KeyUsage:
    """Root signs certificates and revocations; an issuer also directories; a node only what it says itself."""
    return x509.KeyUsage(
        digital_signature=role != ROOT,
        key_cert_sign=role in PATH_LENGTH,
        crl_sign=role in PATH_LENGTH,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def basic_constraints(role: str) -> x509.BasicConstraints:
    """CA with a path of 1 (root) or 0 (issuer); no CA for a node."""
    return x509.BasicConstraints(ca=role in PATH_LENGTH, path_length=PATH_LENGTH.get(role))


def sealing_extension(sealing_key: bytes) -> x509.UnrecognizedExtension:
    """The private extension for a raw X25519 public key."""
    spki = X25519PublicKey.from_public_bytes(sealing_key).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return x509.UnrecognizedExtension(OID_SEALING_KEY, spki)


_PARSE_ERRORS = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)


def _read_certificate(der: bytes) -> NodeCertificate:
    certificate = x509.load_der_x509_certificate(der)
    if certificate.version is not x509.Version.v3:
        raise BadCertificate(reason="version")
    if certificate.signature_algorithm_oid != SignatureAlgorithmOID.ED25519:
        raise BadCertificate(reason="algorithm")
    if not der.endswith(SIGNATURE_HEADER + certificate.signature):
        raise BadCertificate(reason="encoding")
    district, role, code = _read_name(certificate.subject)
    extensions = certificate.extensions
    if any(e.critical and e.oid not in _KNOWN_CRITICAL for e in extensions):
        raise BadCertificate(reason="critical-extension", node=code)
    _expect(extensions, basic_constraints(role), code)
    _expect(extensions, key_usage(role), code)
    offices = _read_offices(extensions)
    sealing_key = _sealing_key(extensions)
    if (role in NODE_ROLES) != (sealing_key is not None) or (offices and role not in NODE_ROLES):
        raise BadCertificate(reason="role", node=code)
    return NodeCertificate(
        code=code,
        role=role,
        district=district,
        offices=offices,
        signing_key=_ed25519(certificate.public_key()),
        sealing_key=sealing_key or b"",
        serial=format(certificate.serial_number, "x"),
        not_before=_seconds(certificate.not_valid_before_utc),
        not_after=_seconds(certificate.not_valid_after_utc),
        issuer=_read_name(certificate.issuer),
        der=der,
    )


def _expect(extensions: x509.Extensions, wanted: x509.BasicConstraints | x509.KeyUsage, code: str) -> None:
    found = [e for e in extensions if e.oid == wanted.oid]
    if len(found) != 1 or not found[0].critical or found[0].value != wanted:
        raise BadCertificate(reason="usage", node=code)


def _read_name(name: x509.Name) -> tuple[str, str, str]:
    district = _only(name, NameOID.ORGANIZATION_NAME)
    role = _only(name, NameOID.ORGANIZATIONAL_UNIT_NAME)
    code = _only(name, NameOID.COMMON_NAME)
    if name != subject_name(district, role, code) or role not in ROLES:
        raise BadCertificate(reason="name")
    if not CODE_PATTERN.fullmatch(district) or not CODE_PATTERN.fullmatch(code):
        raise BadCertificate(reason="name")
    return district, role, code


def _only(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    values = name.get_attributes_for_oid(oid)
    if len(values) != 1 or not isinstance(values[0].value, str):
        raise ValueError("one text value expected")
    return values[0].value


def _read_offices(extensions: x509.Extensions) -> tuple[str, ...]:
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    offices = tuple(uri.removeprefix(OFFICE_URI) for uri in uris if uri.startswith(OFFICE_URI))
    if len(offices) != len(names) or not all(CODE_PATTERN.fullmatch(office) for office in offices):
        raise BadCertificate(reason="offices")
    return offices


def _sealing_key(extensions: x509.Extensions) -> bytes | None:
    for extension in extensions:
        if extension.oid == OID_SEALING_KEY and isinstance(extension.value, x509.UnrecognizedExtension):
            key = serialization.load_der_public_key(extension.value.value)
            if not isinstance(key, X25519PublicKey):
                raise ValueError("an X25519 key expected")
            return key.public_bytes_raw()
    return None


def _ed25519(key: object) -> bytes:
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("an Ed25519 key expected")
    return key.public_bytes_raw()


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
