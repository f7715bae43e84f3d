"""Why a paper does not go stands beside it, until it goes."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.desk import verbs
from appliance.desk.paper_progress import PaperRow, papers_waiting
from appliance.link import papers
from appliance.link.carry import carry, carry_movements
from appliance.link.https import HttpsCarrier
from appliance.link.paper_line import Papers
from appliance.store.unit import Unit
from commons.papers import PaperDamaged, PaperMismatch, PaperMissing
from commons.tus.line import PeerMisbehaved, TransferRefused
from tests.support.district import District, actor
from tests.support.paper import pdf
from tests.support.server import Server, serve_hub

DA = actor("moth.da1")
CONTENT = pdf(filling=random.Random(3).randbytes(40_000))


@pytest.fixture
def hub(district: District) -> Iterator[Server]:
    with serve_hub(district.folder) as server:
        yield server


@pytest.fixture
def moth(district: District) -> Unit:
    return district.units["moth"]


def attach(unit: Unit, file: str) -> bytes:
    stream = io.BytesIO(CONTENT)
    return bytes.fromhex(verbs.attach(unit, DA, file, name="s.pdf", media_type="application/pdf", stream=stream))


def waiting(unit: Unit) -> list[PaperRow]:
    return papers_waiting(unit, DA).rows


def spoil(folder: Path) -> None:
    (path,) = (one for one in (folder / "papers").rglob("*") if one.is_file())
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_a_paper_that_cannot_be_read_says_so_and_goes_once_it_is_attached_again(
    district: District, moth: Unit, hub: Server, how: str
) -> None:
    file = verbs.open_file(moth, DA, subject="s", section="moth.dev", language="en")
    paper = attach(moth, file)
    if how == "gone":
        moth.papers.delete(paper)
    else:
        spoil(moth.folder)
    carry(moth, HttpsCarrier(hub.url, moth.incoming))
    assert [(one.trouble, one.up) for one in waiting(moth)] == [("damaged", True)]
    attach(moth, file)
    assert moth.papers.verify(paper)
    district.clock.ms += papers.REST_MS + 1
    carry(moth, HttpsCarrier(hub.url, moth.incoming))
    assert waiting(moth) == []
    assert district.hub.papers.verify(paper)
    assert moth.db.value("SELECT trouble FROM blob") == ""


def test_what_the_district_does_not_take_says_so(moth: Unit, district: District, hub: Server) -> None:
    attach(moth, verbs.open_file(moth, DA, subject="s", section="moth.dev", language="en"))
    carrier = HttpsCarrier(hub.url, moth.incoming)
    token = carry_movements(moth, carrier, wants_token=True).token
    district.hub.db.run("DELETE FROM paper")
    assert papers.send_papers(moth, Papers(carrier), token) == 0
    assert [one.trouble for one in waiting(moth)] == ["refused"]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (TransferRefused(507, "disk_reserve"), "full"),
        (TransferRefused(404, "unknown_paper"), "refused"),
        (PeerMisbehaved("ETag"), "refused"),
        (PaperMissing(b"1" * 32), "damaged"),
        (PaperDamaged(b"1" * 32, "head"), "damaged"),
        (PaperMismatch(b"1" * 32, b"2" * 32), "mismatch"),
    ],
)
def test_each_reason_has_a_word(error: Exception, trouble: str) -> None:
    assert papers.trouble_of(error) == trouble
