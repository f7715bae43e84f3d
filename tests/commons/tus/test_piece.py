"""How much one request carries, as the line shows what it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import requests

from commons.tus import Line, Pieces, TransferCut, TransferRefused, tus_upload
from commons.tus.piece import FIRST_BYTES, LEAST_BYTES, MOST_BYTES, Piece, remembered
from tests.commons.tus.conftest import Cutter, Server, outgoing


def test_it_doubles_while_the_line_is_good_and_halves_when_it_breaks() -> None:
    piece = Piece()
    assert piece.bytes == FIRST_BYTES
    assert piece.arrived(FIRST_BYTES).bytes == 2 * FIRST_BYTES
    assert piece.arrived(FIRST_BYTES - 1) == piece
    assert piece.broke().bytes == FIRST_BYTES // 2
    for _ in range(40):
        piece = piece.arrived(piece.bytes)
    assert piece.bytes == MOST_BYTES
    for _ in range(40):
        piece = piece.broke()
    assert piece.bytes == LEAST_BYTES


def test_what_an_earlier_process_left_is_kept_within_bounds() -> None:
    assert [remembered(size).bytes for size in (-1, 0, 50_000, 1 << 60)] == [
        LEAST_BYTES,
        LEAST_BYTES,
        50_000,
        MOST_BYTES,
    ]


def test_every_change_is_kept_for_the_next_run(server: Server, line: Line, content: bytes) -> None:
    kept: list[Piece] = []
    offsets: list[int] = []
    tus_upload(line, server.uploads, outgoing(content), Pieces(Piece(LEAST_BYTES), kept.append), offsets.append)
    steps = [after - before for before, after in pairwise(offsets)]
    assert steps == [16_384, 32_768, 65_536, 131_072, 54_240]
    assert [piece.bytes for piece in kept] == [32_768, 65_536, 131_072, 262_144]


def test_a_cut_halves_and_sends_next_to_nothing_twice(
    server: Server, line: Line, content: bytes, cutter: Callable[[int, int], Cutter]
) -> None:
    kept: list[Piece] = []
    broken = cutter(100_000, 10**9)
    url, pieces = broken.url("/papers/upload"), Pieces(Piece(), kept.append)
    with requests.Session() as session, pytest.raises(TransferCut):
        tus_upload(Line(session, line.headers, 10), url, outgoing(content), pieces, fresh=True)
    broken.settle()
    assert [piece.bytes for piece in kept] == [FIRST_BYTES // 2]
    done = tus_upload(line, server.uploads, outgoing(content), Pieces(kept[-1], kept.append))
    assert done.sent_bytes <= len(content) - 100_000 + 1_000


def test_a_fresh_one_goes_with_its_creation(server: Server, line: Line, content: bytes) -> None:
    offsets: list[int] = []
    done = tus_upload(line, server.uploads, outgoing(content), Pieces(Piece(), print), offsets.append, fresh=True)
    assert offsets == [FIRST_BYTES, 300_000]
    assert done.sent_bytes == 300_000
    whole = bytes(reversed(content))
    offsets.clear()
    tus_upload(line, server.uploads, outgoing(whole), Pieces(Piece(2 * FIRST_BYTES), print), offsets.append, fresh=True)
    assert offsets == [300_000]


def test_a_refused_one_does_not_cost_the_connection(server: Server, line: Line, content: bytes) -> None:
    """The server refuses before it has read what came with the creation; the next upload goes over the same line."""
    pieces = Pieces(Piece(), print)
    for _ in range(6):
        with pytest.raises(TransferRefused) as caught:
            tus_upload(line, server.uploads, outgoing(content, kind="unwanted"), pieces, fresh=True)
        assert (caught.value.status, caught.value.reason) == (403, "unwanted")
    assert tus_upload(line, server.uploads, outgoing(content), pieces).sent_bytes == 300_000
    assert tus_upload(line, server.uploads, outgoing(content), pieces, fresh=True).answer == "here before"
    assert tus_upload(line, server.uploads, outgoing(content[1:]), pieces).sent_bytes == 299_999
