"""The opened district server: its database, papers, keys, directory and whom it believes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

from commons.clock import Clock
from commons.database import Database, open_database
from commons.directory import KeptDirectory
from commons.papers import Incoming, PaperStore
from protocol.directory import DirectoryIndex
from protocol.keys import NodeKeys, verify
from protocol.trust import TrustStore
from protocol.words import ZERO_HASH

MIGRATIONS = Path(__file__).parent.parent / "store" / "migrations"
TOKEN_MS = 86_400_000
PURPOSE = "bundle"


class HubUnit:
    """Everything that the hub's functions need. One per process; connections are one a thread."""

    def __init__(
        self,
        folder: Path,
        node: str,
        keys: NodeKeys,
        storage_key: bytes,
        root: TrustStore,
        *,
        clock: Clock | None = None,
        synchronous: str = "full",
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        sticks: str = "/run/patravali/sticks",
        check: bool = True,
    ) -> None:
        self.folder = folder
        self.node = node
        self.keys = keys
        self.sticks = Path(sticks)
        self.clock = clock or Clock()
        self.random_bytes = random_bytes
        self.db: Database = open_database(
            folder / "hub.db", storage_key, MIGRATIONS, synchronous=synchronous, check=check
        )
        self.papers = PaperStore(folder / "papers", storage_key, clock=self._seconds)
        self.bundles = PaperStore(folder / "bundles", storage_key, clock=self._seconds)
        self.incoming = Incoming(folder / "incoming", storage_key, clock=self._seconds)
        self._directory = KeptDirectory(self.db, root)
        self._begin_life()

    def _seconds(self) -> float:
        return self.clock.now_ms() / 1000

    def _begin_life(self) -> None:
        if self.db.value("SELECT count(*) FROM hub"):
            return
        life = self.clock.now_ms() // 1000
        with self.db.writing():
            self.db.run(
                "INSERT INTO hub (id, node, life, epoch, head_hash) VALUES (1,?,?,?,?)",
                self.node, life, life.to_bytes(8, "big"), ZERO_HASH,
            )  # fmt: skip

    # ---------------------------------------------------------------- directory and trust
    def publish(self, signed: bytes) -> int:
        """Takes a signed directory in; its version. Raises what verify_signed_directory raises."""
        directory = self._directory.verified(signed)
        with self.db.writing():
            self.db.run("INSERT OR REPLACE INTO directory (version, signed) VALUES (?,?)", directory.version, signed)
            self.db.run("UPDATE node SET expected=0")
            for office in directory.offices:
                if office.closed:
                    continue
                self.db.run(
                    "INSERT INTO node (code, head_hash, offered_hash, expected) VALUES (?,?,?,1) "
                    "ON CONFLICT (code) DO UPDATE SET expected=1",
                    office.node, ZERO_HASH, ZERO_HASH,
                )  # fmt: skip
        return directory.version

    def directory(self) -> DirectoryIndex | None:
        """The newest directory, None before the first."""
        return self._directory.newest()

    def directory_version(self) -> int:
        """Of the newest directory, 0 before the first."""
        return self._directory.version()

    def signed_directory(self) -> bytes:
        """As it was signed."""
        return self._directory.signed()

    def trust(self) -> TrustStore:
        """Whom the hub believes now."""
        return self._directory.trust()

    def node_of_post(self, post: str) -> str | None:
        """The node that serves a post of an open office."""
        directory = self.directory()
        found = None if directory is None else directory.post(post)
        office = None if directory is None or found is None else directory.office(found.office)
        return None if office is None or office.closed else office.node

    # ---------------------------------------------------------------- signatures and tokens
    def sign(self, message: bytes) -> bytes:
        """The hub's signature over a bundle's statement."""
        return self.keys.sign(PURPOSE, message)

    def verify(self, node: str, message: bytes, signature: bytes) -> None:
        """Raises a PeerError unless an unrevoked certificate of this node made the signature."""
        self.trust().verify(node, PURPOSE, message, signature, self.clock.now_ms() // 1000)

    def verify_own(self, message: bytes, signature: bytes) -> None:
        """Raises BadSignature unless the hub itself signed it."""
        verify(self.keys.signing_public, PURPOSE, message, signature)

    def new_token(self, node: str) -> str:
        """A token for uploads and downloads of one node, for a day. Only its hash is kept."""
        token = self.random_bytes(18).hex()
        now = self.clock.now_ms()
        with self.db.writing():
            self.db.run("DELETE FROM token WHERE expires_ms < ?", now)
            self.db.run("INSERT INTO token (hash, node, expires_ms) VALUES (?,?,?)", _hash(token), node, now + TOKEN_MS)
        return token

    def node_of_token(self, token: str) -> str | None:
        """Whose token this is, None when it is nobody's, has expired or its node is no longer believed."""
        row = self.db.row("SELECT node FROM token WHERE hash=? AND expires_ms>=?", _hash(token), self.clock.now_ms())
        if row is None:
            return None
        node: str = row[0]
        self.trust().check(node, self.clock.now_ms() // 1000)
        return node


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
