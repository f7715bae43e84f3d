"""What a report is believed by: the hub's own word, made for this node, on this very stream (custody section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from appliance.desk import verbs
from central.hub import recover
from central.hub.ledger import Ledger
from central.hub.stated import Stated, stated
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle, split
from protocol.journal import chain_hashes
from protocol.keys import BadSignature
from protocol.words import ZERO_HASH
from tests.central.hub.pen import Pen
from tests.support.copies import meet
from tests.support.district import HUB_CODE, District, actor, make_district

OFFICES = ("moth", "chirgaon", "eraj")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path, OFFICES)
    yield made
    made.close()


class Scene(NamedTuple):
    """A file that Moth sent to Chirgaon, which sent it on to Eraj: both are pens, each with the hub's last word."""

    district: District
    file: str
    chirgaon: Pen
    eraj: Pen


@pytest.fixture
def scene(district: District) -> Scene:
    moth, clerk = district.units["moth"], actor("moth.da1", OFFICES)
    file = verbs.open_file(moth, clerk, subject="s", section="moth.dev", language="en")
    verbs.send(moth, clerk, file, to_post="chirgaon.head", how="up")
    meet(district, "moth")
    chirgaon, eraj = Pen(district.hub, "chirgaon"), Pen(district.hub, "eraj")
    chirgaon.meet()
    grant = chirgaon.granted()
    chirgaon.write(file, ev.Receive(), term=grant.term, after=grant.base)
    chirgaon.send(file, "eraj", term=grant.term)
    for pen in (chirgaon, eraj, chirgaon):
        pen.meet()
    assert holder(district, file) == "eraj"
    return Scene(district, file, chirgaon, eraj)


def holder(district: District, file: str) -> str:
    found: str = district.hub.db.value("SELECT holder FROM efile WHERE file=?", file)
    return found


def new_life(district: District) -> int:
    """The hub was put back to a copy and takes reports: its new life."""
    with district.hub.db.writing():
        ledger = Ledger(district.hub.db, district.hub.clock.now_ms(), district.hub.node_of_post)
        recover.begin(ledger, "test")
        return ledger.hub.life


def standing(district: District) -> list[tuple[object, ...]]:
    """All that a report could change."""
    db = district.hub.db
    tables = ("efile", "stream", "hub", "aside", "epoch", "event", "node", "backlog", "paper_use")
    columns = {"node": "code, epoch, head_seq, head_hash, stream_len, offered, cursor, reported"}
    return [row for name in tables for row in db.rows(f"SELECT {columns.get(name, '*')} FROM {name} ORDER BY 1, 2")]


def told(
    pen: Pen,
    life: int,
    *proofs: tuple[str, bytes, bytes],
    of: Pen | None = None,
    more: tuple[tuple[bytes, tuple[ms.LogEntry, ...]], ...] = (),
) -> ms.Report:
    """A report of the stream that this pen (or the pen `of`) received, and of `more` items behind it."""
    of = of or pen
    h, items, logs = of.cursor_hash, list(of.items), [log for log in of.logs if log]
    for raw, log in more:
        h = ms.stream_chain(h, raw)
        items.append(raw)
        logs.append(log)
    payload = ms.ReportPayload(ms.Parcel(tuple(items), tuple(logs)), proofs=proofs)
    return ms.Report(pen.code, HUB_CODE, life, pen.epoch, 0, len(items), h, pen.life, pen.hub.clock.now_ms(), payload)


def grasping(scene: Scene, life: int) -> tuple[bytes, tuple[ms.LogEntry, ...]]:
    """A grant that the hub never gave: the file is Chirgaon's again, in a term above all; with the file's true log."""
    pen = scene.chirgaon
    place, grant = next(
        (place, item) for place, raw in enumerate(pen.items) if isinstance(item := ms.decode_item(raw), ms.Grant)
    )
    return ms.encode_item(replace(grant, life=life, number=1_000_000)), pen.logs[place]


def test_a_true_stream_with_the_hubs_word_for_its_end_is_taken(scene: Scene) -> None:
    """What the refusals of this file are measured against."""
    life = new_life(scene.district)
    for pen in (scene.chirgaon, scene.eraj):
        pen.say(told(pen, life, pen.seal))
        reported = scene.district.hub.db.value("SELECT reported FROM node WHERE code=?", pen.code)
        assert reported == len(pen.items) > 0
    assert holder(scene.district, scene.file) == "eraj"


@pytest.mark.parametrize("with_word", [True, False])
def test_a_claim_to_hold_a_file_beyond_the_hubs_word_is_refused(scene: Scene, with_word: bool) -> None:
    """Sound in everything else: true items, the file's true log. A word for the stream before it is no word for it."""
    life = new_life(scene.district)
    before = standing(scene.district)
    pen = scene.chirgaon
    proofs = (pen.seal,) if with_word else ()
    with pytest.raises(BadBundle) as caught:
        pen.say(told(pen, life, *proofs, more=(grasping(scene, life),)))
    assert caught.value.values == {"what": "proof"}
    assert standing(scene.district) == before


def words_for(scene: Scene, report: ms.Report, who: str) -> tuple[str, bytes, bytes]:
    """Words that speak of the end of a report's stream as the hub would, under the signature of another."""
    down = ms.Down(
        HUB_CODE, report.sender, scene.chirgaon.life, scene.chirgaon.epoch, 0, ZERO_HASH, report.stream_count, 0,
        report.stream_hash, report.now_ms, 0, ZERO_HASH, 0,
    )  # fmt: skip
    pens = {"reporter": scene.chirgaon, "another office": scene.eraj}
    made = split(ms.encode_message(down, pens[who].sign if who in pens else lambda _: bytes(64)))
    assert made is not None
    return made[0].kind, made[0].statement, made[0].signature


@pytest.mark.parametrize("who", ["nobody", "reporter", "another office"])
def test_words_that_the_hub_did_not_sign_are_no_proof(scene: Scene, who: str) -> None:
    life = new_life(scene.district)
    before = standing(scene.district)
    report = told(scene.chirgaon, life, more=(grasping(scene, life),))
    proved = replace(report, payload=replace(report.payload, proofs=(words_for(scene, report, who),)))
    with pytest.raises(BadSignature):
        scene.chirgaon.say(proved)
    assert standing(scene.district) == before


def test_words_that_the_hub_made_for_another_office_are_no_proof(scene: Scene) -> None:
    """Chirgaon shows Eraj's stream as its own, with the hub's true word for it."""
    life = new_life(scene.district)
    before = standing(scene.district)
    with pytest.raises(BadBundle) as caught:
        scene.chirgaon.say(told(scene.chirgaon, life, scene.eraj.seal, of=scene.eraj))
    assert caught.value.values == {"what": "proof"}
    assert standing(scene.district) == before


def test_another_offices_words_do_not_make_a_hub_begin_a_new_life(scene: Scene) -> None:
    """As evidence of a set-back they would speak of a stream that is not the sender's."""
    before = standing(scene.district)
    pen = scene.chirgaon
    pen.say(ms.Evidence(pen.code, HUB_CODE, pen.life, *scene.eraj.seal, pen.hub.clock.now_ms()))
    assert standing(scene.district) == before


def test_what_a_statement_is_read_as(scene: Scene) -> None:
    hub, pen = scene.district.hub, scene.chirgaon
    _, heads = chain_hashes(pen.code, pen.epoch, 1, ZERO_HASH, pen.pairs)
    said = Stated(pen.life, pen.epoch, len(heads), heads[-1], len(pen.items), pen.cursor_hash)
    assert stated(hub.verify_own, *pen.seal, "chirgaon") == said
    assert stated(hub.verify_own, *pen.seal, "eraj") is None
    letter, statement, signature = pen.seal
    assert stated(hub.verify_own, "Q", statement, signature, "chirgaon") is None
    for forged in (bytes(64), pen.sign(statement), signature[:-1] + bytes([signature[-1] ^ 1])):
        with pytest.raises(BadSignature):
            stated(hub.verify_own, letter, statement, forged, "chirgaon")


def aside(scene: Scene) -> ms.Chapter:
    """An event that would be set aside."""
    header, body = scene.chirgaon.pairs[0]
    return ms.Chapter(b"epoch-99", 1, ZERO_HASH, (header,), (body,), 1)


@pytest.mark.parametrize("claims", ["nothing", "the truth"])
def test_a_hub_that_has_never_recovered_takes_no_report_at_all(scene: Scene, claims: str) -> None:
    """One that claims to hold nothing needs no proof: taken, it would wipe out what waits for its sender."""
    pen = scene.chirgaon
    life = scene.district.hub.db.value("SELECT life FROM hub")
    report = told(pen, life, pen.seal)
    if claims == "nothing":
        report = replace(report, stream_count=0, stream_hash=ZERO_HASH, payload=ms.ReportPayload())
    report = replace(report, payload=replace(report.payload, aside=(aside(scene),)))
    before = standing(scene.district)
    pen.say(report)
    assert standing(scene.district) == before
