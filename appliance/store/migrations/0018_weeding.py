"""Weeding: which subjects are weeded (a view), what is still to be destroyed, which papers' bytes are to go.

The last two are kept until it is done, so that a crash between a commit and a removed file costs nothing.
"""

from commons.database import Database

TABLES = """
CREATE TABLE weeded (
  file TEXT PRIMARY KEY, event TEXT NOT NULL, paper BLOB NOT NULL, number TEXT NOT NULL, remarks TEXT NOT NULL,
  node TEXT NOT NULL, post TEXT NOT NULL, employee TEXT NOT NULL, hlc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE weeding (file TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE paper_going (sha256 BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER weeded_made AFTER INSERT ON weeded BEGIN
  INSERT OR IGNORE INTO weeding (file) VALUES (new.file); END
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.replace("; END", "\0 END").split(";\n"):
        if statement.strip():
            db.execute_sql(statement.replace("\0", ";"))
