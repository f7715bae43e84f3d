"""The authority's folder: what it makes, refuses, remembers, and what openssl says of it."""

from __future__ import annotations

import fcntl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from protocol.keys import APPLIANCE, HUB, BadRequest, NodeCertificate, NodeKeys
from protocol.trust import RevocationList, TrustStore
from provisioning.authority import Authority, InvalidDirectory, NotAllowed, RootKeyAbsent
from provisioning.authority.register import BadRegister, Register
from tests.provisioning.authority.district import (
    CHIRGAON,
    DAY,
    MOTH,
    NOW,
    YEAR,
    district,
    openssl,
    pem,
    people,
    store,
)

OTHER = NodeKeys.from_bytes(bytes(64))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "jhansi"


@pytest.fixture
def authority(folder: Path) -> Authority:
    return district(folder)


def moth(authority: Authority) -> NodeCertificate:
    return store(authority).check("moth", NOW)


def verify_with_openssl(folder: Path, certificate: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "node.pem").write_bytes(pem(certificate))
    lists = (folder / "root.crl.pem", folder / "issuer-1.crl.pem")
    (folder / "lists.pem").write_bytes(b"".join(path.read_bytes() for path in lists))
    return openssl(
        "verify",
        "-x509_strict",
        "-CAfile",
        folder / "root.crt.pem",
        "-untrusted",
        folder / "issuer-1.crt.pem",
        "-CRLfile",
        folder / "lists.pem",
        "-crl_check_all",
        *more,
        folder / "node.pem",
    )


def test_openssl_verifies_every_node(authority: Authority, folder: Path) -> None:
    for der in authority.trust_bundle().nodes:
        answer = verify_with_openssl(folder, der, "-attime", str(NOW + DAY))
        assert answer.returncode == 0, answer.stderr
    text = openssl("x509", "-in", folder / "node.pem", "-noout", "-subject", "-ext", "subjectAltName")
    assert text.stdout.startswith("subject=O = jhansi, OU = hub, CN = jhansi-hub")


def test_openssl_shows_offices_and_constraints(authority: Authority, folder: Path) -> None:
    (folder / "moth.pem").write_bytes(pem(moth(authority).der))
    text = openssl("x509", "-in", folder / "moth.pem", "-noout", "-text").stdout
    assert "URI:patravali:office:moth" in text
    assert "CA:FALSE" in text
    assert "Digital Signature\n" in text
    root = openssl("x509", "-in", folder / "root.crt.pem", "-noout", "-text").stdout
    assert "CA:TRUE, pathlen:1" in root
    issuer = openssl("x509", "-in", folder / "issuer-1.crt.pem", "-noout", "-text").stdout
    assert "CA:TRUE, pathlen:0" in issuer


def test_openssl_refuses_revoked_expired_and_foreign_nodes(authority: Authority, folder: Path, tmp_path: Path) -> None:
    certificate = moth(authority)
    late = verify_with_openssl(folder, certificate.der, "-attime", str(NOW + 3 * YEAR))
    assert "certificate has expired" in late.stderr
    authority.revoke(certificate.serial, NOW, "keyCompromise")
    revoked = verify_with_openssl(folder, certificate.der, "-attime", str(NOW + DAY))
    assert "certificate revoked" in revoked.stderr
    stranger = moth(district(tmp_path / "stranger", seed=2))
    foreign = verify_with_openssl(folder, stranger.der, "-attime", str(NOW + DAY))
    assert foreign.returncode != 0


def test_openssl_checks_the_list(authority: Authority, folder: Path) -> None:
    serial = moth(authority).serial
    authority.revoke(serial, NOW, "superseded")
    answer = openssl(
        "crl", "-in", folder / "issuer-1.crl.pem", "-CAfile", folder / "issuer-1.crt.pem", "-noout", "-text"
    )
    assert "verify OK" in answer.stderr
    assert "Superseded" in answer.stdout
    assert f"Serial Number: {serial.upper()}" in answer.stdout


def test_the_folder_keeps_its_secrets(authority: Authority, folder: Path) -> None:
    assert authority.root.district == "jhansi"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("root.key.pem", "issuer-1.key.pem", "register.jsonl"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    assert not list(folder.glob(".*.new"))


def test_the_root_key_is_locked_by_its_passphrase(folder: Path) -> None:
    authority = Authority.create(folder, "jhansi", NOW, passphrase=b"nine mango trees")
    assert b"ENCRYPTED" in (folder / "root.key.pem").read_bytes()
    for passphrase in (None, b"ten mango trees"):
        with pytest.raises(RootKeyAbsent):
            authority.renew_issuer(NOW, passphrase)
    assert NodeCertificate.from_der(authority.renew_issuer(NOW, b"nine mango trees")).code == "issuer-2"
    read = ("pkey", "-in", folder / "root.key.pem", "-noout", "-passin")
    assert openssl(*read, "pass:nine mango trees").returncode == 0
    assert openssl(*read, "pass:ten mango trees").returncode != 0


def test_daily_work_needs_no_root_key(authority: Authority, folder: Path) -> None:
    (folder / "root.key.pem").unlink()
    reopened = Authority.open(folder)
    reopened.issue(OTHER.request("garautha"), APPLIANCE, ["garautha"], NOW)
    reopened.revoke(moth(reopened).serial, NOW)
    reopened.refresh_lists(NOW + DAY)
    with pytest.raises(RootKeyAbsent):
        reopened.renew_issuer(NOW)
    with pytest.raises(RootKeyAbsent):
        reopened.revoke_issuer(authority.issuer.serial, NOW, "keyCompromise")


def test_an_authority_opened_again_is_the_same(authority: Authority, folder: Path) -> None:
    assert Authority.open(folder).trust_bundle() == authority.trust_bundle()
    with pytest.raises(NotAllowed):
        Authority.create(folder, "jhansi", NOW)
    with pytest.raises(NotAllowed):
        Authority.open(folder / "none")


@pytest.mark.parametrize("code", ["", "J", "Jhansi", "jhansi/..", "a" * 21])
def test_a_bad_district_code_makes_nothing(folder: Path, code: str) -> None:
    with pytest.raises(NotAllowed):
        Authority.create(folder, code, NOW)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("keys", "code", "role", "offices", "reason"),
    [
        (OTHER, "garautha", "issuer", ["garautha"], "role"),
        (OTHER, "garautha", "king", ["garautha"], "role"),
        (OTHER, "garautha", APPLIANCE, [], "no-offices"),
        (OTHER, "garautha", APPLIANCE, ["Garautha"], "bad-offices"),
        (OTHER, "garautha", APPLIANCE, ["garautha", "garautha"], "bad-offices"),
        (OTHER, "moth", HUB, [], "other-role"),
        (MOTH, "garautha", APPLIANCE, ["garautha"], "key-of-another"),
        (NodeKeys(OTHER.signing, MOTH.sealing), "garautha", APPLIANCE, ["garautha"], "key-of-another"),
        (NodeKeys(CHIRGAON.signing, OTHER.sealing), "moth", APPLIANCE, ["moth"], "key-of-another"),
    ],
)
def test_what_may_not_be_issued_is_not(
    authority: Authority, keys: NodeKeys, code: str, role: str, offices: list[str], reason: str
) -> None:
    before = authority.trust_bundle()
    with pytest.raises(NotAllowed) as caught:
        authority.issue(keys.request(code), role, offices, NOW)
    assert caught.value.values["reason"] == reason
    assert authority.trust_bundle() == before


def test_a_request_not_signed_by_its_key_gets_nothing(authority: Authority) -> None:
    forged = OTHER.request("garautha").replace(OTHER.signing_public, CHIRGAON.signing_public)
    with pytest.raises(BadRequest):
        authority.issue(forged, APPLIANCE, ["garautha"], NOW)


def test_a_node_is_renewed_with_its_keys_but_not_with_revoked_ones(authority: Authority) -> None:
    first = moth(authority)
    authority.issue(MOTH.request("moth"), APPLIANCE, ["moth"], NOW + YEAR)
    second = moth(authority)
    assert (second.signing_key, second.not_after) == (first.signing_key, first.not_after + YEAR)
    authority.revoke(second.serial, NOW + YEAR)
    assert moth(authority).serial == first.serial
    with pytest.raises(NotAllowed) as caught:
        authority.issue(MOTH.request("moth"), APPLIANCE, ["moth"], NOW + YEAR)
    assert caught.value.values["reason"] == "key-revoked"


def test_a_node_never_outlives_its_issuer(authority: Authority) -> None:
    late = NOW + 4 * YEAR
    der = authority.issue(OTHER.request("garautha"), APPLIANCE, ["garautha"], late)
    assert NodeCertificate.from_der(der).not_after == authority.issuer.not_after < late + 2 * YEAR


def test_list_numbers_only_grow(authority: Authority) -> None:
    serial = moth(authority).serial
    numbers = [RevocationList.from_der(authority.revoke(serial, NOW)).number for _ in range(3)]
    authority.refresh_lists(NOW + DAY)
    last = RevocationList.from_der(authority.trust_bundle().crls[1])
    assert [*numbers, last.number] == [2, 3, 4, 5]
    assert last.revoked == {serial: NOW}
    assert last.next_update == NOW + 36 * DAY


def test_what_cannot_be_revoked_is_said(authority: Authority) -> None:
    serial = moth(authority).serial
    for refused, given, reason in [
        ("7", "unspecified", "unknown-serial"),
        (authority.issuer.serial, "unspecified", "needs-root"),
        (serial, "because", "bad-reason"),
        (serial, "removeFromCRL", "bad-reason"),
    ]:
        with pytest.raises(NotAllowed) as caught:
            authority.revoke(refused, NOW, given)
        assert caught.value.values["reason"] == reason
    assert moth(authority).serial == serial


def test_without_a_standing_issuer_nothing_is_issued(authority: Authority) -> None:
    authority.revoke_issuer(authority.issuer.serial, NOW, "keyCompromise")
    with pytest.raises(NotAllowed) as caught:
        authority.issue(OTHER.request("garautha"), APPLIANCE, ["garautha"], NOW)
    assert caught.value.values["reason"] == "no-issuer"


def test_a_directory_with_a_problem_or_an_old_version_is_not_signed(authority: Authority) -> None:
    with pytest.raises(InvalidDirectory) as caught:
        authority.sign_directory(replace(people(), posts=(*people().posts, people().posts[0])))
    assert "directory.duplicate" in str(caught.value.values["problems"])
    assert authority.next_directory_version == 1
    authority.sign_directory(people(3))
    assert authority.next_directory_version == 4
    for version in (1, 3):
        with pytest.raises(NotAllowed) as refused:
            authority.sign_directory(people(version))
        assert refused.value.values["reason"] == "version-not-higher"
    with pytest.raises(NotAllowed):
        authority.sign_directory(replace(people(9), district="jalaun"))


def test_a_torn_last_line_of_the_register_is_cut_off(authority: Authority, folder: Path) -> None:
    path = folder / "register.jsonl"
    whole = path.read_bytes()
    for end in range(whole.rfind(b"\n", 0, -1) + 1, len(whole)):
        path.write_bytes(whole[:end])
        assert len(Register(path).entries) == whole.count(b"\n") - 1
    reopened = Authority.open(folder)
    reopened.issue(OTHER.request("garautha"), APPLIANCE, ["garautha"], NOW)
    assert store(Authority.open(folder)).check("garautha", NOW).offices == ("garautha",)
    assert authority.root == reopened.root


def test_a_damaged_register_is_refused_with_its_line(authority: Authority, folder: Path) -> None:
    path = folder / "register.jsonl"
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b"{}", *lines[2:]]))
    with pytest.raises(BadRegister) as caught:
        Authority.open(folder)
    assert caught.value.values["line"] == 2
    assert authority.root.district == "jhansi"


def test_the_register_is_changed_by_one_at_a_time(authority: Authority, folder: Path) -> None:
    register = Register(folder / "register.jsonl")
    assert register.entries == authority._register.entries
    with (folder / "register.lock").open("r+b") as other:
        with register.changing(), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_authority_sees_what_another_process_has_issued(authority: Authority, folder: Path) -> None:
    second = Authority.open(folder)
    trust = store(authority)
    authority.revoke(trust.check("moth", NOW).serial, NOW)
    der = second.revoke(trust.check("chirgaon", NOW).serial, NOW)
    listed = RevocationList.from_der(der)
    assert (listed.number, len(listed.revoked)) == (3, 2)
    with pytest.raises(NotAllowed):
        second.issue(MOTH.request("moth"), APPLIANCE, ["moth"], NOW)


ISSUE = """
import sys
from pathlib import Path
from protocol.keys import NodeKeys
from provisioning.authority import Authority
authority = Authority.open(Path(sys.argv[1]))
for number in range(10):
    code = f"{sys.argv[2]}-{number}"
    keys = NodeKeys.from_bytes(code.encode().ljust(64, b"."))
    authority.issue(NodeKeys(keys.signing, code.encode().ljust(32)).request(code), "appliance", [code], 1_790_000_000)
    authority.refresh_lists(1_790_000_000)
"""


def test_two_processes_at_once_lose_nothing(authority: Authority, folder: Path) -> None:
    repository = Path(__file__).parents[3]
    command = [sys.executable, "-c", ISSUE, str(folder)]
    processes = [subprocess.Popen([*command, name], cwd=repository) for name in ("left", "right")]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    bundle = authority.trust_bundle()
    trust = TrustStore.assemble(bundle.root, bundle.issuers, bundle.nodes, bundle.crls)
    assert len(trust.nodes) == 4 + 20
    assert RevocationList.from_der(bundle.crls[1]).number == 21
