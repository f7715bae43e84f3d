"""The stretch of a text that shows why it was found; pure."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.folding import MAX_QUERY, Piece, fold, mark, terms

AROUND, LONGEST = 70, 260
"""Characters before the first hit, and in all."""

LOOKED_AT = 1_000
"""Characters that are read for a first hit before more of a long text is."""


def excerpt(text: str, query: str, *, looked_at: int = LOOKED_AT) -> list[Piece]:
    """Some words round the first hits, cut between words; a text without a hit from its beginning."""
    pieces = _marked(" ".join(text.split()), query, looked_at)
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


def _marked(text: str, query: str, end: int) -> list[Piece]:
    """As much of a text as an excerpt can need, with its hits: a page of a scan is far longer than what is shown."""
    while end < len(text):
        end = text.rfind(" ", 0, end) + 1 or end
        pieces = mark(text[:end], query)
        at = 0
        for piece in pieces:
            if piece.hit and at + LONGEST + MAX_QUERY < end:
                return pieces
            at += len(piece.text)
        end *= 4
    return mark(text, query)


def best_of(texts: Sequence[str], query: str) -> int:
    """Which of several texts has most of what was asked for; the first of equals."""
    asked = terms(query) if len(texts) > 1 else ()
    best, most = 0, -1
    for n, text in enumerate(texts):
        folded = fold(text)
        score = sum(all(word in folded for word in term.words) for term in asked)
        if score > most:
            best, most = n, score
        if score == len(asked):
            break
    return best
