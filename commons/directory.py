"""The newest signed directory that a node keeps, and whom it believes by it."""

from __future__ import annotations

from commons.database import Database
from protocol.directory import Directory, DirectoryIndex, trust_of, verify_signed_directory
from protocol.trust import TrustStore


class KeptDirectory:
    """Looks at each question whether another process took a newer one in; what is kept is verified again when read."""

    def __init__(self, db: Database, root: TrustStore) -> None:
        self._db, self._trust = db, root
        self._version = 0
        self._index: DirectoryIndex | None = None

    def newest(self) -> DirectoryIndex | None:
        """None before the first."""
        self._refresh()
        return self._index

    def version(self) -> int:
        """Of the newest, 0 before the first."""
        self._refresh()
        return self._version

    def signed(self) -> bytes:
        """The newest as it was signed."""
        return bytes(self._db.value("SELECT signed FROM directory WHERE version=?", self.version()))

    def trust(self) -> TrustStore:
        """Whom the node believes now."""
        self._refresh()
        return self._trust

    def verified(self, signed: bytes) -> Directory:
        """One that may take the newest's place. Raises what verify_signed_directory raises."""
        return verify_signed_directory(signed, self.trust(), self._version)

    def _refresh(self) -> None:
        version = self._db.value("SELECT max(version) FROM directory")
        if version is None or version == self._version:
            return
        directory = verify_signed_directory(
            bytes(self._db.value("SELECT signed FROM directory WHERE version=?", version)), self._trust
        )
        self._trust = trust_of(directory, self._trust)
        self._index = DirectoryIndex(directory)
        self._version = version
