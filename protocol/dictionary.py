"""zstd with dictionaries of an office's language: a single note shrinks nearly as well as a whole bundle.

A dictionary is part of the wire format: its bytes never change once nodes use it, a better one gets a
new number. The frame names its dictionary (RFC 8878, 3.1.1.1.3), so that a wrong one is refused.
"""

from functools import cache
from importlib import resources
from types import MappingProxyType

import zstandard

from protocol.errors import PeerError

DICTIONARY_V1 = 40_001
"""From the range that RFC 8878, 5 leaves to private use; fits the two-byte form of a frame header."""

DICTIONARIES = MappingProxyType({DICTIONARY_V1: "v1.dict"})
"""Number of each dictionary that this node understands, and its file in ``protocol/data``."""

LEVELS = range(1, 20)

OWN_WORDS_BYTES = 256 * 1024
"""Longer content learns its own words: measured, it is smaller without a dictionary (level 19: by 3-9 %)."""


class BadFrame(PeerError):
    """Compressed bytes that do not hold what they must; ``values`` has what is known of them."""

    code = "frame_bad"


class FrameTooLarge(BadFrame):
    """The frame claims or holds more than the caller allows; ``values``: ``size``, ``limit`` in bytes."""

    code = "frame_too_large"


class WrongDictionary(BadFrame):
    """The frame needs another dictionary; ``values``: ``expected`` (0: this node has none so named), ``found``."""

    code = "frame_dictionary"


@cache
def dictionary_bytes(dictionary_id: int) -> bytes:
    """The dictionary with this number as it is shipped; an unknown number is the peer's fault."""
    if dictionary_id not in DICTIONARIES:
        raise WrongDictionary(expected=0, found=dictionary_id)
    name = DICTIONARIES[dictionary_id]
    return resources.files("protocol").joinpath("data", name).read_bytes()


@cache
def _decompression_dictionary(dictionary_id: int) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(dictionary_bytes(dictionary_id))


@cache
def _compression_dictionary(dictionary_id: int, level: int) -> zstandard.ZstdCompressionDict:
    prepared = zstandard.ZstdCompressionDict(dictionary_bytes(dictionary_id))
    prepared.precompute_compress(level=level)
    return prepared


def compress(data: bytes, level: int) -> bytes:
    """One zstd frame of ``data``, short content under dictionary v1; ``level`` 1 (good line) to 19 (bad line)."""
    if level not in LEVELS:
        raise ValueError(f"zstd level {level} is not in 1..19")
    if len(data) > OWN_WORDS_BYTES:
        return zstandard.ZstdCompressor(level=level).compress(data)
    # A compressor is not safe to share between threads (zstandard releases the GIL); its dictionary is.
    prepared = _compression_dictionary(DICTIONARY_V1, level)
    return zstandard.ZstdCompressor(level=level, dict_data=prepared).compress(data)


def decompress(data: bytes, max_bytes: int, dictionary_id: int = DICTIONARY_V1) -> bytes:
    """The content of one frame of at most ``max_bytes``, made with this dictionary or none, and nothing after it.

    Raises `BadFrame` or one of its kinds. Memory is bounded by ``max_bytes``: the size that the frame
    claims is checked before anything is set aside for it, and a frame that claims none is refused.
    """
    prepared = _decompression_dictionary(dictionary_id)
    try:
        frame = zstandard.get_frame_parameters(data)
    except zstandard.ZstdError as error:
        raise BadFrame(size=len(data)) from error
    if frame.dict_id not in (0, dictionary_id):
        raise WrongDictionary(expected=dictionary_id, found=frame.dict_id)
    if frame.content_size == zstandard.CONTENTSIZE_UNKNOWN:
        raise BadFrame(size=len(data))
    if frame.content_size > max_bytes:
        raise FrameTooLarge(size=frame.content_size, limit=max_bytes)
    try:
        return zstandard.ZstdDecompressor(dict_data=prepared if frame.dict_id else None).decompress(
            data, max_output_size=max_bytes, read_across_frames=False, allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise BadFrame(size=len(data)) from error
