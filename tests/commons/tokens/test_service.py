"""The real service: tokens come and go, sign, are pulled out, are locked; who may ask, and for what."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from asn1crypto import algos, cms, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from commons.tokens import asking
from commons.tokens.workers import TokenFailed
from tests.support.pki import Pki
from tests.support.softhsm import PIN, SoftHsm, SoftToken
from tests.support.tokens import Rig
from tests.support.waiting import until

WITHIN = 2.0
"""Seconds after which the screens show a token (issue: within two seconds)."""


def attributes(token: SoftToken, content: bytes = b"note") -> bytes:
    """Signed attributes as a CMS of this token has them."""
    made = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
            cms.CMSAttribute(
                {
                    "type": "signing_certificate_v2",
                    "values": [
                        tsp.SigningCertificateV2(
                            {
                                "certs": [
                                    tsp.ESSCertIDv2(
                                        {
                                            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                                            "cert_hash": hashlib.sha256(token.der).digest(),
                                        }
                                    )
                                ]
                            }
                        )
                    ],
                }
            ),
        ]
    )
    return bytes(made.dump())


def pin(text: str = PIN) -> bytearray:
    return bytearray(text.encode())


def name(token: SoftToken) -> bytes:
    return hashlib.sha256(token.der).digest()


def is_by(token: SoftToken, signature: bytes, data: bytes) -> bool:
    public = token.certificate.public_key()
    if isinstance(public, RSAPublicKey):
        public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(public, EllipticCurvePublicKey)
        public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    return True


def is_here(tokens: Rig) -> bool:
    return bool(tokens.told()) and tokens.told()[0].state == "here"


def code_of(tokens: Rig, token: SoftToken, words: bytearray, data: bytes | None = None) -> TokenFailed:
    with pytest.raises(TokenFailed) as refusal, asking.signing(tokens.folder, name(token), words) as signing:
        signing.sign(attributes(token) if data is None else data)
    return refusal.value


def test_a_token_is_shown_with_its_certificate_without_a_pin(tokens: Rig, rsa: SoftToken) -> None:
    assert tokens.told() == []
    place = tokens.plug()
    until(lambda: is_here(tokens))
    (one,) = tokens.told()
    assert one.model == "ePass2003"
    assert rsa.der in {found.der for token in one.tokens for found in token.certificates}
    tokens.pull(place)
    until(lambda: tokens.told() == [])


def test_both_kinds_of_key_sign(tokens: Rig, rsa: SoftToken, curve: SoftToken) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    for token in (rsa, curve):
        words = pin()
        with asking.signing(tokens.folder, name(token), words) as signing:
            assert words == bytearray(len(PIN)), "wiped once it was passed on"
            for content in (b"one", b"two"):
                data = attributes(token, content)
                assert is_by(token, signing.sign(data), data)


def test_twenty_come_and_go_in_a_row_and_two_at_once(tokens: Rig) -> None:
    for _ in range(20):
        place = tokens.plug()
        until(lambda: len(tokens.told()) == 1)
        tokens.pull(place)
        until(lambda: tokens.told() == [])
    both = [tokens.plug(), tokens.plug()]
    until(lambda: [one.state for one in tokens.told()] == ["here", "here"])
    tokens.pull(both[0])
    until(lambda: len(tokens.told()) == 1)
    assert tokens.process.poll() is None


@pytest.mark.parametrize(
    ("vendor", "product", "state"), [("163c", "0417", "driver_missing"), ("aaaa", "0001", "failed")]
)
def test_what_cannot_work_says_why(tokens: Rig, vendor: str, product: str, state: str) -> None:
    tokens.plug(vendor, product)
    until(lambda: [one.state for one in tokens.told()] == [state])
    assert tokens.told()[0].driver


def test_a_device_that_is_no_token_is_not_told_of(tokens: Rig) -> None:
    tokens.plug("046d", "c077", interface="03")
    place = tokens.plug()
    until(lambda: is_here(tokens))
    assert len(tokens.told()) == 1
    tokens.pull(place)


def test_a_wrong_pin_is_tried_once_and_the_token_says_that_few_are_left(tokens: Rig, hsm: SoftHsm, pki: Pki) -> None:
    token = hsm.token(pki, "wrong-pin", "ec")
    tokens.plug()
    until(lambda: is_here(tokens))
    assert code_of(tokens, token, pin("0000")).code == "pin_wrong"
    with asking.signing(tokens.folder, name(token), pin()) as signing:
        assert is_by(token, signing.sign(attributes(token)), attributes(token))


@pytest.mark.parametrize("words", [bytearray(), bytearray(65), bytearray(b"\xff\xfe")])
def test_a_pin_that_is_none_does_no_harm(tokens: Rig, rsa: SoftToken, words: bytearray) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    assert code_of(tokens, rsa, words).code in {"pin_wrong", "gone"}
    with asking.signing(tokens.folder, name(rsa), pin()) as signing:
        signing.sign(attributes(rsa))


def test_a_pin_session_signs_many_and_ends_with_the_token(tokens: Rig, rsa: SoftToken) -> None:
    place = tokens.plug()
    until(lambda: is_here(tokens))
    with asking.signing(tokens.folder, name(rsa), pin(), keep_seconds=60) as signing:
        session, ends_ms = signing.session, signing.until_ms
        signing.sign(attributes(rsa))
    assert 50_000 < ends_ms - time.time_ns() // 1_000_000 <= 60_000
    for _ in range(2):
        with asking.signing(tokens.folder, name(rsa), session=session) as signing:
            assert is_by(rsa, signing.sign(attributes(rsa)), attributes(rsa))
    tokens.pull(place)
    until(lambda: tokens.told() == [])
    tokens.plug()
    until(lambda: is_here(tokens))
    with pytest.raises(TokenFailed) as refusal, asking.signing(tokens.folder, name(rsa), session=session):
        pass
    assert refusal.value.code == "session_over"


def test_a_pin_session_ends_when_it_is_closed_and_by_time(tokens: Rig, rsa: SoftToken, curve: SoftToken) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    with asking.signing(tokens.folder, name(rsa), pin(), keep_seconds=60) as signing:
        session = signing.session
    with pytest.raises(TokenFailed) as refusal, asking.signing(tokens.folder, name(curve), session=session):
        pass
    assert refusal.value.code == "session_over", "it is for one certificate"
    asking.close(tokens.folder, session)
    with pytest.raises(TokenFailed), asking.signing(tokens.folder, name(rsa), session=session):
        pass
    with asking.signing(tokens.folder, name(rsa), pin(), keep_seconds=1) as signing:
        signing.sign(attributes(rsa))
        until(lambda: workers(tokens) == 0)
        with pytest.raises(TokenFailed):
            signing.sign(attributes(rsa))


def test_pulled_out_while_signing_what_was_signed_is_signed(tokens: Rig, rsa: SoftToken) -> None:
    place = tokens.plug()
    until(lambda: is_here(tokens))
    signed: list[bytes] = []

    def sign_on(signing: asking.Signing) -> None:
        for number in range(100_000):
            signed.append(signing.sign(attributes(rsa)))
            if number == 3:
                tokens.pull(place)

    with pytest.raises(TokenFailed) as refusal, asking.signing(tokens.folder, name(rsa), pin()) as signing:
        sign_on(signing)
    assert refusal.value.code == "gone"
    assert len(signed) > 3
    assert all(is_by(rsa, one, attributes(rsa)) for one in signed)
    until(lambda: workers(tokens) == 0)


@pytest.mark.parametrize("what", ["text", "other certificate", "long", "digest only"])
def test_only_attributes_for_its_own_certificate_are_signed(
    tokens: Rig, rsa: SoftToken, curve: SoftToken, what: str
) -> None:
    data = {
        "text": b"pay 1000",
        "other certificate": attributes(curve),
        "long": attributes(rsa) + bytes(9_000),
        "digest only": hashlib.sha256(b"x").digest(),
    }[what]
    tokens.plug()
    until(lambda: is_here(tokens))
    assert code_of(tokens, rsa, pin(), data).code in {"not_attributes", "gone"}


def test_a_certificate_that_is_not_plugged_in_and_no_service_at_all(
    tokens: Rig, rsa: SoftToken, tmp_path: Path
) -> None:
    assert code_of(tokens, rsa, pin()).code == "no_token"
    with pytest.raises(TokenFailed) as refusal, asking.signing(tmp_path / "none", name(rsa), pin()):
        pass
    assert refusal.value.code == "no_service"


def test_no_pin_and_no_data_is_in_the_log_or_in_the_processes(tokens: Rig, rsa: SoftToken) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    with asking.signing(tokens.folder, name(rsa), pin(), keep_seconds=30) as signing:
        signing.sign(attributes(rsa))
        lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        assert PIN not in lines
        assert all(PIN.encode() not in memory for memory in memories(tokens.process.pid))
    assert PIN not in tokens.log.read_text()


def test_killed_and_started_again_it_sees_what_is_plugged_in(tokens: Rig, rsa: SoftToken) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    tokens.restart()
    until(lambda: is_here(tokens))
    with asking.signing(tokens.folder, name(rsa), pin()) as signing:
        signing.sign(attributes(rsa))


def test_a_nursery_that_died_is_made_anew(tokens: Rig, rsa: SoftToken) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    for pid in children(tokens.process.pid):
        os.kill(pid, signal.SIGKILL)
    with asking.signing(tokens.folder, name(rsa), pin()) as signing:
        signing.sign(attributes(rsa))


def test_another_user_is_not_answered(tokens: Rig) -> None:
    tokens.plug()
    until(lambda: is_here(tokens))
    asking.socket_path(tokens.folder).chmod(0o777)
    said = subprocess.run(
        [
            "setpriv", "--reuid=65534", "--clear-groups", "--", "/usr/bin/python3", "-c", _KNOCK,
            str(asking.socket_path(tokens.folder)),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.stdout.strip() in {"b''", "refused"}, said.stderr


_KNOCK = """
import socket, sys
line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
line.settimeout(10)
try:
    line.connect(sys.argv[1])
    line.send(b"x")
    print(line.recv(100))
except OSError:
    print("refused")
"""


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(tokens: Rig) -> int:
    """Processes below the nursery."""
    return sum(len(children(nursery)) for nursery in children(tokens.process.pid))


def memories(pid: int) -> list[bytes]:
    """What is in the writable memory of a process."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw") and end - begin < 1 << 28:
                try:
                    memory.seek(begin)
                    found.append(memory.read(end - begin))
                except OSError:
                    continue
    return found
