"""Patches between papers of a store: made for the line, taken off it; the store verifies what comes out."""

from __future__ import annotations

import threading

from commons.papers.errors import PaperDamaged, PaperMissing
from commons.papers.store import Paper, PaperStore
from protocol.patch import HEAD_BYTES, MOST_BYTES, BadPatch, apply_patch, earlier_of, make_patch

WORTH = 0.9
"""A patch that is larger than this part of the paper is not worth the trouble."""

_one_at_a_time = threading.Lock()
"""Each holds both versions in memory."""


def patch_between(store: PaperStore, earlier: bytes, new: bytes) -> bytes | None:
    """What makes the paper `new` of the paper `earlier` (SHA-256 each); None if that saves little or cannot be."""
    with _one_at_a_time:
        try:
            before, after = _content(store, earlier), _content(store, new)
        except (PaperMissing, PaperDamaged, BadPatch):
            return None
        patch = make_patch(before, after)
        return patch if len(patch) <= WORTH * len(after) else None


def put_patched(store: PaperStore, patch: bytes, sha256: bytes, size: int) -> Paper:
    """Store the paper that the patch makes of an earlier one that is here; visible only if it hashes to its name.

    Raises BadPatch, PaperMissing (no such earlier paper), PaperMismatch, PaperDamaged, DiskFull.
    """
    with _one_at_a_time:
        new = apply_patch(_content(store, earlier_of(patch)), patch, size)
        return store.put(new, expected_sha256=sha256)


def most_patch_bytes(size: int) -> int:
    """How long a patch that makes a paper of this size may be; 0: such a paper is never patched."""
    return HEAD_BYTES + size if size <= MOST_BYTES else 0


def _content(store: PaperStore, sha256: bytes) -> bytes:
    with store.open(sha256) as reader:
        if reader.size > MOST_BYTES:
            raise BadPatch(what="size")
        return b"".join(reader)
