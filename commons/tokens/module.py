"""One PKCS#11 module, in this process: what it shows, one log-in, signatures. Only a worker may import this.

After C_Login every session of a process sees the private keys, so nothing else ever runs in it (docs/tokens.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, SignMixin, TokenFlag
from pkcs11 import exceptions as ck
from pkcs11.util.ec import encode_ecdsa_signature

from commons.tokens.talk import Failed
from commons.tokens.values import Certificate, Token

MOST_SLOTS, MOST_CERTIFICATES, MOST_CERTIFICATE_BYTES = 8, 8, 16_384
_SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""RFC 8017, section 9.2, note 1."""


class Refused(Exception):
    """The module's no, in words of ours."""

    def __init__(self, code: str, token: pkcs11.Token | None = None) -> None:
        self.failed = Failed(code, *_tries(token))
        super().__init__(code)


class Module:
    """A module that has been loaded; raises Refused."""

    def __init__(self, path: str) -> None:
        with _in_our_words():
            self._library = pkcs11.lib(path)

    def look(self) -> tuple[Token, ...]:
        """Tokens with the certificates of persons on them, without a PIN; not those that were never set up."""
        found = []
        for token in self._tokens():
            if TokenFlag.TOKEN_INITIALIZED not in token.flags:
                continue
            with _in_our_words():
                found.append(self._described(token))
        return tuple(found)

    def login(self, serial: str, label: str, key_id: bytes, certificate: bytes, pin: str) -> Key:
        """C_Login, once. The private key goes by CKA_ID, and by the kind of key in the certificate."""
        token = self._token(serial, label)
        with _in_our_words(token):
            session = token.open(user_pin=pin)
        kind = x509.Certificate.load(certificate).public_key.algorithm
        with _in_our_words(token):
            wanted = KeyType.RSA if kind == "rsa" else KeyType.EC
            keys = list(
                session.get_objects(
                    {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: key_id, Attribute.KEY_TYPE: wanted}
                )
            )
        if len(keys) != 1 or not isinstance(keys[0], SignMixin):
            raise Refused("key_missing", token)
        return Key(token, keys[0], kind)

    def _tokens(self) -> Iterator[pkcs11.Token]:
        with _in_our_words():
            slots = self._library.get_slots(token_present=True)[:MOST_SLOTS]
        for slot in slots:
            try:
                yield slot.get_token()
            except (ck.TokenNotPresent, ck.TokenNotRecognised, ck.DeviceRemoved):
                continue

    def _token(self, serial: str, label: str) -> pkcs11.Token:
        for token in self._tokens():
            if (_text(token.serial), _text(token.label)) == (serial, label):
                return token
        raise Refused("gone")

    def _described(self, token: pkcs11.Token) -> Token:
        certificates: list[Certificate] = []
        with token.open() as session:
            for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
                try:
                    der, key_id = bytes(one[Attribute.VALUE]), bytes(one[Attribute.ID])
                except ck.PKCS11Error:
                    continue
                if (
                    len(der) <= MOST_CERTIFICATE_BYTES
                    and len(certificates) < MOST_CERTIFICATES
                    and _is_of_a_person(der)
                ):
                    certificates.append(Certificate(key_id, der))
        return Token(
            "", _text(token.label), _text(token.serial), _text(token.manufacturer_id), _text(token.model),
            tuple(certificates), *_tries(token),
        )  # fmt: skip


class Key:
    """A private key of a token that is logged in to."""

    def __init__(self, token: pkcs11.Token, key: SignMixin, kind: str) -> None:
        self._token, self._key, self._kind = token, key, kind

    def sign(self, data: bytes) -> bytes:
        """With SHA-256; of EC as DER. Raises Refused."""
        with _in_our_words(self._token):
            if self._kind == "ec":
                raw = self._key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
                return bytes(encode_ecdsa_signature(bytes(raw)))
            try:
                return bytes(self._key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
            except (ck.MechanismInvalid, ck.FunctionNotSupported):
                digest = _SHA256_DIGEST_INFO + hashlib.sha256(data).digest()
                return bytes(self._key.sign(digest, mechanism=Mechanism.RSA_PKCS))


_CODES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((ck.PinIncorrect, ck.PinInvalid, ck.PinLenRange), "pin_wrong"),
    ((ck.PinLocked,), "pin_locked"),
    ((ck.PinExpired,), "pin_expired"),
    (
        (
            ck.TokenNotPresent, ck.TokenNotRecognised, ck.DeviceRemoved, ck.SessionHandleInvalid, ck.SessionClosed,
            ck.SlotIDInvalid, ck.NoSuchToken,
        ),
        "gone",
    ),
    ((ck.NoSuchKey, ck.ObjectHandleInvalid, ck.KeyHandleInvalid), "key_missing"),
    ((ck.MechanismInvalid, ck.MechanismParamInvalid, ck.KeyTypeInconsistent), "mechanism"),
    ((ck.UserAlreadyLoggedIn, ck.AnotherUserAlreadyLoggedIn, ck.SessionCount), "busy"),
)  # fmt: skip


@contextmanager
def _in_our_words(token: pkcs11.Token | None = None) -> Iterator[None]:
    try:
        yield
    except Refused:
        raise
    except (ck.PKCS11Error, RuntimeError, OSError) as error:
        code = next((code for kinds, code in _CODES if isinstance(error, kinds)), "failed")
        raise Refused(code, token) from error


def _tries(token: pkcs11.Token | None) -> tuple[bool, bool, bool]:
    if token is None:
        return False, False, False
    flags = token.flags
    return (
        TokenFlag.USER_PIN_COUNT_LOW in flags,
        TokenFlag.USER_PIN_FINAL_TRY in flags,
        TokenFlag.USER_PIN_LOCKED in flags,
    )


def _is_of_a_person(der: bytes) -> bool:
    try:
        is_authority = bool(x509.Certificate.load(der).ca)
    except (ValueError, TypeError):
        return False
    return not is_authority


def _text(said: str | bytes | None) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said or ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:64]
