"""The authority as a folder of files; every verb takes the time from its caller and is durable on return.

The folder: ``root.crt.pem``, ``root.key.pem`` (to be carried away, off line), ``issuer-N.crt.pem``,
``issuer-N.key.pem``, ``root.crl.pem``, ``issuer-N.crl.pem``, ``register.jsonl``. Keys have mode 0600, the folder 0700.
The register is the truth; lists and their numbers follow from it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from commons import certify
from protocol.directory import Directory, Problem, encode, sign, validate
from protocol.errors import LocalError
from protocol.keys import CODE_PATTERN, HUB, KEY_BYTES, NODE_ROLES, NodeCertificate, NodeKeys, NodeRequest
from provisioning.authority.files import PUBLIC, SECRET, write_atomic
from provisioning.authority.register import DirectorySigned, Issued, ListSigned, Register, Revoked

SERIAL_BYTES = 16
"""Random serials: far below the 20 octets that RFC 5280 4.1.2.2 allows, never met twice."""


class NotAllowed(LocalError):
    """The authority does not do this: values `reason` and what it is about."""

    code = "authority.not-allowed"


class RootKeyAbsent(LocalError):
    """This needs the root's key, which is off line, or its passphrase: values `path`."""

    code = "authority.root-key-absent"


class InvalidDirectory(LocalError):
    """A directory that may not be signed: values `problems` (of `protocol.directory.Problem`)."""

    code = "authority.invalid-directory"

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(problems=tuple(problems))


class TrustBundle(msgspec.Struct, frozen=True):
    """What a node needs to begin to trust, all DER: the arguments of `TrustStore.assemble`."""

    root: bytes
    issuers: tuple[bytes, ...]
    nodes: tuple[bytes, ...]
    crls: tuple[bytes, ...]


class Authority:
    """One district's authority. `random(n)` gives n random bytes for keys and serials."""

    def __init__(self, folder: Path, random: Callable[[int], bytes]) -> None:
        self._folder = folder
        self._random = random
        self._register = Register(folder / "register.jsonl")
        self.root = _read_certificate(folder / "root.crt.pem")

    @classmethod
    def create(
        cls,
        folder: Path,
        district: str,
        now: int,
        passphrase: bytes | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> Authority:
        """Make root and first issuer in `folder`, which must be new or empty.

        `passphrase` encrypts the root's key. What a power cut left half made is no authority (`open` refuses it) and is
        removed by hand. Raises `NotAllowed`.
        """
        if not CODE_PATTERN.fullmatch(district):
            raise NotAllowed(reason="bad-code", district=district)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise NotAllowed(reason="folder-not-empty", path=str(folder))
        folder.chmod(0o700)
        key = Ed25519PrivateKey.from_private_bytes(random(KEY_BYTES))
        root = certify.certify_root(district, key, _serial(random), now)
        _write_key(folder / "root.key.pem", key, passphrase)
        _write_certificate(folder / "root.crt.pem", root)
        authority = cls(folder, random)
        authority.renew_issuer(now, passphrase)
        return authority

    @classmethod
    def open(cls, folder: Path, random: Callable[[int], bytes] = os.urandom) -> Authority:
        """The authority in `folder`; the root's key need not be there. Raises `NotAllowed` if it is none."""
        if not (folder / "root.crt.pem").exists() or not (folder / "issuer-1.crl.pem").exists():
            raise NotAllowed(reason="no-authority", path=str(folder))
        return cls(folder, random)

    @property
    def issuer(self) -> NodeCertificate:
        """The issuer that signs today: the newest that is not revoked."""
        revoked = self._register.revoked
        standing = [issuer for issuer in self._issuers() if issuer.serial not in revoked]
        if not standing:
            raise NotAllowed(reason="no-issuer")
        return standing[-1]

    def issue(self, request: bytes, role: str, offices: Iterable[str], now: int) -> bytes:
        """DER certificate for the node whose DER `request` this is; asked again, the node holds several.

        Raises `BadRequest` (malformed, not signed by its own key) or `NotAllowed`.
        """
        asked = NodeRequest.from_der(request)
        served = tuple(offices)
        with self._register.changing():
            self._check_wish(asked, role, served)
            issuer = self.issuer
            key = self._key(issuer)
            certificate = certify.certify_node(
                issuer, key, asked, role=role, offices=served, serial=_serial(self._random), now=now
            )
            self._enter(certificate, now)
        return certificate.der

    def revoke(self, serial: str, now: int, reason: str = "unspecified") -> bytes:
        """Revoke a node's certificate; the issuer's new DER list. A second time only renews the list.

        `reason`: ``keyCompromise``, ``cessationOfOperation``, ``superseded``, ... (RFC 5280 5.3.1).
        Raises `NotAllowed`.
        """
        with self._register.changing():
            entry = self._find(serial)
            if entry.role not in NODE_ROLES:
                raise NotAllowed(reason="needs-root", serial=serial)
            self._enter_revocation(serial, now, reason)
            return self._publish(entry.issuer, now)

    def refresh_lists(self, now: int) -> None:
        """Sign each issuer's list anew, so that it calls itself fresh for another 35 days."""
        with self._register.changing():
            for issuer in self._issuers():
                self._publish(issuer.code, now)

    def renew_issuer(self, now: int, passphrase: bytes | None = None) -> bytes:
        """A further issuer, DER, under the root; the former ones go on being trusted. Raises `RootKeyAbsent`."""
        with self._register.changing():
            root_key = self._root_key(passphrase)
            code = f"issuer-{1 + sum(entry.role == 'issuer' for entry in self._register.issued)}"
            key = Ed25519PrivateKey.from_private_bytes(self._random(KEY_BYTES))
            serial = _serial(self._random)
            issuer = certify.certify_issuer(self.root, root_key, code, key.public_key(), serial, now)
            _write_key(self._folder / f"{code}.key.pem", key, None)
            _write_certificate(self._folder / f"{code}.crt.pem", issuer)
            self._enter(issuer, now)
            self._publish("root", now, root_key)
            self._publish(code, now)
        return issuer.der

    def revoke_issuer(self, serial: str, now: int, reason: str, passphrase: bytes | None = None) -> bytes:
        """Revoke an issuer and with it all that it issued; the root's new DER list.

        Raises `NotAllowed`, `RootKeyAbsent`. Then `renew_issuer`, and `issue` again for every node.
        """
        with self._register.changing():
            root_key = self._root_key(passphrase)
            if self._find(serial).role != "issuer":
                raise NotAllowed(reason="not-an-issuer", serial=serial)
            self._enter_revocation(serial, now, reason)
            return self._publish("root", now, root_key)

    def sign_directory(self, directory: Directory) -> bytes:
        """The signed directory. Its certificates and lists are filled in from the register, whatever it says.

        The issuers' lists are signed anew with it, as of `directory.issued`.
        Raises `InvalidDirectory`, or `NotAllowed` if its version is not above every one signed before.
        """
        with self._register.changing():
            for issuer in self._issuers():
                self._publish(issuer.code, directory.issued)
            bundle = self.trust_bundle()
            whole = msgspec.structs.replace(
                directory,
                issuers=bundle.issuers,
                certificates=bundle.nodes,
                crls=bundle.crls,
                revoked=tuple(self._register.revoked),
            )
            problems = validate(whole)
            if problems:
                raise InvalidDirectory(problems)
            if directory.district != self.root.district:
                raise NotAllowed(reason="other-district", district=directory.district)
            if directory.version <= self._register.directory_version:
                raise NotAllowed(reason="version-not-higher", version=directory.version)
            document = encode(whole)
            digest = hashlib.sha256(document).hexdigest()
            keys = NodeKeys(self._key(self.issuer).private_bytes_raw(), bytes(KEY_BYTES))
            self._register.append(DirectorySigned(directory.issued, directory.version, digest))
            return sign(document, self.issuer.der, keys)

    def trust_bundle(self) -> TrustBundle:
        """Root, all issuers, all node certificates ever issued, the latest lists."""
        self._register.load()
        issuers = self._issuers()
        return TrustBundle(
            root=self.root.der,
            issuers=tuple(issuer.der for issuer in issuers),
            nodes=tuple(entry.der for entry in self._register.issued if entry.role in NODE_ROLES),
            crls=tuple(self._lists("root", *(issuer.code for issuer in issuers))),
        )

    @property
    def next_directory_version(self) -> int:
        """Lowest version that `sign_directory` would take."""
        self._register.load()
        return self._register.directory_version + 1

    def _check_wish(self, asked: NodeRequest, role: str, offices: tuple[str, ...]) -> None:
        if role not in NODE_ROLES:
            raise NotAllowed(reason="role", role=role)
        if len(set(offices)) != len(offices) or not all(CODE_PATTERN.fullmatch(office) for office in offices):
            raise NotAllowed(reason="bad-offices", offices=offices)
        if role != HUB and not offices:
            raise NotAllowed(reason="no-offices", node=asked.code)
        for entry in self._register.issued:
            if entry.code == asked.code and entry.role != role:
                raise NotAllowed(reason="other-role", node=asked.code, role=entry.role)
            same_keys = entry.signing_key == asked.signing_key.hex() or entry.sealing_key == asked.sealing_key.hex()
            if same_keys and entry.code != asked.code:
                raise NotAllowed(reason="key-of-another", node=asked.code, owner=entry.code)
            if same_keys and entry.serial in self._register.revoked:
                raise NotAllowed(reason="key-revoked", node=asked.code, serial=entry.serial)

    def _find(self, serial: str) -> Issued:
        for entry in self._register.issued:
            if entry.serial == serial:
                return entry
        raise NotAllowed(reason="unknown-serial", serial=serial)

    def _enter(self, certificate: NodeCertificate, now: int) -> None:
        self._register.append(
            Issued(
                at=now,
                serial=certificate.serial,
                issuer=certificate.issuer[2],
                code=certificate.code,
                role=certificate.role,
                offices=certificate.offices,
                signing_key=certificate.signing_key.hex(),
                sealing_key=certificate.sealing_key.hex(),
                not_after=certificate.not_after,
                der=certificate.der,
            )
        )

    def _enter_revocation(self, serial: str, now: int, reason: str) -> None:
        if reason not in {flag.value for flag in x509.ReasonFlags} - {"removeFromCRL"}:
            raise NotAllowed(reason="bad-reason", given=reason)
        if serial not in self._register.revoked:
            self._register.append(Revoked(now, serial, reason))

    def _publish(self, code: str, now: int, root_key: Ed25519PrivateKey | None = None) -> bytes:
        authority = self.root if root_key else self._issuer(code)
        number = self._register.list_number(code) + 1
        of_this = {entry.serial for entry in self._register.issued if entry.issuer == code}
        revoked = [entry for serial, entry in self._register.revoked.items() if serial in of_this]
        fresh = certify.ISSUER_SECONDS if root_key else certify.LIST_SECONDS
        der = certify.sign_list(authority, root_key or self._key(authority), revoked, number, now, fresh)
        self._register.append(ListSigned(now, code, number))
        pem = x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
        write_atomic(self._folder / f"{code}.crl.pem", pem, PUBLIC)
        return der

    def _issuers(self) -> list[NodeCertificate]:
        return [NodeCertificate.from_der(e.der) for e in self._register.issued if e.role == "issuer"]

    def _issuer(self, code: str) -> NodeCertificate:
        return next(issuer for issuer in self._issuers() if issuer.code == code)

    def _lists(self, *codes: str) -> Iterator[bytes]:
        paths = (self._folder / f"{code}.crl.pem" for code in codes)
        for path in paths:
            if path.exists():
                yield x509.load_pem_x509_crl(path.read_bytes()).public_bytes(Encoding.DER)

    def _key(self, issuer: NodeCertificate) -> Ed25519PrivateKey:
        return _read_key(self._folder / f"{issuer.code}.key.pem", None)

    def _root_key(self, passphrase: bytes | None) -> Ed25519PrivateKey:
        path = self._folder / "root.key.pem"
        try:
            return _read_key(path, passphrase)
        except (FileNotFoundError, ValueError, TypeError):
            raise RootKeyAbsent(path=str(path)) from None


def _serial(random: Callable[[int], bytes]) -> int:
    return int.from_bytes(random(SERIAL_BYTES)) | 1 << (8 * SERIAL_BYTES - 2)


def _write_key(path: Path, key: Ed25519PrivateKey, passphrase: bytes | None) -> None:
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        lock = serialization.BestAvailableEncryption(passphrase)
    write_atomic(path, key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, lock), SECRET)


def _read_key(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAllowed(reason="not-an-ed25519-key", path=str(path))
    return key


def _write_certificate(path: Path, certificate: NodeCertificate) -> None:
    write_atomic(path, certificate.x509.public_bytes(Encoding.PEM), PUBLIC)


def _read_certificate(path: Path) -> NodeCertificate:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return NodeCertificate.from_der(certificate.public_bytes(Encoding.DER))
