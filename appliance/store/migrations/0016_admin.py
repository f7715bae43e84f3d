"""Who has read what is graded, slips of first passwords, an office's own channel of submission.

None of it is a view of the journal: `reading` remembers until when a reading counts as one, and what a stopped node has
yet to write; the other two are settings of this node.
"""

from commons.database import Database

TABLES = """
CREATE INDEX event_read ON event (subject) WHERE kind='read';
CREATE INDEX event_propose ON event (seq) WHERE kind='propose';
CREATE TABLE reading (
  file TEXT NOT NULL, employee TEXT NOT NULL, at_ms INTEGER NOT NULL, seen TEXT NOT NULL,
  PRIMARY KEY (file, employee)) WITHOUT ROWID;
CREATE TABLE pending_read (
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, post TEXT NOT NULL, employee TEXT NOT NULL, charge INTEGER NOT NULL,
  grading TEXT NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE slip (
  employee TEXT PRIMARY KEY, made_ms INTEGER NOT NULL, made_by TEXT NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE channel (
  post TEXT PRIMARY KEY, next_post TEXT NOT NULL, set_by TEXT NOT NULL, set_ms INTEGER NOT NULL) WITHOUT ROWID;
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
