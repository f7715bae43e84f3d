"""Tokens of SoftHSM: keys and certificates as a certifying authority puts them on a USB token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from tests.support.pki import Pki

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, SO_PIN = "4821-PIN", "so-pin-12"


@dataclass
class SoftToken:
    """One token; `certificate` is on it with its private key."""

    label: str
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """Of the certificate."""
        return self.certificate.public_bytes(Encoding.DER)


class SoftHsm:
    """A folder of tokens; programs that are to see them get `environment`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tokens").mkdir(parents=True)
        self._config = folder / "softhsm2.conf"
        self._config.write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )

    @property
    def environment(self) -> dict[str, str]:
        """What names the folder to the module."""
        return {"SOFTHSM2_CONF": str(self._config)}

    def token(self, pki: Pki, label: str, kind: str = "rsa", bits: int = 2048, **certificate: object) -> SoftToken:
        """A new token with one key, and its certificate from the authority (keywords of `Pki.person`)."""
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", PIN],
            env={**os.environ, **self.environment}, check=True, capture_output=True, timeout=30,
        )  # fmt: skip
        public = load_der_public_key(bytes.fromhex(self._in_token("make", label, kind, str(bits))))
        issued = pki.person(public, f"TEST {label.upper()}", **certificate)  # type: ignore[arg-type]  # of one call
        self._in_token("put", label, issued.public_bytes(Encoding.DER).hex())
        return SoftToken(label, issued)

    def _in_token(self, *arguments: str) -> str:
        """In a process of its own: C_Login is for a whole process."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.softhsm", *arguments],
            env={**os.environ, **self.environment}, check=True, capture_output=True, timeout=60, text=True,
        )  # fmt: skip
        said: str = json.loads(done.stdout)
        return said


def _main(word: str, label: str, *rest: str) -> str:
    import pkcs11
    from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
    from pkcs11.util.rsa import encode_rsa_public_key

    token = pkcs11.lib(str(MODULE)).get_token(token_label=label)
    with token.open(rw=True, user_pin=PIN) as session:
        if word == "put":
            certificate = x509.load_der_x509_certificate(bytes.fromhex(rest[0]))
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.ID: b"\x01",
                    Attribute.LABEL: "",
                    Attribute.SUBJECT: certificate.subject.public_bytes(),
                    Attribute.ISSUER: certificate.issuer.public_bytes(),
                    Attribute.VALUE: bytes.fromhex(rest[0]),
                }
            )
            return ""
        kind, bits = rest
        if kind == "rsa":
            public, _ = session.generate_keypair(KeyType.RSA, int(bits), store=True, id=b"\x01")
            return encode_rsa_public_key(public).hex()
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
        public, _ = parameters.generate_keypair(store=True, id=b"\x01", mechanism=Mechanism.EC_KEY_PAIR_GEN)
        return encode_ec_public_key(public).hex()


if __name__ == "__main__":
    print(json.dumps(_main(*sys.argv[1:])))
