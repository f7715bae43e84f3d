"""What can go wrong with papers; each error carries a code and values, the screen makes the sentence."""

from typing import ClassVar

from commons.room import DiskFull


class PapersError(Exception):
    """Anything that the paper store or the incoming uploads refuse."""

    code: ClassVar[str] = "papers"

    def __str__(self) -> str:
        return " ".join([self.code, *(str(value) for value in self.args)])


class PaperMissing(PapersError):
    """The paper is not on this node: ask the hub for it, or show that it is still on its way."""

    code = "paper_missing"

    def __init__(self, sha256: bytes) -> None:
        super().__init__(sha256.hex())
        self.sha256 = sha256


class PaperDamaged(PapersError):
    """What lies on the disk is not what was stored (changed, cut short, swapped): fetch the paper again."""

    code = "paper_damaged"

    def __init__(self, sha256: bytes, part: str) -> None:
        super().__init__(sha256.hex(), part)
        self.sha256 = sha256
        self.part = part


class PaperTooLarge(PapersError):
    """More bytes came than are allowed; nothing of the paper was kept visible."""

    code = "paper_too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self.limit_bytes = limit_bytes


class PaperMismatch(PapersError):
    """The bytes do not hash to the name that was promised; the paper did not become visible."""

    code = "paper_mismatch"

    def __init__(self, expected_sha256: bytes, sha256: bytes) -> None:
        super().__init__(expected_sha256.hex(), sha256.hex())
        self.expected_sha256 = expected_sha256
        self.sha256 = sha256


class UploadMissing(PapersError):
    """No upload has this id: never begun, finished, expired, or its head cannot be read. Begin again."""

    code = "upload_missing"

    def __init__(self, upload_id: str) -> None:
        super().__init__(upload_id)
        self.upload_id = upload_id


class UploadExists(PapersError):
    """An upload with this id was begun before: go on with it from its offset."""

    code = "upload_exists"

    def __init__(self, upload_id: str) -> None:
        super().__init__(upload_id)
        self.upload_id = upload_id


class UploadIncomplete(PapersError):
    """The upload cannot be finished yet: `offset` of `total_bytes` are here."""

    code = "upload_incomplete"

    def __init__(self, upload_id: str, offset: int, total_bytes: int) -> None:
        super().__init__(upload_id, offset, total_bytes)
        self.upload_id = upload_id
        self.offset = offset
        self.total_bytes = total_bytes


class OffsetMismatch(PapersError):
    """The bytes do not join on: `offset` bytes are held (or another request has taken the upload over)."""

    code = "offset_mismatch"

    def __init__(self, upload_id: str, offset: int) -> None:
        super().__init__(upload_id, offset)
        self.upload_id = upload_id
        self.offset = offset


class ChunkMismatch(PapersError):
    """The chunk does not have the digest sent with it; all of it was taken back, `offset` bytes are held."""

    code = "chunk_mismatch"

    def __init__(self, upload_id: str, offset: int) -> None:
        super().__init__(upload_id, offset)
        self.upload_id = upload_id
        self.offset = offset


__all__ = [
    "ChunkMismatch", "DiskFull", "OffsetMismatch", "PaperDamaged", "PaperMismatch", "PaperMissing", "PaperTooLarge",
    "PapersError", "UploadExists", "UploadIncomplete", "UploadMissing",
]  # fmt: skip
