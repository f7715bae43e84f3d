"""The stretch of a text that shows why it was found; pure."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.folding import Piece, fold, mark, terms

AROUND, LONGEST = 70, 260
"""Characters before the first hit, and in all."""


def excerpt(text: str, query: str) -> list[Piece]:
    """Some words round the first hits, cut between words; a text without a hit from its beginning."""
    pieces = mark(" ".join(text.split()), query)
    first = next((n for n, piece in enumerate(pieces) if piece.hit), 0)
    if not pieces:
        return []
    before = "".join(piece.text for piece in pieces[:first])
    start = before[-AROUND:]
    if len(before) > AROUND:
        start = "… " + start[start.find(" ") + 1 :]
    shown = [Piece(start, False)] if start else []
    left = LONGEST - len(start)
    for piece in pieces[first:]:
        if len(piece.text) > left and not piece.hit:
            cut = piece.text[:left]
            shown.append(Piece(cut[: cut.rfind(" ") + 1] + "…", False))
            break
        shown.append(piece)
        left -= len(piece.text)
        if left <= 0:
            break
    return shown


def best_of(texts: Sequence[str], query: str) -> int:
    """Which of several texts has most of what was asked for; the first of equals."""
    asked = terms(query) if len(texts) > 1 else []
    best, most = 0, -1
    for n, text in enumerate(texts):
        folded = fold(text)
        score = sum(all(word in folded for word in term.words) for term in asked)
        if score > most:
            best, most = n, score
        if score == len(asked):
            break
    return best
