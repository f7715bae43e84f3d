"""What a signature is worth, decided without a line, from anchors, certificates and revocation lists at hand.

The answer is one word for one sentence on the screen; nothing is fetched, and no clock is asked but the caller's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

import msgspec
from asn1crypto import cms, crl, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    StaleRevinfoError,
)

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

Word = Literal[
    "valid", "revoked_since", "unknown", "changed", "not_trusted", "expired", "not_yet", "revoked", "no_use", "weak",
    "other_certificate", "broken",
]  # fmt: skip
"""`valid`: at `at_ms`. `revoked_since`: valid then, revoked after. `unknown`: no list that covers it (`list_ms` is the
newest there is, 0 for none). `changed`: what was signed is something else. `not_trusted`: no path to an anchor.
`expired`, `not_yet`, `revoked`: at the time of signing. `no_use`: the certificate is not for signing documents. `weak`:
a key or algorithm that is no longer enough. `other_certificate`: not the one that the event names. `broken`: no CMS.
"""

LEAST_RSA_BITS = 2048
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
DIGESTS = frozenset({"sha256", "sha384", "sha512"})
MOST_CMS_BYTES = 65_536


class Verdict(msgspec.Struct, frozen=True):
    """One signature. Times: unix ms, 0 for none. `by`, `issuer`: common names as the certificate says them."""

    word: Word
    by: str = ""
    issuer: str = ""
    certificate: bytes = b""  # SHA-256
    valid_until_ms: int = 0
    revoked_ms: int = 0
    list_ms: int = 0


class Trusted(msgspec.Struct, frozen=True):
    """What is at hand to decide by: DER."""

    anchors: Sequence[bytes] = ()
    certificates: Sequence[bytes] = ()
    lists: Sequence[bytes] = ()


def check(signature: bytes, content: bytes, at_ms: int, trusted: Trusted) -> Verdict:
    """`at_ms`: when it certainly existed (the district's receipt, a time-stamp), else when its event says."""
    try:
        signed, certificate = _parsed(signature)
    except (ValueError, TypeError, KeyError, IndexError):
        return Verdict("broken")
    said = Verdict(
        "broken", str(certificate.subject.native.get("common_name", ""))[:120],
        str(certificate.issuer.native.get("common_name", ""))[:120], sha256(certificate.dump()).digest(),
        _ms(certificate.not_valid_after),
    )  # fmt: skip
    if _is_weak(signed, certificate):
        return msgspec.structs.replace(said, word="weak")
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native or certificate.ca:
        return msgspec.structs.replace(said, word="no_use")
    if not _is_over(signed, content, certificate):
        return msgspec.structs.replace(said, word="changed")
    return _path(said, certificate, _time(at_ms), trusted)


def _parsed(signature: bytes) -> tuple[cms.SignedData, x509.Certificate]:
    if len(signature) > MOST_CMS_BYTES:
        raise ValueError
    info = cms.ContentInfo.load(signature, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError
    signed = info["content"]
    (signer,) = signed["signer_infos"]
    wanted = signer["sid"].chosen
    for one in signed["certificates"]:
        certificate = one.chosen
        if (
            isinstance(certificate, x509.Certificate)
            and isinstance(wanted, cms.IssuerAndSerialNumber)
            and certificate.issuer == wanted["issuer"]
            and certificate.serial_number == wanted["serial_number"].native
        ):
            _parse_whole(certificate)
            return signed, certificate
    raise ValueError


def _parse_whole(certificate: x509.Certificate) -> None:
    """asn1crypto parses a part when it is asked for. Raises ValueError, TypeError, KeyError for what is malformed."""
    if not certificate.native:
        raise ValueError


def _is_weak(signed: cms.SignedData, certificate: x509.Certificate) -> bool:
    key = certificate.public_key
    (signer,) = signed["signer_infos"]
    if signer["digest_algorithm"]["algorithm"].native not in DIGESTS or certificate.hash_algo not in DIGESTS:
        return True
    if key.algorithm == "rsa":
        return bool(key.bit_size < LEAST_RSA_BITS)
    return key.algorithm != "ec" or key.curve[1] not in CURVES


def _is_over(signed: cms.SignedData, content: bytes, certificate: x509.Certificate) -> bool:
    """Whether the mathematics holds; of the path nothing is asked here."""
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    try:
        status = asyncio.run(async_validate_detached_cms(content, signed, signer_validation_context=context))
    except (ValueError, TypeError, InvalidSignature):
        return False
    except Exception as error:
        if type(error).__module__.startswith("pyhanko"):
            return False
        raise
    return bool(status.intact and status.valid)


def _path(said: Verdict, certificate: x509.Certificate, at: datetime, trusted: Trusted) -> Verdict:
    """The path at the time of signing: first without lists, then with those that are at hand."""
    replace = msgspec.structs.replace
    try:
        _validate(certificate, at, trusted, None)
    except NotYetValidError:
        return replace(said, word="not_yet")
    except ExpiredError:
        return replace(said, word="expired")
    except (PathBuildingError, PathValidationError, InvalidCertificateError):
        return replace(said, word="not_trusted")
    lists = [crl.CertificateList.load(one) for one in trusted.lists if _is_genuine(one, trusted)]
    newest = max((_ms(_updated(one)) for one in lists if one.issuer == certificate.issuer), default=0)
    said = replace(said, list_ms=newest)
    revoked = _revoked_at(certificate, lists)
    if revoked is not None:
        word: Word = "revoked" if revoked <= at else "revoked_since"
        return replace(said, word=word, revoked_ms=_ms(revoked))
    try:
        _validate(certificate, max(at, _time(newest)), trusted, lists)
    except RevokedError:
        return replace(said, word="not_trusted")  # an authority above was revoked
    except (ExpiredError, InsufficientRevinfoError, StaleRevinfoError):
        return replace(said, word="unknown")
    except (PathBuildingError, PathValidationError, InvalidCertificateError):
        return replace(said, word="not_trusted")
    return replace(said, word="valid")


def _validate(
    certificate: x509.Certificate, at: datetime, trusted: Trusted, lists: Sequence[crl.CertificateList] | None
) -> None:
    """`lists` None: revocation is not asked about. Raises what pyhanko_certvalidator does."""
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in trusted.anchors],
        other_certs=[x509.Certificate.load(one) for one in trusted.certificates],
        crls=list(lists or ()), moment=at, best_signature_time=at, allow_fetching=False,
        revocation_mode="soft-fail" if lists is None else "hard-fail", time_tolerance=timedelta(0),
    )  # fmt: skip
    validator = CertificateValidator(certificate, validation_context=context)
    asyncio.run(validator.async_validate_usage({"non_repudiation"}))


def _is_genuine(revocation_list: bytes, trusted: Trusted) -> bool:
    """Whether an authority at hand signed the list in its own name; others are as if they were not there."""
    try:
        found = load_der_x509_crl(revocation_list)
        authorities = [load_der_x509_certificate(one) for one in (*trusted.anchors, *trusted.certificates)]
    except ValueError:
        return False
    for one in authorities:
        key = one.public_key()
        if one.subject == found.issuer and isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
            with suppress(InvalidSignature, UnsupportedAlgorithm):
                if found.is_signature_valid(key):
                    return True
    return False


def _revoked_at(certificate: x509.Certificate, lists: Sequence[crl.CertificateList]) -> datetime | None:
    """When its issuer's lists say that it was revoked."""
    found = [
        entry["revocation_date"].native
        for one in lists
        if one.issuer == certificate.issuer
        for entry in one["tbs_cert_list"]["revoked_certificates"]
        if entry["user_certificate"].native == certificate.serial_number
    ]
    return min(found, default=None)


def _updated(one: crl.CertificateList) -> datetime:
    found: datetime = one["tbs_cert_list"]["this_update"].native
    return found


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
