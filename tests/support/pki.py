"""A certifying hierarchy shaped like India's: the Controller's root, a licensed CA, a sub-CA, class 3 persons, CRLs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = dt.timedelta(days=1)
CLASS_3 = x509.ObjectIdentifier("2.16.356.100.2.3")
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")
Public = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def name(common: str, organisation: str = "India PKI") -> x509.Name:
    """A subject in one country."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def usage(*on: str) -> x509.KeyUsage:
    """Only these."""
    words = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{word: word in on for word in words})


@dataclass
class Authority:
    """One of the hierarchy."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    revoked: dict[int, dt.datetime] = field(default_factory=dict)
    crls: int = 0

    @property
    def der(self) -> bytes:
        """Its certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    def crl(self, now: dt.datetime, days: int = 30) -> bytes:
        """Its list as of now, good for so many days; DER."""
        self.crls += 1
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(now).next_update(now + days * DAY)
        builder = builder.add_extension(x509.CRLNumber(self.crls), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        for serial, at in self.revoked.items():
            if at <= now:
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
                reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
                builder = builder.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


class Pki:
    """The whole hierarchy, made two years before `now`."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.root = self._authority("CCA India (test)", None, None, 20)
        self.licensed = self._authority("Test Licensed CA", self.root, 1, 10)
        self.sub = self._authority("Test Sub CA for Class 3 Individual", self.licensed, 0, 8)

    @property
    def chain(self) -> list[bytes]:
        """Sub-CA and licensed CA; DER."""
        return [self.sub.der, self.licensed.der]

    def crls(self, now: dt.datetime | None = None, days: int = 30) -> list[bytes]:
        """Of all three, as of a day; DER."""
        return [one.crl(now or self.now, days) for one in (self.root, self.licensed, self.sub)]

    def person(
        self,
        public: Public,
        common: str = "TEST PERSON",
        *,
        begins: dt.datetime | None = None,
        days: int = 730,
        uses: tuple[str, ...] = ("digital_signature", "content_commitment"),
        issuer: Authority | None = None,
    ) -> x509.Certificate:
        """A class 3 certificate for signing documents."""
        by = issuer or self.sub
        begins = begins or self.now - DAY
        builder = x509.CertificateBuilder().subject_name(name(common, "Collectorate, Test District"))
        builder = builder.issuer_name(by.certificate.subject).public_key(public)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins)
        builder = builder.not_valid_after(begins + days * DAY)
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (usage(*uses), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]), False),
            (x509.CertificatePolicies([x509.PolicyInformation(CLASS_3, None)]), False),
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), False),
            (_crl_at("sub"), False),
        ]
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(by.key, hashes.SHA256())

    def revoke(self, certificate: x509.Certificate, at: dt.datetime) -> None:
        """From that moment on, in lists that are made afterwards."""
        self.sub.revoked[certificate.serial_number] = at

    def _authority(self, common: str, above: Authority | None, length: int | None, years: int) -> Authority:
        key = rsa.generate_private_key(65537, 2048)
        subject = name(common)
        begins = self.now - 730 * DAY
        builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
        builder = builder.issuer_name(above.certificate.subject if above else subject)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins)
        builder = builder.not_valid_after(begins + years * 365 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True)
        builder = builder.add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        if above is not None:
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key())
            builder = builder.add_extension(issuer, critical=False)
            builder = builder.add_extension(_crl_at("ca"), critical=False)
            policy = x509.CertificatePolicies([x509.PolicyInformation(CLASS_3, None)])
            builder = builder.add_extension(policy, critical=False)
        return Authority(builder.sign(above.key if above else key, hashes.SHA256()), key)


def _crl_at(word: str) -> x509.CRLDistributionPoints:
    place = x509.UniformResourceIdentifier(f"http://127.0.0.1/{word}.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])
