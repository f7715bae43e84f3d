"""Keys, signatures, seals, requests and the certificate profile."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest as hmac
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.keys import (
    OID_SEALING_KEY,
    SEAL_OVERHEAD_BYTES,
    BadCertificate,
    BadKey,
    BadPurpose,
    BadRequest,
    BadSignature,
    CannotOpen,
    NodeCertificate,
    NodeKeys,
    NodeRequest,
    basic_constraints,
    key_usage,
    seal,
    sealing_extension,
    subject_name,
    verify,
)
from provisioning.authority import Authority
from tests.provisioning.authority.district import CHIRGAON, MOTH, NOW, district, openssl, seeded

KEYS = st.binary(min_size=64, max_size=64).map(NodeKeys.from_bytes)
PURPOSES = st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True)


@given(keys=KEYS)
def test_keys_survive_bytes_and_hide_in_repr(keys: NodeKeys) -> None:
    assert NodeKeys.from_bytes(keys.to_bytes()) == keys
    assert repr(keys) == "NodeKeys()"


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_keys_of_a_wrong_length_are_refused(length: int) -> None:
    with pytest.raises(BadKey):
        NodeKeys.from_bytes(bytes(length))


@given(keys=KEYS, purpose=PURPOSES, message=st.binary())
def test_what_is_signed_verifies(keys: NodeKeys, purpose: str, message: bytes) -> None:
    verify(keys.signing_public, purpose, message, keys.sign(purpose, message))


@given(message=st.binary(), place=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_changed_signature_is_refused(message: bytes, place: int, bit: int) -> None:
    signature = bytearray(MOTH.sign("bundle", message))
    signature[place] ^= 1 << bit
    with pytest.raises(BadSignature):
        verify(MOTH.signing_public, "bundle", message, bytes(signature))


def test_a_signature_holds_for_one_purpose_message_and_key_only() -> None:
    signature = MOTH.sign("bundle", b"message")
    for key, purpose, message in [
        (MOTH.signing_public, "directory", b"message"),
        (MOTH.signing_public, "bundle", b"message."),
        (CHIRGAON.signing_public, "bundle", b"message"),
        (b"", "bundle", b"message"),
    ]:
        with pytest.raises(BadSignature):
            verify(key, purpose, message, signature)
    with pytest.raises(BadSignature):
        verify(MOTH.signing_public, "bundle", b"message", signature[:-1])


@pytest.mark.parametrize("purpose", ["", "Bundle", "a\n", "a/b", "-a", "a" * 33])
def test_a_purpose_that_could_be_mistaken_is_refused(purpose: str) -> None:
    with pytest.raises(BadPurpose):
        MOTH.sign(purpose, b"")


def test_openssl_checks_a_signed_statement(tmp_path: Path) -> None:
    (tmp_path / "statement").write_bytes(b"patravali/1/head\nstatement")
    (tmp_path / "signature").write_bytes(MOTH.sign("head", b"statement"))
    key = MOTH.signer.public_key().public_bytes(Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(key)
    arguments = ("pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "key.pem", "-rawin")
    whole = (*arguments, "-sigfile", tmp_path / "signature", "-in", tmp_path / "statement")
    assert openssl(*whole).returncode == 0
    (tmp_path / "statement").write_bytes(b"patravali/1/head\nStatement")
    assert openssl(*whole).returncode != 0


@given(keys=KEYS, info=st.binary(max_size=40), plaintext=st.binary())
def test_what_is_sealed_opens(keys: NodeKeys, info: bytes, plaintext: bytes) -> None:
    sealed = seal(keys.sealing_public, info, plaintext)
    assert len(sealed) == len(plaintext) + SEAL_OVERHEAD_BYTES
    assert keys.open_sealed(info, sealed) == plaintext


def test_sealed_bytes_open_for_their_key_and_info_only() -> None:
    sealed = seal(MOTH.sealing_public, b"info", b"plain")
    with pytest.raises(CannotOpen):
        CHIRGAON.open_sealed(b"info", sealed)
    with pytest.raises(CannotOpen):
        MOTH.open_sealed(b"other", sealed)
    for end in range(len(sealed)):
        with pytest.raises(CannotOpen):
            MOTH.open_sealed(b"info", sealed[:end])
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            MOTH.open_sealed(b"info", bytes(changed))


@pytest.mark.parametrize("recipient", [b"", bytes(31), bytes(32)])
def test_nothing_is_sealed_to_what_is_no_key(recipient: bytes) -> None:
    with pytest.raises(BadKey):
        seal(recipient, b"", b"plain")


def test_sealed_bytes_are_those_of_rfc_9180() -> None:
    """Opened here by the RFC's own steps (4.1, 5.1, 5.2), written out."""
    sealed = seal(MOTH.sealing_public, b"to moth", b"plain")
    encapsulated, ciphertext = sealed[:32], sealed[32:]
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"

    def extract(of: bytes, salt: bytes, label: bytes, value: bytes) -> bytes:
        return hmac(salt or bytes(32), b"HPKE-v1" + of + label + value, sha256)

    def expand(of: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
        labeled = length.to_bytes(2) + b"HPKE-v1" + of + label + info
        return hmac(secret, labeled + b"\x01", sha256)[:length]

    shared = MOTH.opener.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    context = encapsulated + MOTH.sealing_public
    secret = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", context, 32)
    info = b"patravali/1/sealed\nto moth"
    schedule = b"\x00" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    master = extract(suite, secret, b"secret", b"")
    key = expand(suite, master, b"key", schedule, 32)
    nonce = expand(suite, master, b"base_nonce", schedule, 12)
    assert ChaCha20Poly1305(key).decrypt(nonce, ciphertext, b"") == b"plain"


def test_a_request_says_who_asks_with_which_keys() -> None:
    assert NodeRequest.from_der(MOTH.request("moth")) == NodeRequest("moth", MOTH.signing_public, MOTH.sealing_public)


def test_a_request_in_which_the_sealing_key_was_swapped_is_refused() -> None:
    der = MOTH.request("moth")
    swapped = der.replace(MOTH.sealing_public, CHIRGAON.sealing_public)
    assert swapped != der
    with pytest.raises(BadRequest) as caught:
        NodeRequest.from_der(swapped)
    assert caught.value.values == {"reason": "signature"}


def test_a_request_for_a_key_that_the_asker_does_not_hold_is_refused() -> None:
    der = MOTH.request("moth").replace(MOTH.signing_public, CHIRGAON.signing_public)
    with pytest.raises(BadRequest):
        NodeRequest.from_der(der)


def test_a_request_needs_a_sealing_key_a_good_code_and_ed25519() -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "moth")])
    plain = x509.CertificateSigningRequestBuilder().subject_name(name)
    bare = plain.sign(MOTH.signer, None).public_bytes(Encoding.DER)
    with_key = plain.add_extension(sealing_extension(MOTH.sealing_public), critical=False)
    curve = with_key.sign(ec.generate_private_key(ec.SECP256R1()), SHA256()).public_bytes(Encoding.DER)
    not_x25519 = x509.UnrecognizedExtension(OID_SEALING_KEY, b"no key")
    broken = plain.add_extension(not_x25519, critical=False).sign(MOTH.signer, None).public_bytes(Encoding.DER)
    reasons = {bare: "no-sealing-key", curve: "signature", broken: "malformed", MOTH.request("Moth!"): "name"}
    for der, reason in reasons.items():
        with pytest.raises(BadRequest) as caught:
            NodeRequest.from_der(der)
        assert caught.value.values == {"reason": reason}


def test_every_truncated_request_is_refused() -> None:
    der = MOTH.request("moth")
    for end in range(len(der)):
        with pytest.raises(BadRequest):
            NodeRequest.from_der(der[:end])


def moth_certificate(folder: Path) -> bytes:
    return next(der for der in district(folder).trust_bundle().nodes if NodeCertificate.from_der(der).code == "moth")


def test_a_certificate_says_what_was_certified(tmp_path: Path) -> None:
    certificate = NodeCertificate.from_der(moth_certificate(tmp_path / "a"))
    assert certificate.name == ("jhansi", "appliance", "moth")
    assert certificate.offices == ("moth",)
    assert certificate.issuer == ("jhansi", "issuer", "issuer-1")
    assert (certificate.signing_key, certificate.sealing_key) == (MOTH.signing_public, MOTH.sealing_public)
    assert (certificate.not_before, certificate.not_after) == (NOW, NOW + 730 * 86_400)
    assert not certificate.expired


def test_every_truncated_or_changed_certificate_is_refused_or_does_not_verify(tmp_path: Path) -> None:
    authority = district(tmp_path / "a")
    der = moth_certificate(tmp_path / "b")
    for end in range(len(der)):
        with pytest.raises(BadCertificate):
            NodeCertificate.from_der(der[:end])
    for place in range(len(der)):
        changed = bytearray(der)
        changed[place] ^= 0x01
        try:
            certificate = NodeCertificate.from_der(bytes(changed))
        except BadCertificate:
            continue
        with pytest.raises((InvalidSignature, ValueError)):
            certificate.x509.verify_directly_issued_by(authority.issuer.x509)


@settings(max_examples=200)
@given(junk=st.binary(max_size=300))
def test_junk_is_no_certificate_and_no_request(junk: bytes) -> None:
    with pytest.raises(BadCertificate):
        NodeCertificate.from_der(junk)
    with pytest.raises(BadRequest):
        NodeRequest.from_der(junk)


def handmade(role: str = "appliance", **changes: object) -> bytes:
    """A self-signed certificate of the profile, but for the changes."""
    name = changes.get("name", subject_name("jhansi", role, "moth"))
    assert isinstance(name, x509.Name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(subject_name("jhansi", "issuer", "issuer-1"))
        .public_key(MOTH.signer.public_key())
        .serial_number(7)
        .not_valid_before(datetime.fromtimestamp(NOW, UTC))
        .not_valid_after(datetime.fromtimestamp(NOW + 1, UTC))
    )
    usage, constraints = changes.get("usage", key_usage(role)), changes.get("ca", basic_constraints(role))
    assert isinstance(usage, x509.KeyUsage)
    assert isinstance(constraints, x509.BasicConstraints)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(constraints, critical=bool(changes.get("critical_ca", True)))
    if changes.get("sealing", True):
        critical = bool(changes.get("critical_sealing", False))
        builder = builder.add_extension(sealing_extension(MOTH.sealing_public), critical=critical)
    office = changes.get("office", "patravali:office:moth")
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.UniformResourceIdentifier(str(office))]), critical=False
    )
    return builder.sign(MOTH.signer, None).public_bytes(Encoding.DER)


def test_the_handmade_certificate_is_read_when_nothing_is_changed() -> None:
    assert NodeCertificate.from_der(handmade()).serial == "7"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": subject_name("jhansi", "king", "moth")}, "name"),
        ({"name": subject_name("jhansi", "appliance", "MOTH")}, "name"),
        ({"name": subject_name("Jhansi District", "appliance", "moth")}, "name"),
        ({"name": x509.Name(list(subject_name("jhansi", "appliance", "moth"))[::-1])}, "name"),
        ({"usage": key_usage("issuer")}, "usage"),
        ({"ca": basic_constraints("issuer")}, "usage"),
        ({"critical_ca": False}, "usage"),
        ({"sealing": False}, "role"),
        ({"critical_sealing": True}, "critical-extension"),
        ({"office": "https://example.org"}, "offices"),
        ({"office": "patravali:office:MOTH"}, "offices"),
        ({"role": "issuer"}, "role"),
    ],
)
def test_a_certificate_outside_the_profile_is_refused(changes: dict[str, object], reason: str) -> None:
    role = str(changes.get("role", "appliance"))
    with pytest.raises(BadCertificate) as caught:
        NodeCertificate.from_der(handmade(role, **{k: v for k, v in changes.items() if k != "role"}))
    assert caught.value.values["reason"] == reason


def test_the_same_random_source_makes_the_same_authority(tmp_path: Path) -> None:
    first = Authority.create(tmp_path / "a", "jhansi", NOW, random=seeded(5))
    second = Authority.create(tmp_path / "b", "jhansi", NOW, random=seeded(5))
    assert first.trust_bundle() == second.trust_bundle()
