"""What a token signs here is always the signed attributes of a CMS for its own certificate, never anything else. Pure.

So a program that may ask for signatures cannot use an officer's token to log in somewhere or to sign a certificate.
"""

from __future__ import annotations

import hashlib

from asn1crypto import cms, tsp

_NEEDED = {"content_type", "message_digest", "signing_certificate_v2"}
_ALLOWED = _NEEDED | {
    "signing_time",
    "cms_algorithm_protection",
    "commitment_type_indication",
    "signature_policy_identifier",
}


def are_for(data: bytes, certificate_sha256: bytes) -> bool:
    """Whether these bytes are DER signed attributes (RFC 5652, section 5.3) that name this certificate (RFC 5035)."""
    try:
        attributes = cms.CMSAttributes.load(data, strict=True)
        named = {one["type"].native: one["values"] for one in attributes}
        if len(named) != len(attributes) or not _NEEDED <= named.keys() <= _ALLOWED:
            return False
        (digest,) = named["message_digest"].native
        (signing,) = named["signing_certificate_v2"]
        if not isinstance(signing, tsp.SigningCertificateV2):
            return False
        first = signing["certs"][0]
        algorithm = first["hash_algorithm"]["algorithm"].native
        return (
            len(digest) == hashlib.sha256().digest_size
            and algorithm == "sha256"
            and first["cert_hash"].native == certificate_sha256
        )
    except (ValueError, TypeError, KeyError, IndexError):
        return False
