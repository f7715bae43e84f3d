"""Who is believed: chains, revocation, expiry, forgeries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from commons.certify import certify_node
from protocol.errors import PeerError
from protocol.keys import APPLIANCE, HUB, BadCertificate, BadSignature, NodeCertificate, NodeKeys, NodeRequest
from protocol.trust import BadRevocations, RevocationList, RevokedNode, TrustStore, UnknownNode, WrongIssuer
from provisioning.authority import Authority
from tests.provisioning.authority.district import CHIRGAON, DAY, HQ, MOTH, NOW, YEAR, district, store

NEW_MOTH = NodeKeys.from_bytes(bytes(64))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return district(tmp_path / "jhansi")


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    """Another authority that claims to be of the same district."""
    return district(tmp_path / "stranger", seed=2)


def test_a_certified_node_is_known(authority: Authority) -> None:
    certificate = store(authority).check("jhansi-hq", NOW)
    assert certificate.offices == ("jhansi-hq", "jhansi-treasury")
    assert certificate.sealing_key == HQ.sealing_public
    assert not certificate.expired


def test_an_unknown_node_is_refused(authority: Authority) -> None:
    with pytest.raises(UnknownNode):
        store(authority).check("garautha", NOW)
    with pytest.raises(UnknownNode):
        store(authority).by_serial("7")


@pytest.mark.parametrize("code", ["root", "issuer-1"])
def test_root_and_issuer_are_no_nodes(authority: Authority, code: str) -> None:
    bundle = authority.trust_bundle()
    trust = TrustStore.assemble(bundle.root, bundle.issuers, [bundle.root, *bundle.issuers])
    with pytest.raises(BadCertificate) as caught:
        trust.check(code, NOW)
    assert caught.value.values["reason"] == "role"


@pytest.mark.parametrize("when", [NOW + 2 * YEAR + 1, NOW + 50 * YEAR])
def test_expiry_flags_and_never_refuses(authority: Authority, when: int) -> None:
    trust = store(authority)
    assert trust.check("moth", when).expired
    assert not trust.check("moth", NOW + 2 * YEAR).expired
    assert not trust.check("moth", 0).expired
    assert trust.verify("moth", "bundle", b"m", MOTH.sign("bundle", b"m"), when).expired


def test_an_expired_issuer_flags_too(tmp_path: Path) -> None:
    authority = Authority.create(tmp_path / "a", "jhansi", NOW)
    late = NOW + 5 * YEAR - DAY
    authority.issue(MOTH.request("moth"), APPLIANCE, ["moth"], late)
    trust = store(authority)
    assert not trust.check("moth", late + DAY).expired
    assert trust.check("moth", late + DAY + 1).expired


def test_a_node_that_outlives_its_issuer_is_flagged_with_it(authority: Authority) -> None:
    """Our authority never issues such a certificate; made here with an issuer that is said to live longer."""
    issuer, bundle = authority.issuer, authority.trust_bundle()
    lasting = replace(issuer, not_after=NOW + 9 * YEAR)
    request = NodeRequest.from_der(NEW_MOTH.request("garautha"))
    der = certify_node(
        lasting, authority._key(issuer), request, role=APPLIANCE, offices=(), serial=7, now=NOW + 4 * YEAR
    ).der
    trust = TrustStore.assemble(bundle.root, bundle.issuers, [der], bundle.crls)
    assert trust.by_serial("7").not_after == NOW + 6 * YEAR
    assert not trust.check("garautha", NOW + 5 * YEAR).expired
    assert trust.check("garautha", NOW + 5 * YEAR + 1).expired


def test_revoked_is_refused_whatever_the_time(authority: Authority) -> None:
    serial = store(authority).check("moth", NOW).serial
    authority.revoke(serial, NOW + DAY, "keyCompromise")
    trust = store(authority)
    for when in (NOW, NOW + 2 * DAY):
        with pytest.raises(RevokedNode) as caught:
            trust.check("moth", when)
        assert caught.value.values == {"node": "moth", "serial": serial, "revoked_at": NOW + DAY}
    with pytest.raises(RevokedNode):
        trust.verify("moth", "bundle", b"m", MOTH.sign("bundle", b"m"), NOW)
    assert trust.revoked_at(trust.by_serial(serial)) == NOW + DAY
    assert trust.check("chirgaon", NOW).code == "chirgaon"


def test_a_renewed_node_speaks_with_both_keys_until_the_old_one_is_revoked(authority: Authority) -> None:
    old = store(authority).check("moth", NOW)
    authority.issue(NEW_MOTH.request("moth"), APPLIANCE, ["moth"], NOW + DAY)
    trust = store(authority)
    by_old, by_new = MOTH.sign("bundle", b"m"), NEW_MOTH.sign("bundle", b"m")
    assert trust.check("moth", NOW).sealing_key == NEW_MOTH.sealing_public
    assert trust.verify("moth", "bundle", b"m", by_old, NOW).serial == old.serial
    assert trust.verify("moth", "bundle", b"m", by_new, NOW).serial != old.serial
    revoked = trust.with_crl(authority.revoke(old.serial, NOW + DAY))
    assert revoked.verify("moth", "bundle", b"m", by_new, NOW).sealing_key == NEW_MOTH.sealing_public
    with pytest.raises(RevokedNode):
        revoked.verify("moth", "bundle", b"m", by_old, NOW)
    with pytest.raises(BadSignature):
        revoked.verify("moth", "bundle", b"m", CHIRGAON.sign("bundle", b"m"), NOW)
    assert trust.verify("moth", "bundle", b"m", by_old, NOW).serial == old.serial, "the former store did not change"


def test_a_certificate_of_another_root_is_refused_and_spoils_nothing_else(
    authority: Authority, stranger: Authority
) -> None:
    bundle = authority.trust_bundle()
    forged = NodeCertificate.from_der(stranger.issue(NEW_MOTH.request("talbehat"), APPLIANCE, ["talbehat"], NOW))
    trust = TrustStore.assemble(bundle.root, bundle.issuers, [forged.der, *bundle.nodes], bundle.crls)
    with pytest.raises(WrongIssuer) as caught:
        trust.check("talbehat", NOW)
    assert caught.value.values["reason"] == "signature"
    assert trust.check("moth", NOW).signing_key == MOTH.signing_public


def test_a_forged_second_certificate_does_not_displace_the_true_one(authority: Authority, stranger: Authority) -> None:
    bundle = authority.trust_bundle()
    forged = stranger.issue(NEW_MOTH.request("moth"), APPLIANCE, ["moth"], NOW + DAY)
    trust = TrustStore.assemble(bundle.root, bundle.issuers, [*bundle.nodes, forged], bundle.crls)
    assert trust.check("moth", NOW).signing_key == MOTH.signing_public
    with pytest.raises(BadSignature):
        trust.verify("moth", "bundle", b"m", NEW_MOTH.sign("bundle", b"m"), NOW)


def test_an_issuer_of_another_root_is_refused(authority: Authority, stranger: Authority) -> None:
    root = authority.root.der
    with pytest.raises(WrongIssuer):
        TrustStore.assemble(root, stranger.trust_bundle().issuers)
    with pytest.raises(WrongIssuer):
        TrustStore.assemble(root).check_issuer(stranger.issuer.der)
    with pytest.raises(WrongIssuer):
        TrustStore.assemble(root).check_issuer(authority.trust_bundle().nodes[0])


def test_a_node_cannot_issue(authority: Authority) -> None:
    """Moth signs a certificate with its own key, in the issuer's name and in its own."""
    true = store(authority).check("chirgaon", NOW).x509
    for issuer_name in (authority.issuer.x509.subject, store(authority).check("moth", NOW).x509.subject):
        builder = (
            x509.CertificateBuilder()
            .subject_name(true.subject)
            .issuer_name(issuer_name)
            .public_key(true.public_key())
            .serial_number(9)
            .not_valid_before(true.not_valid_before_utc)
            .not_valid_after(true.not_valid_after_utc)
        )
        for extension in true.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        forged = builder.sign(MOTH.signer, None).public_bytes(Encoding.DER)
        bundle = authority.trust_bundle()
        with pytest.raises(WrongIssuer):
            TrustStore.assemble(bundle.root, bundle.issuers, [forged]).check("chirgaon", NOW)


def test_a_swapped_key_does_not_verify(authority: Authority) -> None:
    bundle = authority.trust_bundle()
    moth = store(authority).check("moth", NOW).der
    for true, swapped in [
        (MOTH.signing_public, CHIRGAON.signing_public),
        (MOTH.sealing_public, CHIRGAON.sealing_public),
    ]:
        forged = moth.replace(true, swapped)
        assert forged != moth
        with pytest.raises(WrongIssuer) as caught:
            TrustStore.assemble(bundle.root, bundle.issuers, [forged]).check("moth", NOW)
        assert caught.value.values["reason"] == "signature"


def test_no_changed_byte_of_a_certificate_is_ever_believed(authority: Authority) -> None:
    bundle = authority.trust_bundle()
    moth = store(authority).check("moth", NOW).der
    for place in range(len(moth)):
        changed = moth[:place] + bytes([moth[place] ^ 0x01]) + moth[place + 1 :]
        trust = TrustStore.assemble(bundle.root, bundle.issuers, [changed, moth[:place]])
        assert not trust.nodes


def test_only_a_root_is_taken_for_a_root(authority: Authority) -> None:
    for der in (authority.issuer.der, authority.trust_bundle().nodes[0], b"", authority.root.der[:-1]):
        with pytest.raises(BadCertificate):
            TrustStore.assemble(der)
    changed = authority.root.der[:-1] + bytes([authority.root.der[-1] ^ 1])
    with pytest.raises(BadCertificate) as caught:
        TrustStore.assemble(changed)
    assert caught.value.values["reason"] == "signature"


def test_an_older_list_never_takes_a_revocation_back(authority: Authority) -> None:
    before = authority.trust_bundle()
    serial = store(authority).check("moth", NOW).serial
    authority.revoke(serial, NOW)
    trust = store(authority)
    for old in before.crls:
        assert trust.with_crl(old) is trust
    again = TrustStore.assemble(before.root, before.issuers, before.nodes, before.crls, held=trust.crls.values())
    with pytest.raises(RevokedNode):
        again.check("moth", NOW)


def test_a_forged_truncated_or_foreign_list_is_refused(authority: Authority, stranger: Authority) -> None:
    trust = store(authority)
    serial = trust.check("moth", NOW).serial
    foreign = stranger.revoke(store(stranger).check("moth", NOW).serial, NOW)
    genuine = authority.revoke(serial, NOW)
    with pytest.raises(BadRevocations) as caught:
        trust.with_crl(foreign)
    assert caught.value.values["reason"] == "signature"
    for place in range(len(genuine)):
        for changed in (genuine[:place], genuine[:place] + bytes([genuine[place] ^ 1]) + genuine[place + 1 :]):
            with pytest.raises(BadRevocations):
                trust.with_crl(changed)
    with pytest.raises(RevokedNode):
        trust.with_crl(genuine).check("moth", NOW)


def test_a_list_needs_a_number(authority: Authority) -> None:
    true = RevocationList.from_der(authority.trust_bundle().crls[0]).x509
    bare = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(true.issuer)
        .last_update(true.last_update_utc)
        .next_update(true.last_update_utc.replace(year=2040))
        .sign(MOTH.signer, None)
    )
    with pytest.raises(BadRevocations) as caught:
        RevocationList.from_der(bare.public_bytes(Encoding.DER))
    assert caught.value.values["reason"] == "malformed"


def test_a_revoked_issuer_takes_its_nodes_with_it_until_they_are_issued_again(authority: Authority) -> None:
    trust = store(authority)
    first = authority.issuer
    crl = authority.revoke_issuer(first.serial, NOW, "keyCompromise")
    authority.renew_issuer(NOW)
    for after in (trust.with_crl(crl), store(authority)):
        with pytest.raises(WrongIssuer) as caught:
            after.check("moth", NOW)
        assert caught.value.values["reason"] == "revoked"
        with pytest.raises(WrongIssuer):
            after.check_issuer(first.der)
    authority.issue(MOTH.request("moth"), APPLIANCE, ["moth"], NOW)
    assert store(authority).check("moth", NOW).issuer == ("jhansi", "issuer", "issuer-2")


def test_a_second_issuer_does_not_end_the_first(authority: Authority) -> None:
    authority.renew_issuer(NOW + YEAR)
    authority.issue(NEW_MOTH.request("garautha"), APPLIANCE, ["garautha"], NOW + YEAR)
    trust = store(authority)
    assert trust.check("moth", NOW).issuer[2] == "issuer-1"
    assert trust.check("garautha", NOW).issuer[2] == "issuer-2"


def test_every_refusal_is_the_peers_fault_with_its_own_code() -> None:
    kinds: list[type[PeerError]] = [UnknownNode, RevokedNode, WrongIssuer, BadCertificate, BadRevocations, BadSignature]
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_the_hub_is_told_from_an_appliance(authority: Authority) -> None:
    trust = store(authority)
    assert trust.check("jhansi-hub", NOW).role == HUB
    assert trust.check("moth", NOW).role == APPLIANCE
