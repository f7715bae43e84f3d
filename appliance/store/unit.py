"""One opened node: its database, papers, queue, keys, directory and whom it believes."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from huey import Huey
from huey.contrib.sql_huey import SqlStorage
from msgspec import Struct

from appliance.store import index
from appliance.store.book import STOPPED, WORKING
from appliance.store.local_directory import LocalDirectory
from commons.clock import Clock
from commons.database import Database, open_database
from commons.directory import KeptDirectory
from commons.documents.ask import LookAt, look_at
from commons.documents.kept import KeptPictures
from commons.papers import Incoming, PaperStore
from protocol.directory import DirectoryIndex
from protocol.errors import LocalError
from protocol.keys import NodeKeys
from protocol.trust import TrustStore
from protocol.words import EPOCH_BYTES, ZERO_HASH

MIGRATIONS = Path(__file__).parent / "migrations"
PURPOSE = "bundle"


class _Queue(SqlStorage):
    """Huey's own tables; its insert is composed anew by the mapper at every send, a sixth of what a send costs."""

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """As the base, in whatever transaction the caller is."""
        self.check_conn()
        row = (self.name, data, priority or 0)
        self.database.connection().execute("INSERT INTO task (queue, data, priority) VALUES (?,?,?)", row)


class NoDirectory(LocalError):
    """The node has not received the district's directory yet."""

    code = "no_directory"


def _nothing() -> None:
    """What a process without a carrier does when woken."""


class MailSettings(Struct, frozen=True):
    """The server that takes the office's e-mails. `security`: starttls, tls, none (only on the machine's own loop)."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""


class Settings(Struct, frozen=True):
    """What a node is told at its birth. `reserve_bytes` of the disk stay free; times in seconds."""

    node: str
    hub: str
    hub_url: str = ""
    reserve_bytes: int = 64 << 20
    exchange_seconds: float = 15.0
    lively_seconds: float = 2.0
    session_seconds: int = 900
    streams: int = 24
    neighbour: bool = True
    neighbour_after_seconds: float = 120.0
    neighbour_carries: bool = True
    mail: MailSettings | None = None  # None: no e-mail leaves from here
    practice_url: str = ""
    sticks: str = "/run/patravali/sticks"
    proxy: str = ""
    hub_ca: str = ""


class Unit:
    """Everything that desk and link need. One a process; database connections are one a thread."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        keys: NodeKeys,
        storage_key: bytes,
        root: TrustStore,
        *,
        clock: Clock | None = None,
        synchronous: str = "full",
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        check: bool = True,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.node = settings.node
        self.keys = keys
        self.clock = clock or Clock()
        self.random_bytes = random_bytes
        self.db: Database = open_database(
            folder / "patravali.db", storage_key, MIGRATIONS, synchronous=synchronous, check=check
        )
        self.huey = Huey(settings.node, storage_class=_Queue, database=self.db, results=False)
        if self.db.is_closed():
            self.db.connect()
        self.papers = PaperStore(folder / "papers", storage_key, clock=self._seconds)
        self.spool = PaperStore(folder / "spool", storage_key, clock=self._seconds)
        self.incoming = Incoming(folder / "incoming", storage_key, clock=self._seconds)
        self.pictures = KeptPictures(folder / "pictures", storage_key, has_room=self._has_room)
        self.look_at: LookAt = look_at
        self.on_carry: Callable[[], None] = _nothing
        self._carry = self.huey.task(name="carry")(self._run_carry)
        self._directory = KeptDirectory(self.db, root)
        self._local = LocalDirectory(settings.node)
        self._first_epoch()
        self._choose_anew()
        index.bring_up_to_date(self.db)

    def _run_carry(self) -> None:
        self.on_carry()

    def enqueue_carry(self) -> None:
        """Wakes the carrier; inside a transaction it is kept or lost with it. The outbox is the truth, this a hint."""
        self.db.on_write("enqueue")
        self.huey.enqueue(self._carry.s())

    def _seconds(self) -> float:
        return self.clock.now_ms() / 1000

    def _has_room(self) -> bool:
        return shutil.disk_usage(self.folder).free > 2 * self.settings.reserve_bytes

    def _first_epoch(self) -> None:
        if self.db.value("SELECT count(*) FROM node"):
            return
        epoch = self.random_bytes(EPOCH_BYTES)
        with self.db.writing():
            self.db.run(
                "INSERT INTO node (id, code, hub, mode, epoch, head_hash, cursor_hash) VALUES (1,?,?,?,?,?,?)",
                self.node, self.settings.hub, WORKING, epoch, ZERO_HASH, ZERO_HASH,
            )  # fmt: skip
            self.db.run("INSERT INTO epoch (epoch, ordinal) VALUES (?, 0)", epoch)
            self.db.run("INSERT INTO line (id, trouble) VALUES (1, '')")

    def _choose_anew(self) -> None:
        """A stopped office may be the copy of one whose choice was used since: else its numbers would come again."""
        if self.db.value("SELECT mode FROM node") == STOPPED:
            with self.db.writing():
                self.db.run("UPDATE node SET chosen_epoch=? WHERE mode=?", self.random_bytes(EPOCH_BYTES), STOPPED)

    # ---------------------------------------------------------------- directory and trust
    def take_directory(self, signed: bytes) -> int:
        """Keeps a signed directory; its version. Raises what verify_signed_directory raises."""
        directory = self._directory.verified(signed)
        with self.db.writing():
            self.db.run("INSERT OR REPLACE INTO directory (version, signed) VALUES (?,?)", directory.version, signed)
            self.db.run("DELETE FROM directory WHERE version<?", directory.version)
        return directory.version

    def directory(self) -> DirectoryIndex:
        """The newest directory with the office's own additions. Raises NoDirectory before the first."""
        return self._local.seen(self.db, self.signed_directory()).directory

    def unconfirmed(self) -> frozenset[tuple[str, str]]:
        """Kind and key of the office's additions that the district has yet to confirm."""
        return self._local.seen(self.db, self.signed_directory()).unconfirmed

    def signed_directory(self) -> DirectoryIndex:
        """The newest directory as the district signed it. Raises NoDirectory before the first."""
        newest = self._directory.newest()
        if newest is None:
            raise NoDirectory
        return newest

    def directory_version(self) -> int:
        """Of the newest directory, 0 before the first."""
        return self._directory.version()

    def trust(self) -> TrustStore:
        """Whom this node believes now."""
        return self._directory.trust()

    # ---------------------------------------------------------------- signatures
    def sign(self, message: bytes) -> bytes:
        """This node's signature over a bundle's statement."""
        return self.keys.sign(PURPOSE, message)

    def verify(self, node: str, message: bytes, signature: bytes) -> None:
        """Raises a PeerError unless an unrevoked certificate of this node made the signature."""
        self.trust().verify(node, PURPOSE, message, signature, self.clock.now_ms() // 1000)
