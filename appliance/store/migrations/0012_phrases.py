"""Standard phrases (मानक वाक्य) that an office or a post has written, changed or hidden. Not a view of the journal."""

from commons.database import Database

TABLES = """
CREATE TABLE phrase (
  id INTEGER PRIMARY KEY, owner TEXT NOT NULL, language TEXT NOT NULL, words TEXT NOT NULL,
  replaces TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX phrase_replaces ON phrase (owner, replaces) WHERE replaces<>'';
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
