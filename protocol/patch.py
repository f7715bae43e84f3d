"""A new version of a paper as what differs from an earlier one: RFC 9842's "Dictionary-Compressed Zstandard".

    5e 2a 4d 18 20 00 00 00 . SHA-256 of the earlier version (32) . one zstd frame that states its size

The earlier version is the frame's raw dictionary and all of it stays in reach. What comes out is believed by its own
hash alone, so a wrong choice of the earlier version costs bytes and nothing else.
"""

from __future__ import annotations

import hashlib

import zstandard

from protocol.errors import PeerError

MAGIC = bytes.fromhex("5e2a4d1820000000")
HEAD_BYTES = len(MAGIC) + 32
MOST_BYTES = 8 << 20
"""Of either version: the window that RFC 9842 lets everyone count on, and what both ends hold in memory thrice."""

_LEVELS = ((4 << 20, 9), (MOST_BYTES, 19))
"""(bytes up to, zstd level): the lower levels look too rarely to find the earlier version in a large paper."""


class BadPatch(PeerError):
    """Bytes that are not a patch of this earlier version. Values: what."""

    code = "bad_patch"


def make_patch(earlier: bytes, new: bytes) -> bytes:
    """What turns `earlier` into `new`; the same bytes for the same two. Raises ValueError if one is over 8 MiB."""
    larger = max(len(earlier), len(new))
    if larger > MOST_BYTES:
        raise ValueError(larger)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        next(level for limit, level in _LEVELS if larger <= limit),
        source_size=len(new),
        dict_size=len(earlier),
        window_log=max(zstandard.WINDOWLOG_MIN, (len(earlier) + len(new)).bit_length()),
    )
    frame = zstandard.ZstdCompressor(dict_data=_raw(earlier), compression_params=parameters).compress(new)
    return MAGIC + hashlib.sha256(earlier).digest() + frame


def earlier_of(patch: bytes) -> bytes:
    """The SHA-256 of the earlier version that a patch is made on. Raises BadPatch."""
    if len(patch) < HEAD_BYTES or not patch.startswith(MAGIC):
        raise BadPatch(what="head")
    return patch[len(MAGIC) : HEAD_BYTES]


def apply_patch(earlier: bytes, patch: bytes, size: int) -> bytes:
    """The new version, of exactly `size` bytes; whoever asks checks its hash. Raises BadPatch.

    Nothing is set aside for a frame that claims another size, and none is believed without a size.
    """
    if not 0 <= size <= MOST_BYTES or len(earlier) > MOST_BYTES:
        raise BadPatch(what="size")
    if earlier_of(patch) != hashlib.sha256(earlier).digest():
        raise BadPatch(what="earlier")
    frame = patch[HEAD_BYTES:]
    try:
        if zstandard.get_frame_parameters(frame).content_size != size:
            raise BadPatch(what="size")
        opener = zstandard.ZstdDecompressor(dict_data=_raw(earlier), max_window_size=2 * MOST_BYTES)
        new = opener.decompress(frame, max_output_size=size, read_across_frames=False, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BadPatch(what="frame") from error
    if len(new) != size:
        raise BadPatch(what="size")
    return new


def _raw(earlier: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(earlier, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
