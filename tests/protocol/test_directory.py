"""The signed directory: encoding, signature, look-ups, rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from protocol import directory as d
from protocol.directory import BadDirectory, Charge, Directory, DirectoryIndex, Office, OldDirectory, Post, Section
from protocol.keys import BadCertificate, BadSignature, NodeKeys
from protocol.trust import RevokedNode, TrustStore, WrongIssuer
from provisioning.authority import Authority
from tests.provisioning.authority.district import MOTH, NOW, district, openssl, pem, people, store

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return district(tmp_path / "jhansi")


@pytest.fixture
def trust(authority: Authority) -> TrustStore:
    """What a node knows that was given nothing but the root."""
    return TrustStore.assemble(authority.root.der)


def envelope(data: bytes) -> d.SignedDirectory:
    return msgspec.msgpack.decode(data, type=d.SignedDirectory)


def resigned(authority: Authority, data: bytes, document: bytes) -> bytes:
    """The envelope of `data` with another document, truly signed by the issuer."""
    return d.sign(document, envelope(data).issuer, issuer_keys(authority))


def issuer_keys(authority: Authority) -> NodeKeys:
    return NodeKeys(authority._key(authority.issuer).private_bytes_raw(), bytes(32))


def test_a_node_with_only_the_root_takes_the_directory_and_knows_all(authority: Authority, trust: TrustStore) -> None:
    taken = d.verify_signed_directory(authority.sign_directory(people()), trust)
    assert replace(taken, issuers=(), certificates=(), crls=()) == people()
    full = d.trust_of(taken, trust)
    assert full.check("moth", NOW).sealing_key == MOTH.sealing_public
    assert full.nodes == store(authority).nodes


def test_encode_and_decode_are_inverse() -> None:
    assert d.decode(d.encode(people())) == people()


def test_a_changed_document_signature_or_signer_is_refused(authority: Authority, trust: TrustStore) -> None:
    data = authority.sign_directory(people())
    parts = envelope(data)
    lie = d.encode(replace(d.decode(parts.document), name_en="Jalaun"))
    pack = msgspec.msgpack.encode
    with pytest.raises(BadSignature):
        d.verify_signed_directory(pack(replace(parts, document=lie)), trust)
    with pytest.raises(BadSignature):
        d.verify_signed_directory(pack(replace(parts, signature=bytes(64))), trust)
    with pytest.raises(BadSignature):
        d.verify_signed_directory(d.sign(parts.document, parts.issuer, MOTH), trust)
    with pytest.raises(WrongIssuer):
        d.verify_signed_directory(d.sign(parts.document, d.decode(parts.document).certificates[0], MOTH), trust)
    with pytest.raises(BadCertificate):
        d.verify_signed_directory(pack(replace(parts, issuer=b"none")), trust)


def test_a_signature_made_for_another_purpose_is_refused(authority: Authority, trust: TrustStore) -> None:
    parts = envelope(authority.sign_directory(people()))
    misused = replace(parts, signature=issuer_keys(authority).sign("bundle", parts.document))
    with pytest.raises(BadSignature):
        d.verify_signed_directory(msgspec.msgpack.encode(misused), trust)


def test_every_truncated_directory_is_refused(authority: Authority, trust: TrustStore) -> None:
    data = authority.sign_directory(people())
    for end in range(len(data)):
        with pytest.raises(BadDirectory):
            d.verify_signed_directory(data[:end], trust)


@given(junk=st.binary(max_size=200))
def test_junk_is_no_directory(junk: bytes) -> None:
    with pytest.raises(BadDirectory):
        d.decode(junk)


def test_a_bomb_of_nested_arrays_is_refused(trust: TrustStore) -> None:
    bomb = b"\x94\xc4\x00\xc4\x00\xc4\x00" + b"\x91" * 100_000 + b"\xc0"
    with pytest.raises(BadDirectory):
        d.verify_signed_directory(bomb, trust)


def test_a_directory_of_another_authority_is_refused(tmp_path: Path, trust: TrustStore) -> None:
    stranger = district(tmp_path / "stranger", seed=2)
    with pytest.raises(WrongIssuer):
        d.verify_signed_directory(stranger.sign_directory(people()), trust)


def test_a_directory_of_another_district_is_refused(authority: Authority, trust: TrustStore) -> None:
    data = authority.sign_directory(people())
    other = d.encode(replace(d.decode(envelope(data).document), district="jalaun"))
    with pytest.raises(BadDirectory) as caught:
        d.verify_signed_directory(resigned(authority, data, other), trust)
    assert caught.value.values == {"reason": "other-district"}


def test_an_older_directory_is_refused_the_same_one_is_not(authority: Authority, trust: TrustStore) -> None:
    first, second = authority.sign_directory(people(1)), authority.sign_directory(people(2))
    assert d.verify_signed_directory(second, trust, 1).version == 2
    assert d.verify_signed_directory(second, trust, 2).version == 2
    with pytest.raises(OldDirectory) as caught:
        d.verify_signed_directory(first, trust, 2)
    assert caught.value.values == {"version": 1, "held": 2}


def test_a_directory_of_a_revoked_issuer_is_refused_once_that_is_known(authority: Authority, trust: TrustStore) -> None:
    first = authority.sign_directory(people(1))
    assert d.verify_signed_directory(first, trust).version == 1
    crl = authority.revoke_issuer(authority.issuer.serial, NOW, "keyCompromise")
    with pytest.raises(WrongIssuer):
        d.verify_signed_directory(first, trust.with_crl(crl))


def test_a_directory_without_the_lists_takes_no_revocation_back(authority: Authority, trust: TrustStore) -> None:
    serial = store(authority).check("moth", NOW).serial
    authority.revoke(serial, NOW)
    data = authority.sign_directory(people_without_moth())
    taken = d.verify_signed_directory(data, trust)
    assert taken.revoked == (serial,)
    held = d.trust_of(taken, trust)
    with pytest.raises(RevokedNode):
        d.trust_of(replace(taken, crls=()), held).check("moth", NOW)


def people_without_moth() -> Directory:
    whole = people()
    offices = tuple(replace(o, closed=True) if o.code == "moth" else o for o in whole.offices)
    return replace(whole, offices=offices)


def test_fields_of_a_newer_version_are_skipped_and_stay_in_the_bytes(authority: Authority, trust: TrustStore) -> None:
    data = authority.sign_directory(people())
    raw = msgspec.msgpack.decode(envelope(data).document)
    raw.append({"new": [1, 2]})
    raw[5][0].append("a new field of an office")
    newer = msgspec.msgpack.encode(raw)
    signed = resigned(authority, data, newer)
    taken = d.verify_signed_directory(signed, trust)
    assert taken.offices == people().offices
    assert envelope(signed).document == newer


def test_openssl_checks_a_directory(authority: Authority, tmp_path: Path) -> None:
    statement, signature, signer = d.statement(authority.sign_directory(people()))
    for name, content in {"statement": statement, "signature": signature, "signer.pem": pem(signer)}.items():
        (tmp_path / name).write_bytes(content)
    key = openssl("x509", "-in", tmp_path / "signer.pem", "-noout", "-pubkey").stdout
    (tmp_path / "key.pem").write_text(key)
    arguments = ("pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "key.pem", "-rawin")
    whole = (*arguments, "-sigfile", tmp_path / "signature", "-in", tmp_path / "statement")
    assert "Successfully" in openssl(*whole).stdout
    (tmp_path / "statement").write_bytes(statement[:-1])
    assert openssl(*whole).returncode != 0


def test_look_ups() -> None:
    index = DirectoryIndex(people())
    assert index.node_of_post("moth.da") == "moth"
    assert index.node_of_post("jhansi-hq.cdo") == "jhansi-hq"
    assert index.node_of_post("moth.none") is None
    assert [post.code for post in index.superiors("moth.da")] == ["moth.bdo", "jhansi-hq.cdo", "jhansi-hq.dm"]
    assert index.superiors("none") == ()
    assert [office.code for office in index.offices_of_node("jhansi-hq")] == ["jhansi-hq", "jhansi-treasury"]
    assert [post.code for post in index.posts_of_office("moth")] == ["moth.bdo", "moth.da"]
    office, post, section = index.office("moth"), index.post("moth.da"), index.section("moth.accounts")
    employee, charge = index.employee("E002"), index.charge(2)
    assert (office, post, section, employee, charge) == (
        people().offices[0],
        people().posts[3],
        people().sections[0],
        people().employees[1],
        people().charges[1],
    )
    assert [index.office("x"), index.post("x"), index.section("x"), index.employee("x"), index.charge(9)] == [None] * 5


def test_a_charge_holds_on_its_first_and_its_last_day() -> None:
    index = DirectoryIndex(people())

    def held(day: date) -> list[str]:
        return [charge.employee for charge in index.holders("chirgaon.bdo", day)]

    assert held(date(2025, 12, 31)) == []
    assert held(date(2026, 1, 1)) == held(date(2026, 6, 30)) == ["E002"]
    assert held(date(2026, 7, 1)) == held(date(2026, 7, 10)) == ["E001"]
    assert held(date(2026, 7, 11)) == []
    assert [p.code for p in index.posts_of_employee("E001", date(2026, 7, 5))] == ["moth.bdo", "chirgaon.bdo"]
    assert [p.code for p in index.posts_of_employee("E001", date(2026, 7, 11))] == ["moth.bdo"]


CHARGES = st.lists(
    st.builds(
        lambda number, employee, post, start, days, kind: Charge(
            number, employee, post, start, None if days is None else start + timedelta(days), kind
        ),
        st.integers(1, 10**6),
        st.sampled_from(["E001", "E002"]),
        st.sampled_from([post.code for post in people().posts]),
        DAYS,
        st.none() | st.integers(0, 400),
        st.sampled_from(["substantive", "link"]),
    ),
    unique_by=lambda charge: charge.id,
)


@given(charges=CHARGES, day=DAYS)
def test_look_ups_by_post_and_by_person_tell_the_same(charges: list[Charge], day: date) -> None:
    whole = replace(people(), charges=tuple(charges))
    assert d.decode(d.encode(whole)) == whole
    index = DirectoryIndex(whole)
    by_post = {c.id for post in whole.posts for c in index.holders(post.code, day)}
    by_person = {c.id for e in whole.employees for c in index.charges_of_employee(e.code, day)}
    plain = {c.id for c in charges if c.from_date <= day <= (c.to_date or date.max)}
    assert by_post == by_person == plain


@given(parents=st.lists(st.none() | st.integers(0, 7), min_size=8, max_size=8))
def test_superiors_end_and_cycles_are_found_whatever_the_chart(parents: list[int | None]) -> None:
    posts = tuple(
        Post(f"moth.p{i}", "moth", "P", "प", "P", None if parent is None else f"moth.p{parent}", 1)
        for i, parent in enumerate(parents)
    )
    whole = replace(people(), posts=posts, charges=())
    looping = set()
    for start in range(8):
        here: int | None = start
        for _ in range(9):
            here = parents[here] if here is not None else None
            if here == start:
                looping.add(f"moth.p{start}")
    found = {p.values["post"] for p in d.validate(whole) if p.code == "directory.superior-cycle"}
    assert found == looping
    index = DirectoryIndex(whole)
    for post in posts:
        codes = [superior.code for superior in index.superiors(post.code)]
        assert len(set(codes)) == len(codes) <= 7


def test_a_good_directory_has_no_problems(authority: Authority, trust: TrustStore) -> None:
    assert d.validate(d.verify_signed_directory(authority.sign_directory(people()), trust)) == []


def _with(field: str, *more: object) -> Callable[[Directory], Directory]:
    return lambda whole: replace(whole, **{field: (*getattr(whole, field), *more)})


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        (_with("offices", people().offices[0]), "duplicate", {"what": "office", "key": "moth"}),
        (_with("posts", people().posts[0]), "duplicate", {"what": "post", "key": "jhansi-hq.dm"}),
        (_with("charges", people().charges[0]), "duplicate", {"what": "charge", "key": "1"}),
        (_with("employees", people().employees[0]), "duplicate", {"what": "employee", "key": "E001"}),
        (_with("sections", people().sections[0]), "duplicate", {"what": "section", "key": "moth.accounts"}),
        (
            _with("offices", Office("MOTH", "moth", "अ", "A", "block", closed=True)),
            "bad-code",
            {"what": "office", "key": "MOTH"},
        ),
        (
            _with("offices", Office("garautha", "m", "अ", "A", "block", closed=True)),
            "bad-code",
            {"what": "node", "key": "m"},
        ),
        (
            _with("offices", Office("garautha", "garautha", "अ", "A", "block")),
            "office-not-certified",
            {"office": "garautha", "node": "garautha"},
        ),
        (
            _with("posts", Post("chirgaon.x", "moth", "X", "अ", "A", None, 1)),
            "bad-code",
            {"what": "post", "key": "chirgaon.x"},
        ),
        (_with("posts", Post("moth", "moth", "X", "अ", "A", None, 1)), "bad-code", {"what": "post", "key": "moth"}),
        (
            _with("posts", Post("nowhere.x", "nowhere", "X", "अ", "A", None, 1)),
            "unknown",
            {"what": "office", "key": "nowhere", "used_by": "nowhere.x"},
        ),
        (
            _with("posts", Post("moth.x", "moth", "X", "अ", "A", "moth.y", 1)),
            "unknown",
            {"what": "post", "key": "moth.y", "used_by": "moth.x"},
        ),
        (
            _with("posts", Post("chirgaon.x", "chirgaon", "X", "अ", "A", None, 1, "moth.accounts")),
            "unknown",
            {"what": "section", "key": "moth.accounts", "used_by": "chirgaon.x"},
        ),
        (
            _with("sections", Section("nowhere.s", "nowhere", "अ", "A")),
            "unknown",
            {"what": "office", "key": "nowhere", "used_by": "nowhere.s"},
        ),
        (
            _with("charges", Charge(9, "E404", "moth.bdo", date(2026, 1, 1))),
            "unknown",
            {"what": "employee", "key": "E404", "used_by": "9"},
        ),
        (
            _with("charges", Charge(9, "E001", "moth.x", date(2026, 1, 1))),
            "unknown",
            {"what": "post", "key": "moth.x", "used_by": "9"},
        ),
        (
            _with("charges", Charge(9, "E001", "moth.bdo", date(2026, 1, 2), date(2026, 1, 1))),
            "ends-before-start",
            {"charge": "9"},
        ),
        (
            _with("charges", Charge(9, "E001", "moth.bdo", date(2026, 1, 1), None, "guest")),
            "bad-kind",
            {"charge": "9", "kind": "guest"},
        ),
        (_with("employees", d.Employee("", "Nobody")), "bad-code", {"what": "employee", "key": ""}),
        (
            _with("employees", d.Employee("E9", "X", "fr")),
            "bad-language",
            {"employee": "E9", "language": "fr"},
        ),
        (_with("certificates", b"junk"), "bad-certificate", {"place": "4"}),
        (lambda whole: replace(whole, version=0), "bad-version", {"version": "0"}),
        (lambda whole: replace(whole, district="J"), "bad-code", {"what": "district", "key": "J"}),
    ],
)
def test_each_problem_is_found_and_alone(
    authority: Authority, change: Callable[[Directory], Directory], code: str, values: dict[str, str]
) -> None:
    whole = replace(people(), certificates=authority.trust_bundle().nodes)
    assert d.validate(whole) == []
    assert d.validate(change(whole)) == [d.Problem(f"directory.{code}", values)]
