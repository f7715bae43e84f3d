"""Reading a stored paper from any offset, segment by segment, each verified before a byte of it is given."""

import os
from collections.abc import Iterator
from typing import IO, Self

from commons.papers.errors import PaperDamaged
from commons.papers.sealed import SEALED_SEGMENT_BYTES, SEGMENT_BYTES, Opener, segment_position


class PaperReader(Iterator[bytes]):
    """The paper's bytes from an offset on, in chunks of up to 64 KiB; close it, or use it in a `with`.

    It goes on giving the paper although the paper is deleted meanwhile. A segment that does not open
    raises PaperDamaged when its turn comes.
    """

    def __init__(self, file: IO[bytes], opener: Opener, offset: int) -> None:
        self._file = file
        self._opener = opener
        self._offset = offset
        self.size = opener.head.size

    def __next__(self) -> bytes:
        if self._offset >= self.size:
            self.close()
            raise StopIteration
        number, skip = divmod(self._offset, SEGMENT_BYTES)
        plain = self._segment(number)
        self._offset = (number + 1) * SEGMENT_BYTES
        return plain[skip:]

    def _segment(self, number: int) -> bytes:
        sealed = os.pread(self._file.fileno(), SEALED_SEGMENT_BYTES, segment_position(number))
        plain = self._opener.segment(number, sealed)
        if plain is None:
            self.close()
            raise PaperDamaged(self._opener.head.sha256, f"segment {number}")
        return plain

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
