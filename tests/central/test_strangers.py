"""Who is not believed at the hub's door: unknown, wrongly signed, revoked. Nothing of what they bring is kept."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from central.hub.unit import HubUnit
from central.web.doors import blueprints
from commons.loglines import JsonLines
from protocol import events as ev
from protocol import messages as ms
from protocol.directory import Directory, Office
from protocol.journal import chain_hashes
from protocol.keys import APPLIANCE, HUB, NodeKeys
from protocol.trust import TrustStore
from protocol.words import ZERO_HASH
from provisioning.authority import Authority
from tests.support.district import START_MS, STORAGE_KEY, TestClock

EPOCH = b"12345678"
SOURCE = random.Random("strangers")
KEYS = {code: NodeKeys.from_bytes(SOURCE.randbytes(64)) for code in ("hub", "moth", "chirgaon", "nobody")}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubUnit]:
    """A hub whose newest directory names Moth, and Chirgaon with a certificate that was revoked."""
    now = START_MS // 1000
    authority = Authority.create(tmp_path / "authority", "test", now - 86_400, random=random.Random(7).randbytes)
    authority.issue(KEYS["hub"].request("hub"), HUB, [], now - 86_400)
    authority.issue(KEYS["moth"].request("moth"), APPLIANCE, ["moth"], now - 86_400)
    authority.issue(KEYS["chirgaon"].request("chirgaon"), APPLIANCE, ["chirgaon"], now - 86_400)
    serial = next(c.serial for c in _certificates(authority) if c.code == "chirgaon")
    authority.revoke(serial, now - 3_600, "keyCompromise")
    signed = authority.sign_directory(
        Directory(
            version=1, issued=now, district="test", name_hi="जनपद", name_en="District",
            offices=(
                Office("moth", "moth", "मोंठ", "Moth", "block"),
                Office("chirgaon", "chirgaon", "चिरगाँव", "Chirgaon", "block", closed=True),
            ),
        )
    )  # fmt: skip
    root = TrustStore.assemble(authority.root.der)
    opened = HubUnit(tmp_path / "hub", "hub", KEYS["hub"], STORAGE_KEY, root, clock=TestClock(), synchronous="off")
    opened.publish(signed)
    yield opened
    opened.db.close()


def _certificates(authority: Authority) -> list:  # type: ignore[type-arg] # NodeCertificate
    bundle = authority.trust_bundle()
    store = TrustStore.assemble(bundle.root, bundle.issuers, bundle.nodes, bundle.crls)
    return [certificate for found in store.nodes.values() for certificate in found]


@pytest.fixture
def client(hub: HubUnit) -> FlaskClient:
    app = Flask(__name__)
    for blueprint in blueprints(hub):
        app.register_blueprint(blueprint)
    return app.test_client()


def bundle_of(sender: str, keys: NodeKeys) -> bytes:
    """One opened file, as `sender` would send it, signed with `keys`."""
    header = ev.encode_header(ev.Header(1, "open", 0, 0, 0, START_MS << 16, f"{sender}.da1", "001", 1))
    body = ev.encode_body(ev.Open("N/1", "सड़क"))
    _, heads = chain_hashes(sender, EPOCH, 1, ZERO_HASH, [(header, body)])
    up = ms.Up(
        sender, "hub", EPOCH, 0, 0, ZERO_HASH, 1, heads[0], 0, ZERO_HASH, START_MS, 1, 0,
        ms.UpPayload((header,), (body,)),
    )  # fmt: skip
    return ms.encode_message(up, lambda message: keys.sign("bundle", message))


@pytest.mark.parametrize(
    ("sender", "signer", "status"),
    [("nobody", "nobody", 401), ("moth", "nobody", 401), ("moth", "chirgaon", 401), ("chirgaon", "chirgaon", 403)],
)
def test_who_is_not_believed_leaves_only_a_line_in_the_log(
    hub: HubUnit, client: FlaskClient, caplog: pytest.LogCaptureFixture, sender: str, signer: str, status: int
) -> None:
    with caplog.at_level(logging.WARNING, "patravali.hub"):
        answer = client.post("/exchange", data=bundle_of(sender, KEYS[signer]))
    assert answer.status_code == status
    for table in ("event", "efile", "taken", "aside"):
        assert hub.db.value(f"SELECT count(*) FROM {table}") == 0
    (record,) = caplog.records
    line = json.loads(JsonLines().format(record))
    assert (line["status"], "सड़क" in str(line)) == (status, False)


def test_the_same_bundle_by_its_own_node_is_taken(hub: HubUnit, client: FlaskClient) -> None:
    assert client.post("/exchange", data=bundle_of("moth", KEYS["moth"])).status_code == 200
    assert hub.db.value("SELECT count(*) FROM efile") == 1
