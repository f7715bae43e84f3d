"""What was read in papers: kept, because reading a scan takes a minute and a rebuild must not take days.

Which papers are still to be read is a table (`paper_reading`), filled by the database itself when a paper's bytes are
here; whoever reads them may be killed at any moment.
"""

from __future__ import annotations

from collections.abc import Iterable

from appliance.store import index
from commons.database import Database
from commons.documents.values import PageText

MAX_TRIES = 3
"""A paper at which the reader died or failed so often is left alone."""


def next_wanted(db: Database) -> bytes | None:
    """A paper that is here and was not read yet; those that never failed first."""
    found = db.value("SELECT sha256 FROM paper_reading WHERE state='wanted' ORDER BY tries LIMIT 1")
    return None if found is None else bytes(found)


def begin(db: Database, paper: bytes) -> bool:
    """Counts the attempt before it is made; False when there were enough, then the paper is given up."""
    with db.writing():
        if (db.value("SELECT tries FROM paper_reading WHERE sha256=?", paper) or 0) >= MAX_TRIES:
            give_up(db, paper)
            return False
        db.run("UPDATE paper_reading SET tries=tries+1 WHERE sha256=?", paper)
    return True


def keep(db: Database, paper: bytes, pages: Iterable[PageText]) -> None:
    """The text of a paper: found from now on in every file that has it. Nothing of one that was destroyed meanwhile."""
    with db.writing():
        if not db.row("SELECT 1 FROM blob WHERE sha256=?", paper):
            return
        db.run("DELETE FROM paper_text WHERE sha256=?", paper)
        for page in pages:
            db.run(
                "INSERT INTO paper_text (sha256, page, text, how) VALUES (?,?,?,?)",
                paper, page.page, page.text, page.how,
            )  # fmt: skip
        db.run("UPDATE paper_reading SET state='read' WHERE sha256=?", paper)
        index.paper_was_read(db, paper)


def give_up(db: Database, paper: bytes) -> None:
    """The paper cannot be read; it is found by its name alone."""
    with db.writing():
        db.run("UPDATE paper_reading SET state='failed' WHERE sha256=?", paper)


def put_off(db: Database, paper: bytes) -> None:
    """The paper is a scan and nothing here can read scans: it waits for that, and holds up nobody."""
    with db.writing():
        db.run("UPDATE paper_reading SET state='put_off', tries=0 WHERE sha256=?", paper)


def take_up(db: Database) -> None:
    """What was put off is wanted again: scans can be read here now."""
    with db.writing():
        db.run("UPDATE paper_reading SET state='wanted' WHERE state='put_off'")
