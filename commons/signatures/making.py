"""A CMS signature over bytes that lie elsewhere (CAdES baseline B; ETSI EN 319 122-1), in two steps.

The token signs the attributes of the first; the second puts its signature in. No key is here.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from hashlib import sha256

from asn1crypto import algos, cms, x509
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.signers.pdf_cms import ExternalSigner, PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

_MECHANISMS = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}


def attributes_for(content: bytes, certificate: bytes, at_ms: int) -> bytes:
    """What the token is to sign: DER signed attributes, with the time that the signer's machine says."""
    settings = PdfCMSSignedAttributes(
        signing_time=datetime.fromtimestamp(at_ms // 1000, UTC), cades_signed_attrs=CAdESSignedAttrSpec()
    )
    made = asyncio.run(
        _signer(certificate).signed_attrs(
            sha256(content).digest(), "sha256", attr_settings=settings, use_pades=False, is_pdf_sig=False
        )
    )
    return bytes(made.dump())


def cms_of(attributes: bytes, signature: bytes, certificate: bytes) -> bytes:
    """The CMS, DER, with the signer's certificate in it."""
    signer = _signer(certificate, signature)
    made = asyncio.run(
        signer.async_sign_prescribed_attributes("sha256", signed_attrs=cms.CMSAttributes.load(attributes))
    )
    return bytes(made.dump())


def _signer(certificate: bytes, signature: bytes | None = None) -> ExternalSigner:
    parsed = x509.Certificate.load(certificate)
    mechanism = algos.SignedDigestAlgorithm({"algorithm": _MECHANISMS[parsed.public_key.algorithm]})
    return ExternalSigner(
        signing_cert=parsed, cert_registry=SimpleCertificateStore(), signature_value=signature,
        signature_mechanism=mechanism, embed_roots=False,
    )  # fmt: skip
