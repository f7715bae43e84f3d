"""Papers (scans, PDFs) at rest: content-addressed, immutable, sealed; and those that are still arriving."""

from commons.papers.errors import (
    ChunkMismatch,
    DiskFull,
    OffsetMismatch,
    PaperDamaged,
    PaperMismatch,
    PaperMissing,
    PapersError,
    PaperTooLarge,
    UploadExists,
    UploadIncomplete,
    UploadMissing,
)
from commons.papers.incoming import PATCH_ENDING, Digest, Incoming, Upload, downloads_of
from commons.papers.patches import most_patch_bytes, patch_between, put_patched
from commons.papers.reader import PaperReader
from commons.papers.store import Paper, PaperStore

__all__ = [
    "PATCH_ENDING",
    "ChunkMismatch",
    "Digest",
    "DiskFull",
    "Incoming",
    "OffsetMismatch",
    "Paper",
    "PaperDamaged",
    "PaperMismatch",
    "PaperMissing",
    "PaperReader",
    "PaperStore",
    "PaperTooLarge",
    "PapersError",
    "Upload",
    "UploadExists",
    "UploadIncomplete",
    "UploadMissing",
    "downloads_of",
    "most_patch_bytes",
    "patch_between",
    "put_patched",
]
