"""Keys of a folder of sealed files: one that names them, one that makes a key for each."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
FILE_ID_BYTES = 16


class Keys:
    """Keys derived with HKDF-SHA-256 (RFC 5869) from one 32-byte key, apart for each purpose.

    `purpose` keeps papers and uploads from ever sharing a key although they are given the same one.
    """

    def __init__(self, key: bytes, purpose: str) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(len(key))
        self._naming = _derive(key, b"patravali " + purpose.encode() + b" name 1")
        self._sealing = _derive(key, b"patravali " + purpose.encode() + b" seal 1")

    def name_of(self, identity: bytes) -> str:
        """Give the file name, 64 hex digits, that says nothing about the identity without the key."""
        return hmac.new(self._naming, identity, hashlib.sha256).hexdigest()

    def cipher_of(self, file_id: bytes) -> AESGCM:
        """Give the AES-256-GCM cipher of one file; its key belongs to the random file id alone."""
        return AESGCM(_derive(self._sealing, file_id))


def _derive(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)
