"""The dictionary shrinks what an office writes, and no frame from outside gets more than its limit."""

import msgspec
import pytest
import zstandard

from protocol.dictionary import (
    DICTIONARY_V1,
    BadFrame,
    FrameTooLarge,
    WrongDictionary,
    compress,
    decompress,
    dictionary_bytes,
)
from protocol.errors import PeerError
from provisioning.dictionary_build import build

NOTE = (
    "<p>मौके पर जाकर देखा गया कि विद्यालय तक का मार्ग टूटा हुआ है और वर्षा में बच्चों को आने में कठिनाई होती है। "
    "इस कार्य का प्राक्कलन ₹3,41,700/- का बना है, बजट उपलब्ध है। Estimate checked with the schedule of rates. "
    "यदि उचित समझें तो दिनांक 14-08-2026 की बैठक में प्रस्ताव रखा जाए और तकनीकी परीक्षण के बाद स्वीकृति दी जाए।</p>"
)
EVENT = msgspec.msgpack.encode((1, "note", 411, 1, 2, 115_977_000_000_000_000, "moth.da1", "e0007", 1)) + (
    msgspec.msgpack.encode((4, 1, NOTE, "hi", ()))
)
LIMIT = 1 << 20


def test_the_committed_dictionary_is_what_its_sources_build() -> None:
    assert build() == dictionary_bytes(DICTIONARY_V1)


def test_the_dictionary_has_its_number_and_a_modest_size() -> None:
    shipped = dictionary_bytes(DICTIONARY_V1)
    assert zstandard.ZstdCompressionDict(shipped).dict_id() == DICTIONARY_V1
    assert 32 * 1024 <= len(shipped) <= 80 * 1024


@pytest.mark.parametrize("level", [1, 3, 9, 12, 15, 19])
@pytest.mark.parametrize("data", [b"", b"\0", EVENT, EVENT * 500, bytes(range(256)) * 100])
def test_what_was_compressed_comes_back(data: bytes, level: int) -> None:
    assert decompress(compress(data, level), LIMIT, DICTIONARY_V1) == data


def test_a_note_of_other_words_takes_less_than_half_of_what_plain_zstd_needs() -> None:
    plain = zstandard.ZstdCompressor(level=19).compress(EVENT)
    assert len(compress(EVENT, 19)) < len(plain) / 2


@pytest.mark.parametrize("level", [0, -5, 20, 23])
def test_levels_beyond_the_protocol_are_a_mistake_of_the_caller(level: int) -> None:
    with pytest.raises(ValueError, match="level"):
        compress(EVENT, level)


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not() -> None:
    frame = compress(EVENT, 3)
    assert decompress(frame, len(EVENT), DICTIONARY_V1) == EVENT
    with pytest.raises(FrameTooLarge) as refused:
        decompress(frame, len(EVENT) - 1, DICTIONARY_V1)
    assert refused.value.values == {"size": len(EVENT), "limit": len(EVENT) - 1}


def test_a_small_frame_of_very_many_zeros_is_refused_by_its_claim() -> None:
    bomb = compress(bytes(64 << 20), 3)
    assert len(bomb) < 16_384
    with pytest.raises(FrameTooLarge):
        decompress(bomb, LIMIT, DICTIONARY_V1)


def test_a_frame_that_claims_less_than_it_holds_is_refused() -> None:
    frame = bytearray(compress(bytes(100_000), 3))
    claimed = frame.index((100_000).to_bytes(4, "little"))
    frame[claimed : claimed + 4] = (1_000).to_bytes(4, "little")
    assert zstandard.get_frame_parameters(bytes(frame)).content_size == 1_000
    with pytest.raises(BadFrame):
        decompress(bytes(frame), LIMIT, DICTIONARY_V1)


def test_a_frame_that_claims_a_terabyte_takes_no_room() -> None:
    frame = zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(dictionary_bytes(DICTIONARY_V1)))
    stream = frame.compressobj(size=1 << 40)
    head = stream.compress(bytes(300_000)) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    with pytest.raises(FrameTooLarge) as refused:
        decompress(head, LIMIT, DICTIONARY_V1)
    assert refused.value.values["size"] == 1 << 40


def test_a_frame_that_claims_no_size_is_refused() -> None:
    prepared = zstandard.ZstdCompressionDict(dictionary_bytes(DICTIONARY_V1))
    frame = zstandard.ZstdCompressor(dict_data=prepared, write_content_size=False).compress(EVENT)
    with pytest.raises(BadFrame):
        decompress(frame, LIMIT, DICTIONARY_V1)


def test_long_content_goes_without_the_dictionary_and_comes_back() -> None:
    long = EVENT * 1000
    frame = compress(long, 3)
    assert zstandard.get_frame_parameters(frame).dict_id == 0
    assert decompress(frame, len(long), DICTIONARY_V1) == long


def test_a_frame_with_another_dictionary_is_refused() -> None:
    with pytest.raises(WrongDictionary):
        decompress(compress(EVENT, 3), LIMIT, DICTIONARY_V1 + 1)
    other = bytearray(dictionary_bytes(DICTIONARY_V1))
    other[4:8] = (DICTIONARY_V1 + 1).to_bytes(4, "little")
    foreign = zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(bytes(other))).compress(EVENT)
    with pytest.raises(WrongDictionary) as refused:
        decompress(foreign, LIMIT, DICTIONARY_V1)
    assert refused.value.values == {"expected": DICTIONARY_V1, "found": DICTIONARY_V1 + 1}


@pytest.mark.parametrize("tail", [b"\0", compress(EVENT, 3), b"\x50\x2a\x4d\x18\x02\0\0\0hi"])
def test_nothing_may_follow_the_frame(tail: bytes) -> None:
    with pytest.raises(BadFrame):
        decompress(compress(EVENT, 3) + tail, LIMIT, DICTIONARY_V1)


def test_a_skippable_frame_is_refused() -> None:
    with pytest.raises(PeerError):
        decompress(b"\x50\x2a\x4d\x18\x02\0\0\0hi", LIMIT, DICTIONARY_V1)


def test_a_frame_cut_anywhere_is_refused() -> None:
    frame = compress(EVENT, 19)
    for length in range(len(frame)):
        with pytest.raises(PeerError):
            decompress(frame[:length], LIMIT, DICTIONARY_V1)
