"""Changes that break what is nearly right: Hypothesis chooses them, and makes a failing choice small."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

EXTREMES = (0, 1, 0x7F, 0x80, 0xC0, 0xC4, 0xC6, 0xD9, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xFF)
"""MessagePack's marks of empty, long and nested things among them."""

WIDE = tuple(n.to_bytes(width, "big") for width in (2, 4, 8) for n in (0, 1, (1 << 8 * width) - 1, 1 << 8 * width - 1))

Edit = tuple[str, float, float, int, bytes]
"""(what, where as a share, how long as a share, a byte, bytes)."""

EDITS: st.SearchStrategy[list[Edit]] = st.lists(
    st.tuples(
        st.sampled_from(("flip", "set", "cut", "drop", "double", "insert", "wide", "end")),
        st.floats(0, 1, exclude_max=True, width=32),
        st.floats(0, 1, exclude_max=True, width=16),
        st.sampled_from(EXTREMES) | st.integers(0, 255),
        st.sampled_from(WIDE) | st.binary(max_size=12),
    ),
    max_size=4,
)


def mutated(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The same with these changes, one after the other."""
    for what, where, share, value, more in edits:
        at = int(where * len(data))
        end = at + 1 + int(share * share * (len(data) - at))
        if what == "flip" and data:
            data = data[:at] + bytes([data[at] ^ (value or 1)]) + data[at + 1 :]
        elif what == "set":
            data = data[:at] + bytes([value]) + data[at + 1 :]
        elif what == "cut":
            data = data[:at]
        elif what == "drop":
            data = data[:at] + data[end:]
        elif what == "double":
            data = data[:end] + data[at:end] + data[end:]
        elif what == "insert":
            data = data[:at] + more + data[at:]
        elif what == "wide":
            data = data[:at] + more + data[at + len(more) :]
        else:
            data += more
    return data
