"""Whom a node believes, as one immutable value: the root it was given, and what verifies under that root.

The rules:

1. The root is given by hand (enrolment, demo) and is never replaced by anything that arrives.
2. A chain has exactly three links, root -> issuer -> node, all of one district; each link is checked for name,
   signature, basic constraints and key usage when the store is made.
3. A revocation list counts if the certificate authority that it speaks for signed it, and only for what that authority
   issued. A list with a lower number than the held one never replaces it.
4. Revoked is refused. Expired (anywhere in the chain) is flagged, never refused: an office whose line was dead for a
   year works on.
5. One bad certificate spoils nothing but itself: asking for its node raises why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from protocol.errors import PeerError
from protocol.keys import (
    ISSUER,
    NODE_ROLES,
    ROOT,
    SIGNATURE_HEADER,
    BadCertificate,
    BadSignature,
    NodeCertificate,
    verify,
)

Name = tuple[str, str, str]
"""District, role, code of a certificate's owner."""

_CRL_ERRORS: Final = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    UnsupportedAlgorithm,
)


class UnknownNode(PeerError):
    """No certificate of this node (values `node`) or with this serial (values `serial`) is held."""

    code = "trust.unknown-node"


class RevokedNode(PeerError):
    """Every certificate of the node that could speak for it here is revoked: values `node`, `serial`, `revoked_at`."""

    code = "trust.revoked-node"


class WrongIssuer(PeerError):
    """Issued by nobody whom this root stands for: values `node`, `issuer`, `reason`."""

    code = "trust.wrong-issuer"


class BadRevocations(PeerError):
    """Not a revocation list of an authority of this district: values `reason`."""

    code = "trust.bad-revocations"


@dataclass(frozen=True)
class RevocationList:
    """One authority's list (RFC 5280 CRL), its signature not yet checked; `revoked`: serial (hex) to unix seconds."""

    issuer: Name
    number: int
    this_update: int
    next_update: int
    revoked: Mapping[str, int]
    der: bytes = field(repr=False)
    x509: x509.CertificateRevocationList = field(repr=False, compare=False)

    @classmethod
    def from_der(cls, der: bytes) -> RevocationList:
        """Read a DER list; raises `BadRevocations`."""
        try:
            crl = x509.load_der_x509_crl(der)
            district, role, code = (str(attribute.value) for attribute in crl.issuer)
            number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
            special = any(e.critical for e in crl.extensions) or any(e.critical for r in crl for e in r.extensions)
            whole = der.endswith(SIGNATURE_HEADER + crl.signature)
            if special or not whole or crl.next_update_utc is None:
                raise BadRevocations(reason="profile")
            return cls(
                issuer=(district, role, code),
                number=number,
                this_update=int(crl.last_update_utc.timestamp()),
                next_update=int(crl.next_update_utc.timestamp()),
                revoked={format(r.serial_number, "x"): int(r.revocation_date_utc.timestamp()) for r in crl},
                der=der,
                x509=crl,
            )
        except _CRL_ERRORS:
            raise BadRevocations(reason="malformed") from None


@dataclass(frozen=True)
class TrustStore:
    """Root, issuers, nodes and revocations that verify; make one with `assemble`. Look-ups cost a dict access."""

    root: NodeCertificate
    issuers: Mapping[Name, tuple[NodeCertificate, ...]]
    nodes: Mapping[str, tuple[NodeCertificate, ...]]
    faults: Mapping[str, PeerError]
    crls: Mapping[Name, RevocationList]

    @classmethod
    def assemble(
        cls,
        root: bytes,
        issuers: Iterable[bytes] = (),
        nodes: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        held: Iterable[RevocationList] = (),
    ) -> TrustStore:
        """The store of everything given in DER that verifies under `root`.

        `held`: lists of an earlier store of the same root, already verified; per authority the highest number counts.
        Raises `BadCertificate` or `WrongIssuer` if the root or an issuer does not verify, `BadRevocations` if a list
        does not. A bad node certificate is kept as the fault of its node.
        """
        top = _read_root(root)
        lists = {crl.issuer: crl for crl in held}
        new_lists = [RevocationList.from_der(der) for der in crls]
        _take_lists(lists, [crl for crl in new_lists if crl.issuer == top.name], (top,))
        by_name: dict[Name, tuple[NodeCertificate, ...]] = {}
        for der in issuers:
            issuer = NodeCertificate.from_der(der)
            _check_issuer(issuer, top)
            by_name[issuer.name] = (*by_name.get(issuer.name, ()), issuer)
        for name in {crl.issuer for crl in new_lists} - {top.name}:
            _take_lists(lists, [crl for crl in new_lists if crl.issuer == name], by_name.get(name, ()))
        store = cls(top, by_name, {}, {}, lists)
        good, faults = _sort_nodes(nodes, store)
        return replace(store, nodes=good, faults=faults)

    def with_crl(self, der: bytes) -> TrustStore:
        """The store with one more revocation list; itself if it holds that number or a higher one.

        Raises `BadRevocations`.
        """
        crl = RevocationList.from_der(der)
        lists = dict(self.crls)
        signers = (self.root,) if crl.issuer == self.root.name else self.issuers.get(crl.issuer, ())
        _take_lists(lists, [crl], signers)
        if lists == self.crls:
            return self
        certificates = [c.der for chain in self.nodes.values() for c in chain]
        good, faults = _sort_nodes(certificates, replace(self, crls=lists))
        return replace(self, crls=lists, nodes=good, faults={**self.faults, **faults})

    def check(self, node: str, when: int) -> NodeCertificate:
        """The node's newest certificate that is not revoked, with `expired` as of `when` (unix seconds).

        Raises `UnknownNode`, `RevokedNode`, `WrongIssuer` or `BadCertificate`.
        """
        return self._marked(self._standing(node)[0], when)

    def verify(self, node: str, purpose: str, message: bytes, signature: bytes, when: int) -> NodeCertificate:
        """The certificate of `node` under which `signature` verifies: any that is not revoked, as keys are renewed.

        Raises what `check` raises, `RevokedNode` if only a revoked key fits, else `BadSignature`.
        """
        standing = self._standing(node)
        for certificate in standing:
            if _fits(certificate, purpose, message, signature):
                return self._marked(certificate, when)
        for certificate in self.nodes[node]:
            if certificate not in standing and _fits(certificate, purpose, message, signature):
                raise self._revoked(certificate)
        raise BadSignature(purpose=purpose, node=node)

    def by_serial(self, serial: str) -> NodeCertificate:
        """A node's certificate by serial, revoked or not, to check what was signed long ago; or `UnknownNode`."""
        for certificates in self.nodes.values():
            for certificate in certificates:
                if certificate.serial == serial:
                    return certificate
        raise UnknownNode(serial=serial)

    def revoked_at(self, certificate: NodeCertificate) -> int | None:
        """Unix seconds of the revocation, or None."""
        crl = self.crls.get(certificate.issuer)
        return None if crl is None else crl.revoked.get(certificate.serial)

    def check_issuer(self, der: bytes) -> NodeCertificate:
        """An issuer's certificate that is presented together with something it signed.

        Raises `BadCertificate`, or `WrongIssuer` (not under this root, or revoked by it).
        """
        issuer = NodeCertificate.from_der(der)
        _check_issuer(issuer, self.root)
        if self.revoked_at(issuer) is not None:
            raise WrongIssuer(node=issuer.code, issuer=issuer.issuer[2], reason="revoked")
        return issuer

    def _standing(self, node: str) -> list[NodeCertificate]:
        certificates = self.nodes.get(node, ())
        if not certificates:
            raise self.faults.get(node) or UnknownNode(node=node)
        standing = [c for c in certificates if self.revoked_at(c) is None]
        if not standing:
            raise self._revoked(certificates[0])
        return standing

    def _revoked(self, certificate: NodeCertificate) -> RevokedNode:
        return RevokedNode(node=certificate.code, serial=certificate.serial, revoked_at=self.revoked_at(certificate))

    def _marked(self, certificate: NodeCertificate, when: int) -> NodeCertificate:
        issuers_end = max(i.not_after for i in self.issuers[certificate.issuer])
        return replace(certificate, expired=when > min(certificate.not_after, issuers_end, self.root.not_after))


def _read_root(der: bytes) -> NodeCertificate:
    root = NodeCertificate.from_der(der)
    if root.role != ROOT or root.issuer != root.name:
        raise BadCertificate(reason="not-a-root", node=root.code)
    if not _issued_by(root, root):
        raise BadCertificate(reason="signature", node=root.code)
    return root


def _check_issuer(issuer: NodeCertificate, root: NodeCertificate) -> None:
    if issuer.role != ISSUER:
        raise WrongIssuer(node=issuer.code, issuer=issuer.issuer[2], reason="not-an-issuer")
    if issuer.issuer != root.name or issuer.district != root.district:
        raise WrongIssuer(node=issuer.code, issuer=issuer.issuer[2], reason="other-root")
    if not _issued_by(issuer, root):
        raise WrongIssuer(node=issuer.code, issuer=issuer.issuer[2], reason="signature")


def _sort_nodes(
    ders: Iterable[bytes], store: TrustStore
) -> tuple[dict[str, tuple[NodeCertificate, ...]], dict[str, PeerError]]:
    good: dict[str, list[NodeCertificate]] = {}
    faults: dict[str, PeerError] = {}
    for der in ders:
        node = ""
        try:
            certificate = NodeCertificate.from_der(der)
            node = certificate.code
            _check_node(certificate, store)
        except PeerError as fault:
            faults[node or str(fault.values.get("node", ""))] = fault
        else:
            good.setdefault(node, []).append(certificate)
    newest_first = {
        node: tuple(sorted(some, key=lambda c: (c.not_before, c.not_after, c.serial), reverse=True))
        for node, some in good.items()
    }
    return newest_first, faults


def _check_node(certificate: NodeCertificate, store: TrustStore) -> None:
    code, issuer_name = certificate.code, certificate.issuer
    if certificate.role not in NODE_ROLES:
        raise BadCertificate(reason="role", node=code)
    issuers = store.issuers.get(issuer_name, ())
    if not issuers or certificate.district != store.root.district:
        raise WrongIssuer(node=code, issuer=issuer_name[2], reason="unknown")
    signers = [issuer for issuer in issuers if _issued_by(certificate, issuer)]
    if not signers:
        raise WrongIssuer(node=code, issuer=issuer_name[2], reason="signature")
    if all(store.revoked_at(issuer) is not None for issuer in signers):
        raise WrongIssuer(node=code, issuer=issuer_name[2], reason="revoked")


def _take_lists(
    lists: dict[Name, RevocationList], arrived: list[RevocationList], signers: tuple[NodeCertificate, ...]
) -> None:
    for crl in arrived:
        keys = (Ed25519PublicKey.from_public_bytes(signer.signing_key) for signer in signers)
        if not any(crl.x509.is_signature_valid(key) for key in keys):
            raise BadRevocations(reason="signature", issuer=crl.issuer[2])
        held = lists.get(crl.issuer)
        if held is None or held.number < crl.number:
            lists[crl.issuer] = crl


def _issued_by(certificate: NodeCertificate, issuer: NodeCertificate) -> bool:
    try:
        certificate.x509.verify_directly_issued_by(issuer.x509)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _fits(certificate: NodeCertificate, purpose: str, message: bytes, signature: bytes) -> bool:
    try:
        verify(certificate.signing_key, purpose, message, signature)
    except BadSignature:
        return False
    return True
